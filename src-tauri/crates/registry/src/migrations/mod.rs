//! From an empty file to the present schema, one file per step.
//!
//! A released migration is never edited; a change of the schema is a new file.

use rusqlite::{Connection, Transaction, TransactionBehavior};

use crate::RegistryError;

/// `SRRG`: says whose SQLite file this is.
pub(crate) const APPLICATION_ID: i32 = 0x5352_5247;

/// The migrations in order; the file's `user_version` counts those that were applied.
const ALL: [&str; 4] = [
    include_str!("0001-first.sql"),
    include_str!("0002-media.sql"),
    include_str!("0003-unjudged.sql"),
    include_str!("0004-copies.sql"),
];

/// The newest schema that this program knows.
pub(crate) const VERSION: usize = ALL.len();

/// Brings an empty file to the present schema; leaves any other as it is. Two programs may do so at
/// once: each looks at the version under the write lock, so every migration runs once.
pub(crate) fn begin(connection: &mut Connection) -> Result<(), RegistryError> {
    let behavior = TransactionBehavior::Exclusive;
    let doing = RegistryError::sql("migrated");
    let transaction = connection.transaction_with_behavior(behavior).map_err(&doing)?;
    if check_version(&transaction)? == 0 {
        apply(&transaction, VERSION)?;
        transaction.pragma_update(None, "application_id", APPLICATION_ID).map_err(&doing)?;
    }
    transaction.commit().map_err(&doing)
}

/// Applies what the file has not seen, up to migration `version`, in the transaction given.
pub(crate) fn apply(transaction: &Transaction<'_>, version: usize) -> Result<(), RegistryError> {
    let doing = RegistryError::sql("migrated");
    for sql in &ALL[check_version(transaction)?..version] {
        transaction.execute_batch(sql).map_err(&doing)?;
    }
    transaction.pragma_update(None, "user_version", version as i64).map_err(doing)
}

/// How many migrations the file has seen.
///
/// # Errors
///
/// When the file is another program's, or a newer program's.
pub(crate) fn check_version(connection: &Connection) -> Result<usize, RegistryError> {
    let doing = RegistryError::sql("read");
    let number = |name: &str| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    let application = number("application_id").map_err(&doing)?;
    let version = number("user_version").map_err(&doing)?;
    let tables: i64 = connection
        .query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))
        .map_err(&doing)?;
    let empty = application == 0 && version == 0 && tables == 0;
    if !empty && application != i64::from(APPLICATION_ID) {
        return Err(RegistryError::NotARegistry);
    }
    match usize::try_from(version) {
        Ok(version) if version <= VERSION => Ok(version),
        _ => Err(RegistryError::Newer { found: version, known: VERSION }),
    }
}
