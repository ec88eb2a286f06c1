//! What can be wrong with a lock, the split of an archive, or a token that brings a share.

use quorum::{PolicyError, QuorumError};
use terms::{CanonError, Problem};
use token::{EnvelopeError, Serial, TokenError};

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
    /// The lock names a token with which the holder was not enrolled.
    #[error("{holder} was not enrolled with token {serial}, which this lock names")]
    NotEnrolled {
        /// The holder.
        holder: String,
        /// The token in the lock.
        serial: Serial,
    },
    /// The holder did not sign the lock.
    #[error("the signature of {holder} does not belong to this lock")]
    NotSigned {
        /// The holder.
        holder: String,
    },
    /// The token did not sign.
    #[error(transparent)]
    Token(#[from] TokenError),
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
            Self::NotEnrolled { .. } => "SR-THRESHOLD-NOT-ENROLLED",
            Self::NotSigned { .. } => "SR-THRESHOLD-NOT-SIGNED",
            Self::Token(error) => error.code(),
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
            Self::NotEnrolled { .. } => {
                "Do not seal to it. Make a lock of the tokens that the holders have now.".into()
            }
            Self::NotSigned { .. } => {
                "Do not seal to it. Ask the holder whether they signed this lock.".into()
            }
            Self::Token(error) => error.remedy(),
            Self::NoShare { .. } => "Ask one of the holders that the archive's split names.".into(),
            Self::Envelope(error) => error.remedy(),
        }
    }
}
