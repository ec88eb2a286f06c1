//! A restore under quorum: tokens and sheets together, and what is refused.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::program::{Desk, Ran, answers, assert_same, sample_tree, text};

/// A desk whose officers have sheets only, and a sealed tree.
fn desk() -> (Desk, Value) {
    let desk = Desk::empty();
    let all = fs::read_to_string(answers("genesis.toml")).unwrap();
    let sheets_only = all.replace(", pin = \"141421\"", "").replace(", pin = \"173205\"", "");
    assert!(!sheets_only.contains("173205"), "the officers have no PIN");
    fs::write(desk.path("genesis.toml"), sheets_only).unwrap();
    let genesis = run(&desk, "genesis", &desk.path("genesis.toml"), &["--sheets", "sheets"]);
    assert_eq!(genesis.exit, 0, "{genesis:?}");
    sample_tree(&desk.path("tree"));
    desk.seal(&genesis.json, &desk.path("tree"), "archive");
    (desk, genesis.json)
}

/// Runs a ceremony in the desk's folder.
fn run(desk: &Desk, script: &str, answers: &Path, more: &[&str]) -> Ran {
    let arguments = ["ceremony", "run", script, "--answers", text(answers)];
    let mut command = desk.command(&[&arguments[..], more].concat());
    desk.ran(command.current_dir(desk.dir()).output().unwrap())
}

/// Restores with the example's approvers, Eva Ott bringing the sheet in `file`.
fn restore(desk: &Desk, file: &str, change: impl Fn(String) -> String) -> Ran {
    let all = fs::read_to_string(answers("restore.toml")).unwrap();
    let with_sheet = all.replace("pin = \"173205\"", &format!("share = {file:?}"));
    fs::write(desk.path("restore.toml"), change(with_sheet)).unwrap();
    let to = ["--archive", "archive", "--to", "out"];
    run(desk, "restore", &desk.path("restore.toml"), &to)
}

fn sheet(genesis: &Value, place: usize) -> &str {
    genesis["shares"][place]["file"].as_str().unwrap()
}

#[test]
fn tokens_and_a_sheet_approve_together() {
    let (desk, genesis) = desk();
    let ran = restore(&desk, sheet(&genesis, 4), |answers| answers);
    assert_eq!((ran.exit, &ran.json["verdict"]), (0, &"complete".into()), "{ran:?}");
    assert_same(&desk.path("tree"), &desk.path("out/tree"));
    let evidence = fs::read_dir(desk.path("vault/documents")).unwrap().flatten();
    let names = evidence.map(|file| file.file_name().to_string_lossy().into_owned());
    let names: Vec<_> = names.filter(|name| name.starts_with("evidence-")).collect();
    assert_eq!(names.len(), 3, "one to sign, and two with what was said then: {names:?}");
    let json = names.iter().find(|name| name.ends_with("-agreed.json")).expect("for machines");
    let json = fs::read(desk.path("vault/documents").join(json)).unwrap();
    let json: Value = serde_json::from_slice(&json).unwrap();
    assert!(json["plan"]["manner"].as_array().is_some_and(|manner| !manner.is_empty()), "{json}");
    assert!(json["plan"]["encoded"].as_str().is_some_and(|plan| plan.len() > 100), "{json}");
    assert_eq!(json["format"], "strongroom-evidence/1");
    assert_eq!(json["report"]["verdict"], "complete");
    assert_eq!(json["approvals"].as_array().unwrap().len(), 3, "{json}");
    assert!(json["log_head"].as_str().unwrap().contains("strongroom"), "a signed head: {json}");
    assert_eq!(names.iter().filter(|name| name.ends_with("-agreed.pdf")).count(), 1);
    assert_eq!(desk.run(&["fsck"]).exit, 0);
}

#[test]
fn a_sheet_of_somebody_else_is_refused_with_the_holder_and_nothing_is_restored() {
    let (desk, genesis) = desk();
    let ran = restore(&desk, sheet(&genesis, 1), |answers| answers);
    assert_ne!(ran.exit, 0);
    assert_eq!(ran.json["error"]["code"], "SR-APPROVAL-SHARE", "{ran:?}");
    assert!(ran.text.contains("this is not the share of Eva Ott"), "{ran:?}");
    assert!(!desk.path("out").exists());
    assert_eq!(desk.run(&["log", "verify"]).exit, 0);
}

#[test]
fn a_wrong_pin_approves_nothing_and_the_tries_that_are_left_are_told() {
    let (desk, genesis) = desk();
    let wrong = |answers: String| answers.replace("271828", "271829");
    let ran = restore(&desk, sheet(&genesis, 4), wrong);
    assert_ne!(ran.exit, 0);
    assert!(ran.text.contains("Ada Kern") && ran.text.contains('2'), "{ran:?}");
    assert!(!desk.path("out").exists());
    // The right PIN still works, so the wrong one cost one try and nothing else.
    let ran = restore(&desk, sheet(&genesis, 4), |answers| answers);
    assert_eq!(ran.exit, 0, "{ran:?}");
}

#[test]
fn who_asks_does_not_approve() {
    let (desk, genesis) = desk();
    let both = |answers: String| answers.replace("Rita Sommer", "Ada Kern");
    let ran = restore(&desk, sheet(&genesis, 4), both);
    assert_eq!(ran.exit, 6, "{ran:?}");
    assert_eq!(ran.json["error"]["code"], "SR-CEREMONY-EXCLUSIVE-ROLES", "{ran:?}");
    assert!(!desk.path("out").exists());
}

#[test]
fn a_genesis_that_is_given_up_has_minutes_and_no_key() {
    let desk = Desk::empty();
    let all = fs::read_to_string(answers("genesis.toml")).unwrap();
    // A PIN that no token takes stops the ceremony at the second token.
    fs::write(desk.path("genesis.toml"), all.replace("314159", "123456")).unwrap();
    let ran = run(&desk, "genesis", &desk.path("genesis.toml"), &["--sheets", "sheets"]);
    assert_ne!(ran.exit, 0);
    assert!(ran.text.contains("Bruno Lang"), "{ran:?}");
    let keys = desk.run(&["key", "list"]).json;
    assert!(keys["keys"].as_array().unwrap().iter().all(|key| key["state"] == "destroyed"));
    let documents = fs::read_dir(desk.path("vault/documents")).unwrap().count();
    assert_eq!(documents, 2, "minutes and transcript of the ceremony that was given up");
    assert_eq!(desk.run(&["fsck"]).exit, 0);
    assert_eq!(desk.run(&["log", "verify"]).exit, 0);
}

#[test]
fn a_target_in_which_nothing_may_be_is_looked_at_before_anybody_brings_a_share() {
    let (desk, genesis) = desk();
    fs::create_dir(desk.path("out")).unwrap();
    fs::write(desk.path("out/other"), "of somebody else").unwrap();
    let ran = restore(&desk, sheet(&genesis, 4), |answers| answers);
    assert_eq!(
        (ran.exit, &ran.json["error"]["code"]),
        (6, &"SR-ENGINE-NOT-EMPTY".into()),
        "{ran:?}"
    );
    let shown = desk.run(&["ceremony", "show"]).json;
    assert_eq!(shown["ceremonies"].as_array().unwrap().len(), 1, "no ceremony was begun: {shown}");
    assert_eq!(desk.run(&["fsck"]).exit, 0);
    fs::remove_file(desk.path("out/other")).unwrap();
    assert_eq!(restore(&desk, sheet(&genesis, 4), |answers| answers).exit, 0);
}
