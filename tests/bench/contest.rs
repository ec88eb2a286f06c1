//! All tools on one corpus, in turns, with the bounds measured in every round.

use strongroom_tests::outcome::{Outcome, fail};

use crate::bounds;
use crate::corpora::{self, Corpus};
use crate::damage;
use crate::report::machine;
use crate::results::{Bounds, CorpusResult, ToolResult};
use crate::shop::Shop;
use crate::tools::{Step, Tool};
use crate::trial;

/// Rounds of those that are not far behind, and of the small size.
const ROUNDS: usize = 3;
const ROUNDS_SMALL: usize = 2;
/// Whoever takes this many times as long as Strongroom in the first round is measured once: more
/// figures would not change what the table says.
const FAR_BEHIND: f64 = 3.0;

/// Measures every tool on `corpus`.
pub(crate) fn run(corpus: &Corpus, shop: &Shop, small: bool) -> Outcome<CorpusResult> {
    let tools: Vec<_> = shop.tools.iter().copied().filter(|tool| tool.plays_on(corpus)).collect();
    let mut results: Vec<_> = tools.iter().map(|tool| blank(tool)).collect();
    // A peer that fails is left out and named; Strongroom has to do everything.
    let mut failed = Vec::new();
    let mut bounds = Bounds::default();
    for round in 0..if small { ROUNDS_SMALL } else { ROUNDS } {
        bounds::measure(corpus, shop, &mut bounds)?;
        for index in order(round, tools.len()) {
            let is_out = failed.contains(&index) || is_far_behind(&results[index], &results[0]);
            if round > 0 && is_out {
                continue;
            }
            match take_turn(tools[index], corpus, shop, &mut results[index]) {
                Err(problem) if !tools[index].is_ours() => {
                    println!("  left out from here on: {problem}");
                    results[index].note.push_str(", failed in a round");
                    failed.push(index);
                }
                done => done?,
            }
        }
    }
    let damage = if corpus.name == "mixed" {
        tools.iter().map(|tool| damage::trial(tool, corpus, shop)).collect::<Outcome<_>>()?
    } else {
        Vec::new()
    };
    shop.clear()?;
    Ok(CorpusResult {
        name: corpus.name.to_owned(),
        title: corpus.title.clone(),
        machine: machine(),
        versions: shop.versions()?,
        bytes: corpus.bytes,
        files: corpus.files,
        is_tree: corpus.shape == corpora::Shape::Tree,
        tools: results,
        bounds,
        damage,
    })
}

/// The order of a round. In each one every tool follows another neighbour: what the one before
/// wrote keeps a disk busy, and whoever always came after the slowest would pay for it.
fn order(round: usize, tools: usize) -> Vec<usize> {
    match round % 3 {
        0 => (0..tools).collect(),
        1 => (0..tools).rev().collect(),
        _ => (1..tools).step_by(2).chain((0..tools).step_by(2)).collect(),
    }
}

fn blank(tool: &Tool) -> ToolResult {
    ToolResult {
        name: tool.name.to_owned(),
        note: tool.note.to_owned(),
        verifies_without_key: tool.verifies_without_key(),
        ..ToolResult::default()
    }
}

fn is_far_behind(tool: &ToolResult, ours: &ToolResult) -> bool {
    let both = |result: &ToolResult| Some(result.seal.median()? + result.restore.median()?);
    both(tool).zip(both(ours)).is_some_and(|(theirs, ours)| theirs > FAR_BEHIND * ours)
}

/// Seals, verifies, lists, restores, compares; then restores again, is killed, and resumes.
fn take_turn(tool: &Tool, corpus: &Corpus, shop: &Shop, into: &mut ToolResult) -> Outcome<()> {
    shop.clear()?;
    corpus.warm()?;
    let time = |step| trial::time(tool, step, corpus, shop);
    into.seal.0.extend(time(Step::Seal)?);
    into.sealed_bytes = corpora::extent(&shop.bench)?.0;
    into.verify.0.extend(time(Step::Verify)?);
    into.list.0.extend(time(Step::List)?);
    let restore = time(Step::Restore)?;
    into.restore.0.extend(restore);
    compare(tool, corpus, shop)?;
    if let (Some(seconds), Some(_)) = (restore, tool.script(Step::Resume, corpus.shape)) {
        shop.clear_restored()?;
        if trial::interrupt(tool, corpus, shop, seconds / 2.0)? {
            into.resume.0.extend(time(Step::Resume)?);
            compare(tool, corpus, shop)?;
        }
    }
    println!("  {:<24} {}", tool.name, figures(into, corpus.bytes));
    shop.clear()
}

fn compare(tool: &Tool, corpus: &Corpus, shop: &Shop) -> Outcome<()> {
    let differences = corpus.differences(&shop.bench.join("restored"))?;
    if differences.is_empty() {
        return Ok(());
    }
    fail(format!("{} gave back something else: {}", tool.name, differences.join("; ")))
}

fn figures(result: &ToolResult, bytes: u64) -> String {
    let steps = [&result.seal, &result.verify, &result.restore, &result.resume, &result.list];
    let names = ["seal", "verify", "restore", "resume", "list"];
    let figures = names.iter().zip(steps).filter_map(|(name, rounds)| {
        let seconds = rounds.0.last()?;
        Some(format!("{name} {seconds:.2} s ({:.0} MB/s)", bytes as f64 / 1e6 / seconds))
    });
    figures.collect::<Vec<_>>().join(", ")
}
