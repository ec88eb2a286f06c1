//! What a genesis or a refresh that was interrupted left, and how it is given up.

use registry::{Ceremony, CeremonyState, SplitState};
use serde::Serialize;
use terms::{KeyName, SplitId, Timestamp};

use super::{Genesis, GenesisError, SCRIPTS};
use crate::vault::Vault;

/// Copies of shares that an interrupted genesis may have left in people's hands. They open nothing;
/// people destroy them so that nobody ever takes them for good ones.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Void {
    /// The split, as it stands on every sheet.
    pub split: String,
    /// Who may hold an envelope or a sheet of it.
    pub holders: Vec<String>,
}

impl Void {
    fn of(vault: &Vault, split: SplitId) -> Result<Self, GenesisError> {
        let shares = vault.read().shares(split)?;
        let holders = shares.into_iter().map(|share| share.holder).collect();
        Ok(Self { split: split.to_string(), holders })
    }
}

/// A key that an interrupted genesis made effective and could not close: its minutes were never
/// agreed with, and perhaps never written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Unagreed {
    /// The run of the ceremony.
    pub ceremony: String,
    /// The key, which is effective.
    pub key: String,
    /// The minutes that were written, as a file in the vault's folder `documents`; none if the
    /// interruption came before.
    pub minutes: Option<String>,
}

/// What interrupted runs left.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Recovered {
    /// Copies of shares that are void.
    pub void: Vec<Void>,
    /// Keys that are effective although nobody signed for them.
    pub unagreed: Vec<Unagreed>,
}

impl Genesis {
    /// Gives up what an interrupted genesis left: splits become void, keys destroyed, ceremonies
    /// aborted, and the log tells why. Returns what people must destroy (script-1 C11), and which
    /// key is effective all the same.
    ///
    /// # Errors
    ///
    /// The vault cannot be written.
    pub fn recover(vault: &mut Vault, now: Timestamp) -> Result<Recovered, GenesisError> {
        let running = CeremonyState::Running;
        let ceremonies = vault.read().ceremonies()?;
        let left: Vec<_> = ceremonies
            .into_iter()
            .filter(|it| it.state == running && SCRIPTS.contains(&it.script.as_str()))
            .collect();
        let splits = vault.read().splits()?;
        let unagreed = unagreed(vault, &left, &splits)?;
        let pending: Vec<_> =
            splits.into_iter().filter(|split| split.state == SplitState::Pending).collect();
        let open: Vec<u64> = vault
            .open_intents()
            .filter(|open| {
                let operation = open.operation.to_string();
                operation.strip_prefix("ceremony.").is_some_and(|name| SCRIPTS.contains(&name))
            })
            .map(|open| open.sequence)
            .collect();
        let void: Result<Vec<_>, _> =
            pending.iter().map(|split| Void::of(vault, split.id)).collect();
        if !left.is_empty() {
            let new = vault.read().master_keys()?.into_iter();
            let new: Vec<_> = new.filter(|key| key.state == "pre-activation").collect();
            let reason = "an interrupted ceremony is given up, and what it split is void";
            vault.perform("ceremony.recover", "strongroom", reason, now, |act| {
                for split in &pending {
                    act.void_split(split.id)?;
                    // A key that was only to be split anew stays what it was.
                    if new.iter().any(|key| key.version == split.key) {
                        act.set_key_state(split.key, "destroyed")?;
                    }
                }
                left.iter().try_for_each(|c| act.end_ceremony(c.id, CeremonyState::Aborted))
            })?;
        }
        for sequence in open {
            let remark = "interrupted; nothing of it is effective, or all of it was before";
            vault.account_for(sequence, "strongroom", remark, now)?;
        }
        Ok(Recovered { void: void?, unagreed })
    }
}

/// Keys that became effective in one of the ceremonies that were `left` open.
fn unagreed(
    vault: &Vault,
    left: &[Ceremony],
    splits: &[registry::Split],
) -> Result<Vec<Unagreed>, GenesisError> {
    let documents = vault.read().documents()?;
    let of = |ceremony: &Ceremony, split: &registry::Split| Unagreed {
        ceremony: ceremony.id.to_string(),
        key: KeyName { environment: vault.environment(), version: split.key }.to_string(),
        minutes: documents
            .iter()
            .find(|document| document.ceremony == Some(ceremony.id) && document.kind == "minutes")
            .map(|document| document.file.clone()),
    };
    // One genesis runs at a time, and what it leaves is recovered before the next one begins.
    let pairs = left.iter().flat_map(|ceremony| {
        let its_own = move |split: &&registry::Split| {
            split.state == SplitState::Effective && split.created_at >= ceremony.started_at
        };
        splits.iter().filter(its_own).map(move |split| (ceremony, split))
    });
    Ok(pairs.map(|(ceremony, split)| of(ceremony, split)).collect())
}
