//! Enrolment of tokens, step by step.

use std::path::PathBuf;

use ceremony::answers::Answers;
use ceremony::{JournalLine, Pending, Roster, Runner, StepKind, shipped};
use serde::Serialize;
use terms::{CeremonyId, Problem as _, Timestamp};
use token::{Serial, Start, Trace};

use super::{
    ConductError, Effects, Facts, PinQuestion, Room, Surroundings, drive, give_up, minutes,
    preflight, roster,
};
use crate::enrolment::{Enrolling, EnrolmentError, Passport, Puk, Typed};
use crate::genesis::Recovered;
use crate::machine::Finding;
use crate::recovery::recover;
use crate::tokens::DrillTokens;
use crate::vault::Vault;

/// What may be done with a token that is not as it left the factory; nothing, unless asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Used {
    /// The token that is erased for good.
    pub reset: Option<Serial>,
    /// An enrolment that was interrupted goes on: its holder knows PIN and PUK.
    pub resume: bool,
}

/// What an enrolment did, as machines read it.
#[derive(Debug, Serialize)]
pub struct Enrolled {
    /// The passports of the tokens that were admitted.
    pub tokens: Vec<Passport>,
    /// The minutes, as a path.
    pub minutes: String,
    /// The run of the ceremony.
    pub ceremony: String,
}

/// Everything an enrolment works with.
struct Work<'a, 'g> {
    vault: Vault,
    room: &'a mut dyn Room,
    answers: &'a Answers,
    given: Surroundings<'g>,
    used: Used,
    ceremony: CeremonyId,
    enrolling: Enrolling,
    /// The drawer of a drill vault.
    drawer: Option<DrillTokens>,
    admitted: Vec<Passport>,
    /// What the machine showed when people looked at it.
    machine: Vec<Finding>,
}

/// Conducts an enrolment in `vault` with the people that `answers` names and `room` speaks for.
///
/// # Errors
///
/// The roster does not fit, or a step failed for good. Tokens that were admitted before stay so;
/// others are nobody's.
pub fn run(
    mut vault: Vault,
    room: &mut dyn Room,
    answers: &Answers,
    used: Used,
    given: Surroundings<'_>,
) -> Result<Enrolled, ConductError> {
    let (roster, mut runner) = prepare(&vault, answers)?;
    let now = (given.clock)();
    recover(&mut vault, now)?;
    let mut id = [0; 16];
    given.rng.fill_bytes(&mut id);
    let ceremony = CeremonyId::from_bytes(id);
    let script = ("enrol", runner.script().digest());
    let people = roster::attendees(&roster);
    let enrolling = Enrolling::begin(&mut vault, ceremony, script, &people, now)?;
    let mut work = Work {
        drawer: DrillTokens::of(&vault).ok(),
        vault,
        room,
        answers,
        given,
        used,
        ceremony,
        enrolling,
        admitted: Vec::new(),
        machine: Vec::new(),
    };
    let driven = drive(&mut runner, &mut work);
    if let Err(error) = &driven {
        give_up(&mut runner, &mut work, error);
    }
    work.end(&runner, driven)
}

/// Refuses what [`run`] would refuse before it asks anybody anything; changes nothing.
///
/// # Errors
///
/// The roster does not fit.
pub fn check(vault: &Vault, answers: &Answers) -> Result<(), ConductError> {
    prepare(vault, answers).map(drop)
}

fn prepare(vault: &Vault, answers: &Answers) -> Result<(Roster, Runner), ConductError> {
    let roster = roster::of_enrolment(answers)?;
    roster::compare(vault, &roster)?;
    let runner = Runner::start(shipped("enrol")?, roster.clone())?;
    Ok((roster, runner))
}

impl Work<'_, '_> {
    /// Closes the ceremony, or gives it up. The last minutes are written in every case.
    fn end(
        mut self,
        runner: &Runner,
        driven: Result<(), ConductError>,
    ) -> Result<Enrolled, ConductError> {
        let now = (self.given.clock)();
        let end = if driven.is_ok() { "-agreed" } else { "-given-up" };
        let written = self.write_minutes(runner, end, now);
        let told = (runner, self.answers.place.as_str(), self.given.program);
        let run = self.enrolling.run();
        let kept = run.transcribe(&mut self.vault, told, self.given.rng, now);
        match driven.and(written).and_then(|minutes| Ok(kept.map(|()| minutes)?)) {
            Ok(minutes) => {
                self.enrolling.close(&mut self.vault, now)?;
                let (minutes, ceremony) =
                    (minutes.display().to_string(), self.ceremony.to_string());
                Ok(Enrolled { tokens: self.admitted, minutes, ceremony })
            }
            Err(error) => {
                self.enrolling.abort(&mut self.vault, error.code(), now)?;
                Err(error)
            }
        }
    }

    /// Writes the minutes as they are now (decision 0501).
    fn write_minutes(
        &mut self,
        runner: &Runner,
        end: &str,
        now: Timestamp,
    ) -> Result<PathBuf, ConductError> {
        let log_head = self.vault.signed_head();
        let mut facts = Facts::new();
        if end == "-given-up" {
            let names: Vec<_> = self.admitted.iter().map(|p| p.serial.to_string()).collect();
            let none = "given up; no token was admitted".to_owned();
            let some = format!("given up; tokens admitted before: {}", names.join(", "));
            facts.push(("Outcome".to_owned(), if names.is_empty() { none } else { some }));
        }
        let frame = minutes::Frame {
            environment: self.vault.environment(),
            ceremony: self.ceremony,
            place: &self.answers.place,
            facts,
            log_head: &log_head,
            program: self.given.program,
            now,
            policy: None,
            left: &Recovered::default(),
        };
        let pdf = minutes::render(runner, frame)?;
        let file = format!("minutes-{}{end}.pdf", self.ceremony);
        self.enrolling.document(&mut self.vault, ("minutes", &file), &pdf, now)?;
        Ok(self.vault.path().join("documents").join(file))
    }

    fn prepare(&mut self, holder: &str, step: &str, now: Timestamp) -> Result<Facts, ConductError> {
        let failed = |error| EnrolmentError::Token { holder: holder.to_owned(), error };
        let serial = self.new_token()?;
        let (tokens, rng) = self.given.tokens(&mut self.drawer)?;
        let mut token = tokens.take(serial, rng)?;
        let mut traces = token.traces().map_err(failed)?;
        let is_begun = self.enrolling.is_begun(serial);
        let start = if self.used.resume || is_begun { Start::Resume } else { Start::Fresh };
        let is_erased = self.used.reset == Some(serial) && !is_begun;
        if !traces.is_empty() && !is_erased && start == Start::Fresh {
            return Err(EnrolmentError::Used { serial, traces }.into());
        }
        let question = PinQuestion { holder, serial, tries_left: None, operation: step };
        let pin = self.room.pin(&question)?;
        let puk = self.room.puk(&question)?;
        // Another one that is drawn would be a wrong one, and cost a try of it.
        let has_puk = traces.contains(&Trace::Puk) && !is_begun && !is_erased;
        if has_puk && puk.is_none() {
            return Err(EnrolmentError::ForgottenPuk { serial }.into());
        }
        let (enrolling, vault) = (&mut self.enrolling, &mut self.vault);
        let start = if is_erased && !traces.is_empty() {
            enrolling.reset(vault, holder, (&mut *token, &traces), now)?;
            Start::Fresh
        } else {
            traces.clear();
            start
        };
        let typed = Typed { pin: &pin.text, puk };
        let prepared =
            enrolling.prepare(vault, holder, (&mut *token, start, traces), typed, rng, now);
        drop(token);
        tokens.put_back()?;
        Ok(vec![(format!("Token of {holder}"), prepared?.to_string())])
    }

    fn test(&mut self, holder: &str, step: &str) -> Result<Facts, ConductError> {
        let failed = |error| ConductError::Token { holder: holder.to_owned(), error };
        let serial = self.enrolling.serial(holder)?;
        let (tokens, rng) = self.given.tokens(&mut self.drawer)?;
        let mut token = tokens.take(serial, rng)?;
        let tries_left = Some(token.pin_state().map_err(failed)?.tries_left);
        let question = PinQuestion { holder, serial, tries_left, operation: step };
        let pin = self.room.pin(&question)?;
        let room = &mut *self.room;
        let mut touch = |touch| room.touch(holder, touch);
        let tested = self.enrolling.test(holder, &mut *token, (&pin.as_pin(), &mut touch), rng);
        drop(token);
        // The counter of tries changed, whether or not the PIN was right.
        tokens.put_back()?;
        tested?;
        Ok(Facts::new())
    }

    fn admit(&mut self, holder: &str, now: Timestamp) -> Result<Facts, ConductError> {
        let (vault, program) = (&mut self.vault, self.given.program);
        let passport = self.enrolling.admit(vault, holder, program, now)?;
        let serial = passport.serial;
        let file = format!("passport-{serial}-{}.pdf", self.ceremony);
        self.room.show_paper("passport", &self.vault.path().join("documents").join(file))?;
        let fact = |what: &str, value: String| (format!("{what} of token {serial}"), value);
        let puk = match passport.puk {
            Puk::Chosen => "chosen by its holder",
            Puk::Forgotten => "not kept: if the PIN is blocked, nobody can unblock the token",
        };
        let mut facts = vec![
            fact(
                "Model",
                format!("{}, {}, firmware {}", passport.model, passport.form, passport.firmware),
            ),
            fact("PUK", puk.to_owned()),
            fact("Replacement", format!("by {}", passport.replace.by)),
        ];
        facts.extend(passport.erased.clone().map(|what| fact("Erased from", what)));
        self.admitted.push(passport);
        Ok(facts)
    }

    /// The token that somebody gets now: nobody has it yet, neither before nor in this ceremony.
    fn new_token(&mut self) -> Result<Serial, ConductError> {
        let (vault, enrolling) = (&self.vault, &self.enrolling);
        let is_known = |serial: Serial| {
            let is_enrolled = matches!(vault.read().token(&serial.to_string()), Ok(Some(_)));
            is_enrolled || enrolling.knows(serial)
        };
        let (tokens, rng) = self.given.tokens(&mut self.drawer)?;
        Ok(match self.used.resume {
            true => tokens.begun_token(&is_known, rng)?,
            false => tokens.new_token(&is_known, rng)?,
        })
    }
}

impl Effects for Work<'_, '_> {
    fn announce(&mut self, pending: &Pending<'_>) -> Result<(), ConductError> {
        if pending.step.kind == StepKind::Preflight {
            self.machine = (self.given.machine)();
            self.room.show_machine(&self.machine)?;
        }
        Ok(())
    }

    fn perform(&mut self, pending: &Pending<'_>, runner: &Runner) -> Result<Facts, ConductError> {
        let now = (self.given.clock)();
        let holder = pending.subject.unwrap_or_default();
        let step = pending.step.title.as_str();
        match pending.step.kind {
            StepKind::Preflight => Ok(preflight::facts(&self.machine)),
            StepKind::EnrolToken => self.prepare(holder, step, now),
            StepKind::TestToken => self.test(holder, step),
            StepKind::WritePassport => self.admit(holder, now),
            StepKind::WriteMinutes => {
                let path = self.write_minutes(runner, "", now)?;
                self.room.show_paper("minutes", &path)?;
                Ok(Facts::new())
            }
            _ => Ok(Facts::new()),
        }
    }

    fn keep(&mut self, line: &JournalLine) -> Result<(), ConductError> {
        Ok(self.enrolling.journal(&mut self.vault, &terms::encode(line), line.at)?)
    }

    fn room(&mut self) -> &mut dyn Room {
        self.room
    }

    fn now(&self) -> Timestamp {
        (self.given.clock)()
    }
}
