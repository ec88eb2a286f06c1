//! The seed and the key pair derived from it.

use hpke::{Deserializable, Kem as _, OpModeR, Serializable};
use rand_core::CryptoRng;
use secret::{Secret, SecretBytes, SecretText};

use crate::bech;
use crate::suite::{ENCAPSULATED_BYTES, Kdf, Kem, is_low_order};
use crate::{KeysError, Recipient};

/// What every age identity of this kind begins with, in lower case (C2SP age, keys-1 K4).
const IDENTITY_PREFIX: &str = "age-secret-key-pq-";

/// The 32 bytes a master key is derived from: what is split into shares, and nothing else is.
#[derive(Debug, PartialEq, Eq)]
pub struct Seed(Secret<32>);

impl Seed {
    /// Draws a seed.
    pub fn generate(rng: &mut dyn CryptoRng) -> Self {
        Self(Secret::from_fill(|bytes| rng.fill_bytes(bytes)))
    }

    /// Takes a seed that a quorum assembled or a ceremony mixed.
    pub fn from_secret(secret: Secret<32>) -> Self {
        Self(secret)
    }

    /// The bytes, for splitting and for deriving.
    pub fn expose(&self) -> &[u8; 32] {
        self.0.expose()
    }
}

/// A master key: the private half of the KEM, alive only inside a ceremony.
///
/// It rests in protected memory; the KEM's own form of it exists for one opening at a time.
pub struct MasterKey {
    private: Secret<32>,
    recipient: Recipient,
}

impl MasterKey {
    /// Derives the key pair of suite 1: HPKE `DeriveKeyPair(ikm = seed)` (keys-1 K1, K2).
    pub fn derive(seed: &Seed) -> Self {
        let (private, public) = Kem::derive_keypair(seed.expose());
        let private = Secret::from_fill(|bytes| private.write_exact(bytes));
        Self { private, recipient: Recipient::from_public(public) }
    }

    /// Reads an exported identity, `AGE-SECRET-KEY-PQ-1…` (keys-1 K4).
    ///
    /// It opens what the master key opens. The seed cannot be had back from it, so it can neither
    /// be split again nor be used with a later suite.
    ///
    /// # Errors
    ///
    /// The text is no such identity.
    pub fn from_age_identity(text: &SecretText) -> Result<Self, KeysError> {
        if text.expose().bytes().any(|byte| byte.is_ascii_lowercase()) {
            return Err(KeysError::Identity);
        }
        let bytes = bech::decode(IDENTITY_PREFIX, text.expose()).map(SecretBytes::take);
        let bytes = bytes.map_err(|_| KeysError::Identity)?;
        let private = Secret::from_slice(bytes.expose()).ok_or(KeysError::Identity)?;
        let recipient = Recipient::from_public(Kem::sk_to_pk(&kem_key(&private)));
        Ok(Self { private, recipient })
    }

    /// The public half.
    pub fn recipient(&self) -> &Recipient {
        &self.recipient
    }

    /// The private key as an age identity, for the day when only `age` is at hand (keys-1 K4).
    ///
    /// Whoever reads it opens every archive of this key, alone and for ever.
    pub fn expose_age_identity(&self) -> SecretText {
        let text = bech::encode(IDENTITY_PREFIX, self.private.expose());
        let mut text = SecretBytes::take(text.into());
        text.expose_mut().make_ascii_uppercase();
        match SecretText::from_utf8(text) {
            Ok(text) => text,
            Err(_) => unreachable!("bech32 is ASCII"),
        }
    }

    /// HPKE `OpenBase` with an empty `aad` (RFC 9180 section 6.1); none if it does not open.
    pub(crate) fn open<A: hpke::aead::Aead>(
        &self,
        info: &[u8],
        encapsulated: &[u8; ENCAPSULATED_BYTES],
        sealed: &[u8],
    ) -> Option<SecretBytes> {
        if is_low_order(encapsulated) {
            return None;
        }
        let encapsulated = <Kem as hpke::Kem>::EncappedKey::from_bytes(encapsulated).ok()?;
        let opened = hpke::single_shot_open::<A, Kdf, Kem>(
            &OpModeR::Base,
            &kem_key(&self.private),
            &encapsulated,
            info,
            sealed,
            &[],
        );
        opened.ok().map(SecretBytes::take)
    }
}

impl std::fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "MasterKey({}, redacted)", self.recipient.fingerprint())
    }
}

/// The KEM's form of a private key, which wipes itself.
fn kem_key(private: &Secret<32>) -> <Kem as hpke::Kem>::PrivateKey {
    match <Kem as hpke::Kem>::PrivateKey::from_bytes(private.expose()) {
        Ok(key) => key,
        Err(error) => unreachable!("any 32 bytes are a private key: {error}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn master() -> MasterKey {
        MasterKey::derive(&Seed::from_secret(Secret::from_fill(|b| b.fill(1))))
    }

    #[test]
    fn an_exported_identity_is_the_same_key_pair() {
        let text = master().expose_age_identity();
        assert!(text.expose().starts_with("AGE-SECRET-KEY-PQ-1"));
        assert_eq!(text.len(), 77);
        let again = MasterKey::from_age_identity(&text).unwrap();
        assert_eq!(again.recipient(), master().recipient());
    }

    #[test]
    fn a_mistyped_identity_is_refused_without_repeating_it() {
        let text = master().expose_age_identity().expose().to_owned();
        let mistyped = [text.to_lowercase(), text[..70].to_owned(), text.replace("PQ-1", "PQ-11")];
        for mistyped in mistyped {
            let error = MasterKey::from_age_identity(&SecretText::take(mistyped)).unwrap_err();
            assert_eq!(error, KeysError::Identity);
            assert!(!error.to_string().contains(&text[30..40]));
        }
    }

    #[test]
    fn printing_a_master_key_shows_its_fingerprint_only() {
        let (shown, fingerprint) = (format!("{:?}", master()), master().recipient().fingerprint());
        assert_eq!(shown, format!("MasterKey({fingerprint}, redacted)"));
    }
}
