//! The picture of the window in memory, drawn in units of a fixed size and scaled as a whole.

use tiny_skia::{
    Color, FillRule, LineCap, Paint, Path, PathBuilder, Pixmap, Rect, Stroke, Transform,
};
use zeroize::{Zeroize, Zeroizing};

use crate::palette::{SIGN, rgb};
use crate::type_face::{Faces, Style};

/// Width and least height of the picture in its own units; it is scaled to the window as a whole.
pub(crate) const WIDTH: f32 = 1000.0;
pub(crate) const HEIGHT: f32 = 800.0;
/// How far a corner is round.
const RADIUS: f32 = 10.0;

/// A place of the picture, in its own units.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Area {
    pub(crate) x: f32,
    pub(crate) y: f32,
    pub(crate) width: f32,
    pub(crate) height: f32,
}

impl Area {
    pub(crate) fn new(x: f32, y: f32, width: f32, height: f32) -> Self {
        Self { x, y, width, height }
    }

    pub(crate) fn contains(&self, (x, y): (f32, f32)) -> bool {
        let is_across = (self.x..self.x + self.width).contains(&x);
        is_across && (self.y..self.y + self.height).contains(&y)
    }

    /// The area with `by` more on every side.
    pub(crate) fn grown(&self, by: f32) -> Self {
        Self::new(self.x - by, self.y - by, self.width + 2.0 * by, self.height + 2.0 * by)
    }
}

/// Memory for the picture, wiped after each use.
pub(crate) struct Canvas {
    pixmap: Pixmap,
    transform: Transform,
    /// How high the picture is, in its own units.
    pub(crate) height: f32,
    pub(crate) faces: Faces,
}

impl Canvas {
    /// A picture of `width` by `height` pixels; none if a window cannot be that small or large.
    pub(crate) fn new(width: u16, height: u16, faces: Faces) -> Option<Self> {
        let pixmap = Pixmap::new(width.into(), height.into())?;
        let transform = Transform::identity();
        let mut canvas = Self { pixmap, transform, height: HEIGHT, faces };
        canvas.fit(HEIGHT);
        Some(canvas)
    }

    /// Makes the picture `height` units high; what is in it becomes smaller if it gets higher.
    #[expect(clippy::cast_precision_loss, reason = "a window has a few thousand pixels")]
    pub(crate) fn fit(&mut self, height: f32) {
        let (across, down) = (self.pixmap.width() as f32, self.pixmap.height() as f32);
        let scale = (across / WIDTH).min(down / height);
        let left = (across - WIDTH * scale) / 2.0;
        let top = (down - height * scale) / 2.0;
        self.transform = Transform::from_scale(scale, scale).post_translate(left, top);
        self.height = height;
    }

    /// The place of a pixel in units of the picture.
    pub(crate) fn unscaled(&self, x: i16, y: i16) -> (f32, f32) {
        let Transform { sx, tx, ty, .. } = self.transform;
        ((f32::from(x) - tx) / sx, (f32::from(y) - ty) / sx)
    }

    /// The left and right edge of the window in units of the picture.
    pub(crate) fn edges(&self) -> (f32, f32) {
        let left = -self.transform.tx / self.transform.sx;
        (left, WIDTH - left)
    }

    /// Paints everything in one colour.
    pub(crate) fn clear(&mut self, colour: Color) {
        self.pixmap.fill(colour);
    }

    /// Fills an area.
    pub(crate) fn fill(&mut self, area: Area, colour: Color) {
        let rect = Rect::from_xywh(area.x, area.y, area.width, area.height);
        if let Some(rect) = rect {
            let path = PathBuilder::from_rect(rect);
            self.fill_path(&path, colour);
        }
    }

    /// Fills an area with round corners.
    pub(crate) fn fill_round(&mut self, area: Area, colour: Color) {
        if let Some(path) = round(area, RADIUS) {
            self.fill_path(&path, colour);
        }
    }

    /// Draws the edge of an area with round corners.
    pub(crate) fn edge(&mut self, area: Area, thickness: f32, colour: Color) {
        if let Some(path) = round(area, RADIUS) {
            self.stroke(&path, thickness, colour);
        }
    }

    /// Draws a disc.
    pub(crate) fn disc(&mut self, (x, y): (f32, f32), radius: f32, colour: Color) {
        if let Some(path) = PathBuilder::from_circle(x, y, radius) {
            self.fill_path(&path, colour);
        }
    }

    /// Draws a ring.
    pub(crate) fn ring(&mut self, (x, y): (f32, f32), radius: f32, colour: Color) {
        if let Some(path) = PathBuilder::from_circle(x, y, radius) {
            self.stroke(&path, 1.5, colour);
        }
    }

    /// Draws a filled shape through `corners`.
    pub(crate) fn shape(&mut self, corners: &[(f32, f32)], colour: Color) {
        let mut path = PathBuilder::new();
        for (place, (x, y)) in corners.iter().enumerate() {
            if place == 0 { path.move_to(*x, *y) } else { path.line_to(*x, *y) }
        }
        path.close();
        if let Some(path) = path.finish() {
            self.fill_path(&path, colour);
        }
    }

    /// Writes a public text on the baseline `y`; returns its width.
    pub(crate) fn text(&mut self, style: Style, at: (f32, f32), colour: Color, text: &str) -> f32 {
        let (path, width) = self.faces.outline(style, at, text);
        if let Some(path) = path {
            self.fill_path(&path, colour);
        }
        width
    }

    /// Writes secret letters on the baseline `y`; returns their width.
    pub(crate) fn letters(
        &mut self,
        style: Style,
        at: (f32, f32),
        colour: Color,
        letters: impl Iterator<Item = char>,
    ) -> f32 {
        let (path, width) = self.faces.outline_letters(style, at, letters);
        if let Some(path) = path {
            self.fill_path(&path, colour);
        }
        width
    }

    /// Draws the sign of the house into a square.
    pub(crate) fn sign(&mut self, area: Area) {
        let [plate, present, absent, keyhole] = SIGN.map(rgb);
        let unit = area.width / 512.0;
        let place = |x: f32, y: f32| (area.x + x * unit, area.y + y * unit);
        let (left, top) = place(16.0, 16.0);
        let side = 480.0 * unit;
        if let Some(path) = round(Area::new(left, top, side, side), 104.0 * unit) {
            self.fill_path(&path, plate);
        }
        for (turn, colour) in [(0, present), (1, present), (4, present), (2, absent), (3, absent)] {
            let path = arc(turn, area.x, area.y, unit);
            if let Some(path) = path {
                self.stroke_round(&path, 44.0 * unit, colour);
            }
        }
        let (x, y) = place(256.0, 228.0);
        self.disc((x, y), 42.0 * unit, keyhole);
        let corners = [(240.0, 240.0), (272.0, 240.0), (292.0, 326.0), (220.0, 326.0)];
        self.shape(&corners.map(|(x, y)| place(x, y)), keyhole);
    }

    /// The picture as the display takes it, four bytes a pixel; the picture itself is wiped.
    pub(crate) fn take_pixels(&mut self, is_msb_first: bool) -> Zeroizing<Vec<u8>> {
        let mut pixels = Zeroizing::new(vec![0; self.pixmap.data().len()]);
        for (to, from) in pixels.chunks_exact_mut(4).zip(self.pixmap.data().chunks_exact(4)) {
            let [red, green, blue] = [from[0], from[1], from[2]];
            let pixel = if is_msb_first { [0, red, green, blue] } else { [blue, green, red, 0] };
            to.copy_from_slice(&pixel);
        }
        self.wipe();
        pixels
    }

    fn wipe(&mut self) {
        self.pixmap.data_mut().zeroize();
    }

    fn fill_path(&mut self, path: &Path, colour: Color) {
        let paint = paint(colour);
        self.pixmap.fill_path(path, &paint, FillRule::Winding, self.transform, None);
    }

    fn stroke(&mut self, path: &Path, width: f32, colour: Color) {
        let stroke = Stroke { width, ..Stroke::default() };
        self.pixmap.stroke_path(path, &paint(colour), &stroke, self.transform, None);
    }

    fn stroke_round(&mut self, path: &Path, width: f32, colour: Color) {
        let stroke = Stroke { width, line_cap: LineCap::Round, ..Stroke::default() };
        self.pixmap.stroke_path(path, &paint(colour), &stroke, self.transform, None);
    }
}

fn paint(colour: Color) -> Paint<'static> {
    let mut paint = Paint { anti_alias: true, ..Paint::default() };
    paint.set_color(colour);
    paint
}

/// A rectangle with round corners.
fn round(area: Area, radius: f32) -> Option<Path> {
    let Area { x, y, width, height } = area;
    let radius = radius.min(width / 2.0).min(height / 2.0);
    // The control points of a quarter circle lie at 1 - 0.5523 of its radius.
    let bend = radius * 0.4477;
    let (right, bottom) = (x + width, y + height);
    let mut path = PathBuilder::new();
    path.move_to(x + radius, y);
    path.line_to(right - radius, y);
    path.cubic_to(right - bend, y, right, y + bend, right, y + radius);
    path.line_to(right, bottom - radius);
    path.cubic_to(right, bottom - bend, right - bend, bottom, right - radius, bottom);
    path.line_to(x + radius, bottom);
    path.cubic_to(x + bend, bottom, x, bottom - bend, x, bottom - radius);
    path.line_to(x, y + radius);
    path.cubic_to(x, y + bend, x + bend, y, x + radius, y);
    path.close();
    path.finish()
}

/// One of the five arcs of the sign, each 44 degrees of a ring of radius 146 around the middle.
fn arc(turn: u8, left: f32, top: f32, unit: f32) -> Option<Path> {
    let mut path = PathBuilder::new();
    for step in 0..=8_u8 {
        let degrees = f32::from(turn) * 72.0 - 112.0 + f32::from(step) * 5.5;
        let (sine, cosine) = degrees.to_radians().sin_cos();
        let x = left + (256.0 + 146.0 * cosine) * unit;
        let y = top + (256.0 + 146.0 * sine) * unit;
        if step == 0 { path.move_to(x, y) } else { path.line_to(x, y) }
    }
    path.finish()
}
