//! The digest of everything that the registry holds.

use rusqlite::Connection;
use rusqlite::types::ValueRef;
use sha2::{Digest as _, Sha256};
use terms::Digest;

use crate::schema::{self, Table, tables};
use crate::{RegistryError, migrations};

/// SHA-256 over the schema on the disk, and over all rows of all tables but the outbox, in the
/// order of the documented schema and of the primary keys. The schema counts because a trigger
/// that somebody planted could change rows later, inside an act that is recorded. Each table begins
/// with its name, each value is preceded by its type and length, so different contents never give
/// the same bytes.
pub(crate) fn digest(connection: &Connection) -> Result<Digest, RegistryError> {
    let doing = RegistryError::sql("read");
    let mut hash = Sha256::new();
    for object in schema::objects(connection)? {
        field(&mut hash, b'S', &[]);
        for part in object {
            field(&mut hash, b't', part.as_bytes());
        }
    }
    // A file that waits for a migration has the digest that the program before gave it.
    let version = migrations::check_version(connection)?;
    let counted = |table: &&Table| table.name != "outbox" && table.since <= version;
    for table in tables().filter(counted) {
        field(&mut hash, b'T', table.name.as_bytes());
        let sql = format!("SELECT * FROM {} ORDER BY {}", table.name, table.key);
        let mut statement = connection.prepare_cached(&sql).map_err(&doing)?;
        let columns = statement.column_count();
        let mut rows = statement.query([]).map_err(&doing)?;
        while let Some(row) = rows.next().map_err(&doing)? {
            field(&mut hash, b'R', &[]);
            for column in 0..columns {
                match row.get_ref(column).map_err(&doing)? {
                    ValueRef::Null => field(&mut hash, b'n', &[]),
                    ValueRef::Integer(number) => field(&mut hash, b'i', &number.to_be_bytes()),
                    ValueRef::Real(number) => field(&mut hash, b'r', &number.to_be_bytes()),
                    ValueRef::Text(text) => field(&mut hash, b't', text),
                    ValueRef::Blob(bytes) => field(&mut hash, b'b', bytes),
                }
            }
        }
    }
    Ok(Digest::from_bytes(hash.finalize().into()))
}

fn field(hash: &mut Sha256, kind: u8, bytes: &[u8]) {
    hash.update([kind]);
    hash.update((bytes.len() as u64).to_be_bytes());
    hash.update(bytes);
}
