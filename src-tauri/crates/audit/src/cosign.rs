//! A head that people's tokens signed too, as in C2SP signed-note.

use sha2::{Digest as _, Sha256};
use terms::Digest;

use crate::note::{self, Line};
use crate::{AuditError, Checkpoint, CosignerKey, LogPublicKey};

/// A head with the signature of the log's key, and signatures of tokens beside it (log-1 L20).
///
/// What is in it besides the log's signature is not judged until [`check`](Self::check).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cosigned {
    head: Checkpoint,
    note: String,
}

impl Cosigned {
    /// Reads a note whose text is a head that `log` signed.
    ///
    /// # Errors
    ///
    /// When `log` did not sign it, or when it is no head of that log (log-1 L13).
    pub fn read(note: &[u8], log: &LogPublicKey) -> Result<Self, AuditError> {
        let head = Checkpoint::open(note, log)?;
        let note = String::from_utf8_lossy(note).into_owned();
        Ok(Self { head, note })
    }

    /// The head.
    pub const fn head(&self) -> &Checkpoint {
        &self.head
    }

    /// The signed note.
    pub fn as_str(&self) -> &str {
        &self.note
    }

    /// What a token signs: SHA-256 over the lines of the head (log-1 L18).
    ///
    /// No approval can have this digest: what an approval hashes begins with
    /// `strongroom/approval/1`, and what a head hashes with `strongroom/` and 32 hexadecimal digits
    /// (envelope-1 E13).
    pub fn digest(&self) -> Digest {
        Digest::from_bytes(Sha256::digest(self.head.to_text()).into())
    }

    /// The note with one more cosignature: `signature` is `r ‖ s` as the token of `key` made it.
    ///
    /// # Errors
    ///
    /// When it is not the signature of `key` over this head, or `key` signed it before.
    pub fn with(mut self, key: &CosignerKey, signature: &[u8; 64]) -> Result<Self, AuditError> {
        let refused = |reason| AuditError::Cosignature { name: key.name().to_owned(), reason };
        if self.lines().any(|line| is_of(&line, key)) {
            return Err(refused("it stands there already"));
        }
        let encoded = key.encode(&self.head.to_text(), signature);
        let encoded = encoded.ok_or_else(|| refused("the key did not sign this head"))?;
        self.note.push_str(&note::line(key.name(), key.id(), &encoded));
        Ok(self)
    }

    /// Those of `keys` that cosigned, in the order of the note. Lines of other keys are passed
    /// over; what one of `keys` is said to have signed must be right, and be there once (log-1
    /// L20).
    ///
    /// # Errors
    ///
    /// The first line that is not; then nothing in the note counts.
    pub fn check<'k>(&self, keys: &'k [CosignerKey]) -> Result<Vec<&'k CosignerKey>, AuditError> {
        let text = self.head.to_text();
        let mut found: Vec<&CosignerKey> = Vec::new();
        for line in self.lines() {
            let Some(key) = keys.iter().find(|key| is_of(&line, key)) else { continue };
            let refused = |reason| AuditError::Cosignature { name: key.name().to_owned(), reason };
            if found.contains(&key) {
                return Err(refused("it stands there twice"));
            }
            key.verify(&text, &line.signature).map_err(refused)?;
            found.push(key);
        }
        Ok(found)
    }

    fn lines(&self) -> impl Iterator<Item = Line<'_>> {
        note::read(&self.note).into_iter().flat_map(|(_, lines)| lines)
    }
}

fn is_of(line: &Line<'_>, key: &CosignerKey) -> bool {
    line.name == key.name() && line.id == key.id()
}
