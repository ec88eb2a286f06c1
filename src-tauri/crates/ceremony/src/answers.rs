//! Answers to every question of a ceremony, for drills that run without people.
//!
//! The file holds PINs in the clear, so it is for drill vaults only, and the program refuses it
//! anywhere else.

use serde::Deserialize;

use crate::ScriptError;

/// Answers for a ceremony.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answers {
    /// Where it takes place.
    pub place: String,
    /// Who runs it.
    pub administrator: String,
    /// Who certifies it.
    pub witness: String,
    /// Dice as they were rolled, for a genesis.
    #[serde(default)]
    pub dice: Option<String>,
    /// Who holds shares, for a genesis.
    #[serde(default)]
    pub quorum: Option<QuorumAnswers>,
    /// What is asked for, for a restore.
    #[serde(default)]
    pub request: Option<RequestAnswers>,
}

/// The groups of a split.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QuorumAnswers {
    /// How many groups open the key.
    pub group_threshold: u8,
    /// The groups.
    pub groups: Vec<GroupAnswers>,
}

/// One group.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GroupAnswers {
    /// What people call it.
    pub name: String,
    /// How many of its holders speak for it.
    pub threshold: u8,
    /// Its holders.
    pub holders: Vec<HolderAnswers>,
}

/// One holder.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HolderAnswers {
    /// The name.
    pub name: String,
    /// The PIN of the holder's virtual token, in drills that run by themselves.
    #[serde(default)]
    pub pin: Option<String>,
    /// Whether the holder has a token; a PIN says so too.
    #[serde(default)]
    pub token: bool,
    /// Whether the share is printed.
    #[serde(default = "yes")]
    pub sheet: bool,
}

/// A restore.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RequestAnswers {
    /// Who asks.
    pub requester: String,
    /// Why.
    pub reason: String,
    /// Who approves, with the PIN of each token.
    pub approvers: Vec<ApproverAnswers>,
}

/// One approver.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApproverAnswers {
    /// The name.
    pub name: String,
    /// The PIN of the approver's virtual token, in drills that run by themselves.
    #[serde(default)]
    pub pin: Option<String>,
    /// The file with the approver's share, in drills that run by themselves and use sheets.
    #[serde(default)]
    pub share: Option<String>,
}

impl Answers {
    /// Reads answers; unknown keys are refused.
    ///
    /// # Errors
    ///
    /// The text is malformed, with line and column.
    pub fn parse(text: &str) -> Result<Self, ScriptError> {
        toml::from_str(text).map_err(|error| ScriptError::Answers { message: error.to_string() })
    }
}

fn yes() -> bool {
    true
}
