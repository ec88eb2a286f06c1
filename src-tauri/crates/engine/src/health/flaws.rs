//! Whether one flaw would hit a quorum: tokens of one model and firmware fail together.

use std::collections::BTreeMap;

use quorum::QuorumPolicy;
use serde::Serialize;
use terms::KeyName;
use token::Firmware;

use super::{Standing, quorum_of};
use crate::approval::ApprovalError;
use crate::enrolment::{Flaw, firmware_of};
use crate::vault::Looking;

/// Tokens that share their firmware, and what a flaw of it would mean for a key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Family {
    /// Model and firmware, such as `YubiKey 5, firmware 5.7`.
    pub name: String,
    /// The tokens of the key's holders that are of it.
    pub tokens: Vec<String>,
    /// Published flaws of the firmware.
    pub flaws: Vec<Flaw>,
    /// The shares on these tokens are a quorum: whoever reads them all opens the key.
    pub opens: bool,
    /// Without these tokens no quorum is left.
    pub is_needed: bool,
}

impl Family {
    /// A published flaw lets keys come to light, and the tokens with it are a quorum or are needed
    /// for every one.
    pub fn is_warned_of(&self) -> bool {
        let reaches = self.flaws.iter().any(|flaw| flaw.reaches_our_keys);
        reaches && (self.opens || self.is_needed)
    }
}

/// The families of the tokens on which the shares of `key` lie.
///
/// # Errors
///
/// There is no effective split, or the vault cannot be read.
pub fn families(
    vault: &impl Looking,
    key: KeyName,
    shares: &[Standing],
) -> Result<Vec<Family>, ApprovalError> {
    let policy = quorum_of(vault, key)?;
    let mut tokens = BTreeMap::new();
    for row in vault.read().tokens()? {
        let firmware = firmware_of(&row);
        tokens.insert(row.serial, (row.model, firmware));
    }
    Ok(sorted(&policy, shares, &tokens))
}

fn sorted(
    policy: &QuorumPolicy,
    shares: &[Standing],
    tokens: &BTreeMap<String, (String, Firmware)>,
) -> Vec<Family> {
    let own = shares.iter().flat_map(|share| &share.copies).filter_map(|copy| copy.token.as_ref());
    let mut found: BTreeMap<String, (Vec<String>, Vec<Flaw>)> = BTreeMap::new();
    for serial in own {
        let Some((model, firmware)) = tokens.get(serial) else { continue };
        let name = format!("{model}, firmware {}.{}", firmware.0, firmware.1);
        let (serials, flaws) = found.entry(name).or_default();
        serials.push(serial.clone());
        let new: Vec<_> = Flaw::of(*firmware).into_iter().filter(|f| !flaws.contains(f)).collect();
        flaws.extend(new);
    }
    let family = |(name, (tokens, flaws)): (String, (Vec<String>, Vec<Flaw>))| {
        let is_of_it = |token: &Option<String>| token.as_ref().is_some_and(|t| tokens.contains(t));
        let on_it = |share: &&Standing| share.copies.iter().any(|copy| is_of_it(&copy.token));
        let elsewhere = |share: &&Standing| share.copies.iter().any(|copy| !is_of_it(&copy.token));
        let opens = is_quorum(policy, shares.iter().filter(on_it));
        let is_needed = !is_quorum(policy, shares.iter().filter(elsewhere));
        Family { name, tokens, flaws, opens, is_needed }
    };
    found.into_iter().map(family).collect()
}

/// Whether these shares open the key.
fn is_quorum<'a>(policy: &QuorumPolicy, shares: impl Iterator<Item = &'a Standing>) -> bool {
    let groups: Vec<_> = shares.map(|share| share.group.as_str()).collect();
    let speaks = policy.groups().iter().filter(|group| {
        let own = groups.iter().filter(|name| **name == group.name()).count();
        own >= usize::from(group.threshold())
    });
    speaks.count() >= usize::from(policy.group_threshold())
}

#[cfg(test)]
mod tests {
    use quorum::GroupPolicy;

    use super::super::Copy;
    use super::*;

    fn share(holder: &str, tokens: &[Option<&str>]) -> Standing {
        let copy = |token: &Option<&str>| Copy {
            token: token.map(str::to_owned),
            remark: None,
            proved: None,
            due: String::new(),
        };
        Standing {
            group: "custodians".to_owned(),
            member: 1,
            holder: holder.to_owned(),
            token: None,
            copies: tokens.iter().map(copy).collect(),
            proved: None,
            due: String::new(),
            is_due: false,
        }
    }

    fn found(shares: &[Standing], firmware: [Firmware; 3]) -> Vec<Family> {
        let groups = vec![GroupPolicy::new("custodians", 2, &["Ada", "Ben", "Cleo"]).unwrap()];
        let policy = QuorumPolicy::new(1, groups).unwrap();
        let named = ["1", "2", "3"].into_iter().zip(firmware);
        let tokens = named.map(|(serial, f)| (serial.to_owned(), ("YubiKey 5".to_owned(), f)));
        sorted(&policy, shares, &tokens.collect())
    }

    #[test]
    fn a_flaw_that_hits_a_quorum_is_warned_of_and_one_that_hits_less_is_not() {
        let (old, new) = (Firmware(5, 4, 3), Firmware(5, 7, 4));
        let three =
            [share("Ada", &[Some("1")]), share("Ben", &[Some("2")]), share("Cleo", &[Some("3")])];
        let families = found(&three, [old, old, new]);
        assert_eq!(families.len(), 2);
        let bad = &families[0];
        assert_eq!(
            (bad.name.as_str(), &bad.tokens[..]),
            ("YubiKey 5, firmware 5.4", &["1".into(), "2".into()][..])
        );
        assert!(bad.opens && bad.is_needed && bad.is_warned_of());
        assert!(!families[1].is_warned_of());
        assert!(!found(&three, [old, new, new])[0].is_warned_of(), "one share opens nothing");
        // The same number of tokens without a flaw that reaches keys: told, not warned of.
        let same = found(&three, [new, new, new]);
        assert!(same[0].opens && !same[0].is_warned_of());
    }

    #[test]
    fn a_second_copy_elsewhere_keeps_a_quorum_but_does_not_keep_a_secret() {
        let (old, new) = (Firmware(5, 4, 3), Firmware(5, 7, 4));
        let shares = [
            share("Ada", &[Some("1"), None]),
            share("Ben", &[Some("2"), None]),
            share("Cleo", &[Some("3")]),
        ];
        let families = found(&shares, [old, old, new]);
        assert!(families[0].opens && !families[0].is_needed && families[0].is_warned_of());
    }
}
