//! A token is no longer used: what that costs, and the act.

use registry::{ShareCopy, WhyRetired};
use serde::Serialize;
use terms::{KeyName, Timestamp};
use token::Serial;

use super::CustodyError;
use crate::approval::held;
use crate::health::{Margin, copies, named, standings};
use crate::vault::Vault;

/// A share that lay on a token, and where else it lies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LostShare {
    /// The key.
    pub key: String,
    /// Who holds the share.
    pub holder: String,
    /// Its other copies that can be used, such as `token 12345678` and `sheet`, with what must
    /// be said of a token (envelope-1 E17); if there is none, the share is lost with the token.
    pub left: Vec<String>,
    /// Whether the key can still be opened without the token.
    pub is_reachable: bool,
    /// How many further shares may be lost then.
    pub may_be_lost: usize,
}

/// What is lost with the token, for every key that can open something; changes nothing.
///
/// # Errors
///
/// No such token is in use, or the vault cannot be read.
pub fn consequences(
    vault: &Vault,
    token: Serial,
    now: Timestamp,
) -> Result<Vec<LostShare>, CustodyError> {
    let number = token.to_string();
    let row = vault.read().token(&number)?.ok_or(CustodyError::Unknown { serial: token })?;
    if row.retired_at.is_some() {
        return Err(CustodyError::Retired { serial: token });
    }
    let (environment, own) = (vault.environment(), ShareCopy::Token(number.clone()));
    let mut lost = Vec::new();
    for envelope in vault.read().envelopes_for(&number)? {
        let splits = vault.read().split(envelope.split)?;
        let Some(split) = splits else { continue };
        let key = KeyName { environment, version: split.key };
        let is_effective =
            vault.read().effective_split(split.key)?.is_some_and(|e| e.id == split.id);
        if !is_effective || !vault.key_state(key)?.opens() {
            continue;
        }
        let held = held(vault, &split, &row.person)?;
        let shares = vault.read().shares(split.id)?;
        let share = shares.iter().find(|share| share.holder == row.person);
        let Some(share) = share else { continue };
        let left = copies(vault, &split, &held, share)?.into_iter().map(|(copy, _)| copy);
        let left = left.filter(|copy| *copy != own).map(|copy| match copy {
            ShareCopy::Token(_) => named(&copy),
            ShareCopy::Sheet => copy.to_string(),
        });
        let left = left.collect();
        let mut after = standings(vault, key, now)?;
        for standing in &mut after {
            standing.copies.retain(|copy| copy.token.as_ref() != Some(&number));
        }
        let margin = Margin::of(vault, key, &after)?;
        let (key, holder) = (key.to_string(), row.person.clone());
        let (is_reachable, may_be_lost) = (margin.is_reachable, margin.may_be_lost);
        lost.push(LostShare { key, holder, left, is_reachable, may_be_lost });
    }
    Ok(lost)
}

/// Retires a token for good: what is sealed to it counts no more. A token that still works and is
/// merely not needed stays in use where it carries the last copy of a share; one that is gone is
/// retired whatever is lost with it.
///
/// # Errors
///
/// No such token is in use, [`CustodyError::LastCopy`], or the vault cannot be written.
pub fn retire(
    vault: &mut Vault,
    token: Serial,
    why: WhyRetired,
    actor: &str,
    now: Timestamp,
) -> Result<Vec<LostShare>, CustodyError> {
    let lost = consequences(vault, token, now)?;
    let is_gone = matches!(why, WhyRetired::Lost | WhyRetired::Stolen | WhyRetired::Broken);
    if let Some(last) = lost.iter().find(|share| share.left.is_empty()).filter(|_| !is_gone) {
        let (holder, key) = (last.holder.clone(), last.key.clone());
        return Err(CustodyError::LastCopy { holder, key, serial: token });
    }
    let mut objects = vec![format!("token:{token}")];
    objects.extend(lost.iter().map(|share| format!("key:{}", share.key)));
    let intent = vault.intent("token.retire", actor, objects, None, now)?;
    let number = token.to_string();
    let reason = format!("token {} is retired: {why}", token.with_remark());
    vault.conclude(intent, &reason, "ok", &[], now, |act| act.retire_token(&number, why))?;
    Ok(lost)
}
