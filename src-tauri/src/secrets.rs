//! Asking for secrets: the entry window asks, and the page never sees what was typed.

use std::io::PipeReader;
use std::path::PathBuf;
use std::sync::Arc;

use engine::conduct::{PinQuestion, RoomError};
use engine::genesis::ROLLS_MIN;
use entry::{
    Answer, EntryError, EntryWindow, Form, FrameError, Line, Range, Request, Subject, Tries,
};
use secret::SecretText;
use terms::Environment;

use crate::ipc::settings::appearance;
use crate::places::Places;

/// PINs and PUKs have 6 to 8 characters (SP 800-73-5 part 2).
const PIN: (u16, u16) = (6, 8);
/// Rolls of a die.
const ROLLS: (u16, u16) = (ROLLS_MIN, 200);

/// Whoever asks people for secrets, outside of the page.
pub(crate) trait Secrets: Send + Sync {
    /// The PIN of a token, or a new one.
    fn pin(&self, about: &About, question: &PinQuestion<'_>) -> Result<SecretText, RoomError>;

    /// The PUK that somebody chooses for a token; empty if none is chosen.
    fn puk(&self, about: &About, question: &PinQuestion<'_>) -> Result<SecretText, RoomError>;

    /// The 33 words of somebody's sheet, and how the sheet is called.
    fn words(&self, about: &About, of: (&str, &str)) -> Result<SecretText, RoomError>;

    /// Dice as they were rolled, by `person`.
    fn dice(&self, about: &About, person: &str) -> Result<SecretText, RoomError>;
}

/// What a secret is asked for.
#[derive(Debug, Clone)]
pub(crate) struct About {
    /// The step, as a sentence.
    pub(crate) operation: String,
    /// The environment.
    pub(crate) environment: Environment,
    /// The plan or key that it serves.
    pub(crate) subject: Option<Subject>,
    /// Its other end is closed when nobody wants an answer any more.
    pub(crate) recall: Arc<PipeReader>,
}

/// The entry window beside this program.
pub(crate) struct Window {
    window: EntryWindow,
    /// Where the person's settings lie, and with them how the window looks.
    places: Places,
}

impl Window {
    /// The window of the program `strongroom-entry` that lies beside this one.
    pub(crate) fn beside_this_program(places: Places) -> Self {
        let own = std::env::current_exe().unwrap_or_default();
        let program = own.parent().map_or_else(PathBuf::new, |dir| dir.join("strongroom-entry"));
        Self { window: EntryWindow::new(program, std::env::vars_os()), places }
    }

    fn ask(&self, about: &About, person: &str, form: Form) -> Result<SecretText, RoomError> {
        let make = || -> Result<Request, FrameError> {
            let operation = Line::new(&about.operation)?;
            let request = Request::new(operation, about.environment, Line::new(person)?, form)?;
            let request = request.in_appearance(appearance(&self.places));
            Ok(match about.subject.clone() {
                Some(subject) => request.about(subject),
                None => request,
            })
        };
        let request = make().map_err(|error| gone(&error.into()))?;
        match self.window.ask_unless(&request, Some(&about.recall)) {
            Ok(Answer::Entered(secret)) => Ok(secret),
            Ok(Answer::Cancelled | Answer::Idle | Answer::WrittenDown) => Err(RoomError::Cancelled),
            Err(error) => Err(gone(&error)),
        }
    }
}

impl Secrets for Window {
    fn pin(&self, about: &About, question: &PinQuestion<'_>) -> Result<SecretText, RoomError> {
        let form = || -> Result<Form, FrameError> {
            let device = Line::new(&format!("token {}", question.serial))?;
            let range = Range::new(PIN.0, PIN.1)?;
            Ok(match question.tries_left {
                None => Form::NewPin { device, range },
                Some(left) => Form::Pin { device, tries_left: Tries::new(left)?, range },
            })
        };
        self.ask(about, question.holder, form().map_err(|error| gone(&error.into()))?)
    }

    fn puk(&self, about: &About, question: &PinQuestion<'_>) -> Result<SecretText, RoomError> {
        let form = || -> Result<Form, FrameError> {
            let device = Line::new(&format!("token {}", question.serial))?;
            Ok(Form::NewPuk { device, range: Range::new(PIN.0, PIN.1)? })
        };
        self.ask(about, question.holder, form().map_err(|error| gone(&error.into()))?)
    }

    fn words(&self, about: &About, of: (&str, &str)) -> Result<SecretText, RoomError> {
        let (holder, sheet) = of;
        let sheet = Line::new(sheet).map_err(|error| gone(&error.into()))?;
        self.ask(about, holder, Form::Words { sheet })
    }

    fn dice(&self, about: &About, person: &str) -> Result<SecretText, RoomError> {
        let range = Range::new(ROLLS.0, ROLLS.1).map_err(|error| gone(&error.into()))?;
        self.ask(about, person, Form::Dice { range })
    }
}

/// The window could not ask; the step can be tried again.
fn gone(error: &EntryError) -> RoomError {
    RoomError::Gone(std::io::Error::other(error.to_string()))
}
