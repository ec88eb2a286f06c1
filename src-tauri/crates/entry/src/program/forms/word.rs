//! One word of a share while it is typed.

use quorum::slip39::{Completion, LETTERS_MAX, complete};

use crate::asking::Word;
use crate::field::Field;

/// A word that is typed letter by letter, and completed from the list.
pub(super) struct WordField(Field);

/// Why a word is not finished.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Unfinished {
    /// Nothing was typed.
    Empty,
    /// Several words of the list begin so.
    Several,
    /// No word of the list begins so.
    Unknown,
}

impl WordField {
    pub(super) fn new() -> Self {
        Self(Field::for_ascii(LETTERS_MAX))
    }

    /// Appends a letter; false if it is none, or if no word is that long.
    pub(super) fn push(&mut self, character: char) -> bool {
        character.is_ascii_alphabetic() && self.0.push(character.to_ascii_lowercase())
    }

    /// Takes back a letter; false if there is none.
    pub(super) fn pop(&mut self) -> bool {
        self.0.pop()
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The letters, for the check of all words together.
    pub(super) fn expose(&self) -> &str {
        self.0.expose()
    }

    /// Whether no word of the list begins like this.
    pub(super) fn is_unknown(&self) -> bool {
        !self.is_empty() && matches!(complete(self.0.expose()), Completion::None)
    }

    /// Whether it is a word of the list, whole.
    pub(super) fn is_finished(&self) -> bool {
        let typed = self.0.expose().as_bytes();
        match complete(self.0.expose()) {
            Completion::One(letters) => {
                typed.len() == LETTERS_MAX || letters.get(typed.len()) == Some(&0)
            }
            Completion::Several | Completion::None => false,
        }
    }

    /// Completes the word if a single word of the list begins so (entry-1 E10).
    pub(super) fn finish(&mut self) -> Result<(), Unfinished> {
        if self.is_empty() {
            return Err(Unfinished::Empty);
        }
        match complete(self.0.expose()) {
            Completion::One(letters) => {
                self.0.replace(&*letters);
                Ok(())
            }
            Completion::Several => Err(Unfinished::Several),
            Completion::None => Err(Unfinished::Unknown),
        }
    }

    /// The word as it is drawn.
    pub(super) fn view(&self) -> Word<'_> {
        let rest = match complete(self.0.expose()) {
            Completion::One(letters) => Some(letters),
            Completion::Several | Completion::None => None,
        };
        Word { typed: self.0.expose(), rest }
    }
}

/// What a person reads about a word that is not finished; it names the place and no letter.
pub(super) fn problem(place: usize, unfinished: &Unfinished) -> String {
    match unfinished {
        Unfinished::Empty => format!("Type word {place}."),
        Unfinished::Several => format!("Word {place}: type more letters of it."),
        Unfinished::Unknown => format!(
            "Word {place} is not on the word list. Compare it with the sheet, letter by letter."
        ),
    }
}
