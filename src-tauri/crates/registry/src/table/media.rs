//! Tables `media` and `copies`: what carries the volumes of archives, and where it is kept.

use rusqlite::Row;
use terms::{ArchiveId, Digest, Timestamp};

use crate::code::codes;
use crate::value::At;
use crate::{Act, Reader, RegistryError};

codes! {
    /// What a medium is.
    MediumKind, "dvd, bd-r, lto, usb or disk":
    /// A DVD that is written once.
    Dvd = "dvd",
    /// A Blu-ray disc that is written once.
    BdR = "bd-r",
    /// A tape.
    Lto = "lto",
    /// A stick, or a disk on USB.
    Usb = "usb",
    /// A disk that is built in, or a share on a network.
    Disk = "disk",
}

/// A medium: one thing that carries volumes of one archive and lies in one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Medium {
    /// What is written on it.
    pub name: String,
    /// What it is.
    pub kind: MediumKind,
    /// Where it is kept, in people's words; may be empty.
    pub place: String,
    /// The archive.
    pub archive: ArchiveId,
    /// What people call the archive.
    pub label: String,
    /// The root of the archive's index when the medium was first seen.
    pub root: Digest,
    /// Its volumes and their lengths in bytes, in order.
    pub volumes: Vec<(u32, u64)>,
    /// When it was first seen; of a new one, when the act was opened.
    pub seen_at: Timestamp,
    /// When it was given up.
    pub retired_at: Option<Timestamp>,
}

const COLUMNS: &str =
    "SELECT name, kind, place, archive, label, root, seen_at, retired_at FROM media";

impl Reader<'_> {
    /// All media, by name.
    ///
    /// # Errors
    ///
    /// When SQLite cannot read.
    pub fn media(&self) -> Result<Vec<Medium>, RegistryError> {
        let media = self.rows(&format!("{COLUMNS} ORDER BY name"), [], read)?;
        media.into_iter().map(|medium| self.with_volumes(medium)).collect()
    }

    /// The medium of that name.
    ///
    /// # Errors
    ///
    /// When SQLite cannot read.
    pub fn medium(&self, name: &str) -> Result<Option<Medium>, RegistryError> {
        let medium = self.row(&format!("{COLUMNS} WHERE name = ?1"), [name], read)?;
        medium.map(|medium| self.with_volumes(medium)).transpose()
    }

    fn with_volumes(&self, mut medium: Medium) -> Result<Medium, RegistryError> {
        let sql = "SELECT volume, bytes FROM copies WHERE medium = ?1 ORDER BY volume";
        medium.volumes = self.rows(sql, [&medium.name], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(medium)
    }
}

impl Act<'_> {
    /// Adds a medium with its volumes; it is first seen now.
    ///
    /// # Errors
    ///
    /// When the name is taken or a field is out of bounds.
    pub fn add_medium(&self, medium: &Medium) -> Result<(), RegistryError> {
        let sql = "INSERT INTO media (name, kind, place, archive, label, root, seen_at) \
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
        let Medium { name, kind, place, archive, label, root, .. } = medium;
        let row = (name, kind, place, archive.as_bytes(), label, root.as_bytes(), At(self.at()));
        self.execute(sql, row)?;
        let sql = "INSERT INTO copies (medium, volume, bytes) VALUES (?1, ?2, ?3)";
        for (volume, bytes) in &medium.volumes {
            self.execute(sql, (name, volume, bytes))?;
        }
        Ok(())
    }

    /// Notes where a medium is kept.
    ///
    /// # Errors
    ///
    /// When there is no such medium, or it was given up.
    pub fn move_medium(&self, name: &str, place: &str) -> Result<(), RegistryError> {
        let sql = "UPDATE media SET place = ?2 WHERE name = ?1";
        self.execute_one("medium", sql, (name, place))
    }

    /// Notes that a medium is given up: it is kept and checked no longer.
    ///
    /// # Errors
    ///
    /// When there is no such medium, or it was given up already.
    pub fn retire_medium(&self, name: &str) -> Result<(), RegistryError> {
        let sql = "UPDATE media SET retired_at = ?2 WHERE name = ?1";
        self.execute_one("medium", sql, (name, At(self.at())))
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<Medium> {
    Ok(Medium {
        name: row.get(0)?,
        kind: row.get(1)?,
        place: row.get(2)?,
        archive: ArchiveId::from_bytes(row.get(3)?),
        label: row.get(4)?,
        root: Digest::from_bytes(row.get(5)?),
        volumes: Vec::new(),
        seen_at: row.get::<_, At>(6)?.0,
        retired_at: row.get::<_, Option<At>>(7)?.map(|at| at.0),
    })
}
