//! The capsule: an archive key sealed to a master key, small and detachable.

use minicbor::{Decode, Encode};
use rand_core::CryptoRng;
use secret::Secret;
use subtle::ConstantTimeEq;
use terms::{
    ArchiveId, CanonError, Canonical, Digest, Environment, Fingerprint, KeyName, Timestamp,
};

use crate::suite::{Aead, ENCAPSULATED_BYTES, SUITE, suite_bytes};
use crate::{ArchiveKey, COMMITMENT_BYTES, KeysError, MasterKey, Recipient};

/// Version of the capsule's encoding.
const VERSION: u8 = 1;
/// The longest capsule, refused before anything is decoded (keys-1 K8).
pub const CAPSULE_MAX_BYTES: usize = 2048;
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
    /// The facts contradict themselves, or the recipient's public key is one that no key pair has.
    pub fn seal(
        recipient: &Recipient,
        key: &ArchiveKey,
        facts: CapsuleFacts,
        rng: &mut dyn CryptoRng,
    ) -> Result<Self, KeysError> {
        facts.check()?;
        let altered = |_| KeysError::CapsuleAltered { archive: facts.archive };
        let (encapsulated, sealed) = recipient.seal::<Aead>(&info(&facts), key.expose(), rng)?;
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
            encapsulated,
            sealed: sealed.as_slice().try_into().map_err(altered)?,
            commitment: key.commitment(facts.archive),
        })
    }

    /// The same capsule naming the archive's index root, which is known only when all is written.
    #[must_use]
    pub fn with_index_root(&self, root: Digest) -> Self {
        Self { index_root: Some(root), ..self.clone() }
    }

    /// The same capsule as it was before its archive had an index root.
    #[must_use]
    pub fn without_index_root(&self) -> Self {
        Self { index_root: None, ..self.clone() }
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
        let info = info(&self.facts());
        let key = master.open::<Aead>(&info, &self.encapsulated, &self.sealed);
        let key = key.ok_or_else(altered)?;
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

    /// Reads a capsule.
    ///
    /// # Errors
    ///
    /// The bytes are one of an unknown version or suite (keys-1 K9), or no capsule in canonical
    /// encoding, or one that contradicts itself (keys-1 K8).
    pub fn decode(bytes: &[u8]) -> Result<Self, KeysError> {
        if bytes.len() > CAPSULE_MAX_BYTES {
            let reason = format!("{} bytes are too many", bytes.len());
            return Err(CanonError::Malformed { record: Self::NAME, reason }.into());
        }
        if let Ok((version, suite)) = stated(bytes)
            && (version != VERSION || suite != SUITE)
        {
            return Err(KeysError::UnknownSuite { version, suite });
        }
        let capsule: Self = terms::decode(bytes)?;
        capsule.facts().check()?;
        Ok(capsule)
    }
}

impl CapsuleFacts {
    /// Refuses facts that cannot all be true (keys-1 K8).
    fn check(&self) -> Result<(), KeysError> {
        let refuse = |reason| Err(KeysError::CapsuleFacts { archive: self.archive, reason });
        if self.generation == 0 {
            return refuse("generations count from 1");
        }
        match (self.key, self.environment) {
            (Some(key), _) if key.version == 0 => refuse("master keys count from 1"),
            (Some(key), Some(environment)) if key.environment != environment => {
                refuse("its master key belongs to another environment")
            }
            _ => Ok(()),
        }
    }
}

/// Version and suite, which every version of a capsule begins with (keys-1 K9).
fn stated(bytes: &[u8]) -> Result<(u8, [u16; 3]), minicbor::decode::Error> {
    let mut decoder = minicbor::Decoder::new(bytes);
    decoder.map()?;
    let expect = |is: u8, wanted: u8| {
        if is == wanted { Ok(()) } else { Err(minicbor::decode::Error::message("another key")) }
    };
    expect(decoder.u8()?, 0)?;
    let version = decoder.u8()?;
    expect(decoder.u8()?, 1)?;
    Ok((version, decoder.decode()?))
}

/// The bytes bound into the seal: label, suite, environment, archive, each with its length as two
/// bytes before it (keys-1 K10).
pub(crate) fn info(facts: &CapsuleFacts) -> Vec<u8> {
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
#[path = "capsule_tests.rs"]
mod tests;
