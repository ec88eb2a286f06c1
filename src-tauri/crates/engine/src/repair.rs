//! Mending media without a key: in place, or as a new copy.
//!
//! Only ranges that are not as they were sealed are written, and only with bytes that the index
//! proves. A repair in place that is interrupted leaves damage that it can mend again; a new copy
//! gets its names when all of it is on the disk.

mod along;
mod job;

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fs::{self, File};
use std::io;
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use archive::{Patch, Repairs, Set, Signature};
use rustix::fs::OFlags;
use serde::Serialize;

use along::{name_of_sidecar, renew_sidecars, take_along};
use job::Job;

use crate::EngineError;
use crate::files::{
    Media, Medium, SetFiles, VOLUME_END, is_device, make_folder, partial, rename_new, volume_name,
};
use crate::observer::{Observer, Progress};
use crate::reading::{Patience, copy_patiently};
use crate::vault::sync_folder;
use crate::verify::rebuild_index;

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
    /// What else is in a new copy: capsules, a sidecar made anew, the kit.
    pub taken_along: Vec<PathBuf>,
    /// Sidecars that were damaged and are written anew in their place.
    pub renewed: Vec<PathBuf>,
}

/// Refuses a folder for a new copy in which something has the name of a file of it, before hours of
/// reading; changes nothing.
///
/// # Errors
///
/// Such a file is there, or the archive cannot be opened.
pub fn foresee_copy(media: Media<'_>, dir: &Path) -> Result<(), EngineError> {
    let (set, SetFiles { volumes, .. }) = media.open_files()?;
    let numbers = set.volumes_here().into_iter().chain(set.missing_volumes());
    let beside = first_of(&set, &volumes);
    for number in numbers {
        let name = dir.join(name_of(&beside, number));
        if name.symlink_metadata().is_ok() {
            let taken = io::Error::from(io::ErrorKind::AlreadyExists);
            return Err(EngineError::file("making", &name)(taken));
        }
    }
    match fs::metadata(dir) {
        Ok(facts) if !facts.is_dir() => {
            let other = io::Error::from(io::ErrorKind::NotADirectory);
            Err(EngineError::file("making", dir)(other))
        }
        _ => Ok(()),
    }
}

/// The file of the first volume that is here.
fn first_of(set: &Set, volumes: &[PathBuf]) -> PathBuf {
    let first = set.volumes_here().first().and_then(|number| set.medium_of(*number));
    first.and_then(|place| volumes.get(place)).cloned().unwrap_or_default()
}

/// Mends the archive on `media` as far as its copies and its parity reach. What a medium refuses is
/// read when all the rest is written; where that is in place, the file `read_map` keeps such places
/// for the next time (readmap-1).
///
/// # Errors
///
/// The archive cannot be opened, a page of its index is lost, a file cannot be written, a sidecar
/// alone says what is to be written in place, or the person asked to stop.
pub fn repair(
    media: Media<'_>,
    to: Where<'_>,
    read_map: Option<&Path>,
    observer: &dyn Observer,
) -> Result<RepairReport, EngineError> {
    let (mut set, SetFiles { volumes, sidecars }) = media.open_files()?;
    if set.root().signature() == Signature::Invalid {
        return Err(EngineError::Unsound);
    }
    // Written in place, it would be the archive's own from then on.
    if matches!(to, Where::InPlace) && set.root_is_beside() {
        return Err(EngineError::RootBeside);
    }
    rebuild_index(&mut set, observer)?;
    let mut bench = match to {
        Where::InPlace => Bench::on_the_media(&set, &volumes)?,
        Where::Into(dir) => Bench::in_a_copy(&set, &volumes, dir, observer)?,
    };
    let patience = Patience::new(&set, read_map)?;
    let mended = bench.mend(&set, &patience, observer);
    // Also of a repair that is interrupted, for the next one.
    patience.save();
    let found = mended?;
    let (places, bytes, beyond) = (found.places, found.bytes, found.beyond.values().sum());
    let made = bench.publish(&set, &found)?;
    let (mut taken_along, mut renewed) = (Vec::new(), Vec::new());
    match to {
        Where::Into(dir) => {
            let name = name_of_sidecar(&first_of(&set, &volumes));
            taken_along = take_along(&set, media, dir, &name)?;
            sync_folder(dir).map_err(EngineError::file("syncing", dir))?;
        }
        Where::InPlace => renewed = renew_sidecars(&set, &sidecars)?,
    }
    Ok(RepairReport { places, bytes, beyond, made, taken_along, renewed })
}

/// The files that are mended.
struct Bench {
    /// Where each volume is, or will be.
    names: BTreeMap<u32, PathBuf>,
    /// Volumes that are written under another name until everything is done.
    fresh: Vec<u32>,
    open: BTreeMap<u32, File>,
    /// Whether all volumes are copies in another folder, so that media need not be read again.
    is_copy: bool,
}

impl Bench {
    /// Volumes where they are; those that are missing are made beside them.
    fn on_the_media(set: &Set, volumes: &[PathBuf]) -> Result<Self, EngineError> {
        let mut names = BTreeMap::new();
        for number in set.volumes_here() {
            let path = set.medium_of(number).and_then(|place| volumes.get(place));
            if let Some(path) = path.filter(|_| !set.is_named(number)) {
                let what = "neither its start nor its end says what it is: mend into a new copy";
                let unnamed = io::Error::new(io::ErrorKind::InvalidInput, what);
                return Err(EngineError::file("writing to", path)(unnamed));
            }
            if let Some(path) = path.filter(|path| is_device(path)) {
                let what = "it is a device, with whatever else is on it: mend into a new copy";
                let device = io::Error::new(io::ErrorKind::InvalidInput, what);
                return Err(EngineError::file("writing to", path)(device));
            }
            names.extend(path.map(|path| (number, path.clone())));
        }
        let missing = set.missing_volumes();
        let beside = names.values().next().cloned().unwrap_or_default();
        for number in &missing {
            // A file of that name may be the volume itself, of which nothing is recognised.
            let name = beside.with_file_name(name_of(&beside, *number));
            names.insert(*number, free(name)?);
        }
        Ok(Self { names, fresh: missing, open: BTreeMap::new(), is_copy: false })
    }

    /// Copies every volume into `dir`, as far as its medium can be read.
    fn in_a_copy(
        set: &Set,
        volumes: &[PathBuf],
        dir: &Path,
        observer: &dyn Observer,
    ) -> Result<Self, EngineError> {
        make_folder(dir).map_err(EngineError::file("making", dir))?;
        let from = |number| set.medium_of(number).and_then(|place| volumes.get(place));
        let here = set.volumes_here();
        let beside = first_of(set, volumes);
        let mut names = BTreeMap::new();
        // Names say nothing that can be relied on, so they are given anew.
        for number in here.into_iter().chain(set.missing_volumes()) {
            names.insert(number, free(dir.join(name_of(&beside, number)))?);
        }
        let mut progress = Progress::default();
        for (number, name) in &names {
            if let Some(from) = from(*number) {
                copy(from, &partial(name), &mut progress, observer)?;
            }
        }
        let fresh = names.keys().copied().collect();
        Ok(Self { names, fresh, open: BTreeMap::new(), is_copy: true })
    }

    fn mend(
        &mut self,
        set: &Set,
        patience: &Patience,
        observer: &dyn Observer,
    ) -> Result<Repairs, EngineError> {
        let is_copy = self.is_copy;
        let mut job = Job {
            bench: self,
            patience: (!is_copy).then_some(patience),
            observer,
            progress: Progress::default(),
            failed: None,
        };
        let found = set.mend_all(&mut job);
        match (found, job.failed) {
            (_, Some(error)) => Err(error),
            (found, None) => Ok(found?),
        }
    }

    /// What was written of a volume, or copied.
    fn written_so_far(&mut self, volume: u32) -> Option<&File> {
        let path = self.written(volume)?;
        match self.open.entry(volume) {
            Entry::Occupied(open) => Some(&*open.into_mut()),
            Entry::Vacant(place) => Some(&*place.insert(open_own(&path).ok()?)),
        }
    }

    fn write(&mut self, patch: &Patch<'_>) -> Result<(), EngineError> {
        let Some(path) = self.written(patch.volume) else { return Ok(()) };
        let file = match self.open.entry(patch.volume) {
            Entry::Occupied(open) => open.into_mut(),
            Entry::Vacant(place) => {
                let file = if self.fresh.contains(&patch.volume) && !path.exists() {
                    create_new(&path)
                } else {
                    open_own(&path)
                };
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

    /// Brings everything onto the disk and gives new files their names, the last volume last. A
    /// volume that was missing gets none while anything of it is.
    fn publish(mut self, set: &Set, found: &Repairs) -> Result<Vec<PathBuf>, EngineError> {
        for number in self.names.keys() {
            let Some(path) = self.written(*number).filter(|path| path.exists()) else { continue };
            let sealed = found.sizes.get(number).copied();
            // What has its trailer where it ends is as long as it was.
            let sealed = sealed.filter(|bytes| is_longer(&path, *bytes) && !set.is_framed(*number));
            let is_written = self.open.remove(number).is_some() || self.fresh.contains(number);
            if !is_written && sealed.is_none() {
                continue;
            }
            let settled = open_own(&path).and_then(|file| {
                sealed.map_or(Ok(()), |bytes| file.set_len(bytes))?;
                file.sync_all()
            });
            settled.map_err(EngineError::file("writing to", &path))?;
        }
        let mut made = Vec::new();
        for number in &self.fresh {
            let Some(name) = self.names.get(number) else { continue };
            let is_part = set.medium_of(*number).is_none() && found.beyond.contains_key(number);
            if is_part || !partial(name).exists() {
                // A partial file is recognised as such; what stays of it helps nobody.
                let _ = fs::remove_file(partial(name));
                continue;
            }
            rename_new(&partial(name), name).map_err(EngineError::file("naming", name))?;
            made.push(name.clone());
        }
        if let Some(dir) = made.first().and_then(|name| name.parent()) {
            sync_folder(dir).map_err(EngineError::file("syncing", dir))?;
        }
        Ok(made)
    }
}

fn is_longer(path: &Path, sealed: u64) -> bool {
    fs::metadata(path).is_ok_and(|facts| facts.len() > sealed)
}

/// `name`, if nothing has it; what a killed run left under its partial name is taken away.
fn free(name: PathBuf) -> Result<PathBuf, EngineError> {
    if name.symlink_metadata().is_ok() {
        let taken = io::Error::from(io::ErrorKind::AlreadyExists);
        return Err(EngineError::file("making", &name)(taken));
    }
    match fs::remove_file(partial(&name)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(EngineError::file("removing", &partial(&name))(error))
        }
        _ => Ok(name),
    }
}

/// Makes a file that was not there; no link is followed.
fn create_new(path: &Path) -> io::Result<File> {
    File::options().read(true).write(true).create_new(true).open(path)
}

/// Opens a regular file for writing; no link is followed.
fn open_own(path: &Path) -> io::Result<File> {
    let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
    let mut options = File::options();
    options.read(true).write(true).custom_flags(flags.bits().cast_signed());
    let file = options.open(path)?;
    let is_file = file.metadata()?.is_file();
    if is_file { Ok(file) } else { Err(io::ErrorKind::InvalidInput.into()) }
}

/// The name of volume `number`, after that of another one of its set.
fn name_of(beside: &Path, number: u32) -> String {
    let name = beside.file_name().unwrap_or_default().to_string_lossy();
    let stem = name.strip_suffix(VOLUME_END).and_then(|name| name.rsplit_once('.'));
    volume_name(stem.map_or("archive", |(stem, _)| stem), number)
}

/// Copies a volume, the places that its medium refuses last; what it does not give is left as
/// zeros, which the index will see.
fn copy(
    from: &Path,
    to: &Path,
    progress: &mut Progress,
    observer: &dyn Observer,
) -> Result<(), EngineError> {
    let source = File::open(from).map_err(EngineError::file("opening", from))?;
    let target = create_new(to).map_err(EngineError::file("making", to))?;
    let facts = source.metadata().map_err(EngineError::file("reading", from))?;
    let size = facts.len();
    target.set_permissions(facts.permissions()).map_err(EngineError::file("making", to))?;
    copy_patiently(&Medium(source), size, &mut |bytes, at| {
        if observer.is_cancelled() {
            return Err(EngineError::Cancelled);
        }
        target.write_all_at(bytes, at).map_err(EngineError::file("writing to", to))?;
        progress.bytes += bytes.len() as u64;
        observer.progress(*progress);
        Ok(())
    })?;
    target.set_len(size).map_err(EngineError::file("writing to", to))
}
