//! What is wrong with which share, so that the person who must act is named.

use std::fmt;

use terms::{Environment, Fingerprint, KeyName, Problem, SplitId, Timestamp};

use crate::slip39::WordsError;
use crate::{Place, ShareRecord};

/// Which share is meant, as far as it is known; numbers count from 0.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Who {
    /// How the caller calls the entry: a file, a token, the third share typed.
    pub from: String,
    /// Who holds the share.
    pub holder: Option<String>,
    /// The group's number and, where a record says it, its name.
    pub group: Option<(u8, Option<String>)>,
    /// The holder's number within the group.
    pub member: Option<u8>,
}

/// One thing that is wrong, and with which share (none: with all of them together).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The share, or none if the finding is about what is missing or about all shares.
    pub who: Option<Who>,
    /// What is wrong with it.
    pub reason: Reason,
}

/// Why a share does not count, or why the shares do not open the key (share-1 S26 to S33).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// The words are no share.
    #[error(transparent)]
    Words(#[from] WordsError),
    /// The words are a share of a secret of another length.
    #[error("the words are a share of something shorter than a master key")]
    Size,
    /// The same share was offered before.
    #[error("this share was already entered{}", of(first))]
    Duplicate {
        /// How the caller calls the first entry.
        first: String,
    },
    /// The share belongs to another master key.
    #[error("this share belongs to key {key} ({fingerprint})")]
    ForeignKey {
        /// The key it belongs to.
        key: KeyName,
        /// Fingerprint of that key's recipient.
        fingerprint: Fingerprint,
    },
    /// The share belongs to another environment.
    #[error("this share belongs to {belongs}, not to {expected}")]
    OtherEnvironment {
        /// The environment it belongs to.
        belongs: Environment,
        /// The environment at work.
        expected: Environment,
    },
    /// The share belongs to a split that a later one replaced.
    #[error("this share belongs to split {split}, which was retired on {since}")]
    RetiredSplit {
        /// The split it belongs to.
        split: SplitId,
        /// Since when its shares no longer count.
        since: Timestamp,
    },
    /// The share belongs to another split than the others, or than the registry's.
    #[error("this share belongs to another split than the others")]
    OtherSplit,
    /// Words and record of one sheet belong to different splits.
    #[error("the words belong to another split than the lines above them")]
    OtherWords,
    /// The words form a share, but not the one that was handed out.
    #[error("this share was altered: it is not the one that was handed out")]
    Altered,
    /// The record differs from the one that the registry holds for this place.
    #[error("the lines above the words differ from the registry's record of this share")]
    OtherRecord,
    /// The share contradicts the others, which open the key without it.
    #[error("this share is wrong: the others open the key without it")]
    WrongShare,
    /// A group has fewer shares than its threshold.
    #[error("group {group} has {have} of the {needed} shares it needs{}", come(could_come))]
    TooFew {
        /// The group's name, or its number counted from 1.
        group: String,
        /// Its threshold.
        needed: usize,
        /// How many shares of it count.
        have: usize,
        /// Holders who have not offered a share, where the split's description is known.
        could_come: Vec<String>,
    },
    /// Fewer groups than needed have a share at all, and the others are not known by name.
    #[error("there are shares of {have} of the {needed} groups that are needed")]
    TooFewGroups {
        /// The group threshold.
        needed: usize,
        /// Groups of which a share counts.
        have: usize,
    },
    /// At least one share is wrong, and there are too few to say which.
    #[error("the shares contradict each other: at least one is wrong, and it cannot be said which")]
    Disagree,
    /// The shares agree, but the key they give is another one.
    #[error("the shares agree, but they give the key {found}, not {expected}")]
    OtherResult {
        /// Fingerprint of the key that is needed.
        expected: Fingerprint,
        /// Fingerprint of the key that the shares give.
        found: Fingerprint,
    },
}

/// Why the shares are no quorum or do not open the key: every finding, not only the first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejection {
    /// What is wrong, in the order of offering, and then what is missing.
    pub findings: Vec<Finding>,
}

impl Problem for Reason {
    fn code(&self) -> &'static str {
        match self {
            Self::Words(error) => error.code(),
            Self::Size => "SR-QUORUM-SIZE",
            Self::Duplicate { .. } => "SR-QUORUM-DUPLICATE",
            Self::ForeignKey { .. } => "SR-QUORUM-FOREIGN-KEY",
            Self::OtherEnvironment { .. } => "SR-QUORUM-OTHER-ENVIRONMENT",
            Self::RetiredSplit { .. } => "SR-QUORUM-RETIRED-SPLIT",
            Self::OtherSplit => "SR-QUORUM-OTHER-SPLIT",
            Self::OtherWords => "SR-QUORUM-OTHER-WORDS",
            Self::Altered => "SR-QUORUM-ALTERED",
            Self::OtherRecord => "SR-QUORUM-OTHER-RECORD",
            Self::WrongShare => "SR-QUORUM-WRONG-SHARE",
            Self::TooFew { .. } => "SR-QUORUM-TOO-FEW",
            Self::TooFewGroups { .. } => "SR-QUORUM-TOO-FEW-GROUPS",
            Self::Disagree => "SR-QUORUM-DISAGREE",
            Self::OtherResult { .. } => "SR-QUORUM-OTHER-RESULT",
        }
    }

    fn remedy(&self) -> String {
        match self {
            Self::Words(error) => return error.remedy(),
            Self::TooFew { could_come, .. } if !could_come.is_empty() => {
                return format!("Ask one of them to come: {}.", could_come.join(", "));
            }
            Self::TooFew { .. } | Self::TooFewGroups { .. } => "Ask more holders to come.",
            Self::Duplicate { .. } => "Ask for the share of another holder.",
            Self::ForeignKey { .. } | Self::OtherEnvironment { .. } => {
                "Ask the holder for the sheet of the key that is needed."
            }
            Self::RetiredSplit { .. } | Self::OtherSplit | Self::Size => {
                "Ask the holder for the sheet of the split that counts."
            }
            Self::OtherWords | Self::Altered | Self::WrongShare => {
                "Go on without this share, keep the sheet as evidence, and report it."
            }
            Self::OtherRecord => "Enter the words alone; they are enough. Report the difference.",
            Self::Disagree => "Bring one more share of each group, so that the wrong one is found.",
            Self::OtherResult { .. } => "Bring the shares of the key that is needed.",
        }
        .to_owned()
    }
}

impl Rejection {
    /// The finding to act on first: a wrong share before a missing one.
    fn foremost(&self) -> Option<&Finding> {
        let is_lack = |finding: &&Finding| {
            matches!(finding.reason, Reason::TooFew { .. } | Reason::TooFewGroups { .. })
        };
        self.findings.iter().find(|finding| !is_lack(finding)).or(self.findings.first())
    }
}

impl std::error::Error for Rejection {}

impl Problem for Rejection {
    fn code(&self) -> &'static str {
        self.foremost().map_or("SR-QUORUM-NONE", |finding| finding.reason.code())
    }

    fn remedy(&self) -> String {
        self.foremost().map(|finding| finding.reason.remedy()).unwrap_or_default()
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the shares do not open the key")?;
        self.findings.iter().enumerate().try_for_each(|(at, finding)| {
            let mark = if at == 0 { ": " } else { "; " };
            write!(f, "{mark}{finding}")
        })
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.who {
            Some(who) => write!(f, "{who}: {}", self.reason),
            None => write!(f, "{}", self.reason),
        }
    }
}

impl fmt::Display for Who {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.holder.as_deref().unwrap_or(&self.from))?;
        let Some((group, name)) = &self.group else { return Ok(()) };
        match name {
            Some(name) => write!(f, " ({name}")?,
            None => write!(f, " (group {}", group + 1)?,
        }
        if let Some(member) = self.member {
            write!(f, ", share {}", member + 1)?;
        }
        f.write_str(")")
    }
}

impl Who {
    pub(crate) fn from_record(from: &str, record: &ShareRecord) -> Self {
        let Place { group, group_name, member, holder, .. } = record.place();
        Self {
            from: from.to_owned(),
            holder: Some(holder.clone()),
            group: Some((*group, Some(group_name.clone()))),
            member: Some(*member),
        }
    }
}

fn of(first: &str) -> String {
    if first.is_empty() { String::new() } else { format!(" ({first})") }
}

fn come(holders: &[String]) -> String {
    if holders.is_empty() { String::new() } else { format!("; could come: {}", holders.join(", ")) }
}
