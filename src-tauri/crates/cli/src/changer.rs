//! A person at a terminal who changes media in one drive.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use archive::{ReadAt, Set};
use engine::EngineError;
use engine::desk::{self, Changer, InDrive, Wanted};
use engine::files::{Media, open_media};

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output;
use crate::prompt::Terminal;
use crate::shares::engine_failure;

/// The answer of a person who does not have the medium.
const WITHOUT: &str = "without";

/// How often an end of input is not taken for an answer.
const ENDS: u32 = 3;

/// Opens the archive whose media go one after the other into the drive at the path of `media`.
pub(crate) fn open(media: Media<'_>, context: &Context) -> Result<Set, Failure> {
    Terminal::open().map_err(|_| {
        let problem = "one drive needs a terminal: somebody is asked for each medium";
        let remedy = "Run it in a terminal, or put all volumes into one folder.";
        Failure::new(Exit::Usage, "SR-CLI-NO-TERMINAL", problem, remedy)
    })?;
    let sidecar = media.sidecar.map(Path::to_owned);
    let changer = AtTheDrive { path: media.path.to_owned(), sidecar };
    // One that was named and cannot be opened is refused now.
    changer.opened_sidecars().map_err(|error| engine_failure(&error))?;
    let opened = desk::open(Arc::new(changer)).map_err(|error| engine_failure(&error))?;
    if !context.json {
        output::field("kept", format!("{} of lists, in memory", output::size(opened.kept_bytes)));
    }
    Ok(opened.set)
}

struct AtTheDrive {
    path: PathBuf,
    /// A sidecar that lies elsewhere.
    sidecar: Option<PathBuf>,
}

impl AtTheDrive {
    fn opened_sidecars(&self) -> Result<Vec<Box<dyn ReadAt>>, EngineError> {
        let (path, sidecar) = (self.path.as_path(), self.sidecar.as_deref());
        Media { path, archive: None, sidecar }.open_sidecars()
    }
}

impl Changer for AtTheDrive {
    fn look(&self) -> Vec<Box<dyn ReadAt>> {
        open_media(&self.path)
    }

    fn sidecars(&self) -> Vec<Box<dyn ReadAt>> {
        self.opened_sidecars().unwrap_or_default()
    }

    fn ask(&self, wanted: &Wanted) -> bool {
        // Where nobody can be asked, nobody will change the medium.
        let Ok(mut terminal) = Terminal::open() else { return false };
        let drive = self.path.display();
        let found = match &wanted.found {
            InDrive::Nothing => format!("There is no volume at {drive}."),
            found => found.to_string(),
        };
        let question = format!(
            "{wanted} Press Enter when it is at {drive}; type {WITHOUT} to go on without it:"
        );
        // A slip of the finger ends the input and is no answer: `without` gives up a whole medium.
        let mut asked =
            (0..ENDS).map(|_| terminal.say(&found).and_then(|()| terminal.ask(&question)));
        asked.find_map(Result::ok).is_some_and(|answer| !answer.eq_ignore_ascii_case(WITHOUT))
    }
}
