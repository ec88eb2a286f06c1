//! Asking a file system what it takes, in a folder of our own that is removed again.

use std::collections::HashSet;
use std::fs::File;
use std::os::fd::{AsFd, OwnedFd};

use rustix::fs::{
    AtFlags, Dir, FlockOperation, Mode, OFlags, SeekFrom, Timespec, Timestamps, XattrFlags, flock,
    fstat, linkat, mkdirat, openat2, seek, symlinkat, unlinkat,
};
use rustix::io::Errno;
use unicode_normalization::UnicodeNormalization;

use super::TargetTraits;
use super::access::smallest_list;
use super::folder::{BENEATH, FOLDER};
use super::quarantine::{is_at, lock};
use crate::names::{NameRules, NameText};

/// How the folder is called; nothing of an archive gets such a name.
const PREFIX: &str = ".strongroom-probe-";
/// Most folders tried, where killed runs left theirs or others are asking at the same time.
const NAMES_MAX: u32 = 100;
/// The longest name that is tried.
const LONGEST: usize = 255;
/// Enough that it would be seen if it took room.
const HOLE_BYTES: u64 = 1 << 20;

/// The folder in which names are tried.
pub(super) struct Probe<'a> {
    root: &'a OwnedFd,
    name: String,
    folder: OwnedFd,
}

impl<'a> Probe<'a> {
    /// Makes the folder in `root`.
    pub(super) fn begin(root: &'a OwnedFd) -> Result<Self, Errno> {
        for number in 1..NAMES_MAX {
            let name = format!("{PREFIX}{number}");
            match mkdirat(root, &name, Mode::RWXU) {
                Ok(()) => (),
                Err(Errno::EXIST) => {
                    clear(root, &name);
                    continue;
                }
                Err(error) => return Err(error),
            }
            if let Some(folder) = hold(root, &name)? {
                return Ok(Self { root, name, folder });
            }
        }
        Err(Errno::EXIST)
    }

    /// What the file system says.
    pub(super) fn ask(self, file_system: String) -> TargetTraits {
        let names = self.names();
        let file = self.make(b"file").ok();
        let file = file.as_ref().map(AsFd::as_fd);
        let sets = |name: &str, value: &[u8]| {
            let set = |file| rustix::fs::fsetxattr(file, name, value, XattrFlags::empty());
            file.is_some_and(|file| set(file).is_ok())
        };
        TargetTraits {
            file_system,
            names,
            file_bytes_max: file.map_or(u64::MAX, largest),
            symlinks: symlinkat("nowhere", &self.folder, "link").is_ok(),
            hardlinks: linkat(&self.folder, "file", &self.folder, "name", AtFlags::empty()).is_ok(),
            xattrs: sets("user.strongroom", b"1"),
            acls: sets("system.posix_acl_access", &smallest_list()),
            modes: file.is_none_or(keeps_modes),
            fine_times: file.is_none_or(keeps_times),
            holes: file.is_none_or(keeps_holes),
        }
    }

    fn names(&self) -> NameRules {
        let listed = |names: &[&str]| names.iter().all(|name| self.takes(name.as_bytes()));
        let text = match () {
            () if self.takes(b"b\xffq") => NameText::Bytes,
            () if !listed(&["n\u{e4}q", "n\u{65e5}q"]) => NameText::Ascii,
            () if !listed(&["n\u{1f600}q"]) => NameText::Basic,
            () => NameText::Utf8,
        };
        NameRules {
            refused: self.refused(),
            text,
            ends_with_dot: self.takes(b"dot."),
            ends_with_space: self.takes(b"space "),
            takes_devices: listed(&["CON", "NUL.txt", "lpt1"]),
            longest: self.longest(),
            tells_case: self.tells(b"kA", b"ka"),
            tells_forms: self.tells("f\u{e9}".as_bytes(), "fe\u{301}".as_bytes()),
        }
    }

    /// Characters of ASCII that names cannot have.
    fn refused(&self) -> u128 {
        let is_tried = |c: &u8| !c.is_ascii_alphanumeric() && ![b'/', b'.'].contains(c);
        let tried: Vec<u8> = (1..0x80).filter(is_tried).collect();
        if self.takes(&[b"all", &tried[..], b"q"].concat()) {
            return 0;
        }
        let name = |c: u8| [format!("c{c:02x}").as_bytes(), &[c], b"q"].concat();
        let made = tried.iter().filter(|c| self.make(&name(**c)).is_ok());
        let made: Vec<u8> = made.copied().collect();
        let listed = self.listed();
        let is_taken = |c: &&u8| made.contains(c) && listed.contains(&name(**c));
        let refused = tried.iter().filter(|c| !is_taken(c));
        refused.fold(0, |refused, c| refused | 1 << c)
    }

    /// The longest name of at most 255 bytes.
    fn longest(&self) -> usize {
        let takes = |length: usize| self.takes(&vec![b'l'; length]);
        if takes(LONGEST) {
            return LONGEST;
        }
        let (mut taken, mut refused) = (1, LONGEST);
        while refused - taken > 1 {
            let middle = usize::midpoint(taken, refused);
            if takes(middle) { taken = middle } else { refused = middle }
        }
        taken
    }

    /// Whether exactly `name` is there after it was made. Form C or D makes no difference here: a
    /// file system may keep the form it likes.
    fn takes(&self, name: &[u8]) -> bool {
        let listed = || self.listed();
        self.make(name).is_ok()
            && match std::str::from_utf8(name) {
                Ok(text) => {
                    let forms = [text.nfc().collect::<String>(), text.nfd().collect()];
                    let listed = listed();
                    forms.iter().any(|form| listed.contains(form.as_bytes()))
                }
                Err(_) => listed().contains(name),
            }
    }

    /// Whether two names are two; also where one of them is refused.
    fn tells(&self, one: &[u8], other: &[u8]) -> bool {
        self.make(one).is_err() || !matches!(self.make(other), Err(Errno::EXIST))
    }

    fn make(&self, name: &[u8]) -> Result<File, Errno> {
        let flags = OFlags::CREATE | OFlags::EXCL | OFlags::RDWR | OFlags::CLOEXEC;
        let mode = Mode::RUSR | Mode::WUSR;
        openat2(&self.folder, name, flags, mode, BENEATH).map(File::from)
    }

    fn listed(&self) -> HashSet<Vec<u8>> {
        names_in(&self.folder).into_iter().collect()
    }
}

impl Drop for Probe<'_> {
    fn drop(&mut self) {
        remove(self.root, &self.name, &self.folder);
    }
}

/// Holds the folder `name`, which was just made, so that nobody takes it for one that was left;
/// none if somebody who asks at the same time already did.
fn hold(root: &OwnedFd, name: &str) -> Result<Option<OwnedFd>, Errno> {
    match openat2(root, name, FOLDER, Mode::empty(), BENEATH) {
        Ok(folder) => match lock(&folder) {
            Ok(()) => Ok(Some(folder).filter(|folder| is_at(root, name, folder).unwrap_or(false))),
            Err(_) => Ok(None),
        },
        Err(Errno::NOENT) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Removes a folder that a killed run left; one that is held is in use.
fn clear(root: &OwnedFd, name: &str) {
    let Ok(folder) = openat2(root, name, FOLDER, Mode::empty(), BENEATH) else { return };
    let is_ours = fstat(&folder).is_ok_and(|f| f.st_uid == rustix::process::geteuid().as_raw());
    let is_held = flock(&folder, FlockOperation::NonBlockingLockExclusive).is_ok();
    // Under its name there may be the folder of somebody who came later.
    if is_ours && is_held && is_at(root, name, &folder).unwrap_or(false) {
        remove(root, name, &folder);
    }
}

fn remove(root: &OwnedFd, name: &str, folder: &OwnedFd) {
    for inside in names_in(folder) {
        // What cannot be removed now is removed by the next run that asks.
        let _ = unlinkat(folder, inside, AtFlags::empty());
    }
    let _ = unlinkat(root, name, AtFlags::REMOVEDIR);
}

fn names_in(folder: &OwnedFd) -> Vec<Vec<u8>> {
    let Ok(entries) = Dir::read_from(folder) else { return Vec::new() };
    let names = entries.flatten().map(|entry| entry.file_name().to_bytes().to_vec());
    names.filter(|name| ![&b"."[..], b".."].contains(&name.as_slice())).collect()
}

/// The largest file, without writing one: beyond its end nothing can be sought.
fn largest(file: impl AsFd) -> u64 {
    let takes = |offset: u64| seek(&file, SeekFrom::Start(offset)).is_ok();
    let (mut taken, mut refused) = (0, i64::MAX.unsigned_abs());
    if takes(refused) {
        return u64::MAX;
    }
    while refused - taken > 1 {
        let middle = u64::midpoint(taken, refused);
        if takes(middle) { taken = middle } else { refused = middle }
    }
    taken
}

fn keeps_modes(file: impl AsFd) -> bool {
    [0o640, 0o751].into_iter().all(|mode| {
        let set = rustix::fs::fchmod(&file, Mode::from_raw_mode(mode));
        set.is_ok() && fstat(&file).is_ok_and(|found| found.st_mode & 0o777 == mode)
    })
}

fn keeps_times(file: impl AsFd) -> bool {
    let time = Timespec { tv_sec: 1_234_567_891, tv_nsec: 123_456_700 };
    let times = Timestamps { last_access: time, last_modification: time };
    let set = rustix::fs::futimens(&file, &times);
    let is_kept = |found: rustix::fs::Stat| {
        let nanos = u32::try_from(found.st_mtime_nsec).unwrap_or(0);
        found.st_mtime == time.tv_sec && nanos == 123_456_700
    };
    set.is_ok() && fstat(&file).is_ok_and(is_kept)
}

fn keeps_holes(file: impl AsFd) -> bool {
    let set = rustix::fs::ftruncate(&file, HOLE_BYTES);
    let blocks = fstat(&file).map_or(0, |found| u64::try_from(found.st_blocks).unwrap_or(0));
    set.is_ok() && blocks * 512 < HOLE_BYTES
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::files::folder;

    #[test]
    fn a_plain_file_system_takes_every_name_and_nothing_is_left_in_it() {
        let own = tempfile::tempdir().unwrap();
        let shared = tempfile::tempdir_in("/dev/shm").unwrap();
        for dir in [own.path(), shared.path()] {
            let root = folder::open(dir).unwrap().unwrap();
            let found = Probe::begin(&root).unwrap().ask("here".to_owned());
            assert_eq!(found.names, NameRules::PLAIN, "{}", dir.display());
            assert!(found.symlinks && found.hardlinks && found.modes && found.holes, "{found:?}");
            assert!(found.fine_times && found.file_bytes_max > 1 << 40, "{found:?}");
            assert!(is_empty(dir));
        }
    }

    #[test]
    fn what_a_killed_run_left_is_removed_and_what_another_holds_is_not() {
        let dir = tempfile::tempdir().unwrap();
        let root = folder::open(dir.path()).unwrap().unwrap();
        let left = dir.path().join(format!("{PREFIX}1"));
        std::fs::create_dir(&left).unwrap();
        std::fs::write(left.join("x"), "").unwrap();
        let held = dir.path().join(format!("{PREFIX}2"));
        std::fs::create_dir(&held).unwrap();
        let lock = folder::open(&held).unwrap().unwrap();
        flock(&lock, FlockOperation::NonBlockingLockExclusive).unwrap();
        drop(Probe::begin(&root).unwrap());
        assert!(held.is_dir() && !left.exists());
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_folder_that_somebody_else_took_or_removed_is_not_used() {
        let dir = tempfile::tempdir().unwrap();
        let root = folder::open(dir.path()).unwrap().unwrap();
        assert!(hold(&root, "gone").unwrap().is_none());
        std::fs::create_dir(dir.path().join("taken")).unwrap();
        let other = folder::open(&dir.path().join("taken")).unwrap().unwrap();
        flock(&other, FlockOperation::NonBlockingLockExclusive).unwrap();
        assert!(hold(&root, "taken").unwrap().is_none());
        drop(other);
        assert!(hold(&root, "taken").unwrap().is_some());
    }

    #[test]
    fn several_who_ask_at_once_all_get_the_same_answer() {
        let dir = tempfile::tempdir().unwrap();
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    let root = folder::open(dir.path()).unwrap().unwrap();
                    for _ in 0..40 {
                        let found = Probe::begin(&root).unwrap().ask("here".to_owned());
                        assert!(found.symlinks && found.hardlinks, "{found:?}");
                        assert_eq!(found.names, NameRules::PLAIN);
                    }
                });
            }
        });
        assert!(is_empty(dir.path()));
    }

    fn is_empty(dir: &Path) -> bool {
        std::fs::read_dir(dir).unwrap().next().is_none()
    }
}
