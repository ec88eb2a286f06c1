//! What a window sees of a ceremony, and what it can say.

use engine::manner::listed;
use engine::plan::Plan;
use quorum::QuorumPolicy;
use serde::Serialize;
use terms::{Environment, Fingerprint, KeyName};

use super::outcome::Outcome;
use super::outline::{Act, Person, RoomObject, StepNow};
use super::rings::{Ring, rings_of};
use super::survey::SurveyShown;
use crate::ipc::refusal::Refusal;
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
    /// The script's name, such as `genesis`.
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
    /// The rings that take their place when the old shares of a refresh were put together.
    #[serde(skip)]
    pub(super) next_quorum: Option<(Vec<Ring>, u8)>,
    /// What is on the table, or in memory.
    pub(super) objects: Vec<RoomObject>,
    /// What went otherwise than written.
    pub(super) exceptions: Vec<String>,
    /// What failed, while it may be tried again, what was not taken, or what ended the ceremony.
    pub(super) problem: Option<Refusal>,
    /// Whether the ceremony goes on if what failed is not tried again.
    pub(super) goes_on_without: bool,
    /// What is read aloud in this step, or was made in it.
    pub(super) facts: Vec<FactShown>,
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

/// A fact, label and value.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(specta::Type))]
pub(crate) struct FactShown {
    pub(super) label: String,
    pub(super) value: String,
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

impl View {
    /// A ceremony that gathers `quorum`, before it begins.
    pub(super) fn of(
        script: &str,
        environment: Environment,
        quorum: Option<&QuorumPolicy>,
    ) -> Self {
        let mut view = Self::empty(script, environment);
        if let Some(policy) = quorum {
            view.rings_needed = policy.group_threshold();
            view.rings = rings_of(policy);
        }
        view
    }

    /// The rings of `policy` take the place of those that are shown, once these gave the key.
    pub(super) fn then_gathers(mut self, policy: &QuorumPolicy) -> Self {
        self.next_quorum = Some((rings_of(policy), policy.group_threshold()));
        self
    }

    /// The plan that everybody is shown.
    pub(super) fn about(mut self, plan: &Plan) -> Self {
        self.plan = Some(PlanShown::of(plan));
        self
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
            next_quorum: None,
            objects: Vec::new(),
            exceptions: Vec::new(),
            problem: None,
            goes_on_without: false,
            facts: Vec::new(),
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
        (self.goes_on_without, self.facts) = (false, Vec::new());
        self.is_leaving = false;
        match done {
            Ok(outcome) => (self.phase, self.outcome) = (Phase::Closed, Some(outcome)),
            Err(refusal) => (self.phase, self.problem) = (Phase::GivenUp, Some(refusal)),
        }
    }
}
