//! What can be wrong with a log, or with what is to be written into it.

use std::io;

use terms::{Problem, VaultId};

use crate::Verdict;

/// Why the log could not be read, written or trusted.
#[derive(Debug, thiserror::Error)]
pub enum AuditError {
    /// The storage refused.
    #[error("the audit log could not be {doing}: {source}")]
    Storage {
        /// What was being done, as a participle: `read`, `written`, `synced`.
        doing: &'static str,
        /// What the system said.
        source: io::Error,
    },
    /// The file does not begin as a log does.
    #[error("the file is not an audit log of format 1")]
    NotALog,
    /// The log belongs to another vault.
    #[error("the audit log belongs to vault {found}, not to vault {expected}")]
    Foreign {
        /// The vault named in the file.
        found: VaultId,
        /// The vault it was opened for.
        expected: VaultId,
    },
    /// There is a log already.
    #[error("there is an audit log here already")]
    Exists,
    /// An acknowledged entry does not read as it was written.
    #[error("entry {sequence} of the audit log is damaged at byte {offset}: {reason}")]
    Damaged {
        /// The entry's number, from 0.
        sequence: u64,
        /// Where its frame begins in the file.
        offset: u64,
        /// What does not fit.
        reason: String,
    },
    /// More lies behind the checkpoint than one interrupted write can leave.
    #[error("{bytes} bytes of the audit log lie behind its checkpoint")]
    TailTooLong {
        /// How many.
        bytes: u64,
    },
    /// The checkpoint file is missing.
    #[error("the audit log has no checkpoint")]
    NoCheckpoint,
    /// The checkpoint is not a checkpoint.
    #[error("the checkpoint is malformed: {reason}")]
    CheckpointMalformed {
        /// What does not fit.
        reason: &'static str,
    },
    /// No signature of the expected key verifies.
    #[error("the checkpoint is not signed by the log key {key}")]
    CheckpointSignature {
        /// The key that was expected, as a verifier key (C2SP signed-note).
        key: String,
    },
    /// A cosigned head is not what it must be.
    #[error("the cosignature of {name} does not count: {reason}")]
    Cosignature {
        /// The name of the key, or what stands where it should.
        name: String,
        /// What does not fit.
        reason: &'static str,
    },
    /// The policy for cosignatures is not one.
    #[error("the policy for cosignatures cannot be used: {reason}")]
    Policy {
        /// What does not fit.
        reason: String,
    },
    /// The log contradicts its own checkpoint, so nothing may be added to it.
    #[error("the audit log contradicts its own checkpoint: {0}")]
    Contradiction(Verdict),
    /// An earlier write failed on this handle.
    #[error("the audit log stopped after a failed write")]
    Stopped,
    /// The event breaks a rule for events.
    #[error("the event cannot be logged: {reason}")]
    EventRefused {
        /// Which rule, as a sentence part.
        reason: &'static str,
    },
    /// The event closes an intent that is not open.
    #[error("there is no open intent {0} of this operation")]
    NoSuchIntent(u64),
    /// The event's registry act does not follow the last one in the log.
    #[error("the registry's act {act} does not follow act {last} in the audit log")]
    ActOutOfOrder {
        /// The act of the event.
        act: u64,
        /// The newest act in the log.
        last: u64,
    },
}

impl AuditError {
    pub(crate) fn storage(doing: &'static str) -> impl Fn(io::Error) -> Self {
        move |source| Self::Storage { doing, source }
    }
}

impl Problem for AuditError {
    fn code(&self) -> &'static str {
        match self {
            Self::Storage { .. } => "SR-LOG-STORAGE",
            Self::NotALog => "SR-LOG-NOT-A-LOG",
            Self::Foreign { .. } => "SR-LOG-FOREIGN",
            Self::Exists => "SR-LOG-EXISTS",
            Self::Damaged { .. } => "SR-LOG-DAMAGED",
            Self::TailTooLong { .. } => "SR-LOG-TAIL",
            Self::NoCheckpoint => "SR-LOG-NO-CHECKPOINT",
            Self::CheckpointMalformed { .. } => "SR-LOG-CHECKPOINT",
            Self::CheckpointSignature { .. } => "SR-LOG-SIGNATURE",
            Self::Cosignature { .. } => "SR-LOG-COSIGNATURE",
            Self::Policy { .. } => "SR-LOG-POLICY",
            Self::Contradiction(verdict) => verdict.code(),
            Self::Stopped => "SR-LOG-STOPPED",
            Self::EventRefused { .. } => "SR-LOG-EVENT",
            Self::NoSuchIntent(_) => "SR-LOG-INTENT",
            Self::ActOutOfOrder { .. } => "SR-LOG-ACT",
        }
    }

    fn remedy(&self) -> String {
        match self {
            Self::Storage { .. } | Self::Stopped => {
                "Check the disk, then open the vault again; nothing runs without its log.".into()
            }
            Self::NotALog | Self::Foreign { .. } => {
                "Put back the log folder that belongs to this vault.".into()
            }
            Self::Exists => "Open the vault instead of creating it.".into(),
            Self::Damaged { .. } | Self::TailTooLong { .. } | Self::Contradiction(_) => {
                "Change nothing; keep a copy of the vault and let an auditor compare it with the \
                 minutes and with a backup."
                    .into()
            }
            Self::NoCheckpoint
            | Self::CheckpointMalformed { .. }
            | Self::CheckpointSignature { .. } => {
                "Compare the log with a checkpoint from the minutes or from a backup.".into()
            }
            Self::Cosignature { .. } => {
                "Keep the note, compare it with the copy that the holder took along, and call the \
                 auditor."
                    .into()
            }
            Self::Policy { .. } => {
                "Write it as docs/COMMANDS.md shows: at_least, of and days.".into()
            }
            Self::EventRefused { .. } | Self::NoSuchIntent(_) | Self::ActOutOfOrder { .. } => {
                "Report this as a fault of the program; the operation was not recorded.".into()
            }
        }
    }
}
