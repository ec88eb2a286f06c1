//! The word list: 1024 words, unique by their first four letters, scanned as a whole.

use std::sync::LazyLock;

use subtle::{ConditionallySelectable, ConstantTimeEq};
use zeroize::Zeroizing;

/// Letters of the longest word.
pub const LETTERS_MAX: usize = 8;

/// Every word as its letters, padded with zeros, in one number.
static LIST: LazyLock<Vec<u64>> =
    LazyLock::new(|| include_str!("words.txt").lines().filter_map(pack).collect());

/// The place of a word on the list, capitals ignored; the time tells only the word's length.
pub(super) fn index_of(word: &str) -> Option<u16> {
    let packed = Zeroizing::new(pack(word)?);
    let mut found = 0;
    for (index, candidate) in (1_u16..).zip(LIST.iter()) {
        found.conditional_assign(&index, packed.ct_eq(candidate));
    }
    found.checked_sub(1)
}

/// What the list knows about the first letters of a word.
#[derive(Debug)]
pub enum Completion {
    /// No word begins so.
    None,
    /// Exactly one word begins so: its letters, padded with zeros.
    One(Zeroizing<[u8; LETTERS_MAX]>),
    /// Several words begin so; none is named.
    Several,
}

/// Completes the first letters of a word, capitals ignored, scanning the whole list.
///
/// It completes only what was typed: letters that begin no word are never replaced by others.
pub fn complete(letters: &str) -> Completion {
    let typed = letters.len();
    let Some(packed) = pack(letters).filter(|_| typed > 0).map(Zeroizing::new) else {
        return Completion::None;
    };
    let mask = u64::MAX << (8 * (LETTERS_MAX - typed));
    let (mut word, mut found) = (Zeroizing::new(0_u64), 0_u16);
    for candidate in LIST.iter() {
        let begins_so = (candidate & mask).ct_eq(&packed);
        word.conditional_assign(candidate, begins_so);
        found += u16::from(begins_so.unwrap_u8());
    }
    match found {
        0 => Completion::None,
        1 => Completion::One(Zeroizing::new(word.to_be_bytes())),
        _ => Completion::Several,
    }
}

/// The word at a place on the list, padded with zeros, in the same time for every place.
pub(super) fn word_at(place: u16) -> Zeroizing<[u8; LETTERS_MAX]> {
    let mut word = Zeroizing::new(0_u64);
    for (index, candidate) in (0_u16..).zip(LIST.iter()) {
        word.conditional_assign(candidate, index.ct_eq(&place));
    }
    Zeroizing::new(word.to_be_bytes())
}

fn pack(word: &str) -> Option<u64> {
    let is_long = word.len() > LETTERS_MAX;
    let mut letters = Zeroizing::new([0; LETTERS_MAX]);
    for (letter, byte) in letters.iter_mut().zip(word.bytes()) {
        *letter = byte.to_ascii_lowercase();
    }
    (!is_long).then(|| u64::from_be_bytes(*letters))
}

#[cfg(test)]
mod tests {
    use super::*;
    use sha2::{Digest, Sha256};

    #[test]
    fn the_list_is_that_of_the_standard() {
        assert_eq!(LIST.len(), 1024);
        assert!(LIST.is_sorted());
        // Digest of the file `wordlist.txt` of SatoshiLabs' slips repository.
        let digest = Sha256::digest(include_str!("words.txt"));
        let published = "bcc4555340332d169718aed8bf31dd9d5248cb7da6e5d355140ef4f1e601eec3";
        assert_eq!(format!("{:x}", HexDigest(&digest)), published);
    }

    struct HexDigest<'a>(&'a [u8]);

    impl std::fmt::LowerHex for HexDigest<'_> {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
        }
    }

    #[test]
    fn every_word_is_found_where_it_stands() {
        for (index, word) in (0..).zip(include_str!("words.txt").lines()) {
            assert_eq!(index_of(word), Some(index));
            assert_eq!(index_of(&word.to_uppercase()), Some(index));
            let letters = word_at(index);
            assert_eq!(std::str::from_utf8(&*letters).unwrap().trim_end_matches('\0'), word);
        }
    }

    #[test]
    fn four_letters_or_a_whole_word_complete_to_one_word_and_no_letters_to_none() {
        for word in include_str!("words.txt").lines() {
            for letters in [&word[..4], word] {
                let Completion::One(letters) = complete(letters) else { panic!("{word}") };
                let completed = std::str::from_utf8(&*letters).unwrap();
                assert_eq!(completed.trim_end_matches('\0'), word);
            }
        }
        assert!(matches!(complete("ac"), Completion::Several));
        for letters in ["", "x", "acadx", "academics", "academicacademic", "é"] {
            assert!(matches!(complete(letters), Completion::None), "{letters}");
        }
    }

    #[test]
    fn nothing_else_is_found() {
        for word in ["", "acade", "academics", "academicacademic", "zzz", "académie", "\0"] {
            assert_eq!(index_of(word), None, "{word}");
        }
    }
}
