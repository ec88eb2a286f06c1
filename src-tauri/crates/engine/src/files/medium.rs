//! Volumes as files.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use archive::{ReadAt, Set};

use super::volumes::VOLUME_END;
use crate::EngineError;

/// A volume file, opened for reading only.
struct Medium(File);

impl ReadAt for Medium {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        self.0.read_at(buffer, offset)
    }

    fn size(&self) -> io::Result<u64> {
        Ok(self.0.metadata()?.len())
    }
}

/// Opens an archive by one of its volume files, or by the folder that holds the set.
///
/// # Errors
///
/// The path cannot be read, or holds no archive that can be opened.
pub fn open_set(path: &Path) -> Result<Set, EngineError> {
    let media = volume_files(path)?
        .iter()
        .map(|file| {
            let medium = File::open(file).map_err(EngineError::file("opening", file))?;
            Ok(Box::new(Medium(medium)) as Box<dyn ReadAt>)
        })
        .collect::<Result<Vec<_>, EngineError>>()?;
    Ok(Set::open(media)?)
}

/// All volumes of a folder, or the volume files that share their name with the one given.
fn volume_files(path: &Path) -> Result<Vec<PathBuf>, EngineError> {
    let metadata = fs::metadata(path).map_err(EngineError::file("opening", path))?;
    if metadata.is_dir() {
        return siblings(path, |_| true);
    }
    let Some((stem, dir)) = stem(path).zip(path.parent()) else { return Ok(vec![path.to_owned()]) };
    let dir = if dir.as_os_str().is_empty() { Path::new(".") } else { dir };
    siblings(dir, |name| self::stem(Path::new(name)) == Some(stem.clone()))
}

fn siblings(dir: &Path, wanted: impl Fn(&str) -> bool) -> Result<Vec<PathBuf>, EngineError> {
    let entries = fs::read_dir(dir).map_err(EngineError::file("reading", dir))?;
    let mut files = Vec::new();
    for entry in entries {
        let entry = entry.map_err(EngineError::file("reading", dir))?;
        let name = entry.file_name();
        if name.to_str().is_some_and(|name| name.ends_with(VOLUME_END) && wanted(name)) {
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
