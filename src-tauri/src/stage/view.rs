//! What a window sees of a ceremony, and what it can say.

use ceremony::answers::{Answers, GroupAnswers};
use engine::conduct::{Decision, genesis, restore};
use engine::manner::listed;
use engine::plan::Plan;
use engine::restore::RestoreReport;
use serde::{Deserialize, Serialize};
use terms::{Environment, Fingerprint, KeyName};

use super::outline::{Act, Member, Person, Ring, RoomObject, StepNow};
use super::survey::SurveyShown;
use crate::ipc::refusal::Refusal;
use crate::ipc::report::Report;
use crate::jobs::Tick;

/// What a window hears.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "is", rename_all = "camelCase")]
#[cfg_attr(test, derive(specta::Type))]
pub(crate) enum Update {
    /// Something changed; this is all there is to see now.
    View {
        /// All of it.
        view: Box<View>,
    },
    /// How far the restore is.
    Run {
        /// The tick.
        tick: Tick,
    },
}

/// A ceremony as a window shows it.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(specta::Type))]
pub(crate) struct View {
    /// `genesis` or `restore`.
    pub(super) script: String,
    /// Its title and version.
    pub(super) title: String,
    /// The environment's name.
    pub(super) environment: String,
    /// What it waits for.
    pub(super) phase: Phase,
    /// Whether it was given up while it waited for something else, and ends as soon as it can.
    pub(super) is_leaving: bool,
    /// Whose token, PIN, touch or sheet is waited for.
    pub(super) waits_for: Option<String>,
    /// The script with its marks.
    pub(super) acts: Vec<Act>,
    /// The step of now; none before the first and after the last.
    pub(super) step: Option<StepNow>,
    /// Who is here.
    pub(super) people: Vec<Person>,
    /// The quorum as rings.
    pub(super) rings: Vec<Ring>,
    /// How many rings must be met.
    pub(super) rings_needed: u8,
    /// What is on the table, or in memory.
    pub(super) objects: Vec<RoomObject>,
    /// What went otherwise than written.
    pub(super) exceptions: Vec<String>,
    /// What failed, while it may be tried again, or what ended the ceremony.
    pub(super) problem: Option<Refusal>,
    /// The plan that a restore asks the people to approve.
    pub(super) plan: Option<PlanShown>,
    /// The drive whose media are asked for, if the archive is read through one.
    pub(super) drive: Option<u32>,
    /// What the restore would do to its target; none before the archive was opened.
    pub(super) survey: Option<SurveyShown>,
    /// The fingerprint that everybody compares; none before the key is made.
    pub(super) fingerprint: Option<FingerprintShown>,
    /// Where the file of the sheet lies that was made last, to be printed.
    pub(super) sheet: Option<String>,
    /// What came of it.
    pub(super) outcome: Option<Outcome>,
}

/// What a ceremony waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(specta::Type))]
pub(crate) enum Phase {
    /// For people to say that the step is done.
    Deciding,
    /// For the program.
    Working,
    /// For a token to be put in.
    Token,
    /// For a secret to be typed in the entry window.
    Entering,
    /// For a touch of a token.
    Touch,
    /// For people to say whether to try again.
    Failed,
    /// For people to go on after a rest.
    Resting,
    /// For nothing: it came to its end.
    Closed,
    /// For nothing: it was given up.
    GivenUp,
}

/// The plan as everybody sees it before approving.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(specta::Type))]
pub(crate) struct PlanShown {
    words: String,
    hex: String,
    archive: String,
    index_root: String,
    environment: Option<String>,
    target: String,
    selection: Vec<String>,
    conflict: String,
    names: String,
    owners: String,
    users: Vec<String>,
    groups: Vec<String>,
    privileges: bool,
    reread: bool,
    searched: bool,
    requester: String,
    reason: String,
    created: String,
    expires: String,
}

impl PlanShown {
    /// All of the plan that people approve.
    pub(super) fn of(plan: &Plan) -> Self {
        let digest = plan.digest();
        Self {
            words: digest.to_words(),
            hex: digest.to_string(),
            archive: plan.archive.to_string(),
            index_root: plan.index_root.to_string(),
            environment: plan.environment.map(|environment| environment.to_string()),
            target: plan.target.clone(),
            selection: plan.selection.clone(),
            conflict: plan.conflict.as_str().to_owned(),
            names: plan.manner.names.as_str().to_owned(),
            owners: plan.manner.owners.as_str().to_owned(),
            users: listed(&plan.manner.users),
            groups: listed(&plan.manner.groups),
            privileges: plan.manner.privileges,
            reread: plan.manner.reread,
            searched: plan.manner.searched,
            requester: plan.requester.clone(),
            reason: plan.reason.clone(),
            created: plan.created.to_string(),
            expires: plan.expires.to_string(),
        }
    }
}

/// The fingerprint of a key that was just made.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(specta::Type))]
pub(crate) struct FingerprintShown {
    words: String,
    hex: String,
    key: String,
}

impl FingerprintShown {
    pub(super) fn of(key: KeyName, fingerprint: &Fingerprint) -> Self {
        let (words, hex) = (fingerprint.to_words(), fingerprint.to_string());
        Self { words, hex, key: key.to_string() }
    }
}

/// What came of a ceremony.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "is", rename_all = "camelCase")]
#[cfg_attr(test, derive(specta::Type))]
pub(crate) enum Outcome {
    /// A key.
    #[serde(rename_all = "camelCase")]
    Key {
        /// Its name.
        key: String,
        /// Its public half.
        recipient: String,
        /// The fingerprint in words.
        fingerprint_words: String,
        /// The fingerprint in hexadecimal digits.
        fingerprint: String,
        /// Where the minutes lie.
        minutes: String,
        /// What earlier runs left and people must destroy, as sentences.
        void: Vec<String>,
    },
    /// Restored data.
    Restored {
        /// What the restore did.
        report: Report,
    },
}

impl Outcome {
    pub(super) fn of_genesis(made: &genesis::Made) -> Self {
        let void = made.void.iter();
        let void = void.map(|void| format!("split {} ({})", void.split, void.holders.join(", ")));
        Self::Key {
            key: made.key.clone(),
            recipient: made.recipient.clone(),
            fingerprint_words: made.words.clone(),
            fingerprint: made.fingerprint.clone(),
            minutes: made.minutes.clone(),
            void: void.collect(),
        }
    }

    pub(super) fn of_restore(report: &RestoreReport) -> Self {
        Self::Restored { report: Report::of(report) }
    }
}

/// What a window can say.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(tag = "is", rename_all = "camelCase")]
#[cfg_attr(test, derive(specta::Type))]
pub(crate) enum Reply {
    /// About the step of now, or about going on after a rest.
    Decide {
        /// What was decided.
        decision: Decided,
    },
    /// Whether to try the failed step again.
    Again {
        /// Yes or no.
        again: bool,
    },
    /// A drill's token was put in or taken out.
    #[serde(rename_all = "camelCase")]
    Token {
        /// Whose.
        holder: String,
        /// In or out.
        is_in: bool,
    },
    /// The restore rests at its next safe point, or goes on.
    Rest {
        /// Rests or goes on.
        rests: bool,
    },
    /// The restore stops at its next safe point; what it did is not lost.
    Stop,
}

/// What people decide about a step.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(tag = "is", rename_all = "camelCase")]
#[cfg_attr(test, derive(specta::Type))]
pub(crate) enum Decided {
    /// It is done and confirmed; after a rest: it goes on.
    Done,
    /// Something went otherwise than written.
    Exception {
        /// What was expected.
        expected: String,
        /// What happened.
        happened: String,
        /// What was decided.
        decided: String,
        /// Who decided.
        by: String,
    },
    /// The ceremony rests.
    Pause,
    /// The ceremony is given up.
    GiveUp {
        /// Why.
        reason: String,
    },
}

impl From<Decided> for Decision {
    fn from(decided: Decided) -> Self {
        match decided {
            Decided::Done => Self::Done,
            Decided::Exception { expected, happened, decided, by } => {
                Self::Exception { expected, happened, decided, by }
            }
            Decided::Pause => Self::Pause,
            Decided::GiveUp { reason } => Self::GiveUp { reason },
        }
    }
}

impl View {
    pub(super) fn of_genesis(environment: Environment, answers: &Answers) -> Self {
        let mut view = Self::empty("genesis", environment);
        if let Some(quorum) = &answers.quorum {
            view.rings_needed = quorum.group_threshold;
            let ring = |group: &GroupAnswers| Ring {
                name: group.name.clone(),
                threshold: group.threshold,
                members: group.holders.iter().map(|holder| Member::away(&holder.name)).collect(),
            };
            view.rings = quorum.groups.iter().map(ring).collect();
        }
        view
    }

    pub(super) fn of_restore(
        environment: Environment,
        answers: &Answers,
        order: &restore::Order,
    ) -> Self {
        let mut view = Self::empty("restore", environment);
        view.plan = Some(PlanShown::of(&order.plan));
        let approvers = answers.request.iter().flat_map(|request| &request.approvers);
        let members: Vec<_> = approvers.map(|approver| Member::away(&approver.name)).collect();
        let threshold = u8::try_from(members.len()).unwrap_or(u8::MAX);
        view.rings = vec![Ring { name: "approvers".to_owned(), threshold, members }];
        view
    }

    fn empty(script: &str, environment: Environment) -> Self {
        Self {
            script: script.to_owned(),
            title: String::new(),
            environment: environment.to_string(),
            phase: Phase::Working,
            is_leaving: false,
            waits_for: None,
            acts: Vec::new(),
            step: None,
            people: Vec::new(),
            rings: Vec::new(),
            rings_needed: 1,
            objects: Vec::new(),
            exceptions: Vec::new(),
            problem: None,
            plan: None,
            drive: None,
            survey: None,
            fingerprint: None,
            sheet: None,
            outcome: None,
        }
    }

    /// Shows how the ceremony ended.
    pub(super) fn end(&mut self, done: Result<Outcome, Refusal>) {
        (self.step, self.waits_for, self.problem) = (None, None, None);
        self.is_leaving = false;
        match done {
            Ok(outcome) => (self.phase, self.outcome) = (Phase::Closed, Some(outcome)),
            Err(refusal) => (self.phase, self.problem) = (Phase::GivenUp, Some(refusal)),
        }
    }
}
