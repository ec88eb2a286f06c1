//! Table `archives`: what was sealed, and where it lies.

use rusqlite::Row;
use terms::{ArchiveId, Digest, Timestamp};

use crate::value::At;
use crate::{Act, Reader, RegistryError};

/// A sealed archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Archive {
    /// Its id.
    pub id: ArchiveId,
    /// What people call it.
    pub label: String,
    /// The root of its keyless index.
    pub index_root: Digest,
    /// When it was sealed.
    pub created_at: Timestamp,
    /// The station that signed it, if one did.
    pub sealed_by: Option<String>,
    /// The number of its volumes.
    pub volumes: u32,
    /// Bytes of content.
    pub bytes_in: u64,
    /// Bytes on the media.
    pub bytes_out: u64,
    /// Where the media are, in people's words; may be empty.
    pub location: String,
}

const COLUMNS: &str = "SELECT id, label, index_root, created_at, sealed_by, volumes, bytes_in, \
                       bytes_out, location FROM archives";

impl Reader<'_> {
    /// All archives, oldest first.
    ///
    /// # Errors
    ///
    /// When SQLite cannot read.
    pub fn archives(&self) -> Result<Vec<Archive>, RegistryError> {
        self.rows(&format!("{COLUMNS} ORDER BY created_at, id"), [], read)
    }

    /// The archive of that id.
    ///
    /// # Errors
    ///
    /// When SQLite cannot read.
    pub fn archive(&self, id: ArchiveId) -> Result<Option<Archive>, RegistryError> {
        self.row(&format!("{COLUMNS} WHERE id = ?1"), [id.as_bytes()], read)
    }
}

impl Act<'_> {
    /// Adds a sealed archive.
    ///
    /// # Errors
    ///
    /// When the id is known or a field is out of bounds.
    pub fn add_archive(&self, archive: &Archive) -> Result<(), RegistryError> {
        let sql = "INSERT INTO archives (id, label, index_root, created_at, sealed_by, volumes, \
                   bytes_in, bytes_out, location) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
        let row = (
            archive.id.as_bytes(),
            &archive.label,
            archive.index_root.as_bytes(),
            At(archive.created_at),
            &archive.sealed_by,
            archive.volumes,
            archive.bytes_in,
            archive.bytes_out,
            &archive.location,
        );
        self.execute(sql, row).map(|_| ())
    }

    /// Notes where the media of an archive are.
    ///
    /// # Errors
    ///
    /// When there is no such archive.
    pub fn move_archive(&self, id: ArchiveId, location: &str) -> Result<(), RegistryError> {
        let sql = "UPDATE archives SET location = ?2 WHERE id = ?1";
        self.execute_one("archive", sql, (id.as_bytes(), location))
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<Archive> {
    Ok(Archive {
        id: ArchiveId::from_bytes(row.get(0)?),
        label: row.get(1)?,
        index_root: Digest::from_bytes(row.get(2)?),
        created_at: row.get::<_, At>(3)?.0,
        sealed_by: row.get(4)?,
        volumes: row.get(5)?,
        bytes_in: row.get(6)?,
        bytes_out: row.get(7)?,
        location: row.get(8)?,
    })
}
