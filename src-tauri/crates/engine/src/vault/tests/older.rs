//! A vault of an older program is brought up to date, on the record.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use registry::Registry;
use tempfile::TempDir;
use terms::Problem as _;

use super::{NOW, codes, story};
use crate::vault::record::MIGRATE;
use crate::vault::{Vault, VaultView, fsck};

/// A copy of the vault that the program with schema 1 left.
fn older() -> (TempDir, PathBuf) {
    let parent = tempfile::tempdir().unwrap();
    let dir = parent.path().join("vault");
    let golden = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../tests/golden/vault-1");
    copy(Path::new(golden), &dir);
    copy_folder(&dir.join("ceremonies"));
    fs::write(dir.join("lock"), "").unwrap();
    (parent, dir)
}

fn copy(from: &Path, to: &Path) {
    copy_folder(to);
    for entry in fs::read_dir(from).unwrap() {
        let (path, to) = (entry.as_ref().unwrap().path(), to.join(entry.unwrap().file_name()));
        if path.is_dir() {
            copy(&path, &to);
        } else {
            fs::copy(&path, &to).unwrap();
            fs::set_permissions(&to, fs::Permissions::from_mode(0o600)).unwrap();
        }
    }
}

fn copy_folder(to: &Path) {
    fs::create_dir(to).unwrap();
    fs::set_permissions(to, fs::Permissions::from_mode(0o700)).unwrap();
}

#[test]
fn it_is_migrated_on_the_record_when_it_is_opened_and_only_once() {
    let (_parent, dir) = older();
    let error = VaultView::open(&dir).unwrap_err();
    assert_eq!(error.code(), "SR-REGISTRY-OLDER");
    let vault = Vault::open(&dir, NOW).unwrap();
    let entries = story(&vault);
    assert_eq!(entries[entries.len() - 2..], ["vault.migrate intent", "vault.migrate outcome"]);
    assert_eq!(vault.read().archives().unwrap()[0].label, "Ledger", "nothing was lost");
    assert_eq!(vault.read().master_keys().unwrap().len(), 1);
    assert_eq!(vault.read().media().unwrap(), []);
    drop(vault);
    assert_eq!(codes(&fsck(&dir, &[]).unwrap()), Vec::<&str>::new());
    let again = Vault::open(&dir, NOW).unwrap();
    assert_eq!(story(&again).len(), entries.len(), "it is migrated once");
    VaultView::open(&dir).unwrap();
}

#[test]
fn a_program_that_died_between_intent_and_migration_is_taken_up_again() {
    let (_parent, dir) = older();
    let (mut vault, _) = Vault::open_unmigrated(&dir, Duration::ZERO).unwrap();
    let _left = vault.intent(MIGRATE, "strongroom", Vec::new(), None, NOW).unwrap();
    let entries = story(&vault).len();
    drop(vault);
    let vault = Vault::open(&dir, NOW).unwrap();
    assert_eq!(story(&vault)[entries..], ["vault.migrate outcome"]);
    assert_eq!(vault.fsck(&[]).unwrap(), []);
}

#[test]
fn one_that_does_not_agree_with_its_log_is_not_migrated() {
    let (_parent, dir) = older();
    let path = dir.join("vault.sqlite");
    let mut registry = Registry::open(&path).unwrap();
    let act = registry.act("behind the program's back", NOW).unwrap();
    let number = act.number();
    act.add_person("Mallory").unwrap();
    act.commit(b"no event").unwrap();
    registry.clear_outbox(number).unwrap();
    drop(registry);
    let error = Vault::open(&dir, NOW).unwrap_err();
    assert_eq!(error.code(), "SR-VAULT-LOG-BEHIND");
    assert!(Registry::open(&path).unwrap().is_outdated().unwrap());
}
