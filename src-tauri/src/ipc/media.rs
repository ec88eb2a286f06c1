//! Media on the desk: choosing, looking at, verifying without a key.

use std::path::{Path, PathBuf};

use engine::files::{Media, Set, open_set};
use engine::inspect::inspect;
use engine::repair::{RepairReport, Where, repair};
use engine::verify::{VerifyReport, VerifyVerdict, verify_media};
use serde::Serialize;
use tauri::State;
use tauri::ipc::Channel;

use super::refusal::Answer;
use crate::desk::Desk;
use crate::jobs::JobEvent;

/// An archive on the desk.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(specta::Type))]
pub(crate) struct Medium {
    id: u32,
    /// The folder's name, for people.
    folder: String,
    archive: String,
    label: String,
    environment: Option<String>,
    created: String,
    volumes: u32,
    missing_volumes: Vec<u32>,
    #[cfg_attr(test, specta(type = u32))]
    segments: u64,
    #[cfg_attr(test, specta(type = u32))]
    content_bytes: u64,
    #[cfg_attr(test, specta(type = u32))]
    entries: u64,
    keys: Vec<String>,
    signature: String,
    /// Whether its volumes go one after the other into one drive.
    one_drive: bool,
}

/// A folder on the desk that something is restored or printed into.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(specta::Type))]
pub(crate) struct Folder {
    id: u32,
    pub(super) folder: String,
}

impl Folder {
    /// Lays the folder `path` on the desk.
    pub(super) fn on(desk: &Desk, path: PathBuf) -> Self {
        let folder = path.display().to_string();
        Self { id: desk.lay(path), folder }
    }
}

/// What verifying without a key found.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(specta::Type))]
pub(crate) struct Health {
    verdict: MediaVerdict,
    damaged: Vec<DamagedPlace>,
    missing_volumes: Vec<u32>,
    #[cfg_attr(test, specta(type = u32))]
    bytes: u64,
    notes: Vec<String>,
}

/// What media are worth.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(specta::Type))]
enum MediaVerdict {
    Intact,
    Repairable,
    Damaged,
    Incomplete,
}

/// A damaged place.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(specta::Type))]
struct DamagedPlace {
    what: String,
    volume: u32,
    #[cfg_attr(test, specta(type = u32))]
    offset: u64,
    #[cfg_attr(test, specta(type = u32))]
    length: u64,
    /// Whether the parity mends it.
    mends: bool,
}

/// What mending did.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(specta::Type))]
pub(crate) struct Mended {
    /// Places that were written anew.
    #[cfg_attr(test, specta(type = u32))]
    places: u64,
    #[cfg_attr(test, specta(type = u32))]
    bytes: u64,
    /// Frames that nothing mends.
    #[cfg_attr(test, specta(type = u32))]
    beyond: u64,
}

/// Lets the person choose the folder of an archive; none if they changed their mind.
#[tauri::command]
#[cfg_attr(test, specta::specta)]
pub(crate) async fn choose_archive(desk: State<'_, Desk>, title: String) -> Answer<Option<Medium>> {
    let Some(path) = desk.picker.folder(&title) else { return Ok(None) };
    let medium = desk.lay(path);
    desk.take_for_folder(medium)?;
    look(&desk, medium).map(Some)
}

/// Lets the person choose a folder to write into; none if they changed their mind.
#[tauri::command]
#[cfg_attr(test, specta::specta)]
pub(crate) async fn choose_folder(desk: State<'_, Desk>, title: String) -> Answer<Option<Folder>> {
    Ok(desk.picker.folder(&title).map(|path| Folder::on(&desk, path)))
}

/// Looks at an archive on the desk.
#[tauri::command]
#[cfg_attr(test, specta::specta)]
pub(crate) fn look_at(desk: State<'_, Desk>, medium: u32) -> Answer<Medium> {
    look(&desk, medium)
}

/// Verifies an archive on the desk without a key; returns the number of the job.
#[tauri::command]
#[cfg_attr(test, specta::specta)]
pub(crate) fn verify_medium(
    desk: State<'_, Desk>,
    medium: u32,
    channel: Channel<JobEvent<Health>>,
) -> Answer<u32> {
    let path = desk.medium(medium)?;
    Ok(desk
        .jobs
        .start(channel, move |watch| Ok(health(&verify_media(Media::at(&path), None, watch)?))))
}

/// Makes a copy of an archive in a folder on the desk, mended as far as its copies and its parity
/// reach, without a key; returns the number of the job.
#[tauri::command]
#[cfg_attr(test, specta::specta)]
pub(crate) fn mend_medium(
    desk: State<'_, Desk>,
    medium: u32,
    folder: u32,
    channel: Channel<JobEvent<Mended>>,
) -> Answer<u32> {
    let (from, to) = (desk.medium(medium)?, desk.medium(folder)?);
    Ok(desk.jobs.start(channel, move |watch| {
        let report = repair(Media::at(&from), Where::Into(&to), None, watch)?;
        let RepairReport { places, bytes, beyond, .. } = report;
        Ok(Mended { places, bytes, beyond })
    }))
}

/// Lets a job rest, or go on.
#[tauri::command]
#[cfg_attr(test, specta::specta)]
pub(crate) fn rest_job(desk: State<'_, Desk>, job: u32, rests: bool) {
    desk.jobs.rest(job, rests);
}

/// Asks a job to stop.
#[tauri::command]
#[cfg_attr(test, specta::specta)]
pub(crate) fn stop_job(desk: State<'_, Desk>, job: u32) {
    desk.jobs.stop(job);
}

pub(super) fn look(desk: &Desk, id: u32) -> Answer<Medium> {
    let path = desk.medium(id)?;
    match desk.through_drive(id) {
        Some(opened) => Ok(opened.medium),
        None => Ok(seen(id, &path, &open_set(&path)?, false)),
    }
}

/// What the archive of `set`, which is medium `id`, says about itself.
pub(super) fn seen(id: u32, path: &Path, set: &Set, one_drive: bool) -> Medium {
    let report = inspect(set);
    let name = |capsule: &engine::inspect::InspectedCapsule| capsule.key.clone();
    Medium {
        id,
        folder: path.display().to_string(),
        archive: report.archive,
        label: report.label,
        environment: report.environment,
        created: report.created,
        volumes: report.volumes,
        missing_volumes: report.missing_volumes,
        segments: report.segments,
        content_bytes: report.content_bytes,
        entries: report.entries,
        keys: report.capsules.iter().filter_map(name).collect(),
        signature: report.signature,
        one_drive,
    }
}

fn health(report: &VerifyReport) -> Health {
    let place = |place: &engine::verify::DamagedPlace| DamagedPlace {
        what: place.what.clone(),
        volume: place.volume,
        offset: place.offset,
        length: place.length,
        mends: place.mends,
    };
    Health {
        verdict: match report.verdict {
            VerifyVerdict::Intact => MediaVerdict::Intact,
            VerifyVerdict::Repairable => MediaVerdict::Repairable,
            VerifyVerdict::Damaged => MediaVerdict::Damaged,
            VerifyVerdict::Incomplete => MediaVerdict::Incomplete,
        },
        damaged: report.damaged.iter().map(place).collect(),
        missing_volumes: report.missing_volumes.clone(),
        bytes: report.bytes,
        notes: report.notes.clone(),
    }
}
