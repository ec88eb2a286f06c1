//! One plot per corpus: how fast each tool seals, verifies and restores, and what bounds it.

use crate::limits::limit;
use crate::report::megabytes;
use crate::results::{CorpusResult, Rounds, ToolResult};
use crate::svg::{Anchor, MARGIN, Page};
use crate::tools::Step;

const WIDTH: f64 = 980.0;
const NAMES_WIDTH: f64 = 168.0;
const GAP: f64 = 26.0;
const TOP: f64 = 104.0;
const ROW: f64 = 25.0;
const BAR: f64 = 15.0;
/// What stands to the right of the longest bar: its figure.
const FIGURE: f64 = 48.0;

const STEPS: [(Step, &str); 3] =
    [(Step::Seal, "Seal"), (Step::Verify, "Verify"), (Step::Restore, "Restore")];

/// Draws the plot of `result`.
pub(crate) fn plot(result: &CorpusResult) -> String {
    let bottom = TOP + ROW * result.tools.len() as f64;
    let title = capital(&result.title);
    let below = "MB of content a second, median; whiskers from least to most. Dashed: the bound \
                 that limits Strongroom. Outlined: needs the key.";
    let mut page = Page::new((WIDTH, bottom + 46.0), &title, below);
    for (row, tool) in result.tools.iter().enumerate() {
        let class = if row == 0 { "ours" } else { "" };
        let place = (MARGIN + NAMES_WIDTH - 10.0, TOP + ROW * row as f64 + BAR - 2.0);
        page.text(class, Anchor::End, place, &tool.name);
    }
    let room = WIDTH - 2.0 * MARGIN - NAMES_WIDTH;
    let width = (room - GAP * 2.0) / 3.0;
    for (number, (step, name)) in STEPS.into_iter().enumerate() {
        let left = MARGIN + NAMES_WIDTH + (width + GAP) * number as f64;
        panel(&mut page, result, (step, name), (left, width));
    }
    page.finish()
}

fn panel(
    page: &mut Page,
    result: &CorpusResult,
    (step, name): (Step, &str),
    (left, width): (f64, f64),
) {
    let content = result.bytes as f64;
    let ours = result.tools.first();
    let bound = ours.and_then(|ours| limit(step, ours, result));
    let bound = bound.map(|bound| (bound.name, content / bound.seconds));
    let rates = |tool: &ToolResult| rounds(tool, step).rates(content);
    let most = result.tools.iter().filter_map(rates).map(|[_, _, most]| most);
    let most = most.chain(bound.map(|(_, rate)| rate)).fold(1.0, f64::max);
    let scale = |rate: f64| left + (width - FIGURE) * rate / most;
    let bottom = TOP + ROW * result.tools.len() as f64;
    page.text("head", Anchor::Start, (left, TOP - 14.0), name);
    page.line("axis", (left, TOP - 5.0), (left, bottom - 4.0));
    for (row, tool) in result.tools.iter().enumerate() {
        let Some([least, median, most]) = rates(tool) else { continue };
        let top = TOP + ROW * row as f64;
        let class = match row {
            _ if step == Step::Verify && !tool.verifies_without_key => "hollow",
            0 => "bar-ours",
            _ if tool.name.starts_with("Strongroom") => "bar-kin",
            _ => "bar",
        };
        page.rect(class, (left, top), ((scale(median) - left).max(1.0), BAR));
        let middle = top + BAR / 2.0;
        page.line("whisker", (scale(least), middle), (scale(most), middle));
        for end in [least, most] {
            page.line("whisker", (scale(end), middle - 3.0), (scale(end), middle + 3.0));
        }
        let figure = megabytes(median);
        let place = (beside(scale(most), bound.map(|(_, rate)| scale(rate))), top + BAR - 3.0);
        page.text(if row == 0 { "ours" } else { "" }, Anchor::Start, place, &figure);
    }
    if let Some((name, rate)) = bound {
        page.line("bound", (scale(rate), TOP - 5.0), (scale(rate), bottom));
        let text = format!("{name} {}", megabytes(rate));
        let (anchor, x) = if scale(rate) < left + width / 2.0 {
            (Anchor::Start, scale(rate))
        } else {
            (Anchor::End, scale(rate))
        };
        page.text("bound-text", anchor, (x, bottom + 16.0), &text);
    }
}

/// Where a figure begins that stands beside a whisker's end: not on the line of the bound.
fn beside(end: f64, bound: Option<f64>) -> f64 {
    let start = end + 6.0;
    match bound {
        Some(line) if (start - 4.0..start + FIGURE - 8.0).contains(&line) => line + 6.0,
        _ => start,
    }
}

pub(crate) fn rounds(tool: &ToolResult, step: Step) -> &Rounds {
    match step {
        Step::Seal => &tool.seal,
        Step::Verify => &tool.verify,
        Step::List => &tool.list,
        Step::Restore => &tool.restore,
        Step::Resume => &tool.resume,
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
