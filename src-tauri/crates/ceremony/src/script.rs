//! The script language, version 1.

use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use terms::Digest;

use crate::ScriptError;
use crate::position::Positions;

/// Version of the language this program speaks.
const LANGUAGE: u32 = 1;

/// A ceremony's script (script-1 C3).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Script {
    /// Version of the script language.
    pub language: u32,
    /// Its name, such as `genesis`.
    pub id: String,
    /// Its title, for people.
    pub title: String,
    /// Version of this script, counted from 1.
    pub version: u32,
    /// What it is for, in one or two sentences.
    pub purpose: String,
    /// Who takes part.
    pub roles: Vec<Role>,
    /// What is on the table, or in memory.
    pub objects: Vec<Object>,
    /// The acts, in order.
    pub acts: Vec<Act>,
    /// What must be so before the ceremony can be closed.
    #[serde(rename = "final")]
    pub closing: Vec<String>,
    #[serde(skip)]
    digest: Option<Digest>,
    #[serde(skip)]
    text: String,
    #[serde(skip)]
    positions: Option<Positions>,
}

/// A role in the ceremony (script-1 C6).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Role {
    /// Its name.
    pub id: String,
    /// Fewest people.
    pub min: usize,
    /// Most people.
    pub max: usize,
    /// Roles that the same person must not have.
    #[serde(default)]
    pub excludes: Vec<String>,
}

/// Something that is made, held or destroyed (script-1 C8).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Object {
    /// Its name, as `needs`, `makes` and `ends` use it.
    pub id: String,
    /// What it is.
    pub kind: ObjectKind,
    /// Whether it must be accounted for before the ceremony can be closed.
    #[serde(default)]
    pub secret: bool,
    /// Whether it exists in memory only, so that a crash ends it.
    #[serde(default)]
    pub volatile: bool,
}

/// What an object is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ObjectKind {
    /// A fact that a step establishes.
    Fact,
    /// A key or seed in memory.
    Key,
    /// Shares in memory.
    Shares,
    /// Envelopes in the registry.
    Envelopes,
    /// Sheets of paper.
    Sheets,
    /// A document.
    Document,
    /// Restored data.
    Data,
}

/// An act: steps that belong together.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Act {
    /// Its title.
    pub title: String,
    /// Its steps, in order.
    pub steps: Vec<Step>,
}

/// A step (script-1 C4).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Its name, unique in the script.
    pub id: String,
    /// Its title.
    pub title: String,
    /// What is read aloud.
    #[serde(default)]
    pub say: Option<String>,
    /// What is done, for the person who does it.
    #[serde(rename = "do")]
    pub task: String,
    /// Why, for everybody else.
    #[serde(default)]
    pub why: Option<String>,
    /// What kind of step it is.
    pub kind: StepKind,
    /// The role that acts.
    pub actor: String,
    /// The roles that confirm; never the same person.
    #[serde(default)]
    pub confirm: Vec<String>,
    /// What must be there before.
    #[serde(default)]
    pub needs: Vec<String>,
    /// What is there afterwards.
    #[serde(default)]
    pub makes: Vec<String>,
    /// What is no longer there afterwards: destroyed, sealed or handed over.
    #[serde(default)]
    pub ends: Vec<String>,
    /// For whom it is repeated.
    #[serde(default)]
    pub repeat: Repeat,
    /// How long it may take, in minutes.
    #[serde(default)]
    pub time_minutes: u32,
    /// Clauses of standards that it gives evidence for.
    #[serde(default)]
    pub controls: Vec<String>,
}

/// For whom a step is repeated (script-1 C5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Repeat {
    /// It is done once.
    #[default]
    Once,
    /// For every holder of a share.
    Holder,
    /// For every holder with a token.
    TokenHolder,
    /// For every holder with a sheet.
    SheetHolder,
    /// For everybody in the room.
    Person,
    /// For everybody who has the role of the actor.
    Actor,
    /// Once, if the roster says that dice are rolled.
    Dice,
}

/// What a step does; the engine carries out those that are more than words (script-1 C10).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StepKind {
    /// Something is read aloud, or agreed on.
    Statement,
    /// People say who they are.
    CheckIn,
    /// The machine is looked at: network, swap, clock.
    Preflight,
    /// Randomness of the operating system is collected.
    CollectEntropy,
    /// Dice are rolled and typed.
    RollDice,
    /// The seed is made.
    GenerateKey,
    /// Who opens a key now, and who will, is read aloud.
    ShowSplit,
    /// A holder brings a share of the split before.
    BringShare,
    /// The shares that were brought give the seed.
    CombineShares,
    /// The seed is split.
    Split,
    /// A holder's token is prepared.
    EnrolToken,
    /// Both keys of a token are used once.
    TestToken,
    /// A token is admitted and gets its passport.
    WritePassport,
    /// A share is sealed to its holder's token.
    SealShare,
    /// A share is printed.
    PrintSheet,
    /// A share is opened again with its token.
    ProveToken,
    /// A share is typed back from its sheet.
    ProveSheet,
    /// A holder's share counts as proved.
    AcceptProof,
    /// The recipient's fingerprint is compared.
    CompareFingerprint,
    /// The split becomes effective.
    MakeEffective,
    /// What the shares of the split before still open is read aloud.
    StateExposure,
    /// How the shares stand is worked out and read aloud.
    StateMargin,
    /// The minutes are written.
    WriteMinutes,
    /// A plan is shown.
    ShowPlan,
    /// A holder approves the plan and brings his share.
    Approve,
    /// The capsule is opened.
    OpenCapsule,
    /// The plan is carried out.
    RunRestore,
    /// The evidence is written.
    WriteEvidence,
    /// Secrets are wiped.
    Wipe,
    /// A person agrees with what happened, or does not.
    Sign,
}

impl Script {
    /// Reads a script; unknown keys and values are refused (script-1 C1).
    ///
    /// # Errors
    ///
    /// The text is no script, with line and column; or its language has another version.
    pub fn parse(text: &str) -> Result<Self, ScriptError> {
        let parsed: Result<Self, _> = serde_saphyr::from_str(text);
        let mut script = parsed.map_err(|error| ScriptError::malformed(&error))?;
        if script.language != LANGUAGE {
            return Err(ScriptError::Version { version: script.language });
        }
        script.positions = Some(Positions::read(text)?);
        text.clone_into(&mut script.text);
        script.digest = Some(Digest::from_bytes(Sha256::digest(text.as_bytes()).into()));
        Ok(script)
    }

    /// SHA-256 of the script's text: a changed script is seen (script-1 C13).
    pub fn digest(&self) -> Digest {
        self.digest.unwrap_or(Digest::from_bytes([0; 32]))
    }

    /// The script as it was read.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Where its text names what.
    pub(crate) fn positions(&self) -> Option<&Positions> {
        self.positions.as_ref()
    }

    /// All steps, each with the act it belongs to.
    pub fn steps(&self) -> impl Iterator<Item = (&Act, &Step)> {
        self.acts.iter().flat_map(|act| act.steps.iter().map(move |step| (act, step)))
    }
}
