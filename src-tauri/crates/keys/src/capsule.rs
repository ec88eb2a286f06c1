//! The capsule: an archive key sealed to a master key, small and detachable.

use hpke::{Deserializable, OpModeR, OpModeS, Serializable};
use minicbor::{Decode, Encode};
use rand_core::CryptoRng;
use secret::Secret;
use subtle::ConstantTimeEq;
use terms::{ArchiveId, Canonical, Digest, Environment, Fingerprint, KeyName, Timestamp};

use crate::suite::{Aead, Kdf, Kem, SUITE, suite_bytes};
use crate::{ArchiveKey, COMMITMENT_BYTES, KeysError, MasterKey, Recipient};

/// Version of the capsule's encoding.
const VERSION: u8 = 1;
/// Bytes of an encapsulated key: ML-KEM-768 ciphertext and X25519 share.
const ENCAPSULATED_BYTES: usize = 1120;
/// Bytes of a sealed archive key: 32 and a tag of 16.
const SEALED_BYTES: usize = 48;

/// What a capsule says about itself in the clear.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CapsuleFacts {
    /// The archive whose key is inside; bound into the seal.
    pub archive: ArchiveId,
    /// The environment, or none if it was not stated at sealing; bound into the seal.
    pub environment: Option<Environment>,
    /// The master key's name, where the sealer knew it.
    pub key: Option<KeyName>,
    /// Counts the capsules of one archive from 1; a re-wrap takes the next number.
    pub generation: u32,
    /// When it was sealed.
    pub created: Timestamp,
}

/// An archive key sealed to a master key (keys-1 K7 to K11).
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Capsule {
    #[n(0)]
    version: u8,
    #[n(1)]
    suite: [u16; 3],
    #[n(2)]
    fingerprint: Fingerprint,
    #[n(3)]
    key: Option<KeyName>,
    #[n(4)]
    generation: u32,
    #[n(5)]
    created: Timestamp,
    #[n(6)]
    archive: ArchiveId,
    #[n(7)]
    environment: Option<Environment>,
    #[n(8)]
    index_root: Option<Digest>,
    #[cbor(n(9), with = "minicbor::bytes")]
    encapsulated: [u8; ENCAPSULATED_BYTES],
    #[cbor(n(10), with = "minicbor::bytes")]
    sealed: [u8; SEALED_BYTES],
    #[cbor(n(11), with = "minicbor::bytes")]
    commitment: [u8; COMMITMENT_BYTES],
}

impl Canonical for Capsule {
    const NAME: &'static str = "a capsule";
}

impl Capsule {
    /// Seals `key` to `recipient` with HPKE in base mode (RFC 9180 section 6.1).
    ///
    /// # Errors
    ///
    /// The recipient's public key is one that no key pair has.
    pub fn seal(
        recipient: &Recipient,
        key: &ArchiveKey,
        facts: CapsuleFacts,
        rng: &mut dyn CryptoRng,
    ) -> Result<Self, KeysError> {
        let mut rng = rng;
        let (encapsulated, sealed) = hpke::single_shot_seal_with_rng::<Aead, Kdf, Kem>(
            &OpModeS::Base,
            recipient.public(),
            &info(&facts),
            key.expose(),
            &[],
            &mut rng,
        )
        .map_err(|_| KeysError::Recipient { reason: "it holds no valid public key" })?;
        let altered = |_| KeysError::CapsuleAltered { archive: facts.archive };
        Ok(Self {
            version: VERSION,
            suite: SUITE,
            fingerprint: recipient.fingerprint(),
            key: facts.key,
            generation: facts.generation,
            created: facts.created,
            archive: facts.archive,
            environment: facts.environment,
            index_root: None,
            encapsulated: encapsulated.to_bytes().as_slice().try_into().map_err(altered)?,
            sealed: sealed.as_slice().try_into().map_err(altered)?,
            commitment: key.commitment(facts.archive),
        })
    }

    /// The same capsule naming the archive's index root, which is known only when all is written.
    #[must_use]
    pub fn with_index_root(&self, root: Digest) -> Self {
        Self { index_root: Some(root), ..self.clone() }
    }

    /// Opens the capsule and checks the key's commitment before anybody uses the key.
    ///
    /// # Errors
    ///
    /// The capsule belongs to another master key, or was altered.
    pub fn open(&self, master: &MasterKey) -> Result<ArchiveKey, KeysError> {
        let given = master.recipient().fingerprint();
        if given != self.fingerprint {
            let (archive, belongs) = (self.archive, self.fingerprint);
            return Err(KeysError::OtherKey { archive, belongs, given });
        }
        let altered = || KeysError::CapsuleAltered { archive: self.archive };
        let encapsulated = <Kem as hpke::Kem>::EncappedKey::from_bytes(&self.encapsulated)
            .map_err(|_| altered())?;
        let opened = hpke::single_shot_open::<Aead, Kdf, Kem>(
            &OpModeR::Base,
            &master.private,
            &encapsulated,
            &info(&self.facts()),
            &self.sealed,
            &[],
        )
        .map_err(|_| altered())?;
        let key = secret::SecretBytes::take(opened);
        let key = ArchiveKey::from_secret(Secret::from_slice(key.expose()).ok_or_else(altered)?);
        let matches: bool = key.commitment(self.archive).ct_eq(&self.commitment).into();
        if matches { Ok(key) } else { Err(altered()) }
    }

    /// What the capsule says about itself.
    pub fn facts(&self) -> CapsuleFacts {
        CapsuleFacts {
            archive: self.archive,
            environment: self.environment,
            key: self.key,
            generation: self.generation,
            created: self.created,
        }
    }

    /// The fingerprint of the master key it is sealed to.
    pub fn fingerprint(&self) -> Fingerprint {
        self.fingerprint
    }

    /// The archive's index root, in copies written after the archive was complete.
    pub fn index_root(&self) -> Option<Digest> {
        self.index_root
    }

    /// The capsule in its one encoding.
    pub fn encode(&self) -> Vec<u8> {
        terms::encode(self)
    }

    /// Reads a capsule and refuses versions and suites this program does not know (keys-1 K9).
    ///
    /// # Errors
    ///
    /// The bytes are no capsule in canonical encoding, or one of an unknown version or suite.
    pub fn decode(bytes: &[u8]) -> Result<Self, KeysError> {
        let capsule: Self = terms::decode(bytes)?;
        if capsule.version != VERSION || capsule.suite != SUITE {
            let Self { version, suite, .. } = capsule;
            return Err(KeysError::UnknownSuite { version, suite });
        }
        Ok(capsule)
    }
}

/// The bytes bound into the seal: label, suite, environment, archive, each with its length as two
/// bytes before it (keys-1 K10).
fn info(facts: &CapsuleFacts) -> Vec<u8> {
    let environment = facts.environment.map_or("unstated", Environment::as_str);
    let parts: [&[u8]; 4] =
        [b"strongroom/capsule/1", &suite_bytes(), environment.as_bytes(), facts.archive.as_bytes()];
    let mut info = Vec::new();
    for part in parts {
        // Every part is shorter than 256 bytes.
        info.extend([0, part.len().to_le_bytes()[0]]);
        info.extend(part);
    }
    info
}

#[cfg(test)]
mod tests {
    use rand_chacha::ChaCha20Rng;
    use rand_chacha::rand_core::SeedableRng;

    use super::*;
    use crate::Seed;

    fn facts() -> CapsuleFacts {
        CapsuleFacts {
            archive: ArchiveId::from_bytes([7; 16]),
            environment: Some(Environment::Drill),
            key: Some(KeyName { environment: Environment::Drill, version: 1 }),
            generation: 1,
            created: Timestamp::from_unix(1_700_000_000),
        }
    }

    fn sealed() -> (MasterKey, ArchiveKey, Capsule) {
        let mut rng = ChaCha20Rng::from_seed([1; 32]);
        let master = MasterKey::derive(&Seed::generate(&mut rng));
        let key = ArchiveKey::generate(&mut rng);
        let capsule = Capsule::seal(master.recipient(), &key, facts(), &mut rng).unwrap();
        (master, key, capsule)
    }

    #[test]
    fn a_capsule_opens_with_its_master_key_and_with_no_other() {
        let (master, key, capsule) = sealed();
        assert_eq!(capsule.open(&master).unwrap(), key);
        let other = MasterKey::derive(&Seed::from_secret(Secret::from_fill(|b| b.fill(9))));
        let error = capsule.open(&other).unwrap_err();
        assert!(matches!(error, KeysError::OtherKey { .. }), "{error}");
    }

    #[test]
    fn a_capsule_has_one_encoding_and_survives_it() {
        let (_, _, capsule) = sealed();
        let root = Digest::from_bytes([3; 32]);
        for capsule in [capsule.clone(), capsule.with_index_root(root)] {
            assert_eq!(Capsule::decode(&capsule.encode()).unwrap(), capsule);
        }
    }

    #[test]
    fn every_bound_fact_that_changes_keeps_the_capsule_shut() {
        let (master, _, capsule) = sealed();
        let changed = [
            Capsule { environment: Some(Environment::Production), ..capsule.clone() },
            Capsule { environment: None, ..capsule.clone() },
            Capsule { archive: ArchiveId::from_bytes([8; 16]), ..capsule.clone() },
            Capsule { commitment: [0; 32], ..capsule.clone() },
        ];
        for capsule in changed {
            let altered = KeysError::CapsuleAltered { archive: capsule.archive };
            assert_eq!(capsule.open(&master).unwrap_err(), altered);
        }
    }

    #[test]
    fn every_byte_of_the_seal_matters() {
        let (master, _, capsule) = sealed();
        for at in [0, 600, 1087, 1088, 1119] {
            let mut changed = capsule.clone();
            changed.encapsulated[at] ^= 1;
            assert!(changed.open(&master).is_err(), "encapsulated byte {at}");
        }
        for at in 0..SEALED_BYTES {
            let mut changed = capsule.clone();
            changed.sealed[at] ^= 1;
            assert!(changed.open(&master).is_err(), "sealed byte {at}");
        }
    }

    #[test]
    fn an_unknown_suite_or_version_is_a_clear_refusal() {
        let (_, _, capsule) = sealed();
        let later = Capsule { version: 2, ..capsule.clone() };
        let other = Capsule { suite: [0x0051, 1, 2], ..capsule };
        for capsule in [later, other] {
            let error = Capsule::decode(&capsule.encode()).unwrap_err();
            assert!(matches!(error, KeysError::UnknownSuite { .. }), "{error}");
        }
    }
}
