//! Table `ceremonies`: which were run, and how they ended.

use rusqlite::Row;
use terms::{CeremonyId, Digest, Timestamp};

use crate::code::codes;
use crate::value::At;
use crate::{Act, Reader, RegistryError};

codes! {
    /// Where a ceremony stands.
    CeremonyState, "running, closed or aborted":
    /// Goes on with its next step.
    Running = "running",
    /// Ended as its script ends.
    Closed = "closed",
    /// Given up.
    Aborted = "aborted",
}

/// One run of a ceremony.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ceremony {
    /// Its id.
    pub id: CeremonyId,
    /// The script's name.
    pub script: String,
    /// The digest of the script's text.
    pub script_digest: Digest,
    /// Where it stands.
    pub state: CeremonyState,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
}

const COLUMNS: &str =
    "SELECT id, script, script_digest, state, started_at, ended_at FROM ceremonies";

impl Reader<'_> {
    /// All ceremonies, oldest first.
    ///
    /// # Errors
    ///
    /// When SQLite cannot read.
    pub fn ceremonies(&self) -> Result<Vec<Ceremony>, RegistryError> {
        self.rows(&format!("{COLUMNS} ORDER BY started_at, id"), [], read)
    }

    /// The ceremony of that id.
    ///
    /// # Errors
    ///
    /// When SQLite cannot read.
    pub fn ceremony(&self, id: CeremonyId) -> Result<Option<Ceremony>, RegistryError> {
        self.row(&format!("{COLUMNS} WHERE id = ?1"), [id.as_bytes()], read)
    }
}

impl Act<'_> {
    /// Begins a ceremony.
    ///
    /// # Errors
    ///
    /// When the id is known.
    pub fn start_ceremony(
        &self,
        id: CeremonyId,
        script: &str,
        script_digest: &Digest,
    ) -> Result<(), RegistryError> {
        let sql = "INSERT INTO ceremonies (id, script, script_digest, state, started_at) \
                   VALUES (?1, ?2, ?3, 'running', ?4)";
        let row = (id.as_bytes(), script, script_digest.as_bytes(), At(self.at()));
        self.execute(sql, row).map(|_| ())
    }

    /// Ends a running ceremony as closed or aborted.
    ///
    /// # Errors
    ///
    /// When it ended before, when `state` is running, or when there is none.
    pub fn end_ceremony(&self, id: CeremonyId, state: CeremonyState) -> Result<(), RegistryError> {
        let sql = "UPDATE ceremonies SET state = ?2, ended_at = ?3 WHERE id = ?1";
        self.execute_one("ceremony", sql, (id.as_bytes(), state, At(self.at())))
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<Ceremony> {
    Ok(Ceremony {
        id: CeremonyId::from_bytes(row.get(0)?),
        script: row.get(1)?,
        script_digest: Digest::from_bytes(row.get(2)?),
        state: row.get(3)?,
        started_at: row.get::<_, At>(4)?.0,
        ended_at: row.get::<_, Option<At>>(5)?.map(|at| at.0),
    })
}
