//! What can stop a genesis.

use quorum::{QuorumError, Reason, Rejection};
use registry::RegistryError;
use terms::{KeyName, Problem};
use token::attestation::AttestationError;
use token::{EnvelopeError, TokenError};

use crate::tokens::TokensError;
use crate::vault::VaultError;

/// Why a step of a genesis did not happen.
#[derive(Debug, thiserror::Error)]
pub enum GenesisError {
    /// The vault cannot be written.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// Splitting failed its own proof.
    #[error(transparent)]
    Quorum(#[from] QuorumError),
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
    /// A token that attests nothing, and nobody said why it is admitted (envelope-1 E17).
    #[error(
        "the token of {holder} attests nothing, and the roster does not say why it is admitted"
    )]
    Unattested {
        /// Whose token.
        holder: String,
    },
    /// A share could not be sealed to a token, or opened again.
    #[error("the token of {holder}: {error}")]
    Envelope {
        /// Whose share.
        holder: String,
        /// What is wrong.
        #[source]
        error: EnvelopeError,
    },
    /// The tokens of a drill vault cannot be read or kept.
    #[error(transparent)]
    Tokens(#[from] TokensError),
    /// A step asked for what an earlier step should have made.
    #[error("nothing was made yet that this step could use")]
    NothingMade,
    /// The shares of the split before are no quorum.
    #[error(transparent)]
    Rejected(#[from] Rejection),
    /// The shares of the split before give another key.
    #[error("these shares do not give the key {key}")]
    AnotherKey {
        /// The key.
        key: KeyName,
    },
    /// Nobody of this name holds a share.
    #[error("{holder} holds no share of this split")]
    NoSuchHolder {
        /// The name.
        holder: String,
    },
    /// What a holder brought back is not the share that was handed out.
    #[error("the share of {holder} does not prove itself: {reason}")]
    NotProved {
        /// Whose share.
        holder: String,
        /// Why.
        reason: Reason,
    },
    /// The dice do not look like dice.
    #[error("these dice cannot be used: {reason}")]
    Dice {
        /// Why.
        reason: &'static str,
    },
    /// The operating system has not contributed randomness.
    #[error("no randomness of the operating system was collected")]
    NoEntropy,
}

impl From<RegistryError> for GenesisError {
    fn from(error: RegistryError) -> Self {
        Self::Vault(error.into())
    }
}

impl Problem for GenesisError {
    fn code(&self) -> &'static str {
        match self {
            Self::Vault(error) => error.code(),
            Self::Quorum(error) => error.code(),
            Self::Token { error, .. } => error.code(),
            Self::Attestation { error, .. } => error.code(),
            Self::Unattested { .. } => "SR-GENESIS-UNATTESTED",
            Self::Envelope { error, .. } => error.code(),
            Self::Tokens(error) => error.code(),
            Self::NothingMade => "SR-GENESIS-NOTHING-MADE",
            Self::Rejected(rejection) => rejection.code(),
            Self::AnotherKey { .. } => "SR-GENESIS-ANOTHER-KEY",
            Self::NoSuchHolder { .. } => "SR-GENESIS-NO-SUCH-HOLDER",
            Self::NotProved { .. } => "SR-GENESIS-NOT-PROVED",
            Self::Dice { .. } => "SR-GENESIS-DICE",
            Self::NoEntropy => "SR-GENESIS-NO-ENTROPY",
        }
    }

    fn remedy(&self) -> String {
        match self {
            Self::Vault(error) => error.remedy(),
            Self::Quorum(error) => error.remedy(),
            Self::Token { error, .. } => error.remedy(),
            Self::Attestation { error, .. } => error.remedy(),
            Self::Unattested { .. } => {
                "Use a token that attests its keys, or say in the roster why \
                                        this one is admitted: unattested_tokens = \"...\"."
                    .into()
            }
            Self::Envelope { error, .. } => error.remedy(),
            Self::Tokens(error) => error.remedy(),
            Self::NothingMade | Self::NoEntropy => {
                "Follow the script from its start; the ceremony can be resumed or given up.".into()
            }
            Self::Rejected(rejection) => rejection.remedy(),
            Self::AnotherKey { .. } => {
                "Compare the check words on the sheets with the minutes of the genesis.".into()
            }
            Self::NoSuchHolder { .. } => "Compare the name with the roster of the ceremony.".into(),
            Self::NotProved { .. } => {
                "Read the sheet again with the holder; if it stays so, make the split anew.".into()
            }
            Self::Dice { .. } => "Roll six-sided dice and type every result, at least 50.".into(),
        }
    }
}
