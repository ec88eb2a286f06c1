//! Driving a ceremony: the runner says what comes next, the engine does it, the journal keeps it.

pub(crate) mod genesis;
pub(crate) mod restore;
mod room;
mod sheets;

use ceremony::{CeremonyError, Event, JournalLine, Next, Pending, Runner};
use terms::{Problem, Timestamp};

use crate::exit::Exit;
use crate::failure::Failure;

pub(crate) use room::Room;

/// Public facts of a step, label and value.
pub(crate) type Facts = Vec<(String, String)>;

/// What a ceremony's steps do, and where its journal goes.
pub(crate) trait Effects {
    /// Does what the pending step says.
    fn perform(&mut self, pending: &Pending<'_>) -> Result<Facts, Failure>;

    /// Makes a line of the journal durable.
    fn keep(&mut self, line: &JournalLine) -> Result<(), Failure>;

    /// The time.
    fn now(&self) -> Timestamp;
}

/// Takes every step until the ceremony is closed; a step that fails ends the run.
pub(crate) fn drive(runner: &mut Runner, effects: &mut impl Effects) -> Result<(), Failure> {
    loop {
        let (event, failed) = match runner.next() {
            Next::Step(pending) => {
                let step = pending.step.id.clone();
                let subject = pending.subject.map(str::to_owned);
                match effects.perform(&pending) {
                    Ok(facts) => (Event::Done { step, subject, facts }, None),
                    Err(failure) => {
                        let code = failure.code().to_owned();
                        (Event::Failed { step, subject, code }, Some(failure))
                    }
                }
            }
            Next::Closed => return Ok(()),
            Next::Paused | Next::Aborted => return Err(over()),
        };
        let line = runner.apply(event, effects.now()).map_err(|error| refused(&error))?;
        effects.keep(&line)?;
        if let Some(failure) = failed {
            return Err(failure);
        }
    }
}

/// The failure of a step the runner does not take.
pub(crate) fn refused(error: &CeremonyError) -> Failure {
    Failure::from_problem(Exit::Refused, error as &dyn Problem)
}

fn over() -> Failure {
    let remedy = "Begin a new ceremony.";
    Failure::new(Exit::Failed, "SR-CLI-CEREMONY-OVER", "the ceremony is over", remedy)
}
