use std::process::{Command, Stdio};

use rusqlite::Connection;
use terms::{Environment, Problem as _};

use super::registry;
use crate::{Registry, migrations};

/// Set for the processes that the migration test starts.
const CHILD: &str = "STRONGROOM_TEST_MIGRATES";

#[test]
fn a_file_of_another_program_is_not_touched() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("vault.sqlite");
    Connection::open(&path).unwrap().execute_batch("CREATE TABLE notes (a TEXT)").unwrap();
    let before = std::fs::read(&path).unwrap();
    let error = Registry::open(&path).unwrap_err();
    assert_eq!(error.code(), "SR-REGISTRY-NOT-A-REGISTRY");
    assert_eq!(std::fs::read(&path).unwrap(), before);
    std::fs::write(&path, b"no database at all, just some text in a file").unwrap();
    assert_eq!(Registry::open(&path).unwrap_err().code(), "SR-REGISTRY-NOT-A-REGISTRY");
}

#[test]
fn a_newer_schema_is_refused() {
    let (dir, registry) = registry(Environment::Drill);
    drop(registry);
    let path = dir.path().join("vault.sqlite");
    let newer = i64::try_from(migrations::VERSION).unwrap() + 1;
    Connection::open(&path).unwrap().pragma_update(None, "user_version", newer).unwrap();
    assert_eq!(Registry::open(&path).unwrap_err().code(), "SR-REGISTRY-NEWER");
    assert_eq!(Registry::open_read_only(&path).unwrap_err().code(), "SR-REGISTRY-NEWER");
}

#[test]
fn the_file_is_fully_synced_and_keeps_no_log_beside_it() {
    let (dir, registry) = registry(Environment::Drill);
    let pragma = |name: &str| -> rusqlite::types::Value {
        registry.read().connection.pragma_query_value(None, name, |row| row.get(0)).unwrap()
    };
    assert_eq!(pragma("synchronous"), 3.into());
    assert_eq!(pragma("foreign_keys"), 1.into());
    assert_eq!(pragma("journal_mode"), "delete".to_owned().into());
    assert_eq!(pragma("application_id"), i64::from(migrations::APPLICATION_ID).into());
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);
}

#[test]
fn the_bundled_sqlite_is_free_of_the_wal_reset_fault() {
    assert!(rusqlite::version_number() >= 3_051_003, "{}", rusqlite::version());
}

#[test]
fn reading_only_changes_nothing_and_makes_nothing() {
    let (dir, registry) = registry(Environment::Drill);
    drop(registry);
    let path = dir.path().join("vault.sqlite");
    let before = std::fs::read(&path).unwrap();
    let mut registry = Registry::open_read_only(&path).unwrap();
    assert_eq!(registry.check().unwrap(), Vec::<String>::new());
    assert!(registry.act("not allowed", super::NOW).is_err());
    drop(registry);
    assert_eq!(std::fs::read(&path).unwrap(), before);
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);
    assert!(Registry::open_read_only(&dir.path().join("absent")).is_err());
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);
}

#[test]
fn two_processes_may_migrate_an_empty_file_at_once() {
    if let Some(path) = std::env::var_os(CHILD) {
        Registry::open(path.as_ref()).unwrap();
        return;
    }
    for _ in 0..5 {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("vault.sqlite");
        let start = || {
            Command::new(std::env::current_exe().unwrap())
                .args(["--exact", "tests::files::two_processes_may_migrate_an_empty_file_at_once"])
                .env(CHILD, &path)
                .stdout(Stdio::null())
                .spawn()
                .unwrap()
        };
        let children = [start(), start(), start()];
        for mut child in children {
            assert!(child.wait().unwrap().success());
        }
        let registry = Registry::open_read_only(&path).unwrap();
        assert_eq!(registry.check().unwrap(), Vec::<String>::new());
    }
}
