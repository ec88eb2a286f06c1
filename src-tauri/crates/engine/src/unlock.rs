//! From shares to an archive's key, and nothing further.

use archive::Set;
use keys::{ArchiveKey, KeysError, MasterKey};
use quorum::{Finding, OfferedShare, Rejection, SplitDescription, UntrustedQuorum, combine};
use registry::{RegistryError, Split, SplitState};
use terms::{Problem, SplitId, Timestamp};

use crate::vault::Vault;

/// Why an archive did not open.
#[derive(Debug, thiserror::Error)]
pub enum UnlockError {
    /// The shares are no quorum, or do not open this key.
    #[error(transparent)]
    Rejected(#[from] Rejection),
    /// The media carry no readable capsule.
    #[error("no copy of the capsule is readable on these media")]
    NoCapsule,
    /// No capsule opens with the key that the shares give.
    #[error(transparent)]
    Capsule(#[from] KeysError),
}

impl Problem for UnlockError {
    fn code(&self) -> &'static str {
        match self {
            Self::Rejected(rejection) => rejection.code(),
            Self::NoCapsule => "SR-UNLOCK-NO-CAPSULE",
            Self::Capsule(error) => error.code(),
        }
    }

    fn remedy(&self) -> String {
        match self {
            Self::Rejected(rejection) => rejection.remedy(),
            Self::NoCapsule => {
                "Bring the detached capsule file, or another copy of the media.".to_owned()
            }
            Self::Capsule(error) => error.remedy(),
        }
    }
}

/// What the vault knows about the shares; nothing of it is needed on the worst day.
#[derive(Default)]
pub struct Known {
    /// The split that counts.
    pub description: Option<SplitDescription>,
    /// Splits that no longer count, and since when.
    pub retired: Vec<(SplitId, Timestamp)>,
}

impl Known {
    /// What `vault` knows about the shares of `split`.
    ///
    /// # Errors
    ///
    /// The registry cannot be read.
    pub(crate) fn of(vault: &Vault, split: &Split) -> Result<Self, RegistryError> {
        let splits = vault.read().splits()?.into_iter();
        let retired = splits.filter(|split| split.state == SplitState::Retired);
        Ok(Self {
            description: SplitDescription::decode(&split.description).ok(),
            retired: retired.map(|split| (split.id, split.state_since)).collect(),
        })
    }
}

/// An opened archive key.
#[derive(Debug)]
pub struct Unlocked {
    /// The archive's key; wiped when dropped.
    pub key: ArchiveKey,
    /// Shares that were set aside, each with its holder and the reason.
    pub set_aside: Vec<Finding>,
}

/// Opens the archive's key with `shares`.
///
/// # Errors
///
/// The shares are no quorum (every finding names a holder), or no capsule opens.
pub fn unlock(set: &Set, shares: Vec<OfferedShare>, known: Known) -> Result<Unlocked, UnlockError> {
    let mut quorum = awaited(set, known)?;
    for share in shares {
        // What is wrong with one share is kept, and told with everything else.
        let _ = quorum.offer(share);
    }
    unlock_with(set, quorum)
}

/// The quorum that opens `set`, before anybody offered a share: each share can be judged as it is
/// offered.
///
/// # Errors
///
/// No capsule of the archive can be read.
pub fn awaited(set: &Set, known: Known) -> Result<UntrustedQuorum, UnlockError> {
    let fingerprints = set.fingerprints();
    let first = *fingerprints.first().ok_or(UnlockError::NoCapsule)?;
    let environment = set.settings().environment;
    let mut quorum = UntrustedQuorum::new(known.description, Some(first), environment);
    for fingerprint in fingerprints {
        quorum = quorum.with_fingerprint(fingerprint);
    }
    for (split, since) in known.retired {
        quorum = quorum.with_retired(split, since);
    }
    Ok(quorum)
}

/// Opens the archive's key with the shares that were offered to `quorum`; the seed exists within
/// this function only.
///
/// # Errors
///
/// As for [`unlock`].
pub fn unlock_with(set: &Set, quorum: UntrustedQuorum) -> Result<Unlocked, UnlockError> {
    let combined = combine(quorum.validate()?)?;
    let master = MasterKey::derive(&combined.seed);
    let mut refused = None;
    for capsule in set.capsules() {
        match capsule.open(&master) {
            Ok(key) => return Ok(Unlocked { key, set_aside: combined.findings }),
            Err(error) => refused = Some(error),
        }
    }
    Err(refused.map_or(UnlockError::NoCapsule, UnlockError::Capsule))
}
