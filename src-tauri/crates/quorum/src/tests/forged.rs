//! Forged shares with right checksums and no record: only the combination can tell.

use keys::{MasterKey, Seed};
use rand_chacha::rand_core::Rng;
use secret::{SecretBytes, SecretText};
use terms::{Fingerprint, Problem};

use super::{bare, made, open, rng, with_bit_changed};
use crate::slip39::{self, ShareWords};
use crate::{Finding, Reason, UntrustedQuorum};

fn judged_by(fingerprint: Option<Fingerprint>) -> UntrustedQuorum {
    UntrustedQuorum::new(None, fingerprint, None)
}

fn wrong(findings: &[Finding]) -> Vec<&str> {
    let wrong = findings.iter().filter(|finding| finding.reason == Reason::WrongShare);
    wrong.map(|finding| finding.who.as_ref().unwrap().from.as_str()).collect()
}

fn seed_split(groups: &[(u8, u8)], needed: u8) -> (Seed, Fingerprint, Vec<Vec<ShareWords>>) {
    let mut rng = rng(5);
    let seed = Seed::generate(&mut rng);
    let fingerprint = MasterKey::derive(&seed).recipient().fingerprint();
    let secret = SecretBytes::from_slice(seed.expose());
    let empty = SecretText::from_exposed("");
    let shares = slip39::split(&secret, needed, groups, &empty, &mut rng).unwrap();
    (seed, fingerprint, shares)
}

#[test]
fn two_liars_among_five_are_both_named() {
    let (seed, fingerprint, shares) = seed_split(&[(3, 5)], 1);
    let shares: Vec<_> = (0..5)
        .map(|at| match at {
            1 | 4 => bare(&at.to_string(), &with_bit_changed(&shares[0][at], 9)),
            _ => bare(&at.to_string(), &shares[0][at]),
        })
        .collect();
    let combined = open(judged_by(Some(fingerprint)), shares).unwrap();
    assert_eq!(combined.seed, seed);
    assert_eq!(wrong(&combined.findings), ["1", "4"]);
}

#[test]
fn a_share_that_claims_the_place_of_another_is_found() {
    let (seed, fingerprint, shares) = seed_split(&[(2, 3)], 1);
    let forged = with_bit_changed(&shares[0][0], 0);
    let offers =
        || [bare("forged", &forged), bare("true", &shares[0][0]), bare("other", &shares[0][1])];
    let combined = open(judged_by(Some(fingerprint)), offers()).unwrap();
    assert_eq!(combined.seed, seed);
    assert_eq!(wrong(&combined.findings), ["forged"]);
    // Both in one place are one place: they make no quorum by themselves.
    let pair = offers().into_iter().take(2);
    assert_eq!(open(judged_by(None), pair).unwrap_err().code(), "SR-QUORUM-TOO-FEW");
}

#[test]
fn members_who_conspire_to_another_group_secret_are_named() {
    let (seed, fingerprint, shares) = seed_split(&[(2, 4), (1, 1)], 2);
    let mut rng = rng(6);
    let secret = SecretBytes::from_fill(32, |bytes| rng.fill_bytes(bytes));
    let empty = SecretText::from_exposed("");
    let others = slip39::split(&secret, 1, &[(2, 4)], &empty, &mut rng).unwrap();
    let lie = |at: usize| {
        ShareWords::new(
            *shares[0][at].header(),
            SecretBytes::from_slice(others[0][at].value().expose()),
        )
    };
    let offers = [
        bare("liar 0", &lie(0)),
        bare("liar 1", &lie(1)),
        bare("2", &shares[0][2]),
        bare("3", &shares[0][3]),
        bare("officer", &shares[1][0]),
    ];
    let combined = open(judged_by(Some(fingerprint)), offers).unwrap();
    assert_eq!(combined.seed, seed);
    assert_eq!(wrong(&combined.findings), ["liar 0", "liar 1"]);
}

#[test]
fn a_liar_in_a_group_that_was_not_needed_is_named_too() {
    let (seed, fingerprint, shares) = seed_split(&[(1, 1), (1, 1), (2, 3)], 2);
    let offers = [
        bare("a", &shares[0][0]),
        bare("liar", &with_bit_changed(&shares[1][0], 77)),
        bare("b", &shares[2][0]),
        bare("c", &shares[2][2]),
    ];
    let combined = open(judged_by(Some(fingerprint)), offers).unwrap();
    assert_eq!(combined.seed, seed);
    assert_eq!(wrong(&combined.findings), ["liar"]);
}

#[test]
fn without_digest_the_fingerprint_judges_and_without_both_nobody_is_believed() {
    let (seed, fingerprint, shares) = seed_split(&[(1, 1), (1, 1)], 1);
    let forged = with_bit_changed(&shares[0][0], 3);
    let offers = || [bare("forged", &forged), bare("true", &shares[1][0])];
    let combined = open(judged_by(Some(fingerprint)), offers()).unwrap();
    assert_eq!(combined.seed, seed);
    assert_eq!(wrong(&combined.findings), ["forged"]);
    assert_eq!(open(judged_by(None), offers()).unwrap_err().code(), "SR-QUORUM-DISAGREE");
    let alone = open(judged_by(Some(fingerprint)), [bare("forged", &forged)]).unwrap_err();
    assert_eq!(alone.code(), "SR-QUORUM-OTHER-RESULT");
}

#[test]
fn a_quorum_of_another_key_does_not_open_this_one() {
    let (_, one) = made(1);
    let (seed, _) = made(2);
    let expected = MasterKey::derive(&seed).recipient().fingerprint();
    let offers = [0, 1, 3].map(|at| bare("typed", &one.shares[at].words));
    let rejection = open(judged_by(Some(expected)), offers).unwrap_err();
    assert_eq!(rejection.code(), "SR-QUORUM-OTHER-RESULT");
    assert!(rejection.to_string().contains(&expected.to_string()));
}

#[test]
fn a_liar_without_surplus_is_not_guessed() {
    let (_, made) = made(1);
    let lie = with_bit_changed(&made.shares[0].words, 200);
    let offers =
        [bare("a", &lie), bare("b", &made.shares[1].words), bare("c", &made.shares[3].words)];
    let rejection = open(judged_by(None), offers).unwrap_err();
    assert_eq!(rejection.code(), "SR-QUORUM-DISAGREE");
    assert!(rejection.findings.iter().all(|finding| finding.who.is_none()));
}
