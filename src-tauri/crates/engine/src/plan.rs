//! The plan of a restore: what people approve, as one record with one digest.

use minicbor::{Decode, Encode};
use sha2::{Digest as _, Sha256};
use terms::{ArchiveId, Canonical, Digest, Environment, Timestamp};

/// What would be restored, where to, for whom and why; bound by its digest.
///
/// It names the archive by its index root, so it fits one state of one archive and no other.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Plan {
    #[n(0)]
    version: u8,
    /// The archive.
    #[n(1)]
    pub archive: ArchiveId,
    /// Its index root.
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
    pub conflict: String,
    /// Who asks.
    #[n(7)]
    pub requester: String,
    /// Why.
    #[n(8)]
    pub reason: String,
    /// When the plan was made.
    #[n(9)]
    pub created: Timestamp,
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
    pub conflict: &'a str,
    /// Who asks.
    pub requester: &'a str,
    /// Why.
    pub reason: &'a str,
    /// The time.
    pub now: Timestamp,
}

impl Plan {
    /// The plan for `set` as it is now.
    pub fn new(set: &archive::Set, intent: &Intent<'_>) -> Self {
        let settings = set.settings();
        Self {
            version: 1,
            archive: settings.archive,
            index_root: set.root().digest(),
            environment: settings.environment,
            selection: intent.selection.to_vec(),
            target: intent.target.to_owned(),
            conflict: intent.conflict.to_owned(),
            requester: intent.requester.to_owned(),
            reason: intent.reason.to_owned(),
            created: intent.now,
        }
    }

    /// SHA-256 over a label and the plan in its one encoding: what approvals carry.
    pub fn digest(&self) -> Digest {
        let digest = Sha256::new().chain_update(b"strongroom/plan/1\0");
        Digest::from_bytes(digest.chain_update(terms::encode(self)).finalize().into())
    }

    /// Whether the plan was made for this state of this archive.
    pub fn fits(&self, set: &archive::Set) -> bool {
        self.archive == set.settings().archive && self.index_root == set.root().digest()
    }
}
