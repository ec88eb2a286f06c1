//! Catalogues of archives: documents of the vault that are read by programs (catalogue-1 T5).

use std::path::Path;

use catalogue::Catalogue;
use registry::Document;
use terms::{ArchiveId, Timestamp};

use super::documents::digest_of_file;
use super::{Vault, VaultError, VaultView};

/// The kind of document that a catalogue is.
pub const CATALOGUE: &str = "catalogue";

fn file_name(archive: ArchiveId) -> String {
    format!("catalogue-{archive}.sqlite")
}

impl Vault {
    /// Takes the finished catalogue at `listing` into the documents, not under its name yet; the
    /// document is added with the archive, and published after it.
    pub(crate) fn adopt_catalogue(
        &self,
        archive: ArchiveId,
        listing: &Path,
        now: Timestamp,
    ) -> Result<Document, VaultError> {
        let file = file_name(archive);
        let digest = self.adopt_document(&file, listing)?;
        let kind = CATALOGUE.to_owned();
        Ok(Document { digest, kind, file, ceremony: None, created_at: now })
    }
}

impl VaultView {
    /// The list of what is in `archive`, if one was kept when it was sealed.
    ///
    /// # Errors
    ///
    /// It is on the record and not there, or not as it was written.
    pub fn catalogue(&self, archive: ArchiveId) -> Result<Option<Catalogue>, VaultError> {
        let file = file_name(archive);
        let documents = self.read().documents()?;
        let Some(document) = documents.into_iter().find(|document| document.file == file) else {
            return Ok(None);
        };
        let path = self.folder().documents().join(&file);
        let digest = digest_of_file(&path).map_err(VaultError::file(&path, "read"))?;
        if digest != document.digest {
            return Err(VaultError::CatalogueChanged(file));
        }
        let catalogue = Catalogue::open(&path)?;
        let is_its_own = catalogue.archive() == archive;
        if is_its_own { Ok(Some(catalogue)) } else { Err(VaultError::CatalogueChanged(file)) }
    }
}
