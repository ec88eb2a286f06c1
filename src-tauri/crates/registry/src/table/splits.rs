//! Table `splits`: pending, then effective once every share is proved, then retired.

use rusqlite::Row;
use terms::{SplitId, Timestamp};

use crate::code::codes;
use crate::value::At;
use crate::{Act, Reader, RegistryError};

codes! {
    /// Whether the shares of a split count.
    SplitState, "pending, effective, retired or void":
    /// Being made: the split before it still counts.
    Pending = "pending",
    /// Its quorum opens the key.
    Effective = "effective",
    /// A later split took its place.
    Retired = "retired",
    /// Given up before it was effective.
    Void = "void",
}

/// One act of splitting a master key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Split {
    /// Its id.
    pub id: SplitId,
    /// The version of the master key.
    pub key: u32,
    /// Whether its shares count.
    pub state: SplitState,
    /// The split description, in the canonical bytes of the crate `quorum`.
    pub description: Vec<u8>,
    /// When it was made.
    pub created_at: Timestamp,
    /// Since when it is in its state.
    pub state_since: Timestamp,
}

const COLUMNS: &str = "SELECT id, key, state, description, created_at, state_since FROM splits";

impl Reader<'_> {
    /// All splits, oldest first.
    ///
    /// # Errors
    ///
    /// When SQLite cannot read.
    pub fn splits(&self) -> Result<Vec<Split>, RegistryError> {
        self.rows(&format!("{COLUMNS} ORDER BY created_at, id"), [], read)
    }

    /// The split of that id.
    ///
    /// # Errors
    ///
    /// When SQLite cannot read.
    pub fn split(&self, id: SplitId) -> Result<Option<Split>, RegistryError> {
        self.row(&format!("{COLUMNS} WHERE id = ?1"), [id.as_bytes()], read)
    }

    /// The split whose quorum opens the master key of that version.
    ///
    /// # Errors
    ///
    /// When SQLite cannot read.
    pub fn effective_split(&self, key: u32) -> Result<Option<Split>, RegistryError> {
        self.row(&format!("{COLUMNS} WHERE key = ?1 AND state = 'effective'"), [key], read)
    }
}

impl Act<'_> {
    /// Adds a pending split of a master key; its shares follow with [`add_share`](Self::add_share).
    ///
    /// # Errors
    ///
    /// When the id is known or the key is not.
    pub fn add_split(
        &self,
        id: SplitId,
        key: u32,
        description: &[u8],
    ) -> Result<(), RegistryError> {
        let sql = "INSERT INTO splits (id, key, state, description, created_at, state_since) \
                   VALUES (?1, ?2, 'pending', ?3, ?4, ?4)";
        self.execute(sql, (id.as_bytes(), key, description, At(self.at()))).map(|_| ())
    }

    /// Makes a pending split effective and retires the one before it.
    ///
    /// # Errors
    ///
    /// When one of its shares was not proved, when it is not pending, or when there is none.
    pub fn make_split_effective(&self, id: SplitId) -> Result<(), RegistryError> {
        let retire = "UPDATE splits SET state = 'retired', state_since = ?2 WHERE state = \
                      'effective' AND id <> ?1 AND key = (SELECT key FROM splits WHERE id = ?1)";
        self.execute(retire, (id.as_bytes(), At(self.at())))?;
        self.set_split_state(id, SplitState::Effective)
    }

    /// Gives up a pending split.
    ///
    /// # Errors
    ///
    /// When it is not pending, or when there is none.
    pub fn void_split(&self, id: SplitId) -> Result<(), RegistryError> {
        self.set_split_state(id, SplitState::Void)
    }

    fn set_split_state(&self, id: SplitId, state: SplitState) -> Result<(), RegistryError> {
        let sql = "UPDATE splits SET state = ?2, state_since = ?3 WHERE id = ?1";
        self.execute_one("split", sql, (id.as_bytes(), state, At(self.at())))
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<Split> {
    Ok(Split {
        id: SplitId::from_bytes(row.get(0)?),
        key: row.get(1)?,
        state: row.get(2)?,
        description: row.get(3)?,
        created_at: row.get::<_, At>(4)?.0,
        state_since: row.get::<_, At>(5)?.0,
    })
}
