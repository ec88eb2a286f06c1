//! The share of one person, as the vault knows it and as its holder brings it.

use quorum::{ShareRecord, ShareWords};
use registry::Split;
use secret::SecretText;
use token::{Binding, Envelope, Pin, PublicKey, Serial, Token, Touch};

use super::ApprovalError;
use crate::vault::Vault;

/// The share of `person` in `split`, and its envelope if it lies in one.
pub(crate) fn held(
    vault: &Vault,
    split: &Split,
    person: &str,
) -> Result<(ShareRecord, Option<Envelope>), ApprovalError> {
    let none = || ApprovalError::NoShare { person: person.to_owned() };
    let shares = vault.read().shares(split.id)?;
    let share = shares.into_iter().find(|share| share.holder == person).ok_or_else(none)?;
    let rows = vault.read().envelopes(split.id)?;
    let place = (share.group, share.member);
    let row = rows.into_iter().find(|row| (row.group, row.member) == place);
    let envelope = row.map(|row| Envelope::decode(&row.envelope)).transpose();
    let envelope = envelope.map_err(|error| ApprovalError::Envelope {
        person: person.to_owned(),
        error: Box::new(error),
    })?;
    let record = ShareRecord::decode(&share.record).map_err(|_| none())?;
    Ok((record, envelope))
}

/// The key that `person` signs approvals with, as it was enrolled; a retired token has none.
pub(crate) fn enrolled(
    vault: &Vault,
    person: &str,
    serial: Serial,
) -> Result<PublicKey, ApprovalError> {
    let row = vault.read().token(&serial.to_string())?;
    let row = row.filter(|row| row.retired_at.is_none() && row.person == person);
    let key = row.and_then(|row| PublicKey::from_bytes(&row.signing_key));
    key.ok_or_else(|| ApprovalError::NotEnrolled { person: person.to_owned(), serial })
}

/// The words inside the envelope.
pub(crate) fn open(
    record: &ShareRecord,
    envelope: &Envelope,
    token: &mut dyn Token,
    (pin, touch): (&Pin<'_>, &mut dyn FnMut(Touch)),
) -> Result<SecretText, ApprovalError> {
    let opened = envelope.open(token, pin, &binding(record), touch);
    let content = opened.map_err(|error| ApprovalError::Envelope {
        person: record.place().holder.clone(),
        error: Box::new(error),
    })?;
    Ok(SecretText::from_utf8(content).unwrap_or_else(|_| SecretText::from_exposed("")))
}

/// Refuses words that are not the share of the record.
pub(crate) fn check_words(record: &ShareRecord, words: &SecretText) -> Result<(), ApprovalError> {
    let wrong = |reason| {
        let person = record.place().holder.clone();
        ApprovalError::Share { person, reason }
    };
    let words = ShareWords::parse(words.expose()).map_err(|error| wrong(error.into()))?;
    record.check_words(&words).map_err(wrong)
}

fn binding(record: &ShareRecord) -> Binding {
    let (facts, place) = (record.facts(), record.place());
    Binding {
        vault: facts.vault,
        key: facts.key,
        split: facts.split,
        group: place.group,
        member: place.member,
        holder: place.holder.clone(),
    }
}
