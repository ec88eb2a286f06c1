//! The page: tables, sentences that say whether a goal is reached, plots beside it.
//!
//! Figures of the full size go into `docs/performance.md`, between the marks that are there; those
//! of the small size into a copy of it beside the results.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use strongroom_tests::outcome::{Outcome, context, fail};
use strongroom_tests::repository;

use crate::arguments::Arguments;
use crate::bars::{self, rounds};
use crate::curves;
use crate::limits::{Limit, limit, named};
use crate::results::{CorpusResult, GrowthResult, Point, Results, Rounds};
use crate::tools::Step;

const PAGE: &str = "performance.md";
const PLOTS: &str = "plots";

/// What Strongroom wants to be, beside the fastest peer and beside the bound.
struct Goal {
    step: Step,
    verb: &'static str,
    peer: Option<f64>,
    bound: Option<f64>,
}

const GOALS: [Goal; 3] = [
    Goal { step: Step::Seal, verb: "Seal", peer: Some(1.2), bound: None },
    Goal { step: Step::Verify, verb: "Verify without a key", peer: None, bound: Some(0.9) },
    Goal { step: Step::Restore, verb: "Restore", peer: Some(1.5), bound: Some(0.85) },
];

/// Writes the page and its plots from `results`.
pub(crate) fn write(results: &Results, arguments: &Arguments) -> Outcome<()> {
    let docs = repository().join("docs");
    let to = if arguments.small { beside(&arguments.dir) } else { docs.clone() };
    fs::create_dir_all(to.join(PLOTS)).map_err(context("making the plots' folder"))?;
    let mut page = fs::read_to_string(docs.join(PAGE)).map_err(context("reading the page"))?;
    let mut plots = BTreeMap::new();
    if !results.corpora.is_empty() {
        let mut text = String::new();
        for corpus in &results.corpora {
            write_corpus(&mut text, corpus);
            plots.insert(corpus.name.clone(), bars::plot(corpus));
        }
        page = between(&page, "bench", &text)?;
    }
    if !results.growth.content.is_empty() {
        page = between(&page, "growth", &growth(&results.growth, &mut plots))?;
    }
    for (name, plot) in plots {
        let path = to.join(PLOTS).join(format!("{name}.svg"));
        fs::write(path, plot).map_err(context("writing a plot"))?;
    }
    println!("\nWritten: {}", to.join(PAGE).display());
    fs::write(to.join(PAGE), page).map_err(context("writing the page"))
}

/// The machine and the day, for figures to stand under.
pub(crate) fn machine() -> String {
    let file = |path| fs::read_to_string(path).unwrap_or_default();
    let cpu = file("/proc/cpuinfo");
    let model = cpu.lines().find_map(|line| line.strip_prefix("model name"));
    let model = model.and_then(|line| line.split(": ").nth(1)).unwrap_or("a processor");
    let memory = file("/proc/meminfo");
    let memory = memory.lines().next().and_then(|line| line.split_whitespace().nth(1));
    let gib = memory.and_then(|kib| kib.parse::<f64>().ok()).unwrap_or(0.0) / 1048576.0;
    let day = Command::new("date").args(["-u", "+%F"]).output();
    let day = day.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
    let (cores, day) = (crate::bounds::cores(), day.unwrap_or_default());
    format!("{model}, {cores} cores, {gib:.0} GiB of memory, {day}")
}

/// Millions of bytes, for rates of content.
pub(crate) fn megabytes(bytes: f64) -> String {
    format!("{:.0}", bytes / 1e6)
}

/// Billions of bytes, with three digits.
pub(crate) fn gigabytes(bytes: f64) -> String {
    let billions = bytes / 1e9;
    let digits = if billions < 9.995 { 2 } else { 1 };
    format!("{billions:.digits$}")
}

fn beside(dir: &Path) -> PathBuf {
    dir.with_extension("page")
}

/// `page` with `text` between the marks of `name`.
fn between(page: &str, name: &str, text: &str) -> Outcome<String> {
    let (begin, end) = (format!("<!-- {name}: begin -->\n"), format!("<!-- {name}: end -->"));
    let Some(start) = page.find(&begin).map(|at| at + begin.len()) else {
        return fail(format!("{PAGE} has no mark {begin}"));
    };
    let Some(stop) = page[start..].find(&end).map(|at| start + at) else {
        return fail(format!("{PAGE} has no mark {end}"));
    };
    Ok(format!("{}\n{}\n{}", &page[..start], text.trim(), &page[stop..]))
}

fn write_corpus(text: &mut String, result: &CorpusResult) {
    let CorpusResult { name, title, machine, versions, .. } = result;
    let _ = writeln!(text, "\n### {title}\n\n![{title}]({PLOTS}/{name}.svg)\n");
    let _ = writeln!(text, "{machine}. {}.\n", versions.join(", "));
    for goal in &GOALS {
        let _ = writeln!(text, "- {}", sentence(goal, result));
    }
    write_tools(text, result);
    write_limits(text, result);
    write_bounds(text, result);
    write_damage(text, result);
}

/// Whether a goal is reached; where it is not, what limits.
fn sentence(goal: &Goal, result: &CorpusResult) -> String {
    let Some(ours) = result.tools.first() else { return "nothing was measured".to_owned() };
    let Some(own) = rounds(ours, goal.step).median() else { return "not measured".to_owned() };
    let mut parts = Vec::new();
    let peers = result.tools.iter().filter(|tool| !tool.name.starts_with("Strongroom"));
    let times = peers.filter_map(|tool| Some((rounds(tool, goal.step).median()?, &tool.name)));
    let fastest = times.min_by(|one, other| one.0.total_cmp(&other.0));
    if let (Some(wanted), Some((seconds, name))) = (goal.peer, fastest) {
        let ratio = seconds / own;
        parts.push(format!(
            "{ratio:.2} times as fast as the fastest peer ({name}); the goal of {wanted} is {}",
            reached(ratio >= wanted)
        ));
    }
    if let Some(Limit { name, seconds }) = limit(goal.step, ours, result) {
        let part = seconds / own;
        let judged = goal.bound.map_or_else(String::new, |wanted| {
            format!("; the goal of {wanted} is {}", reached(part >= wanted))
        });
        parts.push(format!("{part:.2} of what limits it ({name}){judged}"));
    }
    format!("**{}**: {}.", goal.verb, parts.join("; "))
}

fn reached(is: bool) -> &'static str {
    if is { "reached" } else { "not reached" }
}

fn write_tools(text: &mut String, result: &CorpusResult) {
    let content = result.bytes as f64;
    let Some(ours) = result.tools.first() else { return };
    text.push_str(
        "\n| tool | on medium | seal MB/s | verify MB/s | restore MB/s | resume s | list s \
         | seal × | restore × | rounds |\n|---|---|---|---|---|---|---|---|---|---|\n",
    );
    for tool in &result.tools {
        let key = if tool.verifies_without_key { "" } else { " (key)" };
        let times = |step| rounds(tool, step).median().zip(rounds(ours, step).median());
        let ratio = |step| match times(step) {
            Some((theirs, own)) => format!("{:.2}", theirs / own),
            None => "–".to_owned(),
        };
        let _ = writeln!(
            text,
            "| {} | {:.1} % | {} | {}{key} | {} | {} | {} | {} | {} | {} |",
            tool.name,
            100.0 * tool.sealed_bytes as f64 / content,
            rate_cell(&tool.seal, content),
            rate_cell(&tool.verify, content),
            rate_cell(&tool.restore, content),
            time_cell(&tool.resume),
            time_cell(&tool.list),
            ratio(Step::Seal),
            ratio(Step::Restore),
            tool.restore.0.len(),
        );
    }
    let notes = result.tools.iter().map(|tool| format!("{}: {}", tool.name, tool.note));
    let _ = writeln!(text, "\n{}.", notes.collect::<Vec<_>>().join(". "));
}

fn write_limits(text: &mut String, result: &CorpusResult) {
    text.push_str(
        "\n| operation | measured s | limited by | least s | part of the bound |\n\
         |---|---|---|---|---|\n",
    );
    for tool in result.tools.iter().filter(|tool| tool.name.starts_with("Strongroom")) {
        for goal in &GOALS {
            let measured = rounds(tool, goal.step);
            let limited = limit(goal.step, tool, result).zip(measured.median());
            let Some((Limit { name, seconds }, own)) = limited else { continue };
            let operation = format!("{}, {}", tool.name, goal.verb.to_lowercase());
            let measured = time_cell(measured);
            let part = seconds / own;
            let _ =
                writeln!(text, "| {operation} | {measured} | {name} | {seconds:.2} | {part:.2} |");
        }
    }
}

fn write_bounds(text: &mut String, result: &CorpusResult) {
    text.push_str("\n| bound | median | least to most |\n|---|---|---|\n");
    for (name, rounds, counts_files) in named(&result.bounds) {
        let Some(spread) = rounds.spread() else { continue };
        let [least, median, most] = spread.map(|rate| {
            if counts_files { format!("{rate:.0} files/s") } else { gigabytes(rate) + " GB/s" }
        });
        let _ = writeln!(text, "| {name} | {median} | {least} to {most} |");
    }
}

fn write_damage(text: &mut String, result: &CorpusResult) {
    if result.damage.is_empty() {
        return;
    }
    let _ = writeln!(
        text,
        "\nOne percent of what each tool wrote was overwritten, in ten runs at the same parts of \
         the way, and restored:\n\n| tool | exit code | identical | damaged and named \
         | not named | changed under its own name | its last words |\n|---|---|---|---|---|---|---|"
    );
    for damage in &result.damage {
        let exit = damage.exit.map_or("killed".to_owned(), |code| code.to_string());
        let said = damage.said.replace('|', "/").replace('<', "&lt;");
        let saved = if damage.saved_bytes > 0 {
            format!("{said}; {:.1} MB of damaged files saved", damage.saved_bytes as f64 / 1e6)
        } else {
            said
        };
        let _ = writeln!(
            text,
            "| {} | {exit} | {} of {} | {} | {} | {} | {saved} |",
            damage.name,
            damage.identical,
            result.files,
            damage.named,
            damage.unnamed,
            damage.disguised,
        );
    }
}

fn growth(growth: &GrowthResult, plots: &mut BTreeMap<String, String>) -> String {
    let mut text = format!("{}.\n", growth.machine);
    let gib = |size: u64| match size >> 30 {
        0 => format!("{} MiB", size >> 20),
        gib => format!("{gib} GiB"),
    };
    let count = |size: u64| match size {
        1_000_000.. => format!("{} million", size / 1_000_000),
        10_000.. => format!("{} 000", size / 1000),
        size => size.to_string(),
    };
    let span = |points: &[Point], unit: &dyn Fn(u64) -> String| {
        let ends = points.first().zip(points.last());
        ends.map_or_else(String::new, |(first, last)| {
            format!("from {} to {}", unit(first.size), unit(last.size))
        })
    };
    let title = &format!("Content {}", span(&growth.content, &gib));
    plots.insert("growth-content".to_owned(), curves::plot(title, &growth.content, gib));
    write_growth(&mut text, (title, "growth-content"), &growth.content, gib);
    if !growth.entries.is_empty() {
        let title = &format!("Entries {}", span(&growth.entries, &count));
        plots.insert("growth-entries".to_owned(), curves::plot(title, &growth.entries, count));
        write_growth(&mut text, (title, "growth-entries"), &growth.entries, count);
    }
    text
}

fn write_growth(
    text: &mut String,
    (title, plot): (&str, &str),
    points: &[Point],
    unit: impl Fn(u64) -> String,
) {
    let _ = writeln!(text, "\n### {title}\n\n![{title}]({PLOTS}/{plot}.svg)\n");
    let mut operations: Vec<&str> = Vec::new();
    for cost in points.iter().flat_map(|point| &point.costs) {
        if !operations.contains(&cost.operation.as_str()) {
            operations.push(&cost.operation);
        }
    }
    let _ = writeln!(text, "| size | sealed | {} |", operations.join(" | "));
    let _ = writeln!(text, "|---|---|{}", "---|".repeat(operations.len()));
    for point in points {
        let cells = operations.iter().map(|operation| {
            let cost = point.costs.iter().find(|cost| cost.operation == *operation);
            cost.map_or("no room".to_owned(), |cost| {
                format!("{:.2} s, {} MiB", cost.seconds, cost.peak_bytes >> 20)
            })
        });
        let (size, sealed) = (unit(point.size), gigabytes(point.sealed_bytes as f64));
        let cells = cells.collect::<Vec<_>>().join(" | ");
        let _ = writeln!(text, "| {size} | {sealed} GB | {cells} |");
    }
    let costs = points.iter().flat_map(|point| &point.costs);
    let most = costs.map(|cost| cost.peak_bytes >> 20).max().unwrap_or_default();
    let _ = writeln!(text, "\nThe most memory that any of them took: {most} MiB.");
}

fn rate_cell(rounds: &Rounds, content: f64) -> String {
    match rounds.rates(content).map(|rates| rates.map(megabytes)) {
        None => "–".to_owned(),
        Some([_, median, _]) if rounds.0.len() == 1 => median,
        Some([least, median, most]) => format!("{median} ({least}–{most})"),
    }
}

fn time_cell(rounds: &Rounds) -> String {
    match rounds.spread() {
        None => "–".to_owned(),
        Some([_, median, _]) if rounds.0.len() == 1 => format!("{median:.2}"),
        Some([least, median, most]) => format!("{median:.2} ({least:.2}–{most:.2})"),
    }
}
