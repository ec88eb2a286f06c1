//! Who opens what is sealed in threshold mode.

use minicbor::{Decode, Encode};
use quorum::{GroupPolicy, QuorumPolicy};
use sha2::{Digest as _, Sha256};
use terms::{Canonical, Fingerprint, KeyName};
use token::{HybridKey, Serial};

use super::ThresholdError;

/// The longest lock, refused before anything is decoded (threshold-1 T1).
const LOCK_MAX_BYTES: usize = 512 * 1024;
const VERSION: u8 = 1;
/// KEM, KDF and AEAD by their numbers in the HPKE registries (threshold-1 T2).
const SUITE: [u8; 6] = [0x00, 0x50, 0x00, 0x01, 0x00, 0x02];

/// The token of a holder, and what is sealed to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenKey {
    /// Who has it.
    pub holder: String,
    /// Which token.
    pub serial: Serial,
    /// Its key in slot 9d, and the ML-KEM key whose seed lies on it.
    pub key: HybridKey,
}

/// A policy with a token for each holder; public (threshold-1 T1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lock {
    record: Record,
    policy: QuorumPolicy,
}

#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
struct Record {
    #[n(0)]
    version: u8,
    #[n(1)]
    key: KeyName,
    #[n(2)]
    group_threshold: u8,
    #[n(3)]
    groups: Vec<Group>,
}

#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
struct Group {
    #[n(0)]
    name: String,
    #[n(1)]
    threshold: u8,
    #[n(2)]
    holders: Vec<Holder>,
}

#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
struct Holder {
    #[n(0)]
    name: String,
    #[n(1)]
    token: u32,
    #[n(2)]
    key: HybridKey,
}

impl Holder {
    fn token_key(self) -> TokenKey {
        TokenKey { holder: self.name, serial: Serial(self.token), key: self.key }
    }
}

impl Canonical for Record {
    const NAME: &'static str = "a lock";
}

impl Lock {
    /// Takes a policy and one token for each of its holders.
    ///
    /// # Errors
    ///
    /// A holder has no token or two, or two have the same one.
    pub fn new(
        key: KeyName,
        policy: &QuorumPolicy,
        tokens: &[TokenKey],
    ) -> Result<Self, ThresholdError> {
        let holder = |name: &String| {
            let mut own = tokens.iter().filter(|token| token.holder == *name);
            match (own.next(), own.next()) {
                (Some(TokenKey { serial, key, .. }), None) => {
                    Ok(Holder { name: name.clone(), token: serial.0, key: key.clone() })
                }
                _ => Err(ThresholdError::OneToken { holder: name.clone() }),
            }
        };
        let group = |group: &GroupPolicy| {
            let holders = group.holders().iter().map(holder).collect::<Result<_, _>>()?;
            let (name, threshold) = (group.name().to_owned(), group.threshold());
            Ok::<_, ThresholdError>(Group { name, threshold, holders })
        };
        let groups = policy.groups().iter().map(group).collect::<Result<_, _>>()?;
        let group_threshold = policy.group_threshold();
        Self::of(Record { version: VERSION, key, group_threshold, groups })
    }

    fn of(record: Record) -> Result<Self, ThresholdError> {
        if record.version != VERSION || record.key.version == 0 {
            return Err(ThresholdError::Unknown { record: "lock" });
        }
        let groups = record.groups.iter().map(|group| {
            let names: Vec<_> = group.holders.iter().map(|holder| holder.name.as_str()).collect();
            GroupPolicy::new(&group.name, group.threshold, &names)
        });
        let groups = groups.collect::<Result<_, _>>()?;
        let policy = QuorumPolicy::new(record.group_threshold, groups)?;
        let mut seen: Vec<&Holder> = Vec::new();
        for holder in record.groups.iter().flat_map(|group| &group.holders) {
            let is_same = |other: &&Holder| {
                other.token == holder.token || other.key.agreement() == holder.key.agreement()
            };
            if seen.iter().any(is_same) {
                return Err(ThresholdError::SameToken { serial: Serial(holder.token) });
            }
            seen.push(holder);
        }
        Ok(Self { record, policy })
    }

    /// The name that archives sealed to this lock carry.
    pub fn key(&self) -> KeyName {
        self.record.key
    }

    /// Who opens.
    pub fn policy(&self) -> &QuorumPolicy {
        &self.policy
    }

    /// The token of the holder at a place.
    pub fn token(&self, group: u8, member: u8) -> Option<TokenKey> {
        let holders = &self.record.groups.get(usize::from(group))?.holders;
        holders.get(usize::from(member)).cloned().map(Holder::token_key)
    }

    /// Names the lock; people compare its first 8 bytes as words (threshold-1 T2).
    pub fn fingerprint(&self) -> Fingerprint {
        let mut bytes = [0; 20];
        bytes.copy_from_slice(&self.digest()[..20]);
        Fingerprint::from_bytes(bytes)
    }

    /// All 32 bytes that the fingerprint begins (threshold-1 T2).
    pub(super) fn digest(&self) -> [u8; 32] {
        Sha256::new().chain_update(SUITE).chain_update(self.encode()).finalize().into()
    }

    /// Every holder's token, in the order in which the lock names them.
    pub fn tokens(&self) -> impl Iterator<Item = TokenKey> {
        let holders = self.record.groups.iter().flat_map(|group| &group.holders);
        holders.cloned().map(Holder::token_key)
    }

    /// The one encoding.
    pub fn encode(&self) -> Vec<u8> {
        terms::encode(&self.record)
    }

    /// Reads a lock; accepts its one encoding only (threshold-1 T1).
    ///
    /// # Errors
    ///
    /// The bytes are no lock, or one that no policy fits.
    pub fn decode(bytes: &[u8]) -> Result<Self, ThresholdError> {
        if bytes.len() > LOCK_MAX_BYTES {
            return Err(ThresholdError::TooLong { record: "lock" });
        }
        Self::of(terms::decode(bytes)?)
    }
}
