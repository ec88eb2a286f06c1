//! Proving shares: each holder's copy is read back and compared with its commitment.

use quorum::ShareWords;
use registry::ShareCopy;
use secret::SecretText;
use terms::Timestamp;
use token::{Envelope, Pin, Serial, Token, Touch};

use super::{Genesis, GenesisError};
use crate::vault::Vault;

impl Genesis {
    /// Opens the envelope of `holder` with the token and checks the share inside.
    ///
    /// # Errors
    ///
    /// The token refuses, or what is inside is not the share.
    pub fn prove_token(
        &mut self,
        vault: &mut Vault,
        holder: &str,
        token: &mut dyn Token,
        pin: &Pin<'_>,
        touch: &mut dyn FnMut(Touch),
    ) -> Result<Serial, GenesisError> {
        let failed = |error| GenesisError::Envelope { holder: holder.to_owned(), error };
        let unknown = || GenesisError::NoSuchHolder { holder: holder.to_owned() };
        let binding = self.binding(holder)?;
        let rows = vault.read().envelopes(binding.split)?;
        let place = (binding.group, binding.member);
        let row = rows.into_iter().find(|row| (row.group, row.member) == place);
        let envelope = Envelope::decode(&row.ok_or_else(unknown)?.envelope).map_err(failed)?;
        let serial = envelope.token();
        let content = envelope.open(token, pin, &binding, touch).map_err(failed)?;
        let words = SecretText::from_utf8(content).unwrap_or_else(|_| SecretText::from_exposed(""));
        self.check(holder, &words)?;
        self.proven.push((holder.to_owned(), ShareCopy::Token(serial.to_string())));
        Ok(serial)
    }

    /// Checks the words that `holder` typed back from a sheet.
    ///
    /// # Errors
    ///
    /// They are not the share that was handed out.
    pub fn prove_sheet(&mut self, holder: &str, words: &SecretText) -> Result<(), GenesisError> {
        self.check(holder, words)?;
        self.proven.push((holder.to_owned(), ShareCopy::Sheet));
        Ok(())
    }

    /// Puts it on the record that the share of `holder` is proved, on all that it lies on.
    ///
    /// # Errors
    ///
    /// The registry cannot be written.
    pub fn proved(
        &self,
        vault: &mut Vault,
        holder: &str,
        now: Timestamp,
    ) -> Result<(), GenesisError> {
        let record = &self.share(holder)?.record;
        let (split, place) = (record.facts().split, record.place());
        let (group, member) = (place.group, place.member);
        vault.change(&self.run.intent, "a share was proved", now, |act| {
            act.prove_share(split, group, member)?;
            let own = self.proven.iter().filter(|(name, _)| name == holder);
            own.into_iter().try_for_each(|(_, copy)| act.prove_copy(split, (group, member), copy))
        })?;
        Ok(())
    }

    fn check(&self, holder: &str, words: &SecretText) -> Result<(), GenesisError> {
        let not_proved = |reason| GenesisError::NotProved { holder: holder.to_owned(), reason };
        let words = ShareWords::parse(words.expose()).map_err(|e| not_proved(e.into()))?;
        self.share(holder)?.record.check_words(&words).map_err(not_proved)
    }
}
