//! The split of one archive's seed.

use keys::{MasterKey, Recipient, Seed};
use minicbor::bytes::ByteVec;
use minicbor::{Decode, Encode};
use quorum::{OfferedShare, ShareRecord, SplitDescription, SplitFacts, split};
use rand_core::CryptoRng;
use secret::{SecretBytes, SecretText};
use terms::{Canonical, Fingerprint, SplitId, Timestamp, VaultId};
use token::{Binding, HybridEnvelope, Pin, Serial, Token, Touch};

use super::{ProvedLock, ThresholdError};

/// The longest record, refused before anything is decoded (threshold-1 T5).
const MAX_BYTES: usize = 2 * 1024 * 1024;
const LABEL: &str = "strongroom/archive-split";
const VERSION: u8 = 1;

/// What is kept of the seed of one archive: public, and beside it (threshold-1 T5).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArchiveSplit {
    lock: Fingerprint,
    description: SplitDescription,
    envelopes: Vec<HybridEnvelope>,
}

#[derive(Debug, Encode, Decode)]
struct Record {
    #[n(0)]
    label: String,
    #[n(1)]
    version: u8,
    #[n(2)]
    lock: Fingerprint,
    #[n(3)]
    description: ByteVec,
    #[n(4)]
    envelopes: Vec<ByteVec>,
}

impl Canonical for Record {
    const NAME: &'static str = "the split of an archive";
}

impl ArchiveSplit {
    /// Draws the seed of one archive, splits it among the tokens of `lock`, and forgets it. What is
    /// returned first is what the archive is sealed to (threshold-1 T3, T4).
    ///
    /// # Errors
    ///
    /// The randomness repeats itself, or a share proves wrong; then nothing leaves this function.
    pub fn make(
        lock: &ProvedLock,
        vault: Option<VaultId>,
        rng: &mut dyn CryptoRng,
        now: Timestamp,
    ) -> Result<(Recipient, Self), ThresholdError> {
        let lock = lock.lock();
        let seed = Seed::generate(rng);
        let recipient = MasterKey::derive(&seed).recipient().clone();
        let mut id = [0; 16];
        rng.fill_bytes(&mut id);
        let facts = SplitFacts {
            vault,
            key: lock.key(),
            recipient_fingerprint: recipient.fingerprint(),
            split: SplitId::from_bytes(id),
            created: now,
        };
        let done = split(&seed, lock.policy(), &facts, rng)?;
        drop(seed);
        let mut envelopes = Vec::new();
        for share in &done.shares {
            let place = share.record.place();
            let missing = || ThresholdError::OneToken { holder: place.holder.clone() };
            let token = lock.token(place.group, place.member).ok_or_else(missing)?;
            let content = SecretBytes::from_slice(share.words.to_text().expose().as_bytes());
            let binding = binding(&share.record);
            let sealed = HybridEnvelope::seal(&content, &binding, token.serial, &token.key, rng)?;
            envelopes.push(sealed);
        }
        let (lock, description) = (lock.fingerprint(), done.description);
        Ok((recipient, Self { lock, description, envelopes }))
    }

    /// The lock that it was made for.
    pub fn lock(&self) -> Fingerprint {
        self.lock
    }

    /// Who holds which share.
    pub fn description(&self) -> &SplitDescription {
        &self.description
    }

    /// The token that the share of `holder` is sealed to.
    pub fn token_of(&self, holder: &str) -> Option<Serial> {
        self.held_by(holder).map(|(_, envelope)| envelope.token())
    }

    /// `holder` brings the share of this archive with the token, after PIN and touch; what comes
    /// out opens no other archive.
    ///
    /// # Errors
    ///
    /// Nobody of that name holds a share, the token refuses, or the envelope was altered.
    pub fn bring(
        &self,
        holder: &str,
        token: &mut dyn Token,
        pin: &Pin<'_>,
        touch: &mut dyn FnMut(Touch),
    ) -> Result<OfferedShare, ThresholdError> {
        let nobody = || ThresholdError::NoShare { holder: holder.to_owned() };
        let (record, envelope) = self.held_by(holder).ok_or_else(nobody)?;
        let content = envelope.open(token, pin, &binding(record), touch)?;
        let words = SecretText::from_utf8(content).unwrap_or_else(|_| SecretText::from_exposed(""));
        Ok(OfferedShare::from_record(holder, record.clone(), words.expose()))
    }

    fn held_by(&self, holder: &str) -> Option<(&ShareRecord, &HybridEnvelope)> {
        let pairs = self.description.records().iter().zip(&self.envelopes);
        pairs.into_iter().find(|(record, _)| record.place().holder == holder)
    }

    /// How the file is called that lies beside an archive sealed to `recipient`: whoever has
    /// the archive finds it (threshold-1 T11).
    pub fn file_name(recipient: &Fingerprint) -> String {
        format!("{recipient}.split")
    }

    /// The one encoding.
    pub fn encode(&self) -> Vec<u8> {
        terms::encode(&Record {
            label: LABEL.to_owned(),
            version: VERSION,
            lock: self.lock,
            description: self.description.encode().into(),
            envelopes: self.envelopes.iter().map(|envelope| envelope.encode().into()).collect(),
        })
    }

    /// Reads the split of an archive; accepts its one encoding only, and one envelope for each
    /// record, in their order and bound to it (threshold-1 T5, T6).
    ///
    /// # Errors
    ///
    /// The bytes are no such record, or an envelope belongs to something else.
    pub fn decode(bytes: &[u8]) -> Result<Self, ThresholdError> {
        if bytes.len() > MAX_BYTES {
            return Err(ThresholdError::TooLong { record: "split of an archive" });
        }
        let record: Record = terms::decode(bytes)?;
        if (record.label.as_str(), record.version) != (LABEL, VERSION) {
            return Err(ThresholdError::Unknown { record: "split of an archive" });
        }
        let description = SplitDescription::decode(&record.description)?;
        let envelopes =
            record.envelopes.iter().map(|bytes| HybridEnvelope::decode(bytes.as_slice()));
        let envelopes: Vec<_> = envelopes.collect::<Result<_, _>>()?;
        let records = description.records();
        if envelopes.len() != records.len() {
            return Err(ThresholdError::Unknown { record: "split of an archive" });
        }
        for (record, envelope) in records.iter().zip(&envelopes) {
            if *envelope.binding() != binding(record) {
                let holder = record.place().holder.clone();
                return Err(ThresholdError::ForeignEnvelope { holder });
            }
        }
        Ok(Self { lock: record.lock, description, envelopes })
    }
}

/// What the envelope of a share is bound to (envelope-1 E5).
fn binding(record: &ShareRecord) -> Binding {
    let (facts, place) = (record.facts(), record.place());
    Binding {
        vault: facts.vault,
        key: facts.key,
        split: facts.split,
        group: place.group,
        member: place.member,
        holder: place.holder.clone(),
    }
}
