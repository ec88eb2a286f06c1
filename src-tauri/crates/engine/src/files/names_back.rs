//! Bringing own names back by the map that a restore left in its target (names-1 N11).
//!
//! The whole map is compared with the folder before the first name is changed, and the map goes
//! last: what is interrupted is gone on with by the next run.

use std::collections::{HashMap, HashSet};
use std::fs::{self, File};
use std::io::Read as _;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use archive::EntryPath;
use rustix::fs::{AtFlags, Mode, OFlags, openat2, renameat_with, statat, symlinkat};
use rustix::io::Errno;
use serde::Serialize;

use super::folder::{self, BENEATH, FOLDER};
use crate::EngineError;
use crate::names::{OwnName, read_map};

/// The longest map that is read.
const MAP_BYTES_MAX: u64 = 256 << 20;

/// A pipe of that name, which nobody writes to, must not be waited for.
const NO_WAITING: i32 = OFlags::NONBLOCK.bits().cast_signed();

/// What became of translated names.
#[derive(Debug, Serialize)]
pub struct NamesBack {
    /// The map, which is gone now unless something could not be done.
    pub map: PathBuf,
    /// Names that were brought back.
    pub renamed: u64,
    /// Symbolic links that were made.
    pub links: u64,
    /// What the map names and nobody finds here, in words.
    pub missing: Vec<String>,
}

/// Renames everything in `dir` that a map there names to what it was called in the archive, and
/// makes the links that the target of the restore could not hold.
///
/// # Errors
///
/// No map or more than one is there and none was named, the map is none, or something has a name
/// that is to be brought back: then nothing is changed. A name that this file system cannot hold
/// either stops the run; the map stays, and a later run goes on.
pub fn bring_names_back(dir: &Path, map: Option<&Path>) -> Result<NamesBack, EngineError> {
    let map = map.map_or_else(|| only_map(dir), |map| Ok(map.to_owned()))?;
    let named = read(&map)?;
    let root = folder::open(dir)?;
    let root = root.ok_or_else(|| EngineError::file("opening", dir)(Errno::NOENT))?;
    let work = Work::of(&root, &map, named)?;
    let mut done = NamesBack { map, renamed: 0, links: 0, missing: work.missing };
    let failed = |path: &EntryPath| {
        let path = dir.join(path.to_string());
        move |error: Errno| EngineError::file("renaming", &path)(error)
    };
    let mut touched = Vec::new();
    for step in work.renames {
        let parent = open_parent(&root, &step.from).map_err(failed(&step.from))?;
        let (from, to) = (last(&step.from), last(&step.to));
        rename(&parent, from, to).map_err(failed(&step.from))?;
        done.renamed += 1;
        touched.push(parent);
        if touched.len() == 64 {
            sync(&mut touched).map_err(EngineError::file("syncing", dir))?;
        }
    }
    // By now every folder has its own name, in which the links lie.
    for OwnName { own, link, .. } in work.links {
        let Some(target) = link.filter(|_| !has(&root, &own)) else { continue };
        let parent = match open_parent(&root, &own) {
            Ok(parent) => parent,
            Err(Errno::NOENT | Errno::NOTDIR | Errno::LOOP) => {
                done.missing.push(format!("the folder of the link {own}"));
                continue;
            }
            Err(error) => return Err(failed(&own)(error)),
        };
        symlinkat(&target[..], &parent, last(&own)).map_err(failed(&own))?;
        done.links += 1;
        touched.push(parent);
        if touched.len() == 64 {
            sync(&mut touched).map_err(EngineError::file("syncing", dir))?;
        }
    }
    sync(&mut touched).map_err(EngineError::file("syncing", dir))?;
    // What is missing may be in a part of the tree that somebody took elsewhere.
    if done.missing.is_empty() {
        fs::remove_file(&done.map).map_err(EngineError::file("removing", &done.map))?;
    }
    Ok(done)
}

/// What is to be done, in order, after all of it was looked at.
struct Work {
    renames: Vec<OwnName>,
    links: Vec<OwnName>,
    missing: Vec<String>,
}

impl Work {
    fn of(root: &OwnedFd, map: &Path, named: Vec<OwnName>) -> Result<Self, EngineError> {
        let refused = |problem: String| EngineError::NamesMap { path: map.to_owned(), problem };
        let (links, mut names): (Vec<_>, Vec<_>) =
            named.into_iter().partition(|name| name.link.is_some());
        // Folders keep their written names until everything in them has its own again.
        names.sort_by_key(|name| std::cmp::Reverse(name.from.parts().count()));
        let is_here = |path: &EntryPath| has(root, path);
        let gone: HashSet<EntryPath> =
            names.iter().filter(|name| !is_here(&name.from)).map(|name| name.to.clone()).collect();
        let mut work = Self { renames: Vec::new(), links, missing: Vec::new() };
        let mut waiting = HashMap::new();
        for name in names {
            // Of an earlier run that was interrupted; a name may also be what another had.
            let is_from_here = is_here(&name.from);
            let is_done = match is_from_here {
                true => is_here(&name.to) && gone.contains(&name.from),
                false => name.halfway().any(|path| is_here(&path)),
            };
            match (is_done, is_from_here) {
                (true, _) => (),
                (false, true) => drop(waiting.insert(name.from.clone(), name)),
                (false, false) => {
                    work.missing.push(format!("{}, which was {}", name.from, name.own))
                }
            }
        }
        work.order(waiting, is_here).map_err(refused)?;
        Ok(work)
    }

    /// Puts renames into an order in which every name is free when it is taken.
    fn order(
        &mut self,
        mut waiting: HashMap<EntryPath, OwnName>,
        is_here: impl Fn(&EntryPath) -> bool,
    ) -> Result<(), String> {
        let mut taken = HashSet::new();
        if let Some(name) = waiting.values().find(|name| !taken.insert(&name.to)) {
            return Err(format!("two things were called {}", name.to));
        }
        let mut keys: Vec<EntryPath> = waiting.keys().cloned().collect();
        keys.sort_by(|a, b| b.parts().count().cmp(&a.parts().count()).then_with(|| a.cmp(b)));
        for key in keys {
            // A name that another one still has waits for that one, which may wait itself.
            let mut chain = Vec::new();
            let mut next = waiting.remove(&key);
            while let Some(name) = next {
                next = waiting.remove(&name.to);
                let is_free = next.is_some() || !is_here(&name.to) || self.leaves(&name.to);
                if !is_free {
                    return Err(format!("{} is there, and {} was called so", name.to, name.from));
                }
                chain.push(name);
            }
            self.renames.extend(chain.into_iter().rev());
        }
        Ok(())
    }

    /// Whether what has this name now gets another one before.
    fn leaves(&self, path: &EntryPath) -> bool {
        self.renames.iter().rev().any(|name| name.from == *path)
    }
}

/// Reads a map and refuses one that is malformed in any line.
fn read(path: &Path) -> Result<Vec<OwnName>, EngineError> {
    let mut text = Vec::new();
    let opened = File::options().read(true).custom_flags(NO_WAITING).open(path);
    let file = opened.map_err(EngineError::file("opening", path))?;
    let is_file = file.metadata().is_ok_and(|facts| facts.is_file());
    if !is_file {
        let problem = "it is no file".to_owned();
        return Err(EngineError::NamesMap { path: path.to_owned(), problem });
    }
    let read = file.take(MAP_BYTES_MAX + 1).read_to_end(&mut text);
    read.map_err(EngineError::file("reading", path))?;
    let refused = |problem: String| EngineError::NamesMap { path: path.to_owned(), problem };
    if text.len() as u64 > MAP_BYTES_MAX {
        return Err(refused("it is too long".to_owned()));
    }
    read_map(&text).map_err(refused)
}

/// The only map in a folder.
fn only_map(dir: &Path) -> Result<PathBuf, EngineError> {
    let entries = fs::read_dir(dir).map_err(EngineError::file("reading", dir))?;
    let is_map = |name: &str| name.starts_with("strongroom-names-") && name.ends_with(".jsonl");
    let named = entries.flatten().filter(|entry| entry.file_name().to_str().is_some_and(is_map));
    let mut maps: Vec<PathBuf> = named.map(|entry| entry.path()).collect();
    match (maps.pop(), maps.is_empty()) {
        (Some(map), true) => Ok(map),
        (found, _) => {
            let problem = match found {
                None => "there is no map strongroom-names-….jsonl in this folder",
                Some(_) => "there are several maps in this folder",
            };
            Err(EngineError::NamesMap { path: dir.to_owned(), problem: problem.to_owned() })
        }
    }
}

fn last(path: &EntryPath) -> &[u8] {
    path.parts().next_back().unwrap_or_default()
}

fn open_parent(root: &OwnedFd, path: &EntryPath) -> Result<OwnedFd, Errno> {
    let parent = path.parent();
    let parent = parent.as_ref().map_or(&b"."[..], EntryPath::as_bytes);
    openat2(root, parent, FOLDER, Mode::empty(), BENEATH)
}

fn has(root: &OwnedFd, path: &EntryPath) -> bool {
    open_parent(root, path)
        .is_ok_and(|parent| statat(parent, last(path), AtFlags::SYMLINK_NOFOLLOW).is_ok())
}

/// Renames without writing over anything.
fn rename(folder: &OwnedFd, from: &[u8], to: &[u8]) -> Result<(), Errno> {
    use rustix::fs::{RenameFlags, renameat};
    match renameat_with(folder, from, folder, to, RenameFlags::NOREPLACE) {
        // FAT on sticks and some others have no such rename.
        Err(Errno::INVAL) => match statat(folder, to, AtFlags::SYMLINK_NOFOLLOW) {
            Err(Errno::NOENT) => renameat(folder, from, folder, to),
            Err(error) => Err(error),
            Ok(_) => Err(Errno::EXIST),
        },
        other => other,
    }
}

fn sync(folders: &mut Vec<OwnedFd>) -> Result<(), Errno> {
    folders.drain(..).try_for_each(|folder| rustix::fs::fsync(folder.as_fd()))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use tempfile::TempDir;

    use super::*;

    const ID: &str = "0123456789abcdef0123456789abcdef";

    /// A target with these files and folders, and a map of these lines.
    fn target(files: &[&str], lines: &[&str]) -> (TempDir, PathBuf) {
        let dir = TempDir::new().unwrap();
        for file in files {
            let path = dir.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, file).unwrap();
        }
        let map = dir.path().join("strongroom-names-01234567.jsonl");
        let head = format!("{{\"format\":\"strongroom-names/1\",\"archive\":\"{ID}\"}}");
        let lines: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
        fs::write(&map, format!("{head}\n{}\n", lines.join("\n"))).unwrap();
        (dir, map)
    }

    fn all(dir: &Path) -> Vec<String> {
        let mut found = Vec::new();
        for entry in fs::read_dir(dir).unwrap().flatten() {
            let name = entry.file_name().into_string().unwrap();
            if entry.file_type().unwrap().is_dir() {
                found.extend(all(&entry.path()).into_iter().map(|below| format!("{name}/{below}")));
            } else {
                found.push(name);
            }
        }
        found.sort();
        found
    }

    #[test]
    fn names_come_back_inside_of_folders_first_and_where_one_takes_what_another_had() {
        let files = ["a%3Ab/c%3F", "a%3Ab/plain", "100%2541", "100%252541", "other"];
        let lines = [
            r#"{"path":"a:b","name":"a%253Ab"}"#,
            r#"{"path":"a:b/c?","name":"a%253Ab/c%253F"}"#,
            r#"{"path":"100%2541","name":"100%252541"}"#,
            r#"{"path":"100%252541","name":"100%25252541"}"#,
            r#"{"path":"a:b/link","link":"c?"}"#,
        ];
        let (dir, map) = target(&files, &lines);
        let done = bring_names_back(dir.path(), None).unwrap();
        assert_eq!((done.renamed, done.links, done.missing.len()), (4, 1, 0), "{done:?}");
        let now = ["100%2541", "100%41", "a:b/c?", "a:b/link", "a:b/plain", "other"];
        assert_eq!(all(dir.path()), now);
        assert_eq!(fs::read_to_string(dir.path().join("100%41")).unwrap(), "100%2541");
        assert_eq!(fs::read_link(dir.path().join("a:b/link")).unwrap(), Path::new("c?"));
        assert!(!map.exists());
    }

    #[test]
    fn what_would_be_written_over_stops_everything_before_it_begins() {
        let files = ["a%3Ab", "a:b", "c%3F"];
        let lines = [r#"{"path":"c?","name":"c%253F"}"#, r#"{"path":"a:b","name":"a%253Ab"}"#];
        let (dir, map) = target(&files, &lines);
        let refused = bring_names_back(dir.path(), None).unwrap_err();
        assert!(refused.to_string().contains("a:b is there"), "{refused}");
        assert_eq!(all(dir.path()).len(), 4);
        assert!(dir.path().join("c%3F").exists() && map.exists());
    }

    #[test]
    fn a_run_that_was_interrupted_is_gone_on_with_and_what_is_missing_keeps_the_map() {
        let lines = [
            r#"{"path":"100%2541","name":"100%252541"}"#,
            r#"{"path":"100%252541","name":"100%25252541"}"#,
            r#"{"path":"c?","name":"c%253F"}"#,
        ];
        // The first two were done; the third is not here.
        let (dir, map) = target(&["100%41", "100%2541"], &lines);
        let done = bring_names_back(dir.path(), None).unwrap();
        assert_eq!((done.renamed, done.missing.len()), (0, 1), "{done:?}");
        assert!(map.exists());
        fs::write(dir.path().join("c%3F"), "c").unwrap();
        assert_eq!(bring_names_back(dir.path(), Some(&map)).unwrap().renamed, 1);
        assert_eq!(all(dir.path()), ["100%2541", "100%41", "c?"]);
    }

    #[test]
    fn a_map_that_is_none_or_leads_elsewhere_is_refused_whole() {
        for line in [
            r#"{"path":"../x","name":"c%253F"}"#,
            r#"{"path":"c?","name":"/etc/c%253F"}"#,
            r#"{"path":"d/c?","name":"c%253F"}"#,
            r#"{"path":"c?"}"#,
            r#"{"path":"c?","name":"c%2"}"#,
            r#"{"path":"c?","name":"c%253F","link":"x"}"#,
            "no json",
        ] {
            let good = r#"{"path":"b?","name":"b%253F"}"#;
            let (dir, _) = target(&["b%3F", "c%3F"], &[good, line]);
            let refused = bring_names_back(dir.path(), None).unwrap_err();
            assert!(matches!(refused, EngineError::NamesMap { .. }), "{line}: {refused}");
            assert!(dir.path().join("b%3F").exists(), "{line}");
        }
        let twice = [r#"{"path":"c?","name":"c%253F"}"#, r#"{"path":"d?","name":"c%253F"}"#];
        let (dir, _) = target(&["c%3F"], &twice);
        assert!(bring_names_back(dir.path(), None).is_err());
        let same = [r#"{"path":"c?","name":"c%253F"}"#, r#"{"path":"c?","name":"d"}"#];
        let (dir, map) = target(&["c%3F", "d"], &same);
        let refused = bring_names_back(dir.path(), None).unwrap_err();
        assert!(refused.to_string().contains("two things were called c?"), "{refused}");
        assert!(dir.path().join("c%3F").exists());
        fs::copy(&map, dir.path().join("strongroom-names-76543210.jsonl")).unwrap();
        let refused = bring_names_back(dir.path(), None).unwrap_err();
        assert!(refused.to_string().contains("several"), "{refused}");
    }

    #[test]
    fn no_link_is_followed() {
        let (dir, _) = target(&["x"], &[r#"{"path":"out/a:b","name":"out/a%253Ab"}"#]);
        let elsewhere = TempDir::new().unwrap();
        fs::write(elsewhere.path().join("a%3Ab"), "").unwrap();
        symlink(elsewhere.path(), dir.path().join("out")).unwrap();
        let done = bring_names_back(dir.path(), None).unwrap();
        assert_eq!((done.renamed, done.missing.len()), (0, 1));
        assert!(elsewhere.path().join("a%3Ab").exists());
    }
}
