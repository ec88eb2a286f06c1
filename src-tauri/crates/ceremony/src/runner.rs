//! The runner: one step at a time, in order, and nothing twice.

mod telling;

use sha2::{Digest as _, Sha256};
use terms::{Digest, Timestamp};

use crate::check::{Severity, check};
use crate::error::CeremonyError;
use crate::journal::{Event, JournalLine};
use crate::roster::Roster;
use crate::script::{Repeat, Script, Step, StepKind};
use crate::world::World;

/// A run of a ceremony.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Runner {
    script: Script,
    roster: Roster,
    /// Steps unrolled: number of the step in the script, and for whom.
    path: Vec<(usize, Option<String>)>,
    place: usize,
    state: State,
    world: World,
    journal: Vec<JournalLine>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Running,
    Paused,
    Aborted,
}

/// What comes next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next<'a> {
    /// A step is to be taken.
    Step(Pending<'a>),
    /// The ceremony rests.
    Paused,
    /// Every step is done, and every secret object is accounted for.
    Closed,
    /// The ceremony was given up.
    Aborted,
}

/// A step to be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pending<'a> {
    /// The act's title.
    pub act: &'a str,
    /// The step.
    pub step: &'a Step,
    /// For whom, if the step is repeated.
    pub subject: Option<&'a str>,
    /// Who acts.
    pub actor: &'a str,
    /// Who confirms.
    pub confirmers: Vec<&'a str>,
    /// How many steps were taken, and how many there are.
    pub progress: (usize, usize),
}

/// One turn of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Turn<'a> {
    /// The act's title.
    pub act: &'a str,
    /// The step.
    pub step: &'a Step,
    /// For whom, if the step is repeated.
    pub subject: Option<&'a str>,
}

impl Runner {
    /// Begins a run of `script` with the people of `roster`.
    ///
    /// # Errors
    ///
    /// The script is not sound, or the roster does not fit it (script-1 C6, C7, C15, C16).
    pub fn start(script: Script, roster: Roster) -> Result<Self, CeremonyError> {
        if let Some(found) = check(&script).into_iter().find(|f| f.severity == Severity::Error) {
            return Err(CeremonyError::Unsound { place: found.place, problem: found.problem });
        }
        roster.check(&script)?;
        let path = unroll(&script, &roster);
        for (number, subject) in &path {
            if let Some((_, step)) = script.steps().nth(*number) {
                roster.confirmers(step, roster.actor(step, subject.as_deref()))?;
            }
        }
        let (world, journal) = (World::default(), Vec::new());
        Ok(Self { script, roster, path, place: 0, state: State::Running, world, journal })
    }

    /// Brings a run back from its journal, as it was when the last line was written.
    ///
    /// # Errors
    ///
    /// The roster does not fit, or the journal is not this run's.
    pub fn replay(
        script: Script,
        roster: Roster,
        lines: &[JournalLine],
    ) -> Result<Self, CeremonyError> {
        let mut runner = Self::start(script, roster)?;
        for (number, line) in lines.iter().enumerate() {
            let written = runner.apply(line.event.clone(), line.at);
            if written.as_ref() != Ok(line) {
                return Err(CeremonyError::Journal { line: number });
            }
        }
        Ok(runner)
    }

    /// Takes note that the program ended in between: what existed in memory only is gone, so the
    /// run goes back to the first step that made any of it (script-1 C11).
    ///
    /// # Errors
    ///
    /// The ceremony is over.
    pub fn interrupted(&mut self, now: Timestamp) -> Result<JournalLine, CeremonyError> {
        let back_to = self.lost_place().map(|place| self.step_at(place).id.clone());
        self.apply(Event::Interrupted { back_to }, now)
    }

    /// What comes next.
    pub fn next(&self) -> Next<'_> {
        match self.state {
            State::Paused => return Next::Paused,
            State::Aborted => return Next::Aborted,
            State::Running => (),
        }
        let Some((number, subject)) = self.path.get(self.place) else { return Next::Closed };
        let Some((act, step)) = self.script.steps().nth(*number) else { return Next::Closed };
        let subject = subject.as_deref();
        let actor = self.roster.actor(step, subject);
        // The start saw to it that there is somebody for every role.
        let confirmers = self.roster.confirmers(step, actor).unwrap_or_default();
        let progress = (self.place, self.path.len());
        Next::Step(Pending { act: &act.title, step, subject, actor, confirmers, progress })
    }

    /// Takes an event; returns the line that must be durable before anything else happens.
    ///
    /// # Errors
    ///
    /// The event does not fit the state: another step, unmet needs, a ceremony that is over, or
    /// a secret object that would stay behind.
    pub fn apply(&mut self, event: Event, now: Timestamp) -> Result<JournalLine, CeremonyError> {
        let wakes = matches!(
            event,
            Event::Resumed
                | Event::GoesOn { .. }
                | Event::Aborted { .. }
                | Event::Interrupted { .. }
        );
        let over = match self.state {
            State::Aborted => Some("given up"),
            State::Paused if !wakes => Some("paused"),
            _ if self.place == self.path.len() => Some("closed"),
            _ => None,
        };
        if let Some(state) = over {
            return Err(CeremonyError::NotRunning { state });
        }
        match &event {
            Event::Done { step, subject, .. } => self.take(step, subject.as_deref())?,
            Event::Failed { step, subject, .. } => self.expect(step, subject.as_deref())?,
            Event::Exception { .. } => (),
            Event::Deviation { step, subject, by, countersigned, .. } => {
                self.expect(step, subject.as_deref())?;
                self.expect_two(by, countersigned)?;
            }
            Event::Disagreed { step, subject, .. } => self.disagree(step, subject.as_deref())?,
            Event::Rests { secrets, .. } => {
                self.expect_sealed(secrets)?;
                self.state = State::Paused;
            }
            Event::Paused => self.state = State::Paused,
            Event::Resumed | Event::GoesOn { .. } if self.state != State::Paused => {
                return Err(CeremonyError::NotRunning { state: "not at rest" });
            }
            Event::Resumed | Event::GoesOn { .. } => self.state = State::Running,
            Event::Aborted { .. } => self.state = State::Aborted,
            Event::Interrupted { .. } => self.go_back(),
        }
        let before = self.journal.last().map_or_else(|| self.origin(), JournalLine::digest);
        let number = self.journal.len() as u64;
        let line = JournalLine { number, at: now, before, event };
        self.journal.push(line.clone());
        Ok(line)
    }

    /// The script of this run.
    pub fn script(&self) -> &Script {
        &self.script
    }

    /// Whether `object` exists now.
    pub fn has(&self, object: &str) -> bool {
        self.world.has(object)
    }

    /// Every step in its turn, with everybody it is repeated for.
    pub fn turns(&self) -> impl Iterator<Item = Turn<'_>> {
        let steps: Vec<_> = self.script.steps().collect();
        self.path.iter().map(move |(number, subject)| {
            let (act, step) = steps[*number];
            Turn { act: &act.title, step, subject: subject.as_deref() }
        })
    }

    /// How many turns were taken.
    pub fn taken(&self) -> usize {
        self.place
    }

    /// Who is in the room.
    pub fn roster(&self) -> &Roster {
        &self.roster
    }

    /// Every line so far.
    pub fn journal(&self) -> &[JournalLine] {
        &self.journal
    }

    fn expect(&self, step: &str, subject: Option<&str>) -> Result<(), CeremonyError> {
        match self.next() {
            Next::Step(pending) if pending.step.id == step && pending.subject == subject => Ok(()),
            _ => {
                Err(CeremonyError::Unmet { step: step.to_owned(), missing: "its turn".to_owned() })
            }
        }
    }

    fn take(&mut self, step: &str, subject: Option<&str>) -> Result<(), CeremonyError> {
        self.expect(step, subject)?;
        let found = self.step_at(self.place).clone();
        if let Some(missing) = self.world.missing(&found) {
            let (step, missing) = (step.to_owned(), missing.to_owned());
            return Err(CeremonyError::Unmet { step, missing });
        }
        if found.kind == StepKind::MakeEffective {
            self.expect_proofs()?;
        }
        let mut after = self.world.clone();
        // What a repeated step makes or ends is made or ended with its last turn.
        let here = self.path[self.place].0;
        if self.path.get(self.place + 1).is_none_or(|(next, _)| *next != here) {
            after.take(&found);
        }
        let closes = self.place + 1 == self.path.len();
        if closes {
            if let Some(object) = after.unaccounted(&self.script) {
                return Err(CeremonyError::Unaccounted { object });
            }
            if let Some(missing) = self.script.closing.iter().find(|object| !after.has(object)) {
                let (step, missing) = (step.to_owned(), missing.clone());
                return Err(CeremonyError::Unmet { step, missing });
            }
        }
        self.world = after;
        self.place += 1;
        Ok(())
    }

    /// Two people of the room, and not one, answer for a deviation (script-1 C23).
    fn expect_two(&self, by: &str, countersigned: &str) -> Result<(), CeremonyError> {
        let is_here = |name: &str| self.roster.people.iter().any(|person| person.name == name);
        let refused = |person: &str, what| {
            Err(CeremonyError::NotTwo { person: person.escape_debug().to_string(), what })
        };
        match (is_here(by), is_here(countersigned)) {
            (false, _) => refused(by, "decide, for nobody of that name is in the room"),
            (_, false) => {
                refused(countersigned, "countersign, for nobody of that name is in the room")
            }
            _ if by == countersigned => refused(by, "countersign what the same person decided"),
            _ => Ok(()),
        }
    }

    /// Nothing secret is in memory, where no bag holds it, and somebody said where the rest is
    /// (script-1 C24).
    fn expect_sealed(&self, secrets: &str) -> Result<(), CeremonyError> {
        let is_secret = |id: &String| {
            let mut objects = self.script.objects.iter();
            objects.any(|object| object.volatile && object.secret && object.id == *id)
        };
        let taken = self.path[..self.place].iter().enumerate();
        let mut made = taken.flat_map(|(at, _)| self.step_at(at).makes.iter());
        // What a step that is under way has begun to make counts as made.
        let here = self.path.get(self.place).map(|(number, _)| *number);
        let is_under_way = self.place > 0 && here == Some(self.path[self.place - 1].0);
        let begun = || self.step_at(self.place - 1).makes.iter().find(|id| is_secret(id));
        let found = made
            .find(|id| is_secret(id) && self.world.has(id))
            .or_else(|| is_under_way.then(begun).flatten());
        match found {
            Some(object) => Err(CeremonyError::NotSealed { object: object.clone() }),
            None if secrets.trim().is_empty() => {
                Err(CeremonyError::NotSealed { object: "what is secret".to_owned() })
            }
            None => Ok(()),
        }
    }

    /// Somebody is asked to agree, and does not: the step is taken all the same (script-1 C25).
    fn disagree(&mut self, step: &str, subject: Option<&str>) -> Result<(), CeremonyError> {
        self.expect(step, subject)?;
        if self.step_at(self.place).kind != StepKind::Sign {
            return Err(CeremonyError::NotAsked { step: step.to_owned() });
        }
        self.take(step, subject)
    }

    /// Every share was proved on every medium it is on, in this run of the steps (script-1 C17).
    fn expect_proofs(&self) -> Result<(), CeremonyError> {
        let taken = &self.path[..self.place];
        let is_proved = |kind: StepKind, name: &str| {
            taken.iter().enumerate().any(|(at, (_, subject))| {
                self.step_at(at).kind == kind && subject.as_deref() == Some(name)
            })
        };
        let open = self.roster.holders.iter().find(|holder| {
            (holder.token && !is_proved(StepKind::ProveToken, &holder.name))
                || (holder.sheet && !is_proved(StepKind::ProveSheet, &holder.name))
        });
        match open {
            Some(holder) => Err(CeremonyError::Unproved { holder: holder.name.clone() }),
            None => Ok(()),
        }
    }

    fn go_back(&mut self) {
        let Some(place) = self.lost_place() else { return };
        self.place = place;
        self.world = World::default();
        for at in 0..place {
            if self.path[at].0 != self.path[at + 1].0 {
                let step = self.step_at(at).clone();
                self.world.take(&step);
            }
        }
    }

    /// The earliest step whose volatile product is still needed, if anything volatile exists.
    fn lost_place(&self) -> Option<usize> {
        let volatile = |id: &String| {
            let objects = &self.script.objects;
            objects.iter().any(|object| object.volatile && object.id == *id)
        };
        // A repeated step that is under way counts as having made its product.
        let under_way = (0..self.place).rev().take_while(|at| {
            self.path[*at].0 == self.path.get(self.place).map_or(usize::MAX, |p| p.0)
        });
        let begun = under_way.filter(|at| self.step_at(*at).makes.iter().any(volatile)).last();
        if !self.world.has_volatile(&self.script) {
            return begun;
        }
        let makes_lost = |at: &usize| self.step_at(*at).makes.iter().any(&volatile);
        (0..self.place).find(makes_lost).or(begun)
    }

    fn step_at(&self, place: usize) -> &Step {
        let number = self.path[place].0;
        match self.script.steps().nth(number) {
            Some((_, step)) => step,
            None => unreachable!("the path was made from the script's own steps"),
        }
    }

    /// What the first line of the journal follows: the script and everybody in the room.
    fn origin(&self) -> Digest {
        let mut digest = Sha256::new().chain_update(b"strongroom/ceremony/1\0");
        digest.update(self.script.digest().as_bytes());
        for person in &self.roster.people {
            digest.update(format!("{}\0{}\0", person.name, person.role));
        }
        for holder in &self.roster.holders {
            digest.update(format!("{}\0{}{}\0", holder.name, holder.token, holder.sheet));
        }
        digest.update([u8::from(self.roster.dice)]);
        Digest::from_bytes(digest.finalize().into())
    }
}

/// Every step with everybody it is repeated for, in order.
fn unroll(script: &Script, roster: &Roster) -> Vec<(usize, Option<String>)> {
    let mut path = Vec::new();
    for (number, (_, step)) in script.steps().enumerate() {
        let holders = |wanted: fn(&crate::Holder) -> bool| {
            let found = roster.holders.iter().filter(move |holder| wanted(holder));
            found.map(|holder| Some(holder.name.clone())).collect()
        };
        let subjects: Vec<Option<String>> = match step.repeat {
            Repeat::Once => vec![None],
            Repeat::Holder => holders(|_| true),
            Repeat::TokenHolder => holders(|holder| holder.token),
            Repeat::SheetHolder => holders(|holder| holder.sheet),
            Repeat::Person => people(roster),
            Repeat::Actor => roster.named(&step.actor).map(|name| Some(name.to_owned())).collect(),
            Repeat::Dice => roster.dice.then_some(None).into_iter().collect(),
        };
        path.extend(subjects.into_iter().map(|subject| (number, subject)));
    }
    path
}

/// Everybody once, in the order of the roster.
fn people(roster: &Roster) -> Vec<Option<String>> {
    let mut names: Vec<Option<String>> = Vec::new();
    for person in &roster.people {
        let name = Some(person.name.clone());
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}
