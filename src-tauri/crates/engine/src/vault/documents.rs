//! The vault's documents: a paper bears its name once the registry knows it.
//!
//! File and row cannot become durable in one moment. The file comes first, as `*.partial`, then the
//! row, then the name; whatever a crash leaves in between, the next opening settles.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use registry::Document;
use sha2::{Digest as _, Sha256};
use terms::Digest;

use super::folder::{names, sync_folder, write_durably};
use super::{Vault, VaultError};

/// What the name of a file ends with that is not on the record yet.
pub(super) const PARTIAL: &str = ".partial";

impl Vault {
    /// Writes a document into the folder `documents`, durably but not under its name yet, and
    /// returns its SHA-256 for [`registry::Act::add_document`]; [`publish_document`] follows the
    /// act. A file of that name is replaced only by the same bytes.
    ///
    /// # Errors
    ///
    /// When the name is not a plain file name, is taken, or the file cannot be written.
    ///
    /// [`publish_document`]: Self::publish_document
    pub fn write_document(&self, name: &str, bytes: &[u8]) -> Result<Digest, VaultError> {
        let is_plain = !name.is_empty() && !name.starts_with('.') && !name.ends_with(PARTIAL);
        if !is_plain || name.contains(['/', '\\', '\0']) {
            return Err(VaultError::FileName(name.to_owned()));
        }
        let path = self.folder.documents().join(name);
        match fs::read(&path) {
            Ok(same) if same == bytes => {}
            Ok(_) => {
                let taken = std::io::Error::from(std::io::ErrorKind::AlreadyExists);
                return Err(VaultError::file(&path, "made")(taken));
            }
            Err(_) => {
                let partial = partial(&path);
                write_durably(&partial, bytes).map_err(VaultError::file(&partial, "made"))?;
            }
        }
        Ok(digest_of(bytes))
    }

    /// Takes the finished file at `from`, which lies inside the vault, as the document `name`: as
    /// [`write_document`](Self::write_document), for what is too large to be held.
    ///
    /// # Errors
    ///
    /// When the file cannot be read or moved.
    pub(crate) fn adopt_document(&self, name: &str, from: &Path) -> Result<Digest, VaultError> {
        let digest = digest_of_file(from).map_err(VaultError::file(from, "read"))?;
        let partial = partial(&self.folder.documents().join(name));
        let moved = fs::rename(from, &partial);
        let moved = moved.and_then(|()| sync_folder(&self.folder.documents()));
        moved.map_err(VaultError::file(&partial, "made"))?;
        Ok(digest)
    }

    /// Gives the document its name: the registry knows it now.
    ///
    /// # Errors
    ///
    /// When the file cannot be renamed.
    pub fn publish_document(&self, name: &str) -> Result<(), VaultError> {
        let path = self.folder.documents().join(name);
        let partial = partial(&path);
        if !partial.exists() {
            return Ok(());
        }
        let named =
            fs::rename(&partial, &path).and_then(|()| sync_folder(&self.folder.documents()));
        named.map_err(VaultError::file(&path, "named"))
    }

    /// Names the documents that an act recorded before a crash, and removes those that none did.
    pub(super) fn settle_documents(&self) -> Result<(), VaultError> {
        let folder = self.folder.documents();
        let known = self.read().documents()?;
        for name in unnamed(&folder) {
            let path = folder.join(&name);
            match known.iter().find(|document| document.file == name) {
                Some(document) if !path.exists() && is_whole(&path, document) => {
                    self.publish_document(&name)?;
                }
                // Something else lies here under a name that is on the record: a person decides.
                Some(_) if !path.exists() => {}
                _ => {
                    let partial = partial(&path);
                    fs::remove_file(&partial).map_err(VaultError::file(&partial, "removed"))?;
                }
            }
        }
        Ok(())
    }
}

/// The documents in `folder` that are written but do not bear their names yet.
pub(super) fn unnamed(folder: &Path) -> Vec<String> {
    let names = names(folder).into_iter();
    names.filter_map(|name| name.strip_suffix(PARTIAL).map(str::to_owned)).collect()
}

/// Whether the file that waits for the name of `document` is that document.
pub(super) fn is_whole(path: &Path, document: &Document) -> bool {
    digest_of_file(&partial(path)).is_ok_and(|digest| digest == document.digest)
}

/// SHA-256 of a file of any size.
pub(super) fn digest_of_file(path: &Path) -> io::Result<Digest> {
    let (mut file, mut digest) = (File::open(path)?, Sha256::new());
    let mut buffer = vec![0; 64 << 10];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(Digest::from_bytes(digest.finalize().into())),
            read => digest.update(&buffer[..read]),
        }
    }
}

fn digest_of(bytes: &[u8]) -> Digest {
    Digest::from_bytes(Sha256::digest(bytes).into())
}

fn partial(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(PARTIAL);
    name.into()
}
