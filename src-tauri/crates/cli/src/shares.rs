//! Shares from files or from the keyboard, and the archive's key from them.

use std::fs;
use std::path::{Path, PathBuf};

use archive::Set;
use clap::Args;
use engine::EngineError;
use engine::files::open_set;
use engine::unlock::{Known, UnlockError, Unlocked, unlock};
use quorum::OfferedShare;
use secret::SecretText;
use zeroize::Zeroizing;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::output;
use crate::prompt::Terminal;

/// Where the shares come from.
#[derive(Args)]
pub(crate) struct Shares {
    /// A file with a share: a share file, or 33 words; give it once for each share.
    #[arg(long = "share", value_name = "FILE")]
    files: Vec<PathBuf>,
}

impl Shares {
    /// Opens the archive at `path` and its key with the shares.
    pub(crate) fn open(&self, path: &Path) -> Result<(Set, Unlocked), Failure> {
        let set = open_set(path).map_err(|error| engine_failure(&error))?;
        let shares = if self.files.is_empty() { typed()? } else { self.read()? };
        let unlocked = unlock(&set, shares, Known::default()).map_err(|e| unlock_failure(&e))?;
        Ok((set, unlocked))
    }

    fn read(&self) -> Result<Vec<OfferedShare>, Failure> {
        self.files.iter().map(|file| offered(file)).collect()
    }
}

/// Reads a share file; its text is wiped.
pub(crate) fn offered(file: &Path) -> Result<OfferedShare, Failure> {
    let name = file.display().to_string();
    let text = Zeroizing::new(fs::read_to_string(file).map_err(|error| {
        let problem = format!("the share file {name} cannot be read: {error}");
        let remedy = "Check the path and that you may read it.";
        Failure::new(Exit::Failed, "SR-CLI-SHARE-FILE", problem, remedy)
    })?);
    // A line of words alone, as somebody copies it from a sheet, is a share too.
    let bare = text.trim().strip_prefix("words:").filter(|words| !words.contains(':'));
    match bare {
        Some(words) => Ok(OfferedShare::from_words(&name, words)),
        None => OfferedShare::parse(&name, &text)
            .map_err(|error| Failure::from_problem(Exit::QuorumMissing, &error)),
    }
}

/// Asks for share after share until an empty line.
fn typed() -> Result<Vec<OfferedShare>, Failure> {
    let mut terminal = Terminal::open().map_err(|_| {
        let remedy = "Give each share with --share FILE, or run the command on a terminal.";
        Failure::new(Exit::QuorumMissing, "SR-CLI-NO-SHARES", "no shares were given", remedy)
    })?;
    terminal.say("Type the words of one sheet after the other; an empty line ends the list.")?;
    let mut shares = Vec::new();
    loop {
        let title = format!("Share {}", shares.len() + 1);
        let words: SecretText = terminal.ask_words(&title, "The 33 words:")?;
        if words.is_empty() {
            return Ok(shares);
        }
        shares.push(OfferedShare::from_words(&title, words.expose()));
    }
}

/// The failure of an operation on archives, with the exit code that fits it.
pub(crate) fn engine_failure(error: &EngineError) -> Failure {
    let exit = match error {
        EngineError::Conflict { .. }
        | EngineError::InTheWay { .. }
        | EngineError::NotEmpty { .. } => Exit::Refused,
        EngineError::StalePlan | EngineError::Expired { .. } => Exit::Refused,
        EngineError::Selection { .. } | EngineError::NothingSelected { .. } => Exit::Usage,
        _ => Exit::Failed,
    };
    Failure::from_problem(exit, error)
}

/// The failure of opening an archive.
pub(crate) fn unlock_failure(error: &UnlockError) -> Failure {
    let exit = match error {
        UnlockError::Rejected(_) => Exit::QuorumMissing,
        UnlockError::NoCapsule | UnlockError::Capsule(_) => Exit::VerificationFailed,
    };
    Failure::from_problem(exit, error)
}

/// Tells of shares that were set aside.
pub(crate) fn tell_set_aside(unlocked: &Unlocked) {
    for finding in &unlocked.set_aside {
        output::line(format!("note: {finding}"));
    }
}
