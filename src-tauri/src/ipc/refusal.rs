//! Why a command did not do what it was asked for, as the page gets it.

use serde::Serialize;
use terms::Problem;

/// A problem at the border: a stable code, a sentence, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(specta::Type))]
pub(crate) struct Refusal {
    code: String,
    problem: String,
    remedy: String,
}

/// The answer of every command that can fail.
pub(crate) type Answer<T> = Result<T, Refusal>;

impl Refusal {
    /// A refusal of the shell's own making.
    pub(crate) fn new(code: &str, problem: &str, remedy: &str) -> Self {
        Self { code: code.to_owned(), problem: problem.to_owned(), remedy: remedy.to_owned() }
    }

    /// What a crate below reports, with the causes that its sentence does not name.
    pub(crate) fn of(problem: &dyn Problem) -> Self {
        let code = problem.code().to_owned();
        Self { code, problem: problem.with_causes(), remedy: problem.remedy() }
    }
}

impl<P: Problem> From<P> for Refusal {
    fn from(problem: P) -> Self {
        Self::of(&problem)
    }
}
