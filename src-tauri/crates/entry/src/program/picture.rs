//! The picture of a form: who is asked for what and why, the one question, and its buttons.

use entry::{Request, Subject};
use terms::Environment;

use crate::asking::{Body, Control, View};
use crate::canvas::{Area, Canvas, HEIGHT, WIDTH};
use crate::palette::Colours;
use crate::picture_body;
use crate::type_face::{Cut, Style};

/// The left edge of everything.
pub(crate) const LEFT: f32 = 60.0;
/// The width of everything.
pub(crate) const ACROSS: f32 = WIDTH - 2.0 * LEFT;
/// How far above the lower edge the buttons begin.
const BUTTONS: f32 = 76.0;
/// Room for two lines of a problem between the body and the buttons.
const ROOM: f32 = 80.0;
/// The width of the labels before what is asked for.
const LABELS: f32 = 70.0;
const BUTTON_HEIGHT: f32 = 54.0;
const BAND_HEIGHT: f32 = 46.0;

pub(crate) const fn text(size: f32) -> Style {
    Style { cut: Cut::Text, size }
}

pub(crate) const fn strong(size: f32) -> Style {
    Style { cut: Cut::Strong, size }
}

pub(crate) const fn mono(size: f32) -> Style {
    Style { cut: Cut::Mono, size }
}

/// What the window knows beside the form.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Surroundings {
    /// Capitals are locked.
    pub(crate) has_caps: bool,
    /// The keyboard belongs to the window alone.
    pub(crate) has_keyboard: bool,
    /// The memory of secrets cannot reach swap.
    pub(crate) is_locked: bool,
    /// Seconds until the window closes, when there are few.
    pub(crate) closes_in_s: Option<u64>,
}

/// Where what can be clicked lies.
pub(crate) type Targets = Vec<(Area, Control)>;

/// Draws everything and says what can be clicked.
///
/// Long names make a longer picture; it is then drawn again, a little smaller, and still whole.
pub(crate) fn draw(
    canvas: &mut Canvas,
    request: &Request,
    view: &View<'_>,
    around: Surroundings,
) -> Targets {
    canvas.fit(HEIGHT);
    let (targets, bottom) = draw_once(canvas, request, view, around);
    let needed = bottom + ROOM + BUTTONS;
    if needed <= HEIGHT {
        return targets;
    }
    canvas.fit(needed);
    draw_once(canvas, request, view, around).0
}

/// Draws everything at the height that the picture has, and says where the body ends.
fn draw_once(
    canvas: &mut Canvas,
    request: &Request,
    view: &View<'_>,
    around: Surroundings,
) -> (Targets, f32) {
    let colours = Colours::of(request.appearance().palette);
    canvas.clear(colours.ground);
    if request.environment().is_drill() {
        drill_band(canvas, &colours);
    }
    let mut targets = Targets::new();
    let top = if request.environment().is_drill() { BAND_HEIGHT + 16.0 } else { 30.0 };
    let mut y = header(canvas, &colours, request.environment(), top);
    y = facts(canvas, &colours, request, y);
    for line in canvas.faces.wrapped(strong(35.0), ACROSS, &view.question) {
        y += 43.0;
        canvas.text(strong(35.0), (LEFT, y), colours.ink, &line);
    }
    y += 4.0;
    if let Some(warning) = &view.warning {
        y = boxed(canvas, &colours, warning, y + 14.0);
    }
    for line in canvas.faces.wrapped(text(19.0), ACROSS, &view.help) {
        y += 27.0;
        canvas.text(text(19.0), (LEFT, y), colours.ink_quiet, &line);
    }
    let notice = request.notice().map(entry::Line::as_str);
    let is_sparse = !matches!(view.body, Body::Grid { .. } | Body::Share(_));
    let top = y + if is_sparse { 34.0 } else { 20.0 };
    let bottom = picture_body::draw(canvas, &colours, view, top, &mut targets);
    problem(canvas, &colours, view.problem.as_deref().or(notice), bottom);
    buttons(canvas, &colours, view, &mut targets);
    footnote(canvas, &colours, view, around);
    (targets, bottom)
}

/// Says DRILL in words and in pattern, across the window (entry-1 E19).
fn drill_band(canvas: &mut Canvas, colours: &Colours) {
    let (left, right) = canvas.edges();
    let band = Area::new(left, 0.0, right - left, BAND_HEIGHT);
    canvas.fill(band, colours.drill);
    let mut x = left - BAND_HEIGHT;
    while x < right {
        let corners = [
            (x, BAND_HEIGHT),
            (x + BAND_HEIGHT, 0.0),
            (x + BAND_HEIGHT + 14.0, 0.0),
            (x + 14.0, BAND_HEIGHT),
        ];
        canvas.shape(&corners, colours.on_drill);
        x += 34.0;
    }
    let words = "DRILL: for training only, protects nothing";
    let width = canvas.faces.width(strong(22.0), words);
    let plate = Area::new((WIDTH - width) / 2.0 - 28.0, 0.0, width + 56.0, BAND_HEIGHT);
    canvas.fill(plate, colours.drill);
    canvas.text(strong(22.0), ((WIDTH - width) / 2.0, 31.0), colours.on_drill, words);
}

/// The sign, the name, and the environment; returns where the next line begins.
fn header(canvas: &mut Canvas, colours: &Colours, environment: Environment, top: f32) -> f32 {
    canvas.sign(Area::new(LEFT, top, 40.0, 40.0));
    canvas.text(strong(23.0), (LEFT + 54.0, top + 28.0), colours.ink, "Strongroom");
    let name = environment.as_str();
    let name = format!("{}{}", name[..1].to_uppercase(), &name[1..]);
    let width = canvas.faces.width(strong(19.0), &name);
    let plate = Area::new(LEFT + ACROSS - width - 32.0, top + 2.0, width + 32.0, 36.0);
    let ink = if environment.is_drill() { colours.drill } else { colours.ink };
    canvas.edge(plate, 2.0, ink);
    canvas.text(strong(19.0), (plate.x + 16.0, top + 26.5), ink, &name);
    top + 40.0
}

/// What is done, for whom, and what it serves, in words that people compare.
fn facts(canvas: &mut Canvas, colours: &Colours, request: &Request, top: f32) -> f32 {
    let (person, step) = (request.person().as_str(), request.operation().as_str());
    let mut rows = vec![("For", strong(20.0), person.to_owned())];
    rows.push(("Step", text(20.0), step.to_owned()));
    match request.subject() {
        Some(Subject::Plan { digest }) => rows.push(("Plan", mono(16.5), digest.to_words())),
        Some(Subject::Key { name, fingerprint }) => {
            rows.push(("Key", text(20.0), name.to_string()));
            rows.push(("", mono(16.5), fingerprint.to_words()));
        }
        None => {}
    }
    let mut y = top + 16.0;
    canvas.fill(Area::new(LEFT, y, ACROSS, 1.5), colours.line);
    y += 6.0;
    for (label, style, value) in rows {
        canvas.text(text(18.0), (LEFT, y + 27.0), colours.ink_quiet, label);
        for line in canvas.faces.wrapped(style, ACROSS - LABELS, &value) {
            y += 27.0;
            canvas.text(style, (LEFT + LABELS, y), colours.ink, &line);
        }
    }
    y += 13.0;
    canvas.fill(Area::new(LEFT, y, ACROSS, 1.5), colours.line);
    y + 8.0
}

/// A warning that nobody misses.
fn boxed(canvas: &mut Canvas, colours: &Colours, warning: &str, top: f32) -> f32 {
    let area = Area::new(LEFT, top, ACROSS, 58.0);
    canvas.fill_round(area, colours.surface);
    canvas.edge(area, 2.5, colours.danger);
    triangle(canvas, colours, (LEFT + 20.0, top + 42.0));
    canvas.text(strong(22.0), (LEFT + 62.0, top + 37.0), colours.danger, warning);
    top + area.height + 8.0
}

/// What is wrong, below what it is about, and in any case above the buttons.
fn problem(canvas: &mut Canvas, colours: &Colours, problem: Option<&str>, bottom: f32) {
    let Some(problem) = problem else { return };
    let lines = canvas.faces.wrapped(strong(20.0), ACROSS - 42.0, problem);
    let height = 26.0 * f32::from(u8::try_from(lines.len()).unwrap_or(u8::MAX));
    let mut y = (bottom + 18.0).min(canvas.height - BUTTONS - 14.0 - height);
    triangle(canvas, colours, (LEFT, y + 25.0));
    for line in lines {
        y += 23.0;
        canvas.text(strong(20.0), (LEFT + 42.0, y), colours.danger, &line);
        y += 3.0;
    }
}

/// The sign of a warning: a triangle with an exclamation mark, on its base line.
fn triangle(canvas: &mut Canvas, colours: &Colours, (x, y): (f32, f32)) {
    canvas.shape(&[(x, y), (x + 28.0, y), (x + 14.0, y - 25.0)], colours.danger);
    canvas.fill(Area::new(x + 12.5, y - 17.0, 3.0, 9.0), colours.ground);
    canvas.disc((x + 14.0, y - 4.0), 1.9, colours.ground);
}

fn buttons(canvas: &mut Canvas, colours: &Colours, view: &View<'_>, targets: &mut Targets) {
    let focus = view.focus;
    let top = canvas.height - BUTTONS;
    let width = |canvas: &Canvas, label: &str| canvas.faces.width(strong(21.0), label) + 52.0;
    let cancel = Area::new(LEFT, top, width(canvas, "Cancel"), BUTTON_HEIGHT);
    button(canvas, colours, cancel, "Cancel", Look::Quiet, focus == Control::Cancel);
    targets.push((cancel, Control::Cancel));

    let wide = width(canvas, view.primary);
    let primary = Area::new(LEFT + ACROSS - wide, top, wide, BUTTON_HEIGHT);
    let look = if view.needs.is_some() { Look::Waiting } else { Look::Ready };
    button(canvas, colours, primary, view.primary, look, focus == Control::Primary);
    targets.push((primary, Control::Primary));

    if let Some(label) = view.secondary {
        let wide = width(canvas, label);
        let second = Area::new(primary.x - wide - 16.0, top, wide, BUTTON_HEIGHT);
        button(canvas, colours, second, label, Look::Quiet, focus == Control::Secondary);
        targets.push((second, Control::Secondary));
    }
}

/// How a button looks.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Look {
    /// It goes on.
    Ready,
    /// It goes on once something is done that is said beside it.
    Waiting,
    /// It does something else.
    Quiet,
}

fn button(
    canvas: &mut Canvas,
    colours: &Colours,
    area: Area,
    label: &str,
    look: Look,
    has_focus: bool,
) {
    let ink = match look {
        Look::Ready => colours.on_accent,
        Look::Waiting => colours.ink_quiet,
        Look::Quiet => colours.ink,
    };
    canvas.fill_round(area, if look == Look::Ready { colours.accent } else { colours.surface });
    if look != Look::Ready {
        canvas.edge(area, 1.5, colours.ink_quiet);
    }
    if has_focus {
        focus_ring(canvas, colours, area);
    }
    canvas.text(strong(21.0), (area.x + 26.0, area.y + 34.5), ink, label);
}

/// The ring around what has the focus.
pub(crate) fn focus_ring(canvas: &mut Canvas, colours: &Colours, area: Area) {
    canvas.edge(area.grown(4.5), 3.0, colours.accent);
}

/// Between the buttons: what is missing, what the machine lacks, or which keys there are.
fn footnote(canvas: &mut Canvas, colours: &Colours, view: &View<'_>, around: Surroundings) {
    let notes = [
        around.closes_in_s.map(|left| format!("Closes in {left} s without a key.")),
        (!around.has_keyboard).then(|| "Another program may read the keyboard.".to_owned()),
        around.has_caps.then(|| "Capitals are locked.".to_owned()),
        view.needs.clone(),
        (!around.is_locked).then(|| "This machine cannot keep secrets out of swap.".to_owned()),
    ];
    let keys = "Enter goes on. Esc cancels.".to_owned();
    let mut lines: Vec<String> = notes.into_iter().flatten().take(2).collect();
    if lines.is_empty() {
        lines.push(keys);
    }
    let left = LEFT + 140.0;
    let step = 23.0;
    let mut y = canvas.height - BUTTONS + if lines.len() == 1 { 33.0 } else { 22.0 };
    for line in lines {
        canvas.text(text(18.0), (left, y), colours.ink_quiet, &line);
        y += step;
    }
}

#[cfg(test)]
#[path = "picture_tests.rs"]
mod tests;
