//! Users and groups: their names on the local machine, and whose restored files become.

use std::collections::{BTreeMap, HashMap};
use std::fs;

use archive::Entry;
use terms::ParseError;

/// Names by number; a machine without the files knows none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Owners {
    users: HashMap<u32, String>,
    groups: HashMap<u32, String>,
}

impl Owners {
    /// Reads `/etc/passwd` and `/etc/group`.
    pub(crate) fn of_this_machine() -> Self {
        let names = |file| names(&fs::read_to_string(file).unwrap_or_default());
        Self { users: names("/etc/passwd"), groups: names("/etc/group") }
    }

    /// The names of a user and a group, if both are known.
    pub(crate) fn names(&self, user: u32, group: u32) -> Option<[String; 2]> {
        Some([self.users.get(&user)?.clone(), self.groups.get(&group)?.clone()])
    }
}

/// Whose restored things become.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Owning {
    /// Of whoever restores.
    #[default]
    None,
    /// Of the user and the group that have the same names on this machine.
    ByName,
    /// Of the user and the group that have the same numbers, whoever that is on this machine.
    ByNumber,
}

impl Owning {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::None, Self::ByName, Self::ByNumber];

    /// The name as it is typed, and bound into plans.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::ByName => "name",
            Self::ByNumber => "number",
        }
    }

    /// Whose restored things become, as people read it in a plan and in evidence.
    pub const fn outcome(self) -> &'static str {
        match self {
            Self::None => "everything belongs to whoever restores",
            Self::ByName => "things belong to those who have the same NAME here",
            Self::ByNumber => "things belong to those who have the same NUMBER here",
        }
    }
}

impl<C> minicbor::Encode<C> for Owning {
    fn encode<W: minicbor::encode::Write>(
        &self,
        e: &mut minicbor::Encoder<W>,
        _: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        e.str(self.as_str())?.ok()
    }
}

impl<'b, C> minicbor::Decode<'b, C> for Owning {
    fn decode(d: &mut minicbor::Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
        let text = d.str()?;
        let named = Self::ALL.into_iter().find(|owning| owning.as_str() == text);
        named.ok_or_else(|| minicbor::decode::Error::message("not a rule of owners"))
    }
}

/// Users or groups: which number here has a number or a name of the archive.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Table {
    /// Numbers here by name.
    here: HashMap<String, u32>,
    /// What a person said, by name or by number.
    given: HashMap<String, u32>,
    /// Names in the archive by number, as far as entries told them.
    told: HashMap<u32, String>,
}

/// Whose restored things become, people's own exceptions first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OwnerRule {
    owning: Owning,
    users: Table,
    groups: Table,
}

impl OwnerRule {
    /// The rule on a machine that knows nobody by name.
    pub fn new(owning: Owning) -> Self {
        Self { owning, ..Self::default() }
    }

    /// The rule on this machine.
    pub fn here(owning: Owning) -> Self {
        let Owners { users, groups } = Owners::of_this_machine();
        let table = |names: HashMap<u32, String>| Table {
            here: names.into_iter().map(|(number, name)| (name, number)).collect(),
            ..Table::default()
        };
        Self { owning, users: table(users), groups: table(groups) }
    }

    /// Adds an exception `OLD=NEW`; both are names, or numbers.
    ///
    /// # Errors
    ///
    /// It has another form, or this machine has no user `NEW`.
    pub fn map_user(&mut self, text: &str) -> Result<(), ParseError> {
        self.users.map(text, "OLD=NEW, where NEW is a user of this machine or a number")
    }

    /// As [`Self::map_user`], for a group.
    ///
    /// # Errors
    ///
    /// It has another form, or this machine has no group `NEW`.
    pub fn map_group(&mut self, text: &str) -> Result<(), ParseError> {
        self.groups.map(text, "OLD=NEW, where NEW is a group of this machine or a number")
    }

    /// Whose things become where there is no exception.
    pub(crate) fn owning(&self) -> Owning {
        self.owning
    }

    /// The exceptions for users and for groups, as a person said them.
    pub(crate) fn exceptions(&self) -> (BTreeMap<String, u32>, BTreeMap<String, u32>) {
        let given =
            |table: &Table| table.given.iter().map(|(old, new)| (old.clone(), *new)).collect();
        (given(&self.users), given(&self.groups))
    }

    /// Whether everything becomes whoever restores it.
    pub(super) fn is_none(&self) -> bool {
        let given = !self.users.given.is_empty() || !self.groups.given.is_empty();
        self.owning == Owning::None && !given
    }

    /// Keeps the names that an entry tells: access lists have numbers alone.
    pub(crate) fn learn(&mut self, entry: &Entry) {
        let Some([user, group]) = &entry.owner_names else { return };
        self.users.told.entry(entry.owner[0]).or_insert_with(|| user.clone());
        self.groups.told.entry(entry.owner[1]).or_insert_with(|| group.clone());
    }

    /// The number that a user of the archive has here, if any.
    pub(super) fn user(&self, number: u32, name: Option<&str>) -> Option<u32> {
        self.users.number(self.owning, number, name)
    }

    /// The number that a group of the archive has here, if any.
    pub(super) fn group(&self, number: u32, name: Option<&str>) -> Option<u32> {
        self.groups.number(self.owning, number, name)
    }

    /// The user and the group that an entry gets.
    pub(super) fn of(&self, entry: &Entry) -> [Option<u32>; 2] {
        let ([user, group], names) = (entry.owner, entry.owner_names.as_ref());
        let name = |at: usize| names.map(|names| names[at].as_str());
        [self.user(user, name(0)), self.group(group, name(1))]
    }

    /// Whether somebody is meant to get what belongs to people whom this machine does not know.
    pub(super) fn wants_all(&self) -> bool {
        self.owning != Owning::None
    }
}

impl Table {
    fn map(&mut self, text: &str, form: &'static str) -> Result<(), ParseError> {
        let wrong = || ParseError::new(text, form);
        let (old, new) = text.split_once('=').ok_or_else(wrong)?;
        let number = new.parse().ok().or_else(|| self.here.get(new).copied());
        let number = number.filter(|number| *number != u32::MAX && !old.is_empty());
        self.given.insert(old.to_owned(), number.ok_or_else(wrong)?);
        Ok(())
    }

    fn number(&self, owning: Owning, number: u32, name: Option<&str>) -> Option<u32> {
        // The largest number means "no change" to the system, and is nobody's.
        if number == u32::MAX {
            return None;
        }
        let name = name.or_else(|| self.told.get(&number).map(String::as_str));
        let given = |key: &str| self.given.get(key).copied();
        name.and_then(given).or_else(|| given(&number.to_string())).or_else(|| match owning {
            Owning::None => None,
            Owning::ByName => name.and_then(|name| self.here.get(name).copied()),
            Owning::ByNumber => Some(number),
        })
    }
}

/// Lines of `name:password:number:…`.
fn names(text: &str) -> HashMap<u32, String> {
    let named = |line: &str| {
        let mut fields = line.split(':');
        let name = fields.next().filter(|name| !name.is_empty())?;
        Some((fields.nth(1)?.parse().ok()?, name.to_owned()))
    };
    // The first line of a number is the one that counts.
    text.lines().rev().filter_map(named).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_name_of_a_number_counts_and_broken_lines_do_not() {
        let found =
            names("root:x:0:0::/:/bin/sh\ntoor:x:0:0::/:\n# none\n+::::::\nana:x:7:7::/:\n");
        assert_eq!(found.len(), 2);
        assert_eq!(found.get(&0).map(String::as_str), Some("root"));
    }

    #[test]
    fn exceptions_come_first_then_names_and_nobody_becomes_a_stranger() {
        let mut rule = OwnerRule::new(Owning::ByName);
        rule.users.here = HashMap::from([("ana".to_owned(), 7), ("bo".to_owned(), 8)]);
        assert_eq!(rule.user(1000, Some("ana")), Some(7));
        assert_eq!(rule.user(7, Some("gone")), None, "another person has this number here");
        rule.map_user("gone=bo").unwrap();
        rule.map_user("1000=3").unwrap();
        assert_eq!(rule.user(7, Some("gone")), Some(8));
        assert_eq!(rule.user(1000, None), Some(3));
        assert_eq!(rule.user(u32::MAX, None), None);
        for wrong in ["ana", "=7", "ana=nobody-here", "ana=4294967295"] {
            assert!(rule.map_user(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn numbers_without_a_name_are_known_by_what_entries_told() {
        let mut rule = OwnerRule::new(Owning::ByName);
        rule.groups.here = HashMap::from([("staff".to_owned(), 20)]);
        rule.groups.told = HashMap::from([(50, "staff".to_owned())]);
        assert_eq!(rule.group(50, None), Some(20));
        assert_eq!(rule.group(51, None), None);
    }
}
