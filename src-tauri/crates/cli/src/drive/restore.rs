//! A restore under quorum, step by step.

use archive::Set;
use ceremony::{Holder, JournalLine, Pending, Person, Roster, Runner, StepKind, shipped};
use engine::approval::{ApprovalError, Approvals};
use engine::files::open_set;
use engine::plan::Plan;
use engine::restore::{RestoreReport, RestoreVerdict, restore};
use engine::tokens::DrillTokens;
use engine::unlock::UnlockError;
use engine::vault::Vault;
use keys::ArchiveKey;
use paper::Evidence;
use rand_core::Rng as _;
use terms::{CeremonyId, Problem, RequestId, Timestamp};

use super::room::{Room, unanswered};
use super::{Effects, Facts, drive, refused};
use crate::commands::restore::What;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output;
use crate::progress::Watch;
use crate::shares::{engine_failure, unlock_failure};
use crate::vault;

/// Everything a restore works with.
struct Work<'a> {
    context: &'a Context,
    vault: Vault,
    room: Room,
    what: &'a What,
    set: Set,
    approvals: Approvals,
    key: Option<ArchiveKey>,
    report: Option<RestoreReport>,
}

/// Runs the whole ceremony; returns what was restored.
pub(crate) fn run(
    mut vault: Vault,
    room: Room,
    what: &What,
    context: &Context,
) -> Result<RestoreReport, Failure> {
    let set = open_set(&what.archive).map_err(|error| engine_failure(&error))?;
    let asked = room.answers().request.clone().ok_or_else(|| unanswered("who asks for what"))?;
    let roster = roster(&room)?;
    let script = shipped("restore").map_err(|error| Failure::from_problem(Exit::Failed, &error))?;
    let mut runner = Runner::start(script, roster.clone()).map_err(|error| refused(&error))?;
    let plan = what.plan(&set, (&asked.requester, &asked.reason), context)?;
    let (mut ceremony, mut request) = ([0; 16], [0; 16]);
    context.rng().fill_bytes(&mut ceremony);
    context.rng().fill_bytes(&mut request);
    let ids = (CeremonyId::from_bytes(ceremony), RequestId::from_bytes(request));
    let (people, digest) = (super::genesis::attendees(&roster), runner.script().digest());
    let begun = Approvals::begin(
        &mut vault,
        ids,
        ("restore", digest),
        &people,
        (&set, plan),
        context.now(),
    );
    let approvals = begun.map_err(|error| failed(&error))?;
    let mut work = Work { context, vault, room, what, set, approvals, key: None, report: None };
    let driven = drive(&mut runner, &mut work);
    work.end(ids.0, driven)
}

impl Work<'_> {
    fn end(
        mut self,
        ceremony: CeremonyId,
        driven: Result<(), Failure>,
    ) -> Result<RestoreReport, Failure> {
        let now = self.context.now();
        let report = match (driven, self.report.take()) {
            (Ok(()), Some(report)) => report,
            (driven, _) => {
                let failure = driven.err().unwrap_or_else(|| unanswered("what was restored"));
                let aborted = self.approvals.abort(&mut self.vault, failure.code(), now);
                aborted.map_err(|error| failed(&error))?;
                return Err(failure);
            }
        };
        let file = format!("evidence-{ceremony}.pdf");
        let pdf = self.evidence(&report)?;
        let kept = self.approvals.document(&mut self.vault, ("evidence", &file), &pdf, now);
        kept.map_err(|error| failed(&error))?;
        self.approvals.close(&mut self.vault, &report, now).map_err(|error| failed(&error))?;
        Ok(report)
    }

    fn evidence(&self, report: &RestoreReport) -> Result<Vec<u8>, Failure> {
        let plan = self.approvals.plan();
        let verdict = match report.verdict {
            RestoreVerdict::Complete => "complete".to_owned(),
            RestoreVerdict::Damaged => format!("complete with {} damaged", report.damaged.len()),
            RestoreVerdict::Incomplete => "incomplete".to_owned(),
        };
        let given = self.approvals.given().iter();
        let approvals = given.map(|g| (g.person.clone(), format!("token {}", g.token), g.at));
        let head = self.vault.signed_head();
        let evidence = Evidence {
            environment: plan.environment,
            title: "Restore under quorum",
            archive: plan.archive,
            plan: plan.digest(),
            requester: &plan.requester,
            reason: &plan.reason,
            approvals: approvals.collect(),
            verdict: &verdict,
            files: report.files,
            bytes: report.bytes,
            damaged: report.damaged.iter().map(|file| file.path.clone()).collect(),
            started: plan.created,
            ended: self.context.now(),
            log_head: &head,
        };
        evidence.render().map_err(|error| Failure::from_problem(Exit::Failed, &error))
    }

    fn show_plan(&self) {
        let plan = self.approvals.plan();
        if self.context.json {
            return;
        }
        output::field("plan", plan.digest().to_words());
        output::field("archive", plan.archive);
        output::field("into", &plan.target);
        let all = plan.selection.is_empty();
        let selection = if all { "everything".to_owned() } else { plan.selection.join(", ") };
        output::field("restores", selection);
        output::field("asked by", format!("{}: {}", plan.requester, plan.reason));
        output::field("holds until", plan.expires.to_words());
    }

    fn approve(&mut self, person: &str, now: Timestamp) -> Result<Facts, Failure> {
        let refused = |error: &ApprovalError| failed(error);
        let serial = self.approvals.token_of(&self.vault, person).map_err(|e| refused(&e))?;
        let tokens =
            |error: &engine::tokens::TokensError| Failure::from_problem(Exit::Failed, error);
        let drawer = DrillTokens::of(&self.vault).map_err(|error| tokens(&error))?;
        let card = drawer.take(serial, &mut self.context.rng()).map_err(|error| tokens(&error))?;
        let pin = self.room.pin(person)?;
        let connected = card.connect();
        let mut token = connected.map_err(|error| Failure::from_problem(Exit::Failed, &error))?;
        let mut touched = |_: token::Touch| ();
        let approved =
            self.approvals.approve(&mut self.vault, person, &mut token, (&pin, &mut touched), now);
        // The counter of tries changed, whether or not the PIN was right.
        drawer.keep(&card).map_err(|error| tokens(&error))?;
        approved.map_err(|error| refused(&error))?;
        Ok(vec![(format!("Approved by {person}"), format!("token {serial}"))])
    }

    fn restore(&mut self, now: Timestamp) -> Result<Facts, Failure> {
        let Some(key) = self.key.take() else { return Err(unanswered("the archive's key")) };
        let plan: Plan = self.approvals.plan().clone();
        let digest = plan.digest();
        let authorised = plan.authorise(&digest, now).map_err(|error| engine_failure(&error))?;
        let watch = Watch::new("restoring", self.context);
        let done = restore(&self.set, &key, &authorised, &self.what.choices(), &watch);
        drop(watch);
        let report = done.map_err(|error| engine_failure(&error))?;
        let restored = format!("{} files, {} bytes", report.files, report.bytes);
        self.report = Some(report);
        Ok(vec![("Restored".to_owned(), restored)])
    }
}

impl Effects for Work<'_> {
    fn perform(&mut self, pending: &Pending<'_>) -> Result<Facts, Failure> {
        let now = self.context.now();
        if pending.step.kind == StepKind::ShowPlan {
            self.show_plan();
        }
        self.room.confirm(pending)?;
        match pending.step.kind {
            StepKind::Preflight => {
                Ok(vec![("Machine".to_owned(), crate::commands::doctor::summary())])
            }
            StepKind::Approve => self.approve(pending.subject.unwrap_or_default(), now),
            StepKind::OpenCapsule => {
                let key = self.approvals.open(&mut self.vault, &self.set, now);
                self.key = Some(key.map_err(|error| failed(&error))?);
                Ok(Facts::new())
            }
            StepKind::RunRestore => self.restore(now),
            _ => Ok(Facts::new()),
        }
    }

    fn keep(&mut self, line: &JournalLine) -> Result<(), Failure> {
        let kept = self.approvals.journal(&mut self.vault, &terms::encode(line), line.at);
        kept.map_err(|error| failed(&error))
    }

    fn now(&self) -> Timestamp {
        self.context.now()
    }
}

fn failed(error: &ApprovalError) -> Failure {
    match error {
        ApprovalError::Vault(error) => vault::refused(error),
        ApprovalError::Unlock(error @ UnlockError::Rejected(_)) => unlock_failure(error),
        ApprovalError::OtherVault | ApprovalError::NoShare { .. } => {
            Failure::from_problem(Exit::Refused, error as &dyn Problem)
        }
        error => Failure::from_problem(Exit::Failed, error as &dyn Problem),
    }
}

fn roster(room: &Room) -> Result<Roster, Failure> {
    let answers = room.answers();
    let request = answers.request.as_ref().ok_or_else(|| unanswered("who asks for what"))?;
    let person = |name: &str, role: &str| Person { name: name.to_owned(), role: role.to_owned() };
    let mut people = vec![
        person(&answers.administrator, "administrator"),
        person(&answers.witness, "witness"),
        person(&request.requester, "requester"),
    ];
    people.extend(request.approvers.iter().map(|approver| person(&approver.name, "custodian")));
    let holder = |name: &String| Holder { name: name.clone(), token: true, sheet: false };
    let holders = request.approvers.iter().map(|approver| holder(&approver.name)).collect();
    Ok(Roster { people, holders, dice: false })
}
