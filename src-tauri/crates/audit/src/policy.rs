//! Who must have cosigned, how many of them, and how long ago at most.

use std::collections::BTreeSet;

use serde::Deserialize;
use terms::Timestamp;

use crate::AuditError;

const DAY_S: u64 = 24 * 60 * 60;
/// A clock may have been set back by so much between two entries.
const AHEAD_S: u64 = DAY_S;
/// More days than any policy means.
const DAYS_MAX: u64 = 36_525;

/// "At least N of these people must have cosigned a head that is no older than D days" (log-1 L22).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    at_least: usize,
    of: Vec<String>,
    days: u64,
}

/// What a policy says of the cosignatures that were found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    /// Those of the policy's people who count, in its order.
    pub counted: Vec<String>,
    /// Those who do not.
    pub missing: Vec<String>,
    /// How many are needed.
    pub needed: usize,
}

impl Policy {
    /// Reads a policy as JSON: `{"at_least": 2, "of": ["Ada Kern", "Bruno Lang"], "days": 30}`.
    ///
    /// # Errors
    ///
    /// [`AuditError::Policy`] for anything else, and for a policy that nobody or everybody meets.
    pub fn from_json(text: &str) -> Result<Self, AuditError> {
        let refused = |reason: &str| Err(AuditError::Policy { reason: reason.to_owned() });
        let policy: Self = serde_json::from_str(text)
            .map_err(|error| AuditError::Policy { reason: error.to_string() })?;
        let names: BTreeSet<&String> = policy.of.iter().collect();
        if names.len() != policy.of.len() {
            return refused("a name stands in it twice");
        }
        if policy.at_least == 0 || policy.at_least > policy.of.len() {
            return refused("at_least is not between one and the number of names");
        }
        if policy.days == 0 || policy.days > DAYS_MAX {
            return refused("days is not between 1 and 36525");
        }
        Ok(policy)
    }

    /// Judges cosignatures that hold: each is a person and the time of the last entry that the
    /// cosigned head covers. A time that lies more than a day ahead of `now` counts for nobody.
    pub fn judge(&self, cosigned: &[(String, Timestamp)], now: Timestamp) -> Judgement {
        let oldest = now.unix().saturating_sub(self.days * DAY_S);
        let newest = now.unix() + AHEAD_S;
        let counts = |name: &&String| {
            let mut own = cosigned.iter().filter(|(person, _)| person == *name);
            own.any(|(_, time)| (oldest..=newest).contains(&time.unix()))
        };
        let (counted, missing) = self.of.iter().partition::<Vec<_>, _>(counts);
        let owned = |names: Vec<&String>| names.into_iter().cloned().collect();
        Judgement { counted: owned(counted), missing: owned(missing), needed: self.at_least }
    }
}

impl Judgement {
    /// Whether enough people count.
    pub const fn is_met(&self) -> bool {
        self.counted.len() >= self.needed
    }
}
