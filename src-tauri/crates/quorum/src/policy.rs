//! Who shall hold shares, and how many of them open the key.

use crate::PolicyError;

/// The most groups, and the most holders in a group (SLIP-39).
const COUNT_MAX: usize = 16;
/// The longest name of a group or a holder.
const NAME_MAX_BYTES: usize = 256;

/// One group of holders, of whom any `threshold` speak for the group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupPolicy {
    name: String,
    threshold: u8,
    holders: Vec<String>,
}

/// The groups of a split, of which any `group_threshold` open the key (share-1 S1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuorumPolicy {
    group_threshold: u8,
    groups: Vec<GroupPolicy>,
}

impl GroupPolicy {
    /// Takes a group's name, its threshold and its holders in the order of their numbers.
    ///
    /// # Errors
    ///
    /// The threshold lies outside, or a name is none.
    pub fn new(name: &str, threshold: u8, holders: &[&str]) -> Result<Self, PolicyError> {
        let count = holders.len();
        if count > COUNT_MAX || !(1..=count).contains(&usize::from(threshold)) {
            let (group, needed) = (name.to_owned(), threshold);
            return Err(PolicyError::Members { group, needed, holders: count });
        }
        for name in holders.iter().chain(&[name]) {
            check_name(name)?;
        }
        let holders = holders.iter().map(|holder| (*holder).to_owned()).collect();
        Ok(Self { name: name.to_owned(), threshold, holders })
    }

    /// What people call the group.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How many of the holders speak for the group.
    pub fn threshold(&self) -> u8 {
        self.threshold
    }

    /// The holders in the order of their numbers.
    pub fn holders(&self) -> &[String] {
        &self.holders
    }

    /// The threshold and the number of members that SLIP-39 knows (share-1 S8).
    ///
    /// SLIP-39 has no group with threshold 1 and several members: there it is one member, whose
    /// share every holder gets.
    pub(crate) fn slip39(&self) -> (u8, u8) {
        let count = u8::try_from(self.holders.len()).unwrap_or(u8::MAX);
        (self.threshold, if self.threshold == 1 { 1 } else { count })
    }
}

impl QuorumPolicy {
    /// Takes the groups in the order of their numbers.
    ///
    /// # Errors
    ///
    /// The threshold lies outside, two groups have one name, or a person would hold two shares.
    pub fn new(group_threshold: u8, groups: Vec<GroupPolicy>) -> Result<Self, PolicyError> {
        let count = groups.len();
        if count > COUNT_MAX || !(1..=count).contains(&usize::from(group_threshold)) {
            return Err(PolicyError::Groups { needed: group_threshold, groups: count });
        }
        if let Some(name) = first_repeated(groups.iter().map(|group| &group.name)) {
            return Err(PolicyError::SameGroup { name });
        }
        if let Some(holder) = first_repeated(groups.iter().flat_map(|group| &group.holders)) {
            return Err(PolicyError::SameHolder { holder });
        }
        Ok(Self { group_threshold, groups })
    }

    /// How many groups open the key.
    pub fn group_threshold(&self) -> u8 {
        self.group_threshold
    }

    /// The groups in the order of their numbers.
    pub fn groups(&self) -> &[GroupPolicy] {
        &self.groups
    }
}

/// Refuses names that are empty, long, or that read otherwise than they are written.
pub(crate) fn check_name(name: &str) -> Result<(), PolicyError> {
    let turns_text = |c: char| {
        matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{61c}')
    };
    let is_name = (1..=NAME_MAX_BYTES).contains(&name.len())
        && name.trim() == name
        && !name.chars().any(|c| c.is_control() || turns_text(c));
    if is_name { Ok(()) } else { Err(PolicyError::Name { name: name.to_owned() }) }
}

/// The first name that stood before, capitals ignored.
fn first_repeated<'a>(names: impl Iterator<Item = &'a String>) -> Option<String> {
    let mut seen = std::collections::BTreeSet::new();
    names.into_iter().find(|name| !seen.insert(name.to_lowercase())).cloned()
}
