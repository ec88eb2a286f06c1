//! Making a vault may be interrupted anywhere, and is then simply done again.

use std::fs;
use std::path::Path;

use audit::{Log, LogKey};
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;
use registry::Registry;
use terms::{Environment, Problem as _, VaultId};

use super::{NOW, snapshot, vault};
use crate::vault::folder::{Folder, make_file};
use crate::vault::storage::LogFolder;
use crate::vault::{Vault, VaultError};

fn create(dir: &Path) -> Result<Vault, VaultError> {
    let mut rng = ChaCha20Rng::from_seed([3; 32]);
    Vault::create(dir, Environment::Drill, "Again", NOW, &mut rng)
}

/// Leaves in `dir` what the making of a vault leaves if it ends after so many steps.
fn begun(dir: &Path, steps: usize) {
    let folder = Folder::new(dir);
    let id = VaultId::from_bytes([5; 16]);
    let all: [&dyn Fn(); 9] = [
        &|| fs::create_dir(dir).unwrap(),
        &|| fs::write(dir.join("lock"), "").unwrap(),
        &|| fs::create_dir(folder.log()).unwrap(),
        &|| ["ceremonies", "documents"].iter().for_each(|it| fs::create_dir(dir.join(it)).unwrap()),
        &|| make_file(&folder.log_key(), &[7; 32]).unwrap(),
        &|| fs::write(folder.log().join("checkpoint.partial"), "half").unwrap(),
        &|| {
            let key = LogKey::from_seed(&audit::origin(id), &[7; 32]).unwrap();
            Log::create(LogFolder::create(&folder.log()).unwrap(), id, key).unwrap();
        },
        &|| make_file(&folder.registry(), &[]).unwrap(),
        &|| drop(Registry::open(&folder.registry()).unwrap()),
    ];
    all[..steps].iter().for_each(|step| step());
}

#[test]
fn a_vault_whose_making_was_interrupted_anywhere_is_made_again() {
    for steps in 1..=9 {
        let parent = tempfile::tempdir().unwrap();
        let dir = parent.path().join("vault");
        begun(&dir, steps);
        let made = create(&dir).unwrap_or_else(|error| panic!("{steps} steps: {error}"));
        assert_eq!(made.fsck(&[]).unwrap(), [], "{steps} steps");
        drop(made);
        assert_eq!(Vault::open(&dir, NOW).unwrap().facts().name, "Again");
    }
}

#[test]
fn whatever_may_matter_is_left_as_it_is() {
    let changes: [&dyn Fn(&Path); 5] = [
        &|dir| fs::write(dir.join("notes.txt"), "mine").unwrap(),
        &|dir| fs::write(dir.join("documents/sheet.pdf"), "x").unwrap(),
        &|dir| fs::write(dir.join("log/other"), "x").unwrap(),
        &|dir| fs::write(dir.join("log/checkpoint"), "x\n2\ny\n").unwrap(),
        &|dir| fs::write(dir.join("log/entries.log"), [0; 9000]).unwrap(),
    ];
    for (number, change) in changes.iter().enumerate() {
        let parent = tempfile::tempdir().unwrap();
        let dir = parent.path().join("vault");
        begun(&dir, 7);
        change(&dir);
        let before = snapshot(&dir);
        assert_eq!(create(&dir).unwrap_err().code(), "SR-VAULT-NOT-EMPTY", "{number}");
        assert!(snapshot(&dir) == before, "{number}");
    }
}

#[test]
fn a_vault_that_lost_its_registry_is_no_unfinished_one() {
    let (_parent, dir, made) = vault();
    drop(made);
    assert_eq!(create(&dir).unwrap_err().code(), "SR-VAULT-EXISTS");
    fs::remove_file(dir.join("vault.sqlite")).unwrap();
    let before = snapshot(&dir);
    assert_eq!(create(&dir).unwrap_err().code(), "SR-VAULT-NOT-EMPTY");
    assert!(snapshot(&dir) == before);
}
