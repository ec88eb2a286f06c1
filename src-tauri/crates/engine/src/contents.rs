//! Looking into an opened archive: listing, and printing one file.

use std::io::Write;

use archive::{Contents, Entry, EntryKind, FrameKind, Opener};
use serde::Serialize;

use crate::EngineError;

/// One line of a listing.
#[derive(Debug, Serialize)]
pub struct Listed {
    /// Its path.
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
}

impl Listed {
    /// The entry as people see it.
    pub fn of(entry: &Entry) -> Self {
        let (kind, size, target) = match &entry.kind {
            EntryKind::File { size, .. } => ("file", *size, None),
            EntryKind::Directory => ("folder", 0, None),
            EntryKind::Symlink { target } => {
                ("link", 0, Some(String::from_utf8_lossy(target).into_owned()))
            }
            EntryKind::Hardlink { to } => ("hardlink", 0, Some(to.to_string())),
        };
        let (mode, mtime) = (entry.mode, entry.mtime);
        Self { path: entry.path.to_string(), kind, size, mode, mtime, target }
    }
}

/// Writes the file `path` to `out`, each segment only after it authenticated.
///
/// # Errors
///
/// There is no such file, a segment of it is damaged, or `out` failed.
pub fn cat(contents: &Contents<'_>, path: &str, out: &mut dyn Write) -> Result<u64, EngineError> {
    let absent = || EngineError::NoSuchEntry { path: path.to_owned() };
    for entry in contents.entries() {
        let entry = entry?;
        if entry.path.as_bytes() == path.as_bytes() {
            return match entry.kind {
                EntryKind::File { position, stored, .. } => {
                    print(contents, position, stored, out)?;
                    Ok(stored)
                }
                _ => Err(absent()),
            };
        }
    }
    Err(absent())
}

fn print(
    contents: &Contents<'_>,
    position: u64,
    stored: u64,
    out: &mut dyn Write,
) -> Result<(), EngineError> {
    let set = contents.set();
    let segment_bytes = u64::from(set.settings().segment_bytes);
    let (mut opener, mut body, mut text) = (Opener::new()?, Vec::new(), Vec::new());
    let mut at = position;
    let end = position + stored;
    let mut page = (usize::MAX, Vec::new());
    while at < end {
        let segment = at / segment_bytes;
        let wanted = set.index_page_of(segment);
        if page.0 != wanted {
            page = (wanted, set.index_page(wanted)?);
        }
        let found = page.1.iter().find(|r| r.kind == FrameKind::Segment && r.number == segment);
        let record = found.ok_or(EngineError::StalePlan)?;
        set.read_body(record, &mut body)?;
        record.check(&body)?;
        let plain = (record.compression, record.plain_length);
        let key = contents.data_key(segment)?;
        opener.open(set.context(record), &key, plain, &body, &mut text)?;
        let start = usize::try_from(at % segment_bytes).unwrap_or(0);
        let count = usize::try_from(end - at).unwrap_or(usize::MAX).min(text.len() - start);
        out.write_all(&text[start..start + count])
            .map_err(EngineError::file("writing", std::path::Path::new("the standard output")))?;
        at += count as u64;
    }
    Ok(())
}
