//! Every table and column, documented.
//!
//! The SQL here is never executed: the migrations are. A test compares both, and
//! [`Registry::check`](crate::Registry::check) compares this with the file on the disk, so a
//! trigger that somebody dropped is found.

mod archives_and_ceremonies;
mod copies;
mod media;
mod people_and_keys;

use rusqlite::Connection;

use crate::RegistryError;

/// A table with its documentation.
#[derive(Debug)]
pub struct Table {
    /// The table's name.
    pub name: &'static str,
    /// The migration that makes it, counted from 1.
    pub since: usize,
    /// What its rows are.
    pub about: &'static str,
    /// The columns of its primary key.
    pub key: &'static str,
    /// Its columns in order: name, and what it holds.
    pub columns: &'static [(&'static str, &'static str)],
    /// The statements that make the table, its indexes and its triggers.
    pub sql: &'static [&'static str],
}

/// All tables in the order in which they are made.
pub fn tables() -> impl Iterator<Item = &'static Table> {
    let first = people_and_keys::TABLES.iter().chain(archives_and_ceremonies::TABLES);
    first.chain(media::TABLES).chain(copies::TABLES)
}

/// Type, name, table and text of everything in the file's schema, in one order.
pub(crate) fn objects(connection: &Connection) -> Result<Vec<[String; 4]>, RegistryError> {
    let doing = RegistryError::sql("read");
    let sql = "SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_schema ORDER BY 1, 2, 3";
    let mut statement = connection.prepare_cached(sql).map_err(&doing)?;
    let read = |row: &rusqlite::Row<'_>| {
        Ok([row.get(0)?, row.get(1)?, row.get(2)?, squeezed(&row.get::<_, String>(3)?)])
    };
    let rows = statement.query_map([], read).map_err(&doing)?;
    rows.collect::<Result<_, _>>().map_err(doing)
}

/// How the schema of the file differs from the documented one, one sentence each.
pub(crate) fn differences(connection: &Connection) -> Result<Vec<String>, RegistryError> {
    let found = objects(connection)?.into_iter().map(|[.., sql]| sql);
    let found: Vec<String> = found.filter(|sql| !sql.is_empty()).collect();
    let wanted: Vec<String> =
        tables().flat_map(|table| table.sql).map(|sql| squeezed(sql)).collect();
    let missing = wanted.iter().filter(|sql| !found.contains(sql));
    let missing = missing.map(|sql| format!("the schema lacks: {sql}"));
    let surplus = found.iter().filter(|sql| !wanted.contains(sql));
    let surplus = surplus.map(|sql| format!("the schema has besides: {sql}"));
    Ok(missing.chain(surplus).collect())
}

/// The text with every run of white space made one space.
fn squeezed(sql: &str) -> String {
    sql.split_whitespace().collect::<Vec<_>>().join(" ")
}
