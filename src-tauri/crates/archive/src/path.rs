//! Paths inside an archive, which can never lead out of a target.

use std::cmp::Ordering;
use std::fmt;

use terms::plain::is_hidden;

use crate::ArchiveError;

/// Longest path in bytes, longest part, and deepest nesting (archive-1 A23).
const PATH_BYTES_MAX: usize = 4096;
const PART_BYTES_MAX: usize = 255;
const PARTS_MAX: usize = 512;

/// A relative path as raw bytes, its parts separated by `/`.
///
/// It is not empty, has no empty part, no `.`, no `..`, no leading or trailing `/` and no NUL, and
/// keeps to the limits above. It need not be UTF-8. Paths are ordered part by part, so that all
/// that lies in a folder follows it without a gap.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct EntryPath(Vec<u8>);

impl EntryPath {
    /// Takes a path and refuses everything that is not plainly inside (archive-1 A23).
    ///
    /// # Errors
    ///
    /// [`ArchiveError::Path`] with the rule that the path breaks.
    pub fn new(bytes: impl Into<Vec<u8>>) -> Result<Self, ArchiveError> {
        let bytes = bytes.into();
        match fault(&bytes) {
            None => Ok(Self(bytes)),
            Some(reason) => {
                let path = String::from_utf8_lossy(&bytes[..bytes.len().min(200)]).into_owned();
                Err(ArchiveError::Path { path, reason })
            }
        }
    }

    /// The bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The parts between the slashes; at least one.
    pub fn parts(&self) -> impl DoubleEndedIterator<Item = &[u8]> {
        self.0.split(|byte| *byte == b'/')
    }

    /// Whether it lies somewhere below `folder`.
    pub fn is_inside(&self, folder: &Self) -> bool {
        self.0.strip_prefix(&folder.0[..]).is_some_and(|rest| rest.starts_with(b"/"))
    }

    /// The path of the folder it lies in, or none at the top.
    pub fn parent(&self) -> Option<Self> {
        let slash = self.0.iter().rposition(|byte| *byte == b'/')?;
        Some(Self(self.0[..slash].to_vec()))
    }
}

fn fault(bytes: &[u8]) -> Option<&'static str> {
    if bytes.is_empty() {
        return Some("it is empty");
    }
    if bytes.len() > PATH_BYTES_MAX {
        return Some("it is longer than 4096 bytes");
    }
    if bytes.contains(&0) {
        return Some("it has a NUL byte");
    }
    let mut parts = 0;
    for part in bytes.split(|byte| *byte == b'/') {
        parts += 1;
        match part {
            b"" => return Some("it is absolute or has an empty part"),
            b"." | b".." => return Some("it has a part that is . or .."),
            part if part.len() > PART_BYTES_MAX => return Some("a part is longer than 255 bytes"),
            _ => (),
        }
    }
    (parts > PARTS_MAX).then_some("it is nested deeper than 512 folders")
}

impl Ord for EntryPath {
    fn cmp(&self, other: &Self) -> Ordering {
        self.parts().cmp(other.parts())
    }
}

impl PartialOrd for EntryPath {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for EntryPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // What repaints a terminal, turns text around or hides in it is shown as an escape.
        for chunk in self.0.utf8_chunks() {
            for character in chunk.valid().chars() {
                if is_hidden(character) {
                    write!(f, "{}", character.escape_default())?;
                } else {
                    write!(f, "{character}")?;
                }
            }
            chunk.invalid().iter().try_for_each(|byte| write!(f, "\\x{byte:02x}"))?;
        }
        Ok(())
    }
}

impl fmt::Debug for EntryPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EntryPath({self})")
    }
}

impl<C> minicbor::Encode<C> for EntryPath {
    fn encode<W: minicbor::encode::Write>(
        &self,
        e: &mut minicbor::Encoder<W>,
        _: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        e.bytes(&self.0)?.ok()
    }
}

impl<'b, C> minicbor::Decode<'b, C> for EntryPath {
    fn decode(d: &mut minicbor::Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
        let bytes = d.bytes()?;
        match fault(bytes) {
            None => Ok(Self(bytes.to_vec())),
            Some(reason) => Err(minicbor::decode::Error::message(reason)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_that_lead_out_are_no_paths() {
        let long = ["x"; 600].join("/");
        let wide = "x".repeat(256);
        for bad in [
            "",
            "/",
            "/etc/passwd",
            "..",
            "a/../b",
            "../a",
            "a/..",
            ".",
            "a/./b",
            "a//b",
            "a/",
            "a\0b",
            &long,
            &wide,
        ] {
            assert!(EntryPath::new(bad).is_err(), "{bad:?} was accepted");
        }
        for good in ["a", "a/b", "...", "a/..b", " ", "ü/ö", "\u{202e}x"] {
            assert!(EntryPath::new(good).is_ok(), "{good:?} was refused");
        }
        assert!(EntryPath::new(vec![0xff, 0xfe]).is_ok(), "names need not be UTF-8");
    }

    #[test]
    fn control_characters_and_strange_bytes_are_shown_as_escapes() {
        let path = EntryPath::new(b"a\x1b[2Jb\xff".to_vec()).unwrap();
        assert_eq!(path.to_string(), "a\\u{1b}[2Jb\\xff");
        let turned = EntryPath::new("a\u{202e}gpj.exe\u{200b}").unwrap();
        assert_eq!(turned.to_string(), "a\\u{202e}gpj.exe\\u{200b}");
    }

    #[test]
    fn the_parent_of_a_top_entry_is_none() {
        let path = EntryPath::new("a/b/c").unwrap();
        assert_eq!(path.parent(), Some(EntryPath::new("a/b").unwrap()));
        assert_eq!(EntryPath::new("a").unwrap().parent(), None);
    }
}
