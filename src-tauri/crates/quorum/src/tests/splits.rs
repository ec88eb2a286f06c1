//! Splitting: every share is proved, and nothing leaves when something is odd.

use std::collections::BTreeSet;

use keys::Seed;
use rand_chacha::rand_core::{self, TryCryptoRng, TryRng};
use secret::Secret;
use terms::{Fingerprint, Problem};

use super::{facts, made, policy, rng};
use crate::slip39::ShareWords;
use crate::{QuorumError, SplitDescription, split};

#[test]
fn every_holder_gets_a_share_that_checks_against_the_description() {
    let (_, made) = made(1);
    assert_eq!(made.shares.len(), 5);
    assert_eq!(made.description.policy().as_ref(), Ok(&policy()));
    for (share, record) in made.shares.iter().zip(made.description.records()) {
        assert_eq!(&share.record, record);
        assert_eq!(share.check(record), Ok(()));
        assert_eq!(ShareWords::parse(share.words.to_text().expose()).as_ref(), Ok(&share.words));
    }
    let holders: Vec<_> = made.shares.iter().map(|s| s.record.place().holder.as_str()).collect();
    assert_eq!(holders, ["Ada", "Ben", "Cleo", "Dora", "Emil"]);
}

#[test]
fn officers_of_whom_one_is_enough_hold_the_same_words_with_different_commitments() {
    let (_, made) = made(1);
    let [dora, emil] = [&made.shares[3], &made.shares[4]];
    assert_eq!(dora.words, emil.words);
    assert_ne!(dora.record.commitment(), emil.record.commitment());
    assert_eq!(dora.check(&emil.record), Ok(()));
    let salts: BTreeSet<_> = made.shares.iter().map(|share| share.record.salt()).collect();
    assert_eq!(salts.len(), 5);
}

#[test]
fn no_share_checks_against_the_record_of_another() {
    let (_, made) = made(1);
    for (at, share) in made.shares.iter().enumerate() {
        for (other, record) in made.description.records().iter().enumerate() {
            let is_same = at == other || (at >= 3 && other >= 3);
            assert_eq!(share.check(record).is_ok(), is_same, "{at} and {other}");
        }
    }
}

#[test]
fn the_announced_key_is_the_one_that_is_split() {
    let seed = Seed::generate(&mut rng(1));
    let mut facts = facts(&seed, 1);
    facts.recipient_fingerprint = Fingerprint::from_bytes([0; 20]);
    let error = split(&seed, &policy(), &facts, &mut rng(2)).unwrap_err();
    assert_eq!(error.code(), "SR-QUORUM-FACTS");
}

/// Gives one block over and over.
struct Stuck(&'static [u8]);

impl TryRng for Stuck {
    type Error = rand_core::Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
        Ok(4)
    }

    fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
        Ok(4)
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Self::Error> {
        let source = self.0.iter().cycle();
        bytes.iter_mut().zip(source).for_each(|(byte, value)| *byte = *value);
        Ok(())
    }
}

impl TryCryptoRng for Stuck {}

#[test]
fn randomness_that_repeats_itself_is_refused() {
    let seed = Seed::generate(&mut rng(1));
    for block in [&[0][..], &[0xff], &[1, 2, 3, 4]] {
        let refused = split(&seed, &policy(), &facts(&seed, 1), &mut Stuck(block));
        assert_eq!(refused.unwrap_err(), QuorumError::Randomness);
    }
}

#[test]
fn two_splits_of_one_seed_share_no_words_and_both_give_it() {
    let seed = Seed::from_secret(Secret::from_fill(|bytes| bytes.fill(7)));
    let [a, b] = [1, 2].map(|n| split(&seed, &policy(), &facts(&seed, n), &mut rng(n)).unwrap());
    assert_ne!(a.description.identifier(), b.description.identifier());
    for (a, b) in a.shares.iter().zip(&b.shares) {
        assert_ne!(a.words.value(), b.words.value());
    }
}

#[test]
fn a_description_is_complete_and_of_one_split() {
    let (_, one) = made(1);
    let (_, two) = made(2);
    let records = || one.description.records().to_vec();
    assert_eq!(SplitDescription::decode(&one.description.encode()).as_ref(), Ok(&one.description));
    let mut cases = vec![vec![], records()[..4].to_vec(), records()[1..].to_vec()];
    cases.push([&records()[..1], &records()[..]].concat());
    cases.push([&records()[3..], &records()[..3]].concat());
    cases.push([&records()[..4], &two.description.records()[4..]].concat());
    cases.push([&records()[..3], &records()[..3]].concat());
    for (at, case) in cases.into_iter().enumerate() {
        let refused = SplitDescription::new(case).unwrap_err();
        assert_eq!(refused.code(), "SR-QUORUM-DESCRIPTION", "case {at}");
    }
    let mut bytes = one.description.encode();
    bytes.push(0);
    assert!(SplitDescription::decode(&bytes).is_err());
    assert!(SplitDescription::decode(&vec![0; 600_000]).is_err());
}
