use std::fs;

use keys::{MasterKey, Recipient, Seed};
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;
use registry::{Document, ShareRow};
use terms::{Fingerprint, Problem as _, SplitId};

use super::{NOW, codes, snapshot, vault};
use crate::vault::{Vault, VaultView, fsck};

/// A key that could be one: its fingerprint is that of its recipient.
fn recipient() -> Recipient {
    let seed = Seed::generate(&mut ChaCha20Rng::from_seed([7; 32]));
    MasterKey::derive(&seed).recipient().clone()
}

/// A vault with something of everything.
fn furnish(vault: &mut Vault) {
    let digest = vault.write_document("minutes.pdf", b"the minutes").unwrap();
    let id = SplitId::from_bytes([4; 16]);
    let share = ShareRow {
        split: id,
        group: 0,
        member: 0,
        holder: "Ada".to_owned(),
        record: vec![1; 100],
        proved_at: None,
    };
    let key = recipient();
    let (text, fingerprint) = (key.to_string(), key.fingerprint());
    vault
        .perform("test.furnish", "Ada", "something of everything", NOW, |act| {
            act.add_person("Ada")?;
            act.add_master_key(1, &text, &fingerprint)?;
            act.add_split(id, 1, b"description")?;
            act.add_share(&share)?;
            act.prove_share(id, 0, 0)?;
            act.make_split_effective(id)?;
            act.set_key_state(1, "active")?;
            act.add_document(&Document {
                digest,
                kind: "minutes".to_owned(),
                file: "minutes.pdf".to_owned(),
                ceremony: None,
                created_at: NOW,
            })
        })
        .unwrap();
    vault.publish_document("minutes.pdf").unwrap();
}

#[test]
fn checking_changes_nothing() {
    let (_parent, dir, mut vault) = vault();
    furnish(&mut vault);
    let before = snapshot(&dir);
    assert_eq!(vault.fsck(&[]).unwrap(), []);
    assert_eq!(snapshot(&dir), before);
    let _intent = vault.intent("archive.seal", "Ada", Vec::new(), None, NOW).unwrap();
    drop(vault);
    fs::write(dir.join("log/checkpoint.partial"), b"half").unwrap();
    let before = snapshot(&dir);
    assert_eq!(codes(&fsck(&dir, &[]).unwrap()), ["SR-VAULT-PARTIAL", "SR-LOG-UNMATCHED"]);
    assert_eq!(snapshot(&dir), before);
}

#[test]
fn a_changed_byte_of_the_log_is_found_anywhere() {
    let (_parent, dir, mut vault) = vault();
    furnish(&mut vault);
    drop(vault);
    let path = dir.join("log/entries.log");
    let good = fs::read(&path).unwrap();
    for place in (0..good.len()).step_by(11) {
        let mut bad = good.clone();
        bad[place] ^= 0x10;
        fs::write(&path, bad).unwrap();
        assert!(!fsck(&dir, &[]).unwrap().is_empty(), "byte {place}");
        assert!(Vault::open(&dir, NOW).is_err(), "byte {place}");
    }
    fs::write(&path, good).unwrap();
    assert_eq!(fsck(&dir, &[]).unwrap(), []);
}

#[test]
fn a_changed_byte_of_the_registry_is_found_or_changes_nothing_that_it_says() {
    let (_parent, dir, mut vault) = vault();
    furnish(&mut vault);
    let state = vault.read().state().unwrap();
    drop(vault);
    let path = dir.join("vault.sqlite");
    let good = fs::read(&path).unwrap();
    let used = |place: &usize| good[*place] != 0;
    let (mut found, mut silent) = (0, 0);
    for place in (0..good.len()).step_by(31).filter(used) {
        let mut bad = good.clone();
        bad[place] ^= 0x04;
        fs::write(&path, bad).unwrap();
        if fsck(&dir, &[]).unwrap().is_empty() {
            silent += 1;
            let view = VaultView::open(&dir).unwrap();
            assert_eq!(view.read().state().unwrap(), state, "byte {place}");
        } else {
            found += 1;
        }
    }
    // Silent are counters in the file's header and the remains of freed pages, nothing else.
    assert!(found > 10 * silent, "{found} found, {silent} silent");
}

#[test]
fn a_registry_that_was_edited_by_hand_is_found_and_not_opened() {
    let (_parent, dir, mut vault) = vault();
    furnish(&mut vault);
    drop(vault);
    let path = dir.join("vault.sqlite");
    let good = fs::read(&path).unwrap();
    let place = good.windows(3).rposition(|bytes| bytes == b"Ada").unwrap();
    let mut bad = good.clone();
    bad[place..place + 3].copy_from_slice(b"Eve");
    fs::write(&path, bad).unwrap();
    assert!(!fsck(&dir, &[]).unwrap().is_empty());
    assert!(Vault::open(&dir, NOW).is_err());
    // Nor does looking believe it, unless it is asked for what is there, right or wrong.
    assert_eq!(VaultView::open(&dir).unwrap_err().code(), "SR-VAULT-REGISTRY-CHANGED");
    VaultView::open_unchecked(&dir).unwrap();
}

#[test]
fn a_key_under_the_fingerprint_of_another_one_is_not_believed() {
    let (_parent, dir, mut vault) = vault();
    let (text, other) = (recipient().to_string(), Fingerprint::from_bytes([1; 20]));
    let add = |act: &registry::Act<'_>| act.add_master_key(1, &text, &other);
    vault.perform("test.key", "Ada", "two halves of two keys", NOW, add).unwrap();
    drop(vault);
    assert_eq!(VaultView::open(&dir).unwrap_err().code(), "SR-VAULT-KEY");
}

#[test]
fn changed_missing_and_unknown_documents_are_found() {
    let (_parent, dir, mut vault) = vault();
    furnish(&mut vault);
    let path = dir.join("documents/minutes.pdf");
    fs::write(&path, b"other minutes").unwrap();
    assert_eq!(codes(&vault.fsck(&[]).unwrap()), ["SR-DOCUMENT-CHANGED"]);
    fs::rename(&path, dir.join("documents/stray.pdf")).unwrap();
    let found = vault.fsck(&[]).unwrap();
    assert_eq!(codes(&found), ["SR-DOCUMENT-CHANGED", "SR-DOCUMENT-UNKNOWN"]);
    assert_eq!(found[1].place, "documents/stray.pdf");
    assert!(found.iter().all(|finding| !finding.remedy.is_empty()));
}

#[test]
fn a_half_made_split_is_found_and_is_not_effective() {
    let (_parent, _dir, mut vault) = vault();
    let id = SplitId::from_bytes([4; 16]);
    vault
        .perform("key.split", "Ada", "half a split", NOW, |act| {
            act.add_master_key(1, "age1pq1one", &Fingerprint::from_bytes([1; 20]))?;
            act.add_split(id, 1, b"description")
        })
        .unwrap();
    let found = vault.fsck(&[]).unwrap();
    assert_eq!(codes(&found), ["SR-SPLIT-HALF-MADE"]);
    assert_eq!(found[0].place, format!("split:{id}"));
    assert_eq!(vault.read().effective_split(1).unwrap(), None);
    vault.perform("split.void", "Ada", "given up", NOW, |act| act.void_split(id)).unwrap();
    assert_eq!(vault.fsck(&[]).unwrap(), []);
}

#[cfg(unix)]
#[test]
fn a_vault_that_others_may_read_is_reported() {
    use std::os::unix::fs::PermissionsExt as _;
    let (_parent, dir, vault) = vault();
    fs::set_permissions(&dir, fs::Permissions::from_mode(0o750)).unwrap();
    fs::set_permissions(dir.join("log/key"), fs::Permissions::from_mode(0o644)).unwrap();
    let found = vault.fsck(&[]).unwrap();
    assert_eq!(codes(&found), ["SR-VAULT-PERMISSIONS"; 2]);
    let places: Vec<_> = found.iter().map(|finding| finding.place.as_str()).collect();
    assert_eq!(places, [".", "log/key"]);
}

#[test]
fn a_folder_that_is_no_vault_is_not_checked() {
    let dir = tempfile::tempdir().unwrap();
    assert!(fsck(dir.path(), &[]).is_err());
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
}

#[test]
fn a_missing_part_is_named() {
    let (_parent, dir, vault) = vault();
    fs::remove_dir(dir.join("documents")).unwrap();
    let found = vault.fsck(&[]).unwrap();
    assert_eq!(codes(&found), ["SR-VAULT-MISSING"]);
    assert_eq!(found[0].place, "documents");
}
