//! What is said about shares as they come, and what then opens.

use terms::{Environment, Fingerprint, Problem, SplitId, Timestamp};

use super::{bare, made, offered, open};
use crate::{OfferedShare, Reason, UntrustedQuorum};

fn nothing_known() -> UntrustedQuorum {
    UntrustedQuorum::new(None, None, None)
}

#[test]
fn a_quorum_opens_with_records_with_words_and_with_both() {
    let (seed, made) = made(1);
    let s = &made.shares;
    let described = || UntrustedQuorum::new(Some(made.description.clone()), None, None);
    for places in [[0, 1, 3], [1, 2, 4], [2, 0, 3]] {
        let records = places.map(|at| offered(&s[at]));
        assert_eq!(open(described(), records).unwrap().seed, seed);
        let words = places.map(|at| bare("typed", &s[at].words));
        assert_eq!(open(described(), words).unwrap().seed, seed);
        let words = places.map(|at| bare("typed", &s[at].words));
        let combined = open(nothing_known(), words).unwrap();
        assert_eq!(combined.seed, seed);
        assert!(!combined.fingerprint_compared);
        let records = places.map(|at| offered(&s[at]));
        assert!(open(nothing_known(), records).unwrap().fingerprint_compared);
    }
}

#[test]
fn more_than_needed_is_no_finding() {
    let (seed, made) = made(1);
    let all = || made.shares.iter().map(offered);
    let described = UntrustedQuorum::new(Some(made.description.clone()), None, None);
    let combined = open(described, all()).unwrap();
    assert_eq!((combined.seed, combined.findings), (seed, vec![]));
    let words = made.shares.iter().map(|share| bare("typed", &share.words));
    assert_eq!(open(nothing_known(), words).unwrap().findings, vec![]);
}

#[test]
fn too_few_names_the_group_and_who_could_still_come() {
    let (_, made) = made(1);
    let mut quorum = UntrustedQuorum::new(Some(made.description.clone()), None, None);
    quorum.offer(offered(&made.shares[1])).unwrap();
    let progress: Vec<_> =
        quorum.progress().into_iter().map(|g| (g.name.unwrap(), g.needed, g.have)).collect();
    assert_eq!(progress, [("custodians".to_owned(), 2, 1), ("officers".to_owned(), 1, 0)]);
    let rejection = quorum.validate().unwrap_err();
    assert_eq!(rejection.code(), "SR-QUORUM-TOO-FEW");
    let lack = |group: &str, needed, have, could_come: &[&str]| Reason::TooFew {
        group: group.into(),
        needed,
        have,
        could_come: could_come.iter().map(|name| (*name).to_owned()).collect(),
    };
    let reasons: Vec<_> = rejection.findings.iter().map(|f| f.reason.clone()).collect();
    let expected =
        [lack("custodians", 2, 1, &["Ada", "Cleo"]), lack("officers", 1, 0, &["Dora", "Emil"])];
    assert_eq!(reasons, expected);
}

#[test]
fn a_wrong_entry_is_refused_at_once_and_the_right_one_is_taken_after_it() {
    let (seed, made) = made(1);
    let mut quorum = UntrustedQuorum::new(Some(made.description.clone()), None, None);
    let text = made.shares[0].words.to_text();
    let wrong = text.expose().replacen(' ', " x", 1);
    let finding = quorum.offer(OfferedShare::from_words("third entry", &wrong)).unwrap_err();
    assert_eq!(finding.reason.code(), "SR-QUORUM-UNKNOWN-WORD");
    assert!(finding.to_string().starts_with("third entry: word 2 "), "{finding}");
    for at in [0, 1, 3] {
        quorum.offer(offered(&made.shares[at])).unwrap();
    }
    let quorum = quorum.validate().unwrap();
    assert_eq!(quorum.findings().len(), 1);
    assert_eq!(quorum.holders().count(), 3);
    assert_eq!(crate::combine(quorum).unwrap().seed, seed);
}

#[test]
fn words_of_one_custodian_twice_do_not_count_twice_even_with_a_record_beside_one() {
    let (_, made) = made(1);
    let described = || UntrustedQuorum::new(Some(made.description.clone()), None, None);
    for mut quorum in [described(), nothing_known()] {
        quorum.offer(offered(&made.shares[0])).unwrap();
        let again = quorum.offer(bare("typed", &made.shares[0].words)).unwrap_err();
        assert_eq!(again.reason, Reason::Duplicate { first: "Ada".into() });
        quorum.offer(offered(&made.shares[3])).unwrap();
        assert_eq!(quorum.validate().unwrap_err().code(), "SR-QUORUM-DUPLICATE");
    }
}

#[test]
fn the_expected_environment_comes_from_whoever_knows_it() {
    let (_, made) = made(1);
    let expected = Some(Environment::Production);
    let mut quorum = UntrustedQuorum::new(None, None, expected);
    let finding = quorum.offer(offered(&made.shares[0])).unwrap_err();
    let (belongs, expected) = (Environment::Drill, Environment::Production);
    assert_eq!(finding.reason, Reason::OtherEnvironment { belongs, expected });
    assert!(finding.to_string().contains("Ada"));
}

#[test]
fn a_mistyped_sheet_of_another_key_is_first_of_all_of_another_key() {
    let (_, made) = made(1);
    let other = Some(Fingerprint::from_bytes([3; 20]));
    let mut quorum = UntrustedQuorum::new(None, other, None);
    let record = made.shares[0].record.clone();
    let finding = quorum.offer(OfferedShare::from_record("x", record, "no words")).unwrap_err();
    assert_eq!(finding.reason.code(), "SR-QUORUM-FOREIGN-KEY");
}

#[test]
fn a_retired_split_is_refused_with_its_date() {
    let (_, made) = made(1);
    let since = Timestamp::from_unix(1_800_000_000);
    let id = SplitId::from_bytes([1; 16]);
    let mut quorum = nothing_known().with_retired(id, since);
    let finding = quorum.offer(offered(&made.shares[0])).unwrap_err();
    assert_eq!(finding.reason, Reason::RetiredSplit { split: id, since });
    assert!(finding.to_string().contains("2027-01-15"), "{finding}");
}

#[test]
fn nobody_came_is_said_with_and_without_a_description() {
    let (_, made) = made(1);
    let described = UntrustedQuorum::new(Some(made.description), None, None);
    assert_eq!(described.validate().unwrap_err().findings.len(), 2);
    assert_eq!(nothing_known().validate().unwrap_err().code(), "SR-QUORUM-TOO-FEW-GROUPS");
}
