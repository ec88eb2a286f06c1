//! The signed head of a log, as in C2SP tlog-checkpoint.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use terms::{Digest, VaultId};

use crate::note::{LogKey, LogPublicKey};
use crate::{AuditError, Tree};

/// The origin line of a vault's log, which is also the name of its key (log-1 L12).
pub fn origin(vault: VaultId) -> String {
    format!("strongroom/{vault}")
}

/// A head of a log: so many entries, with this root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// Which log, `strongroom/<vault id>`.
    pub origin: String,
    /// The number of entries.
    pub size: u64,
    /// The root of the Merkle tree over them.
    pub root: Digest,
}

impl Checkpoint {
    /// The head of `tree`.
    pub fn of(vault: VaultId, tree: &Tree) -> Self {
        Self { origin: origin(vault), size: tree.size(), root: tree.root() }
    }

    /// The three lines that are signed, printed in minutes and kept as an anchor.
    pub fn to_text(&self) -> String {
        format!("{}\n{}\n{}\n", self.origin, self.size, STANDARD.encode(self.root.as_bytes()))
    }

    /// Reads the three lines without a signature, as they stand on paper (log-1 L12).
    ///
    /// # Errors
    ///
    /// [`AuditError::CheckpointMalformed`] for everything that [`to_text`](Self::to_text) does not
    /// write.
    pub fn from_text(text: &str) -> Result<Self, AuditError> {
        let malformed = |reason| AuditError::CheckpointMalformed { reason };
        let lines: Vec<&str> = text.split('\n').collect();
        let [origin, size, root, ""] = lines[..] else {
            return Err(malformed("it does not have three lines"));
        };
        let size = size.parse().map_err(|_| malformed("the size is not a number"))?;
        let root = STANDARD.decode(root).ok().and_then(|bytes| bytes.try_into().ok());
        let root = root.ok_or_else(|| malformed("the root is not 32 bytes in base64"))?;
        let root = Digest::from_bytes(root);
        let checkpoint = Self { origin: origin.to_owned(), size, root };
        if origin.is_empty() || checkpoint.to_text() != text {
            return Err(malformed("it is not written in its one form"));
        }
        Ok(checkpoint)
    }

    /// The signed note.
    pub fn sign(&self, key: &LogKey) -> String {
        key.sign(&self.to_text())
    }

    /// Reads a signed note; signatures of other keys are passed over (log-1 L13).
    ///
    /// # Errors
    ///
    /// When `key` did not sign it, when the text is no checkpoint, or one of another log.
    pub fn open(note: &[u8], key: &LogPublicKey) -> Result<Self, AuditError> {
        let unsigned = || AuditError::CheckpointSignature { key: key.to_string() };
        let note = std::str::from_utf8(note).map_err(|_| unsigned())?;
        let checkpoint = Self::from_text(key.open(note).ok_or_else(unsigned)?)?;
        if checkpoint.origin != key.name() {
            return Err(AuditError::CheckpointMalformed { reason: "it is about another log" });
        }
        Ok(checkpoint)
    }
}
