//! Digests as words, for reading aloud across a table.
//!
//! The list is the PGP word list of Juola and Zimmermann: one word per byte, from two lists that
//! alternate, so that a word left out, doubled or swapped with its neighbour is noticed. It shares
//! no purpose with the words of a share, and nobody can mistake one for the other.

use std::sync::LazyLock;

use crate::ParseError;

/// 256 lines of two words: the word for an even position, the word for an odd position.
static LIST: LazyLock<Vec<[&str; 2]>> = LazyLock::new(|| {
    include_str!("words.txt")
        .lines()
        .filter_map(|line| line.split_once(' '))
        .map(|(even, odd)| [even, odd])
        .collect()
});

/// Spells `bytes` as words, joined by spaces.
pub fn from_bytes(bytes: &[u8]) -> String {
    let word = |(position, byte): (usize, &u8)| LIST[usize::from(*byte)][position % 2];
    bytes.iter().enumerate().map(word).collect::<Vec<_>>().join(" ")
}

/// Reads words back into bytes; capitals and extra spaces are ignored.
///
/// # Errors
///
/// Names the first word that is not on the list at its position.
pub fn to_bytes(text: &str) -> Result<Vec<u8>, ParseError> {
    text.split_whitespace()
        .enumerate()
        .map(|(position, word)| {
            let lower = word.to_ascii_lowercase();
            let byte = LIST.iter().position(|pair| pair[position % 2] == lower);
            byte.and_then(|byte| u8::try_from(byte).ok())
                .ok_or_else(|| ParseError::new(word, "a word of the list at this position"))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_has_one_word_per_position() {
        assert_eq!(LIST.len(), 256);
        let mut all: Vec<_> = LIST.iter().flatten().collect();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), 512);
    }

    #[test]
    fn the_published_example_reads_as_published() {
        let bytes = [0xe5, 0x82, 0x94, 0xf2, 0xe9, 0xa2, 0x27, 0x48];
        let words = "topmost istanbul pluto vagabond treadmill pacific brackish dictator";
        assert_eq!(from_bytes(&bytes), words);
        assert_eq!(to_bytes(&words.to_uppercase()), Ok(bytes.to_vec()));
    }

    #[test]
    fn a_word_left_out_is_noticed() {
        let error = to_bytes("topmost pluto vagabond").unwrap_err();
        assert_eq!(error.text, "pluto");
    }
}
