//! Mode, times, owner and extended attributes of what is restored.

use std::os::fd::{AsFd, BorrowedFd};

use archive::Entry;
use rustix::fs::{AtFlags, Gid, Mode, Timespec, Timestamps, Uid, XattrFlags};
use rustix::io::Errno;

/// What of an entry's metadata comes back besides mode bits, times and plain attributes.
///
/// By default an archive grants nobody more than he has: no setuid, setgid or sticky bits, no
/// attributes of the `security` and `trusted` kinds (file capabilities among them), and everything
/// belongs to whoever restores.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Dressing {
    /// Users and groups as they were, by number; only root can do that.
    pub owner: bool,
    /// Setuid, setgid, sticky, and privileged attributes.
    pub privileges: bool,
}

impl Dressing {
    /// Dresses an open file or folder; returns what could not be set, in words.
    pub(super) fn apply(self, file: BorrowedFd<'_>, entry: &Entry) -> Vec<String> {
        let mut warnings = Vec::new();
        let mut check = |what: &str, outcome: Result<(), Errno>| {
            if let Err(error) = outcome {
                warnings.push(format!("{}: {what} could not be set: {error}", entry.path));
            }
        };
        // The owner first: changing it clears bits of the mode.
        if self.owner {
            let (user, group) = owner(entry);
            check("the owner", rustix::fs::fchown(file, user, group));
        }
        let bits = if self.privileges { 0o7777 } else { 0o777 };
        check("the mode", rustix::fs::fchmod(file, Mode::from_raw_mode(entry.mode & bits)));
        for xattr in &entry.xattrs {
            let privileged =
                [&b"security."[..], b"trusted."].iter().any(|p| xattr.name.starts_with(p));
            if privileged && !self.privileges {
                continue;
            }
            let name = xattr.name.as_slice();
            let set = rustix::fs::fsetxattr(file, name, &xattr.value, XattrFlags::empty());
            check(&format!("the attribute {}", String::from_utf8_lossy(name)), set);
        }
        check("the time", rustix::fs::futimens(file, &times(entry)));
        warnings
    }

    /// As [`Self::apply`], for a symbolic link called `name` in `folder`.
    pub(super) fn apply_to_link(
        self,
        folder: impl AsFd,
        name: &str,
        entry: &Entry,
    ) -> Result<(), Errno> {
        let flags = AtFlags::SYMLINK_NOFOLLOW;
        if self.owner {
            let (user, group) = owner(entry);
            rustix::fs::chownat(folder.as_fd(), name, user, group, flags)?;
        }
        rustix::fs::utimensat(folder, name, &times(entry), flags)
    }
}

fn owner(entry: &Entry) -> (Option<Uid>, Option<Gid>) {
    let [user, group] = entry.owner;
    // The largest number means "no change" to the system, and is nobody's.
    let valid = |id: u32| id != u32::MAX;
    (valid(user).then(|| Uid::from_raw(user)), valid(group).then(|| Gid::from_raw(group)))
}

fn times(entry: &Entry) -> Timestamps {
    let time = Timespec { tv_sec: entry.mtime, tv_nsec: i64::from(entry.mtime_nanos) };
    Timestamps { last_access: time, last_modification: time }
}
