//! Opening the registry's file.

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, TransactionBehavior};
use terms::Timestamp;

use crate::{Act, Reader, RegistryError, migrations, schema};

/// How long to wait for another program that is migrating the same file.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// An open registry: one file, one connection.
#[derive(Debug)]
pub struct Registry {
    pub(crate) connection: Connection,
}

/// An audit event that was committed with an act and waits for the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing {
    /// The act's number.
    pub act: u64,
    /// The event's canonical bytes.
    pub event: Vec<u8>,
}

impl Registry {
    /// Opens the file at `path` for reading and changing, and makes it if it is not there. A file
    /// of an older program stays as it is until [`migrate`](Self::migrate).
    ///
    /// # Errors
    ///
    /// When the file is no registry, a newer one, has another schema than the documented one, or
    /// cannot be opened.
    pub fn open(path: &Path) -> Result<Self, RegistryError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
            | OpenFlags::SQLITE_OPEN_CREATE
            | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let mut connection = connect(path, flags)?;
        let doing = RegistryError::sql("opened");
        // DELETE with EXTRA: a commit is durable with its folder entry (decision 0602).
        connection
            .pragma_update_and_check(None, "journal_mode", "DELETE", |_| Ok(()))
            .and_then(|()| connection.pragma_update(None, "synchronous", "EXTRA"))
            .and_then(|()| connection.pragma_update(None, "secure_delete", true))
            .map_err(&doing)?;
        migrations::begin(&mut connection)?;
        let registry = Self { connection };
        if !registry.is_outdated()? {
            registry.check_schema()?;
        }
        Ok(registry)
    }

    /// Whether the file is of an older program, and has to be migrated before it is used. Nothing
    /// of its schema is known to be as it was but what its state digest says.
    ///
    /// # Errors
    ///
    /// When SQLite cannot read.
    pub fn is_outdated(&self) -> Result<bool, RegistryError> {
        Ok(migrations::check_version(&self.connection)? < migrations::VERSION)
    }

    /// Brings the file to the present schema, as an act for `reason`: the new schema, and the audit
    /// event that tells of it, are committed together or not at all.
    ///
    /// # Errors
    ///
    /// As for [`act`](Self::act), and when the migrated schema would not be the documented one.
    pub fn migrate(&mut self, reason: &str, now: Timestamp) -> Result<Act<'_>, RegistryError> {
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(RegistryError::sql("migrated"))?;
        migrations::apply(&transaction, migrations::VERSION)?;
        check_schema(&transaction)?;
        Act::begin(transaction, reason, now)
    }

    /// Opens the file at `path` for reading only; nothing on the disk is changed, not even after a
    /// crash. Its schema may be another one: whoever believes what it says asks
    /// [`check_schema`](Self::check_schema) first.
    ///
    /// # Errors
    ///
    /// As for [`open`](Self::open), [`RegistryError::Interrupted`] when a change must be rolled
    /// back first, and [`RegistryError::Older`] when the file must be migrated first.
    pub fn open_read_only(path: &Path) -> Result<Self, RegistryError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = connect(path, flags)?;
        match migrations::check_version(&connection)? {
            migrations::VERSION => Ok(Self { connection }),
            0 => Err(RegistryError::NotARegistry),
            found => Err(RegistryError::Older { found, needed: migrations::VERSION }),
        }
    }

    /// What the registry holds.
    pub const fn read(&self) -> Reader<'_> {
        Reader { connection: &self.connection }
    }

    /// Begins a change for `reason`, one sentence for people.
    ///
    /// # Errors
    ///
    /// When another program is changing the file, when the reason is empty, or when the last
    /// act's event is still in the outbox.
    pub fn act(&mut self, reason: &str, now: Timestamp) -> Result<Act<'_>, RegistryError> {
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(RegistryError::sql("changed"))?;
        Act::begin(transaction, reason, now)
    }

    /// Forgets the event of `act`, once it is durable in the log.
    ///
    /// # Errors
    ///
    /// When SQLite cannot commit, or when there is no such event.
    pub fn clear_outbox(&mut self, act: u64) -> Result<(), RegistryError> {
        let doing = RegistryError::sql("changed");
        match self.connection.execute("DELETE FROM outbox WHERE act = ?1", [act]) {
            Ok(1) => Ok(()),
            Ok(_) => Err(RegistryError::Missing("act in the outbox")),
            Err(error) => Err(doing(error)),
        }
    }

    /// Refuses a file whose schema is not the documented one: a trigger that somebody planted would
    /// change rows inside an act, with the state digest of the act.
    ///
    /// # Errors
    ///
    /// [`RegistryError::Schema`] with the first difference.
    pub fn check_schema(&self) -> Result<(), RegistryError> {
        check_schema(&self.connection)
    }

    /// What SQLite and the schema say is wrong with the file, one sentence each; empty when all is
    /// well. Changes nothing.
    ///
    /// # Errors
    ///
    /// When SQLite cannot even look.
    pub fn check(&self) -> Result<Vec<String>, RegistryError> {
        let reader = self.read();
        let mut found = reader.rows("PRAGMA integrity_check(20)", [], |row| row.get(0))?;
        found.retain(|line: &String| line != "ok");
        let dangling = reader.rows("PRAGMA foreign_key_check", [], |row| row.get(0))?;
        let sentence = |table: String| format!("a row of {table} refers to nothing");
        found.extend(dangling.into_iter().map(sentence));
        found.extend(schema::differences(&self.connection)?);
        Ok(found)
    }
}

fn check_schema(connection: &Connection) -> Result<(), RegistryError> {
    match schema::differences(connection)?.into_iter().next() {
        None => Ok(()),
        Some(difference) => Err(RegistryError::Schema { difference }),
    }
}

fn connect(path: &Path, flags: OpenFlags) -> Result<Connection, RegistryError> {
    let doing = RegistryError::sql("opened");
    let connection = Connection::open_with_flags(path, flags).map_err(&doing)?;
    connection
        .busy_timeout(BUSY_TIMEOUT)
        .and_then(|()| connection.pragma_update(None, "foreign_keys", true))
        .and_then(|()| connection.pragma_update(None, "trusted_schema", false))
        .and_then(|()| connection.pragma_update(None, "cell_size_check", true))
        .map_err(doing)?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}
