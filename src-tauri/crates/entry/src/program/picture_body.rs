//! What is between the question and the buttons: fields, the grid of a sheet, dice, a share.

use quorum::slip39::SHARE_WORDS;

use crate::asking::{Body, Control, Dots, View, Word};
use crate::canvas::{Area, Canvas};
use crate::palette::Colours;
use crate::picture::{ACROSS, LEFT, Targets, focus_ring, mono, strong, text};

/// Words in a row, as on the sheet.
const COLUMNS: usize = 3;
/// The most dots that a field shows one by one.
const DOTS_MAX: usize = 40;
/// Rolls in a row, in groups of five.
const ROLLS_IN_ROW: usize = 25;

/// Draws the body from `top` on, and says where it ends.
pub(crate) fn draw(
    canvas: &mut Canvas,
    colours: &Colours,
    view: &View<'_>,
    top: f32,
    targets: &mut Targets,
) -> f32 {
    match &view.body {
        Body::Empty => top,
        Body::Dots(fields) => {
            let mut y = top;
            for (place, dots) in fields.iter().enumerate() {
                let control = Control::Field(place);
                y = field(canvas, colours, dots, y, view.focus == control, (control, targets));
            }
            y
        }
        Body::Grid { filled, at, word } => {
            let has_focus = matches!(view.focus, Control::Field(_));
            let y = typed_word(canvas, colours, *at + 1, word, top, has_focus);
            grid(canvas, colours, filled, *at, y, targets)
        }
        Body::Back { place, done, word } => {
            let has_focus = view.focus == Control::Field(0);
            let y = typed_word(canvas, colours, usize::from(*place), word, top + 24.0, has_focus);
            steps(canvas, colours, *done, y + 30.0)
        }
        Body::Rolls { count, least, last } => {
            let has_focus = view.focus == Control::Field(0);
            rolls(canvas, colours, (*count, *least, *last), top, has_focus)
        }
        Body::Share(share) => sheet(canvas, colours, *share, top),
    }
}

/// A field of dots; returns where the next one begins.
fn field(
    canvas: &mut Canvas,
    colours: &Colours,
    dots: &Dots,
    top: f32,
    has_focus: bool,
    (control, targets): (Control, &mut Targets),
) -> f32 {
    canvas.text(text(19.0), (LEFT, top + 20.0), colours.ink_quiet, dots.label);
    let area = Area::new(LEFT, top + 32.0, ACROSS, 66.0);
    targets.push((area, control));
    frame(canvas, colours, area, has_focus);
    let mut x = area.x + 28.0;
    for _ in 0..dots.count.min(DOTS_MAX) {
        canvas.disc((x, area.y + 31.0), 7.0, colours.ink);
        x += 19.0;
    }
    if has_focus {
        canvas.fill(Area::new(x - 7.0, area.y + 15.0, 2.5, 32.0), colours.accent);
    }
    if dots.count > 0 {
        let said = dots.count.to_string();
        let width = canvas.faces.width(text(20.0), &said);
        let at = (area.x + ACROSS - 20.0 - width, area.y + 38.0);
        canvas.text(text(20.0), at, colours.ink_quiet, &said);
    }
    top + 112.0
}

/// The frame of a field.
fn frame(canvas: &mut Canvas, colours: &Colours, area: Area, has_focus: bool) {
    canvas.fill_round(area, colours.surface);
    canvas.edge(area, 1.5, colours.ink_quiet);
    if has_focus {
        focus_ring(canvas, colours, area);
    }
}

/// The word that is typed, in large letters; returns where the next thing begins.
fn typed_word(
    canvas: &mut Canvas,
    colours: &Colours,
    place: usize,
    word: &Word<'_>,
    top: f32,
    has_focus: bool,
) -> f32 {
    let area = Area::new(LEFT + 150.0, top, 380.0, 62.0);
    let label = format!("Word {place}");
    canvas.text(strong(27.0), (LEFT, top + 41.0), colours.ink, &label);
    frame(canvas, colours, area, has_focus);
    let at = (area.x + 22.0, area.y + 42.0);
    let width = canvas.letters(mono(33.0), at, colours.ink, word.typed.chars());
    let end = at.0 + width;
    if has_focus {
        canvas.fill(Area::new(end + 1.0, area.y + 13.0, 2.5, 36.0), colours.accent);
    }
    if let Some(rest) = &word.rest {
        let rest = rest.iter().skip(word.typed.len()).take_while(|letter| **letter != 0);
        let rest = rest.map(|letter| char::from(*letter));
        canvas.letters(mono(33.0), (end + 4.0, at.1), colours.ink_quiet, rest);
    }
    top + area.height + 14.0
}

/// Where each word of the sheet stands: row by row, as on paper.
fn cells(top: f32, height: f32) -> impl Iterator<Item = (usize, Area)> {
    let width = ACROSS / 3.0;
    (0..SHARE_WORDS).scan((LEFT, top), move |(x, y), place| {
        let area = Area::new(*x, *y, width, height);
        let is_last = place % COLUMNS == COLUMNS - 1;
        (*x, *y) = if is_last { (LEFT, *y + height) } else { (*x + width, *y) };
        Some((place, area))
    })
}

fn lined(canvas: &mut Canvas, colours: &Colours, top: f32, height: f32) -> f32 {
    let rows = SHARE_WORDS.div_ceil(COLUMNS);
    let all = height * f32::from(u8::try_from(rows).unwrap_or_default());
    canvas.fill_round(Area::new(LEFT, top, ACROSS, all), colours.surface);
    for (place, area) in cells(top, height) {
        if place % COLUMNS == 0 && place > 0 {
            canvas.fill(Area::new(LEFT, area.y, ACROSS, 1.0), colours.line);
        }
        if place > 0 && place < COLUMNS {
            canvas.fill(Area::new(area.x, top, 1.0, all), colours.line);
        }
    }
    canvas.edge(Area::new(LEFT, top, ACROSS, all), 1.5, colours.ink_quiet);
    top + all
}

fn number(canvas: &mut Canvas, colours: &Colours, place: usize, area: Area) {
    let said = (place + 1).to_string();
    let width = canvas.faces.width(text(16.0), &said);
    let baseline = area.y + area.height / 2.0 + 5.5;
    canvas.text(text(16.0), (area.x + 40.0 - width, baseline), colours.ink_quiet, &said);
}

/// The sheet in small: what is there is dots, whatever its length.
fn grid(
    canvas: &mut Canvas,
    colours: &Colours,
    filled: &[bool],
    at: usize,
    top: f32,
    targets: &mut Targets,
) -> f32 {
    let height = 23.0;
    let bottom = lined(canvas, colours, top, height);
    for (place, area) in cells(top, height) {
        let middle = area.y + height / 2.0;
        if place == at {
            canvas.fill(Area::new(area.x + 1.5, area.y, area.width - 2.0, height), colours.line);
            canvas.edge(area, 3.0, colours.accent);
        }
        number(canvas, colours, place, area);
        if filled.get(place) == Some(&true) {
            let mut x = area.x + 64.0;
            for _ in 0..5 {
                canvas.disc((x, middle), 4.0, colours.ink);
                x += 15.0;
            }
        }
        targets.push((area, Control::Field(place)));
    }
    bottom
}

/// How many words were proved.
fn steps(canvas: &mut Canvas, colours: &Colours, (done, total): (usize, usize), top: f32) -> f32 {
    let mut x = LEFT + 164.0;
    for place in 0..total {
        if place < done {
            canvas.disc((x, top), 9.0, colours.good);
        } else {
            canvas.ring((x, top), 8.5, colours.ink_quiet);
        }
        x += if total > 20 { 21.0 } else { 28.0 };
    }
    let said = format!("{done} of {total} words proved");
    canvas.text(text(20.0), (LEFT + 155.0, top + 44.0), colours.ink_quiet, &said);
    top + 54.0
}

/// The last roll as a die, and one dot for each roll in groups of five.
fn rolls(
    canvas: &mut Canvas,
    colours: &Colours,
    (count, least, last): (usize, usize, Option<char>),
    top: f32,
    has_focus: bool,
) -> f32 {
    let die = Area::new(LEFT + 6.0, top + 6.0, 110.0, 110.0);
    frame(canvas, colours, die, has_focus);
    pips(canvas, colours, die, last.and_then(|last| last.to_digit(10)).unwrap_or(0));
    let said = format!("{count} of {least} rolls");
    canvas.text(strong(27.0), (LEFT + 150.0, top + 34.0), colours.ink, &said);
    let (mut x, mut y) = (LEFT + 158.0, top + 64.0);
    for place in 0..count.max(least) {
        if place < count {
            canvas.disc((x, y), 7.0, colours.ink);
        } else {
            canvas.ring((x, y), 6.5, colours.ink_quiet);
        }
        x += if place % 5 == 4 { 34.0 } else { 24.0 };
        if place % ROLLS_IN_ROW == ROLLS_IN_ROW - 1 {
            (x, y) = (LEFT + 158.0, y + 22.0);
        }
    }
    (y + 16.0).max(die.y + die.height + 10.0)
}

fn pips(canvas: &mut Canvas, colours: &Colours, die: Area, face: u32) {
    // Places on a grid of three by three, from 0 to 8.
    let places: &[u8] = match face {
        1 => &[4],
        2 => &[2, 6],
        3 => &[2, 4, 6],
        4 => &[0, 2, 6, 8],
        5 => &[0, 2, 4, 6, 8],
        6 => &[0, 2, 3, 5, 6, 8],
        _ => &[],
    };
    for place in places {
        let x = die.x + 27.0 + 28.0 * f32::from(place % 3);
        let y = die.y + 27.0 + 28.0 * f32::from(place / 3);
        canvas.disc((x, y), 9.5, colours.ink);
    }
}

/// A share as it stands on its sheet, or covered.
fn sheet(canvas: &mut Canvas, colours: &Colours, share: Option<&str>, top: f32) -> f32 {
    let height = 31.0;
    let bottom = lined(canvas, colours, top, height);
    let mut words = share.map(|share| share.split(' '));
    for (place, area) in cells(top, height) {
        number(canvas, colours, place, area);
        match words.as_mut() {
            Some(words) => {
                let word = words.next().unwrap_or_default();
                let at = (area.x + 58.0, area.y + 22.5);
                canvas.letters(mono(22.0), at, colours.ink, word.chars());
            }
            None => {
                let cover = Area::new(area.x + 58.0, area.y + 9.0, 150.0, height - 18.0);
                canvas.fill(cover, colours.line);
            }
        }
    }
    bottom
}
