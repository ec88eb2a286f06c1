//! The quarantine: a folder in the target that this run made, and nobody else.

use std::os::fd::{AsFd, OwnedFd};
use std::path::Path;

use archive::EntryPath;
use rustix::fs::{
    AtFlags, Dir, FlockOperation, Mode, flock, fstat, mkdirat, openat2, statat, unlinkat,
};
use rustix::io::Errno;

use super::folder::{BENEATH, FOLDER};
use crate::EngineError;

/// How the name of every quarantine begins.
const PREFIX: &str = ".strongroom-";
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

impl Quarantine {
    /// Removes what killed runs of the same archive, known by `tag`, left in the target `root`, and
    /// makes a quarantine for this run alone. `path` is what the target is called in errors.
    pub(super) fn begin(root: &OwnedFd, tag: &str, path: &Path) -> Result<Self, EngineError> {
        let in_use = || EngineError::InUse { path: path.to_owned() };
        let stem = format!("{PREFIX}{tag}");
        let failed = |error: Errno| match error {
            Errno::WOULDBLOCK => in_use(),
            error => EngineError::file("clearing", &path.join(&stem))(error),
        };
        clear_left_over(root, &stem).map_err(failed)?;
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
            // Another run that began at the same time may have taken it for a left-over.
            if !is_at(root, &name, &folder).map_err(failed)? {
                return Err(in_use());
            }
            return Ok(Self { name, folder });
        }
        Err(failed(Errno::EXIST))
    }
}

/// Removes quarantines of the same archive that no run holds: what is in them was never verified.
fn clear_left_over(root: &OwnedFd, stem: &str) -> Result<(), Errno> {
    for found in Dir::read_from(root)? {
        let found = found?;
        let name = found.file_name();
        if !name.to_bytes().starts_with(stem.as_bytes()) {
            continue;
        }
        // What is no folder of ours stays, and is not used either.
        let Ok(folder) = openat2(root, name, FOLDER, Mode::empty(), BENEATH) else { continue };
        if fstat(&folder)?.st_uid != rustix::process::geteuid().as_raw() {
            continue;
        }
        lock(&folder)?;
        empty(&folder)?;
        unlinkat(root, name, AtFlags::REMOVEDIR)?;
    }
    Ok(())
}

/// Takes a folder for this run; some network file systems have no locks, which is no reason to
/// refuse them.
fn lock(folder: &OwnedFd) -> Result<(), Errno> {
    match flock(folder, FlockOperation::NonBlockingLockExclusive) {
        Err(Errno::WOULDBLOCK) => Err(Errno::WOULDBLOCK),
        _ => Ok(()),
    }
}

/// Removes the files and links in a quarantine, which is all that one holds.
fn empty(folder: &OwnedFd) -> Result<(), Errno> {
    for left_over in Dir::read_from(folder)? {
        let left_over = left_over?;
        if ![&b"."[..], b".."].contains(&left_over.file_name().to_bytes()) {
            unlinkat(folder, left_over.file_name(), AtFlags::empty())?;
        }
    }
    Ok(())
}

fn is_at(root: &OwnedFd, name: &str, folder: impl AsFd) -> Result<bool, Errno> {
    let own = fstat(folder)?;
    match statat(root, name, AtFlags::SYMLINK_NOFOLLOW) {
        Ok(found) => Ok((found.st_dev, found.st_ino) == (own.st_dev, own.st_ino)),
        Err(Errno::NOENT) => Ok(false),
        Err(error) => Err(error),
    }
}
