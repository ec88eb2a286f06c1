//! What can be wrong with a lock, the split of an archive, or a token that brings a share.

use quorum::{PolicyError, QuorumError};
use terms::{CanonError, Problem};
use token::{EnvelopeError, Serial};

/// Why nothing was sealed or opened in threshold mode.
#[derive(Debug, thiserror::Error)]
pub enum ThresholdError {
    /// The bytes are not such a record.
    #[error(transparent)]
    Malformed(#[from] CanonError),
    /// A record of a version that this program does not know, or that contradicts itself.
    #[error("this is no {record} that this program knows")]
    Unknown {
        /// What was read.
        record: &'static str,
    },
    /// A record that is longer than any.
    #[error("this is longer than any {record}")]
    TooLong {
        /// What was read.
        record: &'static str,
    },
    /// The policy is none.
    #[error(transparent)]
    Policy(#[from] PolicyError),
    /// The split failed its own proof.
    #[error(transparent)]
    Quorum(#[from] QuorumError),
    /// A holder without a token, or with two.
    #[error("{holder} has not exactly one token in this lock")]
    OneToken {
        /// The holder.
        holder: String,
    },
    /// Two holders with one token.
    #[error("token {serial} stands for two holders")]
    SameToken {
        /// The token.
        serial: Serial,
    },
    /// Nobody of that name holds a share of the archive.
    #[error("{holder} holds no share of this archive")]
    NoShare {
        /// The name.
        holder: String,
    },
    /// An envelope that belongs to another share or another archive.
    #[error("the envelope of {holder} belongs to something else")]
    ForeignEnvelope {
        /// Whose envelope it should be.
        holder: String,
    },
    /// The envelope did not open.
    #[error(transparent)]
    Envelope(#[from] EnvelopeError),
}

impl Problem for ThresholdError {
    fn code(&self) -> &'static str {
        match self {
            Self::Malformed(_) => "SR-THRESHOLD-MALFORMED",
            Self::Unknown { .. } => "SR-THRESHOLD-UNKNOWN",
            Self::TooLong { .. } => "SR-THRESHOLD-TOO-LONG",
            Self::Policy(error) => error.code(),
            Self::Quorum(error) => error.code(),
            Self::OneToken { .. } => "SR-THRESHOLD-ONE-TOKEN",
            Self::SameToken { .. } => "SR-THRESHOLD-SAME-TOKEN",
            Self::NoShare { .. } => "SR-THRESHOLD-NO-SHARE",
            Self::ForeignEnvelope { .. } => "SR-THRESHOLD-FOREIGN-ENVELOPE",
            Self::Envelope(error) => error.code(),
        }
    }

    fn remedy(&self) -> String {
        match self {
            Self::Malformed(_) | Self::TooLong { .. } | Self::ForeignEnvelope { .. } => {
                "Take another copy of the file; one lies with each copy of the archive.".into()
            }
            Self::Unknown { .. } => "Use the newest version of this program.".into(),
            Self::Policy(error) => error.remedy(),
            Self::Quorum(error) => error.remedy(),
            Self::OneToken { .. } => "Name one token for each holder.".into(),
            Self::SameToken { .. } => "Give each holder a token of their own.".into(),
            Self::NoShare { .. } => "Ask one of the holders that the archive's split names.".into(),
            Self::Envelope(error) => error.remedy(),
        }
    }
}
