//! What a restore would do to its target, as the people see it before they let it begin.

use engine::media::NeededVolume;
use engine::restore::{Loss, LossKind, Survey, Translated};
use serde::Serialize;

/// Most names of one kind that are shown; the rest is counted.
const NAMED_MAX: usize = 100;

/// What a restore would do.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(specta::Type))]
pub(crate) struct SurveyShown {
    #[cfg_attr(test, specta(type = u32))]
    files: u64,
    #[cfg_attr(test, specta(type = u32))]
    folders: u64,
    #[cfg_attr(test, specta(type = u32))]
    links: u64,
    #[cfg_attr(test, specta(type = u32))]
    bytes: u64,
    /// Files that an earlier run restored.
    #[cfg_attr(test, specta(type = u32))]
    kept: u64,
    #[cfg_attr(test, specta(type = Option<u32>))]
    free_bytes: Option<u64>,
    fits: bool,
    file_system: String,
    /// Names that something in the target has already.
    #[cfg_attr(test, specta(type = u32))]
    conflicts: u64,
    first_conflicts: Vec<String>,
    /// Names that are written otherwise.
    #[cfg_attr(test, specta(type = u32))]
    translated: u64,
    first_translated: Vec<TranslatedName>,
    losses: Vec<LossShown>,
    /// What does not come back at all, in words.
    lost: Vec<String>,
    /// How many there are of these.
    lost_count: u32,
    /// The volumes that are read, in their order.
    volumes: Vec<VolumeNeeded>,
}

/// A name in the archive, and in the target.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(specta::Type))]
struct TranslatedName {
    path: String,
    name: String,
}

/// What the target cannot hold.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(specta::Type))]
struct LossShown {
    what: LossWhat,
    #[cfg_attr(test, specta(type = u32))]
    count: u64,
    first: String,
}

/// The kinds of what a target cannot hold.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(specta::Type))]
enum LossWhat {
    LargeFiles,
    Symlinks,
    LinkTargets,
    FurtherNames,
    Holes,
    Attributes,
    AccessLists,
    Permissions,
    Times,
}

/// A volume that is read.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(specta::Type))]
struct VolumeNeeded {
    volume: u32,
    #[cfg_attr(test, specta(type = u32))]
    bytes: u64,
    is_here: bool,
}

impl SurveyShown {
    /// The survey at the border.
    pub(super) fn of(found: &Survey, volumes: &[NeededVolume]) -> Self {
        let name =
            |name: &Translated| TranslatedName { path: name.path.clone(), name: name.name.clone() };
        let loss = |loss: &Loss| LossShown {
            what: loss.what.into(),
            count: loss.count,
            first: loss.first.clone(),
        };
        let volume = |needed: &NeededVolume| VolumeNeeded {
            volume: needed.volume,
            bytes: needed.bytes,
            is_here: needed.is_here,
        };
        Self {
            files: found.files,
            folders: found.folders,
            links: found.links,
            bytes: found.bytes,
            kept: found.kept,
            free_bytes: found.free_bytes,
            fits: found.fits(),
            file_system: found.file_system.clone(),
            conflicts: found.conflicts,
            first_conflicts: found.first_conflicts.clone(),
            translated: found.translated,
            first_translated: found.first_translated.iter().take(NAMED_MAX).map(name).collect(),
            losses: found.losses.iter().map(loss).collect(),
            lost: found.lost.iter().take(NAMED_MAX).cloned().collect(),
            lost_count: u32::try_from(found.lost.count()).unwrap_or(u32::MAX),
            volumes: volumes.iter().map(volume).collect(),
        }
    }
}

impl From<LossKind> for LossWhat {
    fn from(kind: LossKind) -> Self {
        match kind {
            LossKind::LargeFiles => Self::LargeFiles,
            LossKind::Symlinks => Self::Symlinks,
            LossKind::LinkTargets => Self::LinkTargets,
            LossKind::FurtherNames => Self::FurtherNames,
            LossKind::Holes => Self::Holes,
            LossKind::Attributes => Self::Attributes,
            LossKind::AccessLists => Self::AccessLists,
            LossKind::Permissions => Self::Permissions,
            LossKind::Times => Self::Times,
        }
    }
}
