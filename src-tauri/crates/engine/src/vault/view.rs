//! A vault that is looked at and not changed.

use std::path::Path;

use audit::{Anchor, AuditError, Entry, Expectation, LogStorage, Report};
use registry::{Reader, Registry, VaultFacts};

use super::VaultError;
use super::folder::Folder;
use super::storage::LogFolder;

/// A vault that is open for reading. It takes no lock, repairs nothing and changes nothing on the
/// disk, so it also shows a vault that cannot be opened for writing.
#[derive(Debug)]
pub struct VaultView {
    facts: VaultFacts,
    registry: Registry,
    log: LogFolder,
}

impl VaultView {
    /// Opens the vault in `dir`.
    ///
    /// # Errors
    ///
    /// When `dir` is no vault, or the registry cannot be read.
    pub fn open(dir: &Path) -> Result<Self, VaultError> {
        Self::of(&Folder::new(dir))
    }

    pub(super) fn of(folder: &Folder) -> Result<Self, VaultError> {
        folder.expect_a_vault()?;
        let registry = Registry::open_read_only(&folder.registry())?;
        let unfinished = || VaultError::Unfinished(folder.root().to_owned());
        let facts = registry.read().vault()?.ok_or_else(unfinished)?;
        let log = LogFolder::open_read_only(&folder.log())?;
        Ok(Self { facts, registry, log })
    }

    /// Which vault this is.
    pub const fn facts(&self) -> &VaultFacts {
        &self.facts
    }

    /// What the registry holds.
    pub const fn read(&self) -> Reader<'_> {
        self.registry.read()
    }

    /// Reads the whole log and compares it with `anchors`.
    ///
    /// # Errors
    ///
    /// When the log does not read as it was written.
    pub fn log_verify(&self, anchors: &[Anchor]) -> Result<Report, VaultError> {
        log_verify(&self.log, &self.facts, anchors)
    }

    /// Hands every entry of the log to `visit`, oldest first.
    ///
    /// # Errors
    ///
    /// When the log does not read as it was written.
    pub fn entries(&self, visit: &mut dyn FnMut(Entry)) -> Result<(), VaultError> {
        entries(&self.log, &self.facts, visit)
    }

    pub(super) const fn registry(&self) -> &Registry {
        &self.registry
    }
}

pub(super) fn log_verify(
    storage: &impl LogStorage,
    facts: &VaultFacts,
    anchors: &[Anchor],
) -> Result<Report, VaultError> {
    let key = facts.log_key.parse().map_err(|_| VaultError::LogKey)?;
    let expectation = Expectation { vault: facts.id, key, anchors: anchors.to_vec() };
    let report: Result<Report, AuditError> = audit::verify(storage, &expectation);
    Ok(report?)
}

pub(super) fn entries(
    storage: &impl LogStorage,
    facts: &VaultFacts,
    visit: &mut dyn FnMut(Entry),
) -> Result<(), VaultError> {
    let key = facts.log_key.parse().map_err(|_| VaultError::LogKey)?;
    Ok(audit::read_entries(storage, facts.id, &key, visit)?)
}
