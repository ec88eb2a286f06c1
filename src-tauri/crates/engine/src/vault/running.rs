//! Operations that go on while nobody holds the vault.
//!
//! Sealing takes hours and needs the vault for two moments only. Whoever runs such an operation
//! holds a lock on a small file of its own, and the system lets go of it however the program ends.
//! So an open intent whose file is not locked belongs to a program that is gone.

use std::fs::{self, File, TryLockError};
use std::path::PathBuf;

use super::folder::{Folder, make_file, open_private};
use super::{Intent, Vault, VaultError};

/// The sign that an operation still runs; gone with the program that runs it.
#[derive(Debug)]
pub(crate) struct Running {
    path: PathBuf,
    listing: PathBuf,
    _lock: File,
}

impl Running {
    /// Makes the empty file in which the operation lists what it seals; only the owner can read it.
    pub(crate) fn make_listing(&self) -> Result<PathBuf, VaultError> {
        make_file(&self.listing, &[])?;
        Ok(self.listing.clone())
    }

    /// Takes the sign away: the operation's end is on the record.
    pub(crate) fn end(self) {
        // A file that stays is locked by nobody, and says nothing any more.
        let _ = fs::remove_file(&self.path);
        let _ = fs::remove_file(&self.listing);
    }
}

impl Vault {
    /// Shows that the operation of `intent` runs, for as long as the value lives.
    pub(crate) fn show_running(&self, intent: &Intent) -> Result<Running, VaultError> {
        let path = self.folder.running(intent.sequence());
        let lock = open_private(&path).map_err(VaultError::file(&path, "opened"))?;
        match lock.try_lock() {
            Ok(()) => {
                let listing = self.folder.listing(intent.sequence());
                Ok(Running { path, listing, _lock: lock })
            }
            Err(error) => Err(VaultError::file(&path, "locked")(error.into())),
        }
    }

    /// Whether the operation that began with entry `sequence` of the log is still running, outside
    /// the program that has the vault open.
    pub fn is_running(&self, sequence: u64) -> bool {
        is_running(&self.folder, sequence)
    }

    /// Forgets the sign of an operation that nobody runs any more.
    pub(crate) fn forget_running(&self, sequence: u64) {
        // As for `Running::end`.
        let _ = fs::remove_file(self.folder.running(sequence));
        let _ = fs::remove_file(self.folder.listing(sequence));
    }
}

pub(super) fn is_running(folder: &Folder, sequence: u64) -> bool {
    let Ok(file) = File::open(folder.running(sequence)) else { return false };
    matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock))
}
