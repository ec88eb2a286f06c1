//! A share and its public record.

use minicbor::{Decode, Encode};
use secret::SecretText;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq;
use terms::{Canonical, Digest, Fingerprint, KeyName, SplitId, Timestamp, VaultId};

use crate::finding::Reason;
use crate::policy::check_name;
use crate::slip39::COUNT_MAX;
use crate::{QuorumError, ShareWords};

/// Bytes of a commitment's salt.
pub const SALT_BYTES: usize = 32;
/// Version of the record's encoding.
const VERSION: u8 = 1;
/// The longest record, refused before anything is decoded (share-1 S10).
const RECORD_MAX_BYTES: usize = 1024;
/// What every commitment begins with (share-1 S13). Labels for proofs of possession have a
/// beginning of their own, which is reserved (share-1 S36).
const LABEL: &[u8] = b"strongroom/share-commitment/1\0";

/// What a split belongs to; the same in all its records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SplitFacts {
    /// The vault, if the split was made in one.
    pub vault: Option<VaultId>,
    /// The master key's name, and with it the environment.
    pub key: KeyName,
    /// Fingerprint of the master key's recipient: the last judge of a combination.
    pub recipient_fingerprint: Fingerprint,
    /// The act of splitting.
    pub split: SplitId,
    /// When it was split.
    pub created: Timestamp,
}

/// A share's place in its split and who holds it; numbers count from 0.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Place {
    /// The group's number.
    #[n(0)]
    pub group: u8,
    /// The group's name.
    #[n(1)]
    pub group_name: String,
    /// How many groups there are.
    #[n(2)]
    pub group_count: u8,
    /// How many groups open the key.
    #[n(3)]
    pub group_threshold: u8,
    /// The holder's number within the group.
    #[n(4)]
    pub member: u8,
    /// Who holds the share.
    #[n(5)]
    pub holder: String,
    /// How many holders the group has.
    #[n(6)]
    pub member_count: u8,
    /// How many of them speak for the group.
    #[n(7)]
    pub member_threshold: u8,
}

/// Everything public about one share (share-1 S9 to S13).
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct ShareRecord {
    #[n(0)]
    version: u8,
    #[n(1)]
    vault: Option<VaultId>,
    #[n(2)]
    key: KeyName,
    #[n(3)]
    recipient_fingerprint: Fingerprint,
    #[n(4)]
    split: SplitId,
    #[n(5)]
    created: Timestamp,
    #[n(6)]
    identifier: u16,
    #[n(7)]
    place: Place,
    #[cbor(n(8), with = "minicbor::bytes")]
    salt: [u8; SALT_BYTES],
    #[n(9)]
    commitment: Digest,
}

impl Canonical for ShareRecord {
    const NAME: &'static str = "a share record";
}

/// One share as it is handed to its holder.
#[derive(Debug)]
pub struct Share {
    /// What the registry, the minutes and the sheet's code show.
    pub record: ShareRecord,
    /// What only the holder may see.
    pub words: ShareWords,
}

impl ShareRecord {
    /// Records a share of a split and commits to its words.
    pub(crate) fn new(
        facts: &SplitFacts,
        place: Place,
        salt: [u8; SALT_BYTES],
        words: &ShareWords,
    ) -> Self {
        Self {
            version: VERSION,
            vault: facts.vault,
            key: facts.key,
            recipient_fingerprint: facts.recipient_fingerprint,
            split: facts.split,
            created: facts.created,
            identifier: words.header().identifier,
            place,
            salt,
            commitment: commitment(facts.split, &salt, words),
        }
    }

    /// A record from what a sheet says.
    pub(crate) fn from_parts(
        facts: SplitFacts,
        identifier: u16,
        place: Place,
        salt: [u8; SALT_BYTES],
        commitment: Digest,
    ) -> Result<Self, QuorumError> {
        let SplitFacts { vault, key, recipient_fingerprint, split, created } = facts;
        let record = Self {
            version: VERSION,
            vault,
            key,
            recipient_fingerprint,
            split,
            created,
            identifier,
            place,
            salt,
            commitment,
        };
        record.check()?;
        Ok(record)
    }

    /// The one encoding, also what the sheet's code holds (share-1 S10, S19).
    pub fn encode(&self) -> Vec<u8> {
        terms::encode(self)
    }

    /// Reads a record and refuses every other encoding, and places that cannot be (share-1 S11).
    ///
    /// # Errors
    ///
    /// The bytes are not such a record.
    pub fn decode(bytes: &[u8]) -> Result<Self, QuorumError> {
        if bytes.len() > RECORD_MAX_BYTES {
            return Err(QuorumError::Record { reason: "it is longer than any record" });
        }
        let record: Self = terms::decode(bytes)?;
        record.check()?;
        Ok(record)
    }

    /// What the split belongs to.
    pub fn facts(&self) -> SplitFacts {
        SplitFacts {
            vault: self.vault,
            key: self.key,
            recipient_fingerprint: self.recipient_fingerprint,
            split: self.split,
            created: self.created,
        }
    }

    /// The share's place and holder.
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// The identifier that SLIP-39 gave the split, 15 bits; it is in the first two words.
    pub fn identifier(&self) -> u16 {
        self.identifier
    }

    /// The salt of the commitment.
    pub fn salt(&self) -> &[u8; SALT_BYTES] {
        &self.salt
    }

    /// What the words are compared with.
    pub fn commitment(&self) -> &Digest {
        &self.commitment
    }

    /// Whether this is the share that was handed out (share-1 S12, S13, S14).
    ///
    /// # Errors
    ///
    /// The words belong to another split or another place, or a word's value is not what it was.
    pub fn check_words(&self, words: &ShareWords) -> Result<(), Reason> {
        let header = words.header();
        if header.identifier != self.identifier {
            return Err(Reason::OtherWords);
        }
        let place = &self.place;
        let same_place = header.group == place.group
            && header.group_count == place.group_count
            && header.group_threshold == place.group_threshold
            && header.member_threshold == place.member_threshold
            && header.member == self.slip39_member();
        let committed = commitment(self.split, &self.salt, words);
        let matches = bool::from(committed.as_bytes().ct_eq(self.commitment.as_bytes()));
        if same_place && matches { Ok(()) } else { Err(Reason::Altered) }
    }

    /// The member's number in the words: always 0 where one suffices (share-1 S8).
    fn slip39_member(&self) -> u8 {
        if self.place.member_threshold == 1 { 0 } else { self.place.member }
    }

    fn check_place(&self) -> bool {
        let place = &self.place;
        let within = |number: u8, threshold: u8, count: u8| {
            number < count && (1..=count).contains(&threshold) && count <= COUNT_MAX
        };
        within(place.group, place.group_threshold, place.group_count)
            && within(place.member, place.member_threshold, place.member_count)
    }

    fn check(&self) -> Result<(), QuorumError> {
        let refuse = |reason| Err(QuorumError::Record { reason });
        if self.version != VERSION {
            return refuse("this program does not know its version");
        }
        if self.identifier > 0x7fff || self.key.version == 0 || !self.check_place() {
            return refuse("it names a place that no split has");
        }
        check_name(&self.place.group_name)?;
        check_name(&self.place.holder)?;
        Ok(())
    }
}

impl Share {
    /// Whether the words are those that `record` commits to.
    ///
    /// # Errors
    ///
    /// As [`ShareRecord::check_words`].
    pub fn check(&self, record: &ShareRecord) -> Result<(), Reason> {
        record.check_words(&self.words)
    }

    /// The share as a text file, with its words (share-1 S15 to S17).
    pub fn to_text(&self) -> SecretText {
        crate::text::write(&self.record, &self.words)
    }
}

/// SHA-256 of label, split, salt and the words joined by single spaces (share-1 S13).
fn commitment(split: SplitId, salt: &[u8; SALT_BYTES], words: &ShareWords) -> Digest {
    let hash = Sha256::new().chain_update(LABEL).chain_update(split.as_bytes()).chain_update(salt);
    let hash = hash.chain_update(words.to_text().expose());
    Digest::from_bytes(hash.finalize().into())
}
