//! The report of a restore, as the page gets it.

use engine::restore::{self, RestoreReport};
use serde::Serialize;

/// What a restore did.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(specta::Type))]
pub(crate) struct Report {
    verdict: RestoreVerdict,
    #[cfg_attr(test, specta(type = u32))]
    files: u64,
    #[cfg_attr(test, specta(type = u32))]
    folders: u64,
    #[cfg_attr(test, specta(type = u32))]
    links: u64,
    #[cfg_attr(test, specta(type = u32))]
    bytes: u64,
    damaged: Vec<DamagedFile>,
    lost: Vec<String>,
    skipped: Vec<String>,
    renamed: Vec<String>,
    #[cfg_attr(test, specta(type = u32))]
    kept: u64,
    /// Segments that were worked out of the parity.
    #[cfg_attr(test, specta(type = u32))]
    mended: u64,
    warnings: Vec<String>,
}

/// How a restore ended.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(specta::Type))]
enum RestoreVerdict {
    Complete,
    Damaged,
    Incomplete,
    Unproved,
}

/// A file that lost parts.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(specta::Type))]
struct DamagedFile {
    path: String,
    published: String,
    ranges: Vec<LostRange>,
    cause: String,
}

/// A range of a file that is lost.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(specta::Type))]
struct LostRange {
    #[cfg_attr(test, specta(type = u32))]
    offset: u64,
    #[cfg_attr(test, specta(type = u32))]
    length: u64,
}

impl Report {
    /// The same, at the border.
    pub(crate) fn of(report: &RestoreReport) -> Self {
        let range =
            |range: &restore::LostRange| LostRange { offset: range.offset, length: range.length };
        let damaged = |file: &restore::DamagedFile| DamagedFile {
            path: file.path.clone(),
            published: file.published.clone(),
            ranges: file.ranges.iter().map(range).collect(),
            cause: file.cause.clone(),
        };
        Self {
            verdict: match report.verdict {
                restore::RestoreVerdict::Complete => RestoreVerdict::Complete,
                restore::RestoreVerdict::Damaged => RestoreVerdict::Damaged,
                restore::RestoreVerdict::Incomplete => RestoreVerdict::Incomplete,
                restore::RestoreVerdict::Unproved => RestoreVerdict::Unproved,
            },
            files: report.files,
            folders: report.folders,
            links: report.links,
            bytes: report.bytes,
            damaged: report.damaged.iter().map(damaged).collect(),
            lost: report.lost.to_vec(),
            skipped: report.skipped.clone(),
            renamed: report.renamed.clone(),
            kept: report.kept,
            mended: report.mended,
            warnings: report.warnings.clone(),
        }
    }
}
