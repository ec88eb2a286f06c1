//! Table `envelopes`: shares sealed to tokens.

use rusqlite::Row;
use terms::{SplitId, Timestamp};

use crate::value::At;
use crate::{Act, Reader, RegistryError};

/// A share sealed to a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnvelopeRow {
    /// The split of the share.
    pub split: SplitId,
    /// The group's number within the split, from 0.
    pub group: u8,
    /// The member's number within the group, from 0.
    pub member: u8,
    /// The serial number of the token that opens it.
    pub token: String,
    /// The envelope, in the canonical bytes of the crate `token`.
    pub envelope: Vec<u8>,
    /// When it was sealed.
    pub sealed_at: Timestamp,
}

const COLUMNS: &str =
    "SELECT split, group_number, member, token, envelope, sealed_at FROM envelopes";

impl Reader<'_> {
    /// The envelopes of a split, by group, member and token.
    ///
    /// # Errors
    ///
    /// When SQLite cannot read.
    pub fn envelopes(&self, split: SplitId) -> Result<Vec<EnvelopeRow>, RegistryError> {
        let sql = format!("{COLUMNS} WHERE split = ?1 ORDER BY group_number, member, token");
        self.rows(&sql, [split.as_bytes()], read)
    }

    /// The envelopes that a token opens.
    ///
    /// # Errors
    ///
    /// When SQLite cannot read.
    pub fn envelopes_for(&self, token: &str) -> Result<Vec<EnvelopeRow>, RegistryError> {
        let sql = format!("{COLUMNS} WHERE token = ?1 ORDER BY split, group_number, member");
        self.rows(&sql, [token], read)
    }
}

impl Act<'_> {
    /// Adds an envelope of a share; `sealed_at` is the act's time.
    ///
    /// # Errors
    ///
    /// When the share or the token is unknown, or the token holds an envelope of it already.
    pub fn add_envelope(&self, envelope: &EnvelopeRow) -> Result<(), RegistryError> {
        let sql = "INSERT INTO envelopes (split, group_number, member, token, envelope, \
                   sealed_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
        let row = (
            envelope.split.as_bytes(),
            envelope.group,
            envelope.member,
            &envelope.token,
            &envelope.envelope,
            At(self.at()),
        );
        self.execute(sql, row).map(|_| ())
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<EnvelopeRow> {
    Ok(EnvelopeRow {
        split: SplitId::from_bytes(row.get(0)?),
        group: row.get(1)?,
        member: row.get(2)?,
        token: row.get(3)?,
        envelope: row.get(4)?,
        sealed_at: row.get::<_, At>(5)?.0,
    })
}
