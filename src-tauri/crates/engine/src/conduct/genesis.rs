//! Genesis, step by step.

use std::collections::HashMap;
use std::path::PathBuf;

use ceremony::answers::Answers;
use ceremony::{JournalLine, Pending, Runner, StepKind, shipped};
use quorum::QuorumPolicy;
use serde::Serialize;
use terms::{CeremonyId, Timestamp};
use token::{Serial, Token as _};

use super::{
    ConductError, Effects, Facts, PinQuestion, Room, Sheets, Surroundings, drive, give_up,
    in_words, minutes, preflight, roster,
};
use crate::genesis::{Genesis, GenesisReport, Recovered, Unagreed, Void};
use crate::machine::Finding;
use crate::tokens::DrillTokens;
use crate::vault::Vault;

/// What a genesis made, as machines read it.
#[derive(Debug, Serialize)]
pub struct Made {
    /// The key's name.
    pub key: String,
    /// Its public half.
    pub recipient: String,
    /// The recipient's fingerprint, in hexadecimal digits.
    pub fingerprint: String,
    /// The fingerprint as words.
    pub words: String,
    /// The effective split.
    pub split: String,
    /// Every share and where it lies.
    pub shares: Vec<MadeShare>,
    /// The minutes, as a path.
    pub minutes: String,
    /// The run of the ceremony.
    pub ceremony: String,
    /// What earlier, interrupted runs left and people must destroy.
    pub void: Vec<Void>,
    /// Keys of earlier, interrupted runs that are effective although nobody agreed with minutes.
    pub unagreed: Vec<Unagreed>,
}

/// One share of it.
#[derive(Debug, Serialize)]
pub struct MadeShare {
    /// The group's name.
    pub group: String,
    /// The member's number within the group, from 1.
    pub member: u8,
    /// Who holds it.
    pub holder: String,
    /// A drill's text of the sheet, if there is a sheet.
    pub file: Option<String>,
}

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
    tokens: HashMap<String, Serial>,
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
/// effective, and its minutes say what is void.
pub fn run(
    mut vault: Vault,
    room: &mut dyn Room,
    answers: &Answers,
    sheets: Option<Sheets>,
    given: Surroundings<'_>,
) -> Result<Made, ConductError> {
    let roster = roster::of_genesis(answers, sheets.is_some())?;
    let policy = roster::policy(answers)?;
    let mut runner = Runner::start(shipped("genesis")?, roster.clone())?;
    let now = (given.clock)();
    let left = Genesis::recover(&mut vault, now)?;
    let mut id = [0; 16];
    given.rng.fill_bytes(&mut id);
    let ceremony = CeremonyId::from_bytes(id);
    let script = ("genesis", runner.script().digest());
    let people = roster::attendees(&roster);
    let genesis = Genesis::begin(&mut vault, ceremony, script, &people, policy.clone(), now)?;
    let mut work = Work {
        vault,
        room,
        answers,
        given,
        sheets,
        policy,
        ceremony,
        genesis,
        tokens: HashMap::new(),
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

impl Work<'_, '_> {
    /// Closes the ceremony, or gives it up so that nothing of it is effective; the last minutes
    /// are written in both cases.
    fn end(
        mut self,
        runner: &Runner,
        driven: Result<(), ConductError>,
    ) -> Result<Made, ConductError> {
        let now = (self.given.clock)();
        let end = if driven.is_ok() { "-agreed" } else { "-given-up" };
        let written = self.write_minutes(runner, end, now);
        let minutes = match driven.and(written) {
            Ok(minutes) => minutes,
            Err(error) => {
                use terms::Problem as _;
                self.genesis.abort(&mut self.vault, error.code(), now)?;
                return Err(error);
            }
        };
        let Some(report) = self.report else { return Err(ConductError::Over) };
        self.genesis.close(&mut self.vault, now)?;
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
        end: &str,
        now: Timestamp,
    ) -> Result<PathBuf, ConductError> {
        let pdf = self.minutes(runner, now)?;
        let file = format!("minutes-{}{end}.pdf", self.ceremony);
        self.genesis.document(&mut self.vault, ("minutes", &file), &pdf, now)?;
        Ok(self.vault.path().join("documents").join(file))
    }

    fn minutes(&self, runner: &Runner, now: Timestamp) -> Result<Vec<u8>, ConductError> {
        let mut facts = Vec::new();
        let mut fact = |label: &str, value: String| facts.push((label.to_owned(), value));
        if let Some(report) = &self.report {
            let fingerprint = report.recipient.fingerprint();
            fact("Key", report.key.to_string());
            fact("Fingerprint", fingerprint.to_words());
            fact("", fingerprint.to_string());
            fact("Opened by", in_words(&self.policy));
            fact("Split", report.split.to_string());
        } else {
            fact("Outcome", "given up; no key of this ceremony is effective".to_owned());
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
            policy: &self.policy,
            left: &self.left,
        };
        minutes::render(runner, frame)
    }

    fn enrol(&mut self, holder: &str, step: &str, now: Timestamp) -> Result<Facts, ConductError> {
        let drawer = DrillTokens::of(&self.vault)?;
        let card = drawer.make(self.given.rng)?;
        let (serial, tries_left) = (card.serial(), None);
        let question = PinQuestion { holder, serial, tries_left, operation: step };
        let pin = self.room.pin(&question)?;
        let failed = |error| ConductError::Token { holder: holder.to_owned(), error };
        let mut token = card.connect().map_err(failed)?;
        let (genesis, vault) = (&self.genesis, &mut self.vault);
        let enrolled = genesis.enrol(vault, holder, &mut token, &pin, self.given.rng, now);
        drawer.keep(&card)?;
        let serial = enrolled?;
        self.tokens.insert(holder.to_owned(), serial);
        Ok(vec![(format!("Token of {holder}"), serial.to_string())])
    }

    fn print(&mut self, holder: &str) -> Result<Facts, ConductError> {
        let Some(sheets) = &self.sheets else { return Ok(Facts::new()) };
        let share = self.genesis.share(holder)?;
        let commitment = share.record.commitment().to_words();
        let written = sheets.write(share, &self.policy)?;
        // In a drill the text lies beside it, but it is the page that is printed.
        self.room.show_paper("sheet", &written.with_extension("pdf"))?;
        Ok(vec![(format!("Check words of {holder}"), commitment)])
    }

    fn prove_token(&mut self, holder: &str, step: &str) -> Result<Facts, ConductError> {
        let drawer = DrillTokens::of(&self.vault)?;
        let card = drawer.take(self.serial(holder)?, self.given.rng)?;
        let failed = |error| ConductError::Token { holder: holder.to_owned(), error };
        let mut token = card.connect().map_err(failed)?;
        let tries_left = Some(token.pin_state().map_err(failed)?.tries_left);
        let question = PinQuestion { holder, serial: card.serial(), tries_left, operation: step };
        let pin = self.room.pin(&question)?;
        let room = &mut *self.room;
        let mut touch = |touch| room.touch(holder, touch);
        let (genesis, vault) = (&self.genesis, &mut self.vault);
        let proved = genesis.prove_token(vault, holder, &mut token, &pin, &mut touch);
        // The counter of tries changed, whether or not the PIN was right.
        drawer.keep(&card)?;
        proved?;
        Ok(Facts::new())
    }

    fn prove_sheet(&mut self, holder: &str) -> Result<Facts, ConductError> {
        let words = match (self.room.words(holder)?, &self.sheets) {
            (Some(words), _) => words,
            (None, Some(sheets)) => sheets.read_back(self.genesis.share(holder)?)?,
            (None, None) => return Ok(Facts::new()),
        };
        self.genesis.prove_sheet(holder, &words)?;
        Ok(Facts::new())
    }

    /// Notes what the report says of each share, before the shares are forgotten.
    fn shares_made(&mut self) -> Result<(), ConductError> {
        let mut made = Vec::new();
        for holder in self.genesis.holders() {
            let share = self.genesis.share(&holder)?;
            let place = share.record.place();
            let file = self.sheets.as_ref().map(|sheets| sheets.text_path(share));
            made.push(MadeShare {
                group: place.group_name.clone(),
                member: place.member + 1,
                holder: holder.clone(),
                file: file.filter(|file| file.exists()).map(|file| file.display().to_string()),
            });
        }
        self.shares = made;
        Ok(())
    }

    fn serial(&self, holder: &str) -> Result<Serial, ConductError> {
        let missing = || ConductError::NowhereToGo { holder: holder.to_owned() };
        self.tokens.get(holder).copied().ok_or_else(missing)
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
                let path = self.write_minutes(runner, "", now)?;
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
