//! What can stop an operation on archives.

use std::io;
use std::path::{Path, PathBuf};

use archive::{ArchiveError, EntryPath};
use terms::Problem;

/// Why an operation stopped; nothing half-done is left under a final name.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// A file or folder could not be used.
    #[error("{doing} {} failed", path.display())]
    File {
        /// What was being done, such as `reading`.
        doing: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        #[source]
        error: io::Error,
    },
    /// The archive was refused.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// The path to be sealed has no name of its own, like `/` or `..`.
    #[error("{} has no name to seal it under", path.display())]
    Nameless {
        /// The path as it was given.
        path: PathBuf,
    },
    /// Two paths to be sealed have the same name.
    #[error("two of the paths are called {name}")]
    NameTwice {
        /// The name.
        name: String,
    },
    /// The target already has something where a restored file belongs.
    #[error("the target already has {path}, and {more} more of what would be restored")]
    Conflict {
        /// The first such path.
        path: String,
        /// How many more there are.
        more: u64,
    },
    /// Something else than a folder stands in the way: it is never followed and never replaced.
    #[error("{path} in the target is no folder, so nothing is written below it")]
    InTheWay {
        /// The path in the target.
        path: String,
    },
    /// A pattern of a selection is malformed.
    #[error("the selection {pattern:?} is not a pattern")]
    Selection {
        /// The pattern.
        pattern: String,
    },
    /// No entry of the archive has this path.
    #[error("the archive has no file {path}")]
    NoSuchEntry {
        /// The path that was asked for.
        path: String,
    },
    /// The archive changed between planning and acting.
    #[error("the plan was made for another state of the archive")]
    StalePlan,
    /// The person asked to stop.
    #[error("stopped on request")]
    Cancelled,
}

impl EngineError {
    /// For `map_err`: an error about `path` while `doing` something.
    pub(crate) fn file<E: Into<io::Error>>(
        doing: &'static str,
        path: &Path,
    ) -> impl FnOnce(E) -> Self {
        move |error| Self::File { doing, path: path.to_owned(), error: error.into() }
    }

    /// As [`Self::file`], for an entry of an archive.
    pub(crate) fn entry<E: Into<io::Error>>(
        doing: &'static str,
        path: &EntryPath,
    ) -> impl FnOnce(E) -> Self {
        move |error| Self::File { doing, path: path.to_string().into(), error: error.into() }
    }
}

impl Problem for EngineError {
    fn code(&self) -> &'static str {
        match self {
            Self::File { .. } => "SR-ENGINE-FILE",
            Self::Archive(error) => error.code(),
            Self::Nameless { .. } => "SR-ENGINE-NAMELESS",
            Self::NameTwice { .. } => "SR-ENGINE-NAME-TWICE",
            Self::Conflict { .. } => "SR-ENGINE-CONFLICT",
            Self::InTheWay { .. } => "SR-ENGINE-IN-THE-WAY",
            Self::Selection { .. } => "SR-ENGINE-SELECTION",
            Self::NoSuchEntry { .. } => "SR-ENGINE-NO-SUCH-ENTRY",
            Self::StalePlan => "SR-ENGINE-STALE-PLAN",
            Self::Cancelled => "SR-ENGINE-CANCELLED",
        }
    }

    fn remedy(&self) -> String {
        match self {
            Self::File { .. } => {
                "Check that it exists, that you may use it, and that its disk has room.".into()
            }
            Self::Archive(error) => error.remedy(),
            Self::Nameless { .. } => "Name the folder itself, for example by its full path.".into(),
            Self::NameTwice { .. } => "Seal them one after the other, or rename one.".into(),
            Self::Conflict { .. } => {
                "Choose an empty folder, or say what to do: --conflict skip, replace or keep-both."
                    .into()
            }
            Self::InTheWay { .. } => "Move it away, or choose an empty folder.".into(),
            Self::Selection { .. } => "Write it as in a shell: *, ?, ** and [a-z].".into(),
            Self::NoSuchEntry { .. } => "List the archive to see what is inside.".into(),
            Self::StalePlan => "Make the plan again, and have it approved again.".into(),
            Self::Cancelled => "Start it again when you are ready; nothing was left behind.".into(),
        }
    }
}
