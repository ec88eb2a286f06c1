//! A restore under quorum, step by step.

use std::sync::{Arc, PoisonError};

use archive::Set;
use ceremony::answers::Answers;
use ceremony::{JournalLine, Pending, Roster, Runner, StepKind, shipped};
use keys::ArchiveKey;
use quorum::QuorumPolicy;
use registry::MasterKeyRow;
use terms::plain::escaped_line;
use terms::{CeremonyId, Problem as _, RequestId, Timestamp};

use super::{
    ConductError, Effects, Facts, Room, RoomError, Surroundings, drive, evidence, give_up,
    preflight, roster, typed_pin,
};
use crate::EngineError;
use crate::approval::{ApprovalError, Approvals};
use crate::health;
use crate::machine::Finding;
use crate::media::needed;
use crate::plan::Plan;
use crate::preview::{Previews, Seen};
use crate::recovery::recover;
use crate::restore::{Choices, RestoreReport, foresee, restore, survey};
use crate::selection::Selection;
use crate::tokens::{DrillTokens, at_hand};
use crate::vault::Vault;

/// What the name of the evidence ends with to which the people said what they had to say.
const AGREED: &str = "-agreed";
/// Most paths that the record names of what was looked at.
const PATHS_NAMED: usize = 20;

/// What is to be restored, and how.
pub struct Order {
    /// The media.
    pub set: Arc<Set>,
    /// The plan that everybody is shown.
    pub plan: Plan,
    /// The choices that the plan was made with.
    pub choices: Choices,
}

/// Everything a restore works with.
struct Work<'a, 'g> {
    /// The drawer of a drill vault.
    drawer: Option<DrillTokens>,
    vault: Vault,
    room: &'a mut dyn Room,
    answers: &'a Answers,
    given: Surroundings<'g>,
    order: Order,
    /// Who opens the archive's key.
    policy: QuorumPolicy,
    ceremony: CeremonyId,
    approvals: Approvals,
    key: Option<Arc<ArchiveKey>>,
    /// The archive as the people may look into it before they let the restore begin.
    previews: Option<Arc<Previews>>,
    /// What they looked at, whatever became of the restore.
    seen: Arc<Seen>,
    report: Option<RestoreReport>,
    /// What the machine showed when people looked at it.
    machine: Vec<Finding>,
}

/// Conducts a restore under quorum: the plan is shown, approved and carried out, and evidence is
/// left in the vault.
///
/// # Errors
///
/// The archive's key is not this vault's, the quorum is not met, or a step failed for good.
pub fn run(
    mut vault: Vault,
    room: &mut dyn Room,
    answers: &Answers,
    order: Order,
    given: Surroundings<'_>,
) -> Result<RestoreReport, ConductError> {
    let (roster, policy, mut runner) = prepare(&vault, answers, &order)?;
    recover(&mut vault, (given.clock)())?;
    let (mut ceremony, mut request) = ([0; 16], [0; 16]);
    given.rng.fill_bytes(&mut ceremony);
    given.rng.fill_bytes(&mut request);
    let ids = (CeremonyId::from_bytes(ceremony), RequestId::from_bytes(request));
    let people = roster::attendees(&roster);
    let script = ("restore", runner.script().digest());
    let asked_for = (&*order.set, order.plan.clone());
    let now = (given.clock)();
    let approvals = Approvals::begin(&mut vault, ids, script, &people, asked_for, now)?;
    let ceremony = ids.0;
    let mut work = Work {
        drawer: DrillTokens::of(&vault).ok(),
        vault,
        room,
        answers,
        given,
        order,
        policy,
        ceremony,
        approvals,
        key: None,
        previews: None,
        seen: Arc::default(),
        report: None,
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
/// The archive's key is not this vault's, the target does not fit the plan, or the people do not
/// fit the script: who asks for a restore cannot approve it.
pub fn check(vault: &Vault, answers: &Answers, order: &Order) -> Result<(), ConductError> {
    prepare(vault, answers, order).map(drop)
}

/// Who takes part, who opens the key, and the script's run with them.
fn prepare(
    vault: &Vault,
    answers: &Answers,
    order: &Order,
) -> Result<(Roster, QuorumPolicy, Runner), ConductError> {
    foresee(&order.set, &order.plan, &order.choices)?;
    let asked = roster::request(answers)?;
    let envelopes = Approvals::holders_with_tokens(vault, &order.set)?;
    let policy = policy_of(vault, &order.set)?;
    let roster = roster::of_restore(answers, asked, |name| envelopes.contains(name));
    roster::compare(vault, &roster)?;
    let runner = Runner::start(shipped("restore")?, roster.clone())?;
    Ok((roster, policy, runner))
}

/// Who opens the key that `set` is sealed to, as its effective split says.
///
/// # Errors
///
/// The archive's key is not this vault's, or the vault cannot be read.
pub fn policy_of(vault: &Vault, set: &Set) -> Result<QuorumPolicy, ConductError> {
    let keys = vault.read().master_keys()?;
    let is_sealed_to = |key: &&MasterKeyRow| {
        set.capsules().iter().any(|capsule| capsule.fingerprint() == key.fingerprint)
    };
    let key = keys.iter().find(is_sealed_to).ok_or(ApprovalError::OtherVault)?;
    let split = vault.read().effective_split(key.version)?.ok_or(ApprovalError::OtherVault)?;
    Ok(health::policy_of(&split)?)
}

impl Work<'_, '_> {
    fn end(
        mut self,
        runner: &Runner,
        driven: Result<(), ConductError>,
    ) -> Result<RestoreReport, ConductError> {
        let now = (self.given.clock)();
        self.previews = None;
        let looked = self.write_looks(now);
        let agreed = driven.and_then(|()| self.write_evidence(runner, AGREED, now)).and(looked);
        let told = (runner, self.answers.place.as_str(), self.given.program);
        let run = self.approvals.run();
        let kept = run.transcribe(&mut self.vault, told, self.given.rng, now);
        let agreed = agreed.and(kept.map_err(ConductError::from));
        match (agreed, self.report.take()) {
            (Ok(()), Some(report)) => {
                self.approvals.close(&mut self.vault, &report, now)?;
                Ok(report)
            }
            (agreed, _) => {
                let error = agreed.err().unwrap_or(ConductError::Over);
                self.approvals.abort(&mut self.vault, error.code(), now)?;
                Err(error)
            }
        }
    }

    /// Writes down every file that was looked at, also if nothing was restored in the end.
    fn write_looks(&mut self, now: Timestamp) -> Result<(), ConductError> {
        let seen = self.seen();
        if seen.is_empty() {
            return Ok(());
        }
        let file = format!("looks-{}.txt", self.ceremony);
        let text: String = seen.iter().map(|path| format!("{}\n", escaped_line(path))).collect();
        self.approvals.document(&mut self.vault, ("evidence", &file), text.as_bytes(), now)?;
        Ok(())
    }

    fn seen(&self) -> Vec<String> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }

    /// Writes the evidence as it is now and shows where it lies (decision 0501).
    fn write_evidence(
        &mut self,
        runner: &Runner,
        end: &str,
        now: Timestamp,
    ) -> Result<(), ConductError> {
        let head = self.vault.signed_head();
        let frame = evidence::Frame {
            environment: self.vault.environment(),
            ceremony: self.ceremony,
            place: &self.answers.place,
            label: &self.order.set.settings().label,
            key: self.order.set.settings().key,
            policy: &self.policy,
            plan: self.approvals.plan(),
            given: self.approvals.given(),
            report: self.report.as_ref().ok_or(ConductError::Over)?,
            log_head: &head,
            program: self.given.program,
            now,
        };
        let (pdf, json) = (evidence::render(runner, &frame)?, evidence::json(runner, &frame));
        let file = format!("evidence-{}{end}.pdf", self.ceremony);
        self.approvals.document(&mut self.vault, ("evidence", &file), &pdf, now)?;
        if end == AGREED {
            // Machines get what was said in the end, with all of the damage.
            let (file, json) = (format!("evidence-{}{end}.json", self.ceremony), json);
            self.approvals.document(&mut self.vault, ("evidence", &file), &json, now)?;
        }
        let path = self.vault.path().join("documents").join(file);
        Ok(self.room.show_paper("evidence", &path)?)
    }

    fn approve(&mut self, person: &str, step: &str, now: Timestamp) -> Result<Facts, ConductError> {
        let own = self.approvals.tokens_of(&self.vault, person)?;
        if own.is_empty() {
            return self.approve_with_sheet(person, now);
        }
        let (tokens, rng) = self.given.tokens(&mut self.drawer)?;
        let serial = at_hand(tokens, &own, rng)?;
        let mut token = tokens.take(serial, rng)?;
        let pin = typed_pin(self.room, &mut *token, (person, serial, step))?;
        let room = &mut *self.room;
        let mut touch = |touch| room.touch(person, touch);
        let (approvals, vault) = (&mut self.approvals, &mut self.vault);
        let approved =
            approvals.approve(vault, person, &mut *token, (&pin.as_pin(), &mut touch), now);
        // The counter of tries changed, whether or not the PIN was right.
        tokens.put_back()?;
        approved?;
        Ok(vec![(format!("Approved by {person}"), format!("token {}", serial.with_remark()))])
    }

    fn approve_with_sheet(&mut self, person: &str, now: Timestamp) -> Result<Facts, ConductError> {
        let missing = || RoomError::Unanswered { what: format!("the words of {person}") };
        let words = self.room.words(person)?.ok_or_else(missing)?;
        self.approvals.approve_with_sheet(&mut self.vault, person, &words, now)?;
        Ok(vec![(format!("Approved by {person}"), "sheet".to_owned())])
    }

    /// Shows what the restore would do to its target, before anybody lets it begin. What stands in
    /// the way of that look stands in the restore's own way, which then says so.
    fn look_ahead(&mut self) -> Result<(), ConductError> {
        let (set, plan) = (&self.order.set, self.approvals.plan());
        let Some(key) = &self.key else { return Ok(()) };
        let Ok(survey) = survey(set, key, plan, &self.order.choices) else { return Ok(()) };
        let Ok(selection) = Selection::new(&plan.selection) else { return Ok(()) };
        let contents = set.unlock(key).map_err(EngineError::from);
        let volumes = contents.and_then(|contents| needed(&contents, &selection));
        self.room.show_survey(&survey, &volumes.unwrap_or_default())?;
        let seen = Arc::clone(&self.seen);
        let previews = Arc::new(Previews::of(Arc::clone(set), Arc::clone(key), selection, seen));
        self.room.may_look(&previews);
        self.previews = Some(previews);
        Ok(())
    }

    fn restore(&mut self, now: Timestamp) -> Result<Facts, ConductError> {
        let key = self.key.as_ref().ok_or(ConductError::Over)?;
        // Nobody looks any more once it runs.
        self.previews = None;
        let plan = self.approvals.plan().clone();
        let digest = plan.digest();
        let authorised = plan.authorise(&digest, now)?;
        let watch = self.room.observer();
        let done = restore(&self.order.set, key, &authorised, &self.order.choices, watch);
        // Another try goes on where this one stopped, and takes what it restored for its own.
        self.order.choices.resume = true;
        let report = done?;
        self.key = None;
        let restored = format!("{} files, {} bytes", report.files, report.bytes);
        self.report = Some(report);
        let seen = self.seen();
        let looked = (!seen.is_empty()).then(|| ("Looked at before".to_owned(), listed(&seen)));
        Ok(looked.into_iter().chain([("Restored".to_owned(), restored)]).collect())
    }
}

/// Paths for the record, and how many more there are.
fn listed(paths: &[String]) -> String {
    let named = paths.iter().take(PATHS_NAMED).map(String::as_str).collect::<Vec<_>>().join(", ");
    match paths.len().saturating_sub(PATHS_NAMED) {
        0 => named,
        more => format!("{named} and {more} more"),
    }
}

impl Effects for Work<'_, '_> {
    fn announce(&mut self, pending: &Pending<'_>) -> Result<(), ConductError> {
        match pending.step.kind {
            StepKind::Preflight => {
                self.machine = (self.given.machine)();
                self.room.show_machine(&self.machine)?;
            }
            StepKind::ShowPlan => self.room.show_plan(self.approvals.plan())?,
            StepKind::RunRestore => self.look_ahead()?,
            _ => (),
        }
        Ok(())
    }

    fn perform(&mut self, pending: &Pending<'_>, runner: &Runner) -> Result<Facts, ConductError> {
        let now = (self.given.clock)();
        match pending.step.kind {
            StepKind::Preflight => Ok(preflight::facts(&self.machine)),
            StepKind::Approve => {
                self.approve(pending.subject.unwrap_or_default(), &pending.step.title, now)
            }
            StepKind::OpenCapsule => {
                let key = self.approvals.open(&mut self.vault, &self.order.set, now)?;
                self.key = Some(Arc::new(key));
                Ok(Facts::new())
            }
            StepKind::RunRestore => self.restore(now),
            StepKind::WriteEvidence => {
                self.write_evidence(runner, "", now)?;
                Ok(Facts::new())
            }
            _ => Ok(Facts::new()),
        }
    }

    fn keep(&mut self, line: &JournalLine) -> Result<(), ConductError> {
        Ok(self.approvals.journal(&mut self.vault, &terms::encode(line), line.at)?)
    }

    fn room(&mut self) -> &mut dyn Room {
        self.room
    }

    fn now(&self) -> Timestamp {
        (self.given.clock)()
    }
}
