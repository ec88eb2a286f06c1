//! Master keys: their public halves, states, splits and what depends on them.

use engine::health::{Family, Margin, Standing, families, quorum_of, standings};
use engine::vault::VaultView;
use serde::Serialize;
use tauri::State;
use terms::KeyName;

use super::margin::MarginShown;
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
    margin: MarginShown,
    /// Tokens that fail together, where that would matter: a sentence each.
    warnings: Vec<String>,
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
    /// Every copy that can be used.
    copies: Vec<CopyKnown>,
    /// When one of them was last proved.
    proved_at: Option<String>,
    /// When the next one is to be proved.
    due: String,
    is_due: bool,
}

/// A copy of a share.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(specta::Type))]
struct CopyKnown {
    /// The token that it lies on; none for a sheet.
    token: Option<String>,
    /// What must be said of that token.
    remark: Option<String>,
    proved_at: Option<String>,
}

impl Key {
    /// Whether archives are sealed to it now.
    pub(crate) fn is_active(&self) -> bool {
        self.state == "active"
    }

    /// Its name.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// How many of its shares may yet be lost; none if nobody holds any.
    pub(crate) fn margin(&self) -> Option<&MarginShown> {
        self.split.as_ref().map(|split| &split.margin)
    }

    /// How many of its shares are to be proved now.
    pub(crate) fn due(&self) -> usize {
        let groups = self.split.iter().flat_map(|split| &split.groups);
        groups.flat_map(|group| &group.holders).filter(|holder| holder.is_due).count()
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
            split: split(view, name)?,
        });
    }
    Ok(keys)
}

fn split(view: &VaultView, key: KeyName) -> Answer<Option<SplitShown>> {
    let Some(split) = view.read().effective_split(key.version)? else { return Ok(None) };
    let shares = standings(view, key, Desk::now())?;
    let policy = quorum_of(view, key)?;
    let margin = MarginShown::of(&Margin::of(view, key, &shares)?);
    let families = families(view, key, &shares)?;
    let warnings = families.iter().filter(|family| family.is_warned_of()).map(warning);
    let group = |group: &quorum::GroupPolicy| SplitGroup {
        name: group.name().to_owned(),
        threshold: group.threshold(),
        holders: shares.iter().filter(|share| share.group == group.name()).map(holder).collect(),
    };
    Ok(Some(SplitShown {
        id: split.id.to_string(),
        created: split.created_at.to_string(),
        group_threshold: policy.group_threshold(),
        groups: policy.groups().iter().map(group).collect(),
        margin,
        warnings: warnings.collect(),
    }))
}

fn holder(share: &Standing) -> ShareHolder {
    let copy = |copy: &engine::health::Copy| CopyKnown {
        token: copy.token.clone(),
        remark: copy.remark.map(str::to_owned),
        proved_at: copy.proved.clone(),
    };
    ShareHolder {
        name: share.holder.clone(),
        copies: share.copies.iter().map(copy).collect(),
        proved_at: share.proved.clone(),
        due: share.due.clone(),
        is_due: share.is_due,
    }
}

fn warning(family: &Family) -> String {
    let flaws: Vec<_> = family.flaws.iter().map(|flaw| flaw.id).collect();
    let what = match (family.opens, family.is_needed) {
        (true, _) => "whoever uses it on all of them opens this key",
        (false, _) => "without these tokens no quorum is left",
    };
    let (tokens, flaws) = (family.tokens.join(", "), flaws.join(", "));
    format!("{} ({tokens}) has a known flaw, {flaws}: {what}.", family.name)
}
