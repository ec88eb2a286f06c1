use proptest::prelude::*;
use terms::Timestamp;

use super::roster;
use crate::{CeremonyError, Event, JournalLine, Next, Roster, Runner, StepKind, shipped};

const NOW: Timestamp = Timestamp::from_unix(1_700_000_000);

fn runner() -> Runner {
    Runner::start(shipped("genesis").unwrap(), roster()).unwrap()
}

fn done(runner: &Runner) -> Event {
    let Next::Step(pending) = runner.next() else { panic!("no step is pending") };
    let subject = pending.subject.map(str::to_owned);
    Event::Done { step: pending.step.id.clone(), subject, facts: vec![] }
}

fn kind(runner: &Runner) -> Option<StepKind> {
    match runner.next() {
        Next::Step(pending) => Some(pending.step.kind),
        _ => None,
    }
}

#[test]
fn a_genesis_goes_through_every_step_once_and_closes() {
    let mut runner = runner();
    let mut kinds = Vec::new();
    while let Some(kind) = kind(&runner) {
        kinds.push(kind);
        let event = done(&runner);
        runner.apply(event, NOW).unwrap();
    }
    assert_eq!(runner.next(), Next::Closed);
    let count = |wanted| kinds.iter().filter(|kind| **kind == wanted).count();
    assert_eq!(count(StepKind::SealShare), 5);
    assert_eq!(count(StepKind::ProveToken) + count(StepKind::ProveSheet), 10);
    assert_eq!(count(StepKind::MakeEffective), 1);
    let after = done_position(&kinds, StepKind::MakeEffective);
    assert!(after > done_position(&kinds, StepKind::AcceptProof));
    assert_eq!(runner.record().steps.len(), kinds.len());
    assert!(matches!(runner.apply(Event::Paused, NOW), Err(CeremonyError::NotRunning { .. })));
}

fn done_position(kinds: &[StepKind], wanted: StepKind) -> usize {
    kinds.iter().rposition(|kind| *kind == wanted).unwrap()
}

#[test]
fn only_the_pending_step_can_be_done() {
    let mut runner = runner();
    let event = Event::Done { step: "effective".into(), subject: None, facts: vec![] };
    assert!(matches!(runner.apply(event, NOW), Err(CeremonyError::Unmet { .. })));
    assert_eq!(kind(&runner), Some(StepKind::Statement));
}

#[test]
fn a_wrong_roster_is_refused_by_name() {
    let mut nobody = roster();
    nobody.people.retain(|person| person.role != "witness");
    let refused = Runner::start(shipped("genesis").unwrap(), nobody);
    assert!(matches!(refused, Err(CeremonyError::Roster { role, .. }) if role == "witness"));
    let mut both = roster();
    both.people.push(crate::Person { name: "Ada".into(), role: "witness".into() });
    let refused = Runner::start(shipped("genesis").unwrap(), both);
    assert!(matches!(refused, Err(CeremonyError::Exclusive { person, .. }) if person == "Ada"));
}

#[test]
fn an_interruption_goes_back_to_the_step_whose_product_is_lost() {
    let mut before = runner();
    let mut lines = Vec::new();
    while let Next::Step(pending) = before.next() {
        let pending_kind = pending.step.kind;
        let mut after = Runner::replay(shipped("genesis").unwrap(), roster(), &lines).unwrap();
        assert_eq!(after.next(), before.next(), "replay is the live state");
        after.interrupted(NOW).unwrap();
        let volatile = ["entropy", "seed", "shares"].iter().any(|object| before.has(object));
        let expected = if volatile { StepKind::CollectEntropy } else { pending_kind };
        assert_eq!(kind(&after), Some(expected), "interrupted before {pending_kind:?}");
        assert!(!["entropy", "seed", "shares"].iter().any(|object| after.has(object)));
        let event = done(&before);
        lines.push(before.apply(event, NOW).unwrap());
    }
    assert!(lines.len() > 40);
}

#[test]
fn a_changed_line_of_the_journal_is_found() {
    let mut runner = runner();
    let mut lines: Vec<JournalLine> = Vec::new();
    for _ in 0..5 {
        let event = done(&runner);
        lines.push(runner.apply(event, NOW).unwrap());
    }
    for number in 0..lines.len() {
        let mut changed = lines.clone();
        changed[number].at = Timestamp::from_unix(1);
        let found = Runner::replay(shipped("genesis").unwrap(), roster(), &changed);
        let last = number + 1 == lines.len();
        assert_eq!(found.is_err(), !last, "line {number}");
    }
    let other = Roster { dice: false, ..roster() };
    assert!(Runner::replay(shipped("genesis").unwrap(), other, &lines).is_err());
}

#[test]
fn a_paused_ceremony_does_nothing_until_it_is_resumed() {
    let mut runner = runner();
    runner.apply(Event::Paused, NOW).unwrap();
    assert_eq!(runner.next(), Next::Paused);
    let event = Event::Done { step: "opening".into(), subject: None, facts: vec![] };
    assert!(runner.apply(event.clone(), NOW).is_err());
    runner.apply(Event::Resumed, NOW).unwrap();
    runner.apply(event, NOW).unwrap();
    runner.apply(Event::Aborted { reason: "fire alarm".into() }, NOW).unwrap();
    assert_eq!(runner.next(), Next::Aborted);
    assert!(runner.apply(Event::Resumed, NOW).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn whatever_happens_no_key_is_effective_before_every_share_is_proved(
        choices in proptest::collection::vec(0_u8..12, 1..200)
    ) {
        let mut runner = runner();
        let mut lines = Vec::new();
        let mut proved = std::collections::BTreeSet::new();
        for choice in choices {
            let pending = match runner.next() {
                Next::Step(pending) => {
                    Some((pending.step.kind, pending.subject.map(str::to_owned)))
                }
                _ => None,
            };
            let line = match choice {
                0 => runner.interrupted(NOW),
                1 => runner.apply(Event::Paused, NOW),
                2 => runner.apply(Event::Resumed, NOW),
                _ if pending.is_none() => continue,
                _ => {
                    let event = done(&runner);
                    runner.apply(event, NOW)
                }
            };
            let Ok(line) = line else { continue };
            if let Event::Interrupted { back_to: Some(_) } = line.event {
                proved.clear();
            }
            if let (Event::Done { .. }, Some((kind, subject))) = (&line.event, pending) {
                if matches!(kind, StepKind::ProveSheet | StepKind::ProveToken) {
                    proved.insert((format!("{kind:?}"), subject));
                }
                if kind == StepKind::MakeEffective {
                    prop_assert_eq!(proved.len(), 10);
                }
            }
            lines.push(line);
        }
        let again = Runner::replay(shipped("genesis").unwrap(), roster(), &lines).unwrap();
        prop_assert_eq!(&again, &runner);
    }
}
