//! How long a restore will take, said before anybody approves it.

use engine::estimate::{Estimate as Known, History, Work};
use engine::observer::Progress;
use serde::{Deserialize, Serialize};
use tauri::State;

use super::refusal::Answer;
use crate::desk::Desk;
use crate::jobs::TimeLeft;

/// How long a restore will take, with its reasons.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(specta::Type))]
pub(crate) struct Estimate {
    /// The range; none if a part of it was never measured.
    range: Option<TimeLeft>,
    /// The range in words, or that it is not known yet.
    words: String,
    /// Why, a sentence for each part of the work.
    because: Vec<String>,
}

/// How much of an archive is to be restored.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(specta::Type))]
pub(crate) struct Amount {
    /// Bytes of content.
    #[cfg_attr(test, specta(type = u32))]
    bytes: u64,
    /// Files.
    #[cfg_attr(test, specta(type = u32))]
    files: u64,
}

/// Says how long it takes to restore `chosen` (none: everything) of an archive on the desk into a
/// folder on the desk, by what the vault learned.
#[tauri::command]
#[cfg_attr(test, specta::specta)]
pub(crate) async fn estimate_restore(
    desk: State<'_, Desk>,
    medium: u32,
    target: u32,
    chosen: Option<Amount>,
) -> Answer<Estimate> {
    let (media, target) = (desk.medium(medium)?, desk.medium(target)?);
    let set = desk.set(medium)?;
    let whole = Progress { bytes: set.root().content_bytes, files: set.root().entries };
    let work = Work::of(&set, (&media, &target), whole, None);
    let work = match chosen {
        Some(Amount { bytes, files }) => work.part(Progress { bytes, files }),
        None => work,
    };
    let known = Known::of(&work, &History::read(&desk.vault_dir()));
    let (words, because) = known.to_words();
    let range = known.span.map(|span| TimeLeft {
        shortest_s: span.shortest_ms / 1000,
        longest_s: span.longest_ms.div_ceil(1000),
    });
    Ok(Estimate { range, words, because })
}
