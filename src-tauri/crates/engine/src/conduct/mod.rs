//! Conducting a ceremony: the runner says what comes next, the room answers, the engine does it,
//! and the journal keeps it.
//!
//! The command line and the desktop conduct ceremonies through the same functions; they differ in
//! who stands behind the [`Room`]. A line of the journal is durable before the next step begins,
//! and nothing that a step does is effective before the script's own step says so.

pub mod enrol;
mod error;
mod evidence;
pub mod genesis;
pub mod health;
mod minutes;
mod preflight;
pub mod restore;
mod room;
mod roster;
mod sheets;

use ceremony::{CeremonyError, Event, JournalLine, Next, Pending, Runner, StepKind};
use rand_core::CryptoRng;
use registry::ShareCopy;
use secret::SecretText;
use terms::{Problem as _, Timestamp};
use token::Token;

use crate::approval::Held;
use crate::health::{Means, shown};
use crate::machine::Finding;
use crate::tokens::{DrillTokens, Tokens, TokensError};
use crate::vault::Vault;

pub use error::ConductError;
pub use minutes::{in_words, refused_proof};
pub use room::{Decision, PinQuestion, PrintJob, Room, RoomError, TypedPin};
pub use roster::policy;
pub use sheets::{Sheets, SheetsError};
pub use token::{LastTry, PinState, Serial};

/// What a ceremony is given by the program that conducts it.
pub struct Surroundings<'a> {
    /// The clock.
    pub clock: &'a dyn Fn() -> Timestamp,
    /// The randomness.
    pub rng: &'a mut dyn CryptoRng,
    /// What the machine looks like now.
    pub machine: &'a dyn Fn() -> Vec<Finding>,
    /// The tokens in readers; without them a drill vault uses those in its drawer, and another
    /// vault sheets.
    pub readers: Option<&'a mut dyn Tokens>,
    /// Name and version of the program.
    pub program: &'a str,
}

impl Surroundings<'_> {
    /// Where the tokens are, and the randomness to use them with.
    fn tokens<'s>(
        &'s mut self,
        drawer: &'s mut Option<DrillTokens>,
    ) -> Result<(&'s mut dyn Tokens, &'s mut dyn CryptoRng), TokensError> {
        let tokens: &mut dyn Tokens = match (&mut self.readers, drawer) {
            (Some(readers), _) => &mut **readers,
            (None, Some(drawer)) => drawer,
            (None, None) => return Err(TokensError::NoReaders),
        };
        Ok((tokens, &mut *self.rng))
    }
}

/// Asks for the PIN of an enrolled token, after what the token says of it was shown.
fn typed_pin(
    room: &mut dyn Room,
    token: &mut dyn Token,
    (holder, serial, operation): (&str, Serial, &str),
) -> Result<TypedPin, ConductError> {
    let failed = |error| ConductError::Token { holder: holder.to_owned(), error };
    let state = token.pin_state().map_err(failed)?;
    room.show_token(serial, &state)?;
    let tries_left = Some(state.tries_left);
    Ok(room.pin(&PinQuestion { holder, serial, tries_left, operation })?)
}

/// Opens the share of `held` with its holder's token, and puts the token back however that ends.
fn shown_with_token(
    (vault, held): (&Vault, &Held),
    (room, (tokens, rng)): (&mut dyn Room, (&mut dyn Tokens, &mut dyn CryptoRng)),
    (holder, serial, operation): (&str, Serial, &str),
) -> Result<(ShareCopy, SecretText), ConductError> {
    let mut token = tokens.take(serial, rng)?;
    let pin = typed_pin(room, &mut *token, (holder, serial, operation));
    let opened = pin.and_then(|pin| {
        let mut touch = |touch| room.touch(holder, touch);
        let pin = pin.as_pin();
        let means = Means::Token { token: &mut *token, pin: &pin, touch: &mut touch };
        Ok(shown(vault, held, means)?)
    });
    drop(token);
    // The counter of tries changed, whether or not the PIN was right.
    tokens.put_back()?;
    opened
}

/// Public facts of a step, label and value.
type Facts = Vec<(String, String)>;

/// What the steps of one kind of ceremony do, and where its journal goes.
trait Effects {
    /// Shows what the people need to see before they decide about the pending step.
    fn announce(&mut self, _pending: &Pending<'_>) -> Result<(), ConductError> {
        Ok(())
    }

    /// Does what the pending step of `runner` says.
    fn perform(&mut self, pending: &Pending<'_>, runner: &Runner) -> Result<Facts, ConductError>;

    /// What is written down instead of a step that failed and is not tried again, if the ceremony
    /// can go on without it.
    fn goes_on_without(&self, _pending: &Pending<'_>, _error: &ConductError) -> Option<Facts> {
        None
    }

    /// The ceremony goes on without it.
    fn went_on_without(&mut self, _pending: &Pending<'_>, _error: &ConductError) {}

    /// Makes a line of the journal durable.
    fn keep(&mut self, line: &JournalLine) -> Result<(), ConductError>;

    /// The people who answer.
    fn room(&mut self) -> &mut dyn Room;

    /// The time.
    fn now(&self) -> Timestamp;
}

/// Takes every step until the ceremony is closed.
///
/// A step that fails is tried again if the room says so; what was done before it stays done.
fn drive(runner: &mut Runner, effects: &mut impl Effects) -> Result<(), ConductError> {
    // The work of the pending step, until the people have said that it is done.
    let mut work = None;
    loop {
        let event = match runner.next() {
            Next::Closed => return Ok(()),
            Next::Aborted => return Err(ConductError::Over),
            Next::Paused => match effects.room().goes_on()? {
                Some((seals, heads)) => Event::GoesOn { seals, heads },
                None => Event::Resumed,
            },
            Next::Step(pending) => {
                let (step, subject) = (pending.step.id.clone(), pending.subject.map(str::to_owned));
                match turn(&pending, runner, effects, &mut work) {
                    Ok(event) => event,
                    Err(error) => {
                        if work.is_some() || pending.step.kind == StepKind::PrintSheet {
                            // Something was made, a sheet perhaps: whoever reads must know of it.
                            let code = error.code().to_owned();
                            let failed = Event::Failed { step, subject, code };
                            let line = runner.apply(failed, effects.now())?;
                            effects.keep(&line)?;
                        }
                        return Err(error);
                    }
                }
            }
        };
        let line = match runner.apply(event, effects.now()) {
            // A name that was mistyped, or a rest at the wrong time, ends nothing.
            Err(error @ (CeremonyError::NotTwo { .. } | CeremonyError::NotSealed { .. })) => {
                effects.room().refused(&error)?;
                continue;
            }
            applied => applied?,
        };
        effects.keep(&line)?;
        effects.room().took(&line, runner);
    }
}

/// Shows the pending step, does its work and asks the people; what happened is the event.
fn turn(
    pending: &Pending<'_>,
    runner: &Runner,
    effects: &mut impl Effects,
    work: &mut Option<Facts>,
) -> Result<Event, ConductError> {
    let (step, subject) = (pending.step.id.clone(), pending.subject.map(str::to_owned));
    if work.is_none() {
        effects.room().present(pending, runner)?;
        effects.announce(pending)?;
        let asks_secret = asks_secret(pending.step.kind) && effects.room().types_at_once();
        if asks_secret || makes_paper(pending.step.kind) {
            match attempt(pending, runner, effects)? {
                Ok(facts) => *work = Some(facts),
                Err(failed) => return Ok(failed),
            }
        }
    }
    Ok(match effects.room().confirm(pending, runner)? {
        Decision::Done => match work.take() {
            Some(facts) => Event::Done { step, subject, facts },
            None => match attempt(pending, runner, effects)? {
                Ok(facts) => Event::Done { step, subject, facts },
                Err(failed) => failed,
            },
        },
        Decision::Exception { expected, happened, decided, by } => {
            Event::Exception { expected, happened, decided, by }
        }
        Decision::Deviation { expected, happened, decided, by, countersigned } => {
            Event::Deviation { step, subject, expected, happened, decided, by, countersigned }
        }
        Decision::Pause => Event::Paused,
        Decision::Rest { secrets, heads } => Event::Rests { secrets, heads },
        Decision::Disagree { reason } => Event::Disagreed { step, subject, reason },
        Decision::GiveUp { reason } => return Err(RoomError::GivenUp { reason }.into()),
    })
}

/// Whether the step makes a paper, which must be there before anybody is asked about it.
fn makes_paper(kind: StepKind) -> bool {
    use StepKind::{PrintSheet, WriteEvidence, WriteMinutes, WritePassport};
    matches!(kind, PrintSheet | WriteMinutes | WriteEvidence | WritePassport)
}

/// Whether somebody types a secret in the step.
fn asks_secret(kind: StepKind) -> bool {
    use StepKind::{Approve, BringShare, EnrolToken, ProveSheet, ProveToken, RollDice, TestToken};
    let types = [RollDice, EnrolToken, TestToken, ProveToken, ProveSheet, BringShare, Approve];
    types.contains(&kind)
}

/// Carries a step out; a failure that may be tried again becomes an event of its own.
fn attempt(
    pending: &Pending<'_>,
    runner: &Runner,
    effects: &mut impl Effects,
) -> Result<Result<Facts, Event>, ConductError> {
    let error = match effects.perform(pending, runner) {
        Ok(facts) => return Ok(Ok(facts)),
        Err(error) => error,
    };
    let (step, subject) = (pending.step.id.clone(), pending.subject.map(str::to_owned));
    let code = error.code().to_owned();
    let goes_on = effects.goes_on_without(pending, &error);
    let again = match goes_on {
        // Whatever it is, people hear of it before it is written down as not proved.
        Some(_) => effects.room().unproved(pending, &error)?,
        None => error.is_worth_another_try() && effects.room().failed(pending, &error)?,
    };
    match goes_on {
        _ if again => Ok(Err(Event::Failed { step, subject, code })),
        Some(facts) => {
            effects.went_on_without(pending, &error);
            Ok(Ok(facts))
        }
        None => Err(error),
    }
}

/// Gives the run up on its own journal, so that its record says why and what is void.
fn give_up(runner: &mut Runner, effects: &mut impl Effects, why: &ConductError) {
    let reason = format!("{why} [{}]", why.code());
    // A journal that cannot be written any more is what the log's open intent then tells of.
    if let Ok(line) = runner.apply(Event::Aborted { reason }, effects.now()) {
        let _ = effects.keep(&line);
    }
}
