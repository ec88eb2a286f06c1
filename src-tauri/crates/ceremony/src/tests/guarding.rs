//! What the runner refuses, whatever a script or a roster says.

use terms::Timestamp;

use super::roster;
use crate::{CeremonyError, Event, Holder, Next, Person, Roster, Runner, SHIPPED, Script, shipped};

const NOW: Timestamp = Timestamp::from_unix(1_700_000_000);

fn started(roster: Roster) -> Result<Runner, CeremonyError> {
    Runner::start(shipped("genesis").unwrap(), roster)
}

/// Takes every step up to the one called `until`.
fn walk(runner: &mut Runner, until: &str) {
    while let Next::Step(pending) = runner.next() {
        if pending.step.id == until {
            return;
        }
        let (step, subject) = (pending.step.id.clone(), pending.subject.map(str::to_owned));
        runner.apply(Event::Done { step, subject, facts: vec![] }, NOW).unwrap();
    }
}

#[test]
fn a_share_needs_a_holder_in_the_room_with_a_token_or_a_sheet() {
    let with = |name: &str, token, sheet| {
        let mut roster = roster();
        roster.holders[0] = Holder { name: name.into(), token, sheet };
        started(roster)
    };
    assert!(with("Ada", true, false).is_ok());
    assert!(with("Ada", false, true).is_ok());
    for (name, token) in [("Ada", false), ("Nobody", true), ("Wim", true)] {
        let refused = with(name, token, false);
        assert!(
            matches!(&refused, Err(CeremonyError::Holder { holder, .. }) if holder == name),
            "{refused:?}"
        );
    }
}

#[test]
fn a_script_with_an_error_is_not_run() {
    let (_, good) = SHIPPED[0];
    let unproved = Script::parse(&good.replacen("kind: prove-sheet", "kind: statement", 1));
    let refused = Runner::start(unproved.unwrap(), roster());
    assert!(matches!(refused, Err(CeremonyError::Unsound { place, .. }) if place == "print"));
}

/// The check sees kinds and their order; whom a step is repeated for, only the runner knows.
#[test]
fn a_key_does_not_become_effective_if_one_share_was_left_out_of_the_proof() {
    let (_, good) = SHIPPED[0];
    let (before, after) = good.split_once("id: prove-sheet").unwrap();
    let left_out = after.replacen("repeat: sheet-holder", "repeat: once", 1);
    let script = Script::parse(&format!("{before}id: prove-sheet{left_out}")).unwrap();
    let mut runner = Runner::start(script, roster()).unwrap();
    walk(&mut runner, "effective");
    let event = Event::Done { step: "effective".into(), subject: None, facts: vec![] };
    let refused = runner.apply(event, NOW);
    assert!(matches!(refused, Err(CeremonyError::Unproved { holder }) if holder == "Ada"));
    assert!(!runner.has("effective-key"));
}

#[test]
fn nobody_confirms_his_own_step() {
    let (_, text) = SHIPPED[1];
    let loose = text.replacen("excludes: [custodian, administrator, requester]", "excludes: []", 1);
    let person = |name: &str, role: &str| Person { name: name.into(), role: role.into() };
    let people = vec![
        person("Max", "administrator"),
        person("Max", "witness"),
        person("Rita", "requester"),
        person("Ada", "custodian"),
    ];
    let holders = vec![Holder { name: "Ada".into(), token: true, sheet: false }];
    let roster = Roster { people, holders, dice: false };
    let refused = Runner::start(Script::parse(&loose).unwrap(), roster.clone());
    assert!(matches!(refused, Err(CeremonyError::NobodyElse { role, .. }) if role == "witness"));
    let refused = Runner::start(Script::parse(text).unwrap(), roster);
    assert!(matches!(refused, Err(CeremonyError::Exclusive { .. })));
}

#[test]
fn everybody_signs_for_himself() {
    let mut runner = started(roster()).unwrap();
    walk(&mut runner, "nowhere");
    assert_eq!(runner.next(), Next::Closed);
    let record = runner.record();
    let signed = record.steps.iter().filter(|step| step.title.starts_with("Agree"));
    let actors: Vec<_> = signed.map(|step| step.actor.as_str()).collect();
    assert_eq!(actors, ["Max", "Wim", "Ada", "Bo", "Cy", "Di", "Ed"]);
}

#[test]
fn the_record_names_the_copies_that_people_must_destroy() {
    let void = |end: fn(&mut Runner), until: &str| {
        let mut runner = started(roster()).unwrap();
        walk(&mut runner, until);
        end(&mut runner);
        runner.record().exceptions.join("; ")
    };
    let interrupt = |runner: &mut Runner| drop(runner.interrupted(NOW).unwrap());
    let give_up = |runner: &mut Runner| {
        drop(runner.apply(Event::Aborted { reason: "fire alarm".into() }, NOW).unwrap());
    };
    for end in [interrupt as fn(&mut Runner), give_up] {
        let told = void(end, "prove-token");
        assert!(told.contains("sheet of Ada") && told.contains("envelope of Ed"), "{told}");
        assert!(!void(end, "split").contains("void"), "nothing was sealed or printed yet");
        assert!(!void(end, "minutes").contains("void"), "the split is effective");
    }
}

#[test]
fn two_people_of_the_room_answer_for_a_deviation() {
    let deviation = |step: &str, by: &str, countersigned: &str| Event::Deviation {
        step: step.into(),
        subject: None,
        expected: "two clocks".into(),
        happened: "one".into(),
        decided: "one will do".into(),
        by: by.into(),
        countersigned: countersigned.into(),
    };
    let mut runner = started(roster()).unwrap();
    for (by, other) in [("Max", "Max"), ("Max", "Nobody"), ("Nobody", "Wim"), ("max", "Wim")] {
        let refused = runner.apply(deviation("opening", by, other), NOW);
        assert!(matches!(refused, Err(CeremonyError::NotTwo { .. })), "{by}, {other}: {refused:?}");
    }
    let refused = runner.apply(deviation("split", "Max", "Wim"), NOW);
    assert!(matches!(refused, Err(CeremonyError::Unmet { .. })), "of another step: {refused:?}");
    assert!(runner.journal().is_empty(), "what is refused is not written down");
    runner.apply(deviation("opening", "Max", "Wim"), NOW).unwrap();
    assert_eq!(runner.taken(), 0, "the step is still to be taken");
    let told = &runner.record().exceptions[0];
    assert!(told.contains("decided by Max, countersigned by Wim: one will do"), "{told}");
}

#[test]
fn nothing_happens_while_a_ceremony_rests_and_the_journal_brings_it_back() {
    let mut runner = started(roster()).unwrap();
    walk(&mut runner, "preflight");
    let rests = Event::Rests { secrets: "none yet".into(), heads: 7 };
    runner.apply(rests, NOW).unwrap();
    assert_eq!(runner.next(), Next::Paused);
    let done = Event::Done { step: "preflight".into(), subject: None, facts: vec![] };
    let refused = runner.apply(done.clone(), NOW);
    assert_eq!(refused, Err(CeremonyError::NotRunning { state: "paused" }));
    let lines = runner.journal().to_vec();
    let mut again = Runner::replay(shipped("genesis").unwrap(), roster(), &lines).unwrap();
    assert_eq!(again.next(), Next::Paused);
    again.apply(Event::GoesOn { seals: "whole".into(), heads: 6 }, NOW).unwrap();
    again.apply(done, NOW).unwrap();
    let told = again.record().exceptions.join("\n");
    assert!(told.contains("7 people left") && told.contains("6 people were back"), "{told}");
}

#[test]
fn only_whoever_is_asked_to_agree_can_disagree() {
    let disagreed = |step: &str, subject: Option<&str>| Event::Disagreed {
        step: step.into(),
        subject: subject.map(str::to_owned),
        reason: "it was otherwise".into(),
    };
    let mut runner = started(roster()).unwrap();
    let refused = runner.apply(disagreed("opening", None), NOW);
    assert!(matches!(refused, Err(CeremonyError::NotAsked { .. })), "{refused:?}");
    walk(&mut runner, "sign");
    let before = runner.taken();
    assert!(runner.apply(disagreed("sign", Some("Wim")), NOW).is_err(), "it is not his turn");
    runner.apply(disagreed("sign", Some("Max")), NOW).unwrap();
    assert_eq!(runner.taken(), before + 1);
    let record = runner.record();
    assert!(record.exceptions.contains(&"Max does not agree: it was otherwise".to_owned()));
    assert_eq!(record.steps.last().unwrap().result, "does not agree");
}
