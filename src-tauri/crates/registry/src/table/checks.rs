//! Tables `checks` and `unjudged`: what was found when media were read.

use rusqlite::Row;
use terms::Timestamp;

use crate::value::At;
use crate::{Act, Reader, RegistryError};

/// One check of a medium.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// When it was done; of a new one, when the act was opened.
    pub at: Timestamp,
    /// Who did it.
    pub person: String,
    /// Into how many parts the medium was divided; 1 if all of it was read.
    pub parts: u32,
    /// Which of them was read, from 0: the frames whose place on the medium, counted from 0, leaves
    /// this remainder when it is divided by the number of parts.
    pub part: u32,
    /// Number of frames on the medium.
    pub frames: u64,
    /// How many of them were read.
    pub read: u64,
    /// How many of those were damaged and nothing of them is lost.
    pub mendable: u64,
    /// How many of those were damaged beyond their copies and the parity.
    pub lost: u64,
    /// How many of those were damaged, and nobody can say whether they are lost: volumes that could
    /// mend them were not connected.
    pub unjudged: u64,
    /// How often the drive could not read.
    pub read_errors: u64,
    /// Bytes that were read.
    pub bytes: u64,
    /// How long it took.
    pub duration_ms: u64,
}

impl Reader<'_> {
    /// The checks of a medium, oldest first.
    ///
    /// # Errors
    ///
    /// When SQLite cannot read.
    pub fn checks(&self, medium: &str) -> Result<Vec<Check>, RegistryError> {
        let sql = "SELECT at, person, parts, part, c.frames, read, mendable, lost, read_errors, \
                   bytes, duration_ms, coalesce(u.frames, 0) FROM checks c \
                   LEFT JOIN unjudged u ON u.medium = c.medium AND u.number = c.number \
                   WHERE c.medium = ?1 ORDER BY c.number";
        self.rows(sql, [medium], read)
    }
}

impl Act<'_> {
    /// Adds a check of a medium, done now.
    ///
    /// # Errors
    ///
    /// When there is no such medium, it was given up, or the numbers contradict each other.
    pub fn add_check(&self, medium: &str, check: &Check) -> Result<(), RegistryError> {
        let sql = "INSERT INTO checks (medium, number, at, person, parts, part, frames, read, \
                   mendable, lost, read_errors, bytes, duration_ms) VALUES (?1, \
                   (SELECT count(*) + 1 FROM checks WHERE medium = ?1), \
                   ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)";
        let row = (
            medium,
            At(self.at()),
            &check.person,
            check.parts,
            check.part,
            check.frames,
            check.read,
            check.mendable,
            check.lost,
            check.read_errors,
            check.bytes,
            check.duration_ms,
        );
        self.execute(sql, row)?;
        if check.unjudged == 0 {
            return Ok(());
        }
        let sql = "INSERT INTO unjudged (medium, number, frames) VALUES (?1, \
                   (SELECT count(*) FROM checks WHERE medium = ?1), ?2)";
        self.execute(sql, (medium, check.unjudged)).map(|_| ())
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<Check> {
    Ok(Check {
        at: row.get::<_, At>(0)?.0,
        person: row.get(1)?,
        parts: row.get(2)?,
        part: row.get(3)?,
        frames: row.get(4)?,
        read: row.get(5)?,
        mendable: row.get(6)?,
        lost: row.get(7)?,
        read_errors: row.get(8)?,
        bytes: row.get(9)?,
        duration_ms: row.get(10)?,
        unjudged: row.get(11)?,
    })
}
