//! Shares from files or from the keyboard, and the archive's key from them.

use std::path::{Path, PathBuf};

use archive::Set;
use clap::Args;
use engine::EngineError;
use engine::unlock::{Known, UnlockError, Unlocked, awaited, unlock, unlock_with};
use quorum::{GroupProgress, OfferedShare, UntrustedQuorum};
use secret::SecretText;
use terms::Problem as _;

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::files;
use crate::locked::Locked;
use crate::named::Opened;
use crate::output;
use crate::prompt::Terminal;
use crate::vault;

/// The longest share file, in bytes.
const SHARE_BYTES_MAX: usize = 16 << 10;

/// Where the shares come from.
#[derive(Args)]
pub(crate) struct Shares {
    /// A file with a share: a share file, or 33 words; give it once for each share.
    #[arg(long = "share", value_name = "FILE")]
    files: Vec<PathBuf>,

    #[command(flatten)]
    locked: Locked,

    /// Open the archive although the vault here cannot take a record of it.
    #[arg(long)]
    pub(crate) unrecorded: bool,
}

impl Shares {
    /// Opens the archive that is meant with the shares and hands it to `work`, all on the record of
    /// the vault that knows its key: intent before the first share is read, outcome at the end.
    pub(crate) fn open<T>(
        &self,
        (opened, verb): (&Opened, &str),
        context: &Context,
        work: impl FnOnce(&Set, &Unlocked) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let set = opened.open(context)?;
        let recording =
            if self.unrecorded { None } else { vault::record_opening(&set, verb, context)? };
        let media = opened.named.media().path;
        let unlocked = self.unlock((&set, media), context);
        let done = unlocked.and_then(|unlocked| work(&set, &unlocked));
        let now = context.now();
        let written = recording.map_or(Ok(()), |recording| match &done {
            Ok(_) => recording.done(now),
            Err(failure) => recording.failed(failure.code(), now),
        });
        done.and_then(|done| written.map(|()| done).map_err(|error| vault::refused(&error)))
    }

    /// Opens the archive's key with the shares, or with tokens where it is one of a lock.
    pub(crate) fn unlock(
        &self,
        (set, media): (&Set, &Path),
        context: &Context,
    ) -> Result<Unlocked, Failure> {
        if self.files.is_empty()
            && let Some(split) = self.locked.beside(set, media)?
        {
            return self.locked.open((set, &split), context);
        }
        let unlocked = if self.files.is_empty() {
            let quorum = awaited(set, Known::default());
            quorum
                .map_err(|error| unlock_failure(&error))
                .and_then(typed)
                .map(|quorum| unlock_with(set, quorum))?
        } else {
            unlock(set, self.read()?, Known::default())
        };
        unlocked.map_err(|error| unlock_failure(&error))
    }

    fn read(&self) -> Result<Vec<OfferedShare>, Failure> {
        self.files.iter().map(|file| offered(file)).collect()
    }
}

/// Reads a share file; its text lies in protected memory.
pub(crate) fn offered(file: &Path) -> Result<OfferedShare, Failure> {
    let name = file.display().to_string();
    let text = files::secret(file, SHARE_BYTES_MAX, ("the share file", "SR-CLI-SHARE-FILE"))?;
    let text = text.expose();
    // A line of words alone, as somebody copies it from a sheet, is a share too.
    let bare = text.trim().strip_prefix("words:").filter(|words| !words.contains(':'));
    match bare {
        Some(words) => Ok(OfferedShare::from_words(&name, words)),
        None => OfferedShare::parse(&name, text)
            .map_err(|error| Failure::from_problem(Exit::QuorumMissing, &error)),
    }
}

/// Asks for share after share until an empty line, and judges each as it is typed: whoever typed it
/// still has the sheet in hand. Which word is wrong is never guessed (decision 0303).
fn typed(mut quorum: UntrustedQuorum) -> Result<UntrustedQuorum, Failure> {
    let mut terminal = Terminal::open().map_err(|_| {
        let remedy = "Give each share with --share FILE, or run the command on a terminal.";
        Failure::new(Exit::QuorumMissing, "SR-CLI-NO-SHARES", "no shares were given", remedy)
    })?;
    terminal.say("Type the words of one sheet after the other; an empty line ends the list.")?;
    let (mut number, mut was_asked_again) = (1, false);
    loop {
        let title = format!("Share {number}");
        let words: SecretText = terminal.ask_words(&title, "The 33 words:")?;
        if words.is_empty() {
            if quorum.is_met() || was_asked_again {
                return Ok(quorum);
            }
            was_asked_again = true;
            for line in standing(&quorum) {
                terminal.say(&line)?;
            }
            terminal.say("That is no quorum. Type another share, or an empty line to give up.")?;
            continue;
        }
        was_asked_again = false;
        match quorum.offer(OfferedShare::from_words(&title, words.expose())) {
            Ok(()) => {
                number += 1;
                for line in standing(&quorum) {
                    terminal.say(&line)?;
                }
            }
            Err(finding) => {
                terminal.say(&format!("Not taken: {}", finding.reason))?;
                terminal.say(&finding.reason.remedy())?;
            }
        }
    }
}

/// How far the groups are, for people who wait for each other.
fn standing(quorum: &UntrustedQuorum) -> Vec<String> {
    let of_group = |group: GroupProgress| {
        let name = group.name.unwrap_or_else(|| (group.group + 1).to_string());
        format!("  group {name}: {} of the {} shares it needs", group.have, group.needed)
    };
    let mut lines: Vec<_> = quorum.progress().into_iter().map(of_group).collect();
    let apart: Vec<_> = quorum.apart().into_iter().map(ToString::to_string).collect();
    if !apart.is_empty() {
        let apart = apart.join(", ");
        lines.push(format!("  of another split than the others, and not counted: {apart}"));
    }
    if quorum.is_met() {
        lines.push("  The quorum is met: an empty line goes on.".to_owned());
    }
    lines
}

/// The failure of an operation on archives, with the exit code that fits it.
pub(crate) fn engine_failure(error: &EngineError) -> Failure {
    let exit = match error {
        EngineError::Conflict { .. }
        | EngineError::InTheWay { .. }
        | EngineError::NotEmpty { .. }
        | EngineError::TargetLink { .. }
        | EngineError::TargetIsArchive { .. } => Exit::Refused,
        EngineError::StalePlan | EngineError::Expired { .. } => Exit::Refused,
        EngineError::SeveralArchives { .. }
        | EngineError::NoSuchArchive { .. }
        | EngineError::Selection { .. }
        | EngineError::NothingSelected { .. }
        | EngineError::HiddenText { .. } => Exit::Usage,
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
