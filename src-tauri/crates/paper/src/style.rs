//! Colours, type sizes and measures: the only place where numbers of the look are chosen.

use terms::Environment;

use crate::fonts::Face;

/// A4 in points (ISO 216).
pub(crate) const PAGE_WIDTH: f32 = 595.28;
/// A4 in points (ISO 216).
pub(crate) const PAGE_HEIGHT: f32 = 841.89;
/// Left and right margin: room for a punch.
pub(crate) const MARGIN: f32 = 54.0;
/// Where the text of a page begins.
pub(crate) const TOP: f32 = 48.0;
/// Where the text of a page ends; the footer is below.
pub(crate) const BOTTOM: f32 = 778.0;
/// Width of the text.
pub(crate) const MEASURE: f32 = PAGE_WIDTH - 2.0 * MARGIN;

/// A colour, red green blue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Ink(pub(crate) u8, pub(crate) u8, pub(crate) u8);

/// Text.
pub(crate) const INK: Ink = Ink(0x17, 0x21, 0x2b);
/// Labels, footers.
pub(crate) const QUIET: Ink = Ink(0x55, 0x60, 0x6b);
/// Hairlines.
pub(crate) const HAIRLINE: Ink = Ink(0xc6, 0xcb, 0xd1);
/// Drill material and exceptions; a word always says the same.
pub(crate) const DANGER: Ink = Ink(0xa3, 0x27, 0x1f);
/// Environments between drill and production.
pub(crate) const ACCENT: Ink = Ink(0x8a, 0x5a, 0x00);
/// On dark ground.
pub(crate) const WHITE: Ink = Ink(0xff, 0xff, 0xff);

/// How a text is set.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Style {
    /// The typeface.
    pub(crate) face: Face,
    /// Size in points.
    pub(crate) size: f32,
    /// Distance of two base lines in points.
    pub(crate) leading: f32,
    /// The colour.
    pub(crate) ink: Ink,
}

const fn style(face: Face, size: f32, leading: f32, ink: Ink) -> Style {
    Style { face, size, leading, ink }
}

/// The name of the document.
pub(crate) const TITLE: Style = style(Face::Semibold, 20.0, 25.0, INK);
/// The kind of document above its name.
pub(crate) const KICKER: Style = style(Face::Semibold, 9.5, 13.0, QUIET);
/// The name of a part.
pub(crate) const HEADING: Style = style(Face::Semibold, 12.0, 16.0, INK);
/// For reading.
pub(crate) const BODY: Style = style(Face::Sans, 10.0, 13.5, INK);
/// A name in running text.
pub(crate) const STRONG: Style = style(Face::Semibold, 10.0, 13.5, INK);
/// The left column of facts.
pub(crate) const LABEL: Style = style(Face::Sans, 10.0, 13.5, QUIET);
/// Cells of long tables.
pub(crate) const CELL: Style = style(Face::Sans, 9.0, 12.0, INK);
/// The head of a table's column.
pub(crate) const COLUMN: Style = style(Face::Semibold, 8.5, 12.0, QUIET);
/// Captions and footers.
pub(crate) const SMALL: Style = style(Face::Sans, 8.0, 10.5, QUIET);
/// Identifiers, digests, file names.
pub(crate) const MONO: Style = style(Face::Mono, 8.5, 13.5, INK);
/// Times and serials in tables.
pub(crate) const MONO_CELL: Style = style(Face::Mono, 7.8, 12.0, INK);
/// A checkpoint, line by line.
pub(crate) const MONO_SMALL: Style = style(Face::Mono, 7.8, 11.0, INK);
/// The words of a share.
pub(crate) const WORD: Style = style(Face::Mono, 12.5, 17.5, INK);

impl Style {
    /// The same, in another colour.
    pub(crate) const fn in_ink(self, ink: Ink) -> Self {
        Self { ink, ..self }
    }

    /// From the top of a line to its base line: the same for all styles of one leading, so that
    /// sans and mono stand on one line.
    pub(crate) fn ascent(self) -> f32 {
        self.leading * 0.75
    }
}

/// The ground of an environment's banner.
pub(crate) fn ground(environment: Environment) -> Ink {
    match environment {
        Environment::Production => INK,
        Environment::Staging | Environment::Development => ACCENT,
        Environment::Drill => DANGER,
    }
}
