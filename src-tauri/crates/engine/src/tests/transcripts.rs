//! A small transcript, and everything that can be done to it.

use ceremony::{Event, Next, Person, Roster, Runner, Script};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use registry::Role;
use tempfile::TempDir;
use terms::{CeremonyId, Environment, Problem as _, Timestamp};

use crate::run::{Attendee, Run};
use crate::transcript::{Expected, export, verify};
use crate::vault::{Vault, VaultView};

const NOW: Timestamp = Timestamp::from_unix(1_800_000_000);
const ID: CeremonyId = CeremonyId::from_bytes([7; 16]);
const SCRIPT: &str = "language: 1
id: tiny
title: Tiny
version: 1
purpose: A ceremony of two steps.
roles:
  - { id: leader, min: 1, max: 1 }
objects: []
acts:
  - title: All of it
    steps:
      - { id: one, title: One, kind: statement, actor: leader, do: Say it. }
      - { id: two, title: Two, kind: statement, actor: leader, do: Say it again. }
final: []
";

/// The two steps, as far as they were taken.
fn runner(steps: usize) -> Runner {
    let people = vec![Person { name: "Ada".into(), role: "leader".into() }];
    let roster = Roster { people, ..Roster::default() };
    let mut runner = Runner::start(Script::parse(SCRIPT).unwrap(), roster).unwrap();
    for _ in 0..steps {
        let Next::Step(pending) = runner.next() else { panic!("it is over") };
        let (step, facts) = (pending.step.id.clone(), vec![("What".into(), "said".into())]);
        runner.apply(Event::Done { step, subject: None, facts }, NOW).unwrap();
    }
    runner
}

/// What was exported of a run that ended after so many steps, without what has one of `withheld`.
fn exported(steps: usize, withheld: &[&str]) -> Vec<u8> {
    let dir = TempDir::new().unwrap();
    let home = dir.path().join("vault");
    let rng = &mut ChaCha20Rng::from_seed([3; 32]);
    let mut vault = Vault::create(&home, Environment::Drill, "Test", NOW, rng).unwrap();
    let people = [Attendee { name: "Ada".into(), role: Role::Administrator }];
    let (runner, script) = (runner(steps), Script::parse(SCRIPT).unwrap());
    let (operation, script) = (("ceremony.tiny", ID, None), ("tiny", script.digest()));
    let mut run = Run::begin(&mut vault, operation, script, &people, NOW).unwrap();
    run.transcribe(&mut vault, (&runner, "here", "test"), rng, NOW).unwrap();
    run.close(&mut vault, NOW).unwrap();
    drop(vault);
    let withheld: Vec<_> = withheld.iter().map(|text| (*text).to_owned()).collect();
    export(&VaultView::open(&home).unwrap(), ID, &withheld).unwrap().encode()
}

#[test]
fn every_byte_of_a_transcript_counts() {
    let bytes = exported(2, &[]);
    let proved = verify(&bytes, &Expected::default()).unwrap();
    assert!(proved.is_replayed && proved.ceremony == Some(ID.to_string()), "{proved:?}");
    let mut found = std::collections::BTreeMap::new();
    for at in 0..bytes.len() {
        for bit in 0..8 {
            let mut changed = bytes.clone();
            changed[at] ^= 1 << bit;
            let error = verify(&changed, &Expected::default()).expect_err(&format!("byte {at}"));
            *found.entry(error.code()).or_insert(0) += 1;
        }
    }
    for code in ["FIELD", "DIGESTS", "ENTRY", "PROOF", "HEAD", "MALFORMED"] {
        let code = format!("SR-TRANSCRIPT-{code}");
        // The entry's own bytes are held by its proof, once it still names the root.
        assert!(code.ends_with("ENTRY") || found.contains_key(code.as_str()), "{code}: {found:?}");
    }
    for length in 0..bytes.len() {
        assert!(verify(&bytes[..length], &Expected::default()).is_err(), "{length} bytes");
    }
}

#[test]
fn what_is_withheld_is_gone_and_the_rest_counts_as_before() {
    let bytes = exported(2, &["aDA"]);
    let proved = verify(&bytes, &Expected::default()).unwrap();
    assert_eq!(
        (proved.withheld, proved.is_replayed),
        (3, false),
        "the roster names her, and lines go as a whole"
    );
    for at in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[at] ^= 1;
        assert!(verify(&changed, &Expected::default()).is_err(), "byte {at}");
    }
    // A fact is withheld with the line that it stands in.
    let bytes = exported(2, &["said"]);
    let proved = verify(&bytes, &Expected::default()).unwrap();
    assert_eq!(proved.withheld, 4, "two facts and their lines");
}

#[test]
fn a_run_that_did_not_come_to_its_end_did_not_close() {
    let error = verify(&exported(1, &[]), &Expected::default()).unwrap_err();
    assert_eq!(error.code(), "SR-TRANSCRIPT-RUN", "{error}");
}
