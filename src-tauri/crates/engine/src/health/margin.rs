//! How many shares may yet be lost before nobody can open the key.

use serde::Serialize;
use terms::KeyName;

use super::{Standing, quorum_of};
use crate::approval::ApprovalError;
use crate::vault::Looking;

/// How far a key is from being out of reach.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Margin {
    /// How many groups open the key.
    pub groups_needed: u8,
    /// Its groups.
    pub groups: Vec<GroupMargin>,
    /// Whether enough shares are left to open the key.
    pub is_reachable: bool,
    /// How many further shares, whichever, may be lost and the key still opens.
    pub may_be_lost: usize,
}

/// How far a group is from being out of reach.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GroupMargin {
    /// Its name.
    pub name: String,
    /// How many shares speak for it.
    pub needed: u8,
    /// How many shares have a copy that can be used.
    pub usable: usize,
    /// How many shares it has.
    pub shares: usize,
}

impl GroupMargin {
    /// How many of its shares are to be lost until it cannot speak any more.
    fn to_break(&self) -> usize {
        (self.usable + 1).saturating_sub(usize::from(self.needed))
    }
}

impl Margin {
    /// Of the shares of `key` as they stand.
    ///
    /// # Errors
    ///
    /// There is no effective split, or the vault cannot be read.
    pub fn of(
        vault: &impl Looking,
        key: KeyName,
        shares: &[Standing],
    ) -> Result<Self, ApprovalError> {
        let policy = quorum_of(vault, key)?;
        let groups = policy.groups().iter().map(|group| {
            let own = shares.iter().filter(|share| share.group == group.name());
            GroupMargin {
                name: group.name().to_owned(),
                needed: group.threshold(),
                usable: own.filter(|share| !share.copies.is_empty()).count(),
                shares: group.holders().len(),
            }
        });
        Ok(Self::from_groups(policy.group_threshold(), groups.collect()))
    }

    /// How many may yet be lost, as a sentence without its full stop.
    pub fn in_words(&self) -> String {
        match (self.is_reachable, self.may_be_lost) {
            (false, _) => "NO quorum is left: nobody can open this key".to_owned(),
            (true, 0) => {
                "none: one more share lost, and nobody may be able to open this key".to_owned()
            }
            (true, 1) => "one further share may be lost, whichever it is".to_owned(),
            (true, may) => format!("{may} further shares may be lost, whichever they are"),
        }
    }

    fn from_groups(groups_needed: u8, groups: Vec<GroupMargin>) -> Self {
        // As many groups must break as leave too few; whoever wants that breaks the weakest.
        let mut weakest: Vec<_> = groups.iter().map(GroupMargin::to_break).collect();
        weakest.sort_unstable();
        let enough = (groups.len() + 1).saturating_sub(usize::from(groups_needed));
        let to_break: usize = weakest.iter().take(enough).sum();
        let (is_reachable, may_be_lost) = (to_break > 0, to_break.saturating_sub(1));
        Self { groups_needed, groups, is_reachable, may_be_lost }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `needed` of `usable` shares that are left.
    fn margin(groups_needed: u8, groups: &[(u8, usize)]) -> Margin {
        let group = |&(needed, usable): &(u8, usize)| GroupMargin {
            name: String::new(),
            needed,
            usable,
            shares: usable,
        };
        Margin::from_groups(groups_needed, groups.iter().map(group).collect())
    }

    /// The same by trying: the fewest shares whose loss leaves too few groups.
    fn by_trying(groups_needed: u8, groups: &[(u8, usize)]) -> usize {
        fn losses(groups: &[(u8, usize)]) -> Vec<(usize, usize)> {
            let Some(((needed, usable), rest)) = groups.split_first() else { return vec![(0, 0)] };
            let mut all = Vec::new();
            for lost in 0..=*usable {
                let speaks = usize::from(usable - lost >= usize::from(*needed));
                all.extend(losses(rest).iter().map(|(l, s)| (l + lost, s + speaks)));
            }
            all
        }
        let few = losses(groups).into_iter().filter(|(_, s)| *s < usize::from(groups_needed));
        few.map(|(lost, _)| lost).min().unwrap()
    }

    #[test]
    fn the_margin_is_what_trying_every_loss_gives() {
        for groups_needed in 1..=3 {
            for (one, two, three) in [(0, 0, 0), (1, 2, 3), (3, 3, 3), (2, 1, 4), (4, 0, 2)] {
                let groups = [(1, one), (2, two), (2, three)];
                let (found, tried) =
                    (margin(groups_needed, &groups), by_trying(groups_needed, &groups));
                assert_eq!(found.is_reachable, tried > 0, "{groups_needed} of {groups:?}");
                assert_eq!(
                    found.may_be_lost,
                    tried.saturating_sub(1),
                    "{groups_needed} of {groups:?}"
                );
            }
        }
    }

    #[test]
    fn three_of_five_and_two_officers_may_lose_no_officer() {
        let margin = margin(2, &[(3, 5), (2, 2)]);
        assert_eq!((margin.is_reachable, margin.may_be_lost), (true, 0));
    }
}
