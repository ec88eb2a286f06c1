//! Ceremonies as data: what is said and done, by whom, in which order, and what must be true.
//!
//! A [`Script`] is a YAML text that a room can read beforehand; [`check`] simulates it before
//! anybody sits down; the [`Runner`] walks through it one step at a time and refuses a step whose
//! needs are not met. The runner is a pure state machine: what is to be done is a value ([`Next`]),
//! what happened is a value ([`Event`]), and the journal of events brings the same state back after
//! a crash, less what existed in memory only. The language is `docs/spec/script-1.md`.

pub mod answers;
mod check;
mod error;
mod journal;
mod position;
mod record;
mod roster;
mod runner;
mod script;
mod world;

pub use check::{Finding, Severity, check};
pub use error::{CeremonyError, ScriptError};
pub use journal::{Event, JournalLine};
pub use position::Position;
pub use record::{CeremonyRecord, RecordedStep};
pub use roster::{Holder, Person, Roster};
pub use runner::{Next, Pending, Runner, Turn};
pub use script::{Act, Object, ObjectKind, Repeat, Role, Script, Step, StepKind};

/// The scripts that are part of the program: name and text.
pub const SHIPPED: [(&str, &str); 6] = [
    ("genesis", include_str!("../scripts/genesis.yaml")),
    ("restore", include_str!("../scripts/restore.yaml")),
    ("enrol", include_str!("../scripts/enrol.yaml")),
    ("refresh", include_str!("../scripts/refresh.yaml")),
    ("health", include_str!("../scripts/health.yaml")),
    ("rotation", include_str!("../scripts/rotation.yaml")),
];

/// The shipped script called `name`.
///
/// # Errors
///
/// There is none of that name.
pub fn shipped(name: &str) -> Result<Script, ScriptError> {
    let found = SHIPPED.iter().find(|(shipped, _)| *shipped == name);
    let (_, text) = found.ok_or_else(|| ScriptError::Unknown { name: name.to_owned() })?;
    Script::parse(text)
}

#[cfg(test)]
mod tests;
