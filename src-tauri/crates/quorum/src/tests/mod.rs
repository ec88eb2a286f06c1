//! Promises of the whole way: policy, split, sheets, offers, combination.

mod forged;
mod offers;
mod policies;
mod properties;
mod records;
mod sheets;
mod splits;

use keys::{MasterKey, Seed};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use terms::{SplitId, Timestamp, VaultId};

use crate::slip39::ShareWords;
use crate::{
    Combined, GroupPolicy, OfferedShare, QuorumPolicy, Rejection, Share, Split, SplitFacts,
    UntrustedQuorum, combine, split,
};

pub(super) fn rng(seed: u8) -> ChaCha20Rng {
    ChaCha20Rng::from_seed([seed; 32])
}

/// Two of three custodians and one of two officers.
pub(super) fn policy() -> QuorumPolicy {
    let custodians = GroupPolicy::new("custodians", 2, &["Ada", "Ben", "Cleo"]).unwrap();
    let officers = GroupPolicy::new("officers", 1, &["Dora", "Emil"]).unwrap();
    QuorumPolicy::new(2, vec![custodians, officers]).unwrap()
}

pub(super) fn facts(seed: &Seed, id: u8) -> SplitFacts {
    SplitFacts {
        vault: Some(VaultId::from_bytes([9; 16])),
        key: "drill/1".parse().unwrap(),
        recipient_fingerprint: MasterKey::derive(seed).recipient().fingerprint(),
        split: SplitId::from_bytes([id; 16]),
        created: Timestamp::from_unix(1_795_532_645),
    }
}

/// A split of a seed that `number` determines.
pub(super) fn made(number: u8) -> (Seed, Split) {
    let mut rng = rng(number);
    let seed = Seed::generate(&mut rng);
    let split = split(&seed, &policy(), &facts(&seed, number), &mut rng).unwrap();
    (seed, split)
}

pub(super) fn offered(share: &Share) -> OfferedShare {
    let from = share.record.place().holder.clone();
    OfferedShare::from_record(&from, share.record.clone(), share.words.to_text().expose())
}

pub(super) fn bare(from: &str, words: &ShareWords) -> OfferedShare {
    OfferedShare::from_words(from, words.to_text().expose())
}

/// Offers everything and goes the whole way.
pub(super) fn open(
    mut quorum: UntrustedQuorum,
    shares: impl IntoIterator<Item = OfferedShare>,
) -> Result<Combined, Rejection> {
    for share in shares {
        // Refusals come back with the result.
        let _ = quorum.offer(share);
    }
    quorum.validate().and_then(combine)
}

/// A share with one bit of its value changed and a checksum that matches.
pub(super) fn with_bit_changed(words: &ShareWords, bit: usize) -> ShareWords {
    let mut value = secret::SecretBytes::from_slice(words.value().expose());
    value.expose_mut()[bit / 8] ^= 1 << (bit % 8);
    let header = *words.header();
    ShareWords::new(header, value)
}
