//! The vault survives its program being killed.

#![allow(clippy::disallowed_methods, reason = "the test tells its child by the environment")]

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Command, Stdio};

use super::{NOW, codes, vault};
use crate::vault::Vault;

/// Set for the process that is to be killed.
const CHILD: &str = "STRONGROOM_TEST_VAULT";

/// Adds people for ever and says each name once it is on the record.
fn work(dir: &std::path::Path) {
    let mut vault = Vault::open(dir, NOW).unwrap();
    let first = vault.read().people().unwrap().len();
    let mut out = std::io::stderr();
    for number in first.. {
        let name = format!("person {number}");
        vault.perform("people.add", "Ada", "joins", NOW, |act| act.add_person(&name)).unwrap();
        writeln!(out, "done {name}").unwrap();
    }
}

#[test]
fn nothing_acknowledged_is_lost_when_the_program_is_killed() {
    if let Some(dir) = std::env::var_os(CHILD) {
        return work(dir.as_ref());
    }
    let (_parent, dir, first) = vault();
    drop(first);
    let test = "vault::tests::kill::nothing_acknowledged_is_lost_when_the_program_is_killed";
    for round in 0..12 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", test, "--nocapture"])
            .env(CHILD, &dir)
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stderr.take().unwrap()).lines().map_while(Result::ok);
        let mut done: Vec<_> = lines.take(1 + round).collect();
        child.kill().unwrap();
        child.wait().unwrap();
        let vault = Vault::open(&dir, NOW).unwrap();
        for line in done.drain(..) {
            let name = line.strip_prefix("done ").unwrap();
            assert!(vault.read().person(name).unwrap().is_some(), "{name} was lost");
        }
        let found = codes(&vault.fsck(&[]).unwrap());
        assert!(found.iter().all(|code| leftover(code)), "round {round}: {found:?}");
    }
}

/// What a killed program may leave: an intent without outcome, and a file half written.
fn leftover(code: &str) -> bool {
    ["SR-LOG-UNMATCHED", "SR-VAULT-PARTIAL"].contains(&code)
}
