//! Table `shares`: who holds which share, and when it was last proved. Never the share itself.

use rusqlite::Row;
use terms::{SplitId, Timestamp};

use crate::value::At;
use crate::{Act, Reader, RegistryError};

/// A share's public record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShareRow {
    /// The split it belongs to.
    pub split: SplitId,
    /// The group's number within the split, from 0.
    pub group: u8,
    /// The member's number within the group, from 0.
    pub member: u8,
    /// Who holds it.
    pub holder: String,
    /// The share record, in the canonical bytes of the crate `quorum`.
    pub record: Vec<u8>,
    /// When its holder last proved that it can be read.
    pub proved_at: Option<Timestamp>,
}

const COLUMNS: &str = "SELECT split, group_number, member, holder, record, proved_at FROM shares";

impl Reader<'_> {
    /// The shares of a split, by group and member.
    ///
    /// # Errors
    ///
    /// When SQLite cannot read.
    pub fn shares(&self, split: SplitId) -> Result<Vec<ShareRow>, RegistryError> {
        let sql = format!("{COLUMNS} WHERE split = ?1 ORDER BY group_number, member");
        self.rows(&sql, [split.as_bytes()], read)
    }

    /// The shares that a person holds, in all splits.
    ///
    /// # Errors
    ///
    /// When SQLite cannot read.
    pub fn shares_of(&self, holder: &str) -> Result<Vec<ShareRow>, RegistryError> {
        let sql = format!("{COLUMNS} WHERE holder = ?1 ORDER BY split, group_number, member");
        self.rows(&sql, [holder], read)
    }
}

impl Act<'_> {
    /// Adds a share to a pending split; `proved_at` is left out.
    ///
    /// # Errors
    ///
    /// When the place is taken, the holder is unknown, or the split is not pending.
    pub fn add_share(&self, share: &ShareRow) -> Result<(), RegistryError> {
        let sql = "INSERT INTO shares (split, group_number, member, holder, record) \
                   VALUES (?1, ?2, ?3, ?4, ?5)";
        let row = (share.split.as_bytes(), share.group, share.member, &share.holder, &share.record);
        self.execute(sql, row).map(|_| ())
    }

    /// Notes that a share was read back and is the one that was handed out.
    ///
    /// # Errors
    ///
    /// When there is no such share.
    pub fn prove_share(&self, split: SplitId, group: u8, member: u8) -> Result<(), RegistryError> {
        let sql = "UPDATE shares SET proved_at = ?4 \
                   WHERE split = ?1 AND group_number = ?2 AND member = ?3";
        let row = (split.as_bytes(), group, member, At(self.at()));
        self.execute_one("share", sql, row)
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<ShareRow> {
    Ok(ShareRow {
        split: SplitId::from_bytes(row.get(0)?),
        group: row.get(1)?,
        member: row.get(2)?,
        holder: row.get(3)?,
        record: row.get(4)?,
        proved_at: row.get::<_, Option<At>>(5)?.map(|at| at.0),
    })
}
