//! Text that shows what it says: nothing in it hides, turns around or repaints what people read.

use std::borrow::Cow;

/// Whether `c` does not show itself, or changes how the text around it shows: control characters,
/// marks of direction, and what takes no room.
pub fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{feff}')
        || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}')
        || matches!(c, '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
        || matches!(c, '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{2800}' | '\u{3164}' | '\u{ffa0}')
        || ('\u{fe00}'..='\u{fe0f}').contains(&c)
}

/// `text` with everything hidden in it written as an escape, but for the ends of lines.
pub fn escaped(text: &str) -> Cow<'_, str> {
    if !text.chars().any(|c| c != '\n' && is_hidden(c)) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if c != '\n' && is_hidden(c) {
            shown.extend(c.escape_unicode());
        } else {
            shown.push(c);
        }
    }
    Cow::Owned(shown)
}

/// As [`escaped`], for text that is one line.
pub fn escaped_line(text: &str) -> String {
    escaped(text).replace('\n', "\\u{a}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_repaints_turns_around_or_takes_no_room_is_hidden() {
        for c in ['\u{1b}', '\r', '\u{7f}', '\u{9b}', '\u{202e}', '\u{2066}', '\u{200b}'] {
            assert!(is_hidden(c), "{c:?}");
        }
        for c in ['a', ' ', 'é', '\u{5d0}', '日', '\u{1f511}', '\u{301}'] {
            assert!(!is_hidden(c), "{c:?}");
        }
    }

    #[test]
    fn an_escape_shows_what_it_replaces_and_lines_stay_lines() {
        assert_eq!(escaped("a\nb"), "a\nb");
        assert_eq!(escaped("a\u{1b}[2Jb\n\u{202e}c"), "a\\u{1b}[2Jb\n\\u{202e}c");
    }
}
