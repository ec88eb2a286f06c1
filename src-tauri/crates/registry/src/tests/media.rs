use rusqlite::Connection;
use terms::{ArchiveId, Digest, Environment, Problem as _};

use super::{NOW, change, facts, refusal, registry};
use crate::{Check, Medium, MediumKind, Registry, RegistryError, migrations};

fn disc() -> Medium {
    Medium {
        name: "BR-0007".to_owned(),
        kind: MediumKind::BdR,
        place: "Safe A".to_owned(),
        archive: ArchiveId::from_bytes([7; 16]),
        label: "Ledger".to_owned(),
        root: Digest::from_bytes([8; 32]),
        volumes: vec![(3, 1 << 30), (4, 9)],
        seen_at: NOW,
        retired_at: None,
    }
}

fn sample(part: u32) -> Check {
    Check {
        at: NOW,
        person: "Ada".to_owned(),
        parts: 20,
        part,
        frames: 100,
        read: 5,
        mendable: 1,
        lost: 2,
        unjudged: 1,
        read_errors: 1,
        bytes: 5 << 20,
        duration_ms: 900,
    }
}

#[test]
fn media_come_back_with_their_volumes_and_checks_in_order() {
    let (_dir, mut registry) = registry(Environment::Drill);
    change(&mut registry, |act| {
        act.add_medium(&disc())?;
        act.add_check("BR-0007", &sample(0))?;
        act.add_check("BR-0007", &sample(1))?;
        act.move_medium("BR-0007", "Safe B")
    })
    .unwrap();
    let moved = Medium { place: "Safe B".to_owned(), ..disc() };
    assert_eq!(registry.read().media().unwrap(), std::slice::from_ref(&moved));
    assert_eq!(registry.read().medium("BR-0007").unwrap(), Some(moved));
    assert_eq!(registry.read().medium("BR-0008").unwrap(), None);
    assert_eq!(registry.read().checks("BR-0007").unwrap(), [sample(0), sample(1)]);
    let judged = Check { unjudged: 0, ..sample(2) };
    change(&mut registry, |act| act.add_check("BR-0007", &judged)).unwrap();
    assert_eq!(registry.read().checks("BR-0007").unwrap()[2], judged);
}

#[test]
fn a_medium_is_on_the_record_once_and_is_not_taken_back() {
    let (_dir, mut registry) = registry(Environment::Drill);
    change(&mut registry, |act| act.add_medium(&disc())).unwrap();
    let rule = refusal(&mut registry, |act| act.add_medium(&disc()));
    assert!(rule.contains("media.name"), "{rule}");
    change(&mut registry, |act| act.retire_medium("BR-0007")).unwrap();
    assert_eq!(registry.read().medium("BR-0007").unwrap().unwrap().retired_at, Some(NOW));
    let rule = refusal(&mut registry, |act| act.retire_medium("BR-0007"));
    assert!(rule.contains("given up"), "{rule}");
    let rule = refusal(&mut registry, |act| act.move_medium("BR-0007", "Safe B"));
    assert!(rule.contains("given up"), "{rule}");
    let rule = refusal(&mut registry, |act| act.add_check("BR-0007", &sample(0)));
    assert!(rule.contains("still kept"), "{rule}");
    let missing = change(&mut registry, |act| act.retire_medium("BR-0008"));
    assert!(matches!(missing, Err(RegistryError::Missing("medium"))), "{missing:?}");
}

#[test]
fn a_check_whose_numbers_contradict_each_other_is_refused_and_none_is_changed() {
    let (_dir, mut registry) = registry(Environment::Drill);
    change(&mut registry, |act| act.add_medium(&disc())).unwrap();
    let wrong = [
        Check { part: 20, ..sample(0) },
        Check { parts: 0, ..sample(0) },
        Check { read: 101, ..sample(0) },
        Check { lost: 5, ..sample(0) },
        Check { unjudged: 3, ..sample(0) },
        Check { person: String::new(), ..sample(0) },
    ];
    for check in wrong {
        refusal(&mut registry, |act| act.add_check("BR-0007", &check));
    }
    let unknown = refusal(&mut registry, |act| act.add_check("BR-0008", &sample(0)));
    assert!(unknown.contains("FOREIGN KEY"), "{unknown}");
    change(&mut registry, |act| act.add_check("BR-0007", &sample(0))).unwrap();
    let sql = "UPDATE checks SET lost = 0";
    let rule = refusal(&mut registry, |act| act.execute(sql, []));
    assert!(rule.contains("never changed"), "{rule}");
    let rule = refusal(&mut registry, |act| act.execute("UPDATE unjudged SET frames = 2", []));
    assert!(rule.contains("never changed"), "{rule}");
    let rule = refusal(&mut registry, |act| act.execute("UPDATE copies SET volume = 1", []));
    assert!(rule.contains("never changed"), "{rule}");
    let rule =
        refusal(&mut registry, |act| act.execute("UPDATE media SET root = zeroblob(32)", []));
    assert!(rule.contains("only the place"), "{rule}");
}

/// A registry as the program before wrote it, with its state.
fn older() -> (tempfile::TempDir, Digest) {
    let dir = tempfile::tempdir().unwrap();
    let mut connection = Connection::open(dir.path().join("vault.sqlite")).unwrap();
    let transaction = connection.transaction().unwrap();
    migrations::apply(&transaction, 1).unwrap();
    let application = migrations::APPLICATION_ID;
    transaction.pragma_update(None, "application_id", application).unwrap();
    transaction.commit().unwrap();
    let mut registry = Registry { connection };
    change(&mut registry, |act| act.begin_vault(&facts(Environment::Drill))).unwrap();
    (dir, registry.read().state().unwrap())
}

#[test]
fn an_older_registry_stays_as_it_is_until_it_is_migrated_as_an_act() {
    let (dir, state) = older();
    let path = dir.path().join("vault.sqlite");
    let error = Registry::open_read_only(&path).unwrap_err();
    assert_eq!(error.code(), "SR-REGISTRY-OLDER");
    let mut registry = Registry::open(&path).unwrap();
    assert!(registry.is_outdated().unwrap());
    assert_eq!(registry.read().state().unwrap(), state, "opening it changed it");
    drop(registry.migrate("a new program", NOW).unwrap());
    assert_eq!(registry.read().state().unwrap(), state, "an act that was dropped never was");
    let act = registry.migrate("a new program", NOW).unwrap();
    let (number, after) = (act.number(), act.state().unwrap());
    act.commit(b"event").unwrap();
    registry.clear_outbox(number).unwrap();
    assert_eq!(number, 2);
    assert_ne!(after, state);
    drop(registry);
    let registry = Registry::open(&path).unwrap();
    assert!(!registry.is_outdated().unwrap());
    assert_eq!(registry.read().state().unwrap(), after);
    assert_eq!(registry.check().unwrap(), Vec::<String>::new());
}

#[test]
fn what_was_planted_in_an_older_registry_is_in_its_state_and_is_not_migrated() {
    let (dir, state) = older();
    let path = dir.path().join("vault.sqlite");
    let planted = "CREATE TRIGGER planted AFTER INSERT ON acts
        BEGIN UPDATE people SET left_at = NEW.at WHERE name = 'Ada'; END";
    Connection::open(&path).unwrap().execute_batch(planted).unwrap();
    let mut registry = Registry::open(&path).unwrap();
    assert_ne!(registry.read().state().unwrap(), state);
    let error = registry.migrate("a new program", NOW).unwrap_err();
    assert_eq!(error.code(), "SR-REGISTRY-SCHEMA");
}
