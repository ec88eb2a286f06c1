//! Reading a whole log from its storage, believing nothing.

use std::collections::BTreeMap;

use terms::{Timestamp, VaultId};

use crate::frame::{self, Frame, HEADER_BYTES, MAX_APPEND_BYTES};
use crate::{
    ActMark, AuditError, Checkpoint, Entry, Event, LogPublicKey, LogStorage, Operation, Phase,
    Tree, Verdict, leaf_hash,
};

/// An intent without an outcome.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenIntent {
    /// Its number in the log.
    pub sequence: u64,
    /// When it was written, as claimed.
    pub time: Timestamp,
    /// Who asked for the operation.
    pub actor: String,
    /// The operation.
    pub operation: Operation,
    /// What it was to be done to.
    pub objects: Vec<String>,
}

/// Everything that reading the log once tells.
#[derive(Debug)]
pub(crate) struct Scan {
    pub(crate) tree: Tree,
    pub(crate) state: State,
    /// Claimed times of the entries, in order.
    pub(crate) times: Vec<Timestamp>,
    pub(crate) checkpoint: Checkpoint,
    /// Where the last whole frame ends.
    pub(crate) end: u64,
    /// Bytes behind that end.
    pub(crate) torn_bytes: u64,
}

impl Scan {
    /// Whole entries behind the checkpoint: written, but never acknowledged.
    pub(crate) fn unacknowledged(&self) -> u64 {
        self.tree.size().saturating_sub(self.checkpoint.size)
    }

    /// How the entries compare with the log's own checkpoint; `None` when they agree.
    pub(crate) fn contradiction(&self) -> Option<Verdict> {
        Verdict::compare(&self.tree, "the log's own checkpoint", &self.checkpoint)
    }
}

/// What the entries so far say about the next one.
#[derive(Debug, Clone, Default)]
pub(crate) struct State {
    pub(crate) open: BTreeMap<u64, OpenIntent>,
    pub(crate) last_act: Option<ActMark>,
}

impl State {
    /// Says which rule `event` breaks as the next one (log-1 L6, L8, L9).
    pub(crate) fn check(&self, event: &Event) -> Result<(), AuditError> {
        event.check()?;
        if let Some(intent) = event.phase.intent() {
            let open = self.open.get(&intent).ok_or(AuditError::NoSuchIntent(intent))?;
            let recovered = matches!(event.phase, Phase::Recovered { .. });
            if open.operation != event.operation && !recovered {
                return Err(AuditError::NoSuchIntent(intent));
            }
        }
        let last = self.last_act.map_or(0, |last| last.number);
        match event.act {
            Some(act) if act.number != last + 1 => {
                Err(AuditError::ActOutOfOrder { act: act.number, last })
            }
            _ => Ok(()),
        }
    }

    /// Takes `entry` into account, or says which rule it breaks.
    pub(crate) fn take(&mut self, entry: &Entry) -> Result<(), AuditError> {
        let event = &entry.event;
        self.check(event)?;
        self.last_act = event.act.or(self.last_act);
        match (event.phase.intent(), event.phase.closes()) {
            (Some(intent), true) => {
                self.open.remove(&intent);
            }
            _ if event.phase == Phase::Intent => {
                let open = OpenIntent {
                    sequence: entry.sequence,
                    time: event.time,
                    actor: event.actor.clone(),
                    operation: event.operation.clone(),
                    objects: event.objects.clone(),
                };
                self.open.insert(entry.sequence, open);
            }
            _ => {}
        }
        Ok(())
    }
}

/// Reads every whole entry of the log and hands it to `visit`, in order.
///
/// The checkpoint's signature and every acknowledged entry's form are checked; whether the log is
/// the newest that ever was is a question for [`verify`](crate::verify()).
///
/// # Errors
///
/// [`AuditError`] names the first entry that does not read as it was written.
pub fn read_entries<S: LogStorage + ?Sized>(
    storage: &S,
    vault: VaultId,
    key: &LogPublicKey,
    visit: &mut dyn FnMut(Entry),
) -> Result<(), AuditError> {
    scan(storage, vault, key, visit).map(|_| ())
}

pub(crate) fn scan<S: LogStorage + ?Sized>(
    storage: &S,
    vault: VaultId,
    key: &LogPublicKey,
    visit: &mut dyn FnMut(Entry),
) -> Result<Scan, AuditError> {
    let found = frame::read_header(storage)?;
    if found != vault {
        return Err(AuditError::Foreign { found, expected: vault });
    }
    let reading = AuditError::storage("read");
    let note = storage.read_checkpoint().map_err(&reading)?.ok_or(AuditError::NoCheckpoint)?;
    let checkpoint = Checkpoint::open(&note, key)?;
    let size_bytes = storage.size_bytes().map_err(&reading)?;
    let mut scan = Scan {
        tree: Tree::default(),
        state: State::default(),
        times: Vec::new(),
        checkpoint,
        end: HEADER_BYTES,
        torn_bytes: 0,
    };
    let mut acknowledged_end = HEADER_BYTES;
    loop {
        let acknowledged = scan.tree.size() < scan.checkpoint.size;
        match frame::read(storage, scan.end, size_bytes).map_err(&reading)? {
            Frame::Whole { entry, next } => {
                visit(take(&mut scan, &entry)?);
                scan.end = next;
                if acknowledged {
                    acknowledged_end = next;
                }
            }
            // log-1 L11: only what was never acknowledged may be torn.
            Frame::Bad(reason) if acknowledged => return Err(damaged(&scan, reason.to_owned())),
            Frame::Cut if acknowledged => {
                return Err(damaged(&scan, "the file ends inside it".to_owned()));
            }
            Frame::Bad(_) | Frame::Cut | Frame::End => break,
        }
    }
    scan.torn_bytes = size_bytes.saturating_sub(scan.end);
    match size_bytes.saturating_sub(acknowledged_end) {
        bytes if bytes > MAX_APPEND_BYTES => Err(AuditError::TailTooLong { bytes }),
        _ => Ok(scan),
    }
}

/// Checks one entry against those before it (log-1 L3, L4, L8, L9).
fn take(scan: &mut Scan, bytes: &[u8]) -> Result<Entry, AuditError> {
    let entry: Entry = terms::decode(bytes).map_err(|e| damaged(scan, e.to_string()))?;
    if entry.sequence != scan.tree.size() {
        return Err(damaged(scan, format!("it calls itself entry {}", entry.sequence)));
    }
    scan.state.take(&entry).map_err(|e| damaged(scan, e.to_string()))?;
    scan.tree.push(leaf_hash(bytes));
    scan.times.push(entry.event.time);
    Ok(entry)
}

fn damaged(scan: &Scan, reason: String) -> AuditError {
    AuditError::Damaged { sequence: scan.tree.size(), offset: scan.end, reason }
}
