//! The plan of a restore: what people approve, as one record with one digest (plan-2).

use minicbor::{Decode, Encode};
use sha2::{Digest as _, Sha256};
use terms::{ArchiveId, Canonical, Digest, Environment, Timestamp, plain};

use crate::EngineError;
use crate::files::Conflict;
use crate::manner::Manner;
use crate::restore::Choices;

/// Version of the record.
const VERSION: u8 = 2;

/// How long the approvals of a plan hold that is made at the table, in seconds.
pub const VALID_S: u64 = 24 * 3600;

/// What would be restored, where to, for whom and why; bound by its digest.
///
/// It names the archive by its index root, so it fits one state of one archive and no other
/// (plan-2 R1, R2).
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Plan {
    #[n(0)]
    version: u8,
    /// The archive.
    #[n(1)]
    pub archive: ArchiveId,
    /// Its index root, or what names the index that was rebuilt in its place.
    #[n(2)]
    pub index_root: Digest,
    /// Its environment, where it was stated.
    #[n(3)]
    pub environment: Option<Environment>,
    /// Patterns of what is restored; everything if there is none.
    #[n(4)]
    pub selection: Vec<String>,
    /// The folder restored into.
    #[n(5)]
    pub target: String,
    /// What happens where something is already there.
    #[n(6)]
    pub conflict: Conflict,
    /// Who asks.
    #[n(7)]
    pub requester: String,
    /// Why.
    #[n(8)]
    pub reason: String,
    /// When the plan was made.
    #[n(9)]
    pub created: Timestamp,
    /// When an approval of it is worth nothing any more.
    #[n(10)]
    pub expires: Timestamp,
    /// How it is put onto the target.
    #[n(11)]
    pub manner: Manner,
}

impl Canonical for Plan {
    const NAME: &'static str = "a plan";
}

/// What a plan is made of, besides the archive.
pub struct Intent<'a> {
    /// Patterns of what is restored.
    pub selection: &'a [String],
    /// The folder restored into.
    pub target: &'a str,
    /// What happens where something is already there.
    pub conflict: Conflict,
    /// How it is put onto the target.
    pub choices: &'a Choices,
    /// Who asks.
    pub requester: &'a str,
    /// Why.
    pub reason: &'a str,
    /// The time.
    pub now: Timestamp,
    /// How long approvals of it hold, in seconds.
    pub valid_s: u64,
}

/// A plan whose digest is the one that was approved, and whose time is not over.
///
/// Only [`Plan::authorise`] makes one, and only with one does a restore write anything.
#[derive(Debug)]
pub struct AuthorisedPlan(Plan);

impl AuthorisedPlan {
    /// What was approved.
    pub fn plan(&self) -> &Plan {
        &self.0
    }
}

impl Plan {
    /// The plan for `set` as it is now.
    ///
    /// # Errors
    ///
    /// [`EngineError::HiddenText`] if a text of it would not show what it says: whoever approves a
    /// plan reads it on a screen.
    pub fn new(set: &archive::Set, intent: &Intent<'_>) -> Result<Self, EngineError> {
        let texts = [
            ("name of who asks", intent.requester),
            ("reason", intent.reason),
            ("target folder", intent.target),
        ];
        let patterns = intent.selection.iter().map(|pattern| ("selection", pattern.as_str()));
        let manner = Manner::of(set, intent.choices);
        let owners = manner.texts().map(|text| ("name of an owner", text));
        for (what, text) in texts.into_iter().chain(patterns).chain(owners) {
            if let Some(found) = text.chars().find(|c| plain::is_hidden(*c)) {
                return Err(EngineError::HiddenText { what, found });
            }
        }
        let settings = set.settings();
        Ok(Self {
            version: VERSION,
            archive: settings.archive,
            index_root: set.index_root(),
            environment: settings.environment,
            selection: intent.selection.to_vec(),
            target: intent.target.to_owned(),
            conflict: intent.conflict,
            requester: intent.requester.to_owned(),
            reason: intent.reason.to_owned(),
            created: intent.now,
            expires: Timestamp::from_unix(intent.now.unix().saturating_add(intent.valid_s)),
            manner,
        })
    }

    /// Compares the plan with what was approved.
    ///
    /// `approved` is the digest that the approvals carry, or that somebody at the table confirmed.
    ///
    /// # Errors
    ///
    /// Another plan was approved, or the approvals are too old.
    pub fn authorise(
        self,
        approved: &Digest,
        now: Timestamp,
    ) -> Result<AuthorisedPlan, EngineError> {
        if self.digest() != *approved {
            return Err(EngineError::OtherPlan { approved: *approved, given: self.digest() });
        }
        if now > self.expires {
            return Err(EngineError::Expired { expired: self.expires });
        }
        Ok(AuthorisedPlan(self))
    }

    /// SHA-256 over a label and the plan in its one encoding: what approvals carry (plan-2 R4).
    pub fn digest(&self) -> Digest {
        let digest = Sha256::new().chain_update(b"strongroom/plan/2\0");
        Digest::from_bytes(digest.chain_update(terms::encode(self)).finalize().into())
    }

    /// The plan was made for this state of this archive, found in this way (plan-2 R5).
    ///
    /// # Errors
    ///
    /// [`EngineError::StalePlan`] if not.
    pub fn check(&self, set: &archive::Set) -> Result<(), EngineError> {
        let fits = self.version == VERSION
            && self.archive == set.settings().archive
            && self.index_root == set.index_root()
            && self.manner.searched == set.found().is_some();
        if fits { Ok(()) } else { Err(EngineError::StalePlan) }
    }

    /// What is about to be done with `set` is what the plan says (plan-2 R5).
    ///
    /// # Errors
    ///
    /// [`EngineError::StalePlan`] for another state of the archive, [`EngineError::OtherPlan`] for
    /// another manner.
    pub(crate) fn check_manner(
        &self,
        set: &archive::Set,
        choices: &Choices,
    ) -> Result<(), EngineError> {
        self.check(set)?;
        let given = Self { manner: Manner::of(set, choices), ..self.clone() }.digest();
        let approved = self.digest();
        if given == approved { Ok(()) } else { Err(EngineError::OtherPlan { approved, given }) }
    }
}
