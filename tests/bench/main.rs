//! `cargo xtask bench`: Strongroom beside its peers, in one interleaved run, as ratios.
//!
//! Two inputs, as in the demonstration: one stream (a PostgreSQL dump) and one tree of real files.
//! Every tool seals and restores both, in turn, several rounds; the median of each is compared
//! with Strongroom's. What was restored is compared with what was sealed in every round. The input
//! is read before every seal, so nobody starts with a colder cache: borg throws out what it has
//! read. A time ends when the disk has everything, for all alike, and begins when nothing of the
//! step before is left to write: Strongroom waits for the disk, and would pay for others.

#![allow(clippy::print_stdout, clippy::print_stderr)]

mod inputs;
mod peers;

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::time::Instant;

use inputs::Inputs;
use peers::{Peer, Step};
use strongroom_tests::outcome::{Outcome, context, fail};
use strongroom_tests::scale::Arguments;

const ROUNDS: usize = 3;

/// One tool on one input: medians in seconds, and bytes on the medium.
struct Row {
    input: &'static str,
    peer: &'static str,
    bytes: u64,
    sealed_bytes: u64,
    seal: f64,
    restore: f64,
}

/// Runs the comparison and prints a table, also into `results.md` of the work folder.
fn main() -> ExitCode {
    match Arguments::parse().and_then(|arguments| run(&arguments)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("\nThe measurement failed.\n{problem}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Outcome<()> {
    let inputs = Inputs::prepare(arguments)?;
    let peers = peers::available(&inputs)?;
    let mut rows = Vec::new();
    for input in ["stream", "tree"] {
        rows.extend(compare_on(input, &peers, &inputs)?);
    }
    let text = render(&rows);
    print!("{text}");
    fs::write(inputs.dir.join("results.md"), text).map_err(context("writing the results"))
}

fn compare_on(input: &'static str, peers: &[&Peer], inputs: &Inputs) -> Outcome<Vec<Row>> {
    let mut seconds = vec![(Vec::new(), Vec::new()); peers.len()];
    let mut sealed_bytes = vec![0; peers.len()];
    for round in 0..ROUNDS {
        // Each round starts with another tool, so that none always follows the same neighbour.
        for turn in 0..peers.len() {
            let index = (turn + round) % peers.len();
            let dir = inputs.dir.join("work");
            reset(&dir)?;
            inputs.read(input)?;
            seconds[index].0.push(time(peers[index].script(Step::Seal, input), inputs, &dir)?);
            sealed_bytes[index] = inputs::bytes_below(&dir)?;
            seconds[index].1.push(time(peers[index].script(Step::Restore, input), inputs, &dir)?);
            inputs.compare(input, &dir, peers[index].name)?;
            reset(&dir)?;
        }
    }
    let bytes = inputs.bytes(input)?;
    let rows = peers.iter().zip(seconds).zip(sealed_bytes);
    Ok(rows
        .map(|((peer, (seal, restore)), sealed_bytes)| Row {
            input,
            peer: peer.name,
            bytes,
            sealed_bytes,
            seal: median(seal),
            restore: median(restore),
        })
        .collect())
}

fn time(script: &str, inputs: &Inputs, dir: &Path) -> Outcome<f64> {
    rustix::fs::sync();
    let script = format!("{script} && sync -f .");
    let started = Instant::now();
    let output = inputs
        .environment(Command::new("bash").args(["-euo", "pipefail", "-c", &script]))
        .current_dir(dir)
        .stdin(Stdio::null())
        .output()
        .map_err(context("starting a shell"))?;
    let seconds = started.elapsed().as_secs_f64();
    if output.status.success() {
        return Ok(seconds);
    }
    fail(format!("`{script}` failed: {}", String::from_utf8_lossy(&output.stderr)))
}

fn reset(dir: &Path) -> Outcome<()> {
    if dir.exists() {
        fs::remove_dir_all(dir).map_err(context("clearing a work folder"))?;
    }
    fs::create_dir_all(dir).map_err(context("making a work folder"))
}

fn median(mut seconds: Vec<f64>) -> f64 {
    seconds.sort_by(f64::total_cmp);
    seconds[seconds.len() / 2]
}

#[expect(clippy::cast_precision_loss, reason = "sizes are shown with three digits")]
fn render(rows: &[Row]) -> String {
    let mut text = String::from(
        "| input | tool | on medium | seal MB/s | restore MB/s | seal ratio | restore ratio |\n\
         |---|---|---|---|---|---|---|\n",
    );
    for row in rows {
        let ours = rows.iter().find(|own| own.input == row.input).unwrap_or(row);
        let megabytes = row.bytes as f64 / 1e6;
        // A ratio above 1 says that Strongroom is faster.
        let _ = writeln!(
            text,
            "| {} | {} | {:.0} % | {:.0} | {:.0} | {:.2} | {:.2} |",
            row.input,
            row.peer,
            100.0 * row.sealed_bytes as f64 / row.bytes as f64,
            megabytes / row.seal,
            megabytes / row.restore,
            row.seal / ours.seal,
            row.restore / ours.restore,
        );
    }
    text
}
