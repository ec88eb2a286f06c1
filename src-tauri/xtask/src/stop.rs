//! Why a task cannot go on, and what to do about it.

use std::fmt;
use std::io;
use std::path::Path;

/// A task that cannot go on: the problem, and what to do now.
#[derive(Debug)]
pub(crate) struct Stop {
    problem: String,
    remedy: String,
}

impl Stop {
    /// Stops with a problem sentence and a remedy sentence.
    pub(crate) fn new(problem: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { problem: problem.into(), remedy: remedy.into() }
    }

    /// Stops because a file could not be read or written.
    pub(crate) fn file(path: &Path, error: &io::Error) -> Self {
        Self::new(
            format!("{} could not be used: {error}.", path.display()),
            "Check its permissions and the free space, then run the task again.",
        )
    }
}

impl fmt::Display for Stop {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}\n{}", self.problem, self.remedy)
    }
}
