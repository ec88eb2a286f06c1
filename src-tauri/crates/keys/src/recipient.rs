//! The public half of a master key, as an age recipient.

use std::fmt;
use std::str::FromStr;

use bech32::primitives::decode::CheckedHrpstring;
use bech32::{Checksum, Hrp};
use hpke::{Deserializable, Serializable};
use sha2::{Digest as _, Sha256};
use terms::Fingerprint;

use crate::KeysError;
use crate::suite::{Kem, suite_bytes};

/// Bytes of an MLKEM768-X25519 public key.
const PUBLIC_BYTES: usize = 1216;
/// What every recipient begins with, before bech32's separator (C2SP age, keys-1 K5).
const PREFIX: &str = "age1pq";

/// A recipient: everything that sealing needs, and no secret.
#[derive(Clone, PartialEq, Eq)]
pub struct Recipient(<Kem as hpke::Kem>::PublicKey);

impl Recipient {
    pub(crate) fn from_public(public: <Kem as hpke::Kem>::PublicKey) -> Self {
        Self(public)
    }

    pub(crate) fn public(&self) -> &<Kem as hpke::Kem>::PublicKey {
        &self.0
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
}

impl fmt::Display for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text =
            bech32::encode_lower::<LongBech32>(Hrp::parse_unchecked(PREFIX), &self.to_bytes());
        f.write_str(&text.map_err(|_| fmt::Error)?)
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
        let checked = CheckedHrpstring::new::<LongBech32>(text)
            .map_err(|_| refuse("its letters do not match its checksum"))?;
        let bytes: Vec<u8> = checked.byte_iter().collect();
        if checked.hrp().as_str() != PREFIX || bytes.len() != PUBLIC_BYTES {
            return Err(refuse("it has another length than a recipient"));
        }
        <Kem as hpke::Kem>::PublicKey::from_bytes(&bytes)
            .map(Self)
            .map_err(|_| refuse("it holds no valid public key"))
    }
}

/// Bech32 as in BIP-173, for longer texts: age lifts the limit of 90 characters.
enum LongBech32 {}

impl Checksum for LongBech32 {
    type MidstateRepr = u32;
    const CODE_LENGTH: usize = 4096;
    const CHECKSUM_LENGTH: usize = <bech32::Bech32 as Checksum>::CHECKSUM_LENGTH;
    const GENERATOR_SH: [u32; 5] = <bech32::Bech32 as Checksum>::GENERATOR_SH;
    const TARGET_RESIDUE: u32 = <bech32::Bech32 as Checksum>::TARGET_RESIDUE;
    type CorrectionField = <bech32::Bech32 as Checksum>::CorrectionField;
    const ROOT_GENERATOR: Self::CorrectionField = <bech32::Bech32 as Checksum>::ROOT_GENERATOR;
    const ROOT_EXPONENTS: std::ops::RangeInclusive<usize> =
        <bech32::Bech32 as Checksum>::ROOT_EXPONENTS;
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
    }
}
