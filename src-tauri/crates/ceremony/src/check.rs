//! Checking a script before anybody sits down.

use std::collections::BTreeSet;

use crate::script::{Role, Script, StepKind};
use crate::world::World;

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The ceremony would work, but something is odd.
    Warning,
    /// The ceremony cannot be run.
    Error,
}

/// Something wrong with a script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// Its stable code.
    pub code: &'static str,
    /// Where: a step, a role or an object.
    pub place: String,
    /// What, in one sentence.
    pub problem: String,
}

/// Simulates the script and returns what is wrong with it; nothing is the best answer.
pub fn check(script: &Script) -> Vec<Finding> {
    let mut findings = Vec::new();
    names(script, &mut findings);
    roles(script, &mut findings);
    walk(script, &mut findings);
    usage(script, &mut findings);
    proofs(script, &mut findings);
    findings
}

fn error(code: &'static str, place: &str, problem: String) -> Finding {
    Finding { severity: Severity::Error, code, place: place.to_owned(), problem }
}

fn warning(code: &'static str, place: &str, problem: String) -> Finding {
    Finding { severity: Severity::Warning, code, place: place.to_owned(), problem }
}

/// Every name is used for one thing, and every name that is used is known.
fn names(script: &Script, findings: &mut Vec<Finding>) {
    let mut seen = BTreeSet::new();
    for (_, step) in script.steps() {
        if !seen.insert(&step.id) {
            let problem = "two steps have this name".to_owned();
            findings.push(error("SR-CHECK-STEP-TWICE", &step.id, problem));
        }
    }
    let objects: BTreeSet<_> = script.objects.iter().map(|object| &object.id).collect();
    for (_, step) in script.steps() {
        for object in step.needs.iter().chain(&step.makes).chain(&step.ends) {
            if !objects.contains(object) {
                let problem = format!("it speaks of {object}, which is no object of the script");
                findings.push(error("SR-CHECK-UNKNOWN-OBJECT", &step.id, problem));
            }
        }
    }
}

/// Roles exist, are used, and confirm nobody but others.
fn roles(script: &Script, findings: &mut Vec<Finding>) {
    let known: BTreeSet<_> = script.roles.iter().map(|role| &role.id).collect();
    let mut used = BTreeSet::new();
    for (_, step) in script.steps() {
        for role in step.confirm.iter().chain([&step.actor]) {
            used.insert(role);
            if !known.contains(role) {
                let problem = format!("nobody has the role {role}");
                findings.push(error("SR-CHECK-UNKNOWN-ROLE", &step.id, problem));
            }
        }
        if step.confirm.contains(&step.actor) {
            let problem = "the same role acts and confirms".to_owned();
            findings.push(error("SR-CHECK-OWN-CONFIRMATION", &step.id, problem));
        }
    }
    for (_, step) in script.steps() {
        let apart = |other: &String| {
            let excludes = |role: &Role, one: &String, other: &String| {
                role.id == *one && role.excludes.contains(other)
            };
            script.roles.iter().any(|role| {
                excludes(role, other, &step.actor) || excludes(role, &step.actor, other)
            })
        };
        let others = step.confirm.iter().filter(|role| **role != step.actor);
        if let Some(role) = others.filter(|role| known.contains(*role)).find(|role| !apart(role)) {
            let problem = format!("one person could be {} and {role}", step.actor);
            findings.push(warning("SR-CHECK-SAME-PERSON", &step.id, problem));
        }
    }
    for role in &script.roles {
        if role.min > role.max {
            let problem = "it wants more people than it allows".to_owned();
            findings.push(error("SR-CHECK-ROLE-COUNT", &role.id, problem));
        }
        let is_excluded = script.roles.iter().any(|other| other.excludes.contains(&role.id));
        if !used.contains(&role.id) && role.excludes.is_empty() && !is_excluded {
            let problem = "no step uses it".to_owned();
            findings.push(warning("SR-CHECK-IDLE-ROLE", &role.id, problem));
        }
    }
}

/// Each step finds what it needs, and nothing secret is left at the end.
fn walk(script: &Script, findings: &mut Vec<Finding>) {
    let mut world = World::default();
    for (_, step) in script.steps() {
        if let Some(missing) = world.missing(step) {
            let problem = format!("it needs {missing}, which nothing before it makes");
            findings.push(error("SR-CHECK-UNMET", &step.id, problem));
        }
        let absent = step.ends.iter().find(|end| !world.has(end) && !step.makes.contains(end));
        if let Some(absent) = absent {
            let problem = format!("it ends {absent}, which is not there");
            findings.push(error("SR-CHECK-ENDS-NOTHING", &step.id, problem));
        }
        world.take(step);
    }
    if let Some(object) = world.unaccounted(script) {
        let problem = "it is secret and still there when the ceremony ends".to_owned();
        findings.push(error("SR-CHECK-UNACCOUNTED", &object, problem));
    }
    for object in script.closing.iter().filter(|object| !world.has(object)) {
        let problem = "it shall be there at the end, and no step makes it".to_owned();
        findings.push(error("SR-CHECK-FINAL", object, problem));
    }
}

/// What is made is used for something.
fn usage(script: &Script, findings: &mut Vec<Finding>) {
    for object in &script.objects {
        let made = script.steps().any(|(_, step)| step.makes.contains(&object.id));
        let used = script.closing.contains(&object.id)
            || script
                .steps()
                .any(|(_, s)| s.needs.contains(&object.id) || s.ends.contains(&object.id));
        if !made {
            let problem = "no step makes it".to_owned();
            findings.push(warning("SR-CHECK-NEVER-MADE", &object.id, problem));
        } else if !used && object.secret {
            let problem = "it is secret, and nothing accounts for it".to_owned();
            findings.push(error("SR-CHECK-SECRET-IDLE", &object.id, problem));
        }
    }
}

/// What is sealed or printed is proved on the same medium before the key becomes effective.
fn proofs(script: &Script, findings: &mut Vec<Finding>) {
    let place = |kind| script.steps().position(|(_, step)| step.kind == kind);
    let Some(effective) = place(StepKind::MakeEffective) else { return };
    let pairs = [
        (StepKind::SealShare, StepKind::ProveToken, "it seals shares that no step proves in time"),
        (
            StepKind::PrintSheet,
            StepKind::ProveSheet,
            "it prints shares that no step proves in time",
        ),
    ];
    for (makes, proves, problem) in pairs {
        let Some(made) = place(makes) else { continue };
        if !place(proves).is_some_and(|proved| (made..effective).contains(&proved)) {
            let id = script.steps().nth(made).map_or("", |(_, step)| step.id.as_str());
            findings.push(error("SR-CHECK-UNPROVED", id, problem.to_owned()));
        }
    }
}
