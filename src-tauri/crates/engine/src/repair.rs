//! Mending media without a key: in place, or as a new copy.
//!
//! Only ranges that are not as they were sealed are written, and only with bytes that the index
//! proves. A repair in place that is interrupted leaves damage that it can mend again; a new copy
//! gets its names when all of it is on the disk.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fs::{self, File};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use archive::{ArchiveError, Patch, Repairs, Set};
use serde::Serialize;

use crate::EngineError;
use crate::files::{detached, open_volumes, partial};
use crate::observer::{Observer, Progress};
use crate::vault::sync_folder;

/// Bytes that are copied at once.
const BLOCK_BYTES: usize = 1 << 20;
/// A medium that failed is read again in pieces of this size.
const PIECE_BYTES: usize = 4096;

/// Where the mended volumes are to be.
#[derive(Debug, Clone, Copy)]
pub enum Where<'a> {
    /// On the media themselves.
    InPlace,
    /// In another folder, which is made if missing; the media are only read.
    Into(&'a Path),
}

/// What a repair did.
#[derive(Debug, Serialize)]
pub struct RepairReport {
    /// Places that were written anew.
    pub places: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Frames that nothing mends.
    pub beyond: u64,
    /// Volumes that were missing and made again, and all volumes of a new copy.
    pub made: Vec<PathBuf>,
}

/// Mends the archive at `path` as far as its copies and its parity reach.
///
/// # Errors
///
/// The archive cannot be opened, a page of its index is lost, a file cannot be written, or the
/// person asked to stop.
pub fn repair(
    path: &Path,
    to: Where<'_>,
    observer: &dyn Observer,
) -> Result<RepairReport, EngineError> {
    let (set, volumes) = open_volumes(path)?;
    let mut bench = match to {
        Where::InPlace => Bench::on_the_media(&set, &volumes),
        Where::Into(dir) => Bench::in_a_copy(&set, &volumes, dir, observer)?,
    };
    let found = bench.mend(&set, observer)?;
    let (places, bytes, beyond) = (found.places, found.bytes, found.beyond.len() as u64);
    let made = bench.publish(&found)?;
    if let Where::Into(dir) = to {
        copy_capsules(path, dir)?;
    }
    Ok(RepairReport { places, bytes, beyond, made })
}

/// The files that are mended.
struct Bench {
    /// Where each volume is, or will be.
    names: BTreeMap<u32, PathBuf>,
    /// Volumes that are written under another name until everything is done.
    fresh: Vec<u32>,
    open: BTreeMap<u32, File>,
}

impl Bench {
    fn on_the_media(set: &Set, volumes: &[PathBuf]) -> Self {
        let mut names = BTreeMap::new();
        for number in 1..=set.root().volumes {
            let path = set.medium_of(number).and_then(|place| volumes.get(place));
            names.extend(path.map(|path| (number, path.clone())));
        }
        let missing = set.missing_volumes();
        let beside = names.values().next().cloned().unwrap_or_default();
        for number in &missing {
            names.insert(*number, beside.with_file_name(name_of(&beside, *number)));
        }
        Self { names, fresh: missing, open: BTreeMap::new() }
    }

    /// Copies every volume into `dir`, as far as its medium can be read.
    fn in_a_copy(
        set: &Set,
        volumes: &[PathBuf],
        dir: &Path,
        observer: &dyn Observer,
    ) -> Result<Self, EngineError> {
        fs::create_dir_all(dir).map_err(EngineError::file("making", dir))?;
        let mut bench = Self::on_the_media(set, volumes);
        bench.fresh = bench.names.keys().copied().collect();
        let mut progress = Progress::default();
        for (number, name) in &mut bench.names {
            let from = set.medium_of(*number).and_then(|place| volumes.get(place));
            let to = dir.join(name.file_name().unwrap_or_default());
            *name = to;
            if name.exists() {
                let taken = io::Error::from(io::ErrorKind::AlreadyExists);
                return Err(EngineError::file("making", name)(taken));
            }
            if let Some(from) = from {
                copy(from, &partial(name), &mut progress, observer)?;
            }
        }
        Ok(bench)
    }

    fn mend(&mut self, set: &Set, observer: &dyn Observer) -> Result<Repairs, EngineError> {
        let (mut failed, mut progress) = (None, Progress::default());
        let found = set.repairs(&mut |patch| {
            if observer.is_cancelled() {
                failed = Some(EngineError::Cancelled);
            } else if let Err(error) = self.write(&patch) {
                failed = Some(error);
            }
            progress.bytes += patch.bytes.len() as u64;
            progress.files += 1;
            observer.progress(progress);
            // The true reason is kept outside; this only ends the search.
            if failed.is_some() { Err(ArchiveError::NotSealed) } else { Ok(()) }
        });
        match (found, failed) {
            (_, Some(error)) => Err(error),
            (found, None) => Ok(found?),
        }
    }

    fn write(&mut self, patch: &Patch<'_>) -> Result<(), EngineError> {
        let Some(path) = self.written(patch.volume) else { return Ok(()) };
        let file = match self.open.entry(patch.volume) {
            Entry::Occupied(open) => open.into_mut(),
            Entry::Vacant(place) => {
                let file = File::options().write(true).create(true).truncate(false).open(&path);
                place.insert(file.map_err(EngineError::file("opening", &path))?)
            }
        };
        let written = file.write_all_at(patch.bytes, patch.offset);
        written.map_err(EngineError::file("writing to", &path))
    }

    /// The name under which a volume is written.
    fn written(&self, volume: u32) -> Option<PathBuf> {
        let name = self.names.get(&volume)?;
        Some(if self.fresh.contains(&volume) { partial(name) } else { name.clone() })
    }

    /// Brings everything onto the disk and gives new files their names, the last volume last.
    fn publish(mut self, found: &Repairs) -> Result<Vec<PathBuf>, EngineError> {
        for number in self.names.keys() {
            let Some(path) = self.written(*number) else { continue };
            let was_written = self.open.remove(number).is_some() || self.fresh.contains(number);
            if !was_written && !is_longer(&path, found.sizes.get(number)) {
                continue;
            }
            let options = File::options().write(true).open(&path);
            let settled = options.and_then(|file| {
                if is_longer(&path, found.sizes.get(number)) {
                    file.set_len(found.sizes[number])?;
                }
                file.sync_all()
            });
            settled.map_err(EngineError::file("writing to", &path))?;
        }
        let mut made = Vec::new();
        for number in &self.fresh {
            let Some(name) = self.names.get(number) else { continue };
            fs::rename(partial(name), name).map_err(EngineError::file("naming", name))?;
            made.push(name.clone());
        }
        if let Some(dir) = made.first().and_then(|name| name.parent()) {
            sync_folder(dir).map_err(EngineError::file("syncing", dir))?;
        }
        Ok(made)
    }
}

fn is_longer(path: &Path, sealed: Option<&u64>) -> bool {
    let found = fs::metadata(path).map(|facts| facts.len()).unwrap_or_default();
    sealed.is_some_and(|sealed| found > *sealed)
}

/// The name of volume `number`, after that of another one of its set.
fn name_of(beside: &Path, number: u32) -> String {
    let name = beside.file_name().unwrap_or_default().to_string_lossy();
    let stem = name.strip_suffix(".strongroom").and_then(|name| name.rsplit_once('.'));
    let stem = stem.map_or("archive", |(stem, _)| stem);
    format!("{stem}.{number:04}.strongroom")
}

/// Copies a volume; what its medium does not give is left as zeros, which the index will see.
fn copy(
    from: &Path,
    to: &Path,
    progress: &mut Progress,
    observer: &dyn Observer,
) -> Result<(), EngineError> {
    let source = File::open(from).map_err(EngineError::file("opening", from))?;
    let target = File::create(to).map_err(EngineError::file("making", to))?;
    let size = source.metadata().map_err(EngineError::file("reading", from))?.len();
    let (mut block, mut at) = (vec![0; BLOCK_BYTES], 0);
    while at < size {
        if observer.is_cancelled() {
            return Err(EngineError::Cancelled);
        }
        let rest = usize::try_from(size - at).unwrap_or(BLOCK_BYTES);
        let bytes = &mut block[..rest.min(BLOCK_BYTES)];
        if source.read_exact_at(bytes, at).is_err() {
            for (piece, bytes) in (0..).zip(bytes.chunks_mut(PIECE_BYTES)) {
                if source.read_exact_at(bytes, at + piece * PIECE_BYTES as u64).is_err() {
                    bytes.fill(0);
                }
            }
        }
        target.write_all_at(bytes, at).map_err(EngineError::file("writing to", to))?;
        at += bytes.len() as u64;
        progress.bytes += bytes.len() as u64;
        observer.progress(*progress);
    }
    target.set_len(size).map_err(EngineError::file("writing to", to))
}

/// Takes the detached capsules along.
fn copy_capsules(from: &Path, to: &Path) -> Result<(), EngineError> {
    for capsule in detached(from) {
        let name = to.join(capsule.file_name().unwrap_or_default());
        if !name.exists() {
            fs::copy(&capsule, &name).map_err(EngineError::file("copying", &capsule))?;
        }
    }
    Ok(())
}
