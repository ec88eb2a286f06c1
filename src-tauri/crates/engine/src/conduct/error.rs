//! What can stop a ceremony.

use ceremony::{CeremonyError, ScriptError};
use paper::PaperError;
use quorum::PolicyError;
use registry::RegistryError;
use terms::{KeyName, Problem};
use token::TokenError;

use super::{RoomError, SheetsError};
use crate::EngineError;
use crate::approval::ApprovalError;
use crate::enrolment::EnrolmentError;
use crate::genesis::GenesisError;
use crate::tokens::TokensError;
use crate::vault::VaultError;

/// Why a ceremony did not come to its end.
#[derive(Debug, thiserror::Error)]
pub enum ConductError {
    /// The script cannot be read.
    #[error(transparent)]
    Script(#[from] ScriptError),
    /// The runner refuses the roster or a step.
    #[error(transparent)]
    Ceremony(#[from] CeremonyError),
    /// The quorum's policy is no policy.
    #[error(transparent)]
    Policy(#[from] PolicyError),
    /// The room did not answer.
    #[error(transparent)]
    Room(#[from] RoomError),
    /// A step of a genesis failed.
    #[error(transparent)]
    Genesis(#[from] GenesisError),
    /// A step of an enrolment failed.
    #[error(transparent)]
    Enrolment(#[from] EnrolmentError),
    /// A step of a restore under quorum failed.
    #[error(transparent)]
    Approval(#[from] ApprovalError),
    /// The restore itself failed.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// A sheet could not be made or read.
    #[error(transparent)]
    Sheets(#[from] SheetsError),
    /// A document could not be made.
    #[error(transparent)]
    Paper(#[from] PaperError),
    /// The tokens of a drill vault cannot be used.
    #[error(transparent)]
    Tokens(#[from] TokensError),
    /// A token does not answer.
    #[error("the token of {holder}: {error}")]
    Token {
        /// Whose token.
        holder: String,
        /// What it said.
        #[source]
        error: TokenError,
    },
    /// A holder's share has nowhere to go.
    #[error("the share of {holder} goes to neither a token nor a sheet")]
    NowhereToGo {
        /// The holder.
        holder: String,
    },
    /// A genesis was not finished, but its key was made effective before.
    #[error("the ceremony was not finished, but {}: {why}", in_force(*key, *is_kept))]
    Effective {
        /// The key.
        key: KeyName,
        /// Whether the key was in use before, and its new shares are what is in force.
        is_kept: bool,
        /// Why the ceremony was not finished.
        why: Box<ConductError>,
    },
    /// The run was closed or given up before.
    #[error("the ceremony is over")]
    Over,
}

fn in_force(key: KeyName, is_kept: bool) -> String {
    match is_kept {
        true => format!("the new shares of {key} ARE in force"),
        false => format!("the key {key} IS effective"),
    }
}

impl ConductError {
    /// Whether the people can do something about it and try the step again; what would be the same
    /// the next time is not.
    pub fn is_worth_another_try(&self) -> bool {
        match self {
            Self::Genesis(error) => matches!(
                error,
                GenesisError::Token { .. }
                    | GenesisError::Attestation { .. }
                    | GenesisError::Envelope { .. }
                    | GenesisError::Tokens(_)
                    | GenesisError::NotProved { .. }
                    | GenesisError::Dice { .. }
            ),
            Self::Enrolment(error) => matches!(
                error,
                EnrolmentError::Token { .. }
                    | EnrolmentError::Attestation { .. }
                    | EnrolmentError::Used { .. }
            ),
            Self::Approval(ApprovalError::Token { error: TokenError::PinBlocked, .. }) => false,
            // The shares that did not open the archive are gone: they are brought in a new run.
            Self::Approval(error) => matches!(
                error,
                ApprovalError::Token { .. }
                    | ApprovalError::Envelope { .. }
                    | ApprovalError::Share { .. }
            ),
            Self::Engine(error) => error.may_pass(),
            Self::Tokens(error) => matches!(
                error,
                TokensError::NoNew
                    | TokensError::SeveralNew { .. }
                    | TokensError::WrongKind { .. }
                    | TokensError::Token(_)
            ),
            Self::Token { .. } | Self::Sheets(_) | Self::Room(RoomError::Cancelled) => true,
            _ => false,
        }
    }

    fn inner(&self) -> Option<&dyn Problem> {
        Some(match self {
            Self::Script(error) => error,
            Self::Ceremony(error) => error,
            Self::Policy(error) => error,
            Self::Room(error) => error,
            Self::Genesis(error) => error,
            Self::Enrolment(error) => error,
            Self::Approval(error) => error,
            Self::Engine(error) => error,
            Self::Sheets(error) => error,
            Self::Paper(error) => error,
            Self::Tokens(error) => error,
            Self::Token { error, .. } => error,
            Self::NowhereToGo { .. } | Self::Effective { .. } | Self::Over => return None,
        })
    }
}

impl From<VaultError> for ConductError {
    fn from(error: VaultError) -> Self {
        Self::Genesis(error.into())
    }
}

impl From<RegistryError> for ConductError {
    fn from(error: RegistryError) -> Self {
        Self::Genesis(error.into())
    }
}

impl Problem for ConductError {
    fn code(&self) -> &'static str {
        match self {
            Self::NowhereToGo { .. } => "SR-CONDUCT-NOWHERE-TO-GO",
            Self::Effective { .. } => "SR-CONDUCT-EFFECTIVE",
            Self::Over => "SR-CONDUCT-OVER",
            other => other.inner().map_or("SR-CONDUCT-FAILED", Problem::code),
        }
    }

    fn remedy(&self) -> String {
        match self {
            Self::NowhereToGo { .. } => {
                "Give the holder a token, or name a folder for sheets: --sheets DIR.".into()
            }
            Self::Effective { is_kept: true, .. } => {
                "Destroy the old shares and none of the new ones: this vault takes the new ones \
                 only. Write down what was not agreed and who decides about it."
                    .into()
            }
            Self::Effective { .. } => {
                "Destroy no share. Write down what was not agreed and who decides about it; until \
                 then seal nothing to this key. If it is not to be used, hold another genesis."
                    .into()
            }
            Self::Over => "Begin a new ceremony.".into(),
            other => other.inner().map_or_else(String::new, Problem::remedy),
        }
    }
}
