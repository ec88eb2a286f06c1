//! What can stop a drill.

use std::io;
use std::path::{Path, PathBuf};

use engine::EngineError;
use engine::vault::VaultError;
use terms::Problem;

/// Why a drill cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum DrillError {
    /// A file of the drill could not be used.
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
    /// The drill's vault refused.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// Sealing, verifying or restoring failed.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The step belongs to another stage of the drill.
    #[error("the drill is not there yet: {missing} is missing")]
    NotYet {
        /// What is missing.
        missing: &'static str,
    },
}

impl DrillError {
    pub(crate) fn file(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |error| Self::File { doing, path: path.to_owned(), error }
    }
}

impl Problem for DrillError {
    fn code(&self) -> &'static str {
        match self {
            Self::File { .. } => "SR-DRILL-FILE",
            Self::Vault(error) => error.code(),
            Self::Engine(error) => error.code(),
            Self::NotYet { .. } => "SR-DRILL-NOT-YET",
        }
    }

    fn remedy(&self) -> String {
        match self {
            Self::File { .. } => {
                "Check the data folder and its disk, or begin the drill anew.".into()
            }
            Self::Vault(error) => error.remedy(),
            Self::Engine(error) => error.remedy(),
            Self::NotYet { .. } => "Go through the stages in their order.".into(),
        }
    }
}
