//! The tables, as `catalogue-1` T1 to T3 say.

use rusqlite::Connection;

use crate::CatalogueError;

/// `SRCT`: says whose SQLite file this is (catalogue-1 T1).
const APPLICATION_ID: i32 = 0x5352_4354;
const VERSION: i32 = 1;

/// What is made before the first entry comes.
const TABLES: &str = "\
CREATE TABLE archive (
    id BLOB NOT NULL CHECK (length(id) = 16),
    entries INTEGER NOT NULL CHECK (entries >= 0)
) STRICT;
CREATE TABLE entries (
    number INTEGER PRIMARY KEY,
    parent INTEGER NOT NULL,
    name BLOB NOT NULL CHECK (length(name) BETWEEN 1 AND 255),
    kind INTEGER NOT NULL CHECK (kind BETWEEN 1 AND 4),
    size INTEGER NOT NULL CHECK (size >= 0),
    files INTEGER NOT NULL CHECK (files >= 0),
    last INTEGER NOT NULL CHECK (last >= number),
    mtime INTEGER
) STRICT;
";
/// What is made behind the last one: sorting once costs less than keeping in order.
const INDEX: &str = "CREATE INDEX children ON entries (parent, kind <> 2, number);\n";

pub(crate) fn begin(connection: &Connection) -> Result<(), CatalogueError> {
    let made = connection
        .pragma_update(None, "application_id", APPLICATION_ID)
        .and_then(|()| connection.pragma_update(None, "user_version", VERSION))
        .and_then(|()| connection.execute_batch(TABLES));
    made.map_err(CatalogueError::sql("made"))
}

pub(crate) fn index(connection: &Connection) -> Result<(), CatalogueError> {
    connection.execute_batch(INDEX).map_err(CatalogueError::sql("made"))
}

/// Refuses every file but one that [`begin`] and [`index`] made (catalogue-1 T1).
pub(crate) fn check(connection: &Connection) -> Result<(), CatalogueError> {
    let doing = CatalogueError::sql("opened");
    let number = |name: &str| connection.pragma_query_value(None, name, |row| row.get::<_, i32>(0));
    let is_ours = number("application_id").map_err(&doing)? == APPLICATION_ID
        && number("user_version").map_err(&doing)? == VERSION;
    if is_ours && found(connection)? == documented() {
        Ok(())
    } else {
        Err(CatalogueError::NotACatalogue)
    }
}

/// The schema as specification and code write it, one statement each.
pub(crate) fn documented() -> Vec<String> {
    let all = [TABLES, INDEX].concat();
    let statements = all.split(";\n").map(squeezed).filter(|sql| !sql.is_empty());
    statements.collect()
}

fn found(connection: &Connection) -> Result<Vec<String>, CatalogueError> {
    let doing = CatalogueError::sql("opened");
    let sql = "SELECT sql FROM sqlite_schema ORDER BY rowid";
    let mut statement = connection.prepare(sql).map_err(&doing)?;
    let rows = statement.query_map([], |row| Ok(squeezed(&row.get::<_, String>(0)?)));
    rows.map_err(&doing)?.collect::<Result<_, _>>().map_err(doing)
}

fn squeezed(sql: &str) -> String {
    sql.split_whitespace().collect::<Vec<_>>().join(" ")
}
