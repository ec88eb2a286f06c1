//! What is inside an opened archive.

use archive::{Contents, Entry, EntryKind, EntryPath};
use catalogue::{Catalogue, Item};
use serde::Serialize;
use terms::plain::escaped_line;

use crate::EngineError;
use crate::selection::Selection;

/// One line of a listing.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Listed {
    /// Its path; strange bytes and control characters are shown as escapes.
    pub path: String,
    /// `file`, `folder`, `link` or `hardlink`.
    pub kind: &'static str,
    /// Size of a file, holes included.
    pub size: u64,
    /// Permission bits.
    pub mode: u32,
    /// Modification time, seconds since the epoch.
    pub mtime: i64,
    /// What a link points to.
    pub target: Option<String>,
    /// BLAKE3 of a file's stored bytes, in hexadecimal digits.
    pub blake3: Option<String>,
}

impl Listed {
    /// The entry as people see it.
    pub fn of(entry: &Entry) -> Self {
        let (mut size, mut target, mut blake3) = (0, None, None);
        let kind = match &entry.kind {
            EntryKind::File { size: bytes, digest, .. } => {
                (size, blake3) = (*bytes, Some(digest.to_string()));
                "file"
            }
            EntryKind::Directory => "folder",
            EntryKind::Symlink { target: to } => {
                target = Some(shown(to));
                "link"
            }
            EntryKind::Hardlink { to } => {
                target = Some(to.to_string());
                "hardlink"
            }
        };
        let (mode, mtime) = (entry.mode, entry.mtime);
        Self { path: entry.path.to_string(), kind, size, mode, mtime, target, blake3 }
    }
}

/// Hands every selected entry to `visit`, in the order of sealing, a page at a time; returns the
/// parts of the list that cannot be read, in words.
///
/// # Errors
///
/// Nothing of the list can be read, the selection fits nothing, or `visit` failed.
pub fn list(
    contents: &Contents<'_>,
    selection: &Selection,
    visit: &mut dyn FnMut(Listed) -> Result<(), EngineError>,
) -> Result<Vec<String>, EngineError> {
    let (mut unmet, mut lost) = (selection.unmet(), Vec::new());
    let (mut failed, pages) = (None, contents.manifest_pages());
    for page in 0..pages {
        let entries = match contents.manifest_page(page) {
            Ok(entries) => entries,
            Err(error) => {
                lost.push(format!("part {page} of the contents: {error}"));
                failed = failed.or(Some(error));
                continue;
            }
        };
        for entry in entries {
            unmet.see(&entry.path);
            if selection.has(&entry.path) {
                visit(Listed::of(&entry))?;
            }
        }
    }
    match failed {
        Some(error) if lost.len() == pages => Err(error.into()),
        // What a pattern is for may stand in a part that cannot be read.
        Some(_) => Ok(lost),
        None => unmet.check().map(|()| lost),
    }
}

/// One line of a listing from a catalogue.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Catalogued {
    /// Its path; strange bytes and control characters are shown as escapes.
    pub path: String,
    /// `file`, `folder`, `link` or `hardlink`.
    pub kind: &'static str,
    /// Size of a file, holes included, or of all that is in a folder.
    pub size: u64,
    /// Modification time, seconds since the epoch, where the archive says it.
    pub mtime: Option<i64>,
}

/// Hands every selected entry of a catalogue to `visit`, in the order of sealing.
///
/// # Errors
///
/// The list is damaged, or the selection fits nothing.
pub fn list_catalogue(
    catalogue: &Catalogue,
    selection: &Selection,
    visit: &mut dyn FnMut(Catalogued),
) -> Result<(), EngineError> {
    let (mut unmet, mut refused) = (selection.unmet(), None);
    catalogue.walk(|item, path| match EntryPath::new(path) {
        Ok(path) => {
            unmet.see(&path);
            if selection.has(&path) {
                let kind = kind_of(item);
                let (size, mtime) = (item.size, item.mtime);
                visit(Catalogued { path: path.to_string(), kind, size, mtime });
            }
        }
        Err(error) => refused = refused.take().or(Some(error)),
    })?;
    refused.map_or(Ok(()), |error| Err(error.into())).and_then(|()| unmet.check())
}

/// What an item of a catalogue is, as a word.
pub fn kind_of(item: &Item) -> &'static str {
    match item.kind {
        1 => "file",
        2 => "folder",
        3 => "link",
        _ => "hardlink",
    }
}

/// A link's target, with what hides or repaints as escapes.
fn shown(target: &[u8]) -> String {
    escaped_line(&String::from_utf8_lossy(target))
}
