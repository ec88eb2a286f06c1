//! Genesis, step by step.

mod made;
mod paper;
mod refresh;
mod rotation;
mod tokens;

use std::collections::{BTreeSet, HashMap};
use std::path::PathBuf;

use ceremony::answers::Answers;
use ceremony::{JournalLine, Pending, Roster, Runner, StepKind, shipped};
use quorum::QuorumPolicy;
use terms::{CeremonyId, KeyName, Problem as _, Timestamp};
use token::Serial;

use super::{
    ConductError, Effects, Facts, Room, Sheets, Surroundings, drive, give_up, in_words, minutes,
    preflight, roster,
};
use crate::genesis::{Genesis, GenesisReport, Recovered};
use crate::machine::Finding;
use crate::recovery::recover;
use crate::tokens::DrillTokens;
use crate::vault::Vault;
pub use made::{Made, MadeShare};
use refresh::Old;
use rotation::Replaced;

const GENESIS: &str = "genesis";
const REFRESH: &str = "refresh";
const ROTATION: &str = "rotation";

/// What the minutes say of a ceremony that stopped after its key was made effective.
const EFFECTIVE: &str = "not finished, but the key IS effective: archives can be sealed to it, and \
                         its quorum opens them; no share of it is void";

/// The same of a refresh.
const NEW_SHARES_COUNT: &str = "not finished, but the NEW shares are in force: this vault takes \
                                the old ones no more; destroy those, and none of the new ones";

/// Everything a genesis works with.
struct Work<'a, 'g> {
    vault: Vault,
    room: &'a mut dyn Room,
    answers: &'a Answers,
    given: Surroundings<'g>,
    sheets: Option<Sheets>,
    policy: QuorumPolicy,
    ceremony: CeremonyId,
    genesis: Genesis,
    /// In a refresh, the split that is replaced.
    old: Option<Old>,
    /// In a rotation, the key that is replaced.
    replaced: Option<Replaced>,
    /// The drawer of a drill vault.
    drawer: Option<DrillTokens>,
    tokens: HashMap<String, Serial>,
    printed: BTreeSet<String>,
    report: Option<GenesisReport>,
    shares: Vec<MadeShare>,
    /// What the machine showed when people looked at it.
    machine: Vec<Finding>,
    /// What earlier, interrupted runs left.
    left: Recovered,
}

/// Conducts a genesis in `vault` with the people that `answers` names and `room` speaks for.
///
/// # Errors
///
/// The roster or the policy does not fit, or a step failed for good. Then nothing of the run is
/// effective, and its minutes say what is void; but if the error is [`ConductError::Effective`],
/// the key had become effective before, and stays so.
pub fn run(
    vault: Vault,
    room: &mut dyn Room,
    answers: &Answers,
    sheets: Option<Sheets>,
    given: Surroundings<'_>,
) -> Result<Made, ConductError> {
    conduct(vault, room, answers, (sheets, GENESIS), given)
}

/// Conducts a ceremony that splits a key anew which is in use: holders of its shares bring a
/// quorum of them, and the new shares count once every one of them is proved.
///
/// # Errors
///
/// As [`run`]. The old shares count until the new ones do.
pub fn refresh(
    vault: Vault,
    room: &mut dyn Room,
    answers: &Answers,
    sheets: Option<Sheets>,
    given: Surroundings<'_>,
) -> Result<Made, ConductError> {
    conduct(vault, room, answers, (sheets, REFRESH), given)
}

/// Conducts a ceremony that makes a key in place of one that is in use: from one act on the new one
/// seals, and the old one only opens.
///
/// # Errors
///
/// As [`run`]. The old key stays in use until the new one is.
pub fn rotate(
    vault: Vault,
    room: &mut dyn Room,
    answers: &Answers,
    sheets: Option<Sheets>,
    given: Surroundings<'_>,
) -> Result<Made, ConductError> {
    conduct(vault, room, answers, (sheets, ROTATION), given)
}

fn conduct(
    mut vault: Vault,
    room: &mut dyn Room,
    answers: &Answers,
    (sheets, script): (Option<Sheets>, &'static str),
    mut given: Surroundings<'_>,
) -> Result<Made, ConductError> {
    let Prepared { roster, policy, mut runner, old, replaced } =
        prepare(&vault, answers, sheets.is_some(), script)?;
    let unattested = roster::unattested(answers)?;
    let mut drawer = DrillTokens::of(&vault).ok();
    for label in roster::labels(answers) {
        given.tokens(&mut drawer)?.0.labelled(label)?;
    }
    let now = (given.clock)();
    recover(&mut vault, now)?;
    let left = Genesis::recover(&mut vault, now)?;
    let mut id = [0; 16];
    given.rng.fill_bytes(&mut id);
    let ceremony = CeremonyId::from_bytes(id);
    let script = (script, runner.script().digest());
    let people = roster::attendees(&roster);
    let own = policy.clone();
    let genesis = match old.as_ref().map(|old| old.key) {
        None => Genesis::begin(&mut vault, ceremony, script, &people, own, now)?,
        Some(key) => {
            Genesis::begin_refresh(&mut vault, ceremony, script, &people, (own, key), now)?
        }
    };
    let genesis = genesis.admitting_unattested(unattested.as_deref());
    let genesis = genesis.in_place_of(replaced.as_ref().map(|replaced| replaced.key));
    let mut work = Work {
        drawer,
        vault,
        room,
        answers,
        given,
        sheets,
        policy,
        ceremony,
        genesis,
        old,
        replaced,
        tokens: HashMap::new(),
        printed: BTreeSet::new(),
        report: None,
        shares: Vec::new(),
        machine: Vec::new(),
        left,
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
/// The roster or the policy does not fit.
pub fn check(vault: &Vault, answers: &Answers, sheets: bool) -> Result<(), ConductError> {
    prepare(vault, answers, sheets, GENESIS).map(drop)
}

/// The same for [`rotate`].
///
/// # Errors
///
/// The roster or the policy does not fit, or no key is in use.
pub fn check_rotation(vault: &Vault, answers: &Answers, sheets: bool) -> Result<(), ConductError> {
    prepare(vault, answers, sheets, ROTATION).map(drop)
}

/// Refuses what [`refresh`] would refuse before it asks anybody anything, and tells which key it
/// would split anew; changes nothing.
///
/// # Errors
///
/// The roster or the policy does not fit, or there is no such key.
pub fn check_refresh(
    vault: &Vault,
    answers: &Answers,
    sheets: bool,
) -> Result<KeyName, ConductError> {
    let prepared = prepare(vault, answers, sheets, REFRESH)?;
    Ok(prepared.old.ok_or(ConductError::Over)?.key)
}

/// Who takes part, who will open the key, and the script's run with them.
struct Prepared {
    roster: Roster,
    policy: QuorumPolicy,
    runner: Runner,
    old: Option<Old>,
    replaced: Option<Replaced>,
}

fn prepare(
    vault: &Vault,
    answers: &Answers,
    sheets: bool,
    script: &str,
) -> Result<Prepared, ConductError> {
    let old = (script == REFRESH).then(|| refresh::old(vault, answers)).transpose()?;
    let replaced = (script == ROTATION).then(|| Replaced::by(vault, answers)).transpose()?;
    let mut roster = roster::of_genesis(answers, sheets)?;
    if old.is_some() {
        roster.dice = false;
        roster::add_bearers(&mut roster, refresh::bearers(answers)?);
    }
    let policy = roster::policy(answers)?;
    roster::unattested(answers)?;
    roster::compare(vault, &roster)?;
    let runner = Runner::start(shipped(script)?, roster.clone())?;
    Ok(Prepared { roster, policy, runner, old, replaced })
}

impl Work<'_, '_> {
    /// Closes the ceremony, or gives it up: nothing of it is effective then, unless its key was
    /// made so before. The last minutes are written in every case.
    fn end(
        mut self,
        runner: &Runner,
        driven: Result<(), ConductError>,
    ) -> Result<Made, ConductError> {
        let now = (self.given.clock)();
        // The registry knows, whatever became of the step that made it so.
        let is_effective = self.genesis.is_effective(&self.vault);
        let mut outcome = Facts::new();
        if driven.is_err() {
            let text = match (is_effective, &self.old) {
                (true, None) => EFFECTIVE,
                (true, Some(_)) => NEW_SHARES_COUNT,
                (false, None) => "given up; no key is effective",
                (false, Some(_)) => "given up; the shares from before still count",
            };
            outcome.push(("Outcome".to_owned(), text.to_owned()));
            outcome.extend(self.remove_sheets());
        }
        let end = if driven.is_ok() { "-agreed" } else { "-given-up" };
        let written = self.write_minutes(runner, (end, outcome), now);
        let told = (runner, self.answers.place.as_str(), self.given.program);
        let run = self.genesis.run();
        let kept = run.transcribe(&mut self.vault, told, self.given.rng, now);
        let (key, is_kept) = (self.genesis.key(), self.old.is_some());
        let effective = |error: ConductError| match is_effective {
            true => ConductError::Effective { key, is_kept, why: Box::new(error) },
            false => error,
        };
        let minutes = match driven.and(written).and_then(|minutes| Ok(kept.map(|()| minutes)?)) {
            Ok(minutes) => minutes,
            Err(error) => {
                // What stopped it is told, and not that the record of the stop failed as well.
                let aborted = self.genesis.abort(&mut self.vault, error.code(), now);
                aborted.or_else(|failed| if is_effective { Ok(()) } else { Err(failed) })?;
                return Err(effective(error));
            }
        };
        let Some(report) = self.report else { return Err(ConductError::Over) };
        self.genesis.close(&mut self.vault, now).map_err(|error| effective(error.into()))?;
        Ok(Made {
            key: report.key.to_string(),
            recipient: report.recipient.to_string(),
            fingerprint: report.recipient.fingerprint().to_string(),
            words: report.recipient.fingerprint().to_words(),
            split: report.split.to_string(),
            shares: self.shares,
            minutes: minutes.display().to_string(),
            ceremony: self.ceremony.to_string(),
            void: self.left.void,
            unagreed: self.left.unagreed,
        })
    }

    /// Writes the minutes as they are now: to be signed, or with what was said when signing, which
    /// the `end` of the file's name tells (decision 0501).
    fn write_minutes(
        &mut self,
        runner: &Runner,
        (end, outcome): (&str, Facts),
        now: Timestamp,
    ) -> Result<PathBuf, ConductError> {
        let pdf = self.minutes(runner, outcome, now)?;
        let file = format!("minutes-{}{end}.pdf", self.ceremony);
        self.genesis.document(&mut self.vault, ("minutes", &file), &pdf, now)?;
        Ok(self.vault.path().join("documents").join(file))
    }

    /// Renders the minutes; what `outcome` says of the end comes first.
    fn minutes(
        &self,
        runner: &Runner,
        outcome: Facts,
        now: Timestamp,
    ) -> Result<Vec<u8>, ConductError> {
        let mut facts = outcome;
        let mut fact = |label: &str, value: String| facts.push((label.to_owned(), value));
        if let Some(report) = &self.report {
            let fingerprint = report.recipient.fingerprint();
            fact("Key", report.key.to_string());
            fact("Fingerprint", fingerprint.to_words());
            fact("", fingerprint.to_string());
            fact("Opened by", in_words(&self.policy));
            fact("Split", report.split.to_string());
            if let Some(old) = &self.old {
                fact("In place of split", old.id().to_string());
            }
            if let Some(replaced) = &self.replaced {
                fact("In place of key", replaced.key.to_string());
            }
        }
        let log_head = self.vault.signed_head();
        let frame = minutes::Frame {
            environment: self.vault.environment(),
            ceremony: self.ceremony,
            place: &self.answers.place,
            facts,
            log_head: &log_head,
            program: self.given.program,
            now,
            policy: Some(&self.policy),
            left: &self.left,
        };
        minutes::render(runner, frame)
    }
}

impl Effects for Work<'_, '_> {
    fn announce(&mut self, pending: &Pending<'_>) -> Result<(), ConductError> {
        match pending.step.kind {
            StepKind::Preflight => {
                self.machine = (self.given.machine)();
                self.room.show_machine(&self.machine)?;
            }
            StepKind::CompareFingerprint => {
                let fingerprint = self.genesis.fingerprint()?;
                self.room.show_fingerprint(self.genesis.key(), &fingerprint)?;
            }
            StepKind::ShowSplit if self.replaced.is_some() => self.show_rotation()?,
            StepKind::ShowSplit => self.show_split()?,
            StepKind::StateExposure if self.replaced.is_some() => self.show_left()?,
            StepKind::StateExposure => self.show_exposure()?,
            _ => (),
        }
        Ok(())
    }

    fn perform(&mut self, pending: &Pending<'_>, runner: &Runner) -> Result<Facts, ConductError> {
        let now = (self.given.clock)();
        let holder = pending.subject.unwrap_or_default();
        let step = pending.step.title.as_str();
        let fact = |label: &str, value: String| vec![(label.to_owned(), value)];
        let done = match pending.step.kind {
            StepKind::CollectEntropy => {
                let entropy = self.genesis.add_system_entropy(self.given.rng);
                fact("Commitment to the system's entropy", entropy.commitment.to_string())
            }
            StepKind::RollDice => {
                let entropy = self.genesis.add_dice(&self.room.dice()?)?;
                fact("Commitment to the dice", entropy.commitment.to_string())
            }
            StepKind::GenerateKey => {
                self.genesis.generate(now)?;
                Facts::new()
            }
            StepKind::ShowSplit | StepKind::StateExposure => self.read_aloud(),
            StepKind::BringShare => self.bring(holder, step)?,
            StepKind::CombineShares => self.combine(now)?,
            StepKind::Split => {
                self.genesis.split(&mut self.vault, self.given.rng, now)?;
                Facts::new()
            }
            StepKind::EnrolToken => self.enrol(holder, step, now)?,
            StepKind::SealShare => {
                let serial = self.serial(holder)?;
                let (genesis, vault) = (&self.genesis, &mut self.vault);
                genesis.seal_share(vault, holder, serial, self.given.rng, now)?;
                Facts::new()
            }
            StepKind::PrintSheet => self.print(holder)?,
            StepKind::ProveToken => self.prove_token(holder, step)?,
            StepKind::ProveSheet => self.prove_sheet(holder)?,
            StepKind::AcceptProof => {
                self.genesis.proved(&mut self.vault, holder, now)?;
                Facts::new()
            }
            StepKind::MakeEffective => {
                self.shares_made()?;
                self.report = Some(self.genesis.make_effective(&mut self.vault, now)?);
                Facts::new()
            }
            StepKind::WriteMinutes => {
                let path = self.write_minutes(runner, ("", Facts::new()), now)?;
                self.room.show_paper("minutes", &path)?;
                Facts::new()
            }
            StepKind::Preflight => preflight::facts(&self.machine),
            _ => Facts::new(),
        };
        Ok(done)
    }

    fn keep(&mut self, line: &JournalLine) -> Result<(), ConductError> {
        Ok(self.genesis.journal(&mut self.vault, &terms::encode(line), line.at)?)
    }

    fn room(&mut self) -> &mut dyn Room {
        self.room
    }

    fn now(&self) -> Timestamp {
        (self.given.clock)()
    }
}
