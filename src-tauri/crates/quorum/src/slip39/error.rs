//! What can be wrong with the words of one share, and with a set of shares.

use terms::Problem;

use super::EXPONENT_MAX;

/// Why words are no share; nothing here repeats a word.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WordsError {
    /// A share has 33 words (20 for a secret of 128 bits), share-1 S3.
    #[error("there are {found} words where a share has 33")]
    Count {
        /// How many there are.
        found: usize,
    },
    /// A word is not on the list of SLIP-39, share-1 S4.
    #[error("word {position} is not on the word list")]
    UnknownWord {
        /// Counts from 1, as on the sheet.
        position: usize,
    },
    /// The words are on the list but do not belong together, share-1 S5.
    #[error("the words do not match their checksum")]
    Checksum,
    /// The checksum matches, but the header or the padding is impossible, share-1 S6.
    #[error("the words match their checksum but are no share: {reason}")]
    Malformed {
        /// What about it is impossible.
        reason: &'static str,
    },
    /// The share demands more key stretching than is accepted, share-1 S6.
    #[error(
        "the share demands the iteration exponent {exponent}; at most {EXPONENT_MAX} is accepted"
    )]
    Exponent {
        /// What it demands.
        exponent: u8,
    },
}

impl Problem for WordsError {
    fn code(&self) -> &'static str {
        match self {
            Self::Count { .. } => "SR-QUORUM-WORD-COUNT",
            Self::UnknownWord { .. } => "SR-QUORUM-UNKNOWN-WORD",
            Self::Checksum => "SR-QUORUM-CHECKSUM",
            Self::Malformed { .. } => "SR-QUORUM-MALFORMED",
            Self::Exponent { .. } => "SR-QUORUM-EXPONENT",
        }
    }

    fn remedy(&self) -> String {
        match self {
            Self::Count { .. } => "Enter all 33 words of the sheet, in their order.".to_owned(),
            Self::UnknownWord { position } => {
                format!("Compare word {position} with the sheet, letter by letter.")
            }
            Self::Checksum => "Compare every word with the sheet: one was misread, or two \
                               changed places."
                .to_owned(),
            Self::Malformed { .. } | Self::Exponent { .. } => {
                "Use the sheet of this split; these words were not made by Strongroom.".to_owned()
            }
        }
    }
}

/// Why a set of shares does not combine; the layer above knows the holders and names them.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SetError {
    /// There is not one share.
    #[error("there are no shares")]
    Empty,
    /// The shares do not come from one split.
    #[error("the shares do not belong together: their {field} differs")]
    Mixed {
        /// The first field of the header that differs.
        field: &'static str,
    },
    /// Two shares have the same place in the same group.
    #[error("member {member} of group {group} is there twice")]
    Duplicate {
        /// Counts from 0.
        group: u8,
        /// Counts from 0.
        member: u8,
    },
    /// A group has fewer or more members than its threshold.
    #[error("group {group} has {found} shares where exactly {needed} combine")]
    Members {
        /// Counts from 0.
        group: u8,
        /// How many combine.
        needed: usize,
        /// How many are there.
        found: usize,
    },
    /// There are fewer or more groups than the group threshold.
    #[error("there are shares of {found} groups where exactly {needed} combine")]
    Groups {
        /// How many combine.
        needed: usize,
        /// How many are there.
        found: usize,
    },
    /// The digest inside the shares does not match: at least one share is wrong.
    #[error("the shares do not agree: at least one of them is wrong")]
    Digest,
    /// Thresholds or lengths that SLIP-39 does not have.
    #[error("SLIP-39 cannot split this way: {reason}")]
    Parameters {
        /// What about it is impossible.
        reason: &'static str,
    },
}

impl Problem for SetError {
    fn code(&self) -> &'static str {
        match self {
            Self::Empty => "SR-QUORUM-SET-EMPTY",
            Self::Mixed { .. } => "SR-QUORUM-SET-MIXED",
            Self::Duplicate { .. } => "SR-QUORUM-SET-DUPLICATE",
            Self::Members { .. } => "SR-QUORUM-SET-MEMBERS",
            Self::Groups { .. } => "SR-QUORUM-SET-GROUPS",
            Self::Digest => "SR-QUORUM-SET-DIGEST",
            Self::Parameters { .. } => "SR-QUORUM-SET-PARAMETERS",
        }
    }

    fn remedy(&self) -> String {
        match self {
            Self::Parameters { .. } => {
                "Choose 1 to 16 groups of 1 to 16 members, and thresholds within these counts."
            }
            Self::Digest => "Bring one more share of each group, so that the wrong one is found.",
            _ => "Bring exactly as many shares of one split as its thresholds say.",
        }
        .to_owned()
    }
}
