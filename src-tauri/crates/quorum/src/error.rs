//! Why a seed was not split, and why a record or a description cannot be read.

use terms::{CanonError, Fingerprint, Problem};

use crate::slip39::SetError;

/// Why a policy cannot be: the person who writes it can change it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// There are no groups or more than 16, or the threshold lies outside.
    #[error("{needed} of {groups} groups is no quorum: there are 1 to 16, and at most all combine")]
    Groups {
        /// The group threshold.
        needed: u8,
        /// How many groups there are.
        groups: usize,
    },
    /// A group has no holders or more than 16, or its threshold lies outside.
    #[error(
        "{needed} of {holders} in group \"{group}\" is no quorum: 1 to 16 hold, at most all combine"
    )]
    Members {
        /// The group's name.
        group: String,
        /// Its threshold.
        needed: u8,
        /// How many holders it has.
        holders: usize,
    },
    /// A group's or a holder's name is empty, too long, or has characters that mislead.
    #[error(
        "\"{}\" is no name: it has 1 to 256 bytes, no control characters, no space around it",
        name.escape_debug()
    )]
    Name {
        /// The name as it was given.
        name: String,
    },
    /// Two groups have one name.
    #[error("two groups are called \"{name}\"")]
    SameGroup {
        /// Their name.
        name: String,
    },
    /// One person would hold two shares of one split.
    #[error("{holder} would hold two shares of this split")]
    SameHolder {
        /// The person.
        holder: String,
    },
}

impl Problem for PolicyError {
    fn code(&self) -> &'static str {
        match self {
            Self::Groups { .. } => "SR-QUORUM-POLICY-GROUPS",
            Self::Members { .. } => "SR-QUORUM-POLICY-MEMBERS",
            Self::Name { .. } => "SR-QUORUM-POLICY-NAME",
            Self::SameGroup { .. } => "SR-QUORUM-POLICY-SAME-GROUP",
            Self::SameHolder { .. } => "SR-QUORUM-POLICY-SAME-HOLDER",
        }
    }

    fn remedy(&self) -> String {
        match self {
            Self::Groups { .. } | Self::Members { .. } => {
                "Change the threshold, or the number of groups or holders."
            }
            Self::Name { .. } => "Write the name as it shall stand on the sheet.",
            Self::SameGroup { .. } => "Give each group a name of its own.",
            Self::SameHolder { .. } => {
                "Name another person, or tell two people of one name apart in writing."
            }
        }
        .to_owned()
    }
}

/// Why a seed was not split or a public record cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum QuorumError {
    /// The policy cannot be.
    #[error(transparent)]
    Policy(#[from] PolicyError),
    /// SLIP-39 refused.
    #[error(transparent)]
    Set(#[from] SetError),
    /// The source of randomness repeats itself.
    #[error("the source of randomness repeats itself; nothing was split")]
    Randomness,
    /// The facts name another key than the one that is split.
    #[error("the key to split has fingerprint {found}, but {stated} was announced")]
    Facts {
        /// What was announced.
        stated: Fingerprint,
        /// Fingerprint of the recipient that the seed gives.
        found: Fingerprint,
    },
    /// A share did not survive its proof; nothing was handed out (share-1 S25).
    #[error("the shares just made do not prove themselves: {what}; none was handed out")]
    Proof {
        /// What failed.
        what: &'static str,
    },
    /// The bytes are not a share record in its one encoding, or state what cannot be.
    #[error("the share record cannot be read: {reason}")]
    Record {
        /// What about it is wrong.
        reason: &'static str,
    },
    /// The bytes are not a split description in its one encoding, or state what cannot be.
    #[error("the split description cannot be read: {reason}")]
    Description {
        /// What about it is wrong.
        reason: &'static str,
    },
    /// The bytes are not canonical.
    #[error("a public record of shares cannot be read")]
    Encoding(#[from] CanonError),
}

impl Problem for QuorumError {
    fn code(&self) -> &'static str {
        match self {
            Self::Policy(error) => error.code(),
            Self::Set(error) => error.code(),
            Self::Randomness => "SR-QUORUM-RANDOMNESS",
            Self::Facts { .. } => "SR-QUORUM-FACTS",
            Self::Proof { .. } => "SR-QUORUM-PROOF",
            Self::Record { .. } => "SR-QUORUM-RECORD",
            Self::Description { .. } => "SR-QUORUM-DESCRIPTION",
            Self::Encoding(_) => "SR-QUORUM-ENCODING",
        }
    }

    fn remedy(&self) -> String {
        match self {
            Self::Policy(error) => error.remedy(),
            Self::Set(error) => error.remedy(),
            Self::Randomness => "Stop the ceremony: this machine must not make keys.".to_owned(),
            Self::Facts { .. } => "Start the ceremony again from the seed.".to_owned(),
            Self::Proof { .. } => {
                "Stop the ceremony and use another machine: memory or processor may be faulty."
                    .to_owned()
            }
            Self::Record { .. } | Self::Encoding(_) => {
                "Enter the words alone; they are enough.".to_owned()
            }
            Self::Description { .. } => "Use another copy of the registry.".to_owned(),
        }
    }
}
