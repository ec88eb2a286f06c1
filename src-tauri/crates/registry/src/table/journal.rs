//! Table `journal`: what happened in a ceremony, line by line; a runner replays it.

use terms::{CeremonyId, Timestamp};

use crate::value::At;
use crate::{Act, Reader, RegistryError};

/// One line of a ceremony's journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JournalRow {
    /// Its number within the ceremony, from 0 without gaps.
    pub line: u64,
    /// When it was written.
    pub at: Timestamp,
    /// The line, in the canonical bytes of the crate `ceremony`.
    pub record: Vec<u8>,
}

impl Reader<'_> {
    /// The journal of a ceremony, in order.
    ///
    /// # Errors
    ///
    /// When SQLite cannot read.
    pub fn journal(&self, ceremony: CeremonyId) -> Result<Vec<JournalRow>, RegistryError> {
        let sql = "SELECT line, at, record FROM journal WHERE ceremony = ?1 ORDER BY line";
        self.rows(sql, [ceremony.as_bytes()], |row| {
            Ok(JournalRow { line: row.get(0)?, at: row.get::<_, At>(1)?.0, record: row.get(2)? })
        })
    }
}

impl Act<'_> {
    /// Adds the next line to the journal of a running ceremony and returns its number.
    ///
    /// # Errors
    ///
    /// When the ceremony is not running.
    pub fn add_journal_line(
        &self,
        ceremony: CeremonyId,
        record: &[u8],
    ) -> Result<u64, RegistryError> {
        let sql = "SELECT count(*) FROM journal WHERE ceremony = ?1";
        let line = self.read().row(sql, [ceremony.as_bytes()], |row| row.get(0))?.unwrap_or(0);
        let sql = "INSERT INTO journal (ceremony, line, at, record) VALUES (?1, ?2, ?3, ?4)";
        self.execute(sql, (ceremony.as_bytes(), line, At(self.at()), record))?;
        Ok(line)
    }
}
