//! Rotations and enrolments that are killed as something becomes durable.

use std::fs;
use std::process::Command;

use crate::kills;
use crate::program::{Desk, answers, assert_same, sample_tree, text};
use crate::sync_points::{desk_with_archive, killed_at_sync, some, syncs_of};

fn rotation(desk: &Desk) -> Command {
    let (answers, sheets) = (answers("rotation.toml"), desk.path("new-sheets"));
    let arguments = ["ceremony", "run", "rotation", "--answers", &answers, "--sheets"];
    desk.command(&[&arguments[..], &[text(&sheets)]].concat())
}

/// Whether a new key is in use; there is one key in use at every moment (script-1 C26).
fn is_rotated(desk: &Desk, number: u64) -> bool {
    let keys = desk.run(&["key", "list"]).json["keys"].clone();
    let in_state = |state: &str| {
        let keys = keys.as_array().unwrap().iter().filter(|key| key["state"] == state);
        keys.map(|key| key["key"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let active = in_state("active");
    assert_eq!(active.len(), 1, "after sync {number}: {keys}");
    let is_rotated = active != ["drill/1"];
    assert_eq!(in_state("deactivated").contains(&"drill/1".to_owned()), is_rotated, "{keys}");
    is_rotated
}

#[test]
fn a_rotation_killed_at_every_sync_leaves_exactly_one_key_in_use() {
    let desk = desk_with_archive();
    let syncs = syncs_of(&desk, &rotation(&desk));
    assert!((50..4000).contains(&syncs), "a rotation makes something durable {syncs} times");
    let mut was_rotated = false;
    for number in some(syncs, kills()) {
        let desk = desk_with_archive();
        assert!(!killed_at_sync(&rotation(&desk), number).status().unwrap().success());
        let rotated = is_rotated(&desk, number);
        assert!(rotated || !was_rotated, "a key in use is lost at sync {number}");
        was_rotated = rotated;
        let again = desk.ran(rotation(&desk).output().unwrap());
        assert_eq!(again.exit, 0, "after sync {number}: {again:?}");
        assert!(is_rotated(&desk, number));
        // What lies under the first key is opened by its holders, whatever happened since.
        let (archive, to) = (desk.path("archive"), desk.path("out"));
        let run = ["ceremony", "run", "restore", "--answers", &answers("restore.toml")];
        let ran = desk.run(&[&run[..], &["--archive", text(&archive), "--to", text(&to)]].concat());
        assert_eq!(ran.exit, 0, "after sync {number}: {ran:?}");
        assert_same(&desk.path("tree"), &to.join("tree"));
        assert_eq!(desk.run(&["fsck"]).exit, 0, "after sync {number}");
        assert_eq!(desk.run(&["log", "verify"]).exit, 0, "after sync {number}");
    }
}

#[test]
fn a_seal_to_a_lock_killed_at_every_sync_leaves_no_archive_that_nobody_can_open() {
    let locked = || {
        let (desk, _) = Desk::with_key();
        sample_tree(&desk.path("tree"));
        let (roster, lock) = (answers("lock.toml"), desk.path("quorum.lock"));
        assert_eq!(desk.run(&["lock", "make", "--roster", &roster, "-o", text(&lock)]).exit, 0);
        desk
    };
    let seal = |desk: &Desk| {
        let (lock, to, tree) = (desk.path("quorum.lock"), desk.path("out"), desk.path("tree"));
        desk.command(&["seal", "--lock", text(&lock), "-o", text(&to), text(&tree)])
    };
    let desk = locked();
    let syncs = syncs_of(&desk, &seal(&desk));
    assert!((4..400).contains(&syncs), "{syncs}");
    let mut killed = 0;
    for number in some(syncs, kills()) {
        let desk = locked();
        // How often a database syncs is not the same in every run: the last may never come.
        killed += u64::from(!killed_at_sync(&seal(&desk), number).status().unwrap().success());
        let entries = fs::read_dir(desk.path("out")).into_iter().flatten().flatten();
        let names: Vec<_> =
            entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
        let has = |end: &str| names.iter().any(|name| name.ends_with(end));
        assert!(!has(".strongroom") || has(".split"), "after sync {number}: {names:?}");
        if has(".strongroom") {
            let (archive, to) = (desk.path("out"), desk.path("restored"));
            let restore = ["restore", text(&archive), "--to", text(&to), "--holders"];
            let ran = desk.run(&[&restore[..], &[&answers("restore.toml")]].concat());
            assert_eq!(ran.exit, 0, "after sync {number}: {ran:?}");
        }
        assert_eq!(desk.run(&["log", "verify"]).exit, 0, "after sync {number}");
    }
    assert!(killed >= 4, "{killed} of {syncs}");
}

/// The enrolment of one token, whose holder knows PIN and PUK.
fn enrolment(desk: &Desk, more: &[&str]) -> Command {
    let people = "place = \"here\"\nadministrator = \"Max Amend\"\nwitness = \"Wilma Berg\"\n";
    let holder = "{ name = \"Ada Kern\", pin = \"271828\", puk = \"87654321\" }";
    let file = desk.path("enrol.toml");
    fs::write(&file, format!("{people}[enrolment]\nholders = [{holder}]\n")).unwrap();
    desk.command(&[&["ceremony", "run", "enrol", "--answers", text(&file)], more].concat())
}

/// How many tokens the vault has in use.
fn in_use(desk: &Desk) -> usize {
    let tokens = desk.run(&["token", "list", "--enrolled"]).json["tokens"].clone();
    tokens.as_array().map_or(0, |all| all.iter().filter(|it| it["state"] == "in use").count())
}

#[test]
fn an_enrolment_killed_at_every_sync_goes_on_in_another_process() {
    let desk = Desk::empty();
    let syncs = syncs_of(&desk, &enrolment(&desk, &[]));
    assert!((20..2000).contains(&syncs), "an enrolment makes something durable {syncs} times");
    for number in some(syncs, kills()) {
        let desk = Desk::empty();
        assert!(!killed_at_sync(&enrolment(&desk, &[]), number).status().unwrap().success());
        // Who was admitted already gets a second token; the next run closes the open intent.
        let before = in_use(&desk);
        let more: &[&str] = if before == 0 { &["--resume"] } else { &[] };
        let again = desk.ran(enrolment(&desk, more).output().unwrap());
        assert_eq!(again.exit, 0, "after sync {number}: {again:?}");
        assert_eq!(in_use(&desk), before + 1, "after sync {number}");
        let tokens = fs::read_dir(desk.path("vault/tokens")).unwrap().count();
        assert_eq!(tokens, before + 1, "after sync {number}: the same token was used again");
        let checked = desk.run(&["fsck"]);
        assert_eq!(checked.exit, 0, "after sync {number}: {checked:?}");
        assert_eq!(desk.run(&["log", "verify"]).exit, 0, "after sync {number}");
    }
}
