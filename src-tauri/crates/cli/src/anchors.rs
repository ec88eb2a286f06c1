//! Heads of the audit log that were kept elsewhere, given on the command line.

use std::path::{Path, PathBuf};

use audit::{Anchor, Cosigned, LogPublicKey};
use clap::Args;
use engine::files::open_set;
use registry::VaultFacts;
use terms::Problem as _;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::files;
use crate::shares::engine_failure;

/// The longest signed note that is read, in bytes.
const NOTE_BYTES_MAX: u64 = 100 << 10;

/// What the log must agree with (log-1 L15).
#[derive(Args)]
pub(crate) struct Anchors {
    /// A file with a signed head of the log, as the minutes have it; may be given again.
    #[arg(long = "anchor", value_name = "FILE")]
    notes: Vec<PathBuf>,

    /// An archive sealed with this vault, whose medium carries a head; may be given again.
    #[arg(long = "archive", value_name = "DIR")]
    archives: Vec<PathBuf>,
}

impl Anchors {
    /// Whether no anchor was given.
    pub(crate) fn is_empty(&self) -> bool {
        self.notes.is_empty() && self.archives.is_empty()
    }

    /// Reads every anchor; each must bear the signature of the log's own key (log-1 L13).
    pub(crate) fn read(&self, facts: &VaultFacts) -> Result<Vec<Anchor>, Failure> {
        let notes = self.notes(facts)?.into_iter();
        let anchor = |(source, note): (String, Cosigned)| Anchor {
            source,
            at: None,
            head: note.head().clone(),
        };
        Ok(notes.map(anchor).collect())
    }

    /// As [`Self::read`], with everything that stands in the notes.
    pub(crate) fn notes(&self, facts: &VaultFacts) -> Result<Vec<(String, Cosigned)>, Failure> {
        let key: LogPublicKey = facts.log_key.parse().map_err(|_| {
            let problem = "the vault names no key of its log";
            let remedy = "Put vault.sqlite back from a backup.";
            Failure::new(Exit::VerificationFailed, "SR-CLI-LOG-KEY", problem, remedy)
        })?;
        let mut notes = Vec::new();
        for path in &self.notes {
            let note = files::text(path, NOTE_BYTES_MAX, ("the anchor", "SR-CLI-ANCHOR-FILE"))?;
            notes.push(read(path.display().to_string(), &note, &key)?);
        }
        for path in &self.archives {
            let note = head_of(path)?;
            notes.push(read(format!("the archive {}", path.display()), &note, &key)?);
        }
        Ok(notes)
    }
}

/// The head of the log that the media of an archive carry.
fn head_of(archive: &Path) -> Result<String, Failure> {
    let set = open_set(archive).map_err(|error| engine_failure(&error))?;
    set.settings().checkpoint.clone().ok_or_else(|| {
        let problem = format!("the archive {} carries no head of a log", archive.display());
        let remedy = "Name one that was sealed with this vault at hand.";
        Failure::new(Exit::Failed, "SR-CLI-NO-HEAD", problem, remedy)
    })
}

fn read(source: String, note: &str, key: &LogPublicKey) -> Result<(String, Cosigned), Failure> {
    // A note that was copied from paper or through a terminal has lost or gained line ends.
    let note = format!("{}\n", note.replace("\r\n", "\n").trim_end_matches('\n'));
    match Cosigned::read(note.as_bytes(), key) {
        Ok(note) => Ok((source, note)),
        Err(error) => {
            let problem = format!("{source} is no head of this log: {error}");
            let exit = Exit::VerificationFailed;
            Err(Failure::new(exit, error.code(), problem, &error.remedy()))
        }
    }
}
