//! Who is in the room, and who shall hold what.

use std::str::FromStr;

use terms::PersonName;

use crate::CeremonyError;
use crate::script::{Repeat, Script, Step, StepKind};

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
    /// Compares the names with those of people who are known: two names that could be taken for
    /// each other would let one person act as two (script-1 C19).
    ///
    /// # Errors
    ///
    /// A name is none, or looks like another one.
    pub fn check_names<'a>(
        &self,
        known: impl Iterator<Item = &'a str>,
    ) -> Result<(), CeremonyError> {
        let own = self.people.iter().map(|person| person.name.as_str());
        let mut seen: Vec<PersonName> = known.filter_map(|name| name.parse().ok()).collect();
        for name in own {
            let parsed = PersonName::from_str(name).ok().filter(|parsed| parsed.as_str() == name);
            let unfit = || CeremonyError::Name { name: name.escape_debug().to_string() };
            let parsed = parsed.ok_or_else(unfit)?;
            if let Some(other) = seen.iter().find(|other| parsed.is_alike(other)) {
                let (one, other) = (parsed.to_string(), other.to_string());
                return Err(CeremonyError::NamesAlike { one, other });
            }
            seen.push(parsed);
        }
        Ok(())
    }

    /// Checks the roster against the roles of `script` (script-1 C6, C7, C16, C19).
    pub(crate) fn check(&self, script: &Script) -> Result<(), CeremonyError> {
        self.check_names(std::iter::empty())?;
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
        self.check_holders(script)
    }

    /// Every holder is somebody in the room who may act, and has something to hold the share on.
    fn check_holders(&self, script: &Script) -> Result<(), CeremonyError> {
        let refused = |holder: &Holder, reason| {
            let holder = holder.name.clone();
            Err(CeremonyError::Holder { holder, reason })
        };
        let own = [Repeat::TokenHolder, Repeat::SheetHolder];
        let acting = script.steps().filter(|(_, step)| own.contains(&step.repeat));
        let actors: Vec<_> = acting.map(|(_, step)| step.actor.as_str()).collect();
        for holder in &self.holders {
            if !self.people.iter().any(|person| person.name == holder.name) {
                return refused(holder, "nobody of that name is in the room");
            }
            if !holder.token && !holder.sheet {
                return refused(holder, "there is neither a token nor a sheet for the share");
            }
            if !actors.iter().all(|role| self.has(&holder.name, role)) {
                return refused(holder, "the role that acts for a share is another one");
            }
        }
        Ok(())
    }

    /// Who acts in `step`: the subject where he has the role, and always for himself in a
    /// signature (script-1 C18); else the first with the role.
    pub(crate) fn actor<'a>(&'a self, step: &'a Step, subject: Option<&'a str>) -> &'a str {
        let signs = step.kind == StepKind::Sign;
        let own = subject.filter(|name| signs || self.has(name, &step.actor));
        own.or_else(|| self.named(&step.actor).next()).unwrap_or("nobody")
    }

    /// Who confirms `step`: for each confirming role somebody other than `actor` (script-1 C7).
    ///
    /// # Errors
    ///
    /// A role has nobody else.
    pub(crate) fn confirmers<'a>(
        &'a self,
        step: &'a Step,
        actor: &str,
    ) -> Result<Vec<&'a str>, CeremonyError> {
        let other = |role: &'a String| {
            let nobody = || CeremonyError::NobodyElse { step: step.id.clone(), role: role.clone() };
            self.named(role).find(|name| *name != actor).ok_or_else(nobody)
        };
        step.confirm.iter().map(other).collect()
    }

    /// Names of the people with `role`.
    pub(crate) fn named<'a>(&'a self, role: &'a str) -> impl Iterator<Item = &'a str> {
        self.people.iter().filter(move |person| person.role == role).map(|p| p.name.as_str())
    }

    fn has(&self, name: &str, role: &str) -> bool {
        self.people.iter().any(|person| person.name == name && person.role == role)
    }
}
