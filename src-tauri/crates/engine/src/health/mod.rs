//! Whether shares are still good: where each lies, when it was last proved, and how many may yet be
//! lost. A holder proves theirs alone, without a quorum.
//!
//! What a proof shows is that the copy which the holder has today is the share that was handed out.
//! Its commitment in the vault is enough to tell; no other share takes part, and the seed never
//! exists. A share may lie on two tokens and on a sheet, and each copy is proved by itself.

mod flaws;
mod margin;

use quorum::{QuorumPolicy, SplitDescription};
use registry::{Reader, RegistryError, ShareCopy, ShareRow, Split};
use secret::SecretText;
use serde::Serialize;
use terms::{KeyName, Problem as _, Timestamp};
use token::{Pin, Serial, Token, Touch, remark_on, remarked};

use crate::approval::{ApprovalError, Held, check_words, enrolled, held, open};
use crate::vault::{Looking, Vault};

pub use flaws::{Family, families};
pub use margin::{GroupMargin, Margin};

/// How often each copy of a share is proved unless the vault says otherwise, in months.
const INTERVAL_MONTHS: u32 = 12;
const INTERVAL_SETTING: &str = "share.proof_months";
/// A month as a twelfth of a year of the Gregorian calendar, in seconds.
const MONTH_S: u64 = 2_629_746;

/// A share of a key, where it lies, and when its holder last proved it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Standing {
    /// The group's name.
    pub group: String,
    /// The member's number within the group, from 1.
    pub member: u8,
    /// Who holds it.
    pub holder: String,
    /// The serial number of the first token in use that it lies on; none if it lies on none.
    pub token: Option<String>,
    /// Everything that it lies on; none if every copy that is known of is out of use.
    pub copies: Vec<Copy>,
    /// When a copy of it was last proved, in RFC 3339.
    pub proved: Option<String>,
    /// When the next copy is to be proved.
    pub due: String,
    /// Whether that time has come.
    pub is_due: bool,
}

/// One copy of a share that can be used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Copy {
    /// The token that it lies on; none for a sheet.
    pub token: Option<String>,
    /// What must be said of that token; none if there is nothing (envelope-1 E17).
    pub remark: Option<&'static str>,
    /// When it was last proved, in RFC 3339; none if that is not known.
    pub proved: Option<String>,
    /// When it is to be proved again.
    pub due: String,
}

/// How a holder brings a share.
pub enum Means<'a> {
    /// Inside the envelope of the vault, with one of the holder's tokens.
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

/// How many months may pass between two proofs of one copy.
///
/// # Errors
///
/// The registry cannot be read.
pub fn interval_months(reader: &Reader<'_>) -> Result<u32, RegistryError> {
    let text = reader.setting(INTERVAL_SETTING)?;
    let months = text.and_then(|text| text.parse().ok()).filter(|months| *months > 0);
    Ok(months.unwrap_or(INTERVAL_MONTHS))
}

/// Sets how many months may pass between two proofs of one copy.
///
/// # Errors
///
/// The vault cannot be written.
pub fn set_interval(
    vault: &mut Vault,
    months: u32,
    actor: &str,
    now: Timestamp,
) -> Result<(), ApprovalError> {
    let reason = format!("each copy of a share is proved every {months} months");
    vault.perform("share.interval", actor, &reason, now, |act| {
        act.set_setting(INTERVAL_SETTING, &months.to_string())
    })?;
    Ok(())
}

/// The newest key in use, if there is one.
///
/// # Errors
///
/// The registry cannot be read.
pub fn newest_key(vault: &impl Looking) -> Result<Option<KeyName>, RegistryError> {
    let rows = vault.read().master_keys()?;
    let newest = rows.iter().rev().find(|row| row.state == "active");
    let environment = vault.environment();
    Ok(newest.map(|row| KeyName { environment, version: row.version }))
}

/// The shares of the effective split of `key`.
///
/// # Errors
///
/// There is no such key or no effective split, or the vault cannot be read.
pub fn standings(
    vault: &impl Looking,
    key: KeyName,
    now: Timestamp,
) -> Result<Vec<Standing>, ApprovalError> {
    let split = effective(vault, key)?;
    let interval_s = u64::from(interval_months(&vault.read())?) * MONTH_S;
    let mut standings = Vec::new();
    for row in vault.read().shares(split.id)? {
        let held = held(vault, &split, &row.holder)?;
        let copies = copies(vault, &split, &held, &row)?;
        // A copy of which nothing is known was good when the split was made.
        let due = |proved: Option<Timestamp>| {
            Timestamp::from_unix(proved.unwrap_or(split.created_at).unix() + interval_s)
        };
        let first = copies.iter().map(|(_, proved)| due(*proved)).min();
        let first = first.unwrap_or_else(|| due(row.proved_at));
        let copy = |(copy, proved): (ShareCopy, Option<Timestamp>)| {
            let token = match copy {
                ShareCopy::Token(serial) => Some(serial),
                ShareCopy::Sheet => None,
            };
            let remark = token.as_deref().and_then(remark_on);
            let proved_at = proved.map(|at| at.to_string());
            Copy { token, remark, proved: proved_at, due: due(proved).to_string() }
        };
        standings.push(Standing {
            group: held.record.place().group_name.clone(),
            member: row.member + 1,
            token: held.tokens().first().map(ToString::to_string),
            copies: copies.into_iter().map(copy).collect(),
            proved: row.proved_at.map(|at| at.to_string()),
            due: first.to_string(),
            is_due: first <= now,
            holder: row.holder,
        });
    }
    Ok(standings)
}

/// The tokens in use that hold the share of `holder`; none if it is on a sheet only.
///
/// # Errors
///
/// The person holds no share of the key, or the vault cannot be read.
pub fn tokens_of(vault: &Vault, key: KeyName, holder: &str) -> Result<Vec<Serial>, ApprovalError> {
    Ok(held(vault, &effective(vault, key)?, holder)?.tokens())
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
    let held = held(vault, &split, holder)?;
    let place = (held.record.place().group, held.record.place().member);
    let objects = vec![format!("key:{key}"), format!("split:{}", split.id)];
    let intent = vault.intent("share.prove", holder, objects, None, now)?;
    match shown(vault, &held, means) {
        Ok((copy, _)) => {
            let proved = |act: &registry::Act<'_>| act.prove_copy(split.id, place, &copy);
            let reason = format!("the holder proved the share on {}", named(&copy));
            Ok(vault.conclude(intent, &reason, "ok", &[], now, proved)?)
        }
        Err(error) => {
            vault.abort(intent, error.code(), now)?;
            Err(error)
        }
    }
}

/// The share as its holder brought it, found to be the one that was handed out, and from where.
pub(crate) fn shown(
    vault: &Vault,
    held: &Held,
    means: Means<'_>,
) -> Result<(ShareCopy, SecretText), ApprovalError> {
    match means {
        Means::Sheet(words) => {
            check_words(&held.record, words)?;
            Ok((ShareCopy::Sheet, SecretText::from_exposed(words.expose())))
        }
        Means::Token { token, pin, touch } => {
            let envelope = held.envelope_for(token)?;
            enrolled(vault, &held.record.place().holder, envelope.token())?;
            let words = open(&held.record, envelope, token, (pin, touch))?;
            check_words(&held.record, &words)?;
            Ok((ShareCopy::Token(envelope.token().to_string()), words))
        }
    }
}

/// The copies of a share that can be used, with the time of each one's last proof.
pub(crate) fn copies(
    vault: &impl Looking,
    split: &Split,
    held: &Held,
    row: &ShareRow,
) -> Result<Vec<(ShareCopy, Option<Timestamp>)>, ApprovalError> {
    let proofs = vault.read().proofs(split.id)?;
    let place = (row.group, row.member);
    let proved = |copy: &ShareCopy| {
        let mut own = proofs.iter().filter(|proof| (proof.group, proof.member) == place);
        own.find(|proof| proof.copy == *copy).map(|proof| proof.proved_at)
    };
    let tokens = held.tokens().into_iter().map(|serial| ShareCopy::Token(serial.to_string()));
    let mut copies: Vec<_> = tokens.map(|copy| (proved(&copy), copy)).collect();
    // Who never had an envelope has a sheet; of others it is known from the proof of a sheet.
    let sheet = proved(&ShareCopy::Sheet);
    let is_on_paper = held.is_without_envelope();
    if sheet.is_some() || is_on_paper {
        copies.push((sheet.or(row.proved_at.filter(|_| is_on_paper)), ShareCopy::Sheet));
    }
    Ok(copies.into_iter().map(|(proved, copy)| (copy, proved)).collect())
}

/// A copy as a sentence has it, with what must be said of its token (envelope-1 E17).
pub(crate) fn named(copy: &ShareCopy) -> String {
    match copy {
        ShareCopy::Token(serial) => format!("token {}", remarked(serial)),
        ShareCopy::Sheet => "the sheet".to_owned(),
    }
}

/// The split whose quorum opens `key`.
pub(crate) fn effective(vault: &impl Looking, key: KeyName) -> Result<Split, ApprovalError> {
    vault.key_state(key)?;
    vault.read().effective_split(key.version)?.ok_or(ApprovalError::OtherVault)
}

/// Whose quorum opens `split`.
pub(crate) fn policy_of(split: &Split) -> Result<QuorumPolicy, ApprovalError> {
    let description = SplitDescription::decode(&split.description);
    let policy = description.map_err(|_| ApprovalError::OtherVault)?.policy();
    policy.map_err(|_| ApprovalError::OtherVault)
}

/// Whose quorum opens `key` now.
///
/// # Errors
///
/// There is no such key or no effective split, or the vault cannot be read.
pub fn quorum_of(vault: &impl Looking, key: KeyName) -> Result<QuorumPolicy, ApprovalError> {
    policy_of(&effective(vault, key)?)
}
