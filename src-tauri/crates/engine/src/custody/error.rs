//! What stands in the way of a share's way to another token.

use registry::RegistryError;
use terms::Problem;
use token::{EnvelopeError, Serial};

use crate::approval::ApprovalError;
use crate::vault::VaultError;

/// Why a share was not copied, or a token not retired.
#[derive(Debug, thiserror::Error)]
pub enum CustodyError {
    /// The vault cannot be written, or refuses.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The share did not open, or is not the one.
    #[error(transparent)]
    Share(#[from] ApprovalError),
    /// The share could not be sealed to the token.
    #[error("the token of {holder}: {error}")]
    Envelope {
        /// Whose share.
        holder: String,
        /// What is wrong.
        #[source]
        error: Box<EnvelopeError>,
    },
    /// The token is not enrolled.
    #[error("token {serial} is not enrolled for {holder}")]
    NotEnrolled {
        /// Whose share it would carry.
        holder: String,
        /// The token.
        serial: Serial,
    },
    /// The token is somebody else's.
    #[error("token {serial} is that of {owner}, not of {holder}")]
    Another {
        /// Whose share it would carry.
        holder: String,
        /// The token.
        serial: Serial,
        /// Whose token it is.
        owner: String,
    },
    /// The token was retired before.
    #[error("token {serial} is retired")]
    Retired {
        /// The token.
        serial: Serial,
    },
    /// The vault knows no such token.
    #[error("this vault knows no token {serial}")]
    Unknown {
        /// The number.
        serial: Serial,
    },
    /// The share lies on the token already.
    #[error("the share of {holder} lies on token {serial} already")]
    There {
        /// Whose share.
        holder: String,
        /// The token.
        serial: Serial,
    },
    /// The token carries the only copy of a share.
    #[error("token {serial} carries the last copy of the share of {holder} of {key}")]
    LastCopy {
        /// Whose share.
        holder: String,
        /// The key.
        key: String,
        /// The token.
        serial: Serial,
    },
    /// Nothing is left from which the share could be copied.
    #[error("the share of {holder} of {key} lies on nothing but token {serial}")]
    NoOtherCopy {
        /// Whose share.
        holder: String,
        /// The key.
        key: String,
        /// The token that is to be replaced.
        serial: Serial,
    },
}

impl From<RegistryError> for CustodyError {
    fn from(error: RegistryError) -> Self {
        Self::Vault(error.into())
    }
}

impl Problem for CustodyError {
    fn code(&self) -> &'static str {
        match self {
            Self::Vault(error) => error.code(),
            Self::Share(error) => error.code(),
            Self::Envelope { error, .. } => error.code(),
            Self::NotEnrolled { .. } => "SR-CUSTODY-NOT-ENROLLED",
            Self::Another { .. } => "SR-CUSTODY-ANOTHERS-TOKEN",
            Self::Retired { .. } => "SR-CUSTODY-RETIRED",
            Self::Unknown { .. } => "SR-CUSTODY-UNKNOWN-TOKEN",
            Self::There { .. } => "SR-CUSTODY-THERE",
            Self::LastCopy { .. } => "SR-CUSTODY-LAST-COPY",
            Self::NoOtherCopy { .. } => "SR-CUSTODY-NO-OTHER-COPY",
        }
    }

    fn remedy(&self) -> String {
        match self {
            Self::Vault(error) => error.remedy(),
            Self::Share(error) => error.remedy(),
            Self::Envelope { error, .. } => error.remedy(),
            Self::NotEnrolled { .. } => {
                "Enrol the token for this person first: strongroom ceremony run enrol.".into()
            }
            Self::Another { .. } => "Take a token that was enrolled for this person.".into(),
            Self::Retired { .. } => {
                "A retired token never comes back; enrol another one for this person.".into()
            }
            Self::Unknown { .. } => "See strongroom token list --enrolled.".into(),
            Self::There { .. } => "Nothing is to be done; see strongroom share list.".into(),
            Self::LastCopy { .. } => {
                "Put the share on another token first: strongroom token add. If this one is gone, \
                 say so: --because lost, stolen or broken."
                    .into()
            }
            Self::NoOtherCopy { .. } => {
                "Its holder cannot replace it alone: the share is lost with the token. Retire it \
                 (--because lost), and hold ceremony run refresh while a quorum is left: it gives \
                 everybody a new share of the same key."
                    .into()
            }
        }
    }
}
