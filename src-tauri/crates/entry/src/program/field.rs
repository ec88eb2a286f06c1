//! What is being typed: wiped memory of fixed size, never moved, never grown, without undo.

use secret::{SecretBytes, SecretText};
use zeroize::{Zeroize, Zeroizing};

/// A line of secret text while it is typed (entry-1 E18).
pub(crate) struct Field {
    bytes: SecretBytes,
    len: usize,
    most: usize,
}

impl Field {
    /// An empty field for at most `most` characters of any alphabet.
    pub(crate) fn for_text(most: usize) -> Self {
        let bytes = (most * char::MAX.len_utf8()).min(entry::SECRET_MAX);
        Self { bytes: SecretBytes::from_fill(bytes, |_| ()), len: 0, most }
    }

    /// An empty field for at most `most` ASCII characters.
    pub(crate) fn for_ascii(most: usize) -> Self {
        Self { bytes: SecretBytes::from_fill(most, |_| ()), len: 0, most }
    }

    /// Appends a character; false if there is no room for it.
    pub(crate) fn push(&mut self, character: char) -> bool {
        let mut letters = Zeroizing::new([0; 4]);
        let letters = character.encode_utf8(&mut *letters).as_bytes();
        let end = self.len + letters.len();
        if self.count() == self.most || end > self.bytes.len() {
            return false;
        }
        self.bytes.expose_mut()[self.len..end].copy_from_slice(letters);
        self.len = end;
        true
    }

    /// Removes the last character and wipes its place; false if there is none.
    pub(crate) fn pop(&mut self) -> bool {
        let Some(last) = self.expose().char_indices().next_back().map(|(at, _)| at) else {
            return false;
        };
        self.bytes.expose_mut()[last..].zeroize();
        self.len = last;
        true
    }

    /// Wipes everything that was typed.
    pub(crate) fn clear(&mut self) {
        self.bytes.expose_mut().zeroize();
        self.len = 0;
    }

    /// Replaces what was typed, as a completion does.
    pub(crate) fn replace(&mut self, letters: &[u8]) {
        self.clear();
        for letter in letters.iter().take_while(|letter| **letter != 0) {
            self.push(char::from(*letter));
        }
    }

    /// How many characters were typed.
    pub(crate) fn count(&self) -> usize {
        self.expose().chars().count()
    }

    /// Whether nothing was typed.
    pub(crate) fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// What was typed, for drawing the one word that is shown while it is typed, and for checks.
    pub(crate) fn expose(&self) -> &str {
        std::str::from_utf8(&self.bytes.expose()[..self.len]).unwrap_or_default()
    }

    /// What was typed, for the answer.
    pub(crate) fn to_text(&self) -> SecretText {
        SecretText::from_exposed(self.expose())
    }

    /// Every byte of the field's memory, to prove that none is left.
    #[cfg(test)]
    pub(crate) fn memory(&self) -> &[u8] {
        self.bytes.expose()
    }
}

impl PartialEq for Field {
    fn eq(&self, other: &Self) -> bool {
        // In constant time, and over what was typed only.
        self.to_text() == other.to_text()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_takes_so_many_characters_and_no_more() {
        let mut field = Field::for_text(3);
        assert!(["ä", "€", "𝄞"].iter().all(|text| text.chars().all(|c| field.push(c))));
        assert!(!field.push('x'));
        assert_eq!(field.expose(), "ä€𝄞");
        assert_eq!(field.count(), 3);
    }

    #[test]
    fn what_is_taken_back_or_cleared_is_wiped_at_once() {
        let mut field = Field::for_ascii(8);
        "secret".chars().for_each(|c| assert!(field.push(c)));
        assert!(field.pop());
        assert_eq!(field.memory(), b"secre\0\0\0");
        field.clear();
        assert_eq!(field.memory(), [0; 8]);
        assert!(!field.pop());
    }
}
