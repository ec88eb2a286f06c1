//! Lines that fit a width.

use crate::fonts::Fonts;
use crate::style::Style;

/// Breaks a text into lines at spaces; a word that is wider than a line is broken after a mark
/// such as `/` or `-`, and where it has none, anywhere. Never empty.
pub(crate) fn lines(fonts: &Fonts, style: Style, text: &str, width: f32) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in text.split('\n') {
        let shown = fonts.printable(style.face, paragraph.trim_end_matches('\r'));
        wrap_paragraph(fonts, style, &shown, width, &mut lines);
    }
    lines
}

/// As much of a line as fits, with `…` where something was left out.
pub(crate) fn shortened(fonts: &Fonts, style: Style, text: &str, width: f32) -> String {
    let shown = fonts.printable(style.face, text);
    if fonts.width(style.face, style.size, &shown) <= width {
        return shown;
    }
    let ellipsis = fonts.width(style.face, style.size, "…");
    let mut line = pieces(fonts, style, &shown, width - ellipsis).swap_remove(0);
    line.push('…');
    line
}

fn wrap_paragraph(fonts: &Fonts, style: Style, text: &str, width: f32, lines: &mut Vec<String>) {
    let measured = |text: &str| fonts.width(style.face, style.size, text);
    let space = measured(" ");
    let (mut line, mut used) = (String::new(), 0.0);
    for word in text.split_whitespace() {
        let word_width = measured(word);
        if !line.is_empty() && used + space + word_width <= width {
            line.push(' ');
            line.push_str(word);
            used += space + word_width;
            continue;
        }
        if !line.is_empty() {
            lines.push(std::mem::take(&mut line));
        }
        if word_width <= width {
            (line, used) = (word.to_owned(), word_width);
            continue;
        }
        let mut parts = pieces(fonts, style, word, width);
        line = parts.pop().unwrap_or_default();
        used = measured(&line);
        lines.append(&mut parts);
    }
    lines.push(line);
}

/// Cuts one word into pieces that fit; at least one character each.
fn pieces(fonts: &Fonts, style: Style, word: &str, width: f32) -> Vec<String> {
    let mut pieces = Vec::new();
    let (mut piece, mut used, mut soft_end) = (String::new(), 0.0, None);
    let mut characters = word.chars();
    let mut next = characters.next();
    while let Some(character) = next {
        let mut bytes = [0; 4];
        let advance = fonts.width(style.face, style.size, character.encode_utf8(&mut bytes));
        if used + advance > width && !piece.is_empty() {
            let rest = soft_end.map_or_else(String::new, |end| piece.split_off(end));
            used = fonts.width(style.face, style.size, &rest);
            pieces.push(std::mem::replace(&mut piece, rest));
            soft_end = None;
            continue;
        }
        piece.push(character);
        used += advance;
        if "/\\-_.,:;=+&?".contains(character) && used > width / 2.0 {
            soft_end = Some(piece.len());
        }
        next = characters.next();
    }
    pieces.push(piece);
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::style::{BODY, MONO};

    fn assert_fits(text: &str, style: Style, width: f32) -> Vec<String> {
        let fonts = Fonts::load().unwrap();
        let lines = lines(&fonts, style, text, width);
        for line in &lines {
            assert!(fonts.width(style.face, style.size, line) <= width + 0.5, "{line}");
        }
        lines
    }

    #[test]
    fn every_line_fits_and_no_word_is_lost() {
        let text = "The quick brown fox jumps over the lazy dog again and again and again";
        let lines = assert_fits(text, BODY, 90.0);
        assert!(lines.len() > 3);
        assert_eq!(lines.join(" "), text);
    }

    #[test]
    fn a_word_without_spaces_is_broken_and_no_character_is_lost() {
        let path = format!("/srv/archives/{}/volume-0001.strongroom", "x".repeat(200));
        assert_eq!(assert_fits(&path, MONO, 120.0).concat(), path);
    }

    #[test]
    fn line_ends_in_the_text_are_kept() {
        assert_eq!(assert_fits("one\n\ntwo", BODY, 100.0), ["one", "", "two"]);
    }
}
