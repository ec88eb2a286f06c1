//! Media on the record of the vault: which there are, how they are, and checking those that are
//! connected.

use std::time::Instant;

use engine::media::{
    Connected, Extent, Intervals, MediumHealth, NewMedium, Standing, Visit, Warning, add,
    carried_by, check_medium, urgency,
};
use engine::vault::VaultView;
use registry::{Check, MediumKind};
use serde::Serialize;
use tauri::State;
use tauri::ipc::Channel;
use terms::Timestamp;

use super::refusal::{Answer, Refusal};
use crate::desk::Desk;
use crate::jobs::JobEvent;

/// Who checks where nobody was named.
const NOBODY: &str = "strongroom";

/// A medium that is kept, with what its checks mean.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(specta::Type))]
pub(crate) struct KeptMedium {
    name: String,
    /// `dvd`, `bd-r`, `lto`, `usb` or `disk`.
    kind: String,
    place: String,
    archive: String,
    label: String,
    volumes: Vec<u32>,
    last: Option<LastCheck>,
    standing: MediumStanding,
}

/// The newest check of a medium.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(specta::Type))]
pub(crate) struct LastCheck {
    at: String,
    person: String,
    /// Into how many parts the medium was divided; 1 if all of it was read.
    parts: u32,
    #[cfg_attr(test, specta(type = u32))]
    good: u64,
    #[cfg_attr(test, specta(type = u32))]
    mendable: u64,
    #[cfg_attr(test, specta(type = u32))]
    lost: u64,
    /// Damaged, and this medium alone does not tell whether they are lost.
    #[cfg_attr(test, specta(type = u32))]
    unjudged: u64,
    #[cfg_attr(test, specta(type = u32))]
    read_errors: u64,
    #[cfg_attr(test, specta(type = u32))]
    bytes: u64,
    #[cfg_attr(test, specta(type = u32))]
    bytes_per_second: u64,
}

/// What the checks of a medium mean.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(specta::Type))]
pub(crate) struct MediumStanding {
    health: KeptHealth,
    warnings: Vec<KeptWarning>,
    /// When the next check is or was to be made; it reads everything, or a sample is enough.
    due_at: Option<String>,
    due_is_now: bool,
    due_is_full: bool,
    /// The share that was read in the newest checks, in percent, and how many those are.
    read_percent: u8,
    read_checks: u32,
}

/// What a medium is worth.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(specta::Type))]
enum KeptHealth {
    Unchecked,
    Good,
    Weak,
    Lost,
}

/// What a custodian should know of a medium.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "is", rename_all = "camelCase")]
#[cfg_attr(test, derive(specta::Type))]
enum KeptWarning {
    /// More is damaged than can be mended.
    Lost {
        #[cfg_attr(test, specta(type = u32))]
        frames: u64,
    },
    /// Something is damaged, and this medium alone does not tell whether it is lost.
    Unjudged {
        #[cfg_attr(test, specta(type = u32))]
        frames: u64,
    },
    /// More is damaged than before.
    Grown {
        #[cfg_attr(test, specta(type = u32))]
        before: u64,
        #[cfg_attr(test, specta(type = u32))]
        now: u64,
    },
    /// It reads slower than before, in bytes a second.
    Slower {
        #[cfg_attr(test, specta(type = u32))]
        before: u64,
        #[cfg_attr(test, specta(type = u32))]
        now: u64,
    },
    /// The drive failed to read.
    Unreadable {
        #[cfg_attr(test, specta(type = u32))]
        errors: u64,
    },
}

impl KeptMedium {
    /// What is written on it.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Whether it should be copied anew.
    pub(super) fn is_failing(&self) -> bool {
        let warnings = &self.standing.warnings;
        warnings.iter().any(|warning| !matches!(warning, KeptWarning::Unjudged { .. }))
    }

    /// Whether it is to be checked now.
    pub(super) const fn is_due(&self) -> bool {
        self.standing.due_is_now
    }
}

/// Lists the media that are kept: those never checked first, then by their last check.
#[tauri::command]
#[cfg_attr(test, specta::specta)]
pub(crate) fn kept_media(desk: State<'_, Desk>) -> Answer<Vec<KeptMedium>> {
    listed(&desk.view()?, Desk::now())
}

/// Puts the medium whose folder is `folder` on the record; `index` is where the last volume of its
/// archive is, if the medium does not carry it. Returns the media that are kept now.
#[tauri::command]
#[cfg_attr(test, specta::specta)]
pub(crate) fn add_medium(
    desk: State<'_, Desk>,
    folder: u32,
    index: Option<u32>,
    name: String,
    kind: String,
    place: String,
) -> Answer<Vec<KeptMedium>> {
    let kind: MediumKind =
        kind.parse().map_err(|error: terms::ParseError| unknown_kind(&error.to_string()))?;
    let connected = Connected::at(&desk.medium(folder)?)?;
    let others = others(&desk, index)?;
    let new = NewMedium { name: &name, kind, place: &place };
    add(&mut desk.open()?, &new, (&connected, &others), NOBODY, Desk::now())?;
    listed(&desk.view()?, Desk::now())
}

/// Checks the medium whose folder is `folder`, all of it or a sample of `percent`; `name` says
/// which it is if several carry the same volumes. Returns the number of the job.
#[tauri::command]
#[cfg_attr(test, specta::specta)]
pub(crate) fn check_kept(
    desk: State<'_, Desk>,
    folder: u32,
    index: Option<u32>,
    name: Option<String>,
    percent: Option<u32>,
    person: String,
    channel: Channel<JobEvent<KeptMedium>>,
) -> Answer<u32> {
    let connected = Connected::at(&desk.medium(folder)?)?;
    let others = others(&desk, index)?;
    let view = desk.view()?;
    let medium = carried_by(&view.read(), &connected, name.as_deref())?;
    let checks = view.read().checks(&medium.name)?;
    let extent = percent.map_or(Extent::FULL, |percent| Extent::sample(percent, &checks));
    drop(view);
    let dir = desk.vault_dir();
    Ok(desk.jobs.start(channel, move |watch| {
        let began = Instant::now();
        let person = person.trim();
        let visit = Visit {
            person: if person.is_empty() { NOBODY } else { person },
            extent,
            now: &Desk::now,
            elapsed: &|| began.elapsed(),
            observer: watch,
        };
        let (check, standing) = check_medium(&dir, &medium, (&connected, &others), &visit)?;
        Ok(kept(&medium, Some(&check), standing))
    }))
}

/// The media that are kept, as [`kept_media`] lists them.
pub(super) fn listed(view: &VaultView, now: Timestamp) -> Answer<Vec<KeptMedium>> {
    let reader = view.read();
    let intervals = Intervals::read(&reader)?;
    let mut media = Vec::new();
    for medium in reader.media()?.into_iter().filter(|medium| medium.retired_at.is_none()) {
        let checks = reader.checks(&medium.name)?;
        let standing = Standing::of(&medium, &checks, intervals, now);
        media.push((urgency(&checks), kept(&medium, checks.last(), standing)));
    }
    media.sort_by_key(|(urgency, _)| *urgency);
    Ok(media.into_iter().map(|(_, medium)| medium).collect())
}

fn others(desk: &Desk, index: Option<u32>) -> Answer<Vec<Connected>> {
    let Some(index) = index else { return Ok(Vec::new()) };
    Ok(vec![Connected::at(&desk.medium(index)?)?])
}

fn kept(medium: &registry::Medium, last: Option<&Check>, standing: Standing) -> KeptMedium {
    KeptMedium {
        name: medium.name.clone(),
        kind: medium.kind.to_string(),
        place: medium.place.clone(),
        archive: medium.archive.to_string(),
        label: medium.label.clone(),
        volumes: medium.volumes.iter().map(|(number, _)| *number).collect(),
        last: last.map(last_check),
        standing: MediumStanding {
            health: match standing.health {
                MediumHealth::Unchecked => KeptHealth::Unchecked,
                MediumHealth::Good => KeptHealth::Good,
                MediumHealth::Weak => KeptHealth::Weak,
                MediumHealth::Lost => KeptHealth::Lost,
            },
            due_at: standing.due.map(|due| due.at.to_string()),
            due_is_now: standing.due.is_some_and(|due| due.is_now),
            due_is_full: standing.due.is_some_and(|due| due.is_full),
            read_percent: standing.coverage.percent,
            read_checks: u32::try_from(standing.coverage.checks).unwrap_or(u32::MAX),
            warnings: standing.warnings.into_iter().map(warning).collect(),
        },
    }
}

fn last_check(check: &Check) -> LastCheck {
    LastCheck {
        at: check.at.to_string(),
        person: check.person.clone(),
        parts: check.parts,
        good: check.read.saturating_sub(check.mendable + check.lost + check.unjudged),
        mendable: check.mendable,
        lost: check.lost,
        unjudged: check.unjudged,
        read_errors: check.read_errors,
        bytes: check.bytes,
        bytes_per_second: check.bytes.saturating_mul(1000) / check.duration_ms.max(1),
    }
}

const fn warning(warning: Warning) -> KeptWarning {
    match warning {
        Warning::Lost { frames } => KeptWarning::Lost { frames },
        Warning::Unjudged { frames } => KeptWarning::Unjudged { frames },
        Warning::Grown { before, now } => KeptWarning::Grown { before, now },
        Warning::Slower { before, now } => KeptWarning::Slower { before, now },
        Warning::Unreadable { errors } => KeptWarning::Unreadable { errors },
    }
}

fn unknown_kind(problem: &str) -> Refusal {
    Refusal::new("SR-SHELL-MEDIUM-KIND", problem, "Choose what the medium is from the list.")
}
