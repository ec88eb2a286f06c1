//! The script, the people and the table, as a runner knows them now.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use ceremony::{Event, ObjectKind, Pending, Runner, StepKind, Turn};
use serde::Serialize;

use super::View;
use super::rings::taken;

/// Steps that are nothing but words between people.
const WORDS_ONLY: [StepKind; 8] = [
    StepKind::Statement,
    StepKind::CheckIn,
    StepKind::CompareFingerprint,
    StepKind::Sign,
    StepKind::ShowPlan,
    StepKind::ShowSplit,
    StepKind::StateExposure,
    StepKind::StateMargin,
];

/// An act and its steps.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(specta::Type))]
pub(crate) struct Act {
    title: String,
    steps: Vec<Step>,
}

/// A step of the script, one for each person it is repeated for.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(specta::Type))]
pub(crate) struct Step {
    key: String,
    title: String,
    subject: Option<String>,
    time_minutes: u32,
    mark: Mark,
    done_at: Option<String>,
}

/// Where a step stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(specta::Type))]
pub(crate) enum Mark {
    /// It was taken.
    Done,
    /// It is the step of now.
    Current,
    /// It comes later.
    Next,
}

/// The step of now.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(specta::Type))]
pub(crate) struct StepNow {
    act: String,
    title: String,
    subject: Option<String>,
    actor: String,
    confirmers: Vec<String>,
    say: Option<String>,
    task: String,
    why: Option<String>,
    /// Whether the program does something when the step is confirmed.
    is_carried_out: bool,
    /// Whether somebody is asked to agree with what happened (script-1 C25).
    asks_agreement: bool,
    /// Steps that were taken, and all there are.
    progress: (u32, u32),
}

impl StepNow {
    /// Who acts.
    pub(super) fn actor(&self) -> &str {
        &self.actor
    }
}

/// Somebody in the room.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(specta::Type))]
pub(crate) struct Person {
    pub(super) name: String,
    role: String,
    is_here: bool,
    /// The token's label, if the person has one.
    pub(super) token: Option<String>,
    pub(super) is_token_in: bool,
}

/// Something that is made, held or destroyed.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(specta::Type))]
pub(crate) struct RoomObject {
    id: String,
    name: String,
    kind: Kind,
    secret: bool,
    state: ObjectState,
    place: Option<String>,
}

impl RoomObject {
    /// Whether it is secret and lies in memory when it is there.
    pub(super) fn is_secret_in_memory(&self) -> bool {
        self.secret && self.place.is_some()
    }

    /// Whether it is there.
    pub(super) fn is_here(&self) -> bool {
        self.state == ObjectState::Here
    }

    /// Whether it is still to come.
    pub(super) fn is_to_come(&self) -> bool {
        self.state == ObjectState::NotYet
    }
}

/// What an object is; the words of the script language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(specta::Type))]
pub(crate) enum Kind {
    /// A fact that a step establishes.
    Fact,
    /// A key or seed in memory.
    Key,
    /// Shares in memory.
    Shares,
    /// Envelopes in the registry.
    Envelopes,
    /// Sheets of paper.
    Sheets,
    /// A document.
    Document,
    /// Restored data.
    Data,
}

/// Whether an object exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(specta::Type))]
pub(crate) enum ObjectState {
    /// Not made yet.
    NotYet,
    /// It exists.
    Here,
    /// It is destroyed, sealed or handed over.
    Gone,
}

impl View {
    /// Takes from `runner` what there is to see.
    pub(super) fn follow(&mut self, runner: &Runner) {
        let script = runner.script();
        self.title = format!("{}, version {}", script.title, script.version);
        self.acts = acts(runner);
        self.people(runner);
        self.members(runner);
        self.objects = script.objects.iter().map(|object| shown(object, runner)).collect();
        self.exceptions = runner.record().exceptions;
    }

    /// Shows `pending` as the step of now.
    pub(super) fn set_step(&mut self, pending: &Pending<'_>) {
        let step = pending.step;
        let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        let tidy = |text: &String| text.trim().to_owned();
        self.step = Some(StepNow {
            act: pending.act.to_owned(),
            title: step.title.clone(),
            subject: pending.subject.map(str::to_owned),
            actor: pending.actor.to_owned(),
            confirmers: pending.confirmers.iter().map(|name| (*name).to_owned()).collect(),
            say: step.say.as_ref().map(tidy),
            task: tidy(&step.task),
            why: step.why.as_ref().map(tidy),
            is_carried_out: !WORDS_ONLY.contains(&step.kind),
            asks_agreement: step.kind == StepKind::Sign,
            progress: (number(pending.progress.0), number(pending.progress.1)),
        });
    }

    /// Names of the people who are here, and labels of the tokens that are in.
    pub(super) fn present(&self) -> (Vec<String>, Vec<String>) {
        let here = self.people.iter().filter(|person| person.is_here);
        let token = |person: &Person| {
            let label = person.token.as_ref().filter(|_| person.is_token_in)?;
            Some(format!("{} ({label})", person.name))
        };
        // Somebody with two roles stands there twice, and is one person with one token.
        let names: BTreeSet<_> = here.clone().map(|person| person.name.clone()).collect();
        let tokens: BTreeSet<_> = here.filter_map(token).collect();
        (names.into_iter().collect(), tokens.into_iter().collect())
    }

    /// What a token told is known only while it is used: its tries, and of a real one that it is in
    /// a reader.
    pub(super) fn forget_tokens(&mut self) {
        for token in self.people.iter_mut().filter_map(|person| person.token.as_mut()) {
            if let Some((name, _)) = token.split_once(", ") {
                *token = name.to_owned();
            }
        }
        if self.environment != terms::Environment::Drill.to_string() {
            self.people.iter_mut().for_each(|person| person.is_token_in = false);
        }
    }

    fn people(&mut self, runner: &Runner) {
        let here = taken(runner, StepKind::CheckIn);
        let roster = runner.roster();
        // A drill's tokens are in until somebody takes one out; of real ones nothing is known.
        let is_drill = self.environment == terms::Environment::Drill.to_string();
        let has_token =
            |name: &str| roster.holders.iter().any(|holder| holder.name == name && holder.token);
        let known = std::mem::take(&mut self.people);
        let people = roster.people.iter().map(|person| {
            let before = known.iter().find(|known| known.name == person.name);
            let fresh = || has_token(&person.name).then(|| "token".to_owned());
            Person {
                name: person.name.clone(),
                role: person.role.clone(),
                is_here: here.contains(&person.name.as_str()),
                token: before.map_or_else(fresh, |before| before.token.clone()),
                is_token_in: match before {
                    Some(before) => before.is_token_in,
                    None => is_drill && has_token(&person.name),
                },
            }
        });
        self.people = people.collect();
    }
}

fn acts(runner: &Runner) -> Vec<Act> {
    let mut acts: Vec<Act> = Vec::new();
    for (number, turn) in runner.turns().enumerate() {
        let mark = match number.cmp(&runner.taken()) {
            Ordering::Less => Mark::Done,
            Ordering::Equal => Mark::Current,
            Ordering::Greater => Mark::Next,
        };
        let step = Step {
            key: format!("{}/{}", turn.step.id, turn.subject.unwrap_or_default()),
            title: turn.step.title.clone(),
            subject: turn.subject.map(str::to_owned),
            time_minutes: turn.step.time_minutes,
            mark,
            done_at: (mark == Mark::Done).then(|| done_at(runner, turn)).flatten(),
        };
        match acts.last_mut().filter(|act| act.title == turn.act) {
            Some(act) => act.steps.push(step),
            None => acts.push(Act { title: turn.act.to_owned(), steps: vec![step] }),
        }
    }
    acts
}

/// When the turn was taken last.
fn done_at(runner: &Runner, turn: Turn<'_>) -> Option<String> {
    let is_it = |event: &Event| match event {
        Event::Done { step, subject, .. } => {
            *step == turn.step.id && subject.as_deref() == turn.subject
        }
        _ => false,
    };
    let line = runner.journal().iter().rev().find(|line| is_it(&line.event));
    line.map(|line| line.at.to_string())
}

fn shown(object: &ceremony::Object, runner: &Runner) -> RoomObject {
    let was_made =
        || runner.turns().take(runner.taken()).any(|turn| turn.step.makes.contains(&object.id));
    RoomObject {
        id: object.id.clone(),
        name: object.id.replace('-', " "),
        kind: match object.kind {
            ObjectKind::Fact => Kind::Fact,
            ObjectKind::Key => Kind::Key,
            ObjectKind::Shares => Kind::Shares,
            ObjectKind::Envelopes => Kind::Envelopes,
            ObjectKind::Sheets => Kind::Sheets,
            ObjectKind::Document => Kind::Document,
            ObjectKind::Data => Kind::Data,
        },
        secret: object.secret,
        state: match (runner.has(&object.id), was_made()) {
            (true, _) => ObjectState::Here,
            (false, true) => ObjectState::Gone,
            (false, false) => ObjectState::NotYet,
        },
        place: object.volatile.then(|| "in memory".to_owned()),
    }
}
