//! The list of contents that the vault keeps: the same as the one behind the key, and no secret of
//! an archive that nobody asked to list.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::Stdio;

use serde_json::Value;

use crate::program::{Desk, Ran, sample_tree, text};

/// A desk with a sealed tree, of which the vault keeps a list.
fn desk() -> (Desk, Value) {
    let (desk, genesis) = Desk::with_key();
    sample_tree(&desk.path("tree"));
    assert_eq!(seal(&desk, &genesis, &["--catalogue"], "archive").exit, 0);
    (desk, genesis)
}

fn seal(desk: &Desk, genesis: &Value, more: &[&str], to: &str) -> Ran {
    let (to, tree) = (desk.path(to), desk.path("tree"));
    let seal = ["seal", "-r", genesis["recipient"].as_str().unwrap(), "-o", text(&to)];
    desk.run(&[&seal[..], more, &[text(&tree)]].concat())
}

/// What `list` says, each entry as its path, kind and time; sizes of files only.
fn listed(ran: &Ran) -> Vec<String> {
    assert_eq!(ran.exit, 0, "{ran:?}");
    let entries = ran.json["entries"].as_array().unwrap().iter();
    let line = |entry: &Value| {
        let size = if entry["kind"] == "file" { entry["size"].clone() } else { Value::Null };
        format!("{} {} {} {size}", entry["path"], entry["kind"], entry["mtime"])
    };
    entries.map(line).collect()
}

/// The file in the vault.
fn catalogue(desk: &Desk) -> PathBuf {
    let documents = fs::read_dir(desk.path("vault/documents")).unwrap().flatten();
    let mut paths = documents.map(|entry| entry.path());
    paths.find(|path| path.extension().is_some_and(|end| end == "sqlite")).unwrap()
}

fn working_files(desk: &Desk) -> usize {
    let files = fs::read_dir(desk.path("vault/ceremonies")).unwrap().flatten();
    files.filter(|file| file.file_name().to_string_lossy().starts_with("running-")).count()
}

#[test]
fn the_list_in_the_vault_is_the_one_behind_the_key() {
    let (desk, genesis) = desk();
    let archive = desk.path("archive");
    let shares = [0, 1, 3].map(|place: usize| genesis["shares"][place]["file"].as_str().unwrap());
    let shares = shares.iter().flat_map(|share| ["--share", share]);
    let with_shares: Vec<&str> = ["list", text(&archive)].into_iter().chain(shares).collect();
    let behind_the_key = listed(&desk.run(&with_shares));
    let kept = listed(&desk.run(&["list", text(&archive), "--catalogue"]));
    assert_eq!(kept, behind_the_key);
    assert_eq!(kept.len(), 7);
    let chosen = ["list", text(&archive), "--catalogue", "--select", "tree/folder/inner"];
    assert_eq!(listed(&desk.run(&chosen)).len(), 3);
    let nothing = desk.run(&["list", text(&archive), "--catalogue", "--select", "nothing"]);
    assert_eq!(nothing.json["error"]["code"], "SR-ENGINE-NOTHING-SELECTED");
    assert!(desk.run(&["fsck"]).json["findings"].as_array().unwrap().is_empty());
    assert_eq!(working_files(&desk), 0);
}

#[test]
fn nothing_is_listed_that_nobody_asked_to_list() {
    let (desk, genesis) = Desk::with_key();
    sample_tree(&desk.path("tree"));
    assert_eq!(seal(&desk, &genesis, &[], "archive").exit, 0);
    let archive = desk.path("archive");
    let refused = desk.run(&["list", text(&archive), "--catalogue"]);
    assert_eq!((refused.exit, &refused.json["error"]["code"]), (1, &"SR-CLI-NO-CATALOGUE".into()));
    // A recipient that no vault knows: there is nowhere to keep the list.
    let elsewhere = Desk::empty();
    sample_tree(&elsewhere.path("tree"));
    let refused = seal(&elsewhere, &genesis, &["--catalogue"], "archive");
    assert_eq!((refused.exit, &refused.json["error"]["code"]), (2, &"SR-CLI-NO-CATALOGUE".into()));
    assert!(!elsewhere.path("archive").exists(), "nothing was begun");
}

#[test]
fn a_list_that_was_changed_is_not_believed() {
    let (desk, _) = desk();
    let file = catalogue(&desk);
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let mut bytes = fs::read(&file).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    fs::write(&file, bytes).unwrap();
    let archive = desk.path("archive");
    let refused = desk.run(&["list", text(&archive), "--catalogue"]);
    assert_eq!(refused.json["error"]["code"], "SR-VAULT-CATALOGUE-CHANGED", "catalogue-1 T5");
    let findings = desk.run(&["fsck"]).json["findings"].clone();
    assert_eq!(findings[0]["code"], "SR-DOCUMENT-CHANGED");
}

#[test]
fn a_seal_that_is_killed_leaves_no_list() {
    let (desk, genesis) = Desk::with_key();
    let (recipient, to) = (genesis["recipient"].as_str().unwrap(), desk.path("archive"));
    let arguments = ["seal", "-r", recipient, "--catalogue", "-o", text(&to), "-"];
    let mut seal = desk.command(&arguments);
    let mut child = seal.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    child.stdin.as_mut().unwrap().write_all(b"a beginning").unwrap();
    let begun = std::iter::repeat_with(|| working_files(&desk)).take(1_000_000);
    assert!(begun.into_iter().any(|files| files == 2), "a sign that it runs, and the list");
    child.kill().unwrap();
    child.wait().unwrap();
    sample_tree(&desk.path("tree"));
    assert_eq!(self::seal(&desk, &genesis, &[], "other").exit, 0, "the next one puts it in order");
    assert_eq!(working_files(&desk), 0);
    assert!(desk.run(&["fsck"]).json["findings"].as_array().unwrap().is_empty());
}
