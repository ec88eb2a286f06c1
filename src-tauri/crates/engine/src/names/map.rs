//! The map that brings own names back (names-1 N8 to N10).

use std::collections::HashSet;

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

/// What something in a target was called in the archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OwnName {
    /// The path in the archive.
    pub(crate) own: EntryPath,
    /// The path in the target.
    pub(crate) from: EntryPath,
    /// The path in the target with its own last name.
    pub(crate) to: EntryPath,
    /// What a symbolic link says that the target could not hold; then `from` and `to` are `own`.
    pub(crate) link: Option<Vec<u8>>,
}

impl OwnName {
    /// Where it is when its own name was brought back, and perhaps those of the innermost folders
    /// above it.
    pub(crate) fn halfway(&self) -> impl Iterator<Item = EntryPath> + '_ {
        let (own, from): (Vec<&[u8]>, Vec<&[u8]>) =
            (self.own.parts().collect(), self.from.parts().collect());
        (0..own.len()).filter_map(move |written| {
            let parts = [from.get(..written)?, own.get(written..)?].concat();
            EntryPath::new(parts.join(&b'/')).ok()
        })
    }
}

/// All that a map names; every line must be one (names-1 N8, N9, N11).
///
/// # Errors
///
/// What is wrong with it, as a clause.
pub(crate) fn read_map(text: &[u8]) -> Result<Vec<OwnName>, String> {
    let mut lines = text.split(|byte| *byte == b'\n');
    let head: Option<Head> = serde_json::from_slice(lines.next().unwrap_or_default()).ok();
    if head.is_none_or(|head| head.format != FORMAT) {
        return Err("its first line does not say that it is one".to_owned());
    }
    let (mut found, mut seen) = (Vec::new(), HashSet::new());
    for (number, line) in (2_u64..).zip(lines).filter(|(_, line)| !line.is_empty()) {
        let line: Option<Line> = serde_json::from_slice(line).ok();
        let name = line.and_then(|line| own_name(&line));
        let name = name.ok_or_else(|| format!("line {number} cannot be read"))?;
        if !seen.insert(name.from.clone()) {
            return Err(format!("line {number} names {} a second time", name.from));
        }
        found.push(name);
    }
    Ok(found)
}

fn own_name(line: &Line) -> Option<OwnName> {
    let path = |text: &str| EntryPath::new(bytes_of(text)?).ok();
    let own = path(&line.path)?;
    match (&line.name, &line.link) {
        (Some(name), None) => {
            let from = path(name)?;
            let mut parts: Vec<&[u8]> = from.parts().collect();
            // Folders have lines of their own, so what is written lies as deep as the own path.
            if parts.len() != own.parts().count() {
                return None;
            }
            *parts.last_mut()? = own.parts().next_back()?;
            let to = EntryPath::new(parts.join(&b'/')).ok()?;
            Some(OwnName { own, from, to, link: None })
        }
        (None, Some(link)) => {
            let link = bytes_of(link).filter(|link| !link.is_empty() && !link.contains(&0));
            Some(OwnName { from: own.clone(), to: own.clone(), own, link: Some(link?) })
        }
        _ => None,
    }
}

/// The bytes that [`plain_path`] says.
fn bytes_of(text: &str) -> Option<Vec<u8>> {
    let (mut bytes, mut rest) = (Vec::with_capacity(text.len()), text.as_bytes());
    while let Some((first, behind)) = rest.split_first() {
        rest = behind;
        if *first != b'%' {
            bytes.push(*first);
            continue;
        }
        let digits = rest.get(..2)?;
        let is_digit = |byte: &u8| matches!(byte, b'0'..=b'9' | b'A'..=b'F');
        let digits = digits.iter().all(is_digit).then(|| std::str::from_utf8(digits).ok())??;
        bytes.push(u8::from_str_radix(digits, 16).ok()?);
        rest = &rest[2..];
    }
    Some(bytes)
}

fn with_end(line: Result<Vec<u8>, serde_json::Error>) -> Vec<u8> {
    // Texts alone always have a line.
    let mut line = line.unwrap_or_default();
    line.push(b'\n');
    line
}
