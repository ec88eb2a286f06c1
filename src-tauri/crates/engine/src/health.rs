//! Whether shares are still good: a holder proves theirs alone, without a quorum.
//!
//! What a proof shows is that the share which the holder has today is the one that was handed out.
//! Its commitment in the vault is enough to tell; no other share takes part, and the seed never
//! exists.

use registry::Split;
use secret::SecretText;
use serde::Serialize;
use terms::{KeyName, Problem as _, Timestamp};
use token::{Pin, Serial, Token, Touch};

use crate::approval::{ApprovalError, check_words, enrolled, held, open};
use crate::vault::Vault;

/// A share of a key and when its holder last proved it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Standing {
    /// The group's name.
    pub group: String,
    /// The member's number within the group, from 1.
    pub member: u8,
    /// Who holds it.
    pub holder: String,
    /// The serial number of the token that it lies on; none if it is on a sheet only.
    pub token: Option<String>,
    /// When it was last proved, in RFC 3339.
    pub proved: Option<String>,
}

/// How a holder brings a share.
pub enum Means<'a> {
    /// Inside the envelope of the vault, with the holder's token.
    Token {
        /// The token.
        token: &'a mut dyn Token,
        /// Its PIN.
        pin: &'a Pin<'a>,
        /// Hears when it waits for a touch.
        touch: &'a mut dyn FnMut(Touch),
    },
    /// As words from a sheet.
    Sheet(&'a SecretText),
}

/// The shares of the effective split of `key`.
///
/// # Errors
///
/// There is no such key or no effective split, or the vault cannot be read.
pub fn standings(vault: &Vault, key: KeyName) -> Result<Vec<Standing>, ApprovalError> {
    let split = effective(vault, key)?;
    let mut standings = Vec::new();
    for row in vault.read().shares(split.id)? {
        let (record, envelope) = held(vault, &split, &row.holder)?;
        standings.push(Standing {
            group: record.place().group_name.clone(),
            member: row.member + 1,
            token: envelope.map(|envelope| envelope.token().to_string()),
            proved: row.proved_at.map(|at| at.to_string()),
            holder: row.holder,
        });
    }
    Ok(standings)
}

/// The token that holds the share of `holder`; none if it is on a sheet only.
///
/// # Errors
///
/// The person holds no share of the key, or the vault cannot be read.
pub fn token_of(
    vault: &Vault,
    key: KeyName,
    holder: &str,
) -> Result<Option<Serial>, ApprovalError> {
    let (_, envelope) = held(vault, &effective(vault, key)?, holder)?;
    Ok(envelope.map(|envelope| envelope.token()))
}

/// Opens the share of `holder` and compares it with its commitment; puts on the record whether it
/// is the one that was handed out.
///
/// # Errors
///
/// The person holds no share, the token refuses, or the share is not the one.
pub fn prove(
    vault: &mut Vault,
    key: KeyName,
    holder: &str,
    means: Means<'_>,
    now: Timestamp,
) -> Result<(), ApprovalError> {
    let split = effective(vault, key)?;
    let (record, envelope) = held(vault, &split, holder)?;
    let place = (record.place().group, record.place().member);
    let objects = vec![format!("key:{key}"), format!("split:{}", split.id)];
    let intent = vault.intent("share.prove", holder, objects, None, now)?;
    let none = || ApprovalError::NoShare { person: holder.to_owned() };
    let shown = match means {
        Means::Sheet(words) => check_words(&record, words),
        Means::Token { token, pin, touch } => envelope.ok_or_else(none).and_then(|envelope| {
            enrolled(vault, holder, envelope.token())?;
            check_words(&record, &open(&record, &envelope, token, (pin, touch))?)
        }),
    };
    match shown {
        Ok(()) => {
            let proved = |act: &registry::Act<'_>| act.prove_share(split.id, place.0, place.1);
            Ok(vault.conclude(intent, "the holder proved the share", "ok", &[], now, proved)?)
        }
        Err(error) => {
            vault.abort(intent, error.code(), now)?;
            Err(error)
        }
    }
}

fn effective(vault: &Vault, key: KeyName) -> Result<Split, ApprovalError> {
    vault.key_state(key)?;
    vault.read().effective_split(key.version)?.ok_or(ApprovalError::OtherVault)
}
