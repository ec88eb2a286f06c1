//! Table `proofs`: which copies of shares were found good, and when.

use std::fmt;

use rusqlite::Row;
use terms::{SplitId, Timestamp};

use crate::value::At;
use crate::{Act, Reader, RegistryError};

/// How the copy on paper is called in the table.
const SHEET: &str = "sheet";

/// What a copy of a share lies on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum ShareCopy {
    /// The token with this serial number.
    Token(String),
    /// A sheet of paper.
    Sheet,
}

impl fmt::Display for ShareCopy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Token(serial) => write!(f, "token {serial}"),
            Self::Sheet => f.write_str(SHEET),
        }
    }
}

/// A copy of a share that was found good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// The group's number within the split, from 0.
    pub group: u8,
    /// The member's number within the group, from 0.
    pub member: u8,
    /// Which copy.
    pub copy: ShareCopy,
    /// When it was last found good.
    pub proved_at: Timestamp,
}

impl Reader<'_> {
    /// The copies of a split's shares that were proved, by group, member and copy.
    ///
    /// # Errors
    ///
    /// When SQLite cannot read.
    pub fn proofs(&self, split: SplitId) -> Result<Vec<Proof>, RegistryError> {
        let sql = "SELECT group_number, member, copy, proved_at FROM proofs WHERE split = ?1 \
                   ORDER BY group_number, member, copy";
        self.rows(sql, [split.as_bytes()], read)
    }
}

impl Act<'_> {
    /// Notes that a copy of a share was read back and is what was handed out, and so the share.
    ///
    /// # Errors
    ///
    /// When there is no such share.
    pub fn prove_copy(
        &self,
        split: SplitId,
        (group, member): (u8, u8),
        copy: &ShareCopy,
    ) -> Result<(), RegistryError> {
        let sql = "INSERT INTO proofs (split, group_number, member, copy, proved_at) \
                   VALUES (?1, ?2, ?3, ?4, ?5) \
                   ON CONFLICT DO UPDATE SET proved_at = excluded.proved_at";
        let name = match copy {
            ShareCopy::Token(serial) => serial,
            ShareCopy::Sheet => SHEET,
        };
        self.execute(sql, (split.as_bytes(), group, member, name, At(self.at())))?;
        self.prove_share(split, group, member)
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<Proof> {
    let name: String = row.get(2)?;
    Ok(Proof {
        group: row.get(0)?,
        member: row.get(1)?,
        copy: if name == SHEET { ShareCopy::Sheet } else { ShareCopy::Token(name) },
        proved_at: row.get::<_, At>(3)?.0,
    })
}
