//! Changing the registry.

use rusqlite::{Params, Transaction};
use terms::{Digest, Timestamp};

use crate::value::At;
use crate::{Reader, RegistryError, state};

/// A change of the registry with its reason: all of it happens, together with its audit event, or
/// nothing of it. Dropped without [`commit`](Self::commit), it never was.
///
/// The tables' modules say what can be changed.
#[derive(Debug)]
pub struct Act<'c> {
    transaction: Transaction<'c>,
    number: u64,
    at: Timestamp,
}

impl<'c> Act<'c> {
    pub(crate) fn begin(
        transaction: Transaction<'c>,
        reason: &str,
        at: Timestamp,
    ) -> Result<Self, RegistryError> {
        let reader = Reader { connection: &transaction };
        if !reader.outbox()?.is_empty() {
            return Err(RegistryError::OutboxFull);
        }
        let number = reader.last_act()? + 1;
        let act = Self { transaction, number, at };
        let row = (number, At(at), reason);
        act.execute("INSERT INTO acts (number, at, reason) VALUES (?1, ?2, ?3)", row)?;
        Ok(act)
    }

    /// The act's number, from 1 without gaps.
    pub const fn number(&self) -> u64 {
        self.number
    }

    /// When the act was opened, as given.
    pub const fn at(&self) -> Timestamp {
        self.at
    }

    /// The registry with the changes so far.
    pub fn read(&self) -> Reader<'_> {
        Reader { connection: &self.transaction }
    }

    /// The digest of the registry's whole content with the changes so far; see
    /// [`Reader::state`].
    ///
    /// # Errors
    ///
    /// When SQLite cannot read.
    pub fn state(&self) -> Result<Digest, RegistryError> {
        state::digest(&self.transaction)
    }

    /// Makes the changes durable together with `event`, the canonical bytes of the audit event
    /// that tells of them.
    ///
    /// # Errors
    ///
    /// When SQLite cannot commit; then nothing was changed.
    pub fn commit(self, event: &[u8]) -> Result<(), RegistryError> {
        self.execute("INSERT INTO outbox (act, event) VALUES (?1, ?2)", (self.number, event))?;
        self.transaction.commit().map_err(RegistryError::sql("committed"))
    }

    /// Runs one change and says how many rows it touched.
    pub(crate) fn execute(&self, sql: &str, params: impl Params) -> Result<usize, RegistryError> {
        let doing = RegistryError::sql("changed");
        let mut statement = self.transaction.prepare_cached(sql).map_err(&doing)?;
        statement.execute(params).map_err(doing)
    }

    /// Runs a change that must touch exactly one row, a `what`.
    pub(crate) fn execute_one(
        &self,
        what: &'static str,
        sql: &str,
        params: impl Params,
    ) -> Result<(), RegistryError> {
        match self.execute(sql, params)? {
            1 => Ok(()),
            _ => Err(RegistryError::Missing(what)),
        }
    }
}
