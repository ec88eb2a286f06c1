//! Tables `people` and `roles`.

use std::str::FromStr;

use terms::{PersonName, Timestamp};

use crate::code::codes;
use crate::value::At;
use crate::{Act, Reader, RegistryError};

codes! {
    /// What a person may be asked to do. Roles are evidence and order, not a barrier.
    Role, "a role":
    /// Runs ceremonies.
    Administrator = "administrator",
    /// Holds a share.
    Custodian = "custodian",
    /// Certifies what happened.
    Witness = "witness",
    /// Restores.
    Operator = "operator",
    /// Owns policy and rotation.
    Engineer = "engineer",
    /// Runs drills.
    Trainer = "trainer",
    /// Checks afterwards.
    Auditor = "auditor",
}

/// A person, named as on sheets and in shares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The name, which is unique in the vault.
    pub name: String,
    /// The roles in the order of [`Role::ALL`].
    pub roles: Vec<Role>,
    /// When the person was added.
    pub added_at: Timestamp,
    /// When the person left; shares held are then to be replaced.
    pub left_at: Option<Timestamp>,
}

impl Reader<'_> {
    /// All people, by name.
    ///
    /// # Errors
    ///
    /// When SQLite cannot read.
    pub fn people(&self) -> Result<Vec<Person>, RegistryError> {
        let sql = "SELECT name, added_at, left_at FROM people ORDER BY name";
        let mut people = self.rows(sql, [], |row| {
            Ok(Person {
                name: row.get(0)?,
                roles: Vec::new(),
                added_at: row.get::<_, At>(1)?.0,
                left_at: row.get::<_, Option<At>>(2)?.map(|at| at.0),
            })
        })?;
        for person in &mut people {
            let sql = "SELECT role FROM roles WHERE person = ?1";
            person.roles = self.rows(sql, [&person.name], |row| row.get(0))?;
            person.roles.sort_unstable();
        }
        Ok(people)
    }

    /// The person of that name.
    ///
    /// # Errors
    ///
    /// When SQLite cannot read.
    pub fn person(&self, name: &str) -> Result<Option<Person>, RegistryError> {
        Ok(self.people()?.into_iter().find(|person| person.name == name))
    }
}

impl Act<'_> {
    /// Adds a person without roles; a person who is there already stays as is.
    ///
    /// # Errors
    ///
    /// When the name is none that people could compare, or looks like somebody else's here: rules
    /// about who does what compare names, so one person must not have two.
    pub fn add_person(&self, name: &str) -> Result<(), RegistryError> {
        let refused = |rule: String| Err(RegistryError::Refused { rule });
        let parsed = PersonName::from_str(name).ok().filter(|parsed| parsed.as_str() == name);
        let Some(parsed) = parsed else {
            return refused(format!("\"{}\" is no name of a person", name.escape_debug()));
        };
        for known in self.read().people()? {
            if known.name.parse().is_ok_and(|known| parsed.is_alike(&known)) {
                return refused(format!("{name} looks like {}, who is known", known.name));
            }
        }
        let sql = "INSERT INTO people (name, added_at) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
        self.execute(sql, (name, At(self.at()))).map(|_| ())
    }

    /// Gives a person a role; once given it stays.
    ///
    /// # Errors
    ///
    /// When there is no such person.
    pub fn add_role(&self, person: &str, role: Role) -> Result<(), RegistryError> {
        let sql = "INSERT INTO roles (person, role, since) VALUES (?1, ?2, ?3) \
                   ON CONFLICT DO NOTHING";
        self.execute(sql, (person, role, At(self.at()))).map(|_| ())
    }

    /// Notes that a person left.
    ///
    /// # Errors
    ///
    /// When there is no such person who has not left.
    pub fn person_left(&self, name: &str) -> Result<(), RegistryError> {
        let sql = "UPDATE people SET left_at = ?2 WHERE name = ?1 AND left_at IS NULL";
        self.execute_one("person", sql, (name, At(self.at())))
    }
}
