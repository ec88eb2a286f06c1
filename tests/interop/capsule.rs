//! Seed, recipient and capsule, with a program written from the specification alone over Python's
//! `cryptography` (OpenSSL).

use keys::{ArchiveKey, Capsule, CapsuleFacts, MasterKey, Seed};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use secret::Secret;
use serde_json::{Value, json};
use terms::{ArchiveId, Digest, Environment, KeyName, Timestamp};

use crate::peers::{run, script};

const ARCHIVE: ArchiveId = ArchiveId::from_bytes([7; 16]);
const KEY: [u8; 32] = [9; 32];

fn seed(byte: u8) -> Seed {
    Seed::from_secret(Secret::from_fill(|bytes| bytes.fill(byte)))
}

fn facts(environment: Option<Environment>) -> CapsuleFacts {
    CapsuleFacts {
        archive: ARCHIVE,
        environment,
        key: environment.map(|environment| KeyName { environment, version: 3 }),
        generation: 2,
        created: Timestamp::from_unix(1_795_000_000),
    }
}

/// Runs the peer's `verb` with seed `byte`; `None` where the peer is absent.
fn peer(test: &str, verb: &str, byte: u8, input: &[u8]) -> Option<Result<Vec<u8>, String>> {
    let seed = hex::encode([byte; 32]);
    Some(run(script(test, "capsule.py")?.args([verb, &seed]), input))
}

fn spoken(answer: Result<Vec<u8>, String>) -> Value {
    serde_json::from_slice(&answer.unwrap()).unwrap()
}

#[test]
fn both_derive_the_same_recipient_identity_and_fingerprint_from_a_seed() {
    for byte in [0, 1, 255] {
        let Some(answer) = peer("both_derive", "describe", byte, &[]) else { return };
        let (theirs, ours) = (spoken(answer), MasterKey::derive(&seed(byte)));
        assert_eq!(theirs["public"], hex::encode(ours.recipient().to_bytes()));
        assert_eq!(theirs["recipient"], ours.recipient().to_string());
        assert_eq!(theirs["identity"], ours.expose_age_identity().expose());
        assert_eq!(theirs["fingerprint"], ours.recipient().fingerprint().to_string());
    }
}

#[test]
fn the_peer_opens_our_capsules() {
    let mut rng = ChaCha20Rng::from_seed([4; 32]);
    let key = ArchiveKey::from_secret(Secret::from_fill(|bytes| *bytes = KEY));
    let master = MasterKey::derive(&seed(1));
    for environment in [None, Some(Environment::Drill), Some(Environment::Production)] {
        let capsule =
            Capsule::seal(master.recipient(), &key, facts(environment), &mut rng).unwrap();
        let root = Digest::from_bytes([5; 32]);
        for capsule in [capsule.clone(), capsule.with_index_root(root)] {
            let Some(answer) = peer("the_peer_opens", "open", 1, &capsule.encode()) else { return };
            let theirs = spoken(answer);
            assert_eq!(theirs["archive_key"], hex::encode(KEY));
            assert_eq!(theirs["generation"], 2);
            assert_eq!(theirs["index_root"], json!(capsule.index_root().map(|r| r.to_string())));
            let wrapping = key.derive(ARCHIVE, "wrapping", b"context");
            assert_eq!(theirs["wrapping"], hex::encode(wrapping.expose()));
        }
    }
}

#[test]
fn we_open_the_capsules_of_the_peer() {
    for environment in [None, Some("staging")] {
        let input = json!({
            "archive_key": hex::encode(KEY),
            "archive": ARCHIVE.to_string(),
            "environment": environment,
            "key": environment.map(|environment| json!([environment, 3])),
            "generation": 1,
            "created": 1_795_000_000,
            "index_root": environment.map(|_| hex::encode([5; 32])),
        });
        let Some(answer) = peer("we_open", "seal", 1, input.to_string().as_bytes()) else { return };
        let capsule = Capsule::decode(&answer.unwrap()).unwrap();
        let opened = capsule.open(&MasterKey::derive(&seed(1))).unwrap();
        assert_eq!(opened, ArchiveKey::from_secret(Secret::from_fill(|bytes| *bytes = KEY)));
        assert_eq!(capsule.facts().environment.map(Environment::as_str), environment);
        assert!(capsule.open(&MasterKey::derive(&seed(2))).is_err());
    }
}

#[test]
fn neither_opens_a_capsule_that_was_moved_to_another_environment() {
    let mut rng = ChaCha20Rng::from_seed([4; 32]);
    let key = ArchiveKey::from_secret(Secret::from_fill(|bytes| *bytes = KEY));
    let master = MasterKey::derive(&seed(1));
    let facts = CapsuleFacts { key: None, ..facts(Some(Environment::Drill)) };
    let bytes = Capsule::seal(master.recipient(), &key, facts, &mut rng).unwrap().encode();
    let at = bytes.windows(6).position(|part| part == b"\x65drill").unwrap();
    let moved = [&bytes[..at], b"\x67staging", &bytes[at + 6..]].concat();
    assert!(Capsule::decode(&moved).unwrap().open(&master).is_err());
    let Some(answer) = peer("neither_opens", "open", 1, &moved) else { return };
    assert!(answer.is_err());
}

#[test]
fn the_peer_opens_the_worked_capsules_of_the_specification() {
    let worked = include_str!("../../src-tauri/crates/keys/vectors/keys-1.txt");
    let value = |name: &str| {
        let mut lines = worked.lines().filter_map(|line| line.split_once(": "));
        lines.find(|(named, _)| *named == name).unwrap().1
    };
    for name in ["capsule", "capsule with root", "capsule unstated"] {
        let Some(mut peer) = script("the_worked_capsules", "capsule.py") else { return };
        let capsule = hex::decode(value(name)).unwrap();
        let theirs = spoken(run(peer.args(["open", value("seed")]), &capsule));
        assert_eq!(theirs["archive_key"], value("archive key"), "{name}");
    }
}
