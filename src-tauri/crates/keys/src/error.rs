//! What can be wrong with keys, recipients and capsules.

use terms::{ArchiveId, CanonError, Fingerprint, Problem};

/// Why a key, a recipient or a capsule was refused.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeysError {
    /// The text is not an `age1pq1…` recipient (keys-1 K5).
    #[error("this is not a recipient: {reason}")]
    Recipient {
        /// What about it is wrong.
        reason: &'static str,
    },
    /// The text is not an `AGE-SECRET-KEY-PQ-1…` identity (keys-1 K4); it is never repeated.
    #[error("this is not an age identity of a master key")]
    Identity,
    /// What was to be sealed, or was read, contradicts itself (keys-1 K8).
    #[error("the capsule of archive {archive} contradicts itself: {reason}")]
    CapsuleFacts {
        /// The archive it belongs to.
        archive: ArchiveId,
        /// The contradiction.
        reason: &'static str,
    },
    /// The bytes are not a capsule in its one encoding (keys-1 K8).
    #[error("the capsule cannot be read")]
    CapsuleEncoding(#[from] CanonError),
    /// The capsule was written by a version or with a suite that this program does not know.
    #[error(
        "the capsule has version {version} and suite {suite:04x?}, which this program does not know"
    )]
    UnknownSuite {
        /// The version it states.
        version: u8,
        /// The suite it states.
        suite: [u16; 3],
    },
    /// The capsule was sealed to another master key.
    #[error("the capsule of archive {archive} belongs to master key {belongs}, not to {given}")]
    OtherKey {
        /// The archive it belongs to.
        archive: ArchiveId,
        /// Fingerprint of the key it was sealed to.
        belongs: Fingerprint,
        /// Fingerprint of the key that was given.
        given: Fingerprint,
    },
    /// The capsule does not open, or what is inside does not match its commitment.
    #[error("the capsule of archive {archive} does not open: it was altered")]
    CapsuleAltered {
        /// The archive it belongs to.
        archive: ArchiveId,
    },
    /// A master key cannot go from one state to the other (NIST SP 800-57 part 1, section 7).
    #[error("a master key that is {from} cannot become {to}")]
    Transition {
        /// The state it is in.
        from: crate::KeyState,
        /// The state that was asked for.
        to: crate::KeyState,
    },
}

impl Problem for KeysError {
    fn code(&self) -> &'static str {
        match self {
            Self::Recipient { .. } => "SR-KEYS-RECIPIENT",
            Self::Identity => "SR-KEYS-IDENTITY",
            Self::CapsuleFacts { .. } => "SR-KEYS-CAPSULE-FACTS",
            Self::CapsuleEncoding(_) => "SR-KEYS-CAPSULE-ENCODING",
            Self::UnknownSuite { .. } => "SR-KEYS-UNKNOWN-SUITE",
            Self::OtherKey { .. } => "SR-KEYS-OTHER-KEY",
            Self::CapsuleAltered { .. } => "SR-KEYS-CAPSULE-ALTERED",
            Self::Transition { .. } => "SR-KEYS-TRANSITION",
        }
    }

    fn remedy(&self) -> String {
        match self {
            Self::Recipient { .. } => {
                "Copy the recipient again from its file; compare its fingerprint, not its letters."
            }
            Self::Identity => "Type the identity again: capital letters, 77 characters.",
            Self::CapsuleEncoding(_) | Self::CapsuleFacts { .. } | Self::CapsuleAltered { .. } => {
                "Use another copy: one lies at each end of every volume, one in the capsule file, \
                 one in the registry."
            }
            Self::UnknownSuite { .. } => "Use the version of Strongroom that wrote the archive.",
            Self::OtherKey { .. } => "Bring the shares of the master key that the archive names.",
            Self::Transition { .. } => "Look at the key's history; choose a state it can go to.",
        }
        .to_owned()
    }
}
