//! Pages as lists of marks, and the file that is written from them.
//!
//! Marks are collected first, because a footer names the number of pages.

use krilla::color::rgb;
use krilla::configure::{Archival, ConfigurationBuilder};
use krilla::geom::{PathBuilder, Point, Rect, Transform};
use krilla::metadata::{DateTime, Metadata};
use krilla::num::NormalizedF32;
use krilla::page::PageSettings;
use krilla::paint::{Fill, Stroke};
use krilla::surface::Surface;
use krilla::text::TextDirection;
use krilla::{Document, SerializeSettings};
use terms::Timestamp;
use zeroize::Zeroizing;

use crate::PaperError;
use crate::fonts::{Face, Fonts};
use crate::style::{INK, Ink, PAGE_HEIGHT, PAGE_WIDTH, Style};

/// One thing on a page; measures are points from the upper left corner.
pub(crate) enum Mark {
    /// One line of text on the base line `y`; wiped when dropped, it may be a word of a share.
    Text { x: f32, y: f32, style: Style, text: Zeroizing<String> },
    /// A filled rectangle.
    Ground { x: f32, y: f32, width: f32, height: f32, ink: Ink },
    /// An empty rectangle.
    Frame { x: f32, y: f32, width: f32, height: f32, ink: Ink },
    /// A horizontal hairline.
    Rule { x: f32, y: f32, width: f32, ink: Ink, weight: f32 },
    /// Dark modules of a code, each a square of `module` points, in rows of `columns`.
    Code { x: f32, y: f32, module: f32, columns: usize, dark: Vec<bool> },
    /// A word across the page, over everything: it cannot be covered.
    Watermark { text: &'static str },
}

/// The marks of one page, in drawing order.
pub(crate) type Page = Vec<Mark>;

/// What a file says about itself.
pub(crate) struct Imprint {
    /// The title shown by a viewer.
    pub(crate) title: String,
    /// The point in time that the document belongs to; a file has no other clock.
    pub(crate) dated: Timestamp,
}

/// Writes the pages as PDF/A-2b (ISO 19005-2), the same bytes for the same marks.
pub(crate) fn write(
    pages: &[Page],
    imprint: Imprint,
    fonts: &Fonts,
) -> Result<Vec<u8>, PaperError> {
    let configuration = ConfigurationBuilder::new()
        .with_archival_validator(Archival::A2_B)
        .finish()
        .map_err(|error| PaperError::Format { reason: format!("{error:?}") })?;
    let settings = SerializeSettings { configuration, ..SerializeSettings::default() };
    let mut document = Document::new_with(settings);
    document.set_metadata(
        Metadata::new()
            .title(imprint.title)
            .language("en".to_owned())
            .creator("Strongroom".to_owned())
            .creation_date(date(imprint.dated)),
    );
    for marks in pages {
        let size = PageSettings::from_wh(PAGE_WIDTH, PAGE_HEIGHT)
            .ok_or_else(|| PaperError::Format { reason: "page size".to_owned() })?;
        let mut page = document.start_page_with(size);
        let mut surface = page.surface();
        for mark in marks {
            draw(&mut surface, mark, fonts);
        }
        surface.finish();
        page.finish();
    }
    document.finish().map_err(|error| PaperError::Format { reason: format!("{error:?}") })
}

fn draw(surface: &mut Surface<'_>, mark: &Mark, fonts: &Fonts) {
    match mark {
        Mark::Text { x, y, style, text } => {
            fill(surface, style.ink);
            text_at(surface, (*x, *y), fonts, style.face, style.size, text);
        }
        Mark::Ground { x, y, width, height, ink } => {
            fill(surface, *ink);
            rectangle(surface, *x, *y, *width, *height);
        }
        Mark::Frame { x, y, width, height, ink } => {
            surface.set_fill(None);
            surface.set_stroke(Some(Stroke {
                paint: color(*ink),
                width: 0.8,
                ..Stroke::default()
            }));
            rectangle(surface, *x, *y, *width, *height);
        }
        Mark::Rule { x, y, width, ink, weight } => {
            fill(surface, *ink);
            rectangle(surface, *x, *y - weight / 2.0, *width, *weight);
        }
        Mark::Code { x, y, module, columns, dark } => {
            fill(surface, Ink(0, 0, 0));
            modules(surface, (*x, *y), *module, *columns, dark);
        }
        Mark::Watermark { text } => watermark(surface, fonts, text),
    }
}

/// One path for the whole code: neighbours in a row are one rectangle, so no seams show.
fn modules(surface: &mut Surface<'_>, at: (f32, f32), module: f32, columns: usize, dark: &[bool]) {
    let mut path = PathBuilder::new();
    let mut top = at.1;
    for row in dark.chunks(columns) {
        let mut left = at.0;
        for run in row.chunk_by(PartialEq::eq) {
            let width = run.iter().map(|_| module).sum::<f32>();
            let drawn = run.first().is_some_and(|dark| *dark);
            if let Some(rect) = Rect::from_xywh(left, top, width, module).filter(|_| drawn) {
                path.push_rect(rect);
            }
            left += width;
        }
        top += module;
    }
    if let Some(path) = path.finish() {
        surface.draw_path(&path);
    }
}

fn watermark(surface: &mut Surface<'_>, fonts: &Fonts, text: &str) {
    const SIZE: f32 = 250.0;
    let (x, y) = (PAGE_WIDTH / 2.0, PAGE_HEIGHT / 2.0);
    let width = fonts.width(Face::Semibold, SIZE, text);
    surface.push_transform(&Transform::from_rotate_at(-52.0, x, y));
    let opacity = NormalizedF32::new(0.09).unwrap_or(NormalizedF32::ONE);
    surface.push_opacity(opacity);
    fill(surface, INK);
    let start = (x - width / 2.0, y + SIZE * 0.33);
    text_at(surface, start, fonts, Face::Semibold, SIZE, text);
    surface.pop();
    surface.pop();
}

fn text_at(
    surface: &mut Surface<'_>,
    at: (f32, f32),
    fonts: &Fonts,
    face: Face,
    size: f32,
    text: &str,
) {
    let start = Point::from_xy(at.0, at.1);
    surface.draw_text(start, fonts.font(face), size, text, false, TextDirection::LeftToRight);
}

fn rectangle(surface: &mut Surface<'_>, x: f32, y: f32, width: f32, height: f32) {
    let mut path = PathBuilder::new();
    if let Some(rect) = Rect::from_xywh(x, y, width, height) {
        path.push_rect(rect);
    }
    if let Some(path) = path.finish() {
        surface.draw_path(&path);
    }
}

fn fill(surface: &mut Surface<'_>, ink: Ink) {
    surface.set_stroke(None);
    surface.set_fill(Some(Fill {
        paint: color(ink),
        opacity: NormalizedF32::ONE,
        rule: krilla::paint::FillRule::default(),
    }));
}

fn color(ink: Ink) -> krilla::paint::Paint {
    rgb::Color::new(ink.0, ink.1, ink.2).into()
}

/// The date is read from RFC 3339, whose places are fixed.
fn date(at: Timestamp) -> DateTime {
    let text = at.to_string();
    let part = |from: usize, to: usize| text.get(from..to).and_then(|part| part.parse().ok());
    let year = text.get(0..4).and_then(|year| year.parse().ok()).unwrap_or(1970);
    DateTime::new(year)
        .month(part(5, 7).unwrap_or(1))
        .day(part(8, 10).unwrap_or(1))
        .hour(part(11, 13).unwrap_or(0))
        .minute(part(14, 16).unwrap_or(0))
        .second(part(17, 19).unwrap_or(0))
        .utc_offset_hour(0)
        .utc_offset_minute(0)
}
