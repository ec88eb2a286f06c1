//! The map that brings own names back (names-1 N8 to N10).

use archive::EntryPath;
use serde::{Deserialize, Serialize};

/// What the first line of a map says it is.
const FORMAT: &str = "strongroom-names/1";

#[derive(Serialize, Deserialize)]
struct Head {
    format: String,
    archive: String,
}

/// A line of the map, in the spelling of [`plain_path`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Line {
    /// The path in the archive.
    pub(crate) path: String,
    /// The path in the target.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<String>,
    /// What a symbolic link says that the target cannot hold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) link: Option<String>,
}

impl Line {
    /// `path` of the archive is `name` in the target.
    pub(crate) fn named(path: &EntryPath, name: &EntryPath) -> Self {
        let name = Some(plain_path(name.as_bytes()));
        Self { path: plain_path(path.as_bytes()), name, link: None }
    }

    /// `path` is a link to `target`.
    pub(crate) fn link(path: &EntryPath, target: &[u8]) -> Self {
        Self { path: plain_path(path.as_bytes()), name: None, link: Some(plain_path(target)) }
    }

    /// The line as it is written, with its end.
    pub(crate) fn text(&self) -> Vec<u8> {
        with_end(serde_json::to_vec(self))
    }
}

/// The first line of the map for `archive` (names-1 N8).
pub(crate) fn head(archive: &str) -> Vec<u8> {
    let (format, archive) = (FORMAT.to_owned(), archive.to_owned());
    with_end(serde_json::to_vec(&Head { format, archive }))
}

/// The lines of a map of `archive`; none if `text` is none. Lines that nobody can read are left
/// out.
pub(crate) fn lines(text: &[u8], archive: &str) -> Option<Vec<Line>> {
    let mut lines = text.split(|byte| *byte == b'\n');
    let head: Head = serde_json::from_slice(lines.next()?).ok()?;
    let is_ours = head.format == FORMAT && head.archive == archive;
    is_ours.then(|| lines.filter_map(|line| serde_json::from_slice(line).ok()).collect())
}

/// Bytes as text that says each of them (names-1 N9).
pub(crate) fn plain_path(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    let escape = |byte: &u8| format!("%{byte:02X}");
    for chunk in bytes.utf8_chunks() {
        for character in chunk.valid().chars() {
            match character == '%' || character.is_control() {
                true => {
                    let mut bytes = [0; 4];
                    let bytes = character.encode_utf8(&mut bytes).as_bytes();
                    text.extend(bytes.iter().map(escape));
                }
                false => text.push(character),
            }
        }
        text.extend(chunk.invalid().iter().map(escape));
    }
    text
}

fn with_end(line: Result<Vec<u8>, serde_json::Error>) -> Vec<u8> {
    // Texts alone always have a line.
    let mut line = line.unwrap_or_default();
    line.push(b'\n');
    line
}
