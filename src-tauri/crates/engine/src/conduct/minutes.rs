//! The minutes of a run, from its record.

use ceremony::{Person, RecordedStep, Runner};
use paper::{Minutes, MinutesStep};
use quorum::{GroupPolicy, QuorumPolicy};
use terms::{CeremonyId, Environment, Timestamp};

use super::{ConductError, preflight};

/// What the minutes say besides the record of the run.
pub(super) struct Frame<'a> {
    pub(super) environment: Environment,
    pub(super) ceremony: CeremonyId,
    pub(super) place: &'a str,
    pub(super) facts: Vec<(String, String)>,
    pub(super) log_head: &'a str,
    pub(super) program: &'a str,
    pub(super) now: Timestamp,
}

/// Renders the minutes of `runner` as PDF.
pub(super) fn render(runner: &Runner, frame: Frame<'_>) -> Result<Vec<u8>, ConductError> {
    let record = runner.record();
    let mut facts = frame.facts;
    facts.push(("Script".to_owned(), runner.script().digest().to_string()));
    let mut exceptions = record.exceptions;
    exceptions.extend(preflight::exceptions(&record.facts));
    facts.extend(record.facts);
    let person = |p: Person| paper::Person { name: p.name, role: p.role };
    let step = |s: RecordedStep| MinutesStep {
        at: s.at,
        act: s.act,
        title: s.title,
        actor: s.actor,
        result: s.result,
    };
    let minutes = Minutes {
        title: &record.title,
        environment: frame.environment,
        ceremony: frame.ceremony,
        place: frame.place,
        started: record.started.unwrap_or(frame.now),
        ended: record.ended.unwrap_or(frame.now),
        people: record.people.into_iter().map(person).collect(),
        facts,
        exceptions,
        steps: record.steps.into_iter().map(step).collect(),
        log_head: frame.log_head,
        program: frame.program,
    };
    Ok(minutes.render()?)
}

/// A policy as people say it: `any 2 of 3 custodians and any 1 of 2 officers`.
pub fn in_words(policy: &QuorumPolicy) -> String {
    let group = |group: &GroupPolicy| {
        format!("any {} of {} {}", group.threshold(), group.holders().len(), group.name())
    };
    let groups: Vec<_> = policy.groups().iter().map(group).collect();
    if usize::from(policy.group_threshold()) == groups.len() {
        return groups.join(" and ");
    }
    format!("{} of these groups: {}", policy.group_threshold(), groups.join("; "))
}
