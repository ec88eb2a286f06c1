//! The plots of growth: time beside memory, over the size of the archive.

use crate::results::{Cost, Point};
use crate::svg::{Anchor, MARGIN, Page};

const SIZE: (f64, f64) = (980.0, 400.0);
const TOP: f64 = 100.0;
const BOTTOM: f64 = 352.0;
/// Left edge and width of the two panels, with room for labels beside each.
const TIME: (f64, f64) = (MARGIN + 52.0, 290.0);
const MEMORY: (f64, f64) = (SIZE.0 / 2.0 + 62.0, 290.0);
const LABEL: f64 = 15.0;
/// What memory may grow to.
const LIMIT_MIB: f64 = 512.0;
const MEMORY_MIB: f64 = 576.0;

/// A curve: its name, and its figure at some of the sizes.
type Curve<'a> = (&'a str, Vec<(u64, f64)>);

/// Draws time and memory of every operation over the size; `unit` writes a size out.
pub(crate) fn plot(title: &str, points: &[Point], unit: impl Fn(u64) -> String) -> String {
    let below = "Left: seconds, both scales logarithmic, so what is linear has the slope of the \
                 grey line. Right: the most memory that the process ever had.";
    let mut page = Page::new(SIZE, title, below);
    let sizes: Vec<u64> = points.iter().map(|point| point.size).collect();
    let Some((first, last)) = sizes.first().zip(sizes.last()) else { return page.finish() };
    let span = (*last as f64 / *first as f64).ln().max(0.1);
    let across = |(left, width): (f64, f64), size: u64| {
        left + width * (size as f64 / *first as f64).ln() / span
    };
    for (panel, name) in [(TIME, "Time"), (MEMORY, "Memory")] {
        page.text("head", Anchor::Start, (panel.0, TOP - 14.0), name);
        page.line("axis", (panel.0, BOTTOM), (panel.0 + panel.1, BOTTOM));
        for size in &sizes {
            let place = (across(panel, *size), BOTTOM + 18.0);
            page.text("tick", Anchor::Middle, place, &unit(*size));
        }
    }
    time(&mut page, points, |size| across(TIME, size));
    memory(&mut page, points, |size| across(MEMORY, size));
    page.finish()
}

fn time(page: &mut Page, points: &[Point], across: impl Fn(u64) -> f64) {
    let curves = curves(points, |cost| cost.seconds.max(0.001));
    let all = || curves.iter().flat_map(|(_, figures)| figures.iter().map(|(_, figure)| *figure));
    let low = all().fold(f64::MAX, f64::min).log10().floor();
    let high = all().fold(f64::MIN, f64::max).log10().ceil().max(low + 1.0);
    let up = |seconds: f64| BOTTOM - (BOTTOM - TOP) * (seconds.log10() - low) / (high - low);
    let mut power = low;
    while power <= high {
        let seconds = 10_f64.powf(power);
        let text = if power < 0.0 { format!("{seconds} s") } else { format!("{seconds:.0} s") };
        rule(page, TIME, up(seconds), &text);
        power += 1.0;
    }
    // What is linear runs beside this line.
    if let Some((from, to)) = points.first().zip(points.last()) {
        let end = high - 0.15;
        let start = end - (to.size as f64 / from.size as f64).log10();
        let begin = (start.max(low) - start) / (end - start).max(0.1);
        let x = across(from.size) + (across(to.size) - across(from.size)) * begin;
        let places =
            ((x, up(10_f64.powf(start.max(low)))), (across(to.size), up(10_f64.powf(end))));
        page.line("axis", places.0, places.1);
    }
    draw(page, &curves, across, up);
}

fn memory(page: &mut Page, points: &[Point], across: impl Fn(u64) -> f64) {
    let mib = |cost: &Cost| cost.peak_bytes as f64 / f64::from(1 << 20);
    let curves = curves(points, mib);
    let most = curves.iter().flat_map(|(_, figures)| figures.iter().map(|(_, figure)| *figure));
    let most = most.fold(MEMORY_MIB, f64::max);
    let up = |mib: f64| BOTTOM - (BOTTOM - TOP) * mib / most;
    for mib in [0.0, 128.0, 256.0, 384.0] {
        rule(page, MEMORY, up(mib), &format!("{mib:.0} MiB"));
    }
    let (left, width) = MEMORY;
    page.line("bound", (left, up(LIMIT_MIB)), (left + width, up(LIMIT_MIB)));
    let place = (left - 8.0, up(LIMIT_MIB) + 4.0);
    page.text("bound-text", Anchor::End, place, &format!("{LIMIT_MIB:.0} MiB"));
    draw(page, &curves, across, up);
}

/// A line across a panel with its figure in front of it.
fn rule(page: &mut Page, (left, width): (f64, f64), y: f64, text: &str) {
    page.line("grid", (left, y), (left + width, y));
    page.text("tick", Anchor::End, (left - 8.0, y + 4.0), text);
}

/// One curve per operation, in the order of their first appearance.
fn curves(points: &[Point], figure: impl Fn(&Cost) -> f64) -> Vec<Curve<'_>> {
    let mut curves: Vec<Curve<'_>> = Vec::new();
    for point in points {
        for cost in &point.costs {
            let at = (point.size, figure(cost));
            match curves.iter_mut().find(|(name, _)| *name == cost.operation) {
                Some((_, figures)) => figures.push(at),
                None => curves.push((&cost.operation, vec![at])),
            }
        }
    }
    curves
}

fn draw(
    page: &mut Page,
    curves: &[Curve<'_>],
    across: impl Fn(u64) -> f64,
    up: impl Fn(f64) -> f64,
) {
    let mut ends = Vec::new();
    for (colour, (name, figures)) in curves.iter().enumerate() {
        let places: Vec<_> =
            figures.iter().map(|(size, figure)| (across(*size), up(*figure))).collect();
        page.curve(colour, &places);
        ends.extend(places.last().map(|(x, y)| (*x, *y, colour, *name)));
    }
    // Labels beside the last dots, none on another, none below the panel.
    ends.sort_by(|one, other| one.1.total_cmp(&other.1));
    let right = ends.iter().map(|end| end.0).fold(0.0, f64::max);
    let mut free = f64::MIN;
    for end in &mut ends {
        end.1 = end.1.max(free);
        free = end.1 + LABEL;
    }
    let mut lowest = BOTTOM - 2.0;
    for end in ends.iter_mut().rev() {
        end.1 = end.1.min(lowest);
        lowest = end.1 - LABEL;
    }
    for (_, y, colour, name) in ends {
        page.text(&format!("t{colour}"), Anchor::Start, (right + 12.0, y + 4.0), name);
    }
}
