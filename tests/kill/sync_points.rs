//! Killed where it matters: at each moment at which something becomes durable.
//!
//! `strace` ends the program as it asks the system for the n-th sync, for every n: between two
//! syncs there is nothing that a power cut could tell apart.

use std::process::{Command, Stdio};

use crate::kills;
use crate::program::{Desk, answers, text};

const SYNCS: &str = "fsync,fdatasync";

/// `command` under strace, which kills it at sync `number`.
fn killed_at_sync(command: &Command, number: u64) -> Command {
    let mut traced = Command::new("strace");
    traced.args(["-f", "-qq", "-o", "/dev/null", "-e"]).arg(format!("trace={SYNCS}"));
    traced.arg("-e").arg(format!("inject={SYNCS}:signal=SIGKILL:when={number}"));
    traced.arg(command.get_program()).args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => traced.env(name, value),
            None => traced.env_remove(name),
        };
    }
    traced.stdout(Stdio::null()).stderr(Stdio::null());
    traced
}

fn genesis(desk: &Desk) -> Command {
    let (answers, sheets) = (answers("genesis.toml"), desk.path("sheets"));
    let arguments = ["ceremony", "run", "genesis", "--answers", &answers, "--sheets"];
    desk.command(&[&arguments[..], &[text(&sheets)]].concat())
}

/// Whether a key is active after a kill; if so, nothing of it is half-made.
fn has_whole_key(desk: &Desk, number: u64) -> bool {
    let keys = desk.run(&["key", "list"]).json;
    let is_active = keys["keys"].as_array().unwrap().iter().any(|key| key["state"] == "active");
    if is_active {
        let key = desk.run(&["key", "show", "drill/1"]).json;
        assert_eq!(key["holders"].as_array().unwrap().len(), 5, "sync {number}");
    }
    is_active
}

/// How many syncs a whole run has: the first number that is never reached, less one.
fn syncs_of_a_run() -> u64 {
    let (mut reached, mut beyond) = (0, 4096);
    while reached + 1 < beyond {
        let middle = reached + (beyond - reached) / 2;
        let ended = killed_at_sync(&genesis(&Desk::empty()), middle).status();
        let ended = ended.expect("strace runs; `cargo xtask setup` installs it");
        if ended.success() { beyond = middle } else { reached = middle }
    }
    reached
}

#[test]
fn a_genesis_killed_at_every_sync_leaves_no_half_made_key_and_can_be_repeated() {
    let syncs = syncs_of_a_run();
    assert!((50..4000).contains(&syncs), "a genesis makes something durable {syncs} times");
    // In a long run every sync; else as many as there are kills, spread over all of them.
    let step = usize::try_from((syncs / kills().min(syncs)).max(1)).unwrap();
    let mut was_active = false;
    for number in (1..=syncs).step_by(step) {
        let desk = Desk::empty();
        assert!(!killed_at_sync(&genesis(&desk), number).status().unwrap().success());
        let is_active = has_whole_key(&desk, number);
        assert!(is_active || !was_active, "an effective key is lost at sync {number}");
        was_active = is_active;
        let again = desk.ran(genesis(&desk).output().unwrap());
        assert_eq!(again.exit, 0, "after sync {number}: {again:?}");
        let void = again.json["void"].as_array().unwrap();
        assert!(void.is_empty() || !is_active, "an effective split was called void: {again:?}");
        assert_eq!(desk.run(&["fsck"]).exit, 0, "after sync {number}");
        assert_eq!(desk.run(&["log", "verify"]).exit, 0, "after sync {number}");
    }
}
