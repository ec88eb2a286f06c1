//! One line of text for a person, which reads as it was written.

use std::fmt;

use minicbor::{Decode, Decoder, Encode, Encoder};

use crate::FrameError;

/// The most characters of a line (entry-1 E5).
const CHARACTERS_MAX: usize = 120;

/// A line of 1 to 120 characters without controls and without changes of direction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line(String);

impl Line {
    /// Accepts a text that a window can show as it is (entry-1 E5).
    ///
    /// # Errors
    ///
    /// [`FrameError::Line`] with the reason.
    pub fn new(text: &str) -> Result<Self, FrameError> {
        let characters = text.chars().count();
        if characters == 0 || characters > CHARACTERS_MAX {
            return Err(FrameError::Line { reason: "it has not 1 to 120 characters" });
        }
        if text.chars().any(char::is_control) {
            return Err(FrameError::Line { reason: "it has a control character" });
        }
        if text.chars().any(turns) {
            return Err(FrameError::Line { reason: "it has a character that turns the writing" });
        }
        Ok(Self(text.to_owned()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether a character changes the direction of writing, or is a separator of lines.
fn turns(character: char) -> bool {
    matches!(character, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}')
        || ('\u{2066}'..='\u{2069}').contains(&character)
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<C> Encode<C> for Line {
    fn encode<W: minicbor::encode::Write>(
        &self,
        e: &mut Encoder<W>,
        _: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        e.str(&self.0)?.ok()
    }
}

impl<'b, C> Decode<'b, C> for Line {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
        Self::new(d.str()?).map_err(minicbor::decode::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_reads_as_it_was_written() {
        for text in ["Approve the plan", "Zoë Ångström", &"x".repeat(120)] {
            assert_eq!(Line::new(text).unwrap().as_str(), text);
        }
        let long = "x".repeat(121);
        for text in ["", "two\nlines", "bell\u{7}", "a\u{202e}b", "a\u{2066}b", &long] {
            assert!(Line::new(text).is_err(), "{text:?}");
        }
    }
}
