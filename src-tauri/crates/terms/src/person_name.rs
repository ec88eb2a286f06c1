//! The name of a person: one spelling, and nothing in it that cannot be seen.

use std::fmt;
use std::str::FromStr;

use unicode_normalization::UnicodeNormalization as _;
use unicode_security::confusable_detection::skeleton;

use crate::ParseError;

/// The longest name, in characters.
const CHARS_MAX: usize = 100;

/// A person's name, the same for every role: in Unicode's composed form, with single spaces
/// between its words and none around them.
///
/// Duties are separated by names, so two names that people cannot tell apart must not be two
/// people: see [`PersonName::is_alike`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PersonName(String);

impl PersonName {
    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether a person could take one name for the other although they are not equal: letters of
    /// another alphabet that look the same (UTS #39), or other capitals.
    pub fn is_alike(&self, other: &Self) -> bool {
        let look = |name: &str| skeleton(name).collect::<String>();
        let folded = |name: &str| look(&name.to_lowercase());
        self != other && (look(&self.0) == look(&other.0) || folded(&self.0) == folded(&other.0))
    }
}

impl FromStr for PersonName {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let words: Vec<&str> = text.split_whitespace().collect();
        let name: String = words.join(" ").nfc().collect();
        let is_name = (1..=CHARS_MAX).contains(&name.chars().count())
            && !text.chars().any(|c| c.is_control() || is_unseen(c));
        // What is refused may hold terminal codes: it is repeated in a form that shows them.
        let shown = || text.chars().take(CHARS_MAX).collect::<String>().escape_debug().to_string();
        let expected = "a person's name of 1 to 100 visible characters";
        if is_name { Ok(Self(name)) } else { Err(ParseError::new(&shown(), expected)) }
    }
}

impl fmt::Display for PersonName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Characters that show nothing, turn the text around them, or mean nothing to other machines:
/// Unicode's default ignorable ones, the controls of direction, blanks that are no space, and
/// private use.
fn is_unseen(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{e000}'..='\u{f8ff}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffc}'
        | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{10ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> PersonName {
        text.parse().unwrap()
    }

    #[test]
    fn one_name_has_one_spelling() {
        for text in ["Zoe\u{308} Kern", "  Zo\u{eb}  Kern ", "Zo\u{eb}\u{a0}Kern"] {
            assert_eq!(name(text).as_str(), "Zo\u{eb} Kern", "{text:?}");
        }
        for text in ["O'Neill-Ka\u{301}rpa\u{301}ti, J.", "李小龍", "Ада Керн", "Ada Kern (2)"]
        {
            assert!(text.parse::<PersonName>().is_ok(), "{text}");
        }
    }

    #[test]
    fn a_name_holds_nothing_unseen_and_an_error_shows_what_it_was() {
        let long = "a".repeat(101);
        for text in ["", " ", "A\u{202e}da", "A\u{200b}da", "\u{1b}[2JAda", "A\nda", &long] {
            let error = text.parse::<PersonName>().unwrap_err();
            let shown = error.to_string();
            assert!(!shown.chars().any(|c| c.is_control() || is_unseen(c)), "{shown:?}");
        }
        assert_eq!(name(&long[..100]).as_str().len(), 100);
    }

    #[test]
    fn names_that_people_cannot_tell_apart_are_alike() {
        let ada = name("Ada Kern");
        for twin in ["ADA KERN", "ada kern", "\u{410}da Kern", "Ada K\u{435}rn", "\u{410}DA KERN"] {
            assert!(ada.is_alike(&name(twin)) && name(twin).is_alike(&ada), "{twin}");
        }
        assert!(name("Ilse").is_alike(&name("llse")));
        for other in ["Ada Kern", "Ida Kern", "Ada Kerner", "Adam Kern"] {
            assert!(!ada.is_alike(&name(other)), "{other}");
        }
    }
}
