//! A look at single files of an archive that is open, before it is restored (decision 0816).
//!
//! What is looked at is read as everything else is: a segment is shown only after it authenticated.
//! It is bounded, it is written nowhere, and only what the approved plan restores can be looked at.

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use archive::{EntryPath, Set};
use keys::ArchiveKey;

use crate::EngineError;
use crate::cat::{cat, find_file};
use crate::plain;
use crate::selection::Selection;

/// Most bytes of a text that are shown.
pub const TEXT_BYTES_MAX: usize = 64 << 10;
/// The largest picture that is shown, in bytes.
pub const IMAGE_BYTES_MAX: u64 = 4 << 20;
/// The largest picture that is shown, in pixels: a small file can claim to be a huge one.
pub const IMAGE_PIXELS_MAX: u64 = 40_000_000;
/// What was seen of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    /// Its size in bytes.
    pub size: u64,
    /// Its beginning, as far as it can be shown.
    pub content: Content,
}

/// What can be shown of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// The beginning of a text, or all of it, with everything hidden in it written out.
    Text {
        /// The text.
        text: String,
        /// Whether it is all of it.
        is_all: bool,
    },
    /// A picture, whole and with the digest that was sealed.
    Image {
        /// `image/png` or `image/jpeg`, by its first bytes and not by its name.
        kind: &'static str,
        /// The file.
        bytes: Vec<u8>,
        /// Its width in pixels, as it says.
        width: u32,
        /// Its height in pixels, as it says.
        height: u32,
    },
    /// Neither, or too large.
    Other,
}

/// An archive that is open while the people may look: it holds the archive's key, and whoever
/// drops it ends that.
pub struct Previews {
    set: Arc<Set>,
    key: Arc<ArchiveKey>,
    selection: Selection,
    seen: Arc<Seen>,
}

/// Paths of what was looked at, over all looks of a ceremony.
pub type Seen = Mutex<BTreeSet<String>>;

impl Previews {
    /// Looks at what `selection` chooses of `set`, which `key` opens; `seen` gets what is seen.
    pub fn of(set: Arc<Set>, key: Arc<ArchiveKey>, selection: Selection, seen: Arc<Seen>) -> Self {
        Self { set, key, selection, seen }
    }

    /// Looks at the file `path`.
    ///
    /// # Errors
    ///
    /// There is no such file among what is restored, or a part that would be shown is damaged.
    pub fn look(&self, path: &str) -> Result<Preview, EngineError> {
        let absent = || EngineError::NoSuchEntry { path: path.to_owned() };
        let entry = EntryPath::new(path).map_err(|_| absent())?;
        if !self.selection.has(&entry) {
            return Err(absent());
        }
        let contents = self.set.unlock(&self.key)?;
        let size = find_file(&contents, &entry)?.ok_or_else(absent)?;
        // Before it is read: who looks while the restore begins is not forgotten either.
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_owned());
        let most = if size <= IMAGE_BYTES_MAX { IMAGE_BYTES_MAX } else { TEXT_BYTES_MAX as u64 };
        let mut beginning = Beginning { bytes: Vec::new(), most, is_full: false };
        match cat(&contents, path, &mut beginning) {
            Ok(_) => (),
            Err(_) if beginning.is_full => (),
            Err(error) => return Err(error),
        }
        Ok(Preview { size, content: Content::of(beginning.bytes, size) })
    }
}

impl Content {
    fn of(bytes: Vec<u8>, size: u64) -> Self {
        let is_all = bytes.len() as u64 == size;
        if let Some((kind, width, height)) = picture(&bytes).filter(|_| is_all) {
            let fits = u64::from(width) * u64::from(height) <= IMAGE_PIXELS_MAX;
            return if fits { Self::Image { kind, bytes, width, height } } else { Self::Other };
        }
        let shown = &bytes[..bytes.len().min(TEXT_BYTES_MAX)];
        let is_all = shown.len() as u64 == size;
        text_of(shown, is_all).map_or(Self::Other, |text| Self::Text { text, is_all })
    }
}

/// The bytes as a text, if they are one; a character that is cut at the end is left out.
fn text_of(bytes: &[u8], is_all: bool) -> Option<String> {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) if !is_all && error.error_len().is_none() => {
            std::str::from_utf8(&bytes[..error.valid_up_to()]).ok()?
        }
        Err(_) => return None,
    };
    if text.contains('\0') {
        return None;
    }
    let lines = text.strip_prefix('\u{feff}').unwrap_or(text).replace("\r\n", "\n");
    Some(lines.split('\t').map(plain::escaped).collect::<Vec<_>>().join("\t"))
}

/// Kind, width and height of a picture, as its first bytes say.
fn picture(bytes: &[u8]) -> Option<(&'static str, u32, u32)> {
    if bytes.starts_with(b"\x89PNG\r\n\x1a\n") && bytes.get(12..16)? == b"IHDR" {
        let number = |at: usize| Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
        return Some(("image/png", number(16)?, number(20)?));
    }
    let mut rest = bytes.strip_prefix(b"\xff\xd8")?;
    loop {
        let (marker, after) = (*rest.get(1)?, rest.get(2..)?);
        let number = |at: usize| Some(u16::from_be_bytes(after.get(at..at + 2)?.try_into().ok()?));
        if rest[0] != 0xff {
            return None;
        }
        match marker {
            // Fill bytes before a marker, and markers without content.
            0xff => rest = &rest[1..],
            0x01 | 0xd0..=0xd7 => rest = after,
            // A frame begins: precision, height, width.
            0xc0..=0xcf if ![0xc4, 0xc8, 0xcc].contains(&marker) => {
                return Some(("image/jpeg", number(5)?.into(), number(3)?.into()));
            }
            _ => rest = after.get(usize::from(number(0)?).max(2)..)?,
        }
    }
}

/// Keeps the beginning of what is written, and takes no more then.
struct Beginning {
    bytes: Vec<u8>,
    most: u64,
    is_full: bool,
}

impl Write for Beginning {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let room = usize::try_from(self.most).unwrap_or(usize::MAX) - self.bytes.len();
        if room == 0 {
            self.is_full = true;
            return Err(io::ErrorKind::WriteZero.into());
        }
        let count = bytes.len().min(room);
        self.bytes.extend_from_slice(&bytes[..count]);
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png(width: u32, height: u32) -> Vec<u8> {
        let size = [width.to_be_bytes(), height.to_be_bytes()].concat();
        [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", &size[..], b"\x08\x02\0\0\0"].concat()
    }

    #[test]
    fn a_picture_is_known_by_its_first_bytes_and_a_huge_one_is_not_shown() {
        assert_eq!(picture(&png(640, 480)), Some(("image/png", 640, 480)));
        let jpeg = b"\xff\xd8\xff\xe0\0\x04ab\xff\xff\xc2\0\x11\x08\x01\xe0\x02\x80\x03";
        assert_eq!(picture(jpeg), Some(("image/jpeg", 640, 480)));
        let huge = png(60_000, 60_000);
        let size = huge.len() as u64;
        assert_eq!(Content::of(huge, size), Content::Other);
        let whole = png(640, 480);
        assert!(matches!(Content::of(whole.clone(), 33), Content::Other), "{}", whole.len());
        let size = whole.len() as u64;
        assert!(matches!(Content::of(whole, size), Content::Image { width: 640, .. }));
    }

    #[test]
    fn every_beginning_of_a_picture_is_read_without_harm() {
        let jpeg = b"\xff\xd8\xff\xe0\0\x04ab\xff\xc0\0\x11\x08\x01\xe0\x02\x80\x03";
        for bytes in [&jpeg[..], &png(1, 1)] {
            let known = |end| picture(&bytes[..end]).is_some();
            let first = (0..=bytes.len()).find(|end| known(*end)).expect("a picture");
            assert!((first..=bytes.len()).all(known), "what is known stays known");
        }
        assert_eq!(picture(b"\xff\xd8\xff\xe0\0\0\xff\xe0"), None, "a length of nothing ends");
    }

    #[test]
    fn a_text_shows_what_hides_in_it_and_bytes_are_no_text() {
        let text = |bytes: &[u8]| match Content::of(bytes.to_vec(), bytes.len() as u64) {
            Content::Text { text, is_all: true } => Some(text),
            _ => None,
        };
        assert_eq!(text(b"a\tb\r\nc").unwrap(), "a\tb\nc");
        assert_eq!(text("pay \u{202e}001".as_bytes()).unwrap(), "pay \\u{202e}001");
        assert_eq!(text(b"a\0b"), None);
        assert_eq!(text(b"a\xffb"), None);
        assert_eq!(text("é".as_bytes().split_last().unwrap().1), None, "all of it, and cut");
    }

    #[test]
    fn of_a_long_text_the_beginning_is_shown_to_the_last_whole_character() {
        let long = "é".repeat(TEXT_BYTES_MAX);
        let cut = format!("x{long}");
        for (text, characters) in [(&long, TEXT_BYTES_MAX / 2), (&cut, TEXT_BYTES_MAX / 2)] {
            let shown = Content::of(text.clone().into_bytes(), text.len() as u64);
            let Content::Text { text, is_all: false } = shown else { panic!("{shown:?}") };
            assert_eq!(text.chars().count(), characters);
        }
    }
}
