//! The minutes of a run, from its record.

use ceremony::{Person, RecordedStep, Runner};
use paper::{Minutes, MinutesStep};
use quorum::{GroupPolicy, QuorumPolicy};
use terms::{CeremonyId, Environment, Timestamp};

use super::{ConductError, preflight};
use crate::genesis::Recovered;

/// How a record calls a copy of a share that was brought and not proved (script-1 C21).
pub(super) const NOT_PROVED: &str = "NOT PROVED";

/// The code of what was wrong with a copy of a share that was brought and not proved, if the facts
/// of the step say so (script-1 C21).
pub fn refused_proof(facts: &[(String, String)]) -> Option<&str> {
    let refused = facts.iter().find(|(_, value)| value.starts_with(NOT_PROVED));
    let (_, code) = refused?.1.rsplit_once('[')?;
    code.strip_suffix(']')
}

/// What the minutes say besides the record of the run.
pub(super) struct Frame<'a> {
    pub(super) environment: Environment,
    pub(super) ceremony: CeremonyId,
    pub(super) place: &'a str,
    pub(super) facts: Vec<(String, String)>,
    pub(super) log_head: &'a str,
    pub(super) program: &'a str,
    pub(super) now: Timestamp,
    /// Who holds shares, in which groups, where it is about shares.
    pub(super) policy: Option<&'a QuorumPolicy>,
    /// What earlier, interrupted runs left.
    pub(super) left: &'a Recovered,
}

/// Renders the minutes of `runner` as PDF.
pub(super) fn render(runner: &Runner, frame: Frame<'_>) -> Result<Vec<u8>, ConductError> {
    let record = runner.record();
    let mut facts = frame.facts;
    facts.push(("Script".to_owned(), runner.script().digest().to_string()));
    let mut exceptions = left_behind(frame.left);
    exceptions.extend(record.exceptions);
    exceptions.extend(preflight::exceptions(&record.facts));
    let unproved = record.facts.iter().filter(|(label, _)| label == NOT_PROVED);
    exceptions.extend(unproved.map(|(_, what)| format!("a share was not proved: {what}")));
    facts.extend(record.facts);
    let person = |person: Person| match frame.policy {
        Some(policy) => in_role(person, policy),
        None => paper::Person { name: person.name, role: person.role },
    };
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

/// A person with the role as people call it: a custodian of the officers is an officer to them.
pub(super) fn in_role(person: Person, policy: &QuorumPolicy) -> paper::Person {
    let Person { name, role } = person;
    let is_own = |group: &&GroupPolicy| group.holders().contains(&name);
    let group = policy.groups().iter().find(is_own).filter(|_| role == "custodian");
    let role = match group.map(GroupPolicy::name) {
        Some(group) if group != "custodians" => format!("custodian ({group})"),
        _ => role,
    };
    paper::Person { name, role }
}

/// What the minutes tell of earlier, interrupted runs.
fn left_behind(left: &Recovered) -> Vec<String> {
    let void = left.void.iter().map(|void| {
        let (split, holders) = (&void.split, void.holders.join(", "));
        format!(
            "an earlier ceremony was interrupted; void, to be destroyed: envelopes and sheets of \
             split {split} ({holders})"
        )
    });
    let unagreed = left.unagreed.iter().map(|unagreed| {
        let minutes = match &unagreed.minutes {
            Some(file) => format!("before everybody had signed {file}"),
            None => "before its minutes were written".to_owned(),
        };
        let (key, ceremony) = (&unagreed.key, &unagreed.ceremony);
        format!("{key} is effective, but its ceremony {ceremony} was interrupted {minutes}")
    });
    void.chain(unagreed).collect()
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
