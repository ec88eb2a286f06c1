//! The room: the people who answer while a ceremony is conducted.

use std::io;
use std::path::Path;
use std::sync::Arc;

use ceremony::{CeremonyError, JournalLine, Pending, Runner};
use secret::SecretText;
use terms::{Fingerprint, KeyName, Problem};
use token::{LastTry, Pin, PinState, Serial, Touch};

use super::ConductError;
use crate::machine::Finding;
use crate::media::NeededVolume;
use crate::observer::{Observer, Unwatched};
use crate::plan::Plan;
use crate::preview::Previews;
use crate::restore::Survey;

/// People at a terminal, people in front of the desktop, or in a drill a file of answers.
///
/// Every method blocks until the room has answered. Secrets come and go as types; what is asked
/// for is said in words that a screen may show.
pub trait Room {
    /// Shows the pending step of `runner`; what it needs people to look at follows.
    ///
    /// # Errors
    ///
    /// The room cannot be asked any more.
    fn present(&mut self, _pending: &Pending<'_>, _runner: &Runner) -> Result<(), RoomError> {
        Ok(())
    }

    /// Waits until the people decide about the pending step of `runner`.
    ///
    /// # Errors
    ///
    /// The room cannot be asked any more.
    fn confirm(&mut self, pending: &Pending<'_>, runner: &Runner) -> Result<Decision, RoomError>;

    /// Whether a secret is asked for as soon as its step begins, and only then whether the step is
    /// done: who is asked that first types the secret where everybody can read it.
    fn types_at_once(&self) -> bool {
        false
    }

    /// The PIN of somebody's token. While one try is left, the person who holds the token is shown
    /// that and says yes or no to exactly that (envelope-1 E11).
    ///
    /// # Errors
    ///
    /// The room cannot be asked any more, or does not answer.
    fn pin(&mut self, question: &PinQuestion<'_>) -> Result<TypedPin, RoomError>;

    /// Shows what must be known of a token before its PIN is asked for: what it cannot prove, and
    /// what its flags say of earlier tries (envelope-1 E17, E18).
    ///
    /// # Errors
    ///
    /// It could not be shown; then no PIN may be asked for.
    fn show_token(&mut self, serial: Serial, pin: &PinState) -> Result<(), RoomError>;

    /// The PUK that somebody chooses for a token, which can unblock its PIN; none if one is to be
    /// drawn and forgotten, so that nobody can.
    ///
    /// # Errors
    ///
    /// The room cannot be asked any more, or does not answer.
    fn puk(&mut self, _question: &PinQuestion<'_>) -> Result<Option<SecretText>, RoomError> {
        Ok(None)
    }

    /// The words of somebody's sheet, typed from it; none if nobody can be asked, and then a drill
    /// reads its own file of the sheet.
    ///
    /// # Errors
    ///
    /// The room cannot be asked any more, or does not answer.
    fn words(&mut self, holder: &str) -> Result<Option<SecretText>, RoomError>;

    /// The words of somebody's sheet of the split that is replaced; none if nobody can be asked.
    ///
    /// # Errors
    ///
    /// The room cannot be asked any more, or does not answer.
    fn old_words(&mut self, holder: &str) -> Result<Option<SecretText>, RoomError> {
        self.words(holder)
    }

    /// Dice as they were rolled.
    ///
    /// # Errors
    ///
    /// The room cannot be asked any more, or does not answer.
    fn dice(&mut self) -> Result<SecretText, RoomError>;

    /// A step failed; whether the room wants to try it again.
    ///
    /// # Errors
    ///
    /// The room cannot be asked any more.
    fn failed(&mut self, pending: &Pending<'_>, problem: &ConductError) -> Result<bool, RoomError>;

    /// A proof failed, and the ceremony can go on without it; whether the room wants to try it
    /// again.
    ///
    /// # Errors
    ///
    /// The room cannot be asked any more.
    fn unproved(
        &mut self,
        pending: &Pending<'_>,
        problem: &ConductError,
    ) -> Result<bool, RoomError> {
        self.failed(pending, problem)
    }

    /// Shows public facts, label and value, that are read aloud before the people agree with them.
    ///
    /// # Errors
    ///
    /// They could not be shown; then nobody can agree with them.
    fn show_facts(&mut self, _facts: &[(String, String)]) -> Result<(), RoomError> {
        Ok(())
    }

    /// What the people decided cannot be written down so; they are asked again.
    ///
    /// # Errors
    ///
    /// The room cannot be asked any more.
    fn refused(&mut self, _problem: &CeremonyError) -> Result<(), RoomError> {
        Ok(())
    }

    /// The ceremony rests; returns when it goes on.
    ///
    /// # Errors
    ///
    /// The room gives the ceremony up instead.
    fn rest(&mut self) -> Result<(), RoomError> {
        Ok(())
    }

    /// The ceremony rests; returns when it goes on, with what the seals look like and how many
    /// people are back, if the room says so (script-1 C24).
    ///
    /// # Errors
    ///
    /// The room gives the ceremony up instead.
    fn goes_on(&mut self) -> Result<Option<(String, u32)>, RoomError> {
        self.rest().map(|()| None)
    }

    /// The token of `holder` waits for a touch, or no longer does.
    fn touch(&mut self, _holder: &str, _touch: Touch) {}

    /// Somebody's sheet lies as a file and is to be printed now; returns when it is on paper.
    ///
    /// # Errors
    ///
    /// It was not printed; then its file is removed.
    fn print(&mut self, _sheet: &PrintJob<'_>) -> Result<(), RoomError> {
        Ok(())
    }

    /// Shows the plan that everybody is about to approve, every field of it, where the people who
    /// approve look; where a program's output goes is no such place.
    ///
    /// # Errors
    ///
    /// It could not be shown; then nobody may be asked to approve it.
    fn show_plan(&mut self, _plan: &Plan) -> Result<(), RoomError> {
        Ok(())
    }

    /// Shows what the restore would do to its target, and which volumes it would read, in their
    /// order, before the people let it begin.
    ///
    /// # Errors
    ///
    /// It could not be shown.
    fn show_survey(&mut self, _found: &Survey, _volumes: &[NeededVolume]) -> Result<(), RoomError> {
        Ok(())
    }

    /// Lets the people look into single files, for as long as somebody else keeps `previews`:
    /// whoever keeps it longer keeps the archive's key.
    fn may_look(&mut self, _previews: &Arc<Previews>) {}

    /// Shows what the machine looks like, before the people say whether that will do.
    ///
    /// # Errors
    ///
    /// It could not be shown.
    fn show_machine(&mut self, _findings: &[Finding]) -> Result<(), RoomError> {
        Ok(())
    }

    /// Shows the fingerprint of the key that was just made: everybody compares its words with a
    /// sheet or a token's record.
    ///
    /// # Errors
    ///
    /// It could not be shown; then there is nothing to compare.
    fn show_fingerprint(&mut self, _key: KeyName, _of: &Fingerprint) -> Result<(), RoomError> {
        Ok(())
    }

    /// Shows where a paper lies that was just written: `minutes` or `evidence`. A sheet is
    /// announced by [`print`](Self::print).
    ///
    /// # Errors
    ///
    /// It could not be shown.
    fn show_paper(&mut self, _kind: &'static str, _path: &Path) -> Result<(), RoomError> {
        Ok(())
    }

    /// Hears of every line of the journal once it is durable.
    fn took(&mut self, _line: &JournalLine, _runner: &Runner) {}

    /// Whoever watches a restore.
    fn observer(&self) -> &dyn Observer {
        &Unwatched
    }
}

/// What the room decides about a pending step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// It is done, or may now be done by the engine; whoever confirms has confirmed.
    Done,
    /// Something went otherwise than written; the step stays pending.
    Exception {
        /// What was expected.
        expected: String,
        /// What happened.
        happened: String,
        /// What was decided.
        decided: String,
        /// Who decided.
        by: String,
    },
    /// The same, and two people answer for what was decided (script-1 C23).
    Deviation {
        /// What was expected.
        expected: String,
        /// What happened.
        happened: String,
        /// What was decided.
        decided: String,
        /// Who decided.
        by: String,
        /// Who countersigned.
        countersigned: String,
    },
    /// The ceremony rests.
    Pause,
    /// It rests, and what is secret lies sealed (script-1 C24).
    Rest {
        /// Where everything secret is, and under which seals.
        secrets: String,
        /// How many people leave.
        heads: u32,
    },
    /// The person who is asked to agree does not (script-1 C25).
    Disagree {
        /// Why.
        reason: String,
    },
    /// The ceremony is given up.
    GiveUp {
        /// Why.
        reason: String,
    },
}

/// A PIN as it was typed, and what its holder says about the last try.
#[derive(Debug)]
pub struct TypedPin {
    /// What was typed.
    pub text: SecretText,
    /// Whether the last try that is left may be used.
    pub last_try: LastTry,
}

impl TypedPin {
    /// The PIN as a token takes it.
    pub fn as_pin(&self) -> Pin<'_> {
        Pin::with_last_try(&self.text, self.last_try)
    }
}

/// Whose PIN is asked for, and what for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PinQuestion<'a> {
    /// Whose token.
    pub holder: &'a str,
    /// Which token.
    pub serial: Serial,
    /// How many tries the token says are left; none for a PIN that is chosen now.
    pub tries_left: Option<u8>,
    /// The operation, as the step's title says it.
    pub operation: &'a str,
}

/// A sheet that waits to be printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PrintJob<'a> {
    /// Whose sheet.
    pub holder: &'a str,
    /// The file for the printer.
    pub file: &'a Path,
    /// Whether the file stays, as in a drill; that of a real share is removed after its proof.
    pub stays: bool,
}

/// Why the room did not answer.
#[derive(Debug, thiserror::Error)]
pub enum RoomError {
    /// Somebody did not agree that a step was done.
    #[error("a step was not confirmed")]
    NotConfirmed,
    /// A file of answers leaves a question open.
    #[error("the answers do not say {what}")]
    Unanswered {
        /// What was asked.
        what: String,
    },
    /// The people gave the ceremony up.
    #[error("the ceremony was given up: {reason}")]
    GivenUp {
        /// Why.
        reason: String,
    },
    /// The window or the terminal is gone.
    #[error("the room can no longer be asked: {0}")]
    Gone(#[from] io::Error),
    /// The person cancelled instead of typing a secret.
    #[error("the question was cancelled")]
    Cancelled,
}

impl Problem for RoomError {
    fn code(&self) -> &'static str {
        match self {
            Self::NotConfirmed => "SR-ROOM-NOT-CONFIRMED",
            Self::Unanswered { .. } => "SR-ROOM-UNANSWERED",
            Self::GivenUp { .. } => "SR-ROOM-GIVEN-UP",
            Self::Gone(_) => "SR-ROOM-GONE",
            Self::Cancelled => "SR-ROOM-CANCELLED",
        }
    }

    fn remedy(&self) -> String {
        match self {
            Self::NotConfirmed => "Begin again when everybody is ready.",
            Self::Unanswered { .. } => {
                "Compare the file with the example of this ceremony in tests/answers/."
            }
            Self::GivenUp { .. } => "Destroy what the minutes call void, and begin again.",
            Self::Gone(_) => "Begin again; nothing half-made is effective.",
            Self::Cancelled => "Try the step again, or give the ceremony up.",
        }
        .to_owned()
    }
}
