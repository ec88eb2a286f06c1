#![allow(clippy::disallowed_methods, reason = "these tests make files and start processes")]

mod acts;
mod copies;
mod files;
mod media;
mod rows;
mod rules;
mod schema;

use tempfile::TempDir;
use terms::{Environment, Fingerprint, SplitId, Timestamp, VaultId};

use crate::{Act, Registry, RegistryError, ShareRow, VaultFacts};

const NOW: Timestamp = Timestamp::from_unix(1_800_000_000);

fn facts(environment: Environment) -> VaultFacts {
    VaultFacts {
        id: VaultId::from_bytes([1; 16]),
        environment,
        name: "Test".to_owned(),
        log_key: "key".to_owned(),
        created_at: NOW,
    }
}

/// A registry with a vault row, two people and a master key.
fn registry(environment: Environment) -> (TempDir, Registry) {
    let dir = tempfile::tempdir().unwrap();
    let mut registry = Registry::open(&dir.path().join("vault.sqlite")).unwrap();
    change(&mut registry, |act| {
        act.begin_vault(&facts(environment))?;
        act.add_person("Ada")?;
        act.add_person("Ben")?;
        act.add_master_key(1, "age1pq1one", &Fingerprint::from_bytes([1; 20]))
    })
    .unwrap();
    (dir, registry)
}

/// Carries out one act and forgets its event.
fn change<T>(
    registry: &mut Registry,
    change: impl FnOnce(&Act<'_>) -> Result<T, RegistryError>,
) -> Result<T, RegistryError> {
    let act = registry.act("a test", NOW)?;
    let number = act.number();
    let done = change(&act)?;
    act.commit(b"event")?;
    registry.clear_outbox(number)?;
    Ok(done)
}

/// The rule by which a change is refused.
fn refusal<T: std::fmt::Debug>(
    registry: &mut Registry,
    refused: impl FnOnce(&Act<'_>) -> Result<T, RegistryError>,
) -> String {
    match change(registry, refused) {
        Err(RegistryError::Refused { rule }) => rule,
        other => panic!("not refused: {other:?}"),
    }
}

fn split_id(number: u8) -> SplitId {
    SplitId::from_bytes([number; 16])
}

fn share(split: SplitId, member: u8, holder: &str) -> ShareRow {
    ShareRow {
        split,
        group: 0,
        member,
        holder: holder.to_owned(),
        record: vec![member, 1],
        proved_at: None,
    }
}

/// Makes a split of key 1 with two shares, proves them, and makes it effective.
fn effective_split(registry: &mut Registry, number: u8) {
    let id = split_id(number);
    change(registry, |act| {
        act.add_split(id, 1, b"description")?;
        act.add_share(&share(id, 0, "Ada"))?;
        act.add_share(&share(id, 1, "Ben"))?;
        act.prove_share(id, 0, 0)?;
        act.prove_share(id, 0, 1)?;
        act.make_split_effective(id)
    })
    .unwrap();
}
