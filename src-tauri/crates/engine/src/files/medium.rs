//! Volumes as files.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::os::unix::fs::{FileExt, FileTypeExt as _, OpenOptionsExt};
use std::path::{Path, PathBuf};

use archive::ReadAt;
use keys::{CAPSULE_MAX_BYTES, Capsule};
use rustix::fs::{Advice, OFlags, SeekFrom};

use super::volumes::{CAPSULE_END, SIDECAR_END, VOLUME_END};
use crate::EngineError;

/// A volume file, opened for reading only.
pub(crate) struct Medium(pub(crate) File);

impl Medium {
    /// Opens a volume file; it is only read, and not even the time of reading is written onto its
    /// medium where the system allows that.
    pub(crate) fn open(path: &Path) -> Result<Self, EngineError> {
        let quiet = OFlags::NOATIME.bits().cast_signed();
        let opened = File::options().read(true).custom_flags(quiet).open(path);
        // Only its owner may open a file like this.
        let opened = opened.or_else(|error| match error.kind() {
            io::ErrorKind::PermissionDenied => File::open(path),
            _ => Err(error),
        });
        opened.map(Self).map_err(EngineError::file("opening", path))
    }

    /// As [`open`](Self::open), for a check of the medium itself: what the system kept in memory
    /// when the file was written or read before is forgotten first.
    pub(crate) fn open_uncached(path: &Path) -> Result<Self, EngineError> {
        let medium = Self::open(path)?;
        // Where the system cannot forget, the check is worth less, and still worth something.
        let _ = rustix::fs::fadvise(&medium.0, 0, None, Advice::DontNeed);
        Ok(medium)
    }
}

impl ReadAt for Medium {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        self.0.read_at(buffer, offset)
    }

    fn size(&self) -> io::Result<u64> {
        let metadata = self.0.metadata()?;
        // A device says its size nowhere else; reads never move this place.
        if metadata.file_type().is_block_device() {
            return Ok(rustix::fs::seek(&self.0, SeekFrom::End(0))?);
        }
        Ok(metadata.len())
    }
}

/// Opens every volume at `path`, for whoever looks what is in a drive: nothing where nothing can be
/// read.
pub fn open_media(path: &Path) -> Vec<Box<dyn ReadAt>> {
    let files = volume_files(path).unwrap_or_default();
    let opened = files.iter().filter_map(|file| Medium::open_uncached(file).ok());
    opened.map(|medium| Box::new(medium) as Box<dyn ReadAt>).collect()
}

pub(crate) fn read_capsule(path: &Path) -> Option<Capsule> {
    let mut bytes = Vec::new();
    let limit = CAPSULE_MAX_BYTES as u64 + 1;
    File::open(path).ok()?.take(limit).read_to_end(&mut bytes).ok()?;
    Capsule::decode(&bytes).ok()
}

/// Detached capsules beside the volumes; which archive each is of, it says itself.
pub(crate) fn detached(path: &Path) -> Vec<PathBuf> {
    beside(path, CAPSULE_END)
}

/// Sidecars beside the volumes; which archive each is of, it says itself.
pub(crate) fn sidecars_beside(path: &Path) -> Vec<PathBuf> {
    beside(path, SIDECAR_END)
}

/// Files beside the volumes whose names end with `end`.
fn beside(path: &Path, end: &str) -> Vec<PathBuf> {
    let is_dir = path.is_dir();
    let dir = if is_dir { Some(path) } else { path.parent() };
    let dir = dir.filter(|dir| !dir.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // Where the folder cannot be listed, the volumes themselves are still enough.
    let mut files = siblings(dir, |name| name.ends_with(end)).unwrap_or_default();
    files.retain(|file| file.is_file());
    files
}

/// All volumes of a folder, or the volume files that share their name with the one given. Names may
/// be lost: in a folder in which nothing is called as a volume, any file may be one.
pub(crate) fn volume_files(path: &Path) -> Result<Vec<PathBuf>, EngineError> {
    let metadata = fs::metadata(path).map_err(EngineError::file("opening", path))?;
    if metadata.is_dir() {
        let named = siblings(path, |name| name.ends_with(VOLUME_END))?;
        return if named.is_empty() { any_files(path) } else { Ok(named) };
    }
    let Some((stem, dir)) = stem(path).zip(path.parent()) else { return Ok(vec![path.to_owned()]) };
    let dir = if dir.as_os_str().is_empty() { Path::new(".") } else { dir };
    siblings(dir, |name| self::stem(Path::new(name)) == Some(stem.clone()))
}

/// Every file of a folder that may be a volume, the image of a medium, or a link to a device.
pub(super) fn any_files(dir: &Path) -> Result<Vec<PathBuf>, EngineError> {
    let mut files = siblings(dir, |name| !name.ends_with(CAPSULE_END))?;
    files.retain(|file| file.is_file() || is_device(file));
    Ok(files)
}

/// Whether it is a disk, a stick or a disc itself, and not a file on it. Nothing writes onto one.
pub(crate) fn is_device(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|facts| facts.file_type().is_block_device())
}

/// Opens files for reading only, in their order.
pub(super) fn media(files: &[PathBuf]) -> Result<Vec<Box<dyn ReadAt>>, EngineError> {
    let medium = |file: &PathBuf| {
        let medium = File::open(file).map_err(EngineError::file("opening", file))?;
        Ok(Box::new(Medium(medium)) as Box<dyn ReadAt>)
    };
    files.iter().map(medium).collect()
}

fn siblings(dir: &Path, wanted: impl Fn(&str) -> bool) -> Result<Vec<PathBuf>, EngineError> {
    let entries = fs::read_dir(dir).map_err(EngineError::file("reading", dir))?;
    let mut files = Vec::new();
    for entry in entries {
        let entry = entry.map_err(EngineError::file("reading", dir))?;
        let name = entry.file_name();
        if name.to_str().is_some_and(&wanted) {
            files.push(entry.path());
        }
    }
    files.sort();
    Ok(files)
}

/// `archive` of `archive.0001.strongroom`.
fn stem(path: &Path) -> Option<String> {
    let name = path.file_name()?.to_str()?.strip_suffix(VOLUME_END)?;
    let (stem, number) = name.rsplit_once('.')?;
    number.parse::<u32>().is_ok().then(|| stem.to_owned())
}
