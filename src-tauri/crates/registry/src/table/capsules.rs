//! Table `capsules`: archive keys wrapped to master keys, one generation after the other.

use rusqlite::Row;
use terms::{ArchiveId, Timestamp};

use crate::value::At;
use crate::{Act, Reader, RegistryError};

/// One generation of an archive's capsule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CapsuleRow {
    /// The archive.
    pub archive: ArchiveId,
    /// Counts the archive's capsules from 1.
    pub generation: u32,
    /// The version of the master key that opens it.
    pub key: u32,
    /// The capsule, in the canonical bytes of the crate `keys`.
    pub capsule: Vec<u8>,
    /// When it was made.
    pub created_at: Timestamp,
}

const COLUMNS: &str = "SELECT archive, generation, key, capsule, created_at FROM capsules";

impl Reader<'_> {
    /// The capsules of an archive, oldest generation first.
    ///
    /// # Errors
    ///
    /// When SQLite cannot read.
    pub fn capsules(&self, archive: ArchiveId) -> Result<Vec<CapsuleRow>, RegistryError> {
        let sql = format!("{COLUMNS} WHERE archive = ?1 ORDER BY generation");
        self.rows(&sql, [archive.as_bytes()], read)
    }

    /// The capsules that a master key opens: what is at stake if it is compromised.
    ///
    /// # Errors
    ///
    /// When SQLite cannot read.
    pub fn capsules_of_key(&self, key: u32) -> Result<Vec<CapsuleRow>, RegistryError> {
        let sql = format!("{COLUMNS} WHERE key = ?1 ORDER BY archive, generation");
        self.rows(&sql, [key], read)
    }
}

impl Act<'_> {
    /// Adds a capsule of a known archive to a known master key.
    ///
    /// # Errors
    ///
    /// When the archive or the key is unknown, or the generation is taken.
    pub fn add_capsule(&self, capsule: &CapsuleRow) -> Result<(), RegistryError> {
        let sql = "INSERT INTO capsules (archive, generation, key, capsule, created_at) \
                   VALUES (?1, ?2, ?3, ?4, ?5)";
        let row = (
            capsule.archive.as_bytes(),
            capsule.generation,
            capsule.key,
            &capsule.capsule,
            At(capsule.created_at),
        );
        self.execute(sql, row).map(|_| ())
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<CapsuleRow> {
    Ok(CapsuleRow {
        archive: ArchiveId::from_bytes(row.get(0)?),
        generation: row.get(1)?,
        key: row.get(2)?,
        capsule: row.get(3)?,
        created_at: row.get::<_, At>(4)?.0,
    })
}
