use terms::Timestamp;

use super::memory::Memory;
use super::{VAULT, event, extend, key, log_of};
use crate::{Anchor, Checkpoint, Expectation, Log, Phase, Report, Verdict, verify};

fn anchor(head: Checkpoint) -> Anchor {
    Anchor { source: "the minutes".to_owned(), at: None, head }
}

fn report(storage: &Memory, anchors: Vec<Anchor>) -> Report {
    let expectation =
        Expectation { vault: VAULT, key: key().public().clone(), anchors, beside: Vec::new() };
    verify(storage, &expectation).unwrap()
}

fn verdict(log: &Log<Memory>, heads: &[Checkpoint]) -> Verdict {
    report(log.storage(), heads.iter().cloned().map(anchor).collect()).verdict
}

/// Every state that a log of `pairs` pairs went through, oldest first.
fn history(pairs: u64) -> Vec<Log<Memory>> {
    (0..=pairs).map(log_of).collect()
}

#[test]
fn every_earlier_state_is_a_rollback_against_every_newer_anchor_and_no_other() {
    let states = history(8);
    for (now, log) in states.iter().enumerate() {
        for (then, state) in states.iter().enumerate() {
            let verdict = verdict(log, &[state.checkpoint()]);
            match then.cmp(&now) {
                std::cmp::Ordering::Less => {
                    assert!(matches!(verdict, Verdict::FreshnessUnknown { .. }), "{verdict}");
                }
                std::cmp::Ordering::Equal => assert_eq!(verdict, Verdict::Consistent),
                std::cmp::Ordering::Greater => {
                    let (anchored, size) = (2 * then as u64, 2 * now as u64);
                    let source = "the minutes".to_owned();
                    assert_eq!(verdict, Verdict::Rollback { source, anchored, size });
                }
            }
        }
    }
}

#[test]
fn without_an_anchor_a_log_is_consistent_and_its_freshness_unknown() {
    let log = log_of(3);
    assert_eq!(verdict(&log, &[]), Verdict::FreshnessUnknown { since: None });
    assert!(verdict(&log, &[]).holds());
}

#[test]
fn freshness_is_unknown_since_the_newest_anchor_that_holds() {
    let states = history(3);
    let heads = [states[2].checkpoint(), states[1].checkpoint()];
    // The anchor covers entries 0 to 3; entry 3 was written at second 3.
    let since = Some(Timestamp::from_unix(1_800_000_003));
    assert_eq!(verdict(&states[3], &heads), Verdict::FreshnessUnknown { since });
    let mut dated = anchor(states[2].checkpoint());
    dated.at = Some(Timestamp::from_unix(5));
    let since = dated.at;
    let verdict = report(states[3].storage(), vec![dated]).verdict;
    assert_eq!(verdict, Verdict::FreshnessUnknown { since });
}

#[test]
fn another_log_of_the_same_size_is_a_fork() {
    let (mut here, mut there) = (log_of(2), log_of(2));
    extend(&mut here, 1, "archive.seal");
    extend(&mut there, 1, "archive.restore");
    let verdict = verdict(&here, &[there.checkpoint()]);
    assert_eq!(verdict, Verdict::Fork { source: "the minutes".to_owned(), size: 6 });
    assert!(!verdict.holds());
}

#[test]
fn a_changed_past_is_a_rewrite() {
    let (mut here, mut there) = (log_of(1), log_of(1));
    extend(&mut there, 1, "archive.restore");
    extend(&mut here, 4, "archive.seal");
    let verdict = verdict(&here, &[there.checkpoint()]);
    assert_eq!(verdict, Verdict::Rewrite { source: "the minutes".to_owned(), anchored: 4 });
}

#[test]
fn the_gravest_verdict_counts_and_every_anchor_is_reported() {
    let states = history(4);
    let mut other = log_of(0);
    extend(&mut other, 3, "archive.restore");
    let heads = [
        states[3].checkpoint(),
        states[4].checkpoint(),
        other.checkpoint(),
        states[1].checkpoint(),
    ];
    let report = report(states[3].storage(), heads.into_iter().map(anchor).collect());
    assert!(matches!(report.verdict, Verdict::Fork { .. }));
    let words: Vec<_> = report
        .anchors
        .iter()
        .map(|finding| finding.contradiction.as_ref().map(Verdict::as_str))
        .collect();
    assert_eq!(words, [None, Some("ROLLBACK"), Some("FORK"), None]);
}

#[test]
fn a_log_whose_end_was_cut_off_contradicts_its_own_checkpoint() {
    let (short, long) = (log_of(2), log_of(3));
    let mut storage = short.storage().clone();
    storage.checkpoint = long.storage().checkpoint.clone();
    let found = report(&storage, Vec::new()).verdict;
    assert_eq!(found.as_str(), "ROLLBACK");
    let mut other = log_of(0);
    extend(&mut other, 3, "archive.restore");
    storage.bytes = other.storage().bytes.clone();
    assert_eq!(report(&storage, Vec::new()).verdict.as_str(), "FORK");
    extend(&mut other, 1, "archive.restore");
    storage.bytes = other.storage().bytes.clone();
    assert_eq!(report(&storage, Vec::new()).verdict.as_str(), "REWRITE");
    assert!(Log::open(storage, VAULT, key()).is_err());
}

#[test]
fn unmatched_intents_are_listed() {
    let mut log = log_of(2);
    let first = log.append(event(7, "key.make", Phase::Intent)).unwrap();
    extend(&mut log, 1, "archive.seal");
    let report = report(log.storage(), Vec::new());
    assert!(report.verdict.holds());
    let open: Vec<_> = report.open_intents.iter().map(|open| open.sequence).collect();
    assert_eq!(open, [first]);
}

#[test]
fn an_anchor_of_another_log_is_an_error_and_no_verdict() {
    let log = log_of(1);
    let mut head = log.checkpoint();
    head.origin = "strongroom/other".to_owned();
    let key = key().public().clone();
    let expectation =
        Expectation { vault: VAULT, key, anchors: vec![anchor(head)], beside: Vec::new() };
    assert!(verify(log.storage(), &expectation).is_err());
}
