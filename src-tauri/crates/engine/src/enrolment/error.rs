//! What can stop an enrolment.

use paper::PaperError;
use registry::RegistryError;
use terms::Problem;
use token::attestation::AttestationError;
use token::{Serial, TokenError, Trace, named};

use crate::vault::VaultError;

/// Why a token was not enrolled.
#[derive(Debug, thiserror::Error)]
pub enum EnrolmentError {
    /// The vault cannot be written, or refuses.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The passport could not be made.
    #[error(transparent)]
    Paper(#[from] PaperError),
    /// A token refused.
    #[error("the token of {holder}: {error}")]
    Token {
        /// Whose token.
        holder: String,
        /// What it said.
        #[source]
        error: TokenError,
    },
    /// A token is not what it claims to be.
    #[error("the token of {holder} does not prove what it is: {error}")]
    Attestation {
        /// Whose token.
        holder: String,
        /// What is wrong.
        #[source]
        error: AttestationError,
    },
    /// Somebody used the token before. Nothing on it was changed.
    #[error("token {serial} is not as it left the factory: {}", named(traces))]
    Used {
        /// The token.
        serial: Serial,
        /// What was found on it.
        traces: Vec<Trace>,
    },
    /// An earlier attempt has set a PUK that nobody knows. Nothing on the token was changed.
    #[error("token {serial} has a PUK that was drawn and forgotten, so its enrolment cannot go on")]
    ForgottenPuk {
        /// The token.
        serial: Serial,
    },
    /// No token was prepared for the person, or it was not tested.
    #[error("no token of {holder} was prepared and tested")]
    NotPrepared {
        /// The person.
        holder: String,
    },
}

impl From<RegistryError> for EnrolmentError {
    fn from(error: RegistryError) -> Self {
        Self::Vault(error.into())
    }
}

impl Problem for EnrolmentError {
    fn code(&self) -> &'static str {
        match self {
            Self::Vault(error) => error.code(),
            Self::Paper(error) => error.code(),
            Self::Token { error, .. } => error.code(),
            Self::Attestation { error, .. } => error.code(),
            Self::Used { .. } => "SR-ENROLMENT-USED",
            Self::ForgottenPuk { .. } => "SR-ENROLMENT-FORGOTTEN-PUK",
            Self::NotPrepared { .. } => "SR-ENROLMENT-NOT-PREPARED",
        }
    }

    fn remedy(&self) -> String {
        match self {
            Self::Vault(error) => error.remedy(),
            Self::Paper(error) => error.remedy(),
            Self::Token { error, .. } => error.remedy(),
            Self::Attestation { error, .. } => error.remedy(),
            Self::Used { serial, .. } => format!(
                "Take a new token. If you know where this one comes from: --reset {serial} erases \
                 it for good; --resume goes on with an enrolment of it that was interrupted."
            ),
            Self::ForgottenPuk { serial } => {
                format!("Erase it and begin again: --reset {serial}. If a PUK was chosen, type it.")
            }
            Self::NotPrepared { .. } => "Prepare the token and test it first.".into(),
        }
    }
}
