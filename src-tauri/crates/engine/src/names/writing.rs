//! One name as a target can hold it, and what makes two names alike (names-1 N3 to N7).

use std::borrow::Cow;
use std::ops::Range;

use archive::EntryPath;
use unicode_normalization::UnicodeNormalization;

use super::rules::{NameRules, NameText};
use crate::EngineError;

/// The longest end, with its dot, that a name keeps when it is cut.
const END_MAX: usize = 16;

impl NameRules {
    /// `own` with everything escaped that cannot stand (names-1 N3, N4).
    pub(super) fn escaped<'a>(&self, own: &'a [u8]) -> Cow<'a, [u8]> {
        if self.is_plain() {
            return Cow::Borrowed(own);
        }
        let bad = self.bad_bytes(own);
        if !bad.contains(&true) {
            return Cow::Borrowed(own);
        }
        let mut text = Vec::with_capacity(own.len() + 2);
        for (byte, bad) in own.iter().zip(bad) {
            match bad {
                true => text.extend(format!("%{byte:02X}").into_bytes()),
                false => text.push(*byte),
            }
        }
        Cow::Owned(text)
    }

    fn bad_bytes(&self, own: &[u8]) -> Vec<bool> {
        let mut bad = vec![false; own.len()];
        let mut at = 0;
        for chunk in own.utf8_chunks() {
            for character in chunk.valid().chars() {
                let end = at + character.len_utf8();
                bad[at..end].fill(!self.takes(character));
                at = end;
            }
            let end = at + chunk.invalid().len();
            bad[at..end].fill(self.text > NameText::Bytes);
            at = end;
        }
        for (at, _) in own.iter().enumerate().filter(|(_, byte)| **byte == b'%') {
            bad[at] |= match own[at + 1..] {
                [b'~', ..] => true,
                [one, other, ..] => is_capital_hex(one) && is_capital_hex(other),
                _ => false,
            };
        }
        if let Some((last, bad)) = own.last().zip(bad.last_mut()) {
            *bad |= match last {
                b'.' => !self.ends_with_dot,
                b' ' => !self.ends_with_space,
                _ => false,
            };
        }
        if let Some(first) = bad.first_mut().filter(|_| !self.takes_devices && is_device(own)) {
            *first = true;
        }
        bad
    }

    /// Names with the same key are alike (names-1 N6).
    pub(super) fn key(&self, written: &[u8]) -> Vec<u8> {
        let Ok(text) = std::str::from_utf8(written) else { return written.to_vec() };
        let decomposed = |text: String| match self.tells_forms {
            true => text,
            false => text.nfd().collect(),
        };
        let mut text = decomposed(text.to_owned());
        if !self.tells_case {
            text = decomposed(text.to_uppercase().chars().flat_map(char::to_lowercase).collect());
        }
        text.retain(|character| !shows_nothing(character));
        text.into_bytes()
    }

    /// What is written for `own` where `escaped` is too long for it (names-1 N7).
    pub(super) fn shortened(&self, own: &[u8], escaped: &[u8]) -> Vec<u8> {
        let dot = escaped.iter().rposition(|byte| *byte == b'.').filter(|dot| *dot > 0);
        let end = dot.map_or(&b""[..], |dot| &escaped[dot..]);
        self.cut(own, escaped, if end.len() > END_MAX { b"" } else { end })
    }

    /// A name of our own beside `path`, which is one on the target: `end` comes behind it.
    pub(crate) fn beside(&self, path: &EntryPath, end: &str) -> Result<EntryPath, EngineError> {
        let last = path.parts().next_back().unwrap_or_default();
        let folder = &path.as_bytes()[..path.as_bytes().len() - last.len()];
        let own = [last, end.as_bytes()].concat();
        let written = match own.len() > self.longest {
            true => self.cut(&own, last, end.as_bytes()),
            false => own,
        };
        Ok(EntryPath::new([folder, &written].concat())?)
    }

    /// The beginning of `escaped`, a mark that is `own`'s alone, and `end`.
    pub(super) fn cut(&self, own: &[u8], escaped: &[u8], end: &[u8]) -> Vec<u8> {
        let digest = blake3::hash(own).to_hex();
        let mark = format!("%~x{}", &digest[..16]);
        let room = self.longest.saturating_sub(mark.len() + end.len());
        let whole = units(escaped).take_while(|unit| unit.end <= room).last();
        let head = &escaped[..whole.map_or(0, |unit| unit.end)];
        [head, mark.as_bytes(), end].concat()
    }
}

/// `written` with the mark of the `number`th name of its kind (names-1 N5).
pub(super) fn marked(written: &[u8], number: u32) -> Vec<u8> {
    let dot = written.iter().rposition(|byte| *byte == b'.').filter(|dot| *dot > 0);
    let (head, end) = written.split_at(dot.unwrap_or(written.len()));
    [head, format!("%~{number}").as_bytes(), end].concat()
}

/// The parts of a written name that are not cut: characters, and all that was made of one.
fn units(written: &[u8]) -> impl Iterator<Item = Range<usize>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at;
        let first = unit_byte(written, &mut at)?;
        let more = match first {
            0xc0..=0xdf => 1,
            0xe0..=0xef => 2,
            0xf0..=0xff => 3,
            _ => 0,
        };
        for _ in 0..more {
            let before = at;
            if unit_byte(written, &mut at).is_none_or(|byte| byte & 0xc0 != 0x80) {
                at = before;
            }
        }
        Some(start..at)
    })
}

/// The byte written at `at`, perhaps as an escape.
fn unit_byte(written: &[u8], at: &mut usize) -> Option<u8> {
    let rest = written.get(*at..)?;
    let (byte, length) = match *rest {
        [b'%', one, other, ..] if is_capital_hex(one) && is_capital_hex(other) => {
            let digits = [one, other];
            (u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?, 3)
        }
        [byte, ..] => (byte, 1),
        [] => return None,
    };
    *at += length;
    Some(byte)
}

pub(super) fn is_capital_hex(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'A'..=b'F')
}

fn is_device(own: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(own) else { return false };
    let base = text.split('.').next().unwrap_or_default().trim_end_matches(' ');
    let base = base.to_ascii_uppercase();
    let numbered = ["COM", "LPT"].iter().find_map(|stem| base.strip_prefix(stem));
    ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"].contains(&base.as_str())
        || numbered.is_some_and(|rest| {
            let mut rest = rest.chars();
            let digit = rest.next().is_some_and(|c| "0123456789¹²³".contains(c));
            digit && rest.next().is_none()
        })
}

/// Characters that some file systems pass over when they compare names.
fn shows_nothing(character: char) -> bool {
    matches!(character,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
        | '\u{ffa0}' | '\u{fff0}'..='\u{fff8}' | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}
