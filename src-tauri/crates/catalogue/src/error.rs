//! What can be wrong with a catalogue.

use terms::Problem;

/// Why a catalogue could not be written or read.
#[derive(Debug, thiserror::Error)]
pub enum CatalogueError {
    /// SQLite refused.
    #[error("the list of contents could not be {doing}: {source}")]
    Sql {
        /// What was being done, as a participle.
        doing: &'static str,
        /// What SQLite said.
        source: rusqlite::Error,
    },
    /// The file is no catalogue, or one of another version.
    #[error("the file is not a list of contents that this program knows")]
    NotACatalogue,
    /// Rows contradict each other.
    #[error("the list of contents is damaged at entry {0}")]
    Damaged(u64),
}

impl CatalogueError {
    pub(crate) fn sql(doing: &'static str) -> impl Fn(rusqlite::Error) -> Self {
        move |source| match source.sqlite_error_code() {
            Some(rusqlite::ErrorCode::NotADatabase) => Self::NotACatalogue,
            _ => Self::Sql { doing, source },
        }
    }
}

impl Problem for CatalogueError {
    fn code(&self) -> &'static str {
        match self {
            Self::Sql { .. } => "SR-CATALOGUE-SQL",
            Self::NotACatalogue => "SR-CATALOGUE-NOT-A-CATALOGUE",
            Self::Damaged(_) => "SR-CATALOGUE-DAMAGED",
        }
    }

    fn remedy(&self) -> String {
        match self {
            Self::Sql { .. } => "Check the disk; a restore can do without the list.",
            Self::NotACatalogue => "Put the file back from a backup, or write patterns by hand.",
            Self::Damaged(_) => "Write patterns by hand, and check the vault with fsck.",
        }
        .to_owned()
    }
}
