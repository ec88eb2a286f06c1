use terms::{Environment, Problem as _};

use super::{NOW, change, registry};
use crate::{Outgoing, Registry, RegistryError};

#[test]
fn an_act_that_is_dropped_never_was() {
    let (_dir, mut registry) = registry(Environment::Drill);
    let before = registry.read().state().unwrap();
    let act = registry.act("to be dropped", NOW).unwrap();
    act.add_person("Cleo").unwrap();
    assert_ne!(act.state().unwrap(), before);
    drop(act);
    assert_eq!(registry.read().state().unwrap(), before);
    assert_eq!(registry.read().person("Cleo").unwrap(), None);
    assert_eq!(registry.read().last_act().unwrap(), 1);
    assert_eq!(registry.read().outbox().unwrap(), []);
}

#[test]
fn change_and_event_are_committed_together() {
    let (dir, mut registry) = registry(Environment::Drill);
    let act = registry.act("Cleo joins", NOW).unwrap();
    act.add_person("Cleo").unwrap();
    let state = act.state().unwrap();
    act.commit(b"the event").unwrap();
    drop(registry);
    let registry = Registry::open(&dir.path().join("vault.sqlite")).unwrap();
    assert!(registry.read().person("Cleo").unwrap().is_some());
    let waiting = Outgoing { act: 2, event: b"the event".to_vec() };
    assert_eq!(registry.read().outbox().unwrap(), [waiting]);
    assert_eq!(registry.read().state().unwrap(), state);
}

#[test]
fn no_act_begins_before_the_last_event_was_delivered() {
    let (_dir, mut registry) = registry(Environment::Drill);
    registry.act("first", NOW).unwrap().commit(b"event").unwrap();
    let error = registry.act("second", NOW).unwrap_err();
    assert_eq!(error.code(), "SR-REGISTRY-OUTBOX");
    registry.clear_outbox(2).unwrap();
    assert!(matches!(registry.clear_outbox(2), Err(RegistryError::Missing(_))));
    assert_eq!(registry.act("second", NOW).unwrap().number(), 3);
}

#[test]
fn an_act_has_a_reason() {
    let (_dir, mut registry) = registry(Environment::Drill);
    assert_eq!(registry.act("", NOW).unwrap_err().code(), "SR-REGISTRY-REFUSED");
}

#[test]
fn every_change_changes_the_state_and_only_changes_do() {
    let (_dir, mut registry) = registry(Environment::Drill);
    let mut states = vec![registry.read().state().unwrap()];
    assert_eq!(registry.read().state().unwrap(), states[0]);
    for value in ["a", "b", "a"] {
        change(&mut registry, |act| act.set_setting("language", value)).unwrap();
        states.push(registry.read().state().unwrap());
    }
    // Each act leaves its reason behind, so even the same content is another state.
    states.sort_unstable();
    states.dedup();
    assert_eq!(states.len(), 4);
}
