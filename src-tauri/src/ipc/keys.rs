//! Master keys: their public halves, states, splits and what depends on them.

use engine::vault::VaultView;
use quorum::SplitDescription;
use serde::Serialize;
use tauri::State;
use terms::KeyName;

use super::refusal::Answer;
use crate::desk::Desk;

/// A master key as a screen shows it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(specta::Type))]
pub(crate) struct Key {
    name: String,
    state: String,
    recipient: String,
    fingerprint_words: String,
    fingerprint: String,
    created: String,
    state_since: String,
    archives: u32,
    split: Option<SplitShown>,
}

/// The effective split of a key.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(specta::Type))]
struct SplitShown {
    id: String,
    created: String,
    group_threshold: u8,
    groups: Vec<SplitGroup>,
}

/// A group of a split.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(specta::Type))]
struct SplitGroup {
    name: String,
    threshold: u8,
    holders: Vec<ShareHolder>,
}

/// Who holds a share, and where.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(specta::Type))]
struct ShareHolder {
    name: String,
    token: Option<String>,
    proved_at: Option<String>,
}

impl Key {
    /// Whether archives are sealed to it now.
    pub(crate) fn is_active(&self) -> bool {
        self.state == "active"
    }

    /// For each group: the key, the group, and how many of its holders may be lost.
    pub(crate) fn margins(&self) -> impl Iterator<Item = (String, String, u32)> {
        let groups = self.split.iter().flat_map(|split| &split.groups);
        groups.map(|group| {
            let holders = u32::try_from(group.holders.len()).unwrap_or(u32::MAX);
            let spare = holders.saturating_sub(group.threshold.into());
            (self.name.clone(), group.name.clone(), spare)
        })
    }
}

/// Lists the master keys of the vault that the window shows, the newest first.
#[tauri::command]
#[cfg_attr(test, specta::specta)]
pub(crate) fn keys(desk: State<'_, Desk>) -> Answer<Vec<Key>> {
    read(&desk.view()?)
}

pub(super) fn read(view: &VaultView) -> Answer<Vec<Key>> {
    let environment = view.facts().environment;
    let capsules = view.read().archives()?;
    let mut keys = Vec::new();
    for row in view.read().master_keys()?.into_iter().rev() {
        let name = KeyName { environment, version: row.version };
        let mut archives = 0_u32;
        for archive in &capsules {
            let carried = view.read().capsules(archive.id)?;
            archives += u32::from(carried.iter().any(|capsule| capsule.key == row.version));
        }
        keys.push(Key {
            name: name.to_string(),
            state: row.state.clone(),
            recipient: row.recipient.clone(),
            fingerprint_words: row.fingerprint.to_words(),
            fingerprint: row.fingerprint.to_string(),
            created: row.created_at.to_string(),
            state_since: row.state_since.to_string(),
            archives,
            split: split(view, row.version)?,
        });
    }
    Ok(keys)
}

fn split(view: &VaultView, key: u32) -> Answer<Option<SplitShown>> {
    let Some(split) = view.read().effective_split(key)? else { return Ok(None) };
    let Ok(description) = SplitDescription::decode(&split.description) else { return Ok(None) };
    let shares = view.read().shares(split.id)?;
    let envelopes = view.read().envelopes(split.id)?;
    let mut groups: Vec<SplitGroup> = Vec::new();
    let needed = description.records().first().map_or(1, |record| record.place().group_threshold);
    for record in description.records() {
        let place = record.place();
        let at = (place.group, place.member);
        let share = shares.iter().find(|share| (share.group, share.member) == at);
        let envelope = envelopes.iter().find(|row| (row.group, row.member) == at);
        let holder = ShareHolder {
            name: place.holder.clone(),
            token: envelope.map(|row| row.token.clone()),
            proved_at: share.and_then(|share| share.proved_at).map(|at| at.to_string()),
        };
        match groups.iter_mut().find(|group| group.name == place.group_name) {
            Some(group) => group.holders.push(holder),
            None => groups.push(SplitGroup {
                name: place.group_name.clone(),
                threshold: place.member_threshold,
                holders: vec![holder],
            }),
        }
    }
    Ok(Some(SplitShown {
        id: split.id.to_string(),
        created: split.created_at.to_string(),
        group_threshold: needed,
        groups,
    }))
}
