//! The bundled fonts: measuring, wrapping and outlining text.

use rustybuzz::{Face, UnicodeBuffer, ttf_parser};
use tiny_skia::{Path, PathBuilder};

/// Which of the fonts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cut {
    /// Text.
    Text,
    /// Questions, names, buttons.
    Strong,
    /// Words of shares and digests: no two letters look alike.
    Mono,
}

/// The three fonts.
pub(crate) struct Faces {
    text: Face<'static>,
    strong: Face<'static>,
    mono: Face<'static>,
}

impl Faces {
    /// The bundled fonts; none if they are damaged, which a test excludes.
    pub(crate) fn bundled() -> Option<Self> {
        let text = include_bytes!("../../../paper/fonts/SourceSans3-Regular.ttf");
        let strong = include_bytes!("../../../paper/fonts/SourceSans3-Semibold.ttf");
        let mono = include_bytes!("../../../paper/fonts/SourceCodePro-Medium.ttf");
        Some(Self {
            text: Face::from_slice(text, 0)?,
            strong: Face::from_slice(strong, 0)?,
            mono: Face::from_slice(mono, 0)?,
        })
    }

    /// The outline of a public text that begins at `x` on the baseline `y`, and its width.
    pub(crate) fn outline(&self, style: Style, at: (f32, f32), text: &str) -> (Option<Path>, f32) {
        let face = self.face(style.cut);
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(text);
        let shaped = rustybuzz::shape(face, &[], buffer);
        let mut pen = Pen::new(face, style.size, at);
        for (glyph, position) in shaped.glyph_infos().iter().zip(shaped.glyph_positions()) {
            let offset = (position.x_offset, position.y_offset);
            pen.glyph(glyph.glyph_id, offset, position.x_advance);
        }
        pen.finish()
    }

    /// As [`Self::outline`] for secret text: letter by letter, so that no buffer ever holds it.
    pub(crate) fn outline_letters(
        &self,
        style: Style,
        at: (f32, f32),
        letters: impl Iterator<Item = char>,
    ) -> (Option<Path>, f32) {
        let face = self.face(style.cut);
        let mut pen = Pen::new(face, style.size, at);
        for letter in letters {
            let glyph = face.glyph_index(letter).unwrap_or_default();
            let advance = face.glyph_hor_advance(glyph).unwrap_or_default();
            pen.glyph(glyph.0.into(), (0, 0), advance.into());
        }
        pen.finish()
    }

    /// How wide a public text is.
    pub(crate) fn width(&self, style: Style, text: &str) -> f32 {
        self.outline(style, (0.0, 0.0), text).1
    }

    /// A public text in lines no wider than `width`, broken at spaces.
    pub(crate) fn wrapped(&self, style: Style, width: f32, text: &str) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        for word in text.split(' ') {
            let longer = lines.last().map(|line| format!("{line} {word}"));
            match longer.filter(|line| self.width(style, line) <= width) {
                Some(longer) => *lines.last_mut().unwrap_or(&mut String::new()) = longer,
                None => lines.push(word.to_owned()),
            }
        }
        lines
    }

    fn face(&self, cut: Cut) -> &Face<'static> {
        match cut {
            Cut::Text => &self.text,
            Cut::Strong => &self.strong,
            Cut::Mono => &self.mono,
        }
    }
}

/// A font at a size.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Style {
    pub(crate) cut: Cut,
    pub(crate) size: f32,
}

/// Collects glyphs into one path.
struct Pen<'a> {
    face: &'a Face<'static>,
    scale: f32,
    start: f32,
    at: (f32, f32),
    path: PathBuilder,
}

impl<'a> Pen<'a> {
    fn new(face: &'a Face<'static>, size: f32, at: (f32, f32)) -> Self {
        let scale = size / f32::from(face.as_ref().units_per_em());
        Self { face, scale, start: at.0, at, path: PathBuilder::new() }
    }

    #[expect(clippy::cast_precision_loss, reason = "font units are small")]
    fn glyph(&mut self, id: u32, offset: (i32, i32), advance: i32) {
        let origin =
            (self.at.0 + offset.0 as f32 * self.scale, self.at.1 - offset.1 as f32 * self.scale);
        let mut outline = Outline { path: &mut self.path, origin, scale: self.scale };
        let id = ttf_parser::GlyphId(u16::try_from(id).unwrap_or_default());
        self.face.outline_glyph(id, &mut outline);
        self.at.0 += advance as f32 * self.scale;
    }

    fn finish(self) -> (Option<Path>, f32) {
        let width = self.at.0 - self.start;
        (self.path.finish(), width)
    }
}

/// Takes a glyph from font units, where up is up, to the window, where down is up.
struct Outline<'a> {
    path: &'a mut PathBuilder,
    origin: (f32, f32),
    scale: f32,
}

impl Outline<'_> {
    fn place(&self, x: f32, y: f32) -> (f32, f32) {
        (self.origin.0 + x * self.scale, self.origin.1 - y * self.scale)
    }
}

impl ttf_parser::OutlineBuilder for Outline<'_> {
    fn move_to(&mut self, x: f32, y: f32) {
        let (x, y) = self.place(x, y);
        self.path.move_to(x, y);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        let (x, y) = self.place(x, y);
        self.path.line_to(x, y);
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        let ((x1, y1), (x, y)) = (self.place(x1, y1), self.place(x, y));
        self.path.quad_to(x1, y1, x, y);
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        let ((x1, y1), (x2, y2)) = (self.place(x1, y1), self.place(x2, y2));
        let (x, y) = self.place(x, y);
        self.path.cubic_to(x1, y1, x2, y2, x, y);
    }

    fn close(&mut self) {
        self.path.close();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: Style = Style { cut: Cut::Text, size: 20.0 };

    #[test]
    fn the_bundled_fonts_are_whole() {
        let faces = Faces::bundled().unwrap();
        assert!(faces.outline(TEXT, (0.0, 0.0), "Strongroom").0.is_some());
    }

    #[test]
    fn lines_are_no_wider_than_asked_for_and_lose_no_word() {
        let faces = Faces::bundled().unwrap();
        let text = "Make sure that nobody but Ada Kern can see this screen.";
        let lines = faces.wrapped(TEXT, 200.0, text);
        assert!(lines.len() > 1);
        assert!(lines.iter().all(|line| faces.width(TEXT, line) <= 200.0));
        assert_eq!(lines.join(" "), text);
    }
}
