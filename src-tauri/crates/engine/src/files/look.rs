//! Looking at a target without changing it, and without following any link in it.

use std::fs::File;
use std::io;
use std::os::fd::OwnedFd;
use std::path::Path;

use archive::{Entry, EntryKind, EntryPath};
use rustix::fs::{AtFlags, FileType, Mode, OFlags, openat2, readlinkat, statat};
use rustix::io::Errno;

use super::Content;
use super::folder::{self, BENEATH, FOLDER};
use super::stamp::Stamp;
use super::target::last_part;
use crate::EngineError;

/// What is at a place in the target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum There {
    /// Nothing.
    Nothing,
    /// A folder.
    Folder,
    /// A file, a link, or something else.
    Other,
    /// Nothing can be there: a folder above it is none, but a link or a file.
    InTheWay,
}

/// A target as it is, perhaps not made yet.
pub(crate) struct TargetLook {
    root: Option<OwnedFd>,
    /// A folder that is known to be missing: nothing below it needs a look.
    missing: Option<EntryPath>,
}

impl TargetLook {
    /// Opens `path` if it is there; no link is followed on the way.
    pub(crate) fn open(path: &Path) -> Result<Self, EngineError> {
        Ok(Self { root: folder::open(path)?, missing: None })
    }

    /// What is there under `path`.
    pub(crate) fn at(&mut self, path: &EntryPath) -> There {
        let Some(root) = &self.root else { return There::Nothing };
        let parent = path.parent();
        if parent.is_some() && parent == self.missing {
            return There::Nothing;
        }
        let folder = match &parent {
            None => root.try_clone().map_err(|_| Errno::BADF),
            Some(parent) => openat2(root, parent.as_bytes(), FOLDER, Mode::empty(), BENEATH),
        };
        match folder {
            Ok(folder) => match statat(&folder, last_part(path), AtFlags::SYMLINK_NOFOLLOW) {
                Ok(found) if FileType::from_raw_mode(found.st_mode).is_dir() => There::Folder,
                Ok(_) => There::Other,
                Err(_) => There::Nothing,
            },
            Err(Errno::NOENT) => {
                self.missing = parent;
                There::Nothing
            }
            Err(_) => There::InTheWay,
        }
    }

    /// Whether the target has under `path` exactly what `entry` is: every byte is compared.
    /// A further name is the same file as `source`, where its file is in the target.
    pub(crate) fn already_has(
        &self,
        path: &EntryPath,
        entry: &Entry,
        source: Option<&EntryPath>,
    ) -> Result<bool, EngineError> {
        match &entry.kind {
            EntryKind::File { size, holes, digest, .. } => {
                let digest = digest.as_bytes();
                self.has_content(path, &Content { size: *size, holes, digest })
            }
            EntryKind::Symlink { target } => {
                let found = self.folder_of(path).and_then(|folder| {
                    readlinkat(folder, last_part(path), Vec::new()).map_err(io::Error::from)
                });
                Ok(found.is_ok_and(|found| found.as_bytes() == target.as_slice()))
            }
            EntryKind::Hardlink { .. } => {
                let inode = |path: &EntryPath| -> io::Result<(u64, u64)> {
                    let folder = self.folder_of(path)?;
                    let found = statat(folder, last_part(path), AtFlags::SYMLINK_NOFOLLOW)?;
                    Ok((found.st_dev, found.st_ino))
                };
                let both = source.and_then(|source| inode(path).ok().zip(inode(source).ok()));
                Ok(both.is_some_and(|(one, other)| one == other))
            }
            EntryKind::Directory => Ok(false),
        }
    }

    /// Whether the file at `path`, if there is one, has exactly this content.
    pub(crate) fn has_content(
        &self,
        path: &EntryPath,
        content: &Content<'_>,
    ) -> Result<bool, EngineError> {
        let Some(root) = &self.root else { return Ok(false) };
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let opened = openat2(root, path.as_bytes(), flags, Mode::empty(), BENEATH);
        let Ok(mut file) = opened.map(File::from) else { return Ok(false) };
        let found = content.is_in(&mut file, |_, _| Ok(()));
        found.map_err(EngineError::entry("reading", path))
    }

    /// What the file system says of the file at `path`, if there is one.
    pub(crate) fn stamp(&self, path: &EntryPath) -> Option<Stamp> {
        Stamp::at(self.folder_of(path).ok()?, last_part(path)).ok().flatten()
    }

    fn folder_of(&self, path: &EntryPath) -> io::Result<OwnedFd> {
        let root = self.root.as_ref().ok_or(io::ErrorKind::NotFound)?;
        match path.parent() {
            None => root.try_clone(),
            Some(parent) => Ok(openat2(root, parent.as_bytes(), FOLDER, Mode::empty(), BENEATH)?),
        }
    }
}
