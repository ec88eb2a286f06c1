//! What lies on a medium that is connected.

use std::path::{Path, PathBuf};

use archive::{ArchiveError, ReadAt, Recognised, Set, Settings};

use super::MediaError;
use crate::files::{Medium, sidecars_beside, volume_files};

/// The volumes of one archive at one path.
#[derive(Debug)]
pub struct Connected {
    /// The path as it was given.
    pub path: PathBuf,
    /// What the sealer of the archive decided.
    pub settings: Settings,
    /// The volumes that are here: number, length in bytes, file. A medium may carry a volume twice;
    /// each copy serves where the other is damaged.
    pub volumes: Vec<(u32, u64, PathBuf)>,
}

impl Connected {
    /// Recognises the volumes at `path`, a folder or a volume file; reads only their two ends.
    ///
    /// # Errors
    ///
    /// Nothing of an archive is there, several archives are, or the path cannot be read.
    pub fn at(path: &Path) -> Result<Self, MediaError> {
        let mut settings: Option<Settings> = None;
        let (mut volumes, mut refused) = (Vec::new(), ArchiveError::NotAnArchive);
        for file in volume_files(path)? {
            match Recognised::of(&Medium::open(&file)?) {
                Ok(found) => {
                    let known = settings.get_or_insert_with(|| found.settings.clone());
                    if *known != found.settings {
                        let (one, other) = (known.archive, found.settings.archive);
                        return Err(ArchiveError::Mixed { one, other }.into());
                    }
                    volumes.push((found.volume, found.bytes, file));
                }
                Err(error) => refused = error,
            }
        }
        volumes.sort();
        let settings = settings.ok_or(refused)?;
        Ok(Self { path: path.to_owned(), settings, volumes })
    }

    /// The numbers of the volumes, in order, each once.
    pub fn numbers(&self) -> impl Iterator<Item = u32> + '_ {
        let copies = self.volumes.chunk_by(|one, other| one.0 == other.0);
        copies.map(|copies| copies[0].0)
    }

    /// The volumes as they are put on the record: number, and the length of the longest copy.
    pub(super) fn carried(&self) -> Vec<(u32, u64)> {
        let copies = self.volumes.chunk_by(|one, other| one.0 == other.0);
        copies.filter_map(|copies| copies.last().map(|last| (last.0, last.1))).collect()
    }

    /// Whether volume `number` can still be recognised where it was: it is no longer if somebody
    /// took the medium out, whatever the system says of its files.
    pub(super) fn still_has(&self, number: u32) -> bool {
        let mut copies = self.volumes.iter().filter(|(known, ..)| *known == number);
        copies.any(|(_, _, file)| {
            let again = Medium::open_uncached(file).ok();
            let again = again.and_then(|medium| Recognised::of(&medium).ok());
            again.is_some_and(|again| {
                again.volume == number && again.settings.archive == self.settings.archive
            })
        })
    }
}

/// Opens the volumes that `one` carries, each in the copies that are on it, together with those of
/// its archive that only `others` carry: a check of one medium needs the index, and mends with what
/// is here.
///
/// # Errors
///
/// The last volume is in neither and no sidecar lies beside, or a file cannot be opened.
pub fn open_on(one: &Connected, others: &[Connected]) -> Result<Set, MediaError> {
    let own = |number| one.numbers().any(|known| known == number);
    let mut media = Vec::new();
    for (_, _, file) in &one.volumes {
        media.push(Box::new(Medium::open_uncached(file)?) as Box<dyn ReadAt>);
    }
    for other in others.iter().filter(|other| other.settings == one.settings) {
        for (_, _, file) in other.volumes.iter().filter(|(number, ..)| !own(*number)) {
            media.push(Box::new(Medium::open(file)?) as Box<dyn ReadAt>);
        }
    }
    let paths = std::iter::once(one).chain(others).map(|connected| &connected.path);
    let beside = paths.flat_map(|path| sidecars_beside(path));
    let beside =
        beside.filter_map(|file| Some(Box::new(Medium::open(&file).ok()?) as Box<dyn ReadAt>));
    Ok(Set::open_beside(media, beside.collect())?)
}
