//! `cargo xtask test`: everything that must hold, in the order in which it fails fastest.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::time::Instant;

use crate::house::{House, line_of};
use crate::node::Node;
use crate::stop::Stop;
use crate::tally::{Count, Tally};
use crate::{demo, deny, desktop, setup, tokens};

/// Tests that miss what they need append a line to the file this variable names.
const SKIPS: &str = "STRONGROOM_SKIPS";

/// Sets up, checks everything, and prints `N passed, N failed` as its last line.
///
/// # Errors
/// When the machine cannot be set up, so that nothing was checked.
pub(crate) fn run(house: &House) -> Result<ExitCode, Stop> {
    let start = Instant::now();
    setup::run(house)?;
    tokens::set_up(house);
    let node = Node::find_or_install(house)?;
    let deny = deny::find_or_install(house)?;
    println!("set-up took {:.1} s", start.elapsed().as_secs_f64());

    let mut tally = Tally::default();
    check_text(house, &mut tally);
    check_page(house, &node, &mut tally);
    check_dependencies(house, &deny, &mut tally);
    check_code(house, &mut tally);
    tally.step("tests", || tests(house));
    tally.step("demonstration, small", || demonstration(house, &[]));
    tally.step("worst day, small", || demonstration(house, &["worst-day"]));
    check_locks(house, &mut tally);
    tally.print();
    Ok(if tally.total().failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn check_text(house: &House, tally: &mut Tally) {
    let mut command = house.cargo(&["fmt", "--all", "--check"]);
    tally.step("formatting", || passes(&mut command));
}

/// The page comes before the code, because the shell is compiled with the page inside.
fn check_page(house: &House, node: &Node, tally: &mut Tally) {
    let ui = house.root.join("ui");
    for (name, script) in [
        ("page: types", "check"),
        ("page: formatting", "format:check"),
        ("page: tests", "test"),
        ("page: build", "build"),
    ] {
        let mut command = node.npm(&ui, &["run", "--silent", script]);
        tally.step(name, || passes(&mut command));
    }
}

fn check_dependencies(house: &House, deny: &Path, tally: &mut Tally) {
    let check = |before: &[&str], what: &[&str]| {
        let mut command = house.command(deny);
        command.args(["--config", ".deny.toml", "--all-features"]).args(before).arg("check");
        command.args(["--hide-inclusion-graph", "--show-stats"]).args(what);
        command
    };
    tally.step("licences, bans, sources", || {
        passes(&mut check(&[], &["bans", "licenses", "sources"]))
    });
    tally.step("advisories", || {
        if deny::has_advisories() {
            return passes(&mut check(&["--offline"], &["advisories"]));
        }
        println!("skipped: no database of advisories on this machine, and none can be fetched");
        Count { skipped: 1, ..Count::default() }
    });
}

fn check_code(house: &House, tally: &mut Tally) {
    let clippy = ["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"];
    let mut clippy = house.cargo(&clippy);
    tally.step("lints", || passes(&mut clippy));
    // Tests that span crates run the real programs, which lie beside the test executables.
    let mut build = house.cargo(&["build", "--workspace", "--bins"]);
    tally.step("programs", || passes(&mut build));
    let mut build = house.cargo(desktop::E2E);
    tally.step("program for window tests", || passes(&mut build));
}

/// In a clean clone, building must not have had to change what pins the dependencies.
fn check_locks(house: &House, tally: &mut Tally) {
    if std::env::var_os("CI").is_none() {
        return;
    }
    let mut command = house.command("git");
    command.args(["diff", "--exit-code", "--stat", "--", "Cargo.lock", "*/package-lock.json"]);
    tally.step("lock files are current", || passes(&mut command));
}

/// A demonstration on real input, in its small size.
fn demonstration(house: &House, more: &[&str]) -> Count {
    match demo::run(house, demo::Size::Small, more) {
        Ok(_) => Count::one(true),
        Err(stop) => {
            println!("{stop}");
            Count::one(false)
        }
    }
}

/// Runs all tests of the workspace, passing their output on as it comes.
fn tests(house: &House) -> Count {
    let skips = house.target.join("skips.txt");
    let fresh = fs::write(&skips, "");
    if let Err(error) = fresh {
        println!("{}", Stop::file(&skips, &error));
        return Count::one(false);
    }
    let mut command = house.cargo(&["test", "--workspace", "--no-fail-fast"]);
    command.env(SKIPS, &skips).stdout(Stdio::piped());
    let (count, ended_well) = stream(&mut command);
    let skipped = fs::read_to_string(&skips).unwrap_or_default();
    skipped.lines().for_each(|line| println!("skipped: {line}"));
    let count = count.with_skips(skipped.lines().count());
    // A test program that does not compile, or is killed, prints no result line.
    let is_silent_failure = !ended_well && count.failed == 0;
    count.plus(Count { failed: usize::from(is_silent_failure), ..Count::default() })
}

/// Copies what `command` prints, and counts its result lines; also tells whether it succeeded.
fn stream(command: &mut Command) -> (Count, bool) {
    let mut count = Count::default();
    let mut child = match command.spawn() {
        Ok(child) => child,
        Err(error) => {
            println!("{} could not be started: {error}", line_of(command));
            return (count, false);
        }
    };
    let lines = child.stdout.take().map(BufReader::new).into_iter().flat_map(BufRead::lines);
    for line in lines.map_while(Result::ok) {
        println!("{line}");
        count = count.plus(Count::parse(&line).unwrap_or_default());
    }
    (count, child.wait().is_ok_and(|status| status.success()))
}

/// One check: a command that must succeed, with its output shown.
fn passes(command: &mut Command) -> Count {
    match command.status() {
        Ok(status) => Count::one(status.success()),
        Err(error) => {
            println!("{} could not be started: {error}", line_of(command));
            Count::one(false)
        }
    }
}
