//! Media that somebody named, sorted by the archives they are of (archive-1 A36).

use std::path::{Path, PathBuf};

use archive::{ArchiveError, Belonging, ReadAt, Set, belonging};
use serde::Serialize;
use terms::ArchiveId;

use super::medium::{
    Medium, any_files, detached, media, read_capsule, sidecars_beside, volume_files,
};
use crate::EngineError;
use crate::observer::{Observer, Progress};

/// A volume file or the folder that holds a set, and which archive of it is meant.
#[derive(Debug, Clone, Copy)]
pub struct Media<'a> {
    /// The file or folder.
    pub path: &'a Path,
    /// The beginning of the archive's id, where one of several is meant.
    pub archive: Option<&'a str>,
    /// A sidecar that lies elsewhere; those beside the volumes are found by their names.
    pub sidecar: Option<&'a Path>,
}

/// A file, and where it belongs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SortedFile {
    /// The file.
    pub file: PathBuf,
    /// The id of its archive; none if it is of no archive that can be recognised.
    pub archive: Option<String>,
    /// The volume it is, from 1.
    pub volume: Option<u32>,
    /// What people call its archive, if its first or last block says it.
    pub label: Option<String>,
}

impl SortedFile {
    fn of(file: &Path, belongs: Option<&Belonging>) -> Self {
        Self {
            file: file.to_owned(),
            archive: belongs.map(|it| it.archive.to_string()),
            volume: belongs.map(|it| it.volume),
            label: belongs.and_then(|it| it.label.clone()),
        }
    }

    /// As people read it.
    pub fn to_words(&self) -> String {
        let name = self.file.file_name().unwrap_or(self.file.as_os_str()).to_string_lossy();
        let (Some(archive), Some(volume)) = (&self.archive, self.volume) else {
            return format!("{name} is of no archive that can be recognised");
        };
        let label = self.label.as_ref().map(|label| format!(" ({label})")).unwrap_or_default();
        format!("{name} is volume {volume} of archive {archive}{label}")
    }
}

/// The files of a set, each list in the order in which the set counts its media. A folder that is
/// listed again later may hold others.
pub(crate) struct SetFiles {
    pub(crate) volumes: Vec<PathBuf>,
    pub(crate) sidecars: Vec<PathBuf>,
}

/// A file, opened for reading.
type OpenedFile = (PathBuf, Box<dyn ReadAt>);
/// A file with where it belongs.
type Placed = (PathBuf, Option<Belonging>);

impl<'a> Media<'a> {
    /// Whatever archive is there.
    pub fn at(path: &'a Path) -> Self {
        Self { path, archive: None, sidecar: None }
    }

    /// Opens the archive that is meant.
    ///
    /// # Errors
    ///
    /// The path cannot be read, holds no archive that can be opened, or several of which none was
    /// named.
    pub fn open(&self) -> Result<Set, EngineError> {
        self.open_files().map(|(set, _)| set)
    }

    /// As [`open`](Self::open), with the files.
    pub(crate) fn open_files(&self) -> Result<(Set, SetFiles), EngineError> {
        let sorted = sort(volume_files(self.path)?)?;
        let wanted = self.wanted(&sorted)?;
        let volumes = kept(sorted, wanted);
        let (sidecars, beside) = self.sidecars()?.into_iter().unzip();
        let mut set = Set::open_beside(media(&volumes)?, beside)?;
        for file in detached(self.path) {
            // A capsule that cannot be read is no worse than one that is not there.
            if let Some(capsule) = read_capsule(&file) {
                set.add_detached(capsule);
            }
        }
        Ok((set, SetFiles { volumes, sidecars }))
    }

    /// Opens what is left of an archive that lost its index, by a scan of every file that may be a
    /// part of it (archive-1 A37).
    ///
    /// # Errors
    ///
    /// As for [`open`](Self::open), or the person asked to stop.
    pub fn rebuild(&self, observer: &dyn Observer) -> Result<Set, EngineError> {
        let sorted = sort(files_to_search(self.path)?)?;
        let wanted = self.wanted(&sorted)?.ok_or(ArchiveError::NotAnArchive)?;
        let mut files = kept(sorted, Some(wanted));
        files.extend(self.sidecar.map(Path::to_owned));
        files.sort();
        files.dedup();
        let capsules = detached(self.path).iter().filter_map(|file| read_capsule(file)).collect();
        let goes_on = |bytes| {
            observer.progress(Progress { bytes, files: 0 });
            !observer.is_cancelled()
        };
        Set::rebuild(media(&files)?, (wanted, capsules), &goes_on)?.ok_or(EngineError::Cancelled)
    }

    /// The sidecars that lie beside the volumes, and the one that was named first of all; which
    /// archive each is of, it says itself.
    ///
    /// # Errors
    ///
    /// The one that was named cannot be opened.
    fn sidecars(&self) -> Result<Vec<OpenedFile>, EngineError> {
        let opened = |file: PathBuf| -> Result<OpenedFile, EngineError> {
            let medium = Medium::open(&file)?;
            Ok((file, Box::new(medium) as Box<dyn ReadAt>))
        };
        let mut found = Vec::new();
        if let Some(file) = self.sidecar {
            found.push(opened(file.to_owned())?);
        }
        // One that cannot be read is no worse than one that is not there.
        let others = sidecars_beside(self.path).into_iter();
        let others = others.filter(|file| Some(file.as_path()) != self.sidecar);
        found.extend(others.filter_map(|file| opened(file).ok()));
        Ok(found)
    }

    /// Those [sidecars](Self::sidecars) without their names, for whoever looks what is in a drive.
    ///
    /// # Errors
    ///
    /// As for [`sidecars`](Self::sidecars).
    pub fn open_sidecars(&self) -> Result<Vec<Box<dyn ReadAt>>, EngineError> {
        Ok(self.sidecars()?.into_iter().map(|(_, medium)| medium).collect())
    }

    /// Refuses `target`, which need not exist, if the archive itself lies in it.
    ///
    /// # Errors
    ///
    /// [`EngineError::TargetIsArchive`].
    pub fn check_target(&self, target: &Path) -> Result<(), EngineError> {
        let folder = if self.path.is_dir() { Some(self.path) } else { self.path.parent() };
        let folder = folder.filter(|folder| !folder.as_os_str().is_empty());
        let folder = folder.unwrap_or(Path::new(".")).canonicalize();
        match (folder, target.canonicalize()) {
            (Ok(folder), Ok(target)) if folder == target => {
                Err(EngineError::TargetIsArchive { path: target })
            }
            _ => Ok(()),
        }
    }

    /// Where each file belongs.
    ///
    /// # Errors
    ///
    /// The path cannot be read, or a volume is of a version that this program does not know.
    pub fn sorted(&self) -> Result<Vec<SortedFile>, EngineError> {
        let sorted = sort(volume_files(self.path)?)?;
        Ok(sorted.iter().map(|(file, belongs)| SortedFile::of(file, belongs.as_ref())).collect())
    }

    /// The archive that is meant; none if none is recognised.
    fn wanted(&self, sorted: &[Placed]) -> Result<Option<ArchiveId>, EngineError> {
        let archive_of = |placed: &Placed| placed.1.as_ref().map(|belongs| belongs.archive);
        let mut there: Vec<_> = sorted.iter().filter_map(archive_of).collect();
        there.sort_by_key(|archive| *archive.as_bytes());
        there.dedup();
        if let Some(start) = self.archive {
            there.retain(|archive| archive.to_string().starts_with(&start.to_lowercase()));
            if there.is_empty() {
                return Err(EngineError::NoSuchArchive { id: start.to_owned() });
            }
        } else if there.len() > 1 {
            // Whoever names a volume means its archive.
            let own = sorted.iter().find(|(file, _)| file == self.path).and_then(archive_of);
            there = own.map_or(there, |own| vec![own]);
        }
        if there.len() > 1 {
            let files =
                sorted.iter().map(|(file, it)| SortedFile::of(file, it.as_ref()).to_words());
            return Err(EngineError::SeveralArchives { files: files.collect() });
        }
        Ok(there.pop())
    }
}

/// Every file of a folder; of a volume also the sidecars beside it, which are of whatever archive
/// they say.
fn files_to_search(path: &Path) -> Result<Vec<PathBuf>, EngineError> {
    if path.is_dir() {
        return any_files(path);
    }
    let mut files = volume_files(path)?;
    files.extend(sidecars_beside(path).into_iter().filter(|file| file != path));
    Ok(files)
}

fn sort(files: Vec<PathBuf>) -> Result<Vec<Placed>, EngineError> {
    let media = media(&files)?;
    let belongs = media.iter().map(|medium| Ok(belonging(medium.as_ref())?));
    let belongs: Result<Vec<_>, EngineError> = belongs.collect();
    Ok(files.into_iter().zip(belongs?).collect())
}

/// The files of an archive, and those of which nobody knows; all if no archive is recognised.
fn kept(sorted: Vec<Placed>, wanted: Option<ArchiveId>) -> Vec<PathBuf> {
    let is_kept = |belongs: &Option<Belonging>| {
        wanted.is_none_or(|wanted| belongs.as_ref().is_none_or(|it| it.archive == wanted))
    };
    sorted.into_iter().filter(|(_, belongs)| is_kept(belongs)).map(|(file, _)| file).collect()
}

/// Opens an archive by one of its volume files, or by the folder that holds the set.
///
/// # Errors
///
/// As for [`Media::open`].
pub fn open_set(path: &Path) -> Result<Set, EngineError> {
    Media::at(path).open()
}
