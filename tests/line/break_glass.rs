//! The medium and paper are enough: no vault, no record, words alone.

use std::fs;
use std::process::Command;

use crate::program::{Desk, assert_same, sample_tree, text};

#[test]
fn words_alone_open_an_archive_on_a_machine_that_never_saw_the_vault() {
    let (desk, genesis) = Desk::with_key();
    sample_tree(&desk.path("tree"));
    desk.seal(&genesis, &desk.path("tree"), "archive");
    let elsewhere = tempfile::TempDir::new().unwrap();
    let mut restore = Command::new(env!("CARGO_BIN_EXE_strongroom"));
    restore.env("HOME", elsewhere.path()).env_remove("STRONGROOM_VAULT");
    restore.args(["--json", "restore", text(&desk.path("archive")), "--to"]);
    restore.arg(elsewhere.path().join("out"));
    for (number, place) in [0, 2, 3].into_iter().enumerate() {
        let file = fs::read_to_string(genesis["shares"][place]["file"].as_str().unwrap()).unwrap();
        let words = file.lines().find(|line| line.starts_with("words:")).unwrap();
        let bare = elsewhere.path().join(format!("share{number}"));
        fs::write(&bare, words).unwrap();
        restore.arg("--share").arg(bare);
    }
    let ran = desk.ran(restore.output().unwrap());
    assert_eq!((ran.exit, &ran.json["verdict"]), (0, &"complete".into()), "{ran:?}");
    assert_same(&desk.path("tree"), &elsewhere.path().join("out/tree"));
    let home: Vec<_> = fs::read_dir(elsewhere.path()).unwrap().flatten().collect();
    assert_eq!(home.len(), 4, "a restore without a vault makes none: {home:?}");
}

#[test]
fn a_broken_vault_stops_a_restore_until_somebody_says_that_no_record_is_wanted() {
    let (desk, genesis) = Desk::with_key();
    sample_tree(&desk.path("tree"));
    desk.seal(&genesis, &desk.path("tree"), "archive");
    fs::write(desk.path("vault/vault.sqlite"), "not a database").unwrap();
    let ran = desk.restore(&genesis, &[0, 1, 3], "archive", "out");
    assert_eq!(ran.exit, 1, "{ran:?}");
    assert!(ran.text.contains("--unrecorded"), "the way out is named: {ran:?}");
    assert!(!desk.path("out").exists());
    let (archive, out) = (desk.path("archive"), desk.path("out"));
    let mut arguments = vec!["restore", text(&archive), "--to", text(&out), "--unrecorded"];
    for place in [0, 1, 3] {
        arguments.extend(["--share", genesis["shares"][place]["file"].as_str().unwrap()]);
    }
    assert_eq!(desk.run(&arguments).exit, 0);
    assert_same(&desk.path("tree"), &out.join("tree"));
}
