//! What holds for every policy, every choice of shares and every single change.

use keys::Seed;
use proptest::prelude::*;
use terms::Problem;

use super::{bare, facts, made, offered, open, rng, with_bit_changed};
use crate::slip39::WordsError;
use crate::{GroupPolicy, QuorumPolicy, Reason, ShareWords, Split, UntrustedQuorum, split};

/// Small policies: one to three groups of one to four holders.
fn policies() -> impl Strategy<Value = QuorumPolicy> {
    let group = (1..=4_u8).prop_flat_map(|count| (1..=count, Just(count)));
    let groups = prop::collection::vec(group, 1..=3);
    let with_threshold =
        groups.prop_flat_map(|groups| (1..=u8::try_from(groups.len()).unwrap(), Just(groups)));
    with_threshold.prop_map(|(needed, groups)| {
        let group = |(at, (threshold, count)): (usize, &(u8, u8))| {
            let holders: Vec<_> =
                (0..*count).map(|member| format!("holder {at}-{member}")).collect();
            let holders: Vec<&str> = holders.iter().map(String::as_str).collect();
            GroupPolicy::new(&format!("group {at}"), *threshold, &holders).unwrap()
        };
        QuorumPolicy::new(needed, groups.iter().enumerate().map(group).collect()).unwrap()
    })
}

/// Whether the chosen shares are a quorum, counted from the policy alone.
fn is_quorum(policy: &QuorumPolicy, made: &Split, chosen: u16) -> bool {
    let came = |group: usize| {
        let of_group = |(at, share): &(usize, &crate::Share)| {
            chosen >> at & 1 == 1 && usize::from(share.record.place().group) == group
        };
        made.shares.iter().enumerate().filter(of_group).count()
    };
    let groups = policy.groups().iter().enumerate();
    let full = groups.filter(|(at, group)| came(*at) >= usize::from(group.threshold())).count();
    full >= usize::from(policy.group_threshold())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn shares_open_the_key_exactly_if_they_are_a_quorum(
        policy in policies(), chosen: u16, number: u8, has_records: bool, is_described: bool,
    ) {
        let mut rng = rng(number);
        let seed = Seed::generate(&mut rng);
        let made = split(&seed, &policy, &facts(&seed, number), &mut rng).unwrap();
        let description = is_described.then(|| made.description.clone());
        let fingerprint = Some(facts(&seed, number).recipient_fingerprint);
        let shares = made.shares.iter().enumerate().filter(|(at, _)| chosen >> at & 1 == 1);
        let shares = shares.map(|(_, share)| {
            if has_records { offered(share) } else { bare("typed", &share.words) }
        });
        let opened = open(UntrustedQuorum::new(description, fingerprint, None), shares);
        match opened {
            Ok(combined) => {
                prop_assert!(is_quorum(&policy, &made, chosen));
                prop_assert_eq!(combined.seed, seed);
                prop_assert!(combined.findings.is_empty());
            }
            Err(rejection) => {
                prop_assert!(!is_quorum(&policy, &made, chosen));
                prop_assert!(rejection.code().starts_with("SR-QUORUM-TOO-FEW"), "{}", rejection);
            }
        }
    }

    #[test]
    fn every_change_of_one_word_is_noticed(
        at in 0..5_usize, position in 0..33_usize, word in 0..1024_usize,
    ) {
        let (_, made) = made(3);
        let text = made.shares[at].words.to_text();
        let mut words: Vec<&str> = text.expose().split(' ').collect();
        let other = include_str!("../slip39/words.txt").lines().nth(word).unwrap();
        prop_assume!(words[position] != other);
        words[position] = other;
        prop_assert_eq!(ShareWords::parse(&words.join(" ")), Err(WordsError::Checksum));
    }

    #[test]
    fn no_text_whatever_breaks_the_readers(text in "\\PC{0,400}", bytes: Vec<u8>) {
        let _ = ShareWords::parse(&text);
        let _ = crate::OfferedShare::parse("x", &text);
        let _ = crate::ShareRecord::decode(&bytes);
        let _ = crate::SplitDescription::decode(&bytes);
    }
}

#[test]
fn every_single_bit_change_of_a_share_is_detected_by_its_commitment() {
    let (_, made) = made(4);
    for share in [&made.shares[0], &made.shares[3]] {
        for bit in 0..256 {
            let changed = with_bit_changed(&share.words, bit);
            assert_eq!(share.record.check_words(&changed), Err(Reason::Altered), "bit {bit}");
        }
    }
}
