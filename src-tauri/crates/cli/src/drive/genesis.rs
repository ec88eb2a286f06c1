//! Genesis, step by step.

use std::collections::HashMap;

use ceremony::{Holder, JournalLine, Pending, Person, Roster, Runner, StepKind, shipped};
use engine::genesis::{Attendee, Genesis, GenesisError, GenesisReport};
use engine::tokens::DrillTokens;
use engine::vault::Vault;
use paper::{Minutes, MinutesStep};
use quorum::{GroupPolicy, QuorumPolicy};
use rand_core::{CryptoRng, Rng as _};
use registry::Role;
use secret::SecretText;
use serde::Serialize;
use terms::{CeremonyId, Problem, Timestamp};
use token::Serial;

use super::room::{Room, holders, unanswered};
use super::sheets::Sheets;
use super::{Effects, Facts, drive, refused};
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::shares::offered;
use crate::vault;

/// What a genesis made, as JSON has it.
#[derive(Serialize)]
pub(crate) struct Made {
    pub(crate) key: String,
    pub(crate) recipient: String,
    pub(crate) fingerprint: String,
    pub(crate) split: String,
    pub(crate) shares: Vec<MadeShare>,
    pub(crate) minutes: String,
    pub(crate) ceremony: String,
}

/// One share of it.
#[derive(Serialize)]
pub(crate) struct MadeShare {
    pub(crate) group: String,
    pub(crate) member: u8,
    pub(crate) holder: String,
    pub(crate) file: Option<String>,
}

/// Everything a genesis works with.
struct Work<'a> {
    context: &'a Context,
    vault: Vault,
    room: Room,
    sheets: Option<Sheets>,
    policy: QuorumPolicy,
    genesis: Genesis,
    tokens: HashMap<String, Serial>,
    report: Option<GenesisReport>,
    shares: Vec<MadeShare>,
}

/// Runs the whole ceremony.
pub(crate) fn run(
    mut vault: Vault,
    room: Room,
    sheets: Option<&std::path::Path>,
    context: &Context,
) -> Result<Made, Failure> {
    let environment = vault.facts().environment;
    let sheets = sheets.map(|dir| Sheets::new(dir, environment)).transpose()?;
    let roster = roster(&room, sheets.is_some())?;
    let policy = policy(&room)?;
    let script = shipped("genesis").map_err(|error| Failure::from_problem(Exit::Failed, &error))?;
    let mut runner = Runner::start(script, roster.clone()).map_err(|error| refused(&error))?;
    let now = context.now();
    let given_up = Genesis::recover(&mut vault, now).map_err(|error| failed(&error))?;
    if given_up > 0 && !context.json {
        crate::output::line("An interrupted genesis was given up; nothing of it is effective.");
    }
    let mut id = [0; 16];
    context.rng().fill_bytes(&mut id);
    let ceremony = CeremonyId::from_bytes(id);
    let digest = runner.script().digest();
    let people = attendees(&roster);
    let genesis =
        Genesis::begin(&mut vault, ceremony, ("genesis", digest), &people, policy.clone(), now);
    let genesis = genesis.map_err(|error| failed(&error))?;
    let (tokens, shares) = (HashMap::new(), Vec::new());
    let mut work =
        Work { context, vault, room, sheets, policy, genesis, tokens, report: None, shares };
    let driven = drive(&mut runner, &mut work);
    work.end(&runner, ceremony, driven)
}

impl Work<'_> {
    /// Closes the ceremony, or gives it up so that nothing of it is effective.
    fn end(
        mut self,
        runner: &Runner,
        ceremony: CeremonyId,
        driven: Result<(), Failure>,
    ) -> Result<Made, Failure> {
        let now = self.context.now();
        if let Err(failure) = driven {
            let aborted = self.genesis.abort(&mut self.vault, failure.code(), now);
            aborted.map_err(|error| failed(&error))?;
            return Err(failure);
        }
        let Some(report) = self.report.take() else { return Err(unanswered("what was made")) };
        let file = format!("minutes-{ceremony}.pdf");
        let pdf = self.minutes(runner, ceremony, &report)?;
        let kept = self.genesis.document(&mut self.vault, ("minutes", &file), &pdf, now);
        kept.map_err(|error| failed(&error))?;
        self.genesis.close(&mut self.vault, now).map_err(|error| failed(&error))?;
        Ok(Made {
            key: report.key.to_string(),
            recipient: report.recipient.to_string(),
            fingerprint: report.recipient.fingerprint().to_string(),
            split: report.split.to_string(),
            shares: self.shares,
            minutes: self.vault.path().join("documents").join(file).display().to_string(),
            ceremony: ceremony.to_string(),
        })
    }

    fn minutes(
        &self,
        runner: &Runner,
        ceremony: CeremonyId,
        report: &GenesisReport,
    ) -> Result<Vec<u8>, Failure> {
        let record = runner.record();
        let now = self.context.now();
        let fingerprint = report.recipient.fingerprint();
        let mut facts = vec![
            ("Key".to_owned(), report.key.to_string()),
            ("Fingerprint".to_owned(), fingerprint.to_words()),
            (String::new(), fingerprint.to_string()),
            ("Opened by".to_owned(), super::sheets::in_words(&self.policy)),
            ("Split".to_owned(), report.split.to_string()),
            ("Script".to_owned(), runner.script().digest().to_string()),
        ];
        facts.extend(record.facts);
        let person = |p: Person| paper::Person { name: p.name, role: p.role };
        let step = |s: ceremony::RecordedStep| MinutesStep {
            at: s.at,
            act: s.act,
            title: s.title,
            actor: s.actor,
            result: s.result,
        };
        let head = self.vault.signed_head();
        let minutes = Minutes {
            title: &record.title,
            environment: report.key.environment,
            ceremony,
            place: &self.room.answers().place,
            started: record.started.unwrap_or(now),
            ended: record.ended.unwrap_or(now),
            people: record.people.into_iter().map(person).collect(),
            facts,
            exceptions: record.exceptions,
            steps: record.steps.into_iter().map(step).collect(),
            log_head: &head,
            program: concat!("strongroom ", env!("CARGO_PKG_VERSION")),
        };
        minutes.render().map_err(|error| Failure::from_problem(Exit::Failed, &error))
    }

    fn step(&mut self, pending: &Pending<'_>) -> Result<Facts, Step> {
        let now = self.context.now();
        let mut rng = self.context.rng();
        let holder = pending.subject.unwrap_or_default();
        let fact = |label: &str, value: String| vec![(label.to_owned(), value)];
        match pending.step.kind {
            StepKind::CollectEntropy => {
                let given = self.genesis.add_system_entropy(&mut rng);
                Ok(fact("Commitment to the system's entropy", given.commitment.to_string()))
            }
            StepKind::RollDice => {
                let given = self.genesis.add_dice(&self.room.dice()?)?;
                Ok(fact("Commitment to the dice", given.commitment.to_string()))
            }
            StepKind::GenerateKey => {
                self.genesis.generate(now).map(|_| Facts::new()).map_err(Step::from)
            }
            StepKind::Split => {
                self.genesis.split(&mut self.vault, &mut rng, now)?;
                Ok(Facts::new())
            }
            StepKind::EnrolToken => self.enrol(holder, &mut rng, now),
            StepKind::SealShare => {
                let serial = self.serial(holder)?;
                self.genesis.seal_share(&mut self.vault, holder, serial, &mut rng, now)?;
                Ok(Facts::new())
            }
            StepKind::PrintSheet => self.print(holder),
            StepKind::ProveToken => self.prove_token(holder, &mut rng),
            StepKind::ProveSheet => self.prove_sheet(holder),
            StepKind::AcceptProof => {
                self.genesis.proved(&mut self.vault, holder, now)?;
                Ok(Facts::new())
            }
            StepKind::MakeEffective => {
                self.shares_made()?;
                self.report = Some(self.genesis.make_effective(&mut self.vault, now)?);
                Ok(Facts::new())
            }
            StepKind::Preflight => Ok(fact("Machine", crate::commands::doctor::summary())),
            _ => Ok(Facts::new()),
        }
    }

    fn enrol(
        &mut self,
        holder: &str,
        rng: &mut dyn CryptoRng,
        now: Timestamp,
    ) -> Result<Facts, Step> {
        let drawer = DrillTokens::of(&self.vault).map_err(GenesisError::from)?;
        let card = drawer.make(rng).map_err(GenesisError::from)?;
        let pin = self.room.pin(holder)?;
        let refused = |error| GenesisError::Token { holder: holder.to_owned(), error };
        let mut token = card.connect().map_err(refused)?;
        let enrolled = self.genesis.enrol(&mut self.vault, holder, &mut token, &pin, rng, now);
        drawer.keep(&card).map_err(GenesisError::from)?;
        let serial = enrolled?;
        self.tokens.insert(holder.to_owned(), serial);
        Ok(vec![(format!("Token of {holder}"), serial.to_string())])
    }

    fn print(&mut self, holder: &str) -> Result<Facts, Step> {
        let Some(sheets) = &self.sheets else { return Ok(Facts::new()) };
        let share = self.genesis.share(holder)?;
        let commitment = share.record.commitment().to_words();
        sheets.write(share, &self.policy)?;
        Ok(vec![(format!("Check words of {holder}"), commitment)])
    }

    fn prove_token(&mut self, holder: &str, rng: &mut dyn CryptoRng) -> Result<Facts, Step> {
        let drawer = DrillTokens::of(&self.vault).map_err(GenesisError::from)?;
        let card = drawer.take(self.serial(holder)?, rng).map_err(GenesisError::from)?;
        let pin = self.room.pin(holder)?;
        let refused = |error| GenesisError::Token { holder: holder.to_owned(), error };
        let mut token = card.connect().map_err(refused)?;
        let proved =
            self.genesis.prove_token(&mut self.vault, holder, &mut token, &pin, &mut |_| ());
        // The counter of tries changed, whether or not the PIN was right.
        drawer.keep(&card).map_err(GenesisError::from)?;
        proved?;
        Ok(Facts::new())
    }

    fn prove_sheet(&mut self, holder: &str) -> Result<Facts, Step> {
        let words = match (self.room.words(holder)?, &self.sheets) {
            (Some(words), _) => words,
            (None, Some(sheets)) => {
                let read = offered(&sheets.text_path(self.genesis.share(holder)?))?;
                read.words().map_or_else(|_| SecretText::from_exposed(""), |words| words.to_text())
            }
            (None, None) => return Ok(Facts::new()),
        };
        self.genesis.prove_sheet(holder, &words)?;
        Ok(Facts::new())
    }

    /// Notes what the report says of each share, before the shares are forgotten.
    fn shares_made(&mut self) -> Result<(), Step> {
        for holder in self.genesis.holders() {
            let share = self.genesis.share(&holder)?;
            let place = share.record.place();
            let file = self.sheets.as_ref().map(|sheets| sheets.text_path(share));
            self.shares.push(MadeShare {
                group: place.group_name.clone(),
                member: place.member + 1,
                holder: holder.clone(),
                file: file.filter(|file| file.exists()).map(|file| file.display().to_string()),
            });
        }
        Ok(())
    }

    fn serial(&self, holder: &str) -> Result<Serial, Step> {
        let missing = || unanswered(&format!("which token {holder} has"));
        self.tokens.get(holder).copied().ok_or_else(|| missing().into())
    }
}

impl Effects for Work<'_> {
    fn perform(&mut self, pending: &Pending<'_>) -> Result<Facts, Failure> {
        self.room.confirm(pending)?;
        self.step(pending).map_err(|step| step.0)
    }

    fn keep(&mut self, line: &JournalLine) -> Result<(), Failure> {
        let kept = self.genesis.journal(&mut self.vault, &terms::encode(line), line.at);
        kept.map_err(|error| failed(&error))
    }

    fn now(&self) -> Timestamp {
        self.context.now()
    }
}

/// A step that failed, whoever reports it.
struct Step(Failure);

impl From<GenesisError> for Step {
    fn from(error: GenesisError) -> Self {
        Self(failed(&error))
    }
}

impl From<Failure> for Step {
    fn from(failure: Failure) -> Self {
        Self(failure)
    }
}

fn failed(error: &GenesisError) -> Failure {
    match error {
        GenesisError::Vault(error) => vault::refused(error),
        error => Failure::from_problem(Exit::Failed, error as &dyn Problem),
    }
}

fn roster(room: &Room, sheets: bool) -> Result<Roster, Failure> {
    let answers = room.answers();
    let person = |name: &str, role: &str| Person { name: name.to_owned(), role: role.to_owned() };
    let mut people =
        vec![person(&answers.administrator, "administrator"), person(&answers.witness, "witness")];
    people.extend(holders(answers).map(|holder| person(&holder.name, "custodian")));
    let holder = |holder: &ceremony::answers::HolderAnswers| Holder {
        name: holder.name.clone(),
        token: holder.pin.is_some() || holder.token,
        sheet: holder.sheet && sheets,
    };
    let holders: Vec<_> = holders(answers).map(holder).collect();
    if let Some(bare) = holders.iter().find(|holder| !holder.token && !holder.sheet) {
        return Err(unanswered(&format!(
            "where the share of {} goes: name --sheets DIR",
            bare.name
        )));
    }
    Ok(Roster { people, holders, dice: answers.dice.is_some() })
}

fn policy(room: &Room) -> Result<QuorumPolicy, Failure> {
    let quorum = room.answers().quorum.as_ref().ok_or_else(|| unanswered("who holds shares"))?;
    let groups: Result<Vec<_>, _> = quorum
        .groups
        .iter()
        .map(|group| {
            let names: Vec<&str> = group.holders.iter().map(|h| h.name.as_str()).collect();
            GroupPolicy::new(&group.name, group.threshold, &names)
        })
        .collect();
    groups
        .and_then(|groups| QuorumPolicy::new(quorum.group_threshold, groups))
        .map_err(|error| Failure::from_problem(Exit::Usage, &error))
}

/// The roster as the registry knows roles.
pub(crate) fn attendees(roster: &Roster) -> Vec<Attendee> {
    let role = |role: &str| match role {
        "administrator" => Role::Administrator,
        "witness" => Role::Witness,
        "custodian" => Role::Custodian,
        _ => Role::Operator,
    };
    let attendee = |p: &Person| Attendee { name: p.name.clone(), role: role(&p.role) };
    roster.people.iter().map(attendee).collect()
}
