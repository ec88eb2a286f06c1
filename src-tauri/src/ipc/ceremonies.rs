//! Ceremonies: beginning one, looking on, deciding.

use ceremony::answers::{
    Answers, ApproverAnswers, GroupAnswers, HolderAnswers, QuorumAnswers, RequestAnswers,
    RotationAnswers,
};
use engine::conduct::restore::Order;
use engine::estimate::{History, Sample};
use engine::files::{Conflict, Dressing, Media, OwnerRule, Owning, file_system_at, real_path};
use engine::names::NamePolicy;
use engine::plan::{Intent, Plan, VALID_S};
use engine::restore::Choices;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use tauri::ipc::Channel;
use tauri::{AppHandle, Runtime, State};
use terms::KeyName;

use super::refusal::{Answer, Refusal};
use crate::desk::Desk;
use crate::stage::{Afterwards, Reply, Stage, Update};

/// Where a ceremony takes place, and who leads and certifies it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(specta::Type))]
pub(crate) struct Officials {
    place: String,
    administrator: String,
    witness: String,
}

impl Officials {
    /// Answers that say no more than this.
    pub(super) fn answers(self) -> Answers {
        let Self { place, administrator, witness } = self;
        Answers { place, administrator, witness, ..Answers::default() }
    }
}

/// Who takes part in a genesis.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(specta::Type))]
pub(crate) struct GenesisOrder {
    officials: Officials,
    /// Whether dice are rolled.
    dice: bool,
    group_threshold: u8,
    groups: Vec<GroupOrder>,
    /// The number of the folder for sheets on the desk, if any.
    sheets: Option<u32>,
    /// The key that it takes the place of, if any.
    replaces: Option<String>,
}

/// A group of the quorum.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(specta::Type))]
pub(crate) struct GroupOrder {
    name: String,
    threshold: u8,
    holders: Vec<HolderOrder>,
}

/// Who holds a share, and on what.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(specta::Type))]
pub(crate) struct HolderOrder {
    name: String,
    token: bool,
    sheet: bool,
}

/// What is to be restored, and who asks and approves.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(specta::Type))]
pub(crate) struct RestoreOrder {
    officials: Officials,
    requester: String,
    reason: String,
    approvers: Vec<String>,
    /// The archive's number on the desk.
    medium: u32,
    /// The target's number on the desk.
    target: u32,
    selection: Vec<String>,
    conflict: OnConflict,
    names: OnName,
    /// Whether every file is read again from the target's medium.
    reread: bool,
    /// Whether it goes on where an earlier run was interrupted.
    resume: bool,
    owners: OwnersOrder,
    /// Whether setuid, setgid, sticky and privileged attributes come back.
    privileges: bool,
}

/// Whose restored things become.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(specta::Type))]
pub(crate) struct OwnersOrder {
    by: OwnersBy,
    /// Users of the archive and who they are here, each as `OLD=NEW`.
    users: Vec<String>,
    /// The same for groups.
    groups: Vec<String>,
}

/// By what owners are found again on this machine.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(specta::Type))]
pub(crate) enum OwnersBy {
    None,
    Name,
    Number,
}

/// What happens where something is already there.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(specta::Type))]
pub(crate) enum OnConflict {
    Fail,
    Skip,
    Newer,
    Replace,
    KeepBoth,
}

/// What happens to names that the target cannot hold.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(specta::Type))]
pub(crate) enum OnName {
    Auto,
    Portable,
    Keep,
}

/// Begins a genesis in the vault that the window shows.
#[tauri::command]
#[cfg_attr(test, specta::specta)]
pub(crate) fn begin_genesis(desk: State<'_, Desk>, order: GenesisOrder) -> Answer<()> {
    let sheets = order.sheets.map(|id| desk.medium(id)).transpose()?;
    let replaced = order.replaces.as_deref().map(key_called).transpose()?;
    let begin = if replaced.is_some() { Stage::rotation } else { Stage::genesis };
    let answers = answers_of_genesis(order, replaced);
    let secrets = Arc::clone(&desk.secrets);
    desk.set_stage(|| begin(desk.open()?, answers, sheets, secrets)).map(drop)
}

/// Begins a restore under quorum in the vault that the window shows.
#[tauri::command]
#[cfg_attr(test, specta::specta)]
pub(crate) fn begin_restore(desk: State<'_, Desk>, order: RestoreOrder) -> Answer<()> {
    let set = desk.set(order.medium)?;
    let medium = desk.medium(order.medium)?;
    let target = real_path(&desk.medium(order.target)?)?;
    Media::at(&medium).check_target(&target)?;
    let choices = choices(&order)?;
    let intent = Intent {
        selection: &order.selection,
        target: &target.to_string_lossy(),
        conflict: order.conflict.into(),
        choices: &choices,
        requester: &order.requester,
        reason: &order.reason,
        now: Desk::now(),
        valid_s: VALID_S,
    };
    let plan = Plan::new(&set, &intent)?;
    let drive = desk.drive(order.medium).filter(|drive| drive.opened().is_some());
    let drive = drive.map(|drive| (order.medium, drive));
    let asked = Order { set, plan, choices };
    let (answers, secrets) = (answers_of_restore(order), Arc::clone(&desk.secrets));
    let (vault, kind) = (desk.vault_dir(), file_system_at(&medium));
    let learns: Afterwards = Box::new(move |report| {
        // Nothing depends on it: the next estimate is only wider.
        let _ = Sample::of(report, &kind).map(|sample| History::learn(&vault, sample));
        Ok(())
    });
    let at = (secrets, drive);
    desk.set_stage(|| Stage::restore(desk.open()?, answers, asked, at, learns)).map(drop)
}

/// Lets the window look on at the ceremony that is under way, or was the last.
#[tauri::command]
#[cfg_attr(test, specta::specta)]
pub(crate) fn watch_ceremony(desk: State<'_, Desk>, channel: Channel<Update>) -> Answer<()> {
    desk.stage()?.watch(channel);
    Ok(())
}

/// Passes on what the people in the room decided.
#[tauri::command]
#[cfg_attr(test, specta::specta)]
pub(crate) fn reply(desk: State<'_, Desk>, reply: Reply) -> Answer<()> {
    desk.stage()?.reply(reply)
}

/// Opens the window for the room, which looks on at the ceremony.
#[tauri::command]
#[cfg_attr(test, specta::specta)]
pub(crate) async fn open_projector<R: Runtime>(app: AppHandle<R>) -> Answer<()> {
    crate::shell::open_projector(&app).map_err(|error| {
        let problem = format!("the window for the room could not be opened: {error}");
        let remedy = "Show the ceremony large in this window instead.";
        Refusal::new("SR-SHELL-PROJECTOR", &problem, remedy)
    })
}

fn choices(order: &RestoreOrder) -> Answer<Choices> {
    let mut owners = OwnerRule::here(match order.owners.by {
        OwnersBy::None => Owning::None,
        OwnersBy::Name => Owning::ByName,
        OwnersBy::Number => Owning::ByNumber,
    });
    let unknown = |error: terms::ParseError| {
        let remedy = "Write OLD=NEW; make the user here first, or give its number.";
        Refusal::new("SR-SHELL-OWNER", &error.to_string(), remedy)
    };
    for user in &order.owners.users {
        owners.map_user(user).map_err(unknown)?;
    }
    for group in &order.owners.groups {
        owners.map_group(group).map_err(unknown)?;
    }
    let dressing = Dressing { owners, privileges: order.privileges };
    let (names, reread, resume) = (order.names.into(), order.reread, order.resume);
    Ok(Choices { resume, dressing, names, reread, ..Choices::default() })
}

/// The key of that name.
pub(super) fn key_called(name: &str) -> Answer<KeyName> {
    name.parse().map_err(|error: terms::ParseError| {
        Refusal::new("SR-SHELL-KEY", &error.to_string(), "Choose the key from the list.")
    })
}

fn answers_of_genesis(order: GenesisOrder, replaced: Option<KeyName>) -> Answers {
    Answers {
        rotation: replaced.map(|key| RotationAnswers { key: Some(key) }),
        // The text is never used: the room rolls and types.
        dice: order.dice.then(String::new),
        quorum: Some(quorum_answers(order.group_threshold, order.groups)),
        ..order.officials.answers()
    }
}

/// Who shall hold shares.
pub(super) fn quorum_answers(group_threshold: u8, groups: Vec<GroupOrder>) -> QuorumAnswers {
    let holder = |holder: HolderOrder| HolderAnswers {
        name: holder.name,
        pin: None,
        token: holder.token,
        pkcs11: None,
        sheet: holder.sheet,
    };
    let group = |group: GroupOrder| GroupAnswers {
        name: group.name,
        threshold: group.threshold,
        holders: group.holders.into_iter().map(holder).collect(),
    };
    QuorumAnswers { group_threshold, groups: groups.into_iter().map(group).collect() }
}

fn answers_of_restore(order: RestoreOrder) -> Answers {
    let approver = |name| ApproverAnswers { name, pin: None, share: None };
    Answers {
        request: Some(RequestAnswers {
            requester: order.requester,
            reason: order.reason,
            approvers: order.approvers.into_iter().map(approver).collect(),
        }),
        ..order.officials.answers()
    }
}

impl From<OnConflict> for Conflict {
    fn from(conflict: OnConflict) -> Self {
        match conflict {
            OnConflict::Fail => Self::Fail,
            OnConflict::Skip => Self::Skip,
            OnConflict::Newer => Self::Newer,
            OnConflict::Replace => Self::Replace,
            OnConflict::KeepBoth => Self::KeepBoth,
        }
    }
}

impl From<Conflict> for OnConflict {
    fn from(conflict: Conflict) -> Self {
        match conflict {
            Conflict::Fail => Self::Fail,
            Conflict::Skip => Self::Skip,
            Conflict::Newer => Self::Newer,
            Conflict::Replace => Self::Replace,
            Conflict::KeepBoth => Self::KeepBoth,
        }
    }
}

impl From<OnName> for NamePolicy {
    fn from(names: OnName) -> Self {
        match names {
            OnName::Auto => Self::Auto,
            OnName::Portable => Self::Portable,
            OnName::Keep => Self::Keep,
        }
    }
}
