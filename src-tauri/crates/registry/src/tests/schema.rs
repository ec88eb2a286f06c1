use terms::Environment;

use super::registry;
use crate::schema::tables;

#[test]
fn the_documented_schema_is_what_the_migrations_make() {
    let (_dir, registry) = registry(Environment::Drill);
    assert_eq!(registry.check().unwrap(), Vec::<String>::new());
}

#[test]
fn every_column_is_documented_and_no_other() {
    let (_dir, registry) = registry(Environment::Drill);
    for table in tables() {
        let sql = format!("SELECT name FROM pragma_table_info('{}')", table.name);
        let found: Vec<String> = registry.read().rows(&sql, [], |row| row.get(0)).unwrap();
        let documented: Vec<_> = table.columns.iter().map(|(name, _)| *name).collect();
        assert_eq!(found, documented, "{}", table.name);
        assert!(table.columns.iter().all(|(_, about)| about.ends_with('.')), "{}", table.name);
    }
}

#[test]
fn the_key_of_each_table_is_its_primary_key() {
    let (_dir, registry) = registry(Environment::Drill);
    for table in tables() {
        let sql = format!(
            "SELECT name FROM pragma_table_info('{}') WHERE pk > 0 ORDER BY pk",
            table.name
        );
        let found: Vec<String> = registry.read().rows(&sql, [], |row| row.get(0)).unwrap();
        assert_eq!(found.join(", "), table.key, "{}", table.name);
    }
}

#[test]
fn a_registry_with_a_planted_trigger_is_not_opened_and_its_state_is_another() {
    let (dir, registry) = registry(Environment::Drill);
    let state = registry.read().state().unwrap();
    drop(registry);
    let path = dir.path().join("vault.sqlite");
    let connection = rusqlite::Connection::open(&path).unwrap();
    let planted = "CREATE TRIGGER planted AFTER INSERT ON acts
        BEGIN UPDATE people SET left_at = NEW.at WHERE name = 'Ada'; END";
    connection.execute_batch(planted).unwrap();
    drop(connection);
    let error = crate::Registry::open(&path).unwrap_err();
    assert_eq!(terms::Problem::code(&error), "SR-REGISTRY-SCHEMA");
    assert!(error.to_string().contains("planted"), "{error}");
    let looked_at = crate::Registry::open_read_only(&path).unwrap();
    assert_ne!(looked_at.read().state().unwrap(), state, "an act would record the trigger");
    assert!(looked_at.check_schema().is_err());
    drop(looked_at);
    rusqlite::Connection::open(&path).unwrap().execute_batch("DROP TRIGGER planted").unwrap();
    assert_eq!(crate::Registry::open(&path).unwrap().read().state().unwrap(), state);
}

#[test]
fn a_trigger_that_somebody_dropped_or_added_is_found() {
    let (dir, registry) = registry(Environment::Drill);
    drop(registry);
    let path = dir.path().join("vault.sqlite");
    let connection = rusqlite::Connection::open(&path).unwrap();
    connection.execute_batch("DROP TRIGGER approvals_stay").unwrap();
    connection.execute_batch("CREATE TABLE extra (a INTEGER)").unwrap();
    drop(connection);
    let found = crate::Registry::open_read_only(&path).unwrap().check().unwrap();
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found[0].starts_with("the schema lacks: CREATE TRIGGER approvals_stay"));
    assert_eq!(found[1], "the schema has besides: CREATE TABLE extra (a INTEGER)");
}
