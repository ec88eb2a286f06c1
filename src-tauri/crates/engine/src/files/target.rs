//! Where restored data goes: quarantine first, final names after verification.
//!
//! Every step is relative to an open folder and follows no link (`openat2` with
//! `RESOLVE_BENEATH` and `RESOLVE_NO_SYMLINKS`), so neither a crafted archive nor a planted link
//! leads out of the target.

use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::{Path, PathBuf};

use archive::{Entry, EntryPath};
use rustix::fs::{
    AtFlags, Mode, OFlags, RenameFlags, Stat, fgetxattr, fstat, linkat, mkdirat, openat2,
    renameat_with, statat, symlinkat, unlinkat,
};
use rustix::io::Errno;

use super::folder::{self, BENEATH, FOLDER};
use super::quarantine::{DEFAULT_LIST, Quarantine, TakenOver, empty};
use super::refusals::Refusals;
use super::renaming::rename_new_at;
use super::reread::{Reread, Way};
use super::{Conflict, Content, Dressing, Staging, Stamp, first_that};
use crate::EngineError;
use crate::names::NameRules;

/// An open target folder with its quarantine.
pub(crate) struct Target {
    path: PathBuf,
    root: OwnedFd,
    quarantine: Quarantine,
    /// Number of links and small texts that went through the quarantine.
    passed: u64,
    dressing: Dressing,
    /// The folder used last: entries come folder by folder.
    last: Option<(EntryPath, OwnedFd)>,
    /// What could not be set.
    pub(crate) refusals: Refusals,
    /// What its names can be.
    names: NameRules,
}

/// How something got its final name.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Placed {
    /// Under its own name.
    AsNamed,
    /// Under another, because its own was taken.
    Beside(EntryPath),
    /// Not at all, because its name was taken.
    Skipped,
}

/// What follows the name of something restored beside what is there, before a number.
const BESIDE: &str = " (restored ";

impl Target {
    /// Opens `path`, which is made if missing, and a quarantine in it called after `tag`.
    ///
    /// What a killed run of the same archive left in its quarantine is removed, but for what is
    /// `taken_over`: it was never verified.
    ///
    /// # Errors
    ///
    /// The folder cannot be made or opened, a link leads to it, or another run is using the
    /// quarantine.
    pub(crate) fn open(
        path: &Path,
        tag: &str,
        (dressing, names): (Dressing, NameRules),
        taken_over: Option<&TakenOver<'_>>,
    ) -> Result<Self, EngineError> {
        let root = folder::open_or_make(path)?;
        let quarantine = Quarantine::begin(&root, tag, path, taken_over)?;
        let (path, refusals) = (path.to_owned(), Refusals::default());
        let (passed, last) = (0, None);
        Ok(Self { path, root, quarantine, passed, dressing, last, refusals, names })
    }

    /// Where its files are written first.
    pub(crate) fn staging(&self) -> Result<Staging, EngineError> {
        let folder = self.quarantine.folder.try_clone();
        let folder = folder.map_err(EngineError::file("opening", &self.path))?;
        Ok(Staging { folder, path: self.path.clone(), dressing: self.dressing.clone() })
    }

    /// Makes the folder `path` and those above it, as far as they are missing.
    pub(crate) fn make_folder(&mut self, path: &EntryPath) -> Result<(), EngineError> {
        self.folder(Some(path)).map(|_| ())
    }

    /// What the file system says of the file at `path`.
    pub(crate) fn stamp(&mut self, path: &EntryPath) -> Option<Stamp> {
        let folder = self.folder(path.parent().as_ref()).ok()?;
        Stamp::at(folder, last_part(path)).ok().flatten()
    }

    /// The error for what cannot be written in the quarantine.
    pub(crate) fn failed(&self, error: std::io::Error) -> EngineError {
        EngineError::file("writing in", &self.path)(error)
    }

    /// Waits until everything that was written to the target's file system is on its medium.
    pub(crate) fn sync(&self) -> Result<(), EngineError> {
        rustix::fs::syncfs(&self.root).map_err(EngineError::file("syncing", &self.path))
    }

    /// Publishes a small text of our own, such as the map of a file's damage.
    pub(crate) fn publish_text(
        &mut self,
        path: &EntryPath,
        text: &[u8],
        conflict: Conflict,
    ) -> Result<Placed, EngineError> {
        let (name, mut file) = self.begin()?;
        file.write_all(text).map_err(EngineError::entry("writing", path))?;
        self.publish_own((&name, file), path, conflict)
    }

    /// Begins a file in quarantine that is no entry's own.
    pub(crate) fn begin(&mut self) -> Result<(String, File), EngineError> {
        let name = self.next_name();
        let file = self.staging()?.begin(&name)?;
        Ok((name, file))
    }

    /// Publishes such a file once it is on the medium.
    pub(crate) fn publish_own(
        &mut self,
        (name, file): (&str, File),
        path: &EntryPath,
        conflict: Conflict,
    ) -> Result<Placed, EngineError> {
        file.sync_data().map_err(EngineError::entry("writing", path))?;
        self.publish(name, path, conflict)
    }

    /// As [`Self::publish_own`], with the metadata of `entry`.
    pub(crate) fn publish_copy(
        &mut self,
        (name, file): (&str, File),
        path: &EntryPath,
        entry: &Entry,
        conflict: Conflict,
    ) -> Result<Placed, EngineError> {
        self.dressing.apply(file.as_fd(), entry, &mut self.refusals);
        self.publish_own((name, file), path, conflict)
    }

    /// Whether there is something under `path`, or nothing can be put there.
    pub(crate) fn has(&self, path: &EntryPath) -> bool {
        self.folder_there(path).is_some_and(|folder| {
            let found = statat(folder, last_part(path), AtFlags::SYMLINK_NOFOLLOW);
            !matches!(found, Err(Errno::NOENT))
        })
    }

    /// The text of a small file under `path`; none if there is no such file of at most `limit`
    /// bytes.
    pub(crate) fn read_text(&self, path: &EntryPath, limit: u64) -> Option<Vec<u8>> {
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let opened = openat2(&self.root, path.as_bytes(), flags, Mode::empty(), BENEATH);
        let file = File::from(opened.ok()?);
        let is_small = file.metadata().is_ok_and(|m| m.is_file() && m.len() <= limit);
        let mut text = Vec::new();
        file.take(limit).read_to_end(&mut text).ok().filter(|_| is_small)?;
        Some(text)
    }

    /// The folder that `path` lies in, if it is there.
    fn folder_there(&self, path: &EntryPath) -> Option<OwnedFd> {
        match path.parent() {
            None => self.root.try_clone().ok(),
            Some(parent) => {
                openat2(&self.root, parent.as_bytes(), FOLDER, Mode::empty(), BENEATH).ok()
            }
        }
    }

    /// Makes a symbolic link; it is never followed by this program.
    pub(crate) fn symlink(
        &mut self,
        target: &[u8],
        path: &EntryPath,
        entry: &Entry,
        conflict: Conflict,
    ) -> Result<Placed, EngineError> {
        let name = self.next_name();
        symlinkat(target, &self.quarantine.folder, &name)
            .map_err(EngineError::entry("linking", path))?;
        let folder = &self.quarantine.folder;
        let link = (folder, &name, AtFlags::SYMLINK_NOFOLLOW);
        self.dressing.apply_to_link(link, entry, &mut self.refusals);
        self.publish(&name, path, conflict)
    }

    /// Makes another name for `to`, a file that was restored and then was as `stamp` says; none if
    /// there is another one now, or somebody wrote to it.
    pub(crate) fn hardlink(
        &mut self,
        (to, stamp): (&EntryPath, Option<Stamp>),
        path: &EntryPath,
        conflict: Conflict,
    ) -> Result<Option<Placed>, EngineError> {
        let name = self.next_name();
        let quarantine = self.quarantine.folder.try_clone();
        let quarantine = quarantine.map_err(EngineError::entry("linking", to))?;
        let folder = self.folder(to.parent().as_ref())?;
        linkat(folder, last_part(to), &quarantine, &name, AtFlags::empty())
            .map_err(EngineError::entry("linking", path))?;
        // The new name is looked at, in a folder of ours: nobody can put another file there.
        let linked = Stamp::at(&quarantine, name.as_bytes()).ok().flatten();
        if !linked.zip(stamp).is_some_and(|(linked, stamp)| linked.is_another_name_of(&stamp)) {
            self.discard(&name);
            return Ok(None);
        }
        let placed = self.publish(&name, path, conflict);
        // Where both names already are the same file, a rename does nothing at all.
        self.discard(&name);
        placed.map(Some)
    }

    /// Opens `path`, a file that was restored.
    pub(crate) fn open_restored(&self, path: &EntryPath) -> Result<File, EngineError> {
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let opened = openat2(&self.root, path.as_bytes(), flags, Mode::empty(), BENEATH);
        opened.map(File::from).map_err(EngineError::entry("reading", path))
    }

    /// Gives the folder `path` the metadata of `entry`; last of all, because making entries changes
    /// its time.
    pub(crate) fn dress_folder(
        &mut self,
        path: &EntryPath,
        entry: &Entry,
    ) -> Result<(), EngineError> {
        let folder = self.folder(Some(path))?.try_clone_to_owned();
        let folder = folder.map_err(EngineError::entry("opening", path))?;
        self.dressing.apply(folder.as_fd(), entry, &mut self.refusals);
        Ok(())
    }

    /// Gives `path`, a file or link that an earlier run left, the metadata of `entry`, as far as it
    /// has not got it already, and if the file is what `is_right` says.
    pub(crate) fn dress_kept(
        &mut self,
        path: &EntryPath,
        entry: &Entry,
        is_right: impl FnOnce(&mut File) -> io::Result<bool>,
    ) -> Result<(), EngineError> {
        let folder = self.folder(path.parent().as_ref())?.try_clone_to_owned();
        let folder = folder.map_err(EngineError::entry("opening", path))?;
        let what = (folder.as_fd(), last_part(path));
        self.dressing
            .apply_again(what, entry, is_right, &mut self.refusals)
            .map_err(EngineError::entry("dressing", path))
    }

    /// Reads the file `path` again, from the medium; says whether it has this content, and how it
    /// was read.
    pub(crate) fn reread(
        &self,
        reread: &mut Reread,
        path: &EntryPath,
        content: &Content<'_>,
    ) -> Result<(bool, Way), EngineError> {
        let read = reread.has(&self.root, path, content);
        read.map_err(EngineError::entry("reading", path))
    }

    /// Removes a file of ours that is written anew.
    pub(crate) fn remove(&mut self, path: &EntryPath) {
        if let Ok(folder) = self.folder(path.parent().as_ref()) {
            // What is still there is seen when the new one gets its name.
            let _ = unlinkat(folder, last_part(path), AtFlags::empty());
        }
    }

    /// Takes its name from a published file that turned out to be damaged.
    pub(crate) fn rename(&mut self, path: &EntryPath, to: &EntryPath) -> Result<(), EngineError> {
        let from = self.folder(path.parent().as_ref())?.try_clone_to_owned();
        let from = from.map_err(EngineError::entry("naming", path))?;
        let folder = self.folder(to.parent().as_ref())?;
        rename_new_at((from.as_fd(), last_part(path)), (folder, last_part(to)))
            .map_err(EngineError::entry("naming", to))
    }

    /// Removes the quarantine, and waits until everything is on the medium.
    pub(crate) fn settle(self) -> Result<(), EngineError> {
        let failed = |e: Errno| EngineError::file("clearing", &self.path)(e);
        empty(&self.quarantine.folder, &|_| false).map_err(failed)?;
        unlinkat(&self.root, &self.quarantine.name, AtFlags::REMOVEDIR).map_err(failed)?;
        self.sync()
    }

    /// Gives what is called `name` in quarantine, verified and dressed, its final name `path`; if
    /// it gets none, it is removed.
    pub(crate) fn publish(
        &mut self,
        name: &str,
        path: &EntryPath,
        conflict: Conflict,
    ) -> Result<Placed, EngineError> {
        let quarantine = self.quarantine.folder.try_clone();
        let quarantine = quarantine.map_err(EngineError::entry("naming", path))?;
        let placed = self.try_names((quarantine.as_fd(), name.as_bytes()), path, conflict);
        if !matches!(placed, Ok(Placed::AsNamed | Placed::Beside(_))) {
            self.discard(name);
        }
        placed
    }

    /// Gives the folder called `name` in quarantine its final name `path`, with all that is in it;
    /// says whether it has it. It has not if anything has the name already, nor if what is made in
    /// its place would get more there than it got in quarantine.
    pub(crate) fn publish_folder(&mut self, name: &str, path: &EntryPath) -> bool {
        let Ok(quarantine) = self.quarantine.folder.try_clone() else { return false };
        if hands_down(self.root.as_fd()) {
            return false;
        }
        let Ok(folder) = self.folder(path.parent().as_ref()) else { return false };
        if hands_down(folder) {
            return false;
        }
        rename_new_at((quarantine, name.as_bytes()), (folder, last_part(path))).is_ok()
    }

    /// As [`Self::publish`], for the file `within` of the folder called `name` in quarantine, which
    /// itself got no name.
    pub(crate) fn publish_out_of(
        &mut self,
        (name, within): (&str, &EntryPath),
        path: &EntryPath,
        conflict: Conflict,
    ) -> Result<Placed, EngineError> {
        let failed = || EngineError::entry("naming", path);
        let inner = within.parent();
        let inner = inner.as_ref().map_or(&b"."[..], |inner| inner.as_bytes());
        let above = openat2(&self.quarantine.folder, name, FOLDER, Mode::empty(), BENEATH);
        let above = above.map_err(failed())?;
        let folder = openat2(&above, inner, FOLDER, Mode::empty(), BENEATH).map_err(failed())?;
        self.try_names((folder.as_fd(), last_part(within)), path, conflict)
    }

    fn try_names(
        &mut self,
        from: (BorrowedFd<'_>, &[u8]),
        path: &EntryPath,
        conflict: Conflict,
    ) -> Result<Placed, EngineError> {
        let folder = self.folder(path.parent().as_ref())?.try_clone_to_owned();
        let folder = folder.map_err(EngineError::entry("naming", path))?;
        first_that(path, |copy| {
            let (tried, placed) = match copy {
                0 => (path.clone(), Placed::AsNamed),
                copy => {
                    let beside = self.names.beside(path, &format!("{BESIDE}{copy})"))?;
                    (beside.clone(), Placed::Beside(beside))
                }
            };
            let to = (folder.as_fd(), last_part(&tried));
            let renamed = match conflict {
                Conflict::Replace => {
                    renameat_with(from.0, from.1, to.0, to.1, RenameFlags::empty())
                }
                _ => rename_new_at(from, to),
            };
            match renamed {
                Ok(()) => Ok(Some(placed)),
                Err(Errno::EXIST | Errno::ISDIR | Errno::NOTEMPTY | Errno::NOTDIR) => {
                    match conflict {
                        Conflict::KeepBoth => Ok(None),
                        Conflict::Skip | Conflict::Newer => Ok(Some(Placed::Skipped)),
                        Conflict::Fail | Conflict::Replace => {
                            Err(EngineError::Conflict { path: path.to_string(), more: 0 })
                        }
                    }
                }
                Err(error) => Err(EngineError::entry("naming", path)(error)),
            }
        })
    }

    /// Whether what is at `path` was changed before `time`, in seconds and nanoseconds since 1970;
    /// if nobody can say, it was not.
    pub(crate) fn is_older(&mut self, path: &EntryPath, time: (i64, u32)) -> bool {
        let found = self
            .folder(path.parent().as_ref())
            .ok()
            .and_then(|folder| statat(folder, last_part(path), AtFlags::SYMLINK_NOFOLLOW).ok());
        found.is_some_and(|found| {
            let nanos = u32::try_from(found.st_mtime_nsec).unwrap_or(0);
            (found.st_mtime, nanos) < time
        })
    }

    fn next_name(&mut self) -> String {
        self.passed += 1;
        // Files are called after the number of their entry.
        format!("other-{}", self.passed)
    }

    pub(crate) fn discard(&self, name: &str) {
        // What cannot be removed now is removed with the quarantine, or by the next run.
        let _ = unlinkat(&self.quarantine.folder, name, AtFlags::empty());
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

/// Whether a folder gives what is made in it its group, or an access list.
fn hands_down(folder: BorrowedFd<'_>) -> bool {
    let has_list = fgetxattr(folder, DEFAULT_LIST, &mut [0_u8; 0]).is_ok_and(|length| length > 0);
    let gives_group = |stat: Stat| Mode::from_raw_mode(stat.st_mode).contains(Mode::SGID);
    has_list || fstat(folder).is_ok_and(gives_group)
}

pub(crate) fn last_part(path: &EntryPath) -> &[u8] {
    path.parts().next_back().unwrap_or_default()
}

/// Whether `path` could be the name of something restored beside `name`.
pub(crate) fn is_beside(path: &EntryPath, name: &EntryPath) -> bool {
    path.as_bytes()
        .strip_prefix(name.as_bytes())
        .is_some_and(|end| end.starts_with(BESIDE.as_bytes()))
}
