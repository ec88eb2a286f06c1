//! Folders that are filled in quarantine and get their names with everything in them.
//!
//! Naming a file costs as much as a third of making it. A folder that the target does not have yet
//! needs none of that: it is moved as a whole.

use std::fs::File;
use std::os::fd::{AsFd, OwnedFd};

use rustix::fs::{AtFlags, Mode, mkdirat, openat2, unlinkat};
use rustix::io::Errno;

use super::Staging;
use super::folder::{BENEATH, FOLDER};
use super::staging::new_file;

/// A folder in quarantine.
pub(crate) struct NewFolder(OwnedFd);

impl Staging {
    /// Makes the folder `name`.
    pub(crate) fn begin_folder(&self, name: &str) -> Result<NewFolder, Errno> {
        NewFolder::make(&self.folder, name.as_bytes())
    }
}

impl NewFolder {
    fn make(above: impl AsFd, name: &[u8]) -> Result<Self, Errno> {
        mkdirat(&above, name, Mode::RWXU)?;
        openat2(above, name, FOLDER, Mode::empty(), BENEATH).map(Self)
    }

    /// Makes the folder `name` in it.
    pub(crate) fn begin_folder(&self, name: &[u8]) -> Result<Self, Errno> {
        Self::make(&self.0, name)
    }

    /// Begins the file `name` in it, which must be new.
    pub(crate) fn begin(&self, name: &[u8]) -> Result<File, Errno> {
        new_file(&self.0, name)
    }

    /// Removes a file that does not belong in it after all.
    ///
    /// # Errors
    ///
    /// It is still there, and would be published with the folder.
    pub(crate) fn discard(&self, name: &[u8]) -> Result<(), Errno> {
        unlinkat(&self.0, name, AtFlags::empty())
    }
}
