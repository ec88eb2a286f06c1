//! The share of one person, as the vault knows it and as its holder brings it.

use quorum::{ShareRecord, ShareWords};
use registry::Split;
use secret::SecretText;
use token::{Binding, Envelope, Pin, PublicKey, Serial, Token, TokenError, Touch};

use super::ApprovalError;
use crate::vault::{Looking, Vault};

/// The share of one person: its public record and the envelopes that it lies in.
pub(crate) struct Held {
    pub(crate) record: ShareRecord,
    /// For tokens in use.
    pub(crate) envelopes: Vec<Envelope>,
    /// For tokens that were retired: they would still open, and count no more.
    retired: Vec<Serial>,
}

/// The share of `person` in `split`.
pub(crate) fn held(
    vault: &impl Looking,
    split: &Split,
    person: &str,
) -> Result<Held, ApprovalError> {
    let none = || ApprovalError::NoShare { person: person.to_owned() };
    let shares = vault.read().shares(split.id)?;
    let share = shares.into_iter().find(|share| share.holder == person).ok_or_else(none)?;
    let record = ShareRecord::decode(&share.record).map_err(|_| none())?;
    let (mut envelopes, mut retired) = (Vec::new(), Vec::new());
    for row in vault.read().envelopes(split.id)? {
        if (row.group, row.member) != (share.group, share.member) {
            continue;
        }
        let envelope = Envelope::decode(&row.envelope).map_err(|error| {
            ApprovalError::Envelope { person: person.to_owned(), error: Box::new(error) }
        })?;
        let token = vault.read().token(&row.token)?;
        match token.is_some_and(|token| token.retired_at.is_some()) {
            true => retired.push(envelope.token()),
            false => envelopes.push(envelope),
        }
    }
    Ok(Held { record, envelopes, retired })
}

impl Held {
    /// The tokens in use that open the share.
    pub(crate) fn tokens(&self) -> Vec<Serial> {
        self.envelopes.iter().map(Envelope::token).collect()
    }

    /// Whether the share never lay on a token: then it is on a sheet.
    pub(crate) fn is_without_envelope(&self) -> bool {
        self.envelopes.is_empty() && self.retired.is_empty()
    }

    /// The envelope that `token` opens; either of a holder's tokens will do.
    pub(crate) fn envelope_for(&self, token: &mut dyn Token) -> Result<&Envelope, ApprovalError> {
        let person = self.record.place().holder.clone();
        let first = match self.envelopes.as_slice() {
            // Opening compares the serial number itself.
            [only] if self.retired.is_empty() => return Ok(only),
            [] if self.retired.is_empty() => return Err(ApprovalError::NoShare { person }),
            envelopes => envelopes.first().map(Envelope::token),
        };
        let identity = token.identity();
        let found = match identity {
            Ok(identity) => identity.serial,
            Err(error) => return Err(ApprovalError::Token { person, error }),
        };
        if let Some(envelope) = self.envelopes.iter().find(|own| own.token() == found) {
            return Ok(envelope);
        }
        if self.retired.contains(&found) {
            return Err(ApprovalError::Retired { person, serial: found });
        }
        Err(match first {
            Some(expected) => {
                let error = TokenError::WrongToken { expected, found };
                ApprovalError::Token { person, error }
            }
            None => ApprovalError::NotEnrolled { person, serial: found },
        })
    }
}

/// The key that `person` signs approvals with, as it was enrolled; a retired token has none.
pub(crate) fn enrolled(
    vault: &Vault,
    person: &str,
    serial: Serial,
) -> Result<PublicKey, ApprovalError> {
    let row = vault.read().token(&serial.to_string())?;
    if row.as_ref().is_some_and(|row| row.retired_at.is_some()) {
        return Err(ApprovalError::Retired { person: person.to_owned(), serial });
    }
    let row = row.filter(|row| row.person == person);
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

/// What an envelope of the share is bound to.
pub(crate) fn binding(record: &ShareRecord) -> Binding {
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
