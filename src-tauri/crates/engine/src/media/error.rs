//! What can be wrong with a medium on the record.

use std::path::PathBuf;

use archive::ArchiveError;
use registry::RegistryError;
use terms::Problem;

use crate::EngineError;
use crate::vault::VaultError;

/// Why a medium was not added, checked or found.
#[derive(Debug, thiserror::Error)]
pub enum MediaError {
    /// The vault has no medium with these volumes.
    #[error(
        "no medium on the record carries volume {volume} of {label:?}, which is at {}",
        path.display()
    )]
    Unknown {
        /// Where it was found.
        path: PathBuf,
        /// The archive's label.
        label: String,
        /// The first volume.
        volume: u32,
    },
    /// Several media carry the same volumes, and nobody said which one this is.
    #[error("what is at {} may be one of these media: {}", path.display(), names.join(", "))]
    Ambiguous {
        /// Where it was found.
        path: PathBuf,
        /// The names of the media.
        names: Vec<String>,
    },
    /// The vault has no medium of that name that is still kept.
    #[error("no medium called {0:?} is kept on the record")]
    NotKept(String),
    /// A medium of that name is on the record.
    #[error("a medium called {0:?} is on the record already")]
    NameTaken(String),
    /// A name or a place is empty, too long, or holds what hides text.
    #[error("{0:?} cannot be written on a medium")]
    BadName(String),
    /// What is connected is not what the medium carries on the record.
    #[error("{} does not hold what {name} carries on the record: {found}", path.display())]
    OtherContent {
        /// The medium.
        name: String,
        /// Where it should be.
        path: PathBuf,
        /// What is there instead, as a clause.
        found: String,
    },
    /// The archive on the medium has another root than when the medium was first seen.
    #[error("the volume on {name} was replaced: its archive has another root than on the record")]
    Replaced {
        /// The medium.
        name: String,
    },
    /// The medium was taken out while it was read.
    #[error("{name} was taken out, or its drive no longer answers")]
    Gone {
        /// The medium.
        name: String,
    },
    /// The archive could not be read.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The vault could not be read or changed.
    #[error(transparent)]
    Vault(#[from] VaultError),
}

impl From<ArchiveError> for MediaError {
    fn from(error: ArchiveError) -> Self {
        Self::Engine(error.into())
    }
}

impl From<RegistryError> for MediaError {
    fn from(error: RegistryError) -> Self {
        Self::Vault(error.into())
    }
}

impl Problem for MediaError {
    fn code(&self) -> &'static str {
        match self {
            Self::Unknown { .. } => "SR-MEDIA-UNKNOWN",
            Self::Ambiguous { .. } => "SR-MEDIA-AMBIGUOUS",
            Self::NotKept(_) => "SR-MEDIA-NOT-KEPT",
            Self::NameTaken(_) => "SR-MEDIA-NAME-TAKEN",
            Self::BadName(_) => "SR-MEDIA-NAME",
            Self::OtherContent { .. } => "SR-MEDIA-OTHER-CONTENT",
            Self::Replaced { .. } => "SR-MEDIA-REPLACED",
            Self::Gone { .. } => "SR-MEDIA-GONE",
            Self::Engine(error) => error.code(),
            Self::Vault(error) => error.code(),
        }
    }

    fn remedy(&self) -> String {
        match self {
            Self::Unknown { .. } => {
                "Write a name on it and put it on the record: strongroom media add.".into()
            }
            Self::Ambiguous { .. } => "Read the name on it, and say it with --medium.".into(),
            Self::NotKept(_) => "See strongroom media list for the names.".into(),
            Self::NameTaken(_) => "Write another name on it: no two media have the same.".into(),
            Self::BadName(_) => {
                "A name has 1 to 100 characters, a place up to 200, all of them visible.".into()
            }
            Self::OtherContent { .. } => {
                "Read the name on the medium; put in the right one, or name the folder on it in \
                 which the volumes lie."
                    .into()
            }
            Self::Replaced { .. } => {
                "Keep the medium as it is, use another copy, and find out who wrote it and when."
                    .into()
            }
            Self::Gone { .. } => {
                "Put it back in and check it again; nothing was written down as damaged.".into()
            }
            // A search is of no use to a check: it needs to know what must be there.
            Self::Engine(EngineError::Archive(
                ArchiveError::NotSealed | ArchiveError::CutShort { .. },
            )) => {
                "Name the folder with the last volume of the set with --index, or copy the sidecar \
                   beside the volumes."
                    .into()
            }
            Self::Engine(error) => error.remedy(),
            Self::Vault(error) => error.remedy(),
        }
    }
}
