//! How a plan is carried out: names, owners, privileges, the second read, the search.

use std::collections::BTreeMap;

use archive::Set;
use minicbor::{Decode, Encode};

use crate::files::Owning;
use crate::names::NamePolicy;
use crate::restore::Choices;

/// How what a plan restores is put onto its target; a part of the plan, bound by its digest
/// (plan-2 R3).
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Manner {
    /// What happens to names that the target cannot hold.
    #[n(0)]
    pub names: NamePolicy,
    /// Whose restored things become.
    #[n(1)]
    pub owners: Owning,
    /// Users of the archive, by name or number, and the number each has here.
    #[n(2)]
    pub users: BTreeMap<String, u32>,
    /// As `users`, for groups.
    #[n(3)]
    pub groups: BTreeMap<String, u32>,
    /// Whether setuid, setgid and sticky bits and privileged attributes come back.
    #[n(4)]
    pub privileges: bool,
    /// Whether every file is read again when all is written.
    #[n(5)]
    pub reread: bool,
    /// Whether the archive was found by a search, and not by its index.
    #[n(6)]
    pub searched: bool,
}

impl Manner {
    /// The manner in which `set` is restored with `choices`.
    pub(crate) fn of(set: &Set, choices: &Choices) -> Self {
        let owners = &choices.dressing.owners;
        let (users, groups) = owners.exceptions();
        Self {
            names: choices.names,
            owners: owners.owning(),
            users,
            groups,
            privileges: choices.dressing.privileges,
            reread: choices.reread,
            searched: set.found().is_some(),
        }
    }

    /// All of it as people read it, label and sentence.
    pub fn facts(&self) -> Vec<(&'static str, String)> {
        let mut facts = vec![
            ("names", self.names.outcome().to_owned()),
            ("owners", self.owners.outcome().to_owned()),
        ];
        for (label, table) in [("users", &self.users), ("groups", &self.groups)] {
            if !table.is_empty() {
                facts.push((label, listed(table).join(", ")));
            }
        }
        let privileges = if self.privileges {
            "setuid, setgid, sticky bits, capabilities and security labels COME BACK"
        } else {
            "setuid, setgid, sticky bits, capabilities and security labels are left out"
        };
        let reread = if self.reread { "every file, when all is written" } else { "nothing" };
        let index = if self.searched {
            "not used: restores what a SEARCH of the media found"
        } else {
            "used"
        };
        let said = [("privileges", privileges), ("read again", reread), ("index", index)];
        facts.extend(said.map(|(label, text)| (label, text.to_owned())));
        facts
    }

    /// Texts of it that a person wrote.
    pub(crate) fn texts(&self) -> impl Iterator<Item = &str> {
        self.users.keys().chain(self.groups.keys()).map(String::as_str)
    }
}

/// Exceptions as people read them, such as `ana becomes 1001`.
pub fn listed(table: &BTreeMap<String, u32>) -> Vec<String> {
    table.iter().map(|(old, new)| format!("{old} becomes {new}")).collect()
}
