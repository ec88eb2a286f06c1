use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;

use super::*;
use crate::Seed;

fn facts() -> CapsuleFacts {
    CapsuleFacts {
        archive: ArchiveId::from_bytes([7; 16]),
        environment: Some(Environment::Drill),
        key: Some(KeyName { environment: Environment::Drill, version: 1 }),
        generation: 1,
        created: Timestamp::from_unix(1_700_000_000),
    }
}

fn sealed() -> (MasterKey, ArchiveKey, Capsule) {
    let mut rng = ChaCha20Rng::from_seed([1; 32]);
    let master = MasterKey::derive(&Seed::generate(&mut rng));
    let key = ArchiveKey::generate(&mut rng);
    let capsule = Capsule::seal(master.recipient(), &key, facts(), &mut rng).unwrap();
    (master, key, capsule)
}

#[test]
fn a_capsule_opens_with_its_master_key_and_with_no_other() {
    let (master, key, capsule) = sealed();
    assert_eq!(capsule.open(&master).unwrap(), key);
    let other = MasterKey::derive(&Seed::from_secret(Secret::from_fill(|b| b.fill(9))));
    let error = capsule.open(&other).unwrap_err();
    assert!(matches!(error, KeysError::OtherKey { .. }), "{error}");
}

#[test]
fn a_capsule_has_one_encoding_and_survives_it() {
    let (_, _, capsule) = sealed();
    let root = Digest::from_bytes([3; 32]);
    for capsule in [capsule.clone(), capsule.with_index_root(root)] {
        assert_eq!(Capsule::decode(&capsule.encode()).unwrap(), capsule);
    }
}

#[test]
fn every_bound_fact_that_changes_keeps_the_capsule_shut() {
    let (master, _, capsule) = sealed();
    let changed = [
        Capsule { environment: Some(Environment::Production), ..capsule.clone() },
        Capsule { environment: None, ..capsule.clone() },
        Capsule { archive: ArchiveId::from_bytes([8; 16]), ..capsule.clone() },
        Capsule { commitment: [0; 32], ..capsule.clone() },
    ];
    for capsule in changed {
        let altered = KeysError::CapsuleAltered { archive: capsule.archive };
        assert_eq!(capsule.open(&master).unwrap_err(), altered);
    }
}

#[test]
fn every_byte_of_the_seal_matters() {
    let (master, _, capsule) = sealed();
    for at in [0, 600, 1087, 1088, 1119] {
        let mut changed = capsule.clone();
        changed.encapsulated[at] ^= 1;
        assert!(changed.open(&master).is_err(), "encapsulated byte {at}");
    }
    for at in 0..SEALED_BYTES {
        let mut changed = capsule.clone();
        changed.sealed[at] ^= 1;
        assert!(changed.open(&master).is_err(), "sealed byte {at}");
    }
}

#[test]
fn an_unknown_suite_or_version_is_a_clear_refusal() {
    let (_, _, capsule) = sealed();
    let later = Capsule { version: 2, ..capsule.clone() };
    let other = Capsule { suite: [0x0051, 1, 2], ..capsule };
    for capsule in [later, other] {
        let error = Capsule::decode(&capsule.encode()).unwrap_err();
        assert!(matches!(error, KeysError::UnknownSuite { .. }), "{error}");
    }
}

#[test]
fn facts_that_contradict_themselves_are_neither_sealed_nor_read() {
    let (master, key, capsule) = sealed();
    let other = KeyName { environment: Environment::Production, version: 1 };
    let unnumbered = KeyName { environment: Environment::Drill, version: 0 };
    let contradictions = [
        CapsuleFacts { generation: 0, ..facts() },
        CapsuleFacts { key: Some(other), ..facts() },
        CapsuleFacts { key: Some(unnumbered), ..facts() },
    ];
    for facts in contradictions {
        let CapsuleFacts { key: name, generation, .. } = facts.clone();
        let mut rng = ChaCha20Rng::from_seed([2; 32]);
        let error = Capsule::seal(master.recipient(), &key, facts, &mut rng).unwrap_err();
        assert!(matches!(error, KeysError::CapsuleFacts { .. }), "{error}");
        let written = Capsule { key: name, generation, ..capsule.clone() };
        let error = Capsule::decode(&written.encode()).unwrap_err();
        assert!(matches!(error, KeysError::CapsuleFacts { .. }), "{error}");
    }
}

#[test]
fn a_later_version_is_called_so_whatever_else_it_holds() {
    // {0: 2, 1: [0x0051, 1, 2], 2: "something new"}
    let later = b"\xa3\x00\x02\x01\x83\x18\x51\x01\x02\x02\x6dsomething new";
    let suite = [0x0051, 1, 2];
    assert_eq!(Capsule::decode(later), Err(KeysError::UnknownSuite { version: 2, suite }));
}

#[test]
fn bytes_that_are_no_capsule_are_refused() {
    let (_, _, capsule) = sealed();
    let bytes = capsule.encode();
    for cut in 0..bytes.len() {
        assert!(Capsule::decode(&bytes[..cut]).is_err(), "cut at {cut}");
    }
    let longer = [bytes.as_slice(), &[0; CAPSULE_MAX_BYTES]].concat();
    for bytes in [&longer[..bytes.len() + 1], &longer] {
        assert!(matches!(Capsule::decode(bytes), Err(KeysError::CapsuleEncoding(_))));
    }
}

#[test]
fn an_encapsulated_key_without_an_x25519_half_is_refused() {
    let (master, _, mut capsule) = sealed();
    capsule.encapsulated[ENCAPSULATED_BYTES - 32..].fill(0);
    let altered = KeysError::CapsuleAltered { archive: capsule.archive };
    assert_eq!(capsule.open(&master), Err(altered));
}
