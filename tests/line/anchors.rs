//! Heads of the log that were kept elsewhere show what the log alone cannot.

use std::fs;
use std::path::Path;

use crate::program::{Desk, Ran, sample_tree, text};

/// Copies the vault, so that it can be put back later as an attacker would.
pub(crate) fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
    fs::set_permissions(to, fs::metadata(from).unwrap().permissions()).unwrap();
}

fn verdict(ran: &Ran) -> (i32, &str) {
    (ran.exit, ran.json["verdict"].as_str().unwrap_or_default())
}

#[test]
fn a_vault_put_back_to_an_older_state_is_found_by_an_archive_and_by_a_note() {
    let (desk, genesis) = Desk::with_key();
    sample_tree(&desk.path("tree"));
    let vault = desk.path("vault");
    copy(&vault, &desk.path("older"));
    desk.seal(&genesis, &desk.path("tree"), "archive");
    let (archive, note) = (desk.path("archive"), desk.path("note"));
    fs::copy(vault.join("log/checkpoint"), &note).unwrap();
    let anchors = ["--anchor", text(&note), "--archive", text(&archive)];
    let verify = [&["log", "verify"], &anchors[..]].concat();
    let whole = desk.run(&verify);
    assert_eq!(verdict(&whole), (0, "consistent"), "{whole:?}");
    assert_eq!(whole.json["anchors"].as_array().unwrap().len(), 2);
    assert_eq!(desk.run(&[&["fsck"], &anchors[..]].concat()).exit, 0);

    fs::rename(&vault, desk.path("newer")).unwrap();
    fs::rename(desk.path("older"), &vault).unwrap();
    assert_eq!(desk.run(&["log", "verify"]).exit, 0, "the log alone cannot know");
    assert_eq!(verdict(&desk.run(&verify)), (5, "ROLLBACK"));
    for anchor in anchors.chunks(2) {
        let alone = desk.run(&[&["log", "verify"], anchor].concat());
        assert_eq!(verdict(&alone), (5, "ROLLBACK"));
        let fsck = desk.run(&[&["fsck"], anchor].concat());
        assert_eq!(fsck.exit, 5, "{fsck:?}");
        assert!(fsck.text.contains("SR-LOG-ROLLBACK"), "{fsck:?}");
    }
}

#[test]
fn an_anchor_that_the_log_did_not_sign_is_no_anchor() {
    let (desk, genesis) = Desk::with_key();
    let (other, foreign) = Desk::with_key();
    sample_tree(&desk.path("tree"));
    desk.seal(&genesis, &desk.path("tree"), "archive");
    other.seal(&foreign, &desk.path("tree"), "archive");
    let note = fs::read_to_string(desk.path("vault/log/checkpoint")).unwrap();
    let lines: Vec<_> = note.lines().collect();
    let more = format!("{}9", lines[1]);
    fs::write(desk.path("raised"), note.replacen(lines[1], &more, 1)).unwrap();
    let (raised, foreign) = (desk.path("raised"), other.path("archive"));
    for anchor in [["--anchor", text(&raised)], ["--archive", text(&foreign)]] {
        for command in [&["log", "verify"][..], &["fsck"]] {
            let ran = desk.run(&[command, &anchor].concat());
            let code = ran.json["error"]["code"].as_str().unwrap_or_default();
            assert!(ran.exit == 5 && code.starts_with("SR-LOG"), "{ran:?}");
        }
    }
}
