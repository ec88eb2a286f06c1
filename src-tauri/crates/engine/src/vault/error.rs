//! What can be wrong with a vault.

use std::io;
use std::path::{Path, PathBuf};

use audit::AuditError;
use catalogue::CatalogueError;
use keys::KeyState;
use registry::RegistryError;
use terms::{KeyName, Problem};

/// Why a vault could not be made, opened, changed or read.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// The system refused a file.
    #[error("{} could not be {doing}: {source}", path.display())]
    File {
        /// The file or folder.
        path: PathBuf,
        /// What was being done, as a participle.
        doing: &'static str,
        /// What the system said.
        source: io::Error,
    },
    /// The folder holds something else.
    #[error("{} is not empty and is no vault", .0.display())]
    NotEmpty(PathBuf),
    /// The folder holds a vault already.
    #[error("{} is a vault already", .0.display())]
    Exists(PathBuf),
    /// The folder holds no vault.
    #[error("{} is no vault", .0.display())]
    NotAVault(PathBuf),
    /// The folder holds files, but nothing of a vault.
    #[error("{} holds something, but nothing that a vault begins with", .0.display())]
    SomethingElse(PathBuf),
    /// A part without which a vault cannot be used is gone.
    #[error("the vault {} has lost its {part}", path.display())]
    PartMissing {
        /// The vault.
        path: PathBuf,
        /// The file or folder in it.
        part: &'static str,
    },
    /// Making the vault was interrupted.
    #[error("the vault {} was never finished", .0.display())]
    Unfinished(PathBuf),
    /// Another program has the vault open.
    #[error("another program has the vault {} open", .0.display())]
    InUse(PathBuf),
    /// The log's key file is not the key that the registry names.
    #[error("the key of the audit log is not the one that the registry names")]
    LogKey,
    /// The registry lacks changes that the log tells of.
    #[error("the registry ends with act {registry}, the audit log knows act {log}")]
    RegistryBehind {
        /// The newest act in the registry.
        registry: u64,
        /// The newest act in the log.
        log: u64,
    },
    /// The log lacks changes that the registry holds.
    #[error("the audit log ends with act {log}, the registry knows act {registry}")]
    LogBehind {
        /// The newest act in the registry.
        registry: u64,
        /// The newest act in the log.
        log: u64,
    },
    /// The registry's content is not what the log says it was after the last act.
    #[error("the registry was changed behind the program's back")]
    RegistryChanged,
    /// The state of the key forbids what was asked for (keys-1 K15).
    #[error("the key {key} is {state}: {refused}")]
    KeyState {
        /// The key.
        key: KeyName,
        /// Its state.
        state: KeyState,
        /// What is therefore not done, as a clause.
        refused: &'static str,
    },
    /// An operation that ends is open no longer on the record.
    #[error("the operation that began with entry {0} of the log was closed while it ran")]
    Closed(u64),
    /// A key's recipient and fingerprint do not belong together.
    #[error("the recipient that the registry names for {0} is that of another key")]
    Key(KeyName),
    /// The name is not that of a file inside the vault.
    #[error("\"{0}\" is not a plain file name")]
    FileName(String),
    /// The operation's name is not a name.
    #[error(transparent)]
    Operation(#[from] terms::ParseError),
    /// The audit log refused, so the operation did not run.
    #[error(transparent)]
    Log(#[from] AuditError),
    /// The registry refused.
    #[error(transparent)]
    Registry(#[from] RegistryError),
    /// The list of an archive's contents cannot be used.
    #[error(transparent)]
    Catalogue(#[from] CatalogueError),
    /// The list of an archive's contents is another file than the one on the record.
    #[error("documents/{0} is not the list of contents that was recorded")]
    CatalogueChanged(String),
}

impl VaultError {
    pub(super) fn file(path: &Path, doing: &'static str) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::File { path: path.to_owned(), doing, source }
    }
}

impl Problem for VaultError {
    fn code(&self) -> &'static str {
        match self {
            Self::File { .. } => "SR-VAULT-FILE",
            Self::NotEmpty(_) => "SR-VAULT-NOT-EMPTY",
            Self::Exists(_) => "SR-VAULT-EXISTS",
            Self::NotAVault(_) | Self::SomethingElse(_) => "SR-VAULT-NOT-A-VAULT",
            Self::PartMissing { .. } => "SR-VAULT-PART-MISSING",
            Self::Unfinished(_) => "SR-VAULT-UNFINISHED",
            Self::InUse(_) => "SR-VAULT-IN-USE",
            Self::LogKey => "SR-VAULT-LOG-KEY",
            Self::RegistryBehind { .. } => "SR-VAULT-REGISTRY-BEHIND",
            Self::LogBehind { .. } => "SR-VAULT-LOG-BEHIND",
            Self::RegistryChanged => "SR-VAULT-REGISTRY-CHANGED",
            Self::KeyState { .. } => "SR-VAULT-KEY-STATE",
            Self::Closed(_) => "SR-VAULT-INTENT-CLOSED",
            Self::Key(_) => "SR-VAULT-KEY",
            Self::FileName(_) => "SR-VAULT-FILE-NAME",
            Self::Operation(_) => "SR-VAULT-OPERATION",
            Self::Log(error) => error.code(),
            Self::Registry(error) => error.code(),
            Self::Catalogue(error) => error.code(),
            Self::CatalogueChanged(_) => "SR-VAULT-CATALOGUE-CHANGED",
        }
    }

    fn remedy(&self) -> String {
        match self {
            Self::File { .. } => "Check the path, the permissions and the disk.".into(),
            Self::NotEmpty(_) => "Choose an empty or a new folder.".into(),
            Self::Exists(_) => "Open it, or choose another folder.".into(),
            Self::SomethingElse(_) => {
                "Check the path. If a vault was here, change nothing and bring its backup.".into()
            }
            Self::PartMissing { .. } => {
                "Change nothing in the folder; bring a backup of the whole vault.".into()
            }
            Self::NotAVault(_) => "Check the path, or make a vault there with init.".into(),
            Self::Unfinished(_) => {
                "It holds nothing yet: make the vault again in the same folder, with init.".into()
            }
            Self::InUse(_) => "Close the other program and try again.".into(),
            Self::LogKey => "Put back the log folder that belongs to this vault.".into(),
            Self::RegistryBehind { .. } | Self::LogBehind { .. } => {
                "One of both is an old copy. Change nothing and compare with a backup and with \
                 the minutes."
                    .into()
            }
            Self::RegistryChanged | Self::Key(_) => {
                "Change nothing; compare vault.sqlite with a backup, and call the auditor.".into()
            }
            Self::KeyState { .. } => {
                "See strongroom key list; only an active key seals, and only an active, \
                 deactivated or compromised one opens."
                    .into()
            }
            Self::Closed(_) => {
                "Read the log: somebody accounted for it; write down what came of it.".into()
            }
            Self::FileName(_) => {
                "Use a name without slashes that does not begin with a dot.".into()
            }
            Self::Operation(_) => "Report this as a fault of the program.".into(),
            Self::Log(error) => error.remedy(),
            Self::Registry(error) => error.remedy(),
            Self::Catalogue(error) => error.remedy(),
            Self::CatalogueChanged(_) => {
                "Put it back from a backup; until then write patterns by hand.".into()
            }
        }
    }
}
