//! Checking a script before anybody sits down.

use std::collections::BTreeSet;

use crate::position::{Position, Positions};
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
    /// Where in the text (script-1 C27).
    pub at: Option<Position>,
    /// What, in one sentence.
    pub problem: String,
}

/// Simulates the script and returns what is wrong with it; nothing is the best answer.
pub fn check(script: &Script) -> Vec<Finding> {
    let mut found = Found { positions: script.positions(), findings: Vec::new() };
    names(script, &mut found);
    roles(script, &mut found);
    walk(script, &mut found);
    usage(script, &mut found);
    proofs(script, &mut found);
    found.findings
}

/// What a finding is about.
#[derive(Clone, Copy)]
enum About<'a> {
    /// A step by its number, and its name.
    Step(usize, &'a str),
    /// A word of a step.
    Word(usize, &'a str, &'a str),
    Role(&'a str),
    Object(&'a str),
    /// An object in `final`.
    Closing(&'a str),
}

/// What was found so far, and where the script names what.
struct Found<'a> {
    positions: Option<&'a Positions>,
    findings: Vec<Finding>,
}

impl Found<'_> {
    fn error(&mut self, code: &'static str, about: About<'_>, problem: String) {
        self.add(Severity::Error, code, about, problem);
    }

    fn warning(&mut self, code: &'static str, about: About<'_>, problem: String) {
        self.add(Severity::Warning, code, about, problem);
    }

    fn add(&mut self, severity: Severity, code: &'static str, about: About<'_>, problem: String) {
        let at = self.positions.and_then(|positions| match about {
            About::Step(number, _) => positions.step(number),
            About::Word(number, _, word) => positions.word(number, word),
            About::Role(id) => positions.role(id),
            About::Object(id) => positions.object(id),
            About::Closing(id) => positions.closing(id),
        });
        let (About::Step(_, place)
        | About::Word(_, place, _)
        | About::Role(place)
        | About::Object(place)
        | About::Closing(place)) = about;
        self.findings.push(Finding { severity, code, place: place.to_owned(), at, problem });
    }
}

/// Every name is used for one thing, and every name that is used is known.
fn names(script: &Script, found: &mut Found<'_>) {
    let mut seen = BTreeSet::new();
    for (number, (_, step)) in script.steps().enumerate() {
        if !seen.insert(&step.id) {
            let problem = "two steps have this name".to_owned();
            found.error("SR-CHECK-STEP-TWICE", About::Step(number, &step.id), problem);
        }
    }
    let objects: BTreeSet<_> = script.objects.iter().map(|object| &object.id).collect();
    for (number, (_, step)) in script.steps().enumerate() {
        for object in step.needs.iter().chain(&step.makes).chain(&step.ends) {
            if !objects.contains(object) {
                let problem = format!("it speaks of {object}, which is no object of the script");
                found.error(
                    "SR-CHECK-UNKNOWN-OBJECT",
                    About::Word(number, &step.id, object),
                    problem,
                );
            }
        }
    }
}

/// Roles exist, are used, and confirm nobody but others.
fn roles(script: &Script, found: &mut Found<'_>) {
    let known: BTreeSet<_> = script.roles.iter().map(|role| &role.id).collect();
    let mut used = BTreeSet::new();
    for (number, (_, step)) in script.steps().enumerate() {
        for role in step.confirm.iter().chain([&step.actor]) {
            used.insert(role);
            if !known.contains(role) {
                let problem = format!("nobody has the role {role}");
                found.error("SR-CHECK-UNKNOWN-ROLE", About::Word(number, &step.id, role), problem);
            }
        }
        if step.confirm.contains(&step.actor) {
            let problem = "the same role acts and confirms".to_owned();
            found.error(
                "SR-CHECK-OWN-CONFIRMATION",
                About::Word(number, &step.id, &step.actor),
                problem,
            );
        }
    }
    for (number, (_, step)) in script.steps().enumerate() {
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
            found.warning("SR-CHECK-SAME-PERSON", About::Word(number, &step.id, role), problem);
        }
    }
    for role in &script.roles {
        if role.min > role.max {
            let problem = "it wants more people than it allows".to_owned();
            found.error("SR-CHECK-ROLE-COUNT", About::Role(&role.id), problem);
        }
        let is_excluded = script.roles.iter().any(|other| other.excludes.contains(&role.id));
        if !used.contains(&role.id) && role.excludes.is_empty() && !is_excluded {
            let problem = "no step uses it".to_owned();
            found.warning("SR-CHECK-IDLE-ROLE", About::Role(&role.id), problem);
        }
    }
}

/// Each step finds what it needs, and nothing secret is left at the end.
fn walk(script: &Script, found: &mut Found<'_>) {
    let mut world = World::default();
    for (number, (_, step)) in script.steps().enumerate() {
        if let Some(missing) = world.missing(step) {
            let problem = format!("it needs {missing}, which nothing before it makes");
            found.error("SR-CHECK-UNMET", About::Word(number, &step.id, missing), problem);
        }
        let absent = step.ends.iter().find(|end| !world.has(end) && !step.makes.contains(end));
        if let Some(absent) = absent {
            let problem = format!("it ends {absent}, which is not there");
            found.error("SR-CHECK-ENDS-NOTHING", About::Word(number, &step.id, absent), problem);
        }
        world.take(step);
    }
    if let Some(object) = world.unaccounted(script) {
        let problem = "it is secret and still there when the ceremony ends".to_owned();
        found.error("SR-CHECK-UNACCOUNTED", About::Object(&object), problem);
    }
    for object in script.closing.iter().filter(|object| !world.has(object)) {
        let problem = "it shall be there at the end, and no step makes it".to_owned();
        found.error("SR-CHECK-FINAL", About::Closing(object), problem);
    }
}

/// What is made is used for something.
fn usage(script: &Script, found: &mut Found<'_>) {
    for object in &script.objects {
        let made = script.steps().any(|(_, step)| step.makes.contains(&object.id));
        let used = script.closing.contains(&object.id)
            || script
                .steps()
                .any(|(_, s)| s.needs.contains(&object.id) || s.ends.contains(&object.id));
        if !made {
            let problem = "no step makes it".to_owned();
            found.warning("SR-CHECK-NEVER-MADE", About::Object(&object.id), problem);
        } else if !used && object.secret {
            let problem = "it is secret, and nothing accounts for it".to_owned();
            found.error("SR-CHECK-SECRET-IDLE", About::Object(&object.id), problem);
        }
    }
}

/// What is sealed or printed is proved on the same medium before the key becomes effective.
fn proofs(script: &Script, found: &mut Found<'_>) {
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
            found.error("SR-CHECK-UNPROVED", About::Step(made, id), problem.to_owned());
        }
    }
}
