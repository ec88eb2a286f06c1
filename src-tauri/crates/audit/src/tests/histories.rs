//! Every earlier state of a log, and every past that it might be given instead.
//!
//! The attacker here has the log's key and the folder: what he writes is signed and whole. Only
//! heads that were kept, as anchors or cosigned by a token, tell his log from the one that was.

use p256::ecdsa::SigningKey;
use p256::ecdsa::signature::hazmat::PrehashSigner as _;
use proptest::prelude::*;
use terms::Problem as _;

use super::memory::Memory;
use super::{VAULT, event, key, ok};
use crate::{
    Anchor, AuditError, Checkpoint, Cosigned, CosignerKey, Event, Expectation, Log, Phase, Report,
    Verdict, verify,
};

/// A story of legal events: each choice begins something, ends the oldest that is open, or
/// notes a recovery.
fn story(choices: &[u8]) -> Vec<Event> {
    let (mut open, mut events) = (Vec::new(), Vec::new());
    for (number, choice) in (0u64..).zip(choices) {
        let phase = match choice % 4 {
            1 if !open.is_empty() => ok(open.remove(0)),
            2 if !open.is_empty() => {
                Phase::Abort { intent: open.remove(0), code: "SR-TEST-STOP".to_owned() }
            }
            3 => Phase::Recovered { intent: None },
            _ => {
                open.push(number);
                Phase::Intent
            }
        };
        let mut event = event(number, "archive.seal", phase);
        event.remark = Some(format!("choice {choice}"));
        events.push(event);
    }
    events
}

/// The storage after each entry, the empty log first.
fn states(events: &[Event]) -> Vec<Memory> {
    let mut log = Log::create(Memory::default(), VAULT, key()).unwrap();
    let mut states = vec![log.storage().clone()];
    for event in events {
        log.append(event.clone()).unwrap();
        states.push(log.storage().clone());
    }
    states
}

/// The head of a state as a token cosigned it and somebody kept it.
fn cosigned(state: &Memory) -> Checkpoint {
    let token = SigningKey::from_slice(&[5; 32]).unwrap();
    let point = token.verifying_key().to_sec1_point(false);
    let own = CosignerKey::new(VAULT, 7, point.as_bytes()).unwrap();
    let head = Cosigned::read(state.checkpoint.as_ref().unwrap(), key().public()).unwrap();
    let signature: p256::ecdsa::Signature = token.sign_prehash(head.digest().as_bytes()).unwrap();
    let note = head.with(&own, &signature.to_bytes().into()).unwrap();
    let kept = Cosigned::read(note.as_str().as_bytes(), key().public()).unwrap();
    assert_eq!(kept.check(std::slice::from_ref(&own)).unwrap(), [&own]);
    kept.head().clone()
}

/// Where a head was kept.
#[derive(Clone, Copy, Debug)]
enum Kept {
    Elsewhere,
    Beside,
}

fn found(log: &Memory, head: &Checkpoint, kept: Kept) -> Report {
    let anchor = Anchor { source: format!("{kept:?}"), at: None, head: head.clone() };
    let (anchors, beside) = match kept {
        Kept::Elsewhere => (vec![anchor], Vec::new()),
        Kept::Beside => (Vec::new(), vec![anchor]),
    };
    let expectation = Expectation { vault: VAULT, key: key().public().clone(), anchors, beside };
    let before = log.clone();
    let report = verify(log, &expectation).unwrap();
    assert_eq!(*log, before, "verifying changed something");
    report
}

/// What a log of `size` entries must be called that shares its first `shared` with the one whose
/// head has `anchored` entries (log-1 L16).
fn expected(source: String, shared: u64, anchored: u64, size: u64) -> Option<Verdict> {
    match anchored.cmp(&size) {
        std::cmp::Ordering::Greater => Some(Verdict::Rollback { source, anchored, size }),
        _ if anchored <= shared => None,
        std::cmp::Ordering::Equal => Some(Verdict::Fork { source, size }),
        std::cmp::Ordering::Less => Some(Verdict::Rewrite { source, anchored }),
    }
}

/// Compares `log` with every head of `truth`, kept in every way.
fn check_all(log: &Memory, size: u64, truth: &[Checkpoint], shared: u64) {
    for head in truth {
        for kept in [Kept::Elsewhere, Kept::Beside] {
            let report = found(log, head, kept);
            let verdict = expected(format!("{kept:?}"), shared, head.size, size);
            let finding = report.anchors.iter().chain(&report.beside).next().unwrap();
            assert_eq!(finding.contradiction, verdict, "{size} against {}", head.size);
            match (verdict, kept) {
                (Some(verdict), _) => assert_eq!(report.verdict, verdict),
                (None, Kept::Elsewhere) if head.size == size => {
                    assert_eq!(report.verdict, Verdict::Consistent);
                }
                (None, Kept::Elsewhere) => {
                    let since = finding.covers;
                    assert_eq!(report.verdict, Verdict::FreshnessUnknown { since });
                }
                // What lies beside the log says nothing about its freshness.
                (None, Kept::Beside) => {
                    assert_eq!(report.verdict, Verdict::FreshnessUnknown { since: None });
                }
            }
        }
    }
}

fn heads(states: &[Memory]) -> Vec<Checkpoint> {
    states.iter().map(cosigned).collect()
}

fn choices() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(any::<u8>(), 1..9)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn every_earlier_state_is_a_rollback_against_every_later_head_that_was_kept(
        choices in choices(),
    ) {
        let states = states(&story(&choices));
        let heads = heads(&states);
        for (size, state) in (0u64..).zip(&states) {
            check_all(state, size, &heads, size);
        }
    }

    #[test]
    fn a_rewritten_entry_is_found_by_every_head_that_covers_it_and_by_no_other(
        choices in choices(),
    ) {
        let events = story(&choices);
        let truth = heads(&states(&events));
        for index in 0..events.len() {
            let mut others = events.clone();
            others[index].remark = Some("it was never so".to_owned());
            for (size, state) in (0u64..).zip(&states(&others)).skip(index + 1) {
                check_all(state, size, &truth, index as u64);
            }
        }
    }

    #[test]
    fn a_log_that_goes_on_otherwise_from_any_entry_is_found_by_every_head_behind_it(
        choices in choices(), others in choices(),
    ) {
        let events = story(&choices);
        let truth = heads(&states(&events));
        for index in 0..events.len() {
            let forked = [&choices[..index], &others[..]].concat();
            let mut forked = story(&forked);
            for event in &mut forked[index..] {
                event.actor = "Mallory".to_owned();
            }
            for (size, state) in (0u64..).zip(&states(&forked)).skip(index + 1) {
                check_all(state, size, &truth, index as u64);
            }
        }
    }

    #[test]
    fn a_changed_entry_that_is_not_signed_anew_is_named_or_contradicts_the_logs_own_head(
        choices in choices(), bit in 0u8..8,
    ) {
        let states = states(&story(&choices));
        let (last, heads) = (states.last().unwrap(), heads(&states));
        let ends: Vec<usize> = states.iter().map(|state| state.bytes.len()).collect();
        for (index, frame) in ends.windows(2).enumerate() {
            let bare = Expectation {
                vault: VAULT, key: key().public().clone(), anchors: Vec::new(), beside: Vec::new(),
            };
            for place in frame[0]..frame[1] {
                let mut bad = last.clone();
                bad.bytes[place] ^= 1 << bit;
                match verify(&bad, &bare) {
                    Err(AuditError::Damaged { sequence, .. }) => {
                        prop_assert_eq!(sequence, index as u64);
                    }
                    other => prop_assert!(false, "byte {}: {:?}", place, other),
                }
            }
            // With a checksum that fits, the entry reads well; the head does not.
            let mut bad = last.clone();
            // The last byte of the remark stands before two bytes of CBOR and the program.
            let remark = frame[1] - "strongroom 0.1.0".len() - 3;
            bad.bytes[remark] = if bad.bytes[remark] == b'0' { b'1' } else { b'0' };
            let (length, entry) = bad.bytes[frame[0]..frame[1]].split_at(8);
            let sum = crc32c::crc32c_append(crc32c::crc32c(&length[..4]), entry);
            bad.bytes[frame[0] + 4..frame[0] + 8].copy_from_slice(&sum.to_be_bytes());
            let size = heads.len() as u64 - 1;
            let verdict = verify(&bad, &bare).unwrap().verdict;
            let source = "the log's own checkpoint".to_owned();
            prop_assert_eq!(verdict, Verdict::Fork { source, size });
            for head in &heads[index + 1..] {
                let report = found(&bad, head, Kept::Elsewhere);
                let verdict = expected("Elsewhere".to_owned(), index as u64, head.size, size);
                prop_assert_eq!(&report.anchors[0].contradiction, &verdict);
            }
            for head in &heads[..=index] {
                let report = found(&bad, head, Kept::Elsewhere);
                prop_assert_eq!(&report.anchors[0].contradiction, &None);
            }
        }
    }

    #[test]
    fn a_tail_torn_at_any_byte_is_reported_then_cut_and_nothing_before_it_is_lost(
        choices in choices(), garbage in prop::collection::vec(any::<u8>(), 0..20),
    ) {
        let states = states(&story(&choices));
        for (size, pair) in (0u64..).zip(states.windows(2)) {
            let (before, after) = (&pair[0], &pair[1]);
            let head = cosigned(before);
            for end in before.bytes.len()..after.bytes.len() {
                let mut torn = before.clone();
                torn.bytes.extend(&after.bytes[before.bytes.len()..end]);
                // A sector of something else may lie behind what was written, but not the rest.
                if end > before.bytes.len() && !garbage.starts_with(&after.bytes[end..]) {
                    torn.bytes.extend(&garbage);
                }
                let bytes = (torn.bytes.len() - before.bytes.len()) as u64;
                let report = found(&torn, &head, Kept::Elsewhere);
                prop_assert_eq!((report.size, report.torn_bytes), (size, bytes));
                prop_assert_eq!(report.verdict, Verdict::Consistent);
                let (log, recovery) = Log::open(torn, VAULT, key()).unwrap();
                prop_assert_eq!((recovery.torn_bytes, recovery.adopted), (bytes, 0));
                prop_assert_eq!(&log.storage().bytes, &before.bytes);
                prop_assert_eq!(log.checkpoint(), head.clone());
            }
        }
    }
}

#[test]
fn a_tail_that_was_acknowledged_is_damage_and_never_cut() {
    let states = states(&story(&[0, 1, 0, 2, 3]));
    let last = states.last().unwrap();
    let ends: Vec<usize> = states.iter().map(|state| state.bytes.len()).collect();
    for (index, frame) in ends.windows(2).enumerate() {
        for end in frame[0]..frame[1] {
            let mut short = last.clone();
            short.bytes.truncate(end);
            let error = Log::open(short, VAULT, key()).unwrap_err();
            let is_boundary = end == frame[0];
            let code = if is_boundary { "SR-LOG-ROLLBACK" } else { "SR-LOG-DAMAGED" };
            assert_eq!(error.code(), code, "{end}");
            if let AuditError::Damaged { sequence, .. } = error {
                assert_eq!(sequence, index as u64);
            }
        }
    }
}
