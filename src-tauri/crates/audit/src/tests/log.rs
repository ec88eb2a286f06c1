use terms::{Digest, Problem as _, VaultId};

use super::memory::Memory;
use super::{VAULT, event, extend, key, log_of, ok, operation};
use crate::{ActMark, AuditError, Entry, Log, LogKey, LogStorage, Phase, origin, read_entries};

fn entries(storage: &Memory) -> Vec<Entry> {
    let mut entries = Vec::new();
    let mut keep = |entry| entries.push(entry);
    read_entries(storage, VAULT, key().public(), &mut keep).unwrap();
    entries
}

#[test]
fn what_was_written_is_read_back_in_order() {
    let log = log_of(3);
    let entries = entries(log.storage());
    assert_eq!(entries.len(), 6);
    assert!((0..).zip(&entries).all(|(number, entry)| entry.sequence == number));
    assert_eq!(entries[5].event.phase, ok(4));
    let (again, recovery) = Log::open(log.storage().clone(), VAULT, key()).unwrap();
    assert!(recovery.is_clean());
    assert_eq!(again.checkpoint(), log.checkpoint());
    assert_eq!(again.storage(), log.storage());
}

#[test]
fn an_intent_is_open_until_it_is_closed_once() {
    let mut log = log_of(0);
    let intent = log.append(event(0, "archive.seal", Phase::Intent)).unwrap();
    log.append(event(1, "archive.seal", Phase::Change { intent })).unwrap();
    assert_eq!(log.open_intents().map(|open| open.sequence).collect::<Vec<_>>(), [intent]);
    let other = log.append(event(2, "archive.restore", ok(intent))).unwrap_err();
    assert_eq!(other.code(), "SR-LOG-INTENT");
    log.append(event(3, "archive.seal", ok(intent))).unwrap();
    assert_eq!(log.open_intents().count(), 0);
    for phase in [ok(intent), Phase::Change { intent }, Phase::Recovered { intent: Some(99) }] {
        let error = log.append(event(4, "archive.seal", phase)).unwrap_err();
        assert_eq!(error.code(), "SR-LOG-INTENT");
    }
}

#[test]
fn an_open_intent_survives_reopening_and_can_be_accounted_for() {
    let mut log = log_of(1);
    let intent = log.append(event(9, "share.prove", Phase::Intent)).unwrap();
    let (mut log, _) = Log::open(log.storage().clone(), VAULT, key()).unwrap();
    let open: Vec<_> = log.open_intents().cloned().collect();
    assert_eq!((open.len(), open[0].sequence), (1, intent));
    assert_eq!((&*open[0].actor, &open[0].operation), ("Ada", &operation("share.prove")));
    log.append(event(10, "log.account", Phase::Recovered { intent: Some(intent) })).unwrap();
    assert_eq!(log.open_intents().count(), 0);
}

#[test]
fn acts_are_logged_once_and_in_order() {
    let mut log = log_of(0);
    let act = |number| Some(ActMark { number, state: Digest::from_bytes([3; 32]) });
    let mut first = event(0, "registry.change", Phase::Intent);
    first.act = act(1);
    log.append(first.clone()).unwrap();
    assert_eq!(log.append(first.clone()).unwrap_err().code(), "SR-LOG-ACT");
    first.act = act(3);
    assert_eq!(log.append(first).unwrap_err().code(), "SR-LOG-ACT");
    let (log, _) = Log::open(log.storage().clone(), VAULT, key()).unwrap();
    assert_eq!(log.last_act(), act(1));
}

#[test]
fn an_event_that_breaks_a_rule_is_refused_and_nothing_is_written() {
    let mut log = log_of(1);
    let before = log.storage().clone();
    let broken = |change: &dyn Fn(&mut crate::Event)| {
        let mut event = event(0, "archive.seal", Phase::Intent).with_count("b", 1);
        change(&mut event);
        event
    };
    let events = [
        broken(&|event| event.actor.clear()),
        broken(&|event| event.actor = "a\nb".to_owned()),
        broken(&|event| event.objects = vec!["x".repeat(1025)]),
        broken(&|event| event.objects = vec!["x".repeat(1000); 66]),
        broken(&|event| event.remark = Some(String::new())),
        broken(&|event| event.counts.push(event.counts[0].clone())),
    ];
    for event in events {
        assert_eq!(log.append(event).unwrap_err().code(), "SR-LOG-EVENT");
    }
    assert_eq!(*log.storage(), before);
    assert!(log.append(event(5, "archive.seal", Phase::Intent)).is_ok());
}

#[test]
fn a_count_of_the_same_name_is_replaced_and_counts_are_ordered() {
    let event = event(0, "archive.seal", Phase::Intent);
    let event = event.with_count("files", 1).with_count("bytes", 2).with_count("files", 3);
    let counts: Vec<_> = event.counts.iter().map(|c| (c.name.as_str(), c.number)).collect();
    assert_eq!(counts, [("bytes", 2), ("files", 3)]);
}

#[test]
fn a_log_is_opened_only_for_its_vault_and_with_its_key() {
    let storage = log_of(1).storage().clone();
    let other = VaultId::from_bytes([9; 16]);
    let foreign = LogKey::from_seed(&origin(other), &[7; 32]).unwrap();
    let error = Log::open(storage.clone(), other, foreign).unwrap_err();
    assert!(matches!(error, AuditError::Foreign { found, .. } if found == VAULT));
    let stranger = LogKey::from_seed(&origin(VAULT), &[8; 32]).unwrap();
    let error = Log::open(storage.clone(), VAULT, stranger).unwrap_err();
    assert_eq!(error.code(), "SR-LOG-SIGNATURE");
    assert_eq!(Log::create(storage, VAULT, key()).unwrap_err().code(), "SR-LOG-EXISTS");
}

#[test]
fn a_log_without_its_checkpoint_is_not_opened() {
    let mut storage = log_of(1).storage().clone();
    storage.checkpoint = None;
    let error = Log::open(storage, VAULT, key()).unwrap_err();
    assert_eq!(error.code(), "SR-LOG-NO-CHECKPOINT");
    let error = Log::open(Memory::default(), VAULT, key()).unwrap_err();
    assert_eq!(error.code(), "SR-LOG-NOT-A-LOG");
}

#[test]
fn an_old_checkpoint_beside_a_longer_log_is_not_adopted_beyond_one_write() {
    let mut log = log_of(1);
    let old = log.storage().checkpoint.clone();
    extend(&mut log, 1, "archive.seal");
    let mut storage = log.storage().clone();
    storage.checkpoint = old;
    storage.bytes.extend(vec![0; 1 << 20]);
    let error = Log::open(storage.clone(), VAULT, key()).unwrap_err();
    assert_eq!(error.code(), "SR-LOG-TAIL");
    assert!(storage.size_bytes().unwrap() > 1 << 20);
}
