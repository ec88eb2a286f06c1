//! Tables `acts` and `outbox`: the changes so far, and the events on their way to the log.

use terms::Digest;

use crate::{Outgoing, Reader, RegistryError, state};

impl Reader<'_> {
    /// The number of the newest act; 0 before the first.
    ///
    /// # Errors
    ///
    /// When SQLite cannot read.
    pub fn last_act(&self) -> Result<u64, RegistryError> {
        let last = self.row("SELECT max(number) FROM acts", [], |row| row.get(0))?;
        Ok(last.flatten().unwrap_or(0))
    }

    /// Audit events that have not reached the log, oldest first.
    ///
    /// # Errors
    ///
    /// When SQLite cannot read.
    pub fn outbox(&self) -> Result<Vec<Outgoing>, RegistryError> {
        self.rows("SELECT act, event FROM outbox ORDER BY act", [], |row| {
            Ok(Outgoing { act: row.get(0)?, event: row.get(1)? })
        })
    }

    /// The digest of the registry's whole content, the outbox excepted. The audit event of each
    /// act carries it, so a registry changed behind the program's back is found.
    ///
    /// # Errors
    ///
    /// When SQLite cannot read.
    pub fn state(&self) -> Result<Digest, RegistryError> {
        state::digest(self.connection)
    }
}
