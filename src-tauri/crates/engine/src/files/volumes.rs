//! Writing volumes as files that exist whole or not at all.
//!
//! `NAME.0001.strongroom.partial` is written forward, synced, and renamed when every volume is
//! complete: the last one, which carries the root, comes last, and the folder is synced after it.
//! A killed run leaves only `*.partial` files behind, which no reader takes for volumes.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use archive::{ArchiveError, Set, Volumes};

use super::rename_new;
use crate::EngineError;

/// How the name of every volume ends.
pub(crate) const VOLUME_END: &str = ".strongroom";
/// How the name of a detached capsule ends.
pub(crate) const CAPSULE_END: &str = ".capsule";
/// How the name of a sidecar ends.
pub(crate) const SIDECAR_END: &str = ".sidecar";
const PARTIAL_END: &str = ".partial";

/// Volumes of one archive in one folder.
pub struct FileVolumes {
    dir: PathBuf,
    stem: String,
    /// Final names of the files that are written under their partial names.
    pending: Vec<PathBuf>,
}

impl FileVolumes {
    /// Prepares to write `stem.0001.strongroom` and so on in `dir`, which is made if missing.
    ///
    /// # Errors
    ///
    /// The folder cannot be made.
    pub fn new(dir: &Path, stem: String) -> Result<Self, EngineError> {
        make_folder(dir).map_err(EngineError::file("making", dir))?;
        let dir = std::path::absolute(dir).map_err(EngineError::file("finding", dir))?;
        Ok(Self { dir, stem, pending: Vec::new() })
    }

    /// The folder they are written in.
    pub(crate) fn dir(&self) -> &Path {
        &self.dir
    }

    /// How many files were written so far.
    pub(crate) fn number(&self) -> usize {
        self.pending.len()
    }

    /// Writes a small file beside the volumes, to be published with them.
    pub(crate) fn add(&mut self, ending: &str, bytes: &[u8]) -> Result<PathBuf, EngineError> {
        let path = self.dir.join(format!("{}{ending}", self.stem));
        let write = || {
            let mut file = File::create_new(partial(&path))?;
            file.write_all(bytes)?;
            file.sync_all()
        };
        write().map_err(EngineError::file("writing", &path))?;
        // Before the volumes: the last volume must stay the last to appear.
        self.pending.insert(0, path.clone());
        Ok(path)
    }

    /// Writes a sidecar beside the volumes, out of what was written of them (archive-1 A42).
    pub(crate) fn add_sidecar(&mut self) -> Result<PathBuf, EngineError> {
        let written: Vec<_> = self.pending.iter().map(|path| partial(path)).collect();
        let set = Set::open(super::medium::media(&written)?)?;
        let path = self.dir.join(format!("{}{SIDECAR_END}", self.stem));
        let failed = || EngineError::file("writing", &path);
        let file = File::create_new(partial(&path)).map_err(failed())?;
        self.pending.insert(0, path.clone());
        let mut file = BufWriter::with_capacity(256 << 10, file);
        set.write_sidecar(&mut file).map_err(|error| match error {
            ArchiveError::Io(error) => failed()(error),
            error => error.into(),
        })?;
        let file = file.into_inner().map_err(|error| failed()(error.into_error()))?;
        file.sync_all().map_err(failed())?;
        Ok(path)
    }

    /// Gives everything its final name; returns the volumes' paths in order.
    ///
    /// # Errors
    ///
    /// A rename failed; then the last volume, without which nothing is sealed, is still partial.
    pub(crate) fn publish(mut self) -> Result<Vec<PathBuf>, EngineError> {
        let last = self.pending.len().saturating_sub(1);
        for (done, path) in self.pending.iter().enumerate() {
            // A disk may keep names in any order: the last one waits until the others are safe.
            let ready = if done == last { sync_dir(&self.dir) } else { Ok(()) };
            if let Err(error) = ready.and_then(|()| rename_new(&partial(path), path)) {
                // An error leaves nothing under a final name.
                for named in &self.pending[..done] {
                    let _ = fs::rename(named, partial(named));
                }
                return Err(EngineError::file("naming", path)(error));
            }
        }
        sync_dir(&self.dir).map_err(EngineError::file("syncing", &self.dir))?;
        let mut paths = std::mem::take(&mut self.pending);
        paths.retain(|path| path.to_string_lossy().ends_with(VOLUME_END));
        Ok(paths)
    }

    /// Tells files of this archive, which are still being written, from what is to be sealed.
    pub(crate) fn own_files(&self) -> impl Fn(&Path) -> bool + use<> {
        let (dir, stem) = (self.dir.clone(), self.stem.clone());
        move |path| {
            let own = |name: &str| name.starts_with(&stem) && name.ends_with(PARTIAL_END);
            path.parent() == Some(dir.as_path())
                && path.file_name().and_then(|name| name.to_str()).is_some_and(own)
        }
    }

    fn path(&self, number: u32) -> PathBuf {
        self.dir.join(volume_name(&self.stem, number))
    }
}

/// The file name of a volume.
pub(crate) fn volume_name(stem: &str, number: u32) -> String {
    format!("{stem}.{number:04}{VOLUME_END}")
}

/// Files in `dir` that a killed run left half-written; they hold nothing that can be restored.
///
/// # Errors
///
/// The folder cannot be read.
pub fn left_over(dir: &Path) -> Result<Vec<PathBuf>, EngineError> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).map_err(EngineError::file("reading", dir))? {
        let path = entry.map_err(EngineError::file("reading", dir))?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let whole = name.strip_suffix(PARTIAL_END).unwrap_or_default();
        if [VOLUME_END, CAPSULE_END, SIDECAR_END, ".kit"].iter().any(|end| whole.ends_with(end)) {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

impl Volumes for &mut FileVolumes {
    type Volume = BufWriter<File>;

    fn begin(&mut self, number: u32) -> io::Result<Self::Volume> {
        let path = self.path(number);
        let file = File::create_new(partial(&path))?;
        self.pending.push(path);
        Ok(BufWriter::with_capacity(256 << 10, file))
    }

    fn end(&mut self, _: u32, volume: Self::Volume) -> io::Result<()> {
        volume.into_inner()?.sync_all()
    }
}

impl Drop for FileVolumes {
    fn drop(&mut self) {
        for path in &self.pending {
            // What cannot be removed now is still recognised as partial later.
            let _ = fs::remove_file(partial(path));
        }
    }
}

pub(crate) fn partial(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(PARTIAL_END);
    name.into()
}

/// Makes `dir` and what is missing above it, durably.
pub(crate) fn make_folder(dir: &Path) -> io::Result<()> {
    let dir = std::path::absolute(dir)?;
    let missing = dir.ancestors().take_while(|folder| !folder.exists());
    // Syncing a folder keeps what is in it; its own name is kept by the one above.
    let above: Vec<&Path> = missing.filter_map(Path::parent).collect();
    fs::create_dir_all(&dir)?;
    above.into_iter().try_for_each(sync_dir)
}

fn sync_dir(dir: &Path) -> io::Result<()> {
    File::open(dir)?.sync_all()
}
