//! The quorum as rings: a ring for each group, and how far each of its members is.

use std::collections::BTreeMap;

use ceremony::{Event, Runner, StepKind};
use engine::conduct::refused_proof;
use quorum::{GroupPolicy, QuorumPolicy};
use serde::Serialize;

use super::View;

/// A group of the quorum.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(specta::Type))]
pub(crate) struct Ring {
    pub(super) name: String,
    pub(super) threshold: u8,
    pub(super) members: Vec<Member>,
}

/// A member of a group.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(specta::Type))]
pub(crate) struct Member {
    name: String,
    state: MemberState,
    /// The code of what was wrong with what the member brought last.
    code: Option<String>,
}

/// How far a member is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(specta::Type))]
pub(crate) enum MemberState {
    /// Not here yet.
    Away,
    /// Here.
    Here,
    /// The share is proved, or the plan approved.
    Given,
    /// What was brought is not the share, or cannot be used.
    Bad,
}

/// The rings of a quorum before anybody is here.
pub(super) fn rings_of(policy: &QuorumPolicy) -> Vec<Ring> {
    let member =
        |name: &String| Member { name: name.clone(), state: MemberState::Away, code: None };
    let ring = |group: &GroupPolicy| Ring {
        name: group.name().to_owned(),
        threshold: group.threshold(),
        members: group.holders().iter().map(member).collect(),
    };
    policy.groups().iter().map(ring).collect()
}

impl View {
    /// Whether shares were brought that were not put together yet.
    pub(super) fn gathers_shares(&self) -> bool {
        let mut secrets = self.objects.iter().filter(|object| object.is_secret_in_memory());
        let mut members = self.rings.iter().flat_map(|ring| &ring.members);
        ["restore", "refresh"].contains(&self.script.as_str())
            && secrets.next().is_some_and(|first| first.is_to_come())
            && members.any(|member| member.state == MemberState::Given)
    }

    /// Takes from `runner` how far each member is.
    pub(super) fn members(&mut self, runner: &Runner) {
        let has_combined = passed(runner, StepKind::CombineShares);
        if let Some((rings, needed)) = self.next_quorum.take_if(|_| has_combined) {
            (self.rings, self.rings_needed) = (rings, needed);
        }
        let here = taken(runner, StepKind::CheckIn);
        let standings = standings(runner, kinds(runner, has_combined));
        for member in self.rings.iter_mut().flat_map(|ring| &mut ring.members) {
            let name = member.name.as_str();
            (member.state, member.code) = match standings.get(name) {
                Some(None) => (MemberState::Given, None),
                Some(Some(code)) => (MemberState::Bad, Some((*code).to_owned())),
                None if here.contains(&name) => (MemberState::Here, None),
                None => (MemberState::Away, None),
            };
        }
    }
}

/// The kinds of steps in which a member gives what counts, and those in which it may prove bad.
type Kinds = (&'static [StepKind], &'static [StepKind]);

fn kinds(runner: &Runner, has_combined: bool) -> Kinds {
    use StepKind::{AcceptProof, Approve, BringShare, EnrolToken, ProveSheet, ProveToken};
    match runner.script().id.as_str() {
        // A share that is shown counts as soon as it is found good.
        "health" => (&[ProveToken, ProveSheet], &[ProveToken, ProveSheet]),
        "refresh" if !has_combined => (&[BringShare], &[BringShare]),
        "restore" => (&[Approve], &[Approve]),
        _ => (&[AcceptProof], &[EnrolToken, ProveToken, ProveSheet]),
    }
}

/// Whoever brought something: nothing is wrong with it, or the code of what is.
fn standings(runner: &Runner, (counts, fails): Kinds) -> BTreeMap<&str, Option<&str>> {
    let step_of = |id: &str| runner.script().steps().find(|(_, step)| step.id == id);
    let kind_of = |id: &str| step_of(id).map(|(_, step)| step.kind);
    let is_of =
        |id: &str, kinds: &[StepKind]| kind_of(id).is_some_and(|kind| kinds.contains(&kind));
    let mut standings = BTreeMap::new();
    for line in runner.journal() {
        match &line.event {
            Event::Done { step, subject: Some(name), facts } if is_of(step, counts) => {
                standings.insert(name.as_str(), refused_proof(facts));
            }
            Event::Done { step, subject: Some(name), .. } if is_of(step, fails) => {
                standings.remove(name.as_str());
            }
            Event::Failed { step, subject: Some(name), code } if is_of(step, fails) => {
                standings.insert(name.as_str(), Some(code.as_str()));
            }
            _ => (),
        }
    }
    standings
}

/// Whether a step of `kind` was taken.
fn passed(runner: &Runner, kind: StepKind) -> bool {
    runner.turns().take(runner.taken()).any(|turn| turn.step.kind == kind)
}

/// For whom steps of `kind` were taken.
pub(super) fn taken(runner: &Runner, kind: StepKind) -> Vec<&str> {
    let turns = runner.turns().take(runner.taken());
    turns.filter(|turn| turn.step.kind == kind).filter_map(|turn| turn.subject).collect()
}
