//! Watching an operation, and asking it to stop.

use std::time::Duration;

use crate::stages::Stage;

/// How far an operation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Progress {
    /// Bytes of content that went through.
    pub bytes: u64,
    /// Files that are finished.
    pub files: u64,
}

/// What a segment is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Health {
    /// Every byte is there and right.
    Good,
    /// It is damaged on the medium, and all of it was worked out of the parity.
    Mended,
    /// Something of it is lost.
    Damaged,
}

/// What an operation is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Waiting until all that was written is on the medium.
    Syncing,
    /// Reading again what was written.
    Rereading,
}

/// Whoever watches; called from the thread that does the work, so it must be quick.
pub trait Observer: Sync {
    /// Hears how far the operation is, a few times per second of work at most.
    fn progress(&self, progress: Progress);

    /// Hears how much there is to do in the phase that begins, before anything of it is done.
    fn expect(&self, _total: Progress) {}

    /// Hears that another phase begins; bytes and files are counted anew in it.
    fn phase(&self, _phase: Phase) {}

    /// The watcher's clock: time since some moment, never set back, read from any thread. Without
    /// one nobody says what limits the operation, nor where its time went.
    fn clock(&self) -> Option<Duration> {
        None
    }

    /// Hears what limited the operation in the last second or so; none if nothing clearly did.
    fn limit(&self, _stage: Option<Stage>) {}

    /// Hears of every segment that was read, from any thread and in any order.
    fn segment(&self, _number: u64, _health: Health) {}

    /// Whether the operation should stop at the next safe point. It may block: then the operation
    /// rests at that point until it returns.
    fn is_cancelled(&self) -> bool {
        false
    }
}

/// Nobody watches.
pub struct Unwatched;

impl Observer for Unwatched {
    fn progress(&self, _: Progress) {}
}
