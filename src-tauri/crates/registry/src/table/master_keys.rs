//! Table `master_keys`: the public half of each master key, and its state.

use rusqlite::Row;
use terms::{Fingerprint, Timestamp};

use crate::value::At;
use crate::{Act, Reader, RegistryError};

/// A master key of the vault's environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MasterKeyRow {
    /// Counts the environment's keys from 1.
    pub version: u32,
    /// A state of NIST SP 800-57 in the words of the crate `keys`.
    pub state: String,
    /// The recipient's text, `age1pq1…`.
    pub recipient: String,
    /// The recipient's fingerprint.
    pub fingerprint: Fingerprint,
    /// When it was made.
    pub created_at: Timestamp,
    /// Since when it is in its state.
    pub state_since: Timestamp,
}

const COLUMNS: &str = "SELECT version, state, recipient, fingerprint, created_at, state_since \
                       FROM master_keys";

impl Reader<'_> {
    /// All master keys, oldest first.
    ///
    /// # Errors
    ///
    /// When SQLite cannot read.
    pub fn master_keys(&self) -> Result<Vec<MasterKeyRow>, RegistryError> {
        self.rows(&format!("{COLUMNS} ORDER BY version"), [], read)
    }

    /// The master key of that version.
    ///
    /// # Errors
    ///
    /// When SQLite cannot read.
    pub fn master_key(&self, version: u32) -> Result<Option<MasterKeyRow>, RegistryError> {
        self.row(&format!("{COLUMNS} WHERE version = ?1"), [version], read)
    }

    /// The version that the next master key gets.
    ///
    /// # Errors
    ///
    /// When SQLite cannot read.
    pub fn next_key_version(&self) -> Result<u32, RegistryError> {
        let sql = "SELECT coalesce(max(version), 0) + 1 FROM master_keys";
        Ok(self.row(sql, [], |row| row.get(0))?.unwrap_or(1))
    }
}

impl Act<'_> {
    /// Adds a master key, in state `pre-activation`.
    ///
    /// # Errors
    ///
    /// When the version or the recipient is known, or a field is out of bounds.
    pub fn add_master_key(
        &self,
        version: u32,
        recipient: &str,
        fingerprint: &Fingerprint,
    ) -> Result<(), RegistryError> {
        let sql = "INSERT INTO master_keys (version, state, recipient, fingerprint, created_at, \
                   state_since) VALUES (?1, 'pre-activation', ?2, ?3, ?4, ?4)";
        let row = (version, recipient, fingerprint.as_bytes(), At(self.at()));
        self.execute(sql, row).map(|_| ())
    }

    /// Moves a master key to another state of NIST SP 800-57.
    ///
    /// # Errors
    ///
    /// When the standard knows no such transition, when a key without an effective split is to
    /// become active, or when there is no such key.
    pub fn set_key_state(&self, version: u32, state: &str) -> Result<(), RegistryError> {
        let sql = "UPDATE master_keys SET state = ?2, state_since = ?3 WHERE version = ?1";
        self.execute_one("master key", sql, (version, state, At(self.at())))
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<MasterKeyRow> {
    Ok(MasterKeyRow {
        version: row.get(0)?,
        state: row.get(1)?,
        recipient: row.get(2)?,
        fingerprint: Fingerprint::from_bytes(row.get(3)?),
        created_at: row.get::<_, At>(4)?.0,
        state_since: row.get::<_, At>(5)?.0,
    })
}
