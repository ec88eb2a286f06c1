//! Mode, times, owner, access lists and extended attributes of what is restored.

use std::fs::File;
use std::io;
use std::os::fd::{AsFd, BorrowedFd};

use archive::{Entry, EntryKind, Xattr};
use rustix::fs::{
    AtFlags, FileType, Gid, Mode, OFlags, Stat, Timespec, Timestamps, Uid, XattrFlags, fgetxattr,
    fstat, openat2, readlinkat, statat,
};
use rustix::path::Arg;

use super::access::{AccessList, LISTS};
use super::folder::BENEATH;
use super::owners::OwnerRule;
use super::refusals::Refusals;

/// Bits of a mode: acts for its owner, and for its group.
const SETUID: u32 = 0o4000;
const SETGID: u32 = 0o2000;

/// What of an entry's metadata comes back besides mode bits, times and plain attributes.
///
/// By default an archive grants nobody more than he has: no setuid, setgid or sticky bits, no
/// attributes of the `security` and `trusted` kinds (file capabilities among them), no access
/// lists, and everything belongs to whoever restores.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Dressing {
    /// Whose it becomes; access lists follow it. Only root can give files to others.
    pub owners: OwnerRule,
    /// Setuid, setgid, sticky, and privileged attributes.
    pub privileges: bool,
}

impl Dressing {
    /// Dresses an open file or folder; takes note of what could not be set.
    pub(super) fn apply(&self, file: BorrowedFd<'_>, entry: &Entry, refusals: &mut Refusals) {
        // The owner first: changing it clears bits of the mode.
        let mut acts_for = 0;
        if !self.owners.is_none() {
            let (user, group) = self.owner(entry, refusals);
            let set = rustix::fs::fchown(file, user, group);
            if set.is_ok() {
                acts_for = user.map_or(0, |_| SETUID) | group.map_or(0, |_| SETGID);
            }
            refusals.check("owner", set, entry);
        }
        self.modes(file, (entry, acts_for), refusals);
        for xattr in entry.xattrs.iter().filter(|xattr| !LISTS.contains(&&xattr.name[..])) {
            let name = xattr.name.as_slice();
            let kind = name.split(|byte| *byte == b'.').next().unwrap_or_default();
            let kind = String::from_utf8_lossy(kind);
            if ["security", "trusted"].contains(&&*kind) && !self.privileges {
                refusals.left_out(&format!("attributes {kind}.*"), entry);
                continue;
            }
            let set = rustix::fs::fsetxattr(file, name, &xattr.value, XattrFlags::empty());
            refusals.check(&format!("attributes {kind}.*"), set, entry);
        }
        refusals.check("time", rustix::fs::futimens(file, &times(entry)), entry);
    }

    /// As [`Self::apply`], for a file or link `name` in `folder` which may be dressed already:
    /// then nothing is touched, so that its time of change stays.
    ///
    /// Since it was found right, somebody can have put something else there. What is dressed is
    /// what was opened, and only if `is_right` says so of just that.
    pub(super) fn apply_again(
        &self,
        (folder, name): (BorrowedFd<'_>, &[u8]),
        entry: &Entry,
        is_right: impl FnOnce(&mut File) -> io::Result<bool>,
        refusals: &mut Refusals,
    ) -> io::Result<()> {
        let found = statat(folder, name, AtFlags::SYMLINK_NOFOLLOW)?;
        if FileType::from_raw_mode(found.st_mode).is_symlink() {
            return self.apply_to_kept_link((folder, name), entry, refusals);
        }
        if self.fits(&found, entry) && entry.xattrs.is_empty() {
            return Ok(());
        }
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let mut file = File::from(openat2(folder, name, flags, Mode::empty(), BENEATH)?);
        let found = fstat(&file)?;
        if self.fits(&found, entry) && self.has_attributes(file.as_fd(), entry) {
            return Ok(());
        }
        if !is_right(&mut file)? {
            return Err(changed());
        }
        self.apply(file.as_fd(), entry, refusals);
        Ok(())
    }

    /// A link is opened itself: then nothing else can get its owner.
    fn apply_to_kept_link(
        &self,
        (folder, name): (BorrowedFd<'_>, &[u8]),
        entry: &Entry,
        refusals: &mut Refusals,
    ) -> io::Result<()> {
        let flags = OFlags::PATH | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let link = openat2(folder, name, flags, Mode::empty(), BENEATH)?;
        let says = readlinkat(&link, "", Vec::new());
        let EntryKind::Symlink { target } = &entry.kind else { return Err(changed()) };
        if says.is_ok_and(|says| says.as_bytes() != target.as_slice()) {
            return Err(changed());
        }
        let found = fstat(&link)?;
        if !FileType::from_raw_mode(found.st_mode).is_symlink() {
            return Err(changed());
        }
        if !self.is_owned_and_timed(&found, entry) {
            let itself = AtFlags::EMPTY_PATH | AtFlags::SYMLINK_NOFOLLOW;
            self.apply_to_link((&link, "", itself), entry, refusals);
        }
        Ok(())
    }

    /// Whether all that is seen without opening it is as [`Self::apply`] makes it.
    fn fits(&self, found: &Stat, entry: &Entry) -> bool {
        let mode = found.st_mode & 0o7777;
        self.is_owned_and_timed(found, entry) && mode == self.mode_of(entry, found)
    }

    fn is_owned_and_timed(&self, found: &Stat, entry: &Entry) -> bool {
        let wanted = if self.owners.is_none() { [None; 2] } else { self.owners.of(entry) };
        let has = [found.st_uid, found.st_gid];
        let nanos = u32::try_from(found.st_mtime_nsec).unwrap_or(u32::MAX);
        let is_owned =
            wanted.iter().zip(has).all(|(wanted, has)| wanted.is_none_or(|id| id == has));
        is_owned && (found.st_mtime, nanos) == (entry.mtime, entry.mtime_nanos)
    }

    /// The mode that [`Self::apply`] gives a file, if it belongs to whom it should as `found` says.
    fn mode_of(&self, entry: &Entry, found: &Stat) -> u32 {
        let [user, group] = if self.owners.is_none() { [None; 2] } else { self.owners.of(entry) };
        let acts_for = user.filter(|id| *id == found.st_uid).map_or(0, |_| SETUID)
            | group.filter(|id| *id == found.st_gid).map_or(0, |_| SETGID);
        let (mode, lists) = (self.wanted_mode(entry), access_lists(entry));
        with_group_bits(mode & !(mode & (SETUID | SETGID) & !acts_for), &lists)
    }

    /// Whether the attributes that [`Self::apply`] sets are there.
    fn has_attributes(&self, file: BorrowedFd<'_>, entry: &Entry) -> bool {
        let mut own = Vec::new();
        for Xattr { name, value } in &entry.xattrs {
            let kind = name.split(|byte| *byte == b'.').next().unwrap_or_default();
            let is_left_out = [&b"security"[..], b"trusted"].contains(&kind) && !self.privileges;
            if !LISTS.contains(&&name[..]) && !is_left_out {
                own.push((name, value.clone()));
            }
        }
        for (xattr, list) in access_lists(entry).iter().filter(|_| !self.owners.is_none()) {
            own.push((&xattr.name, list.mapped(&self.owners).encode()));
        }
        own.iter().all(|(name, value)| {
            let mut found = vec![0; value.len() + 1];
            let length = fgetxattr(file, name.as_slice(), &mut found);
            length.is_ok_and(|length| found[..length] == value[..])
        })
    }

    fn wanted_mode(&self, entry: &Entry) -> u32 {
        entry.mode & if self.privileges { 0o7777 } else { 0o777 }
    }

    /// As [`Self::apply`], for a symbolic link called `name` in `folder`, which `flags` do not
    /// follow.
    pub(super) fn apply_to_link(
        &self,
        (folder, name, flags): (impl AsFd, impl Arg + Copy, AtFlags),
        entry: &Entry,
        refusals: &mut Refusals,
    ) {
        if !self.owners.is_none() {
            let (user, group) = self.owner(entry, refusals);
            let set = rustix::fs::chownat(folder.as_fd(), name, user, group, flags);
            refusals.check("owner", set, entry);
        }
        let set = rustix::fs::utimensat(folder.as_fd(), name, &times(entry), flags);
        refusals.check("time", set, entry);
    }

    /// Sets the mode, and the access lists behind it.
    ///
    /// A file acts for its owner or group only if that is who it belonged to, as `acts_for` says:
    /// else it would act for whoever restores.
    fn modes(
        &self,
        file: BorrowedFd<'_>,
        (entry, acts_for): (&Entry, u32),
        refusals: &mut Refusals,
    ) {
        let mut mode = self.wanted_mode(entry);
        let unfit = mode & (SETUID | SETGID) & !acts_for;
        if unfit != 0 {
            refusals.left_out("setuid and setgid for owners that are not set", entry);
            mode &= !unfit;
        }
        let lists = access_lists(entry);
        mode = with_group_bits(mode, &lists);
        let set = rustix::fs::fchmod(file, Mode::from_raw_mode(mode));
        refusals.check("permissions", set, entry);
        for (xattr, list) in lists {
            if self.owners.is_none() {
                refusals.left_out("access lists", entry);
                continue;
            }
            let mapped = list.mapped(&self.owners);
            if mapped.is_shorter_than(&list) {
                refusals.left_out("people of access lists who are not known here", entry);
            }
            let name = xattr.name.as_slice();
            let set = rustix::fs::fsetxattr(file, name, &mapped.encode(), XattrFlags::empty());
            refusals.check("access lists", set, entry);
        }
    }

    fn owner(&self, entry: &Entry, refusals: &mut Refusals) -> (Option<Uid>, Option<Gid>) {
        let [user, group] = self.owners.of(entry);
        if self.owners.wants_all() && (user.is_none() || group.is_none()) {
            refusals.left_out("owners who are not known here", entry);
        }
        (user.map(Uid::from_raw), group.map(Gid::from_raw))
    }
}

fn changed() -> io::Error {
    io::Error::other("somebody changed it since it was found right")
}

fn access_lists(entry: &Entry) -> Vec<(&Xattr, AccessList)> {
    let list = |name: &[u8]| {
        let found = entry.xattrs.iter().find(|xattr| xattr.name == name)?;
        Some((found, AccessList::parse(&found.value)?))
    };
    LISTS.into_iter().filter_map(list).collect()
}

/// Beside a list the group's bits say what all people in it may do at most. Without it they would
/// be what the group alone may do.
fn with_group_bits(mode: u32, lists: &[(&Xattr, AccessList)]) -> u32 {
    let access = lists.iter().find(|(xattr, _)| xattr.name == LISTS[0]);
    let bits = access.and_then(|(_, list)| list.group_bits());
    bits.map_or(mode, |bits| mode & !0o070 | bits << 3)
}

fn times(entry: &Entry) -> Timestamps {
    let time = Timespec { tv_sec: entry.mtime, tv_nsec: i64::from(entry.mtime_nanos) };
    Timestamps { last_access: time, last_modification: time }
}
