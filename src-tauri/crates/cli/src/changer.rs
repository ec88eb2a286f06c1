//! A person at a terminal who changes media in one drive.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use archive::{ReadAt, Set};
use engine::EngineError;
use engine::desk::{self, Changer, InDrive, Wanted};
use engine::files::open_media;

use crate::context::Context;
use crate::output;
use crate::prompt::Terminal;

/// The answer of a person who does not have the medium.
const WITHOUT: &str = "without";

/// Opens the archive whose media go one after the other into the drive at `path`.
pub(crate) fn open(path: &Path, context: &Context) -> Result<Set, EngineError> {
    let (set, kept) = desk::open(Arc::new(AtTheDrive { path: path.to_owned() }))?;
    if !context.json {
        output::field("kept", format!("{} of lists, in memory", output::size(kept)));
    }
    Ok(set)
}

struct AtTheDrive {
    path: PathBuf,
}

impl Changer for AtTheDrive {
    fn look(&self) -> Vec<Box<dyn ReadAt>> {
        open_media(&self.path)
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
        let asked = terminal.say(&found).and_then(|()| terminal.ask(&question));
        asked.is_ok_and(|answer| !answer.eq_ignore_ascii_case(WITHOUT))
    }
}
