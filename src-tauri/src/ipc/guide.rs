//! The guided drill.

use std::sync::Arc;

use drill::{Debrief, Stage as DrillStage, TEAM};
use engine::conduct::restore::Order;
use engine::files::{Conflict, open_set, real_path};
use engine::plan::{Intent, Plan};
use engine::restore::Choices;
use serde::Serialize;
use tauri::State;
use tauri::ipc::Channel;

use super::media::{Medium, look};
use super::refusal::Answer;
use crate::desk::{Desk, Which};
use crate::jobs::JobEvent;
use crate::stage::{Afterwards, Stage};

/// How long the approvals of the drill's plan hold, in seconds.
const VALID_S: u64 = 3600;

/// Where the guided drill stands.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(specta::Type))]
pub(crate) struct Guide {
    stage: GuideStage,
    team: Vec<String>,
    /// The archive, once it is sealed.
    medium: Option<Medium>,
    /// Segments that were damaged, once they are.
    #[cfg_attr(test, specta(type = Vec<u32>))]
    damaged_segments: Vec<u64>,
    debrief: Option<Debriefed>,
}

/// The stages in their order.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(specta::Type))]
enum GuideStage {
    Key,
    Seal,
    Damage,
    Restore,
    Debrief,
}

/// How what came back compares with what was there.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(specta::Type))]
struct Debriefed {
    #[cfg_attr(test, specta(type = u32))]
    sealed: u64,
    #[cfg_attr(test, specta(type = u32))]
    identical: u64,
    named: Vec<String>,
    disguised: Vec<String>,
}

/// What sealing the sample did.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(specta::Type))]
pub(crate) struct SealedSample {
    #[cfg_attr(test, specta(type = u32))]
    files: u64,
    #[cfg_attr(test, specta(type = u32))]
    bytes_in: u64,
    #[cfg_attr(test, specta(type = u32))]
    bytes_out: u64,
}

/// Tells where the guided drill stands.
#[tauri::command]
#[cfg_attr(test, specta::specta)]
pub(crate) fn guide(desk: State<'_, Desk>) -> Answer<Guide> {
    let guide = desk.guide()?;
    let medium = guide.archive().exists().then(|| look(&desk, desk.lay(guide.archive())));
    let damage = guide.damaged()?;
    let flipped = damage.iter().flat_map(|damage| &damage.flipped);
    Ok(Guide {
        stage: match guide.stage()? {
            DrillStage::Key => GuideStage::Key,
            DrillStage::Seal => GuideStage::Seal,
            DrillStage::Damage => GuideStage::Damage,
            DrillStage::Restore => GuideStage::Restore,
            DrillStage::Debrief => GuideStage::Debrief,
        },
        team: TEAM.iter().map(|name| (*name).to_owned()).collect(),
        medium: medium.transpose()?,
        damaged_segments: flipped.map(|flipped| flipped.segment).collect(),
        debrief: guide.debriefing()?.map(debriefed),
    })
}

/// Begins the genesis of the guided drill.
#[tauri::command]
#[cfg_attr(test, specta::specta)]
pub(crate) fn guide_genesis(desk: State<'_, Desk>) -> Answer<()> {
    let guide = desk.guide()?;
    desk.show(Which::Drill);
    let secrets = Arc::clone(&desk.secrets);
    desk.set_stage(|| Stage::genesis(desk.open()?, guide.genesis(), None, secrets)).map(drop)
}

/// Makes and seals the sample data; returns the number of the job.
#[tauri::command]
#[cfg_attr(test, specta::specta)]
pub(crate) fn guide_seal(
    desk: State<'_, Desk>,
    channel: Channel<JobEvent<SealedSample>>,
) -> Answer<u32> {
    let guide = desk.guide()?;
    Ok(desk.jobs.start(channel, move |watch| {
        let (sample, report) = guide.seal(Desk::now(), &mut Desk::rng(), watch)?;
        let (bytes_in, bytes_out) = (report.bytes_in, report.bytes_out);
        Ok(SealedSample { files: sample.files, bytes_in, bytes_out })
    }))
}

/// Flips bits in the sealed archive.
#[tauri::command]
#[cfg_attr(test, specta::specta)]
pub(crate) fn guide_damage(desk: State<'_, Desk>) -> Answer<()> {
    desk.guide()?.damage(&mut Desk::rng())?;
    Ok(())
}

/// Begins the restore of the guided drill.
#[tauri::command]
#[cfg_attr(test, specta::specta)]
pub(crate) fn guide_restore(desk: State<'_, Desk>) -> Answer<()> {
    let guide = desk.guide()?;
    desk.show(Which::Drill);
    let set = open_set(&guide.archive())?;
    let (answers, target) = (guide.restore(), real_path(&guide.restored())?);
    let asked = answers.request.as_ref();
    let choices = Choices::default();
    let intent = Intent {
        selection: &[],
        target: &target.to_string_lossy(),
        conflict: Conflict::Replace,
        choices: &choices,
        requester: asked.map_or("", |asked| &asked.requester),
        reason: asked.map_or("", |asked| &asked.reason),
        now: Desk::now(),
        valid_s: VALID_S,
    };
    let plan = Plan::new(&set, &intent)?;
    let order = Order { set: Arc::new(set), plan, choices };
    let secrets = Arc::clone(&desk.secrets);
    let afterwards: Afterwards = Box::new(move |report| Ok(guide.debrief(report).map(drop)?));
    let at = (secrets, None);
    desk.set_stage(|| Stage::restore(desk.open()?, answers, order, at, afterwards)).map(drop)
}

/// Forgets the guided drill and begins it anew.
#[tauri::command]
#[cfg_attr(test, specta::specta)]
pub(crate) fn guide_reset(desk: State<'_, Desk>) -> Answer<()> {
    desk.guide()?.reset(Desk::now(), &mut Desk::rng())?;
    Ok(())
}

fn debriefed(debrief: Debrief) -> Debriefed {
    Debriefed {
        sealed: debrief.sealed,
        identical: debrief.identical,
        named: debrief.named,
        disguised: debrief.disguised,
    }
}
