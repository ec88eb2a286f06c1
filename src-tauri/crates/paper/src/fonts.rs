//! The bundled fonts, and how wide a text is in them.
//!
//! Text is measured with the shaper that draws it, so that what was wrapped to fit does fit.

use krilla::text::Font;
use rustybuzz::{Direction, Face as Shaper, UnicodeBuffer};
use terms::plain::is_hidden;

use crate::PaperError;

/// The typeface of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Face {
    /// For reading.
    Sans,
    /// For headings and labels.
    Semibold,
    /// For what is compared character by character.
    Mono,
}

/// All faces, ready to measure and to draw.
pub(crate) struct Fonts {
    sans: Loaded,
    semibold: Loaded,
    mono: Loaded,
}

struct Loaded {
    shaper: Shaper<'static>,
    font: Font,
}

static SANS: &[u8] = include_bytes!("../fonts/SourceSans3-Regular.ttf");
static SEMIBOLD: &[u8] = include_bytes!("../fonts/SourceSans3-Semibold.ttf");
static MONO: &[u8] = include_bytes!("../fonts/SourceCodePro-Medium.ttf");

impl Fonts {
    /// Reads the bundled files.
    pub(crate) fn load() -> Result<Self, PaperError> {
        Ok(Self {
            sans: Loaded::new(SANS, "SourceSans3-Regular")?,
            semibold: Loaded::new(SEMIBOLD, "SourceSans3-Semibold")?,
            mono: Loaded::new(MONO, "SourceCodePro-Medium")?,
        })
    }

    /// The font that draws.
    pub(crate) fn font(&self, face: Face) -> Font {
        self.loaded(face).font.clone()
    }

    /// The width of one line, in points.
    pub(crate) fn width(&self, face: Face, size: f32, text: &str) -> f32 {
        let shaper = &self.loaded(face).shaper;
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(text);
        buffer.guess_segment_properties();
        buffer.set_direction(Direction::LeftToRight);
        let shaped = rustybuzz::shape(shaper, &[], buffer);
        let units: i32 = shaped.glyph_positions().iter().map(|glyph| glyph.x_advance).sum();
        to_f32(units) / to_f32(shaper.units_per_em()) * size
    }

    /// The text with every character that the face cannot show written as `‹U+0000›`.
    ///
    /// A name must not lose letters silently, and marks that turn or hide text must be seen.
    pub(crate) fn printable(&self, face: Face, text: &str) -> String {
        let shaper = &self.loaded(face).shaper;
        let mut shown = String::with_capacity(text.len());
        for character in text.chars() {
            if character == '\t' {
                shown.push(' ');
            } else if is_hidden(character) || shaper.glyph_index(character).is_none() {
                shown.push_str(&format!("‹U+{:04X}›", u32::from(character)));
            } else {
                shown.push(character);
            }
        }
        shown
    }

    fn loaded(&self, face: Face) -> &Loaded {
        match face {
            Face::Sans => &self.sans,
            Face::Semibold => &self.semibold,
            Face::Mono => &self.mono,
        }
    }
}

impl Loaded {
    fn new(bytes: &'static [u8], name: &'static str) -> Result<Self, PaperError> {
        let shaper = Shaper::from_slice(bytes, 0).ok_or(PaperError::Font { name })?;
        let font = Font::new(bytes.into(), 0).ok_or(PaperError::Font { name })?;
        Ok(Self { shaper, font })
    }
}

/// Font units are far below the 24 bits that a float holds exactly.
#[allow(clippy::cast_precision_loss)]
fn to_f32(units: i32) -> f32 {
    units as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_shown_is_named_and_not_dropped() {
        let fonts = Fonts::load().unwrap();
        assert_eq!(fonts.printable(Face::Sans, "Jürgen Ł Ωμέγα"), "Jürgen Ł Ωμέγα");
        assert_eq!(fonts.printable(Face::Sans, "王"), "‹U+738B›");
        assert_eq!(fonts.printable(Face::Mono, "a\u{202e}b"), "a‹U+202E›b");
        assert_eq!(fonts.printable(Face::Sans, "a\rb"), "a‹U+000D›b");
    }

    #[test]
    fn the_mono_has_one_width() {
        let fonts = Fonts::load().unwrap();
        let width = |text| fonts.width(Face::Mono, 10.0, text);
        assert!((width("0O1lI") - width("wwwww")).abs() < 0.001);
        assert!((width("==>//") - width("iiiii")).abs() < 0.001);
    }
}
