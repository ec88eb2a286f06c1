//! The log as it is written to.

use terms::VaultId;

use crate::frame::{self, MAX_APPEND_BYTES};
use crate::scan::{State, scan};
use crate::{
    ActMark, AuditError, Checkpoint, Entry, Event, LogKey, LogStorage, OpenIntent, Tree, leaf_hash,
    origin,
};

/// An open log: everything before is known, everything after is durable before it counts.
///
/// Invariant: the signed checkpoint covers every entry whose `append` returned. After a write that
/// failed the log is *stopped* and takes nothing more, because what the disk holds is then unknown
/// until it is read again.
#[derive(Debug)]
pub struct Log<S> {
    storage: S,
    vault: VaultId,
    key: LogKey,
    tree: Tree,
    state: State,
    stopped: bool,
}

/// What opening a log had to put in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recovery {
    /// Bytes of a write that a crash interrupted; they were cut off.
    pub torn_bytes: u64,
    /// Whole entries that a crash kept from being acknowledged; they count now.
    pub adopted: u64,
}

impl Recovery {
    /// Whether there was nothing to do.
    pub const fn is_clean(self) -> bool {
        self.torn_bytes == 0 && self.adopted == 0
    }
}

impl<S: LogStorage> Log<S> {
    /// Begins the log of `vault` in an empty storage and signs its empty head.
    ///
    /// # Errors
    ///
    /// When the storage is not empty or refuses, or when `key` does not carry the log's name.
    pub fn create(mut storage: S, vault: VaultId, key: LogKey) -> Result<Self, AuditError> {
        let reading = AuditError::storage("read");
        let begun = storage.size_bytes().map_err(&reading)? > 0;
        if begun || storage.read_checkpoint().map_err(&reading)?.is_some() {
            return Err(AuditError::Exists);
        }
        check_name(vault, &key)?;
        storage.append(&frame::header(vault)).map_err(AuditError::storage("written"))?;
        storage.sync().map_err(AuditError::storage("synced"))?;
        let state = State::default();
        let mut log = Self { storage, vault, key, tree: Tree::default(), state, stopped: false };
        log.acknowledge()?;
        Ok(log)
    }

    /// Opens the log for writing: reads all of it, cuts a torn tail, acknowledges whole entries
    /// that a crash left unacknowledged, and says so.
    ///
    /// # Errors
    ///
    /// [`AuditError`] for everything else that does not fit; the storage is then unchanged.
    pub fn open(storage: S, vault: VaultId, key: LogKey) -> Result<(Self, Recovery), AuditError> {
        check_name(vault, &key)?;
        let scan = scan(&storage, vault, key.public(), &mut |_| {})?;
        if let Some(verdict) = scan.contradiction() {
            return Err(AuditError::Contradiction(verdict));
        }
        let recovery = Recovery { torn_bytes: scan.torn_bytes, adopted: scan.unacknowledged() };
        let (tree, state) = (scan.tree, scan.state);
        let mut log = Self { storage, vault, key, tree, state, stopped: false };
        if recovery.torn_bytes > 0 {
            log.storage.cut(scan.end).map_err(AuditError::storage("cut"))?;
        }
        if recovery.adopted > 0 {
            log.storage.sync().map_err(AuditError::storage("synced"))?;
            log.acknowledge()?;
        }
        Ok((log, recovery))
    }

    /// Appends `event` and returns its sequence number once it is durable and acknowledged.
    ///
    /// # Errors
    ///
    /// The event breaks a rule (then nothing was written), or the storage failed (then the log is
    /// stopped). In both cases the operation must not run (log-1 L10).
    pub fn append(&mut self, event: Event) -> Result<u64, AuditError> {
        if self.stopped {
            return Err(AuditError::Stopped);
        }
        let entry = Entry { sequence: self.tree.size(), event };
        let mut state = self.state.clone();
        state.take(&entry)?;
        let bytes = terms::encode(&entry);
        let mut frame = Vec::new();
        frame::write(&mut frame, &bytes);
        debug_assert!(frame.len() as u64 <= MAX_APPEND_BYTES);
        self.stopped = true;
        self.storage.append(&frame).map_err(AuditError::storage("written"))?;
        self.storage.sync().map_err(AuditError::storage("synced"))?;
        self.tree.push(leaf_hash(&bytes));
        self.state = state;
        self.acknowledge()?;
        self.stopped = false;
        Ok(entry.sequence)
    }

    /// Whether [`append`](Self::append) would take `event`, as far as its form goes.
    ///
    /// # Errors
    ///
    /// The rule that the event breaks, or [`AuditError::Stopped`].
    pub fn check(&self, event: &Event) -> Result<(), AuditError> {
        if self.stopped {
            return Err(AuditError::Stopped);
        }
        self.state.check(event)
    }

    /// The head of the log as it stands.
    pub fn checkpoint(&self) -> Checkpoint {
        Checkpoint::of(self.vault, &self.tree)
    }

    /// The head as a signed note.
    pub fn signed_checkpoint(&self) -> String {
        self.checkpoint().sign(&self.key)
    }

    /// The tree over all entries, for proofs.
    pub const fn tree(&self) -> &Tree {
        &self.tree
    }

    /// Intents without an outcome, oldest first.
    pub fn open_intents(&self) -> impl Iterator<Item = &OpenIntent> {
        self.state.open.values()
    }

    /// The newest registry act in the log, with the registry's state after it.
    pub const fn last_act(&self) -> Option<ActMark> {
        self.state.last_act
    }

    /// The public half of the log's key.
    pub const fn public_key(&self) -> &crate::LogPublicKey {
        self.key.public()
    }

    /// The storage, for reading.
    pub const fn storage(&self) -> &S {
        &self.storage
    }

    fn acknowledge(&mut self) -> Result<(), AuditError> {
        let note = self.signed_checkpoint();
        let result = self.storage.replace_checkpoint(note.as_bytes());
        result.map_err(AuditError::storage("acknowledged"))
    }
}

fn check_name(vault: VaultId, key: &LogKey) -> Result<(), AuditError> {
    if key.public().name() == origin(vault) {
        Ok(())
    } else {
        Err(AuditError::CheckpointSignature { key: origin(vault) })
    }
}
