//! A vault that is looked at and not changed.

use std::path::{Path, PathBuf};

use audit::{Anchor, AuditError, Entry, Expectation, LogPublicKey, LogStorage, Report};
use keys::Recipient;
use registry::{Reader, Registry, VaultFacts};
use terms::KeyName;

use super::cosigned::beside;
use super::folder::Folder;
use super::storage::LogFolder;
use super::{VaultError, agreement};

/// How often registry and log are compared before they count as contradicting each other.
const AGREEMENT_TRIES: usize = 5;

/// A vault that is open for reading. It takes no lock, repairs nothing and changes nothing on the
/// disk, so it also shows a vault that cannot be opened for writing.
#[derive(Debug)]
pub struct VaultView {
    folder: Folder,
    facts: VaultFacts,
    registry: Registry,
    log: LogFolder,
}

impl VaultView {
    /// Opens the vault in `dir` to believe what it says: the registry has the schema and the
    /// content that the log tells of, and every key's fingerprint is that of its recipient.
    ///
    /// # Errors
    ///
    /// When `dir` is no vault, the registry or the log cannot be read, or both do not belong
    /// together.
    pub fn open(dir: &Path) -> Result<Self, VaultError> {
        let view = Self::of(&Folder::new(dir))?;
        view.registry.check_schema()?;
        view.check_keys()?;
        // Another program may be between an act and its entry in the log; it is not for long.
        let mut checked = view.check_agreement();
        for _ in 1..AGREEMENT_TRIES {
            checked = checked.or_else(|_| view.check_agreement());
        }
        checked.map(|()| view)
    }

    /// Opens the vault in `dir` as it is, for whoever wants to see what is wrong with it: nothing
    /// of it is checked.
    ///
    /// # Errors
    ///
    /// When `dir` is no vault, or the registry cannot be read.
    pub fn open_unchecked(dir: &Path) -> Result<Self, VaultError> {
        Self::of(&Folder::new(dir))
    }

    pub(super) fn of(folder: &Folder) -> Result<Self, VaultError> {
        folder.expect_a_vault()?;
        let registry = Registry::open_read_only(&folder.registry())?;
        let unfinished = || VaultError::Unfinished(folder.root().to_owned());
        let facts = registry.read().vault()?.ok_or_else(unfinished)?;
        let log = LogFolder::open_read_only(&folder.log())?;
        Ok(Self { folder: folder.clone(), facts, registry, log })
    }

    /// Which vault this is.
    pub const fn facts(&self) -> &VaultFacts {
        &self.facts
    }

    /// What the registry holds.
    pub const fn read(&self) -> Reader<'_> {
        self.registry.read()
    }

    /// The path of a document.
    pub(crate) fn document(&self, file: &str) -> PathBuf {
        self.folder.documents().join(file)
    }

    /// The head of the audit log as a signed note.
    ///
    /// # Errors
    ///
    /// When there is none, or it cannot be read.
    pub fn signed_head(&self) -> Result<String, VaultError> {
        let doing = "reading the head";
        let note = self.log.read_checkpoint();
        let note = note.map_err(|source| AuditError::Storage { doing, source })?;
        let note = note.and_then(|note| String::from_utf8(note).ok());
        Ok(note.ok_or(AuditError::CheckpointMalformed { reason: "there is none" })?)
    }

    /// Reads the whole log and compares it with `anchors`.
    ///
    /// # Errors
    ///
    /// When the log does not read as it was written.
    pub fn log_verify(&self, anchors: &[Anchor]) -> Result<Report, VaultError> {
        log_verify((&self.log, &self.folder), &self.facts, anchors)
    }

    /// Hands every entry of the log to `visit`, oldest first.
    ///
    /// # Errors
    ///
    /// When the log does not read as it was written.
    pub fn entries(&self, visit: &mut dyn FnMut(Entry)) -> Result<(), VaultError> {
        entries(&self.log, &self.facts, visit)
    }

    /// The public half of the log's key.
    pub(super) fn log_key(&self) -> Result<LogPublicKey, VaultError> {
        self.facts.log_key.parse().map_err(|_| VaultError::LogKey)
    }

    pub(super) const fn folder(&self) -> &Folder {
        &self.folder
    }

    pub(super) const fn registry(&self) -> &Registry {
        &self.registry
    }

    /// Compares registry and log: the newest act and the digest of the content.
    fn check_agreement(&self) -> Result<(), VaultError> {
        self.agrees(&self.log_verify(&[])?)
    }

    /// Compares the registry with what the log says of it. An event that waits in the outbox is
    /// of an act that the log does not know yet.
    pub(super) fn agrees(&self, log: &Report) -> Result<(), VaultError> {
        let reader = self.read();
        let last = reader.last_act()?;
        let delivered =
            reader.outbox()?.is_empty() || log.last_act.is_some_and(|act| act.number == last);
        if delivered { agreement(last, reader.state()?, log.last_act) } else { Ok(()) }
    }

    /// Every key's fingerprint is that of its recipient: the one is compared by people, to the
    /// other is sealed.
    fn check_keys(&self) -> Result<(), VaultError> {
        for row in self.read().master_keys()? {
            let recipient: Result<Recipient, _> = row.recipient.parse();
            if !recipient.is_ok_and(|recipient| recipient.fingerprint() == row.fingerprint) {
                let environment = self.facts.environment;
                return Err(VaultError::Key(KeyName { environment, version: row.version }));
            }
        }
        Ok(())
    }
}

pub(super) fn log_verify(
    (storage, folder): (&impl LogStorage, &Folder),
    facts: &VaultFacts,
    anchors: &[Anchor],
) -> Result<Report, VaultError> {
    let key = facts.log_key.parse().map_err(|_| VaultError::LogKey)?;
    let beside = beside(folder, &key);
    let expectation = Expectation { vault: facts.id, key, anchors: anchors.to_vec(), beside };
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
