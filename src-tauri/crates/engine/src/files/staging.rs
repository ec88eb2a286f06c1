//! Files on their way: in quarantine, under names that nobody asked for.

use std::fs::File;
use std::os::fd::{AsFd as _, OwnedFd};
use std::os::unix::fs::MetadataExt as _;
use std::path::PathBuf;

use archive::Entry;
use rustix::fs::{AtFlags, Mode, OFlags, openat2, unlinkat};
use rustix::io::Errno;

use super::Dressing;
use super::folder::BENEATH;
use super::refusals::Refusals;
use crate::EngineError;

/// Where files are written before anybody may take them for restored.
pub(crate) struct Staging {
    pub(super) folder: OwnedFd,
    /// What the target is called in errors.
    pub(super) path: PathBuf,
    pub(super) dressing: Dressing,
}

impl Staging {
    /// Begins the file `name`, in place of what a run that was interrupted left under it.
    pub(crate) fn begin(&self, name: &str) -> Result<File, EngineError> {
        let opened = match new_file(&self.folder, name.as_bytes()) {
            Err(Errno::EXIST) => {
                self.discard(name);
                new_file(&self.folder, name.as_bytes())
            }
            opened => opened,
        };
        opened.map_err(|e| EngineError::file("writing in", &self.path)(e))
    }

    /// Opens the file `name` that an earlier run began, if it is the one with this `inode` and has
    /// at least `bytes` bytes (journal-1 J10).
    pub(crate) fn again(&self, name: &str, inode: u64, bytes: u64) -> Option<File> {
        let flags = OFlags::WRONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let file = openat2(&self.folder, name, flags, Mode::empty(), BENEATH).ok()?;
        let file = File::from(file);
        let found = file.metadata().ok()?;
        (found.is_file() && found.ino() == inode && found.len() >= bytes).then_some(file)
    }

    /// Opens the file `name` of this run again, to fill its gaps and to read it.
    pub(crate) fn reopen(&self, name: &str, inode: u64) -> Option<File> {
        let flags = OFlags::RDWR | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let file = File::from(openat2(&self.folder, name, flags, Mode::empty(), BENEATH).ok()?);
        let found = file.metadata().ok()?;
        (found.is_file() && found.ino() == inode).then_some(file)
    }

    /// Gives a whole file its metadata; returns what could not be set.
    pub(crate) fn dress(&self, file: &File, entry: &Entry) -> Refusals {
        let mut refusals = Refusals::default();
        self.dressing.apply(file.as_fd(), entry, &mut refusals);
        refusals
    }

    /// Removes something that is not published after all.
    pub(crate) fn discard(&self, name: &str) {
        // What cannot be removed now is removed with the quarantine, or by the next run.
        let _ = unlinkat(&self.folder, name, AtFlags::empty());
    }
}

/// Makes the file `name` in `folder`, for its owner alone; there must be nothing of that name.
pub(super) fn new_file(folder: &OwnedFd, name: &[u8]) -> Result<File, Errno> {
    let flags = OFlags::CREATE | OFlags::EXCL | OFlags::WRONLY | OFlags::CLOEXEC;
    openat2(folder, name, flags, Mode::RUSR | Mode::WUSR, BENEATH).map(File::from)
}
