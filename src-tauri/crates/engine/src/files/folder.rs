//! The target folder itself: its real path when a plan is made, and opening exactly that path.
//!
//! People approve a path. Between the approval and the restore somebody could put a link in its
//! place or above it, so the path in a plan has none, and none is followed when it is opened.

use std::fs;
use std::io::ErrorKind;
use std::os::fd::OwnedFd;
use std::path::{Component, Path, PathBuf};

use rustix::fs::{CWD, Mode, OFlags, ResolveFlags, mkdirat, openat2};
use rustix::io::Errno;

use crate::EngineError;

pub(super) const FOLDER: OFlags = OFlags::DIRECTORY.union(OFlags::RDONLY).union(OFlags::CLOEXEC);
const NO_LINKS: ResolveFlags = ResolveFlags::NO_SYMLINKS.union(ResolveFlags::NO_MAGICLINKS);
pub(super) const BENEATH: ResolveFlags = ResolveFlags::BENEATH.union(NO_LINKS);

/// The path of a target as a plan states it: absolute and without links, as far as it is there;
/// what is to be made comes after that as it was given.
///
/// # Errors
///
/// A folder above it cannot be read, a link leads nowhere, or `..` follows what is not there.
pub fn real_path(path: &Path) -> Result<PathBuf, EngineError> {
    let failed = || EngineError::file::<std::io::Error>("finding", path);
    let whole = std::path::absolute(path).map_err(failed())?;
    for above in whole.ancestors() {
        match fs::canonicalize(above) {
            Ok(real) => {
                let missing = whole.strip_prefix(above).unwrap_or(Path::new(""));
                let is_plain = |part: Component<'_>| matches!(part, Component::Normal(_));
                if !missing.components().all(is_plain) {
                    return Err(failed()(ErrorKind::InvalidInput.into()));
                }
                return Ok(real.components().chain(missing.components()).collect());
            }
            Err(error) if error.kind() == ErrorKind::NotFound && !above.is_symlink() => (),
            Err(error) => return Err(failed()(error)),
        }
    }
    Err(failed()(ErrorKind::NotFound.into()))
}

/// Opens the folder at `path`; none if it is not there.
pub(super) fn open(path: &Path) -> Result<Option<OwnedFd>, EngineError> {
    match openat2(CWD, path, FOLDER, Mode::empty(), NO_LINKS) {
        Ok(folder) => Ok(Some(folder)),
        Err(Errno::NOENT) => Ok(None),
        Err(Errno::LOOP) => Err(EngineError::TargetLink { path: path.to_owned() }),
        Err(error) => Err(EngineError::file("opening", path)(error)),
    }
}

/// Opens the folder at `path`, which is made with those above it as far as they are missing.
pub(super) fn open_or_make(path: &Path) -> Result<OwnedFd, EngineError> {
    let missing = |path: &&Path| matches!(open(path), Ok(None));
    let new: Vec<&Path> = path.ancestors().take_while(missing).collect();
    let mut at = None;
    for path in new.into_iter().rev() {
        let Some(name) = path.file_name() else { break };
        let above = match (at.take(), path.parent()) {
            (Some(above), _) => Some(above),
            (None, Some(parent)) if !parent.as_os_str().is_empty() => open(parent)?,
            (None, _) => open(Path::new("."))?,
        };
        let above = above.ok_or_else(|| EngineError::file("making", path)(Errno::NOENT))?;
        match mkdirat(&above, name, Mode::from_raw_mode(0o777)) {
            Ok(()) | Err(Errno::EXIST) => (),
            Err(error) => return Err(EngineError::file("making", path)(error)),
        }
        let folder = openat2(&above, name, FOLDER, Mode::empty(), BENEATH);
        at = Some(folder.map_err(|error| match error {
            Errno::LOOP => EngineError::TargetLink { path: path.to_owned() },
            error => EngineError::file("opening", path)(error),
        })?);
    }
    match at {
        Some(folder) => Ok(folder),
        None => open(path)?.ok_or_else(|| EngineError::file("opening", path)(Errno::NOENT)),
    }
}
