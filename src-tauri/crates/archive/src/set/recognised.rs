//! One volume by itself: whose it is, before anything else of the archive is here.

use super::finding::blocks;
use crate::error::ArchiveError;
use crate::superblock::Settings;
use crate::volume::ReadAt;

/// What a volume says of itself, at whichever of its ends is readable (archive-1 A3, A4).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recognised {
    /// What the sealer decided; of all volumes of an archive the same.
    pub settings: Settings,
    /// Its number, from 1.
    pub volume: u32,
    /// Its length in bytes.
    pub bytes: u64,
    /// How many volumes the archive has, if this is known to be the last one, which carries the
    /// root and the index.
    pub volumes: Option<u32>,
}

impl Recognised {
    /// Recognises a volume.
    ///
    /// # Errors
    ///
    /// It is none, it is of a version that this program does not know, or the medium failed.
    pub fn of(medium: &dyn ReadAt) -> Result<Self, ArchiveError> {
        let bytes = medium.size()?;
        let (head, tail) = blocks(medium, bytes)?;
        let block = tail.or(head)?;
        let volumes = block.end.map(|end| end.volumes);
        Ok(Self { settings: block.settings, volume: block.volume, bytes, volumes })
    }
}
