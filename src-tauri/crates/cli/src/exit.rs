//! Exit codes, which scripts rely on.

use std::process::ExitCode;

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Everything asked for was done.
    Done = 0,
    /// It was not done; nothing was left half-done.
    Failed = 1,
    /// The command line was not understood.
    Usage = 2,
    /// Data was restored in part; what is damaged is named.
    Damaged = 3,
    /// Shares or approvals are missing.
    QuorumMissing = 4,
    /// Something that was to be verified is not right.
    VerificationFailed = 5,
    /// A rule of the vault or the plan forbids it.
    Refused = 6,
    /// It was done, and the vault could not write it down.
    Unrecorded = 7,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
