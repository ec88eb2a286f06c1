//! Answers to every question of a ceremony, for drills that run without people.
//!
//! The file holds PINs in the clear, so it is for drill vaults only, and the program refuses it
//! anywhere else.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use terms::{KeyName, PersonName};

use crate::ScriptError;

/// Answers for a ceremony.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answers {
    /// Where it takes place.
    pub place: String,
    /// Who runs it.
    #[serde(deserialize_with = "person")]
    pub administrator: String,
    /// Who certifies it.
    #[serde(deserialize_with = "person")]
    pub witness: String,
    /// Dice as they were rolled, for a genesis.
    #[serde(default)]
    pub dice: Option<String>,
    /// Why tokens that attest nothing are admitted, for a genesis; without it none is.
    #[serde(default)]
    pub unattested_tokens: Option<String>,
    /// Who holds shares, for a genesis.
    #[serde(default)]
    pub quorum: Option<QuorumAnswers>,
    /// Who gets a token, for an enrolment.
    #[serde(default)]
    pub enrolment: Option<EnrolmentAnswers>,
    /// What is asked for, for a restore.
    #[serde(default)]
    pub request: Option<RequestAnswers>,
    /// Who brings a share of the split before, for a refresh; who holds the new ones is `quorum`.
    #[serde(default)]
    pub refresh: Option<RefreshAnswers>,
    /// Who shows which copies of a share, for a health ceremony.
    #[serde(default)]
    pub health: Option<HealthAnswers>,
    /// Which key is replaced, for a rotation; who holds the new one is `quorum`.
    #[serde(default)]
    pub rotation: Option<RotationAnswers>,
    /// How archives of a lock are called, for making one; who opens them is `quorum`.
    #[serde(default)]
    pub lock: Option<LockAnswers>,
}

/// How archives of a lock are called (threshold-1 T1).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LockAnswers {
    /// Environment and version, such as `production/900`; no master key has it.
    #[serde(deserialize_with = "key")]
    pub key: Option<KeyName>,
}

/// Which key is replaced (script-1 C26).
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RotationAnswers {
    /// The key; without it the newest active one.
    #[serde(default, deserialize_with = "key")]
    pub key: Option<KeyName>,
}

/// Which key is split anew (script-1 C22).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RefreshAnswers {
    /// The key; without it the newest active one.
    #[serde(default, deserialize_with = "key")]
    pub key: Option<KeyName>,
    /// Who brings a share.
    pub bearers: Vec<BearerAnswers>,
}

/// Somebody who brings a share of the split before.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BearerAnswers {
    /// The name.
    #[serde(deserialize_with = "person")]
    pub name: String,
    /// Whether it is brought on its sheet, although it also lies on a token.
    #[serde(default)]
    pub sheet: bool,
    /// The PIN of the bearer's virtual token, in drills that run by themselves.
    #[serde(default)]
    pub pin: Option<String>,
    /// The file with the bearer's share, in drills that run by themselves and use sheets.
    #[serde(default)]
    pub share: Option<String>,
}

/// Which shares are proved (script-1 C21).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HealthAnswers {
    /// The key; without it the newest active one.
    #[serde(default, deserialize_with = "key")]
    pub key: Option<KeyName>,
    /// Holders who are here.
    pub holders: Vec<ShownBy>,
    /// Holders who are not.
    #[serde(default)]
    pub absent: Vec<Absence>,
}

/// A holder who is here, and what they brought.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShownBy {
    /// The name.
    #[serde(deserialize_with = "person")]
    pub name: String,
    /// How many of the holder's tokens they brought; without it all that the share lies on.
    #[serde(default)]
    pub tokens: Option<usize>,
    /// Whether they brought the sheet; without it, if there is one.
    #[serde(default)]
    pub sheet: Option<bool>,
    /// The PIN of the holder's virtual tokens, in drills that run by themselves.
    #[serde(default)]
    pub pin: Option<String>,
    /// The file with the holder's share, in drills that run by themselves and use sheets.
    #[serde(default)]
    pub share: Option<String>,
}

/// A holder who is not here.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Absence {
    /// The name.
    #[serde(deserialize_with = "person")]
    pub name: String,
    /// Why.
    pub reason: String,
}

/// Who gets a token.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EnrolmentAnswers {
    /// One token for each of them.
    pub holders: Vec<EnrolmentHolder>,
}

/// Somebody who gets a token.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EnrolmentHolder {
    /// The name.
    #[serde(deserialize_with = "person")]
    pub name: String,
    /// The PIN of the holder's virtual token, in drills that run by themselves.
    #[serde(default)]
    pub pin: Option<String>,
    /// Its PUK, the same way; without it one is drawn and forgotten.
    #[serde(default)]
    pub puk: Option<String>,
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
    #[serde(deserialize_with = "person")]
    pub name: String,
    /// The PIN of the holder's virtual token, in drills that run by themselves.
    #[serde(default)]
    pub pin: Option<String>,
    /// Whether the holder has a token; a PIN says so too.
    #[serde(default)]
    pub token: bool,
    /// The label of the holder's PKCS#11 token, which attests nothing and stands for another.
    #[serde(default)]
    pub pkcs11: Option<String>,
    /// Whether the share is printed.
    #[serde(default = "yes")]
    pub sheet: bool,
}

/// A restore.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RequestAnswers {
    /// Who asks.
    #[serde(deserialize_with = "person")]
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
    #[serde(deserialize_with = "person")]
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
    /// The text is malformed; line and column are told, and nothing of the text, which may be a
    /// PIN.
    pub fn parse(text: &str) -> Result<Self, ScriptError> {
        toml::from_str(text).map_err(|error| {
            let place = error.span().and_then(|span| text.get(..span.start));
            let message = match place {
                Some(before) => {
                    let line = before.matches('\n').count() + 1;
                    let column = before.chars().rev().take_while(|c| *c != '\n').count() + 1;
                    format!("something is wrong at line {line}, column {column}")
                }
                None => "something is missing".to_owned(),
            };
            ScriptError::Answers { message }
        })
    }

    /// Whether the file holds what only a person may know: a PIN, where a share lies, or dice.
    ///
    /// Dice that are empty say only that dice will be rolled.
    pub fn hold_secrets(&self) -> bool {
        let mut approvers = self.request.iter().flat_map(|request| &request.approvers);
        let mut bearers = self.refresh.iter().flat_map(|refresh| &refresh.bearers);
        let mut shown = self.health.iter().flat_map(|health| &health.holders);
        let mut enrolled = self.enrolment.iter().flat_map(|enrolment| &enrolment.holders);
        self.pins().next().is_some()
            || enrolled.any(|holder| holder.puk.is_some())
            || bearers.any(|bearer| bearer.share.is_some())
            || shown.any(|holder| holder.share.is_some())
            || approvers.any(|approver| approver.share.is_some())
            || self.dice.as_ref().is_some_and(|dice| !dice.trim().is_empty())
    }

    /// The PIN of somebody's virtual token, if the file has it.
    pub fn pin_of(&self, name: &str) -> Option<&str> {
        self.pins().find(|(own, _)| *own == name).map(|(_, pin)| pin)
    }

    /// Every PIN with whose it is: those of new shares first, then of old ones.
    fn pins(&self) -> impl Iterator<Item = (&str, &str)> {
        let groups = self.quorum.iter().flat_map(|quorum| &quorum.groups);
        let holders = groups.flat_map(|group| &group.holders).map(|it| (&it.name, &it.pin));
        let bearers = self.refresh.iter().flat_map(|refresh| &refresh.bearers);
        let approvers = self.request.iter().flat_map(|request| &request.approvers);
        let enrolled = self.enrolment.iter().flat_map(|enrolment| &enrolment.holders);
        let shown = self.health.iter().flat_map(|health| &health.holders);
        let all = holders
            .chain(bearers.map(|it| (&it.name, &it.pin)))
            .chain(approvers.map(|it| (&it.name, &it.pin)))
            .chain(enrolled.map(|it| (&it.name, &it.pin)))
            .chain(shown.map(|it| (&it.name, &it.pin)));
        all.filter_map(|(name, pin)| Some((name.as_str(), pin.as_deref()?)))
    }
}

/// A name in its one spelling, so that one person is one name wherever the file says it.
fn person<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let name: Result<PersonName, _> = String::deserialize(deserializer)?.parse();
    name.map(|name| name.to_string()).map_err(D::Error::custom)
}

/// A key's name, such as `production/3`.
fn key<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<KeyName>, D::Error> {
    let name = Option::<String>::deserialize(deserializer)?;
    name.map(|name| name.parse().map_err(D::Error::custom)).transpose()
}

fn yes() -> bool {
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    const PEOPLE: &str = "place = \"here\"\nadministrator = \"Max\"\nwitness = \"Wilma\"\n";

    fn problem(more: &str) -> String {
        Answers::parse(&format!("{PEOPLE}{more}")).unwrap_err().to_string()
    }

    #[test]
    fn an_error_names_the_place_and_repeats_nothing_of_the_file() {
        let request = "[request]\nrequester = \"Rita\"\nreason = \"drill\"\n";
        for (wrong, place) in [
            (format!("{request}approvers = [{{ name = \"Ada\", pin = 271828 }}]"), "line 7"),
            (format!("{request}approvers = [{{ name = \"Ada\", pn = \"271828\" }}]"), "line 7"),
            ("dice = 271828".to_owned(), "line 4, column 8"),
            ("dice = \"271828".to_owned(), "line 4"),
            ("271828 = true".to_owned(), "line 4"),
        ] {
            let problem = problem(&wrong);
            assert!(problem.contains(place), "{wrong}: {problem}");
            assert!(!problem.contains("271828") && !problem.contains("Ada"), "{problem}");
        }
    }

    #[test]
    fn pins_shares_and_dice_are_secrets_wherever_they_stand() {
        let holder = |more: &str| {
            format!(
                "{PEOPLE}[quorum]\ngroup_threshold = 1\n[[quorum.groups]]\nname = \"c\"\n\
                 threshold = 1\nholders = [{{ name = \"Ada\"{more} }}]"
            )
        };
        let approver = |more: &str| {
            format!(
                "{PEOPLE}[request]\nrequester = \"Rita\"\nreason = \"r\"\n\
                 approvers = [{{ name = \"Ada\"{more} }}]"
            )
        };
        let hold = |text: &str| Answers::parse(text).unwrap().hold_secrets();
        assert!(hold(&holder(", pin = \"1\"")) && !hold(&holder(", token = true")));
        assert!(hold(&approver(", pin = \"1\"")) && hold(&approver(", share = \"file\"")));
        assert!(!hold(&approver("")));
        let enrolled =
            |more: &str| format!("{PEOPLE}[enrolment]\nholders = [{{ name = \"Ada\"{more} }}]");
        assert!(hold(&enrolled(", pin = \"1\"")) && hold(&enrolled(", puk = \"1\"")));
        assert!(!hold(&enrolled("")));
        let shown =
            |more: &str| format!("{PEOPLE}[health]\nholders = [{{ name = \"Ada\"{more} }}]");
        assert!(hold(&shown(", pin = \"1\"")) && hold(&shown(", share = \"file\"")));
        assert!(!hold(&shown(", tokens = 1, sheet = false")));
        let bearer =
            |more: &str| format!("{PEOPLE}[refresh]\nbearers = [{{ name = \"Ada\"{more} }}]");
        assert!(hold(&bearer(", pin = \"1\"")) && hold(&bearer(", share = \"file\"")));
        assert!(!hold(&bearer(", sheet = true")));
        assert!(hold(&format!("{PEOPLE}dice = \"1 2 3\"")));
        assert!(!hold(&format!("{PEOPLE}dice = \"\"")), "dice will be rolled");
    }
}
