//! Restores that were interrupted, and that the next one can go on with.

use std::path::Path;

use engine::plan::Plan;
use engine::restore::was_interrupted;
use engine::vault::VaultView;
use registry::{Request, RequestState};
use serde::Serialize;
use tauri::State;

use super::ceremonies::OnConflict;
use super::media::Folder;
use super::refusal::Answer;
use crate::desk::Desk;

/// Requests that are looked at, the newest first.
const REQUESTS_MAX: usize = 200;

/// A restore that began and never came to its end.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(specta::Type))]
pub(crate) struct Interrupted {
    /// What people call the archive; its id if the vault does not know it.
    pub(super) label: String,
    /// The number of the archive's folder on the desk, if the vault knows it and it is there.
    medium: Option<u32>,
    /// Where it restored into.
    pub(super) target: Folder,
    selection: Vec<String>,
    conflict: OnConflict,
    requester: String,
    reason: String,
    /// When it was asked for.
    asked: String,
}

/// Lists the restores of this vault that were interrupted, the newest first.
#[tauri::command]
#[cfg_attr(test, specta::specta)]
pub(crate) fn interrupted(desk: State<'_, Desk>) -> Answer<Vec<Interrupted>> {
    listed(&desk, &desk.view()?)
}

/// Whether a restore of the archive on `medium` was interrupted in the folder `target`.
#[tauri::command]
#[cfg_attr(test, specta::specta)]
pub(crate) fn is_interrupted_in(desk: State<'_, Desk>, medium: u32, target: u32) -> Answer<bool> {
    let set = desk.set(medium)?;
    let archive = (set.settings().archive, set.index_root());
    Ok(was_interrupted(archive, &desk.medium(target)?)?)
}

/// As [`interrupted`]; none while a ceremony is under way, for that may be the one.
pub(super) fn listed(desk: &Desk, view: &VaultView) -> Answer<Vec<Interrupted>> {
    let mut found: Vec<(Plan, Interrupted)> = Vec::new();
    if desk.stage().is_ok_and(|stage| !stage.is_over()) {
        return Ok(Vec::new());
    }
    let requests = view.read().requests()?.into_iter().rev().take(REQUESTS_MAX);
    for request in requests.filter(|request| request.state != RequestState::CarriedOut) {
        let Ok(plan) = terms::decode::<Plan>(&request.plan) else { continue };
        let is_known = |(known, _): &(Plan, Interrupted)| {
            (known.archive, &known.target) == (plan.archive, &plan.target)
        };
        let target = Path::new(&plan.target);
        // A target that cannot be read now can be chosen by hand, when it can.
        let is_left = was_interrupted((plan.archive, plan.index_root), target).unwrap_or(false);
        if is_left && !found.iter().any(is_known) {
            let shown = shown(desk, view, &request, &plan)?;
            found.push((plan, shown));
        }
    }
    Ok(found.into_iter().map(|(_, shown)| shown).collect())
}

fn shown(desk: &Desk, view: &VaultView, request: &Request, plan: &Plan) -> Answer<Interrupted> {
    let mut archives = view.read().archives()?.into_iter();
    let archive = archives.rfind(|archive| archive.id == plan.archive);
    let place = archive.as_ref().map(|archive| std::path::PathBuf::from(&archive.location));
    let target = std::path::PathBuf::from(&plan.target);
    Ok(Interrupted {
        label: archive.map_or_else(|| plan.archive.to_string(), |archive| archive.label),
        medium: place.filter(|place| place.is_dir()).map(|place| desk.lay(place)),
        target: Folder::on(desk, target),
        selection: plan.selection.clone(),
        conflict: plan.conflict.into(),
        requester: plan.requester.clone(),
        reason: plan.reason.clone(),
        asked: request.created_at.to_string(),
    })
}
