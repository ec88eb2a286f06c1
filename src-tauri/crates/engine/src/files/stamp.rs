//! What a file system says of a file without reading it.

use std::fs::File;
use std::os::fd::AsFd;

use minicbor::{Decode, Encode};
use rustix::fs::{AtFlags, FileType, Stat, fstat, statat};
use rustix::io::Errno;

/// Changes whenever somebody writes to the file, as far as the file system keeps its promises; the
/// time of change is the system's own, and no program sets it (journal-1 J5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub(crate) struct Stamp {
    #[n(0)]
    inode: u64,
    #[n(1)]
    size: u64,
    /// Nanoseconds since 1970.
    #[n(2)]
    mtime: i64,
    #[n(3)]
    ctime: i64,
}

impl Stamp {
    /// That of the file `name` in `folder`; none if there is no such file, but perhaps a link.
    pub(super) fn at(folder: impl AsFd, name: &[u8]) -> Result<Option<Self>, Errno> {
        match statat(folder, name, AtFlags::SYMLINK_NOFOLLOW) {
            Ok(stat) => {
                Ok(FileType::from_raw_mode(stat.st_mode).is_file().then(|| Self::of(&stat)))
            }
            Err(Errno::NOENT) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// That of an open file, if the file system says.
    pub(crate) fn of_open(file: &File) -> Option<Self> {
        fstat(file).ok().map(|stat| Self::of(&stat))
    }

    /// Whether both are of one file that nobody wrote to; names that it got in between change the
    /// time of change alone.
    pub(super) fn is_another_name_of(&self, other: &Self) -> bool {
        (self.inode, self.size, self.mtime) == (other.inode, other.size, other.mtime)
    }

    #[cfg(test)]
    pub(crate) const fn sample(inode: u64) -> Self {
        Self { inode, size: 5, mtime: 1_700_000_000_000_000_000, ctime: 1_700_000_000_123_456_789 }
    }

    fn of(stat: &Stat) -> Self {
        let nanos = |seconds: i64, nanos: u64| {
            let nanos = i64::try_from(nanos).unwrap_or(0);
            seconds.saturating_mul(1_000_000_000).saturating_add(nanos)
        };
        Self {
            inode: stat.st_ino,
            size: u64::try_from(stat.st_size).unwrap_or(0),
            mtime: nanos(stat.st_mtime, stat.st_mtime_nsec),
            ctime: nanos(stat.st_ctime, stat.st_ctime_nsec),
        }
    }
}
