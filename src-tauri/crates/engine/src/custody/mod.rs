//! Which tokens a holder's share lies on: a second one, another one in place of a lost one, one
//! less. None of it needs a quorum, because the share stays the same share of the same holder.

mod error;
mod retiring;

use rand_core::CryptoRng;
use registry::{EnvelopeRow, ShareCopy, Split};
use secret::{SecretBytes, SecretText};
use terms::{KeyName, Problem as _, Timestamp};
use token::{Envelope, Pin, PublicKey, Serial, Token, Touch};

pub use error::CustodyError;
pub use retiring::{LostShare, consequences, retire};

use crate::approval::{Held, binding, check_words, held, open};
use crate::health::{Means, effective, named, shown};
use crate::vault::{Intent, Vault};

/// A share that its holder opened, on its way to another token.
///
/// It is in the memory of this machine until [`seal`](Self::seal) or [`abort`](Self::abort).
pub struct Copying {
    intent: Intent,
    split: Split,
    held: Held,
    words: SecretText,
    from: ShareCopy,
    to: Serial,
    key: PublicKey,
}

/// The keys of which `holder` has a share in an effective split.
///
/// # Errors
///
/// The vault cannot be read.
pub fn keys_of(vault: &Vault, holder: &str) -> Result<Vec<KeyName>, CustodyError> {
    let environment = vault.environment();
    let mut keys = Vec::new();
    for row in vault.read().master_keys()? {
        let Some(split) = vault.read().effective_split(row.version)? else { continue };
        if vault.read().shares(split.id)?.iter().any(|share| share.holder == holder) {
            keys.push(KeyName { environment, version: row.version });
        }
    }
    Ok(keys)
}

/// Whether the share of `holder` already lies on the token.
///
/// # Errors
///
/// The person holds no share of the key, or the vault cannot be read.
pub fn lies_on(
    vault: &Vault,
    key: KeyName,
    holder: &str,
    token: Serial,
) -> Result<bool, CustodyError> {
    Ok(held(vault, &effective(vault, key)?, holder)?.tokens().contains(&token))
}

/// The key that shares are sealed to on a token in use of `holder`.
fn recipient(vault: &Vault, holder: &str, token: Serial) -> Result<PublicKey, CustodyError> {
    let not_enrolled = || CustodyError::NotEnrolled { holder: holder.to_owned(), serial: token };
    let row = vault.read().token(&token.to_string())?.ok_or_else(not_enrolled)?;
    if row.person != holder {
        let owner = row.person;
        return Err(CustodyError::Another { holder: holder.to_owned(), serial: token, owner });
    }
    if row.retired_at.is_some() {
        return Err(CustodyError::Retired { serial: token });
    }
    PublicKey::from_bytes(&row.agreement_key).ok_or_else(not_enrolled)
}

/// Refuses what [`Copying::begin`] would refuse before it asks for a share; changes nothing.
///
/// # Errors
///
/// The token is not one in use of the holder, or the share lies on it already.
pub fn check(vault: &Vault, key: KeyName, holder: &str, to: Serial) -> Result<(), CustodyError> {
    recipient(vault, holder, to)?;
    if lies_on(vault, key, holder, to)? {
        return Err(CustodyError::There { holder: holder.to_owned(), serial: to });
    }
    Ok(())
}

impl Copying {
    /// Opens the share of `holder` as `means` says, to be sealed to the token `to` as well.
    ///
    /// # Errors
    ///
    /// Those of [`check`]; or the share does not open, which is on the record then.
    pub fn begin(
        vault: &mut Vault,
        key: KeyName,
        holder: &str,
        means: Means<'_>,
        to: Serial,
        now: Timestamp,
    ) -> Result<Self, CustodyError> {
        check(vault, key, holder, to)?;
        let recipient = recipient(vault, holder, to)?;
        let split = effective(vault, key)?;
        let held = held(vault, &split, holder)?;
        let objects =
            vec![format!("key:{key}"), format!("split:{}", split.id), format!("token:{to}")];
        let intent = vault.intent("share.copy", holder, objects, None, now)?;
        match shown(vault, &held, means) {
            Ok((from, words)) => Ok(Self { intent, split, held, words, from, to, key: recipient }),
            Err(error) => {
                vault.abort(intent, error.code(), now)?;
                Err(error.into())
            }
        }
    }

    /// Seals the share to `token` and has it opened there: the new envelope is kept only if what
    /// comes out is the share (envelope-1 E24).
    ///
    /// # Errors
    ///
    /// The token refuses or is another one; nothing was kept then.
    pub fn seal(
        self,
        vault: &mut Vault,
        token: &mut dyn Token,
        (pin, touch): (&Pin<'_>, &mut dyn FnMut(Touch)),
        rng: &mut dyn CryptoRng,
        now: Timestamp,
    ) -> Result<(), CustodyError> {
        let envelope = match self.sealed(token, (pin, touch), rng) {
            Ok(envelope) => envelope,
            Err(error) => {
                vault.abort(self.intent, error.code(), now)?;
                return Err(error);
            }
        };
        let (split, from, to) = (self.split.id, self.from, ShareCopy::Token(self.to.to_string()));
        let place = self.held.record.place();
        let (group, member) = (place.group, place.member);
        let row = EnvelopeRow {
            split,
            group,
            member,
            token: self.to.to_string(),
            envelope: envelope.encode(),
            sealed_at: now,
        };
        let reason = format!("the share on {} is now on {} too", named(&from), named(&to));
        vault.conclude(self.intent, &reason, "ok", &[], now, |act| {
            act.add_envelope(&row)?;
            act.prove_copy(split, (group, member), &from)?;
            act.prove_copy(split, (group, member), &to)
        })?;
        Ok(())
    }

    /// Gives it up; the share is forgotten.
    ///
    /// # Errors
    ///
    /// The vault cannot be written.
    pub fn abort(self, vault: &mut Vault, code: &str, now: Timestamp) -> Result<(), CustodyError> {
        vault.abort(self.intent, code, now)?;
        Ok(())
    }

    fn sealed(
        &self,
        token: &mut dyn Token,
        (pin, touch): (&Pin<'_>, &mut dyn FnMut(Touch)),
        rng: &mut dyn CryptoRng,
    ) -> Result<Envelope, CustodyError> {
        let record = &self.held.record;
        let content = SecretBytes::from_slice(self.words.expose().as_bytes());
        let envelope = Envelope::seal(&content, &binding(record), self.to, &self.key, rng);
        let envelope = envelope.map_err(|error| CustodyError::Envelope {
            holder: record.place().holder.clone(),
            error: Box::new(error),
        })?;
        check_words(record, &open(record, &envelope, token, (pin, touch))?)?;
        Ok(envelope)
    }
}
