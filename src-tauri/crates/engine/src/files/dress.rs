//! Mode, times, owner, access lists and extended attributes of what is restored.

use std::os::fd::{AsFd, BorrowedFd};

use archive::Entry;
use rustix::fs::{AtFlags, Gid, Mode, Timespec, Timestamps, Uid, XattrFlags};

use super::access::{AccessList, LISTS};
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

    /// As [`Self::apply`], for a symbolic link called `name` in `folder`.
    pub(super) fn apply_to_link(
        &self,
        folder: impl AsFd,
        name: &str,
        entry: &Entry,
        refusals: &mut Refusals,
    ) {
        let flags = AtFlags::SYMLINK_NOFOLLOW;
        if !self.owners.is_none() {
            let (user, group) = self.owner(entry, refusals);
            let set = rustix::fs::chownat(folder.as_fd(), name, user, group, flags);
            refusals.check("owner", set, entry);
        }
        let set = rustix::fs::utimensat(folder, name, &times(entry), flags);
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
        let mut mode = entry.mode & if self.privileges { 0o7777 } else { 0o777 };
        let unfit = mode & (SETUID | SETGID) & !acts_for;
        if unfit != 0 {
            refusals.left_out("setuid and setgid for owners that are not set", entry);
            mode &= !unfit;
        }
        let list = |name: &[u8]| {
            let found = entry.xattrs.iter().find(|xattr| xattr.name == name)?;
            Some((found, AccessList::parse(&found.value)?))
        };
        let lists: Vec<_> = LISTS.into_iter().filter_map(list).collect();
        // Beside a list the group's bits say what all people in it may do at most. Without it they
        // would be what the group alone may do.
        let access = lists.iter().find(|(xattr, _)| xattr.name == LISTS[0]);
        if let Some(bits) = access.and_then(|(_, list)| list.group_bits()) {
            mode = mode & !0o070 | bits << 3;
        }
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

fn times(entry: &Entry) -> Timestamps {
    let time = Timespec { tv_sec: entry.mtime, tv_nsec: i64::from(entry.mtime_nanos) };
    Timestamps { last_access: time, last_modification: time }
}
