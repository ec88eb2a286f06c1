//! Watching an operation, and asking it to stop.

/// How far an operation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Progress {
    /// Bytes of content that went through.
    pub bytes: u64,
    /// Files that are finished.
    pub files: u64,
}

/// Whoever watches; called from the thread that does the work, so it must be quick.
pub trait Observer: Sync {
    /// Hears how far the operation is, a few times per second of work at most.
    fn progress(&self, progress: Progress);

    /// Whether the operation should stop at the next safe point.
    fn is_cancelled(&self) -> bool {
        false
    }
}

/// Nobody watches.
pub struct Unwatched;

impl Observer for Unwatched {
    fn progress(&self, _: Progress) {}
}
