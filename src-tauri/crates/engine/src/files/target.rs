//! Where restored data goes: quarantine first, final names after verification.
//!
//! Every step is relative to an open folder and follows no link (`openat2` with
//! `RESOLVE_BENEATH` and `RESOLVE_NO_SYMLINKS`), so neither a crafted archive nor a planted link
//! leads out of the target.

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::{Path, PathBuf};

use archive::{Entry, EntryKind, EntryPath, Hole};
use rustix::fs::{
    AtFlags, CWD, Mode, OFlags, RenameFlags, ResolveFlags, Timespec, Timestamps, mkdirat, openat2,
    renameat_with, statat, symlinkat, unlinkat,
};
use rustix::io::Errno;

use crate::EngineError;

/// What to do where the target already has something of the same name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Conflict {
    /// Restore nothing at all.
    #[default]
    Fail,
    /// Keep what is there.
    Skip,
    /// Replace files; a folder is never replaced.
    Replace,
    /// Restore under a name of its own beside what is there.
    KeepBoth,
}

impl Conflict {
    /// The name as it is typed, and bound into plans.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Fail => "fail",
            Self::Skip => "skip",
            Self::Replace => "replace",
            Self::KeepBoth => "keep-both",
        }
    }
}

/// An open target folder with its quarantine.
pub struct Target {
    path: PathBuf,
    root: OwnedFd,
    quarantine_name: String,
    quarantine: OwnedFd,
    staged: u64,
    /// The folder used last: entries come folder by folder.
    last: Option<(EntryPath, OwnedFd)>,
}

/// A file in quarantine.
pub(crate) struct Staged {
    name: String,
    pub(crate) file: File,
}

/// How a file got its final name.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Placed {
    /// Under its own name.
    AsNamed,
    /// Under another, because its own was taken.
    Beside(EntryPath),
    /// Not at all, because its name was taken.
    Skipped,
}

const FOLDER: OFlags = OFlags::DIRECTORY.union(OFlags::RDONLY).union(OFlags::CLOEXEC);
const BENEATH: ResolveFlags =
    ResolveFlags::BENEATH.union(ResolveFlags::NO_SYMLINKS).union(ResolveFlags::NO_MAGICLINKS);

impl Target {
    /// Opens `path`, which is made if missing, and an empty quarantine in it called after `tag`.
    ///
    /// What a killed run left in the same quarantine is removed: it was never verified.
    ///
    /// # Errors
    ///
    /// The folder cannot be made or opened.
    pub fn open(path: &Path, tag: &str) -> Result<Self, EngineError> {
        let failed = |doing| move |error: io::Error| EngineError::file(doing, path)(error);
        fs::create_dir_all(path).map_err(failed("making"))?;
        let root = rustix::fs::openat(CWD, path, FOLDER, Mode::empty())
            .map_err(|e| failed("opening")(e.into()))?;
        let quarantine_name = format!(".strongroom-{tag}");
        let left_over = path.join(&quarantine_name);
        match fs::remove_dir_all(&left_over) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(EngineError::file("clearing", &left_over)(error));
            }
            _ => (),
        }
        let made = mkdirat(&root, &quarantine_name, Mode::RWXU);
        made.map_err(|e| EngineError::file("making", &left_over)(e))?;
        let quarantine = openat2(&root, &quarantine_name, FOLDER, Mode::empty(), BENEATH)
            .map_err(|e| EngineError::file("opening", &left_over)(e))?;
        let path = path.to_owned();
        Ok(Self { path, root, quarantine_name, quarantine, staged: 0, last: None })
    }

    /// Whether something is already there under `path`.
    pub(crate) fn has(&mut self, path: &EntryPath) -> bool {
        let mut inspected = path.parts().scan(Vec::new(), |whole, part| {
            if !whole.is_empty() {
                whole.push(b'/');
            }
            whole.extend(part);
            Some(whole.clone())
        });
        inspected.all(|part| statat(&self.root, part, AtFlags::SYMLINK_NOFOLLOW).is_ok())
    }

    /// Whether the target has exactly the file of `entry`: size and content, byte by byte.
    pub(crate) fn already_has(&mut self, entry: &Entry) -> Result<bool, EngineError> {
        let EntryKind::File { size, holes, digest, .. } = &entry.kind else { return Ok(false) };
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let opened = openat2(&self.root, entry.path.as_bytes(), flags, Mode::empty(), BENEATH);
        let Ok(mut file) = opened.map(File::from) else { return Ok(false) };
        let failed = || EngineError::entry("reading", &entry.path);
        let metadata = file.metadata().map_err(failed())?;
        if !metadata.is_file() || metadata.len() != *size {
            return Ok(false);
        }
        let (mut hasher, mut at) = (blake3::Hasher::new(), 0);
        for hole in holes.iter().copied().chain([Hole { offset: *size, length: 0 }]) {
            file.seek(SeekFrom::Start(at)).map_err(failed())?;
            let stored = (&mut file).take(hole.offset - at);
            hasher.update_reader(stored).map_err(failed())?;
            at = hole.offset + hole.length;
        }
        Ok(hasher.finalize().as_bytes() == digest.as_bytes())
    }

    /// Makes the folder `path` and those above it, as far as they are missing.
    pub(crate) fn make_folder(&mut self, path: &EntryPath) -> Result<(), EngineError> {
        self.folder(Some(path)).map(|_| ())
    }

    /// Begins a file in quarantine.
    pub(crate) fn stage(&mut self) -> Result<Staged, EngineError> {
        self.staged += 1;
        let name = self.staged.to_string();
        let flags = OFlags::CREATE | OFlags::EXCL | OFlags::WRONLY | OFlags::CLOEXEC;
        let file = openat2(&self.quarantine, &name, flags, Mode::RUSR | Mode::WUSR, BENEATH)
            .map_err(|e| EngineError::file("writing in", &self.path)(e))?;
        Ok(Staged { name, file: file.into() })
    }

    /// Gives a verified file its metadata and its final name.
    pub(crate) fn publish(
        &mut self,
        staged: Staged,
        path: &EntryPath,
        entry: &Entry,
        conflict: Conflict,
    ) -> Result<Placed, EngineError> {
        let failed = |e: io::Error| EngineError::entry("restoring", path)(e);
        dress(staged.file.as_fd(), entry).map_err(failed)?;
        drop(staged.file);
        let mut tried = path.clone();
        for copy in 1..1000 {
            let quarantine = self.quarantine.try_clone().map_err(failed)?;
            let flags = match conflict {
                Conflict::Replace => RenameFlags::empty(),
                _ => RenameFlags::NOREPLACE,
            };
            let folder = self.folder(tried.parent().as_ref())?;
            match renameat_with(&quarantine, &staged.name, folder, last_part(&tried), flags) {
                Ok(()) if copy == 1 => return Ok(Placed::AsNamed),
                Ok(()) => return Ok(Placed::Beside(tried)),
                Err(Errno::EXIST | Errno::ISDIR | Errno::NOTEMPTY) => match conflict {
                    Conflict::KeepBoth => tried = beside(path, copy)?,
                    Conflict::Skip => {
                        return unlinkat(&quarantine, &staged.name, AtFlags::empty())
                            .map(|()| Placed::Skipped)
                            .map_err(|e| failed(e.into()));
                    }
                    _ => return Err(EngineError::Conflict { path: path.to_string(), more: 0 }),
                },
                Err(error) => return Err(failed(error.into())),
            }
        }
        Err(EngineError::Conflict { path: path.to_string(), more: 0 })
    }

    /// Writes a small text beside a restored file, such as the map of its damage.
    pub(crate) fn write_beside(
        &mut self,
        path: &EntryPath,
        text: &[u8],
    ) -> Result<(), EngineError> {
        let failed = |e: io::Error| EngineError::entry("writing", path)(e);
        let flags = OFlags::CREATE | OFlags::TRUNC | OFlags::WRONLY | OFlags::CLOEXEC;
        let folder = self.folder(path.parent().as_ref())?;
        let mode = Mode::RUSR | Mode::WUSR | Mode::RGRP;
        let file = openat2(folder, last_part(path), flags, mode, BENEATH);
        let mut file = File::from(file.map_err(|e| failed(e.into()))?);
        file.write_all(text).map_err(failed)
    }

    /// Makes a symbolic link; it is never followed by this program.
    pub(crate) fn symlink(
        &mut self,
        target: &[u8],
        path: &EntryPath,
        conflict: Conflict,
    ) -> Result<(), EngineError> {
        let folder = self.folder(path.parent().as_ref())?;
        linked(symlinkat(target, folder, last_part(path)), path, conflict)
    }

    /// Makes another name for a file that this run restored.
    pub(crate) fn hardlink(
        &mut self,
        to: &EntryPath,
        path: &EntryPath,
        conflict: Conflict,
    ) -> Result<(), EngineError> {
        let from = self.folder(to.parent().as_ref())?.try_clone_to_owned();
        let from = from.map_err(EngineError::entry("linking", path))?;
        let folder = self.folder(path.parent().as_ref())?;
        let link =
            rustix::fs::linkat(&from, last_part(to), folder, last_part(path), AtFlags::empty());
        linked(link, path, conflict)
    }

    /// Gives a folder its metadata; last of all, because making entries changes its time.
    pub(crate) fn dress_folder(&mut self, entry: &Entry) -> Result<(), EngineError> {
        let failed = EngineError::entry::<io::Error>("restoring", &entry.path);
        let folder = self.folder(Some(&entry.path))?;
        dress(folder, entry).map_err(failed)
    }

    /// Waits until everything is on the medium, and removes the quarantine.
    pub(crate) fn settle(self) -> Result<(), EngineError> {
        let failed = |e: Errno| EngineError::file("syncing", &self.path)(e);
        unlinkat(&self.root, &self.quarantine_name, AtFlags::REMOVEDIR).map_err(failed)?;
        rustix::fs::syncfs(&self.root).map_err(failed)
    }

    /// The folder `path`, made as far as it is missing, reached without following any link.
    fn folder(&mut self, path: Option<&EntryPath>) -> Result<BorrowedFd<'_>, EngineError> {
        let Some(path) = path else { return Ok(self.root.as_fd()) };
        if self.last.as_ref().is_none_or(|(held, _)| held != path) {
            let folder = self.reach(path)?;
            self.last = Some((path.clone(), folder));
        }
        match &self.last {
            Some((_, folder)) => Ok(folder.as_fd()),
            None => Ok(self.root.as_fd()),
        }
    }

    fn reach(&self, path: &EntryPath) -> Result<OwnedFd, EngineError> {
        let in_the_way = || EngineError::InTheWay { path: path.to_string() };
        if let Ok(folder) = openat2(&self.root, path.as_bytes(), FOLDER, Mode::empty(), BENEATH) {
            return Ok(folder);
        }
        let mut at: Option<OwnedFd> = None;
        for part in path.parts() {
            let above = at.as_ref().map_or(self.root.as_fd(), AsFd::as_fd);
            match mkdirat(above, part, Mode::RWXU) {
                Ok(()) | Err(Errno::EXIST) => (),
                Err(e) => return Err(EngineError::entry("making", path)(e)),
            }
            let next = openat2(above, part, FOLDER, Mode::empty(), BENEATH);
            at = Some(next.map_err(|_| in_the_way())?);
        }
        at.ok_or_else(in_the_way)
    }
}

/// What making a link came to, where something may already be there.
fn linked(
    outcome: Result<(), Errno>,
    path: &EntryPath,
    conflict: Conflict,
) -> Result<(), EngineError> {
    match outcome {
        Ok(()) => Ok(()),
        Err(Errno::EXIST) if conflict != Conflict::Fail => Ok(()),
        Err(Errno::EXIST) => Err(EngineError::Conflict { path: path.to_string(), more: 0 }),
        Err(error) => Err(EngineError::entry("linking", path)(error)),
    }
}

/// Mode and time, and extended attributes as far as the target has them.
///
/// Setuid, setgid and sticky bits are dropped: an archive must not grant anybody more than he has.
fn dress(file: BorrowedFd<'_>, entry: &Entry) -> io::Result<()> {
    for xattr in &entry.xattrs {
        let name = String::from_utf8_lossy(&xattr.name);
        // Security and system attributes need rights, and other file systems have none at all.
        let _ = rustix::fs::fsetxattr(
            file,
            name.as_ref(),
            &xattr.value,
            rustix::fs::XattrFlags::empty(),
        );
    }
    let folder = matches!(entry.kind, EntryKind::Directory);
    // Without these the owner could not work in his own restored folder.
    let least = if folder { Mode::RWXU } else { Mode::empty() };
    let mode = Mode::from_raw_mode(entry.mode & 0o777) | least;
    rustix::fs::fchmod(file, mode)?;
    let time = Timespec { tv_sec: entry.mtime, tv_nsec: i64::from(entry.mtime_nanos) };
    let times = Timestamps { last_access: time, last_modification: time };
    Ok(rustix::fs::futimens(file, &times)?)
}

fn last_part(path: &EntryPath) -> &[u8] {
    path.parts().next_back().unwrap_or_default()
}

/// `name (restored 1)` beside `name`.
fn beside(path: &EntryPath, copy: u32) -> Result<EntryPath, EngineError> {
    let mut bytes = path.as_bytes().to_vec();
    bytes.extend(format!(" (restored {copy})").into_bytes());
    Ok(EntryPath::new(bytes)?)
}
