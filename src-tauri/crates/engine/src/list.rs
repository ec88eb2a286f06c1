//! What is inside an opened archive.

use archive::{Contents, Entry, EntryKind};
use serde::Serialize;

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

/// Hands every selected entry to `visit`, in the order of sealing, a page at a time.
///
/// # Errors
///
/// A page of the manifest is damaged, the selection fits nothing, or `visit` failed.
pub fn list(
    contents: &Contents<'_>,
    selection: &Selection,
    visit: &mut dyn FnMut(Listed) -> Result<(), EngineError>,
) -> Result<(), EngineError> {
    let mut unmet = selection.unmet();
    for entry in contents.entries() {
        let entry = entry?;
        unmet.see(&entry.path);
        if selection.has(&entry.path) {
            visit(Listed::of(&entry))?;
        }
    }
    unmet.check()
}

/// A link's target without control characters.
fn shown(target: &[u8]) -> String {
    let mut shown = String::new();
    for character in String::from_utf8_lossy(target).chars() {
        if character.is_control() {
            shown.extend(character.escape_default());
        } else {
            shown.push(character);
        }
    }
    shown
}
