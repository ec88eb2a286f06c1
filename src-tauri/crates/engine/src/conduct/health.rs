//! A health ceremony, step by step: every holder who is here proves each copy of the share alone,
//! and everybody hears how many shares may yet be lost (decision 0506).

use std::path::PathBuf;

use ceremony::answers::{Absence, Answers, HealthAnswers};
use ceremony::{JournalLine, Pending, Roster, Runner, StepKind, shipped};
use registry::{ShareCopy, Split};
use serde::{Serialize, Serializer};
use terms::{CeremonyId, KeyName, Problem as _, Timestamp};
use token::Serial;

use super::minutes::NOT_PROVED;
use super::{
    ConductError, Effects, Facts, Room, RoomError, Surroundings, drive, give_up, minutes,
    preflight, roster, shown_with_token,
};
use crate::approval::{ApprovalError, held};
use crate::genesis::Recovered;
use crate::health::{Margin, Means, Standing, effective, named, newest_key, shown, standings};
use crate::machine::Finding;
use crate::recovery::recover;
use crate::run::Run;
use crate::tokens::{DrillTokens, TokensError, at_hand};
use crate::vault::Vault;

/// What a health ceremony found, as machines read it.
#[derive(Debug, Serialize)]
pub struct Checked {
    /// The key.
    pub key: String,
    /// Copies that are what was handed out.
    pub proved: Vec<Proved>,
    /// Copies that were brought and not proved.
    pub unproved: Vec<Unproved>,
    /// Copies that are known and were not brought, each in words.
    pub not_brought: Vec<String>,
    /// Holders who were not there.
    pub absent: Vec<Away>,
    /// How many shares may yet be lost, if those that were brought and not proved are.
    pub margin: Margin,
    /// When the next copy is to be proved.
    pub next_due: Option<String>,
    /// The minutes, as a path.
    pub minutes: String,
    /// The run of the ceremony.
    pub ceremony: String,
}

/// A copy of a share that is what was handed out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Proved {
    /// Who holds it.
    pub holder: String,
    /// The token that it lies on; none for a sheet.
    pub token: Option<String>,
}

/// A copy of a share that was brought and not proved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Unproved {
    /// Who brought it.
    pub holder: String,
    /// Whether it was a sheet.
    pub sheet: bool,
    /// The token that it was; none for a sheet, or if no token could be reached.
    #[serde(serialize_with = "as_number")]
    pub token: Option<Serial>,
    /// The code of the problem.
    pub code: String,
}

impl Unproved {
    /// What was brought, in words.
    pub fn on(&self) -> String {
        match self.token {
            _ if self.sheet => "sheet".to_owned(),
            Some(serial) => format!("token {}", serial.with_remark()),
            None => "token".to_owned(),
        }
    }
}

fn as_number<S: Serializer>(token: &Option<Serial>, serializer: S) -> Result<S::Ok, S::Error> {
    token.map(|serial| serial.to_string()).serialize(serializer)
}

/// A holder who was not there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Away {
    /// The name.
    pub holder: String,
    /// Why.
    pub reason: String,
}

/// Everything a health ceremony works with.
struct Work<'a, 'g> {
    vault: Vault,
    room: &'a mut dyn Room,
    answers: &'a Answers,
    given: Surroundings<'g>,
    run: Run,
    key: KeyName,
    split: Split,
    absent: Vec<Absence>,
    not_brought: Vec<String>,
    /// The drawer of a drill vault.
    drawer: Option<DrillTokens>,
    /// The token that was used last.
    at_hand: Option<Serial>,
    /// Who proved which copy.
    proved: Vec<(String, ShareCopy)>,
    unproved: Vec<Unproved>,
    /// What was read aloud of the margin.
    stated: Facts,
    /// What the machine showed when people looked at it.
    machine: Vec<Finding>,
}

/// What is known before anybody sits down.
struct Prepared {
    key: KeyName,
    roster: Roster,
    runner: Runner,
    absent: Vec<Absence>,
    not_brought: Vec<String>,
}

/// Conducts a health ceremony in `vault` with the people that `answers` names and `room` speaks
/// for.
///
/// # Errors
///
/// The roster does not fit, or the vault cannot be written. A share that is not proved is no error:
/// the ceremony goes on, and says so.
pub fn run(
    mut vault: Vault,
    room: &mut dyn Room,
    answers: &Answers,
    given: Surroundings<'_>,
) -> Result<Checked, ConductError> {
    let now = (given.clock)();
    let Prepared { key, roster, mut runner, absent, not_brought } = prepare(&vault, answers, now)?;
    let split = effective(&vault, key)?;
    recover(&mut vault, now)?;
    let mut id = [0; 16];
    given.rng.fill_bytes(&mut id);
    let (ceremony, people) = (CeremonyId::from_bytes(id), roster::attendees(&roster));
    let script = ("health", runner.script().digest());
    let run = Run::begin(&mut vault, ("ceremony.health", ceremony, None), script, &people, now)?;
    let mut work = Work {
        drawer: DrillTokens::of(&vault).ok(),
        vault,
        room,
        answers,
        given,
        run,
        key,
        split,
        absent,
        not_brought,
        at_hand: None,
        proved: Vec::new(),
        unproved: Vec::new(),
        stated: Facts::new(),
        machine: Vec::new(),
    };
    let driven = drive(&mut runner, &mut work);
    if let Err(error) = &driven {
        give_up(&mut runner, &mut work, error);
    }
    work.end(&runner, driven)
}

/// Refuses what [`run`] would refuse before it asks anybody anything, and tells of which key the
/// shares would be proved; changes nothing.
///
/// # Errors
///
/// The roster does not fit.
pub fn check(vault: &Vault, answers: &Answers, now: Timestamp) -> Result<KeyName, ConductError> {
    Ok(prepare(vault, answers, now)?.key)
}

fn prepare(vault: &Vault, answers: &Answers, now: Timestamp) -> Result<Prepared, ConductError> {
    let missing = |what: &str| RoomError::Unanswered { what: what.to_owned() };
    let asked = answers.health.as_ref().ok_or_else(|| missing("whose shares are proved"))?;
    let newest = newest_key(vault)?;
    let key = asked.key.or(newest).ok_or(ApprovalError::OtherVault)?;
    let shares = standings(vault, key, now)?;
    everybody_is_named(asked, &shares)?;
    let known = |name: &str| {
        let own = shares.iter().find(|share| share.holder == name);
        let copies = own.map_or(&[][..], |share| &share.copies);
        let tokens = copies.iter().filter(|copy| copy.token.is_some()).count();
        (tokens, tokens < copies.len())
    };
    let roster = roster::of_health(answers, asked, known);
    let not_brought = not_brought(&roster, asked, known);
    roster::compare(vault, &roster)?;
    let runner = Runner::start(shipped("health")?, roster.clone())?;
    let absent = asked.absent.clone();
    Ok(Prepared { key, roster, runner, absent, not_brought })
}

/// Every holder is named once, as here or as absent, and nobody else is (script-1 C21).
fn everybody_is_named(asked: &HealthAnswers, shares: &[Standing]) -> Result<(), ConductError> {
    let here = asked.holders.iter().map(|holder| &holder.name);
    let names: Vec<_> = here.chain(asked.absent.iter().map(|absence| &absence.name)).collect();
    if let Some(stranger) = names.iter().find(|name| shares.iter().all(|s| s.holder != ***name)) {
        return Err(ApprovalError::NoShare { person: (**stranger).clone() }.into());
    }
    for share in shares {
        let times = names.iter().filter(|name| ***name == share.holder).count();
        if times != 1 {
            let what = format!("once whether {} is here", share.holder);
            return Err(RoomError::Unanswered { what }.into());
        }
    }
    match asked.absent.iter().find(|absence| absence.reason.trim().is_empty()) {
        Some(absence) => {
            let what = format!("why {} is not here", absence.name);
            Err(RoomError::Unanswered { what }.into())
        }
        None => Ok(()),
    }
}

/// What holders who are here know to have and did not bring, in words.
fn not_brought(
    roster: &Roster,
    asked: &HealthAnswers,
    known: impl Fn(&str) -> (usize, bool),
) -> Vec<String> {
    let mut words = Vec::new();
    for own in &asked.holders {
        let brought = roster.holders.iter().filter(|holder| holder.name == own.name);
        let (tokens, sheet) = known(&own.name);
        let with_token = brought.clone().filter(|holder| holder.token).count();
        let with_sheet = brought.filter(|holder| holder.sheet).count() > 0;
        match tokens - with_token {
            0 => (),
            1 => words.push(format!("a token of {}", own.name)),
            more => words.push(format!("{more} tokens of {}", own.name)),
        }
        words.extend((sheet && !with_sheet).then(|| format!("the sheet of {}", own.name)));
    }
    words
}

impl Work<'_, '_> {
    /// Closes the ceremony, or gives it up. The last minutes are written in every case.
    fn end(
        mut self,
        runner: &Runner,
        driven: Result<(), ConductError>,
    ) -> Result<Checked, ConductError> {
        let now = (self.given.clock)();
        let end = if driven.is_ok() { "-agreed" } else { "-given-up" };
        let written = self.write_minutes(runner, end, now);
        let told = (runner, self.answers.place.as_str(), self.given.program);
        let kept = self.run.transcribe(&mut self.vault, told, self.given.rng, now);
        match driven.and(written).and_then(|minutes| Ok(kept.map(|()| minutes)?)) {
            Ok(minutes) => {
                let (margin, next_due) = self.margin(now)?;
                let ceremony = self.run.ceremony.to_string();
                self.run.close(&mut self.vault, now)?;
                let proved = |(holder, copy): (String, ShareCopy)| match copy {
                    ShareCopy::Token(serial) => Proved { holder, token: Some(serial) },
                    ShareCopy::Sheet => Proved { holder, token: None },
                };
                let away = |absence: Absence| Away { holder: absence.name, reason: absence.reason };
                Ok(Checked {
                    key: self.key.to_string(),
                    proved: self.proved.into_iter().map(proved).collect(),
                    unproved: self.unproved,
                    not_brought: self.not_brought,
                    absent: self.absent.into_iter().map(away).collect(),
                    margin,
                    next_due,
                    minutes: minutes.display().to_string(),
                    ceremony,
                })
            }
            Err(error) => {
                self.run.abort(&mut self.vault, error.code(), now)?;
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
        let ceremony = self.run.ceremony;
        let frame = minutes::Frame {
            environment: self.vault.environment(),
            ceremony,
            place: &self.answers.place,
            facts: vec![("Key".to_owned(), self.key.to_string())],
            log_head: &log_head,
            program: self.given.program,
            now,
            policy: None,
            left: &Recovered::default(),
        };
        let pdf = minutes::render(runner, frame)?;
        let file = format!("minutes-{ceremony}{end}.pdf");
        self.run.document(&mut self.vault, ("minutes", &file), &pdf, now)?;
        Ok(self.vault.path().join("documents").join(file))
    }

    /// The share of `holder` on a token that was not shown yet.
    fn prove_token(
        &mut self,
        holder: &str,
        step: &str,
        now: Timestamp,
    ) -> Result<Facts, ConductError> {
        let held = held(&self.vault, &self.split, holder)?;
        let is_shown = |serial: &Serial| {
            let copy = ShareCopy::Token(serial.to_string());
            self.proved.iter().any(|(name, shown)| name == holder && *shown == copy)
        };
        let mut own = held.tokens();
        own.retain(|serial| !is_shown(serial));
        self.at_hand = None;
        let (tokens, rng) = self.given.tokens(&mut self.drawer)?;
        let serial = at_hand(tokens, &own, rng)?;
        self.at_hand = Some(serial);
        let asked = (holder, serial, step);
        let shown = shown_with_token((&self.vault, &held), (self.room, (tokens, rng)), asked);
        self.keep_proof(holder, shown?.0, now)
    }

    /// The share of `holder` as it stands on the sheet.
    fn prove_sheet(&mut self, holder: &str, now: Timestamp) -> Result<Facts, ConductError> {
        let held = held(&self.vault, &self.split, holder)?;
        let what = || RoomError::Unanswered { what: format!("the words of {holder}") };
        let words = self.room.words(holder)?.ok_or_else(what)?;
        let (copy, _) = shown(&self.vault, &held, Means::Sheet(&words))?;
        self.keep_proof(holder, copy, now)
    }

    /// Puts on the record that a copy is what was handed out.
    fn keep_proof(
        &mut self,
        holder: &str,
        copy: ShareCopy,
        now: Timestamp,
    ) -> Result<Facts, ConductError> {
        let held = held(&self.vault, &self.split, holder)?;
        let place = (held.record.place().group, held.record.place().member);
        let reason = format!("{holder} proved the share on {}", named(&copy));
        let split = self.split.id;
        self.vault
            .change(&self.run.intent, &reason, now, |act| act.prove_copy(split, place, &copy))?;
        let fact = (format!("Share of {holder}"), format!("proved on {}", named(&copy)));
        self.proved.push((holder.to_owned(), copy));
        Ok(vec![fact])
    }

    /// What is brought in a step of this kind, in words.
    fn brought(&self, kind: StepKind) -> String {
        let sheet = kind == StepKind::ProveSheet;
        let (holder, code) = (String::new(), String::new());
        Unproved { holder, sheet, token: self.at_hand, code }.on()
    }

    /// How many may yet be lost, and when the next copy is due. Who brought copies and proved none
    /// of them counts as somebody without a share.
    fn margin(&self, now: Timestamp) -> Result<(Margin, Option<String>), ConductError> {
        let mut shares = standings(&self.vault, self.key, now)?;
        for share in &mut shares {
            let failed = self.unproved.iter().any(|unproved| unproved.holder == share.holder);
            if failed && !self.proved.iter().any(|(holder, _)| *holder == share.holder) {
                share.copies.clear();
            }
        }
        let due = shares.iter().filter(|share| !share.copies.is_empty()).map(|share| &share.due);
        let next_due = due.min().cloned();
        Ok((Margin::of(&self.vault, self.key, &shares)?, next_due))
    }

    /// Everything that is read aloud at the end.
    fn state_margin(&mut self, now: Timestamp) -> Result<(), ConductError> {
        let (margin, next_due) = self.margin(now)?;
        let fact = |label: &str, value: String| (label.to_owned(), value);
        let mut stated = Facts::new();
        stated.extend(self.unproved.iter().map(|unproved| {
            let on = unproved.on();
            fact(NOT_PROVED, format!("{}, {on} [{}]", unproved.holder, unproved.code))
        }));
        stated.extend(self.not_brought.iter().map(|what| fact("Not brought", what.clone())));
        stated.extend(
            self.absent.iter().map(|absence| {
                fact("Absent", format!("{}: {}", absence.name, absence.reason.trim()))
            }),
        );
        stated.extend(margin.groups.iter().map(|group| {
            let (usable, shares, needed) = (group.usable, group.shares, group.needed);
            let value = format!("{usable} of {shares} shares can be used, {needed} are needed");
            fact(&group.name, value)
        }));
        stated.push(fact("Margin", margin.in_words()));
        stated.extend(next_due.map(|due| fact("Next proof", format!("by {due}"))));
        self.stated = stated;
        Ok(self.room.show_facts(&self.stated)?)
    }
}

impl Effects for Work<'_, '_> {
    fn announce(&mut self, pending: &Pending<'_>) -> Result<(), ConductError> {
        match pending.step.kind {
            StepKind::Preflight => {
                self.machine = (self.given.machine)();
                Ok(self.room.show_machine(&self.machine)?)
            }
            StepKind::StateMargin => self.state_margin((self.given.clock)()),
            _ => Ok(()),
        }
    }

    fn perform(&mut self, pending: &Pending<'_>, runner: &Runner) -> Result<Facts, ConductError> {
        let now = (self.given.clock)();
        let holder = pending.subject.unwrap_or_default();
        match pending.step.kind {
            StepKind::Preflight => Ok(preflight::facts(&self.machine)),
            StepKind::ProveToken => self.prove_token(holder, &pending.step.title, now),
            StepKind::ProveSheet => self.prove_sheet(holder, now),
            StepKind::StateMargin => Ok(self.stated.clone()),
            StepKind::WriteMinutes => {
                let path = self.write_minutes(runner, "", now)?;
                self.room.show_paper("minutes", &path)?;
                Ok(Facts::new())
            }
            _ => Ok(Facts::new()),
        }
    }

    /// A share that cannot be shown is what such a ceremony is there to find.
    fn goes_on_without(&self, pending: &Pending<'_>, error: &ConductError) -> Option<Facts> {
        let is_of_vault = matches!(error, ConductError::Approval(ApprovalError::Vault(_)));
        // No reader, or no module: that is nothing of this share.
        let is_of_program =
            matches!(error, ConductError::Tokens(TokensError::NoReaders | TokensError::NoModule));
        let is_of_share = matches!(
            error,
            ConductError::Approval(_)
                | ConductError::Token { .. }
                | ConductError::Tokens(_)
                | ConductError::Room(RoomError::Cancelled)
        );
        let kind = pending.step.kind;
        let proves = matches!(kind, StepKind::ProveToken | StepKind::ProveSheet);
        if !proves || !is_of_share || is_of_vault || is_of_program {
            return None;
        }
        let label = format!("Share of {}", pending.subject.unwrap_or_default());
        Some(vec![(label, format!("{NOT_PROVED}, {} [{}]", self.brought(kind), error.code()))])
    }

    fn went_on_without(&mut self, pending: &Pending<'_>, error: &ConductError) {
        self.unproved.push(Unproved {
            holder: pending.subject.unwrap_or_default().to_owned(),
            sheet: pending.step.kind == StepKind::ProveSheet,
            token: self.at_hand.filter(|_| pending.step.kind == StepKind::ProveToken),
            code: error.code().to_owned(),
        });
    }

    fn keep(&mut self, line: &JournalLine) -> Result<(), ConductError> {
        Ok(self.run.journal(&mut self.vault, &terms::encode(line), line.at)?)
    }

    fn room(&mut self) -> &mut dyn Room {
        self.room
    }

    fn now(&self) -> Timestamp {
        (self.given.clock)()
    }
}
