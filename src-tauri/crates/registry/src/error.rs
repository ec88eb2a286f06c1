//! What can be wrong with the registry, or with a change to it.

use rusqlite::ErrorCode;
use terms::Problem;

/// Why the registry could not be read or changed.
#[derive(Debug, thiserror::Error)]
pub enum RegistryError {
    /// SQLite refused.
    #[error("the registry could not be {doing}: {source}")]
    Sql {
        /// What was being done, as a participle.
        doing: &'static str,
        /// What SQLite said.
        source: rusqlite::Error,
    },
    /// The file is another program's database, or none.
    #[error("the file is not a registry")]
    NotARegistry,
    /// The file was made by a newer program.
    #[error("the registry has schema {found}; this program knows schemas up to {known}")]
    Newer {
        /// The file's schema version.
        found: i64,
        /// The newest version that this program knows.
        known: usize,
    },
    /// The file was made by an older program and is only looked at.
    #[error("the registry has schema {found}; this program works with schema {needed}")]
    Older {
        /// The file's schema version.
        found: usize,
        /// The version that this program works with.
        needed: usize,
    },
    /// Somebody changed the tables, triggers or indexes of the file.
    #[error("somebody changed the tables or rules of the registry: {difference}")]
    Schema {
        /// The first difference, as a sentence.
        difference: String,
    },
    /// A rule of the schema forbids the change.
    #[error("the registry refuses: {rule}")]
    Refused {
        /// The rule, in the schema's words.
        rule: String,
    },
    /// What was to be changed is not there.
    #[error("the registry knows no such {0}")]
    Missing(&'static str),
    /// The file is open for reading only, and a crash left a transaction to be rolled back.
    #[error("the registry holds an interrupted change")]
    Interrupted,
    /// Another program holds the file.
    #[error("another program is changing the registry")]
    Busy,
    /// The last change was not handed to the audit log yet.
    #[error("the last change of the registry has not reached the audit log")]
    OutboxFull,
}

impl RegistryError {
    /// Turns SQLite's error into the one that says what to do.
    pub(crate) fn sql(doing: &'static str) -> impl Fn(rusqlite::Error) -> Self {
        move |source| {
            let rusqlite::Error::SqliteFailure(failure, message) = &source else {
                return Self::Sql { doing, source };
            };
            match failure.code {
                ErrorCode::ConstraintViolation => {
                    Self::Refused { rule: message.clone().unwrap_or_default() }
                }
                ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => Self::Busy,
                ErrorCode::NotADatabase => Self::NotARegistry,
                ErrorCode::ReadOnly => Self::Interrupted,
                _ => Self::Sql { doing, source },
            }
        }
    }
}

impl Problem for RegistryError {
    fn code(&self) -> &'static str {
        match self {
            Self::Sql { .. } => "SR-REGISTRY-SQL",
            Self::NotARegistry => "SR-REGISTRY-NOT-A-REGISTRY",
            Self::Newer { .. } => "SR-REGISTRY-NEWER",
            Self::Older { .. } => "SR-REGISTRY-OLDER",
            Self::Schema { .. } => "SR-REGISTRY-SCHEMA",
            Self::Refused { .. } => "SR-REGISTRY-REFUSED",
            Self::Missing(_) => "SR-REGISTRY-MISSING",
            Self::Interrupted => "SR-REGISTRY-INTERRUPTED",
            Self::Busy => "SR-REGISTRY-BUSY",
            Self::OutboxFull => "SR-REGISTRY-OUTBOX",
        }
    }

    fn remedy(&self) -> String {
        match self {
            Self::Sql { .. } => "Check the disk, then run fsck on the vault.",
            Self::NotARegistry => "Put back the vault.sqlite that belongs to this vault.",
            Self::Newer { .. } => "Open the vault with the newer program.",
            Self::Older { .. } => {
                "Open the vault once for writing; it is then brought up to date, on the record."
            }
            Self::Schema { .. } => {
                "Keep a copy, put vault.sqlite back from a backup, and call the auditor."
            }
            Self::Refused { .. } => "Nothing was changed; do what the rule asks for first.",
            Self::Missing(_) => "Check the name; nothing was changed.",
            Self::Interrupted => "Open the vault once for writing; the change is then undone.",
            Self::Busy => "Close the other program and try again.",
            Self::OutboxFull => "Open the vault again; the audit log is then brought up to date.",
        }
        .to_owned()
    }
}
