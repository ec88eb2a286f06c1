use std::fs;

use audit::Phase;
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;
use terms::{Digest, Environment, Problem as _};

use super::{NOW, codes, entries, story, vault};
use crate::vault::{Vault, VaultView, fsck};

#[test]
fn a_new_vault_is_on_the_record_and_in_order() {
    let (_parent, dir, vault) = vault();
    assert_eq!(story(&vault), ["vault.create intent", "vault.create outcome"]);
    assert_eq!(vault.fsck(&[]).unwrap(), []);
    drop(vault);
    let vault = Vault::open(&dir, NOW).unwrap();
    assert_eq!((vault.environment(), &*vault.facts().name), (Environment::Drill, "Test"));
    assert_eq!(story(&vault).len(), 2);
}

#[cfg(unix)]
#[test]
fn a_vault_is_readable_by_its_owner_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let (_parent, dir, mut vault) = vault();
    vault.perform("people.add", "Ada", "Ben joins", NOW, |act| act.add_person("Ben")).unwrap();
    vault.write_document("minutes.pdf", b"minutes").unwrap();
    for (path, _) in super::snapshot(&dir) {
        let mode = fs::metadata(&path).unwrap().permissions().mode() & 0o777;
        let wanted = if path.is_dir() { 0o700 } else { 0o600 };
        assert_eq!(mode, wanted, "{}", path.display());
    }
}

#[test]
fn a_vault_is_made_in_an_empty_folder_only() {
    let parent = tempfile::tempdir().unwrap();
    let mut rng = ChaCha20Rng::from_seed([1; 32]);
    let mut create = |name: &str| {
        let dir = parent.path().join(name);
        Vault::create(&dir, Environment::Drill, "Test", NOW, &mut rng).map(|_| ())
    };
    fs::create_dir(parent.path().join("empty")).unwrap();
    create("empty").unwrap();
    assert_eq!(create("empty").unwrap_err().code(), "SR-VAULT-EXISTS");
    fs::create_dir(parent.path().join("full")).unwrap();
    fs::write(parent.path().join("full").join("notes.txt"), b"mine").unwrap();
    assert_eq!(create("full").unwrap_err().code(), "SR-VAULT-NOT-EMPTY");
    assert_eq!(fs::read_dir(parent.path().join("full")).unwrap().count(), 1);
    let error = Vault::open(&parent.path().join("full"), NOW).unwrap_err();
    assert_eq!(error.code(), "SR-VAULT-NOT-A-VAULT");
    assert_eq!(fs::read_dir(parent.path().join("full")).unwrap().count(), 1);
}

#[test]
fn two_programs_do_not_write_at_once_but_may_look() {
    let (_parent, dir, first) = vault();
    assert_eq!(Vault::open(&dir, NOW).unwrap_err().code(), "SR-VAULT-IN-USE");
    assert_eq!(fsck(&dir, &[]).unwrap_err().code(), "SR-VAULT-IN-USE");
    let view = VaultView::open(&dir).unwrap();
    assert!(view.log_verify(&[]).unwrap().verdict.holds());
    drop(first);
    Vault::open(&dir, NOW).unwrap();
}

#[test]
fn an_operation_leaves_intent_and_outcome_with_its_facts() {
    let (_parent, _dir, mut vault) = vault();
    let objects = vec!["archive:01".to_owned()];
    let parameters = Some(Digest::from_bytes([5; 32]));
    let intent = vault.intent("archive.seal", "Ada", objects.clone(), parameters, NOW).unwrap();
    assert_eq!(vault.open_intents().count(), 1);
    vault.change(&intent, "Ada joins", NOW, |act| act.add_person("Ada")).unwrap();
    vault.outcome(intent, "ok", &[("files", 3)], NOW).unwrap();
    assert_eq!(vault.open_intents().count(), 0);
    let [.., intent, change, outcome] = &entries(&vault)[..] else { panic!("entries are missing") };
    assert_eq!((intent.event.parameters, &intent.event.objects), (parameters, &objects));
    assert_eq!(change.event.act.unwrap().number, 2);
    assert_eq!(change.event.remark.as_deref(), Some("Ada joins"));
    assert_eq!((outcome.event.actor.as_str(), &outcome.event.objects), ("Ada", &objects));
    assert_eq!(outcome.event.counts[0].number, 3);
    assert_eq!(vault.fsck(&[]).unwrap(), []);
}

#[test]
fn a_refused_change_leaves_the_registry_and_is_an_abort_on_the_record() {
    let (_parent, _dir, mut vault) = vault();
    let before = vault.read().state().unwrap();
    let refused = vault.perform("key.activate", "Ada", "go", NOW, |act| {
        act.add_person("Zoe")?;
        act.set_key_state(1, "active")
    });
    assert_eq!(refused.unwrap_err().code(), "SR-REGISTRY-MISSING");
    assert_eq!(vault.read().state().unwrap(), before);
    let last = entries(&vault).pop().unwrap();
    assert_eq!(last.event.phase.result(), Some("SR-REGISTRY-MISSING"));
    assert!(matches!(last.event.phase, Phase::Abort { .. }));
    assert_eq!(vault.fsck(&[]).unwrap(), []);
}

#[test]
fn an_intent_without_outcome_is_reported_until_a_person_accounts_for_it() {
    let (_parent, dir, mut vault) = vault();
    let intent = vault.intent("archive.restore", "Ada", Vec::new(), None, NOW).unwrap();
    let sequence = intent.sequence();
    drop(intent);
    drop(vault);
    let mut vault = Vault::open(&dir, NOW).unwrap();
    assert_eq!(codes(&vault.fsck(&[]).unwrap()), ["SR-LOG-UNMATCHED"]);
    let remark = "the power failed; nothing was restored";
    vault.account_for(sequence, "Ada", remark, NOW).unwrap();
    assert_eq!(vault.fsck(&[]).unwrap(), []);
    assert!(vault.account_for(sequence, "Ada", remark, NOW).is_err());
}

#[test]
fn an_operation_that_resumes_takes_its_intent_up_again() {
    let (_parent, dir, mut vault) = vault();
    let intent = vault.intent("ceremony.run", "Ada", vec!["a:b".to_owned()], None, NOW).unwrap();
    let sequence = intent.sequence();
    drop((intent, vault));
    let mut vault = Vault::open(&dir, NOW).unwrap();
    let intent = vault.resume(sequence).unwrap();
    vault.outcome(intent, "ok", &[], NOW).unwrap();
    assert!(vault.resume(sequence).is_none());
    assert_eq!(entries(&vault).pop().unwrap().event.objects, ["a:b"]);
}

#[test]
fn virtual_tokens_have_a_place_in_drill_vaults_only() {
    let parent = tempfile::tempdir().unwrap();
    let mut rng = ChaCha20Rng::from_seed([1; 32]);
    for environment in Environment::ALL {
        let dir = parent.path().join(environment.as_str());
        let vault = Vault::create(&dir, environment, "Test", NOW, &mut rng).unwrap();
        assert_eq!(vault.tokens_folder().is_some(), environment.is_drill());
        assert_eq!(dir.join("tokens").exists(), environment.is_drill());
    }
}

#[test]
fn a_document_keeps_its_name_and_its_bytes() {
    let (_parent, dir, vault) = vault();
    let digest = vault.write_document("minutes.pdf", b"minutes").unwrap();
    vault.publish_document("minutes.pdf").unwrap();
    assert_eq!(vault.write_document("minutes.pdf", b"minutes").unwrap(), digest);
    vault.publish_document("minutes.pdf").unwrap();
    assert!(vault.write_document("minutes.pdf", b"other").is_err());
    for name in ["", "../minutes.pdf", ".hidden", "a/b", "a\\b", "minutes.pdf.partial"] {
        assert_eq!(vault.write_document(name, b"x").unwrap_err().code(), "SR-VAULT-FILE-NAME");
    }
    assert_eq!(fs::read(dir.join("documents/minutes.pdf")).unwrap(), b"minutes");
}

#[test]
fn the_log_key_is_in_no_error_and_no_debug_text() {
    let (_parent, dir, vault) = vault();
    let key = fs::read(dir.join("log/key")).unwrap();
    let text = format!("{vault:?}");
    let list = format!("{:?}", &key[..8]);
    assert!(!text.contains(list.trim_matches(['[', ']'])), "{text}");
}
