//! Table `documents`: what was printed, by its digest.

use terms::{CeremonyId, Digest, Timestamp};

use crate::value::At;
use crate::{Act, Reader, RegistryError};

/// A document in the vault's folder `documents`. Sheets with shares are never kept there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// SHA-256 of the file.
    pub digest: Digest,
    /// What it is, for example `minutes`.
    pub kind: String,
    /// The file's name, without a folder.
    pub file: String,
    /// The ceremony it belongs to.
    pub ceremony: Option<CeremonyId>,
    /// When it was made.
    pub created_at: Timestamp,
}

impl Reader<'_> {
    /// All documents, oldest first.
    ///
    /// # Errors
    ///
    /// When SQLite cannot read.
    pub fn documents(&self) -> Result<Vec<Document>, RegistryError> {
        let sql = "SELECT digest, kind, file, ceremony, created_at FROM documents \
                   ORDER BY created_at, file";
        self.rows(sql, [], |row| {
            Ok(Document {
                digest: Digest::from_bytes(row.get(0)?),
                kind: row.get(1)?,
                file: row.get(2)?,
                ceremony: row.get::<_, Option<_>>(3)?.map(CeremonyId::from_bytes),
                created_at: row.get::<_, At>(4)?.0,
            })
        })
    }
}

impl Act<'_> {
    /// Adds a document; `created_at` is the act's time.
    ///
    /// # Errors
    ///
    /// When digest or file name are taken, the name contains a slash, or the ceremony is unknown.
    pub fn add_document(&self, document: &Document) -> Result<(), RegistryError> {
        let sql = "INSERT INTO documents (digest, kind, file, ceremony, created_at) \
                   VALUES (?1, ?2, ?3, ?4, ?5)";
        let ceremony = document.ceremony.as_ref().map(CeremonyId::as_bytes);
        let row =
            (document.digest.as_bytes(), &document.kind, &document.file, ceremony, At(self.at()));
        self.execute(sql, row).map(|_| ())
    }
}
