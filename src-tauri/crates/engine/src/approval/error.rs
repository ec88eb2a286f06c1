//! What can stop a restore on its way through the quorum.

use quorum::Reason;
use registry::RegistryError;
use terms::Problem;
use token::{EnvelopeError, Serial, TokenError};

use crate::unlock::UnlockError;
use crate::vault::VaultError;

/// Why a restore was not approved or not opened.
#[derive(Debug, thiserror::Error)]
pub enum ApprovalError {
    /// The vault cannot be written, or refuses.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The archive is sealed to a key that this vault does not know.
    #[error("the archive is sealed to a key that this vault has no effective split of")]
    OtherVault,
    /// The person holds no share of the archive's key.
    #[error("{person} holds no share of this key")]
    NoShare {
        /// The name.
        person: String,
    },
    /// A token refused.
    #[error("the token of {person}: {error}")]
    Token {
        /// Whose token.
        person: String,
        /// What it said.
        #[source]
        error: TokenError,
    },
    /// The token was retired: what is sealed to it counts no more.
    #[error("token {serial} of {person} is retired")]
    Retired {
        /// Whose token it was.
        person: String,
        /// The token.
        serial: Serial,
    },
    /// The token is not enrolled for the person.
    #[error("token {serial} was never enrolled for {person}")]
    NotEnrolled {
        /// Whose approval it would be.
        person: String,
        /// The token.
        serial: Serial,
    },
    /// The token signed with another key than the one that was enrolled.
    #[error("the approval of {person} is not signed with the key of the enrolled token")]
    Signature {
        /// Whose approval it would be.
        person: String,
    },
    /// An envelope did not open.
    #[error("the token of {person}: {error}")]
    Envelope {
        /// Whose share.
        person: String,
        /// What is wrong.
        #[source]
        error: Box<EnvelopeError>,
    },
    /// What a person brought is not the share that the vault knows.
    #[error("this is not the share of {person}{}", because(reason))]
    Share {
        /// Whose share.
        person: String,
        /// What is wrong with it.
        reason: Reason,
    },
    /// The shares did not open the archive.
    #[error(transparent)]
    Unlock(#[from] UnlockError),
}

/// Words that form a share of the split, and not this one, are somebody else's: no more to say.
fn because(reason: &Reason) -> String {
    match reason {
        Reason::Altered => ", but another one, or one with a changed word".to_owned(),
        other => format!(": {other}"),
    }
}

impl From<RegistryError> for ApprovalError {
    fn from(error: RegistryError) -> Self {
        Self::Vault(error.into())
    }
}

impl Problem for ApprovalError {
    fn code(&self) -> &'static str {
        match self {
            Self::Vault(error) => error.code(),
            Self::OtherVault => "SR-APPROVAL-OTHER-VAULT",
            Self::NoShare { .. } => "SR-APPROVAL-NO-SHARE",
            Self::Retired { .. } => "SR-APPROVAL-RETIRED",
            Self::NotEnrolled { .. } => "SR-APPROVAL-NOT-ENROLLED",
            Self::Signature { .. } => "SR-APPROVAL-SIGNATURE",
            Self::Token { error, .. } => error.code(),
            Self::Envelope { error, .. } => error.code(),
            Self::Share { .. } => "SR-APPROVAL-SHARE",
            Self::Unlock(error) => error.code(),
        }
    }

    fn remedy(&self) -> String {
        match self {
            Self::Vault(error) => error.remedy(),
            Self::OtherVault => {
                "Name the vault whose key it is; strongroom inspect shows the fingerprint.".into()
            }
            Self::NoShare { .. } => {
                "Ask a holder of this key's split; strongroom key show lists them.".into()
            }
            Self::Retired { .. } => {
                "Use another token of this holder, or the sheet; hand this one in.".into()
            }
            Self::NotEnrolled { .. } => {
                "Use the sheet of this holder, or ask another holder of the key.".into()
            }
            Self::Signature { .. } => {
                "Keep the token apart: it is not the enrolled one. Use the sheet or another holder."
                    .into()
            }
            Self::Token { error, .. } => error.remedy(),
            Self::Envelope { error, .. } => error.remedy(),
            Self::Share { .. } => {
                "Look whose name stands on the sheet, compare its check words with the minutes, \
                 and type it again."
                    .into()
            }
            Self::Unlock(error) => error.remedy(),
        }
    }
}
