use std::fs::{self, OpenOptions};
use std::io::Write as _;

use audit::Phase;
use registry::Document;
use terms::{Digest, Problem as _};

use super::{NOW, codes, copy, snapshot, story, vault};
use crate::vault::{Intent, Vault, fsck};

/// Commits Ada to the registry and stops before the log hears of it.
fn stop_after_commit(vault: &mut Vault) -> Intent {
    let intent = vault.intent("people.add", "Ada", Vec::new(), None, NOW).unwrap();
    let phase = Phase::Outcome { intent: intent.sequence(), result: "ok".to_owned() };
    let event = vault.event_of(&intent, phase, NOW).unwrap();
    vault.commit_act(event, "Ada joins", NOW, |act| act.add_person("Ada")).unwrap();
    intent
}

#[test]
fn a_crash_between_commit_and_log_loses_neither_change_nor_event() {
    let (_parent, dir, mut vault) = vault();
    let _intent = stop_after_commit(&mut vault);
    drop(vault);
    let found = codes(&fsck(&dir, &[]).unwrap());
    assert_eq!(found, ["SR-REGISTRY-OUTBOX", "SR-LOG-UNMATCHED"]);
    for _ in 0..2 {
        let vault = Vault::open(&dir, NOW).unwrap();
        assert!(vault.read().person("Ada").unwrap().is_some());
        assert_eq!(story(&vault)[2..], ["people.add intent", "people.add outcome"]);
        assert_eq!(vault.fsck(&[]).unwrap(), []);
    }
}

#[test]
fn a_crash_between_log_and_outbox_delivers_nothing_twice() {
    let (_parent, dir, mut vault) = vault();
    let _intent = stop_after_commit(&mut vault);
    let outgoing = vault.read().outbox().unwrap().remove(0);
    vault.log.append(terms::decode(&outgoing.event).unwrap()).unwrap();
    drop(vault);
    assert_eq!(codes(&fsck(&dir, &[]).unwrap()), ["SR-REGISTRY-OUTBOX"]);
    let vault = Vault::open(&dir, NOW).unwrap();
    assert_eq!(story(&vault)[2..], ["people.add intent", "people.add outcome"]);
    assert_eq!(vault.fsck(&[]).unwrap(), []);
}

/// Records `minutes.pdf` with the SHA-256 `digest`.
fn record_minutes(vault: &mut Vault, digest: Digest) {
    let (kind, file) = ("minutes".to_owned(), "minutes.pdf".to_owned());
    let document = Document { digest, kind, file, ceremony: None, created_at: NOW };
    let done = vault.perform("test.document", "Ada", "a document was made", NOW, |act| {
        act.add_document(&document)
    });
    done.unwrap();
}

#[test]
fn a_document_whose_act_was_committed_gets_its_name_from_the_next_opening() {
    let (_parent, dir, mut vault) = vault();
    let digest = vault.write_document("minutes.pdf", b"minutes").unwrap();
    record_minutes(&mut vault, digest);
    drop(vault);
    assert_eq!(codes(&fsck(&dir, &[]).unwrap()), ["SR-DOCUMENT-UNNAMED"]);
    let vault = Vault::open(&dir, NOW).unwrap();
    assert_eq!(fs::read(dir.join("documents/minutes.pdf")).unwrap(), b"minutes");
    assert_eq!(vault.fsck(&[]).unwrap(), []);
}

#[test]
fn a_document_without_an_act_is_gone_after_the_next_opening() {
    let (_parent, dir, vault) = vault();
    vault.write_document("minutes.pdf", b"minutes").unwrap();
    drop(vault);
    assert_eq!(codes(&fsck(&dir, &[]).unwrap()), ["SR-DOCUMENT-UNNAMED"]);
    let vault = Vault::open(&dir, NOW).unwrap();
    assert_eq!(fs::read_dir(dir.join("documents")).unwrap().count(), 0);
    assert_eq!(vault.fsck(&[]).unwrap(), []);
}

#[test]
fn other_bytes_that_wait_for_the_name_of_a_document_never_get_it() {
    let (_parent, dir, mut vault) = vault();
    let digest = vault.write_document("minutes.pdf", b"minutes").unwrap();
    record_minutes(&mut vault, digest);
    fs::write(dir.join("documents/minutes.pdf.partial"), b"forged").unwrap();
    drop(vault);
    let vault = Vault::open(&dir, NOW).unwrap();
    assert!(!dir.join("documents/minutes.pdf").exists());
    let found = codes(&vault.fsck(&[]).unwrap());
    assert_eq!(found, ["SR-DOCUMENT-CHANGED", "SR-DOCUMENT-UNNAMED"]);
}

#[test]
fn a_crash_before_the_commit_leaves_nothing_but_the_intent() {
    let (_parent, dir, mut vault) = vault();
    let intent = vault.intent("people.add", "Ada", Vec::new(), None, NOW).unwrap();
    let act = vault.registry.act("Ada joins", NOW).unwrap();
    act.add_person("Ada").unwrap();
    drop(act);
    drop((intent, vault));
    let vault = Vault::open(&dir, NOW).unwrap();
    assert_eq!(vault.read().person("Ada").unwrap(), None);
    assert_eq!(codes(&vault.fsck(&[]).unwrap()), ["SR-LOG-UNMATCHED"]);
}

#[test]
fn a_torn_write_is_reported_then_cut_and_noted() {
    let (_parent, dir, mut vault) = vault();
    vault.perform("people.add", "Ada", "Ada joins", NOW, |act| act.add_person("Ada")).unwrap();
    drop(vault);
    let path = dir.join("log/entries.log");
    let whole = fs::read(&path).unwrap();
    OpenOptions::new().append(true).open(&path).unwrap().write_all(&[0, 0, 0, 90, 1]).unwrap();
    assert_eq!(codes(&fsck(&dir, &[]).unwrap()), ["SR-LOG-TORN"]);
    let vault = Vault::open(&dir, NOW).unwrap();
    assert_eq!(story(&vault).last().unwrap(), "log.recover recovered");
    assert_eq!(fs::read(&path).unwrap()[..whole.len()], whole);
    assert_eq!(vault.fsck(&[]).unwrap(), []);
}

#[test]
fn an_operation_without_a_durable_intent_does_not_run() {
    let (_parent, dir, mut vault) = vault();
    let _intent = stop_after_commit(&mut vault);
    // The folder of the log is gone: the checkpoint cannot be replaced any more.
    fs::rename(dir.join("log"), dir.join("gone")).unwrap();
    let error = vault.intent("key.make", "Ada", Vec::new(), None, NOW).unwrap_err();
    assert_eq!(error.code(), "SR-LOG-STORAGE");
    fs::rename(dir.join("gone"), dir.join("log")).unwrap();
    let mut ran = false;
    let refused = vault.perform("people.add", "Ada", "Ben joins", NOW, |act| {
        ran = true;
        act.add_person("Ben")
    });
    assert_eq!(refused.unwrap_err().code(), "SR-LOG-STOPPED");
    assert!(!ran);
    drop(vault);
    let vault = Vault::open(&dir, NOW).unwrap();
    assert_eq!(vault.read().person("Ben").unwrap(), None);
}

#[test]
fn an_old_registry_or_an_old_log_is_not_written_to() {
    let (parent, dir, mut vault) = vault();
    drop(vault);
    let old = parent.path().join("old");
    copy(&dir, &old);
    vault = Vault::open(&dir, NOW).unwrap();
    vault.perform("people.add", "Ada", "Ada joins", NOW, |act| act.add_person("Ada")).unwrap();
    let anchor = vault.head();
    drop(vault);

    let mixed = parent.path().join("old registry");
    copy(&dir, &mixed);
    fs::copy(old.join("vault.sqlite"), mixed.join("vault.sqlite")).unwrap();
    let before = snapshot(&mixed.join("log"));
    let error = Vault::open(&mixed, NOW).unwrap_err();
    assert_eq!(error.code(), "SR-VAULT-REGISTRY-BEHIND");
    assert_eq!(codes(&fsck(&mixed, &[]).unwrap()), ["SR-VAULT-REGISTRY-BEHIND"]);
    assert_eq!(snapshot(&mixed.join("log")), before);

    let mixed = parent.path().join("old log");
    copy(&dir, &mixed);
    fs::copy(old.join("log/entries.log"), mixed.join("log/entries.log")).unwrap();
    let error = Vault::open(&mixed, NOW).unwrap_err();
    assert_eq!(error.code(), "SR-LOG-ROLLBACK");
    fs::copy(old.join("log/checkpoint"), mixed.join("log/checkpoint")).unwrap();
    assert_eq!(Vault::open(&mixed, NOW).unwrap_err().code(), "SR-VAULT-LOG-BEHIND");

    // Both old: only an anchor shows it.
    assert_eq!(fsck(&old, &[]).unwrap(), []);
    let anchor = audit::Anchor { source: "the minutes".to_owned(), at: None, head: anchor };
    assert_eq!(codes(&fsck(&old, &[anchor]).unwrap()), ["SR-LOG-ROLLBACK"]);
}

#[test]
fn a_vault_whose_making_was_interrupted_says_so() {
    let (_parent, dir, vault) = vault();
    drop(vault);
    fs::write(dir.join("vault.sqlite"), []).unwrap();
    assert_eq!(Vault::open(&dir, NOW).unwrap_err().code(), "SR-VAULT-UNFINISHED");
}

#[test]
fn another_key_file_is_noticed() {
    let (_parent, dir, vault) = vault();
    drop(vault);
    fs::write(dir.join("log/key"), [9; 32]).unwrap();
    assert_eq!(Vault::open(&dir, NOW).unwrap_err().code(), "SR-VAULT-LOG-KEY");
    assert_eq!(codes(&fsck(&dir, &[]).unwrap()), ["SR-VAULT-LOG-KEY"]);
}
