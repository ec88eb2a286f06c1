//! Killed at any moment: nothing half-made passes for whole, and doing it again is safe.
//!
//! `STRONGROOM_KILLS` sets how often each operation is killed; a few times here, two hundred in a
//! long run.
#![allow(clippy::unwrap_used, clippy::panic)]

mod custody;
#[allow(dead_code)]
#[path = "../line/program.rs"]
mod program;
mod sync_points;

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use program::{Desk, answers, assert_same, noise, text, walk};

/// How often each operation is killed.
#[expect(clippy::disallowed_methods, reason = "a long run asks for more kills")]
fn kills() -> u64 {
    std::env::var("STRONGROOM_KILLS").ok().and_then(|count| count.parse().ok()).unwrap_or(8)
}

/// Runs `command` once to its end and returns how long it took.
fn duration(mut command: Command) -> Duration {
    let started = Instant::now();
    assert!(command.stdout(Stdio::null()).status().unwrap().success());
    started.elapsed()
}

/// Starts `command` and kills it at moment `number` of `all` moments spread over `whole`.
fn killed(mut command: Command, whole: Duration, number: u64, all: u64) {
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let part = whole.as_micros() * u128::from(number * 2 + 1) / u128::from(all * 2);
    std::thread::sleep(Duration::from_micros(u64::try_from(part).unwrap()));
    let _ = child.kill();
    child.wait().unwrap();
}

fn volumes(dir: &Path) -> usize {
    let entries = fs::read_dir(dir).into_iter().flatten().flatten();
    entries.filter(|entry| entry.path().extension().is_some_and(|end| end == "strongroom")).count()
}

fn tree(desk: &Desk) {
    fs::create_dir_all(desk.path("tree/inner")).unwrap();
    for number in 0..24 {
        let path = desk.path("tree/inner").join(format!("file {number}"));
        fs::write(path, noise(700_000 + number)).unwrap();
    }
    fs::write(desk.path("tree/text"), "words ".repeat(500_000)).unwrap();
}

#[test]
fn a_seal_killed_at_any_moment_leaves_no_archive_that_does_not_verify() {
    let (desk, genesis) = Desk::with_key();
    tree(&desk);
    let source = desk.path("tree");
    let seal = |to: &Path| {
        let recipient = genesis["recipient"].as_str().unwrap();
        desk.command(&["seal", "-r", recipient, "-o", text(to), text(&source)])
    };
    let whole = duration(seal(&desk.path("whole")));
    for number in 0..kills() {
        let to = desk.path(&format!("archive {number}"));
        killed(seal(&to), whole, number, kills());
        if volumes(&to) > 0 {
            assert_eq!(desk.run(&["verify", text(&to)]).json["verdict"], "intact", "kill {number}");
            fs::remove_dir_all(&to).unwrap();
        }
        duration(seal(&to));
        assert_eq!(desk.run(&["verify", text(&to)]).exit, 0, "sealed again after kill {number}");
        assert_eq!(desk.run(&["fsck"]).exit, 0, "nothing stays open after kill {number}");
        fs::remove_dir_all(&to).unwrap();
    }
}

#[test]
fn a_restore_killed_at_any_moment_can_be_repeated_and_is_identical() {
    let (desk, genesis) = Desk::with_key();
    tree(&desk);
    desk.seal(&genesis, &desk.path("tree"), "archive");
    let restore = |to: &Path, resume: bool| {
        let archive = desk.path("archive");
        let mut arguments = vec!["restore", text(&archive), "--to", text(to)];
        for place in [0, 1, 3] {
            arguments.extend(["--share", genesis["shares"][place]["file"].as_str().unwrap()]);
        }
        arguments.extend(resume.then_some("--resume"));
        desk.command(&arguments)
    };
    let whole = duration(restore(&desk.path("whole"), false));
    for number in 0..kills() {
        let to = desk.path(&format!("out {number}"));
        killed(restore(&to, false), whole, number, kills());
        let tree = to.join("tree");
        let there = if tree.exists() { walk(&tree) } else { Vec::new() };
        for found in there.iter().filter(|found| found.is_file()) {
            let name = found.strip_prefix(&to).unwrap();
            let original = fs::read(desk.dir().join(name)).unwrap();
            assert!(fs::read(found).unwrap() == original, "{} after kill {number}", name.display());
        }
        duration(restore(&to, true));
        assert_same(&desk.path("tree"), &to.join("tree"));
        let left = fs::read_dir(&to).unwrap().count();
        assert_eq!(desk.run(&["fsck"]).exit, 0, "nothing stays open after kill {number}");
        assert_eq!(left, 1, "something was left beside the tree after kill {number}");
        fs::remove_dir_all(&to).unwrap();
    }
}

#[test]
fn a_genesis_killed_at_any_moment_never_leaves_a_half_made_key_effective() {
    let answers = answers("genesis.toml");
    let genesis = |desk: &Desk| {
        let sheets = desk.path("sheets");
        let arguments = ["ceremony", "run", "genesis", "--answers", &answers, "--sheets"];
        desk.command(&[&arguments[..], &[text(&sheets)]].concat())
    };
    let whole = duration(genesis(&Desk::empty()));
    // A genesis is long; a quarter of the kills meet as many of its moments.
    let all = (kills() / 4).max(3);
    for number in 0..all {
        let desk = Desk::empty();
        killed(genesis(&desk), whole, number, all);
        let keys = desk.run(&["key", "list"]).json;
        let active = keys["keys"].as_array().unwrap().iter().any(|key| key["state"] == "active");
        if active {
            let key = desk.run(&["key", "show", "drill/1"]).json;
            assert_eq!(key["holders"].as_array().unwrap().len(), 5, "kill {number}");
        }
        let again = desk.ran(genesis(&desk).output().unwrap());
        assert_eq!(again.exit, 0, "after kill {number}: {again:?}");
        let fsck = desk.run(&["fsck"]);
        assert_eq!(fsck.exit, 0, "after kill {number}: {fsck:?}");
        assert_eq!(desk.run(&["log", "verify"]).exit, 0, "after kill {number}");
        let keys = desk.run(&["key", "list"]).json;
        let state = |key: &serde_json::Value| key["state"].as_str().unwrap().to_owned();
        let states: Vec<_> = keys["keys"].as_array().unwrap().iter().map(state).collect();
        let pending = states.iter().any(|state| state == "pre-activation");
        assert!(!pending, "after kill {number}: {states:?}");
    }
}
