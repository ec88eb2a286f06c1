//! Who is in the room, and who shall hold what.

use crate::CeremonyError;
use crate::script::Script;

/// A person in the room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The name.
    pub name: String,
    /// The role in this ceremony.
    pub role: String,
}

/// A person who holds a share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// The name.
    pub name: String,
    /// The share is sealed to a token.
    pub token: bool,
    /// The share is printed on a sheet.
    pub sheet: bool,
}

/// Everybody, and the choices made before the ceremony.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Roster {
    /// People with their roles; one person may stand here twice.
    pub people: Vec<Person>,
    /// Holders of shares, in order.
    pub holders: Vec<Holder>,
    /// Dice are rolled.
    pub dice: bool,
}

impl Roster {
    /// Checks the roster against the roles of `script` (script-1 C6, C7).
    pub(crate) fn check(&self, script: &Script) -> Result<(), CeremonyError> {
        for role in &script.roles {
            let present = self.named(&role.id).count();
            if !(role.min..=role.max).contains(&present) {
                let wanted = format!("{} to {}", role.min, role.max);
                return Err(CeremonyError::Roster { role: role.id.clone(), wanted, present });
            }
            for other in &role.excludes {
                if let Some(person) = self.named(&role.id).find(|name| self.has(name, other)) {
                    return Err(CeremonyError::Exclusive {
                        person: person.to_owned(),
                        one: role.id.clone(),
                        other: other.clone(),
                    });
                }
            }
        }
        Ok(())
    }

    /// Names of the people with `role`.
    pub(crate) fn named<'a>(&'a self, role: &'a str) -> impl Iterator<Item = &'a str> {
        self.people.iter().filter(move |person| person.role == role).map(|p| p.name.as_str())
    }

    fn has(&self, name: &str, role: &str) -> bool {
        self.people.iter().any(|person| person.name == name && person.role == role)
    }
}
