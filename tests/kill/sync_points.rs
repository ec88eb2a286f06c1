//! Killed where it matters: at each moment at which something becomes durable.
//!
//! `strace` ends the program as it asks the system for the n-th sync, for every n: between two
//! syncs there is nothing that a power cut could tell apart.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::kills;
use crate::program::{Desk, answers, assert_same, sample_tree, text};

const SYNCS: &str = "fsync,fdatasync";

/// `command` under strace, which writes down every sync.
fn traced(command: &Command, into: &Path, more: &[String]) -> Command {
    let mut traced = Command::new("strace");
    traced.args(["-f", "-qq", "-o"]).arg(into).arg("-e").arg(format!("trace={SYNCS}"));
    traced.args(more).arg(command.get_program()).args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => traced.env(name, value),
            None => traced.env_remove(name),
        };
    }
    traced.stdout(Stdio::null()).stderr(Stdio::null());
    traced
}

/// `command` under strace, which kills it at sync `number`.
pub(crate) fn killed_at_sync(command: &Command, number: u64) -> Command {
    let kill = format!("inject={SYNCS}:signal=SIGKILL:when={number}");
    traced(command, Path::new("/dev/null"), &["-e".to_owned(), kill])
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

/// How many syncs a whole run has.
pub(crate) fn syncs_of(desk: &Desk, command: &Command) -> u64 {
    let trace = desk.path("trace");
    let ended = traced(command, &trace, &[]).status();
    assert!(ended.expect("strace runs; `cargo xtask setup` installs it").success());
    let text = fs::read_to_string(trace).unwrap();
    let begun = text.lines().filter(|line| line.contains("sync(") && !line.contains("resumed>"));
    begun.count() as u64
}

/// Some of the syncs: in a long run every one; else as many as there are kills, spread over all.
pub(crate) fn some(syncs: u64, kills: u64) -> impl Iterator<Item = u64> {
    let step = usize::try_from((syncs / kills.min(syncs)).max(1)).unwrap();
    (1..=syncs).step_by(step)
}

#[test]
fn a_genesis_killed_at_every_sync_leaves_no_half_made_key_and_can_be_repeated() {
    let desk = Desk::empty();
    let syncs = syncs_of(&desk, &genesis(&desk));
    assert!((50..4000).contains(&syncs), "a genesis makes something durable {syncs} times");
    let mut was_active = false;
    for number in some(syncs, kills()) {
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

fn refresh(desk: &Desk) -> Command {
    let (answers, sheets) = (answers("refresh.toml"), desk.path("new-sheets"));
    let arguments = ["ceremony", "run", "refresh", "--answers", &answers, "--sheets"];
    desk.command(&[&arguments[..], &[text(&sheets)]].concat())
}

/// A desk with a key and something that is sealed to it.
pub(crate) fn desk_with_archive() -> Desk {
    let (desk, genesis) = Desk::with_key();
    sample_tree(&desk.path("tree"));
    desk.seal(&genesis, &desk.path("tree"), "archive");
    desk
}

/// Restores under the quorum of whichever split is in force; tells whether it is the new one.
fn restored_by_whoever_counts(desk: &Desk, to: &str) -> bool {
    let shares = desk.run(&["share", "list"]).json["shares"].clone();
    let names: Vec<_> = shares.as_array().unwrap().iter().map(|it| it["holder"].clone()).collect();
    assert_eq!(names.len(), 5, "one split is in force: {names:?}");
    let is_new = names.contains(&"Frida Holm".into());
    assert_ne!(is_new, names.contains(&"Cora Mai".into()), "{names:?}");
    let mut request = fs::read_to_string(answers("restore.toml")).unwrap();
    if is_new {
        request = request.replace("Cora Mai", "Frida Holm").replace("161803", "577215");
    }
    fs::write(desk.path("restore.toml"), request).unwrap();
    let (request, archive, to) = (desk.path("restore.toml"), desk.path("archive"), desk.path(to));
    let run = ["ceremony", "run", "restore", "--answers", text(&request)];
    let ran = desk.run(&[&run[..], &["--archive", text(&archive), "--to", text(&to)]].concat());
    assert_eq!(ran.exit, 0, "{ran:?}");
    assert_same(&desk.path("tree"), &to.join("tree"));
    is_new
}

#[test]
fn a_refresh_killed_at_every_sync_leaves_exactly_one_split_that_opens_what_was_sealed() {
    let desk = desk_with_archive();
    let syncs = syncs_of(&desk, &refresh(&desk));
    assert!((50..4000).contains(&syncs), "a refresh makes something durable {syncs} times");
    let mut was_new = false;
    for number in some(syncs, kills()) {
        let desk = desk_with_archive();
        assert!(!killed_at_sync(&refresh(&desk), number).status().unwrap().success());
        let is_new = restored_by_whoever_counts(&desk, "out");
        assert!(is_new || !was_new, "an effective split is lost at sync {number}");
        was_new = is_new;
        let again = desk.ran(refresh(&desk).output().unwrap());
        assert_eq!(again.exit, 0, "after sync {number}: {again:?}");
        assert!(restored_by_whoever_counts(&desk, "again"), "after sync {number}");
        let keys = desk.run(&["key", "list"]).json["keys"].clone();
        assert_eq!(keys[0]["state"], "active", "after sync {number}");
        assert_eq!(desk.run(&["fsck"]).exit, 0, "after sync {number}");
        assert_eq!(desk.run(&["log", "verify"]).exit, 0, "after sync {number}");
    }
}
