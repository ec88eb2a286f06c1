use proptest::prelude::*;
use terms::Problem as _;

use super::memory::Memory;
use super::{VAULT, event, extend, key, log_of};
use crate::{Expectation, Log, LogStorage as _, Phase, verify};

fn expectation() -> Expectation {
    Expectation {
        vault: VAULT,
        key: key().public().clone(),
        anchors: Vec::new(),
        beside: Vec::new(),
    }
}

/// Whether anything at all is reported about the storage.
fn is_noticed(storage: &Memory) -> bool {
    match verify(storage, &expectation()) {
        Err(_) => true,
        Ok(report) => !report.verdict.holds() || report.torn_bytes > 0 || report.unacknowledged > 0,
    }
}

#[test]
fn every_change_of_one_byte_is_found() {
    let good = log_of(6).storage().clone();
    assert!(!is_noticed(&good));
    for place in 0..good.bytes.len() {
        for bit in [0x01, 0x80] {
            let mut bad = good.clone();
            bad.bytes[place] ^= bit;
            assert!(is_noticed(&bad), "byte {place} of the log");
            assert!(Log::open(bad, VAULT, key()).is_err(), "byte {place} of the log");
        }
    }
    for place in 0..good.checkpoint.as_ref().unwrap().len() {
        let mut bad = good.clone();
        bad.checkpoint.as_mut().unwrap()[place] ^= 0x01;
        assert!(is_noticed(&bad), "byte {place} of the checkpoint");
    }
}

#[test]
fn every_shorter_log_is_found() {
    let good = log_of(6).storage().clone();
    for size in 0..good.bytes.len() {
        let mut bad = good.clone();
        bad.bytes.truncate(size);
        assert!(is_noticed(&bad), "{size} bytes");
        assert!(Log::open(bad, VAULT, key()).is_err(), "{size} bytes");
    }
}

#[test]
fn a_write_cut_anywhere_loses_nothing_acknowledged() {
    let log = log_of(2);
    let before = log.storage().clone();
    let (mut longer, _) = Log::open(before.clone(), VAULT, key()).unwrap();
    longer.append(event(9, "archive.seal", Phase::Intent)).unwrap();
    let after = longer.storage().clone();
    for size in before.bytes.len()..=after.bytes.len() {
        let mut cut = after.clone();
        cut.bytes.truncate(size);
        cut.checkpoint = before.checkpoint.clone();
        let torn = (size - before.bytes.len()) as u64;
        let whole = size == after.bytes.len();
        let (log, recovery) = Log::open(cut, VAULT, key()).unwrap();
        assert_eq!(recovery.torn_bytes, if whole { 0 } else { torn });
        assert_eq!(recovery.adopted, u64::from(whole));
        assert_eq!(log.checkpoint().size, if whole { 5 } else { 4 });
        assert_eq!(log.tree().root_at(4), Some(longer.tree().root_at(4).unwrap()));
        assert!(!is_noticed(log.storage()));
    }
}

#[test]
fn a_tail_of_zeros_is_cut_and_never_an_entry() {
    let mut storage = log_of(2).storage().clone();
    let size = storage.bytes.len();
    storage.bytes.extend([0; 300]);
    let (log, recovery) = Log::open(storage, VAULT, key()).unwrap();
    assert_eq!((recovery.torn_bytes, recovery.adopted), (300, 0));
    assert_eq!(log.storage().size_bytes().unwrap(), size as u64);
}

#[test]
fn an_intent_that_cannot_be_made_durable_is_an_error_and_the_log_stops() {
    // A write calls append, sync and replace_checkpoint: each fails in turn.
    for calls in 0..3 {
        let mut storage = log_of(1).storage().clone();
        storage.calls_left = Some(calls);
        let (mut log, _) = Log::open(storage, VAULT, key()).unwrap();
        let error = log.append(event(5, "key.make", Phase::Intent)).unwrap_err();
        assert_eq!(error.code(), "SR-LOG-STORAGE", "call {calls}");
        let error = log.append(event(6, "key.make", Phase::Intent)).unwrap_err();
        assert_eq!(error.code(), "SR-LOG-STOPPED", "call {calls}");
        for kept in [0, 1, 40, 10_000] {
            let disk = log.storage().after_power_cut(kept);
            let (again, _) = Log::open(disk, VAULT, key()).unwrap();
            assert!(again.checkpoint().size >= 2, "call {calls}");
            assert!(!is_noticed(again.storage()));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn after_any_crash_the_log_is_what_was_acknowledged_and_at_most_one_entry_more(
        pairs in 0u64..6, calls in 0usize..40, kept in 0usize..400,
    ) {
        let mut storage = log_of(pairs).storage().clone();
        storage.calls_left = Some(calls);
        let (mut log, _) = Log::open(storage, VAULT, key()).unwrap();
        let mut acknowledged = 2 * pairs;
        while log.append(event(acknowledged, "share.prove", Phase::Intent)).is_ok() {
            acknowledged += 1;
        }
        let disk = log.storage().after_power_cut(kept);
        let (again, _) = Log::open(disk, VAULT, key()).unwrap();
        let size = again.checkpoint().size;
        prop_assert!(size == acknowledged || size == acknowledged + 1);
    }

    #[test]
    fn any_bytes_are_a_log_or_an_error_and_never_a_panic(
        bytes in prop::collection::vec(any::<u8>(), 0..600), place in 0usize..2000,
    ) {
        let mut storage = log_of(4).storage().clone();
        let place = place.min(storage.bytes.len());
        storage.bytes.truncate(place);
        storage.bytes.extend(bytes);
        let changed = storage.bytes != log_of(4).storage().bytes;
        prop_assert_eq!(is_noticed(&storage), changed);
    }
}

#[test]
fn a_log_goes_on_after_recovery() {
    let mut storage = log_of(2).storage().clone();
    storage.bytes.extend(b"torn");
    let (mut log, _) = Log::open(storage, VAULT, key()).unwrap();
    extend(&mut log, 2, "archive.seal");
    assert_eq!(log.checkpoint().size, 8);
    assert!(!is_noticed(log.storage()));
}
