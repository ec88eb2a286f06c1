//! Reading trees: every entry once, in the same order every time, in bounded memory.

use std::collections::{HashMap, HashSet};
use std::ffi::OsString;
use std::fs::{self, File, Metadata};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::{Path, PathBuf};

use archive::{EntryPath, Xattr};

use rustix::io::Errno;
use terms::plain::escaped_line;

use crate::EngineError;

/// The system's own limit of a list of attributes, and of a value.
const XATTR_BYTES_MAX: usize = 64 << 10;

/// Something found in a tree.
pub(crate) struct Found {
    /// Where it is.
    pub(crate) source: PathBuf,
    /// What it will be called in the archive.
    pub(crate) path: EntryPath,
    /// What the file system said of it, without following links.
    pub(crate) metadata: Metadata,
}

/// Walks one path after another: a folder first, then what is in it, by name.
///
/// Memory: the names of one folder per level.
pub(crate) struct Walk {
    /// Names still to visit, per level, last first; one folder's names at a time.
    open: Vec<Level>,
    /// Whether what cannot be read is left out with a warning.
    skip_unreadable: bool,
    /// What was left out, in words.
    pub(crate) warnings: Vec<String>,
}

struct Level {
    dir: PathBuf,
    inside: Option<EntryPath>,
    names: Vec<OsString>,
}

impl Walk {
    /// Prepares to walk `roots`, each under its own last name.
    ///
    /// # Errors
    ///
    /// A root has no name, or two have the same.
    pub(crate) fn new(roots: &[PathBuf], skip_unreadable: bool) -> Result<Self, EngineError> {
        let mut names = HashSet::new();
        let mut open = Vec::new();
        for root in roots {
            let nameless = || EngineError::Nameless { path: root.clone() };
            let whole = match root.file_name() {
                Some(_) => std::path::absolute(root),
                None => fs::canonicalize(root),
            };
            let whole = whole.map_err(EngineError::file("finding", root))?;
            let (dir, name) = whole.parent().zip(whole.file_name()).ok_or_else(nameless)?;
            let name = name.to_owned();
            if !names.insert(name.clone()) {
                return Err(EngineError::NameTwice { name: name.to_string_lossy().into_owned() });
            }
            open.push(Level { dir: dir.to_owned(), inside: None, names: vec![name] });
        }
        // An archive lists its entries in order (archive-1 A25); the last one is walked last.
        open.sort_by(|a, b| b.names.cmp(&a.names));
        Ok(Self { open, skip_unreadable, warnings: Vec::new() })
    }

    /// The next entry, or none at the end.
    ///
    /// # Errors
    ///
    /// Something cannot be read: an archive that silently lacks a file is worse than none.
    pub(crate) fn next(&mut self) -> Result<Option<Found>, EngineError> {
        loop {
            let Some(level) = self.open.last_mut() else { return Ok(None) };
            let Some(name) = level.names.pop() else {
                self.open.pop();
                continue;
            };
            let source = level.dir.join(&name);
            let path = inside(level.inside.as_ref(), name)?;
            match self.found(source, path) {
                Ok(Some(found)) => return Ok(Some(found)),
                Ok(None) => (),
                Err(error) => self.left_out(error)?,
            }
        }
    }

    /// Takes an error about one entry as a warning, if that was asked for.
    pub(crate) fn left_out(&mut self, error: EngineError) -> Result<(), EngineError> {
        match error {
            EngineError::File { path, error, .. } if self.skip_unreadable => {
                let path = shown(&path);
                self.warnings.push(format!("left out: {path} cannot be read: {error}"));
                Ok(())
            }
            error => Err(error),
        }
    }

    fn found(&mut self, source: PathBuf, path: EntryPath) -> Result<Option<Found>, EngineError> {
        let metadata =
            fs::symlink_metadata(&source).map_err(EngineError::file("reading", &source))?;
        if is_special(&metadata) {
            let left_out = format!("left out: {} is no file, folder or link", shown(&source));
            self.warnings.push(left_out);
            return Ok(None);
        }
        if metadata.is_dir() {
            let names = sorted_names(&source)?;
            self.open.push(Level { dir: source.clone(), inside: Some(path.clone()), names });
        }
        Ok(Some(Found { source, path, metadata }))
    }
}

/// Under which name each file of several names came first.
///
/// Memory: the paths of these files.
#[derive(Default)]
pub(crate) struct FirstNames(HashMap<(u64, u64), EntryPath>);

impl FirstNames {
    /// The path under which the same file came before; otherwise it is remembered under this one.
    pub(crate) fn first_of(&mut self, found: &Found) -> Option<EntryPath> {
        let Found { path, metadata, .. } = found;
        if !metadata.is_file() || metadata.nlink() < 2 {
            return None;
        }
        let file = (metadata.dev(), metadata.ino());
        let first = self.0.get(&file).cloned();
        if first.is_none() {
            self.0.insert(file, path.clone());
        }
        first
    }

    /// Forgets a file that was left out after all: its other names must not link to it.
    pub(crate) fn forget(&mut self, metadata: &Metadata) {
        self.0.remove(&(metadata.dev(), metadata.ino()));
    }
}

/// A path as notes show it: a name may hold codes that repaint a terminal, or turn text around.
pub(crate) fn shown(path: &Path) -> String {
    escaped_line(&path.to_string_lossy())
}

fn inside(folder: Option<&EntryPath>, name: OsString) -> Result<EntryPath, EngineError> {
    let mut bytes = folder.map_or_else(Vec::new, |folder| folder.as_bytes().to_vec());
    if folder.is_some() {
        bytes.push(b'/');
    }
    bytes.extend(name.into_vec());
    Ok(EntryPath::new(bytes)?)
}

fn sorted_names(dir: &Path) -> Result<Vec<OsString>, EngineError> {
    let entries = fs::read_dir(dir).map_err(EngineError::file("reading", dir))?;
    let mut names = entries
        .map(|entry| Ok(entry?.file_name()))
        .collect::<Result<Vec<_>, std::io::Error>>()
        .map_err(EngineError::file("reading", dir))?;
    // Taken from the end, so the last name lies first.
    names.sort_by(|a, b| b.as_bytes().cmp(a.as_bytes()));
    Ok(names)
}

fn is_special(metadata: &Metadata) -> bool {
    let kind = metadata.file_type();
    kind.is_block_device() || kind.is_char_device() || kind.is_fifo() || kind.is_socket()
}

/// Extended attributes of `path`, by name; none where the file system has none.
///
/// # Errors
///
/// There are attributes that cannot be read; the text says which.
pub(crate) fn xattrs(path: &Path) -> Result<Vec<Xattr>, String> {
    read_xattrs(
        |list| rustix::fs::llistxattr(path, list),
        |name, value| rustix::fs::lgetxattr(path, name, value),
    )
}

/// The same of a file that is open.
///
/// # Errors
///
/// As [`xattrs`].
pub(crate) fn xattrs_of(file: &File) -> Result<Vec<Xattr>, String> {
    read_xattrs(
        |list| rustix::fs::flistxattr(file, list),
        |name, value| rustix::fs::fgetxattr(file, name, value),
    )
}

fn read_xattrs(
    names: impl Fn(&mut [u8]) -> Result<usize, Errno>,
    value: impl Fn(&[u8], &mut [u8]) -> Result<usize, Errno>,
) -> Result<Vec<Xattr>, String> {
    let mut list = [0; 1024];
    let list = match names(&mut list) {
        Ok(len) => list[..len].to_vec(),
        Err(Errno::NOTSUP) => return Ok(Vec::new()),
        Err(Errno::RANGE) => {
            let mut list = vec![0; XATTR_BYTES_MAX];
            let len = names(&mut list).map_err(|e| e.to_string())?;
            list.truncate(len);
            list
        }
        Err(error) => return Err(error.to_string()),
    };
    let mut found = Vec::new();
    for name in list.split(|byte| *byte == 0).filter(|name| !name.is_empty()) {
        let mut bytes = vec![0; XATTR_BYTES_MAX];
        let len = value(name, &mut bytes)
            .map_err(|error| format!("{}: {error}", String::from_utf8_lossy(name)))?;
        bytes.truncate(len);
        bytes.shrink_to_fit();
        found.push(Xattr { name: name.to_vec(), value: bytes });
    }
    found.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(found)
}
