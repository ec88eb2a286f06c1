//! The quarantine: a folder in the target that this run made, and nobody else.

use std::fs::File;
use std::os::fd::{AsFd, OwnedFd};
use std::path::Path;

use archive::EntryPath;
use rustix::fs::{
    AtFlags, Dir, FlockOperation, Mode, OFlags, flock, fremovexattr, fstat, mkdirat, openat2,
    statat, unlinkat,
};
use rustix::io::Errno;

use super::folder::{self, BENEATH, FOLDER};
use crate::EngineError;

/// How the name of every quarantine begins.
const PREFIX: &str = ".strongroom-";
/// How deep folders in a quarantine are (journal-1 J12), with room.
const DEPTH_MAX: usize = 100;
/// The access list that a folder gives to what is made in it.
pub(super) const DEFAULT_LIST: &str = "system.posix_acl_default";
/// Most names tried for a new quarantine.
const NAMES_MAX: u32 = 1000;

/// Whether an entry of an archive would lie in a quarantine, or pass for one; it is not restored.
/// Some file systems do not tell capitals from small letters.
pub(crate) fn is_reserved(path: &EntryPath) -> bool {
    let first = path.parts().next().unwrap_or_default();
    first.get(..PREFIX.len()).is_some_and(|start| start.eq_ignore_ascii_case(PREFIX.as_bytes()))
}

/// An open quarantine with its name in the target.
pub(super) struct Quarantine {
    pub(super) name: String,
    pub(super) folder: OwnedFd,
}

/// What a run that goes on takes over: a quarantine by its name, and files in it.
pub(crate) struct TakenOver<'a> {
    /// The quarantine.
    pub(crate) from: &'a LeftOver,
    /// Whether a file of this name stays.
    pub(crate) keeps: &'a dyn Fn(&[u8]) -> bool,
}

impl Quarantine {
    /// Takes over what a killed run of the same archive, known by `tag`, left in the target `root`,
    /// or makes a quarantine for this run alone; every other left-over is removed. `path` is what
    /// the target is called in errors.
    pub(super) fn begin(
        root: &OwnedFd,
        tag: &str,
        path: &Path,
        taken_over: Option<&TakenOver<'_>>,
    ) -> Result<Self, EngineError> {
        let in_use = || EngineError::InUse { path: path.to_owned() };
        let stem = stem(tag);
        let failed = |error: Errno| match error {
            Errno::WOULDBLOCK => in_use(),
            error => EngineError::file("clearing", &path.join(&stem))(error),
        };
        let taken = taken_over.map(|taken| take_over(root, taken)).transpose().map_err(failed)?;
        let taken = taken.flatten();
        clear_left_over(root, &stem, taken.as_ref()).map_err(failed)?;
        if let Some(taken) = taken {
            return Ok(taken);
        }
        for number in 1..NAMES_MAX {
            let name = format!("{stem}-{number}");
            // Only a folder that did not exist is surely ours, with nothing and nobody in it.
            match mkdirat(root, &name, Mode::RWXU) {
                Ok(()) => (),
                Err(Errno::EXIST) => continue,
                Err(error) => return Err(failed(error)),
            }
            let folder = openat2(root, &name, FOLDER, Mode::empty(), BENEATH).map_err(failed)?;
            lock(&folder).map_err(failed)?;
            // What the target's own folder gives to those in it is not meant for those below.
            let _ = fremovexattr(&folder, DEFAULT_LIST);
            // Another run that began at the same time may have taken it for a left-over.
            if !is_at(root, &name, &folder).map_err(failed)? {
                return Err(in_use());
            }
            return Ok(Self { name, folder });
        }
        Err(failed(Errno::EXIST))
    }
}

/// A quarantine that an earlier run left.
pub(crate) struct LeftOver {
    name: String,
    folder: OwnedFd,
}

impl LeftOver {
    /// Those of archives called `tag` in the target at `path`, if it is there; nothing is changed.
    pub(crate) fn all(path: &Path, tag: &str) -> Result<Vec<Self>, EngineError> {
        let Some(root) = folder::open(path)? else { return Ok(Vec::new()) };
        left_over(&root, &stem(tag)).map_err(EngineError::file("reading", path))
    }

    /// Opens the file `name` in it for reading.
    pub(crate) fn open(&self, name: &str) -> Option<File> {
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let file = openat2(&self.folder, name, flags, Mode::empty(), BENEATH).ok()?;
        let file = File::from(file);
        file.metadata().is_ok_and(|found| found.is_file()).then_some(file)
    }
}

fn stem(tag: &str) -> String {
    format!("{PREFIX}{tag}")
}

/// Quarantines of the same archive that this user owns (journal-1 J11): what is no folder of ours
/// stays, and is not used either.
fn left_over(root: &OwnedFd, stem: &str) -> Result<Vec<LeftOver>, Errno> {
    let mut all = Vec::new();
    for found in Dir::read_from(root)? {
        let found = found?;
        let name = found.file_name();
        let Some(text) = name.to_str().ok().filter(|name| name.starts_with(stem)) else { continue };
        let Ok(folder) = openat2(root, name, FOLDER, Mode::empty(), BENEATH) else { continue };
        if fstat(&folder)?.st_uid == rustix::process::geteuid().as_raw() {
            all.push(LeftOver { name: text.to_owned(), folder });
        }
    }
    Ok(all)
}

/// Locks what is taken over, and removes from it what does not stay; none if it is gone.
fn take_over(root: &OwnedFd, taken: &TakenOver<'_>) -> Result<Option<Quarantine>, Errno> {
    let LeftOver { name, folder } = taken.from;
    let folder = folder.try_clone().map_err(|_| Errno::MFILE)?;
    lock(&folder)?;
    if !is_at(root, name, &folder)? {
        return Ok(None);
    }
    empty(&folder, taken.keeps)?;
    Ok(Some(Quarantine { name: name.clone(), folder }))
}

/// Removes quarantines of the same archive that no run holds: what is in them was never verified.
fn clear_left_over(root: &OwnedFd, stem: &str, kept: Option<&Quarantine>) -> Result<(), Errno> {
    for LeftOver { name, folder } in left_over(root, stem)? {
        if kept.is_some_and(|kept| kept.name == name) {
            continue;
        }
        lock(&folder)?;
        empty(&folder, &|_| false)?;
        unlinkat(root, &name, AtFlags::REMOVEDIR)?;
    }
    Ok(())
}

/// Takes a folder for this run; some network file systems have no locks, which is no reason to
/// refuse them.
pub(super) fn lock(folder: &OwnedFd) -> Result<(), Errno> {
    match flock(folder, FlockOperation::NonBlockingLockExclusive) {
        Err(Errno::WOULDBLOCK) => Err(Errno::WOULDBLOCK),
        _ => Ok(()),
    }
}

/// Removes what is in a quarantine, but files that stay.
pub(super) fn empty(folder: &OwnedFd, stays: &dyn Fn(&[u8]) -> bool) -> Result<(), Errno> {
    empty_to(folder, stays, DEPTH_MAX)
}

fn empty_to(folder: &OwnedFd, stays: &dyn Fn(&[u8]) -> bool, depth: usize) -> Result<(), Errno> {
    for left_over in Dir::read_from(folder)? {
        let left_over = left_over?;
        let name = left_over.file_name();
        if [&b"."[..], b".."].contains(&name.to_bytes()) || stays(name.to_bytes()) {
            continue;
        }
        match unlinkat(folder, name, AtFlags::empty()) {
            Err(Errno::ISDIR | Errno::PERM) if depth > 0 => {
                let inner = openat2(folder, name, FOLDER, Mode::empty(), BENEATH)?;
                empty_to(&inner, &|_| false, depth - 1)?;
                unlinkat(folder, name, AtFlags::REMOVEDIR)?;
            }
            removed => removed?,
        }
    }
    Ok(())
}

/// Whether `folder` is what `root` has under `name`.
pub(super) fn is_at(root: &OwnedFd, name: &str, folder: impl AsFd) -> Result<bool, Errno> {
    let own = fstat(folder)?;
    match statat(root, name, AtFlags::SYMLINK_NOFOLLOW) {
        Ok(found) => Ok((found.st_dev, found.st_ino) == (own.st_dev, own.st_ino)),
        Err(Errno::NOENT) => Ok(false),
        Err(error) => Err(error),
    }
}
