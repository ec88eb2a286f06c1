//! Sealing shares to tokens.

use rand_core::CryptoRng;
use registry::{EnvelopeRow, TokenKind, TokenRow};
use secret::{SecretBytes, SecretText};
use terms::{Environment, Timestamp};
use token::attestation::{self, AttestationError, Attested, Claim, Trust};
use token::{
    Assurance, AttestationChain, Binding, Enrolled, Enrolment, Envelope, Firmware, Serial, Start,
    Token, TokenError,
};

use super::{Genesis, GenesisError};
use crate::vault::Vault;

impl Genesis {
    /// Prepares the holder's token: keys made on it, PIN set, attestation checked, on the record.
    ///
    /// A token whose enrolment was interrupted in this ceremony is enrolled on with the same PIN.
    ///
    /// # Errors
    ///
    /// The token refuses, or does not prove that its keys were made on it.
    pub fn enrol(
        &mut self,
        vault: &mut Vault,
        holder: &str,
        token: &mut dyn Token,
        pin: &SecretText,
        rng: &mut dyn CryptoRng,
        now: Timestamp,
    ) -> Result<Serial, GenesisError> {
        let failed = |error| GenesisError::Token { holder: holder.to_owned(), error };
        let serial = token.identity().map_err(failed)?.serial;
        let act = self.admit(holder, serial)?;
        let begun = self.begun.iter().position(|(other, _)| *other == serial);
        // The PUK is for a later ceremony that may unblock; here it is drawn and forgotten.
        let (start, puk) = match begun {
            Some(at) => (Start::Resume, self.begun.swap_remove(at).1),
            None => (Start::Fresh, random_puk(rng)),
        };
        let enrolment = Enrolment { pin, puk: &puk, start, minimum: Firmware::MINIMUM };
        let enrolled = token.enrol(&enrolment, rng);
        // Nobody knows how far it came; nobody else knows the PUK, so that going on is safe.
        // A PKCS#11 token takes away what it made itself, and never goes on (decision 0410).
        if !serial.is_of_pkcs11() && enrolled.as_ref().is_err_and(may_have_begun) {
            self.begun.push((serial, puk));
        }
        let enrolled = enrolled.map_err(failed)?;
        // What a token that was admitted without a proof says of its keys is taken as it is.
        if serial.assurance() == Assurance::Attested {
            attest(&enrolled, vault.facts().environment)
                .map_err(|error| GenesisError::Attestation { holder: holder.to_owned(), error })?;
        }
        let row = token_row(&enrolled, holder, now);
        vault.change(&self.run.intent, &act, now, |act| act.add_token(&row))?;
        Ok(enrolled.identity.serial)
    }

    /// Why the token may be enrolled, as the act says it; one that attests nothing only where the
    /// roster gives a reason (envelope-1 E17).
    fn admit(&self, holder: &str, serial: Serial) -> Result<String, GenesisError> {
        match (serial.assurance(), &self.unattested) {
            (Assurance::Attested, _) => Ok("a token was enrolled".to_owned()),
            (Assurance::Claimed, Some(reason)) => {
                Ok(format!("a token that is not attested was enrolled, because: {reason}"))
            }
            (Assurance::Claimed, None) => {
                Err(GenesisError::Unattested { holder: holder.to_owned() })
            }
        }
    }

    /// Seals the share of `holder` to the token that was enrolled under `serial`.
    ///
    /// # Errors
    ///
    /// Nothing was split, the token is unknown, or the registry cannot be written.
    pub fn seal_share(
        &self,
        vault: &mut Vault,
        holder: &str,
        serial: Serial,
        rng: &mut dyn CryptoRng,
        now: Timestamp,
    ) -> Result<(), GenesisError> {
        let share = self.share(holder)?;
        let (facts, place) = (share.record.facts(), share.record.place());
        let unknown = || GenesisError::NoSuchHolder { holder: holder.to_owned() };
        let row = vault.read().token(&serial.to_string())?.ok_or_else(unknown)?;
        let failed = |error| GenesisError::Envelope { holder: holder.to_owned(), error };
        let key = token::PublicKey::from_bytes(&row.agreement_key).ok_or_else(unknown)?;
        let words = share.words.to_text();
        let content = SecretBytes::from_slice(words.expose().as_bytes());
        let envelope = Envelope::seal(&content, &self.binding(holder)?, serial, &key, rng);
        let row = EnvelopeRow {
            split: facts.split,
            group: place.group,
            member: place.member,
            token: serial.to_string(),
            envelope: envelope.map_err(failed)?.encode(),
            sealed_at: now,
        };
        vault.change(&self.run.intent, "a share was sealed", now, |act| act.add_envelope(&row))?;
        Ok(())
    }

    /// What the envelope of `holder` is bound to.
    pub(super) fn binding(&self, holder: &str) -> Result<Binding, GenesisError> {
        let record = &self.share(holder)?.record;
        let (facts, place) = (record.facts(), record.place());
        Ok(Binding {
            vault: facts.vault,
            key: facts.key,
            split: facts.split,
            group: place.group,
            member: place.member,
            holder: place.holder.clone(),
        })
    }
}

/// Both keys of the token prove themselves; drill tokens in a drill, and only there.
pub(crate) fn attest(
    enrolled: &Enrolled,
    environment: Environment,
) -> Result<Attested, AttestationError> {
    let trust = if environment.is_drill() { Trust::Drill } else { Trust::Production };
    let verify = |key, chain: &Option<AttestationChain>| {
        let serial = enrolled.identity.serial;
        let claim = Claim { serial, key, minimum: Firmware::MINIMUM };
        let chain = chain.as_ref().ok_or(AttestationError::Silent { about: "key" })?;
        attestation::verify(chain, &claim, trust)
    };
    verify(enrolled.signature, &enrolled.signature_chain)?;
    verify(enrolled.key_agreement, &enrolled.key_agreement_chain)
}

pub(crate) fn token_row(enrolled: &Enrolled, holder: &str, now: Timestamp) -> TokenRow {
    let identity = &enrolled.identity;
    TokenRow {
        serial: identity.serial.to_string(),
        kind: if identity.is_virtual { TokenKind::Virtual } else { TokenKind::Hardware },
        model: identity.model.clone(),
        firmware: identity.firmware.to_string(),
        person: holder.to_owned(),
        agreement_key: enrolled.key_agreement.as_bytes().to_vec(),
        signing_key: enrolled.signature.as_bytes().to_vec(),
        attestation: enrolled.key_agreement_chain.as_ref().map(|chain| chain.leaf.clone()),
        enrolled_at: now,
        retired_at: None,
    }
}

/// Whether an enrolment that ended so may have changed the token.
pub(crate) fn may_have_begun(error: &TokenError) -> bool {
    !matches!(
        error,
        TokenError::NotFactoryNew { .. }
            | TokenError::Absent { .. }
            | TokenError::Busy
            | TokenError::NoService
            | TokenError::FirmwareTooOld { .. }
            | TokenError::PinUnsuitable { .. }
    )
}

/// Eight digits without bias.
pub(crate) fn random_puk(rng: &mut dyn CryptoRng) -> SecretText {
    let mut digits = String::with_capacity(8);
    while digits.len() < 8 {
        let mut byte = [0];
        rng.fill_bytes(&mut byte);
        if byte[0] < 250 {
            digits.push(char::from(b'0' + byte[0] % 10));
        }
    }
    SecretText::take(digits)
}
