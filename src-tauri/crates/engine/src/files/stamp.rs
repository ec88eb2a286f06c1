//! What a file system says of a file without reading it.

use std::fs::File;
use std::io;
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

    /// That of an open file; none if it is something else.
    pub(crate) fn of_open(file: &File) -> io::Result<Option<Self>> {
        let stat = fstat(file)?;
        Ok(FileType::from_raw_mode(stat.st_mode).is_file().then(|| Self::of(&stat)))
    }

    /// A few bytes that stand for it.
    fn short(&self) -> u64 {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&self.inode.to_be_bytes()).update(&self.size.to_be_bytes());
        hasher.update(&self.mtime.to_be_bytes()).update(&self.ctime.to_be_bytes());
        hasher.finalize().as_bytes()[..8].iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte))
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

/// How files were when they were found right, in 16 bytes for each.
#[derive(Debug, Default)]
pub(crate) struct Stamps(Vec<(u64, u64)>);

impl Stamps {
    /// Keeps that of entry `number`, which is higher than those before it.
    pub(crate) fn keep(&mut self, number: u64, stamp: &Stamp) {
        self.0.push((number, stamp.short()));
    }

    /// Whether `file` is the one that was found right as entry `number`, and as it was then.
    pub(crate) fn fits(&self, number: u64, file: &File) -> io::Result<bool> {
        let place = self.0.partition_point(|(kept, _)| *kept < number);
        let was = self.0.get(place).filter(|(kept, _)| *kept == number);
        let is = Stamp::of_open(file)?;
        Ok(was.zip(is).is_some_and(|((_, was), is)| *was == is.short()))
    }
}
