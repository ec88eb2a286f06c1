//! Sealing an archive to a lock, on the record of the vault that vouches for it.

use std::path::{Path, PathBuf};

use engine::EngineError;
use engine::seal::SealReport;
use engine::threshold::{ArchiveSplit, SignedLock, enrolled_keys};
use engine::vault::{Intent, Vault, VaultError};
use keys::Recipient;
use terms::{Fingerprint, KeyName, Problem as _};

use crate::commands::lock::read;
use crate::context::Context;
use crate::failure::Failure;
use crate::locked::{refused, write_split};
use crate::vault;

/// A lock that was proved, and what was drawn for one archive.
pub(crate) struct ToLock {
    signed: SignedLock,
    lock: Fingerprint,
    key: KeyName,
    recipient: Fingerprint,
    split: ArchiveSplit,
}

/// An archive that is being sealed to a lock: what opens it is durable already.
pub(crate) struct Sealing {
    vault: Vault,
    intent: Intent,
    path: PathBuf,
}

impl ToLock {
    /// Proves the lock in `file` with the enrolled keys of the vault, and draws what one archive is
    /// sealed to (threshold-1 T3, T10).
    pub(crate) fn draw(file: &Path, context: &Context) -> Result<(Recipient, Self), Failure> {
        let signed = read(file)?;
        let view = vault::view(context)?;
        let enrolled = enrolled_keys(view.read()).map_err(|error| vault::refused(&error.into()))?;
        let lock = signed.prove(&enrolled).map_err(|error| refused(&error))?;
        let vault = Some(view.facts().id);
        let made = ArchiveSplit::make(&lock, vault, &mut context.rng(), context.now());
        let (recipient, split) = made.map_err(|error| refused(&error))?;
        let (fingerprint, lock) = (recipient.fingerprint(), lock.lock());
        let (lock, key) = (lock.fingerprint(), lock.key());
        Ok((recipient, Self { signed, lock, key, recipient: fingerprint, split }))
    }

    /// How the archive is called.
    pub(crate) fn key(&self) -> KeyName {
        self.key
    }

    /// Makes it durable that an archive is about to be sealed to the lock, and what opens it.
    pub(crate) fn begin(self, folder: &Path, context: &Context) -> Result<Sealing, Failure> {
        let mut vault = vault::open(context)?;
        // What was to be sealed may have come late, and a token been retired meanwhile.
        let enrolled =
            enrolled_keys(vault.read()).map_err(|error| vault::refused(&error.into()))?;
        self.signed.prove(&enrolled).map_err(|error| refused(&error))?;
        let objects = vec![format!("lock:{}", self.lock), format!("recipient:{}", self.recipient)];
        let intent = vault.intent("lock.seal", vault::ACTOR, objects, None, context.now());
        let intent = intent.map_err(|error| vault::refused(&error))?;
        match write_split(folder, &self.recipient, &self.split) {
            Ok(path) => Ok(Sealing { vault, intent, path }),
            Err(failure) => {
                let aborted = vault.abort(intent, failure.code(), context.now());
                aborted.map_err(|error| vault::refused(&error))?;
                Err(failure)
            }
        }
    }
}

impl Sealing {
    /// Puts on the record what became of the archive.
    ///
    /// # Errors
    ///
    /// The vault cannot be written; the archive is whole all the same, if it was sealed.
    pub(crate) fn end(
        mut self,
        sealed: Result<&SealReport, &EngineError>,
        context: &Context,
    ) -> Result<PathBuf, VaultError> {
        let now = context.now();
        match sealed {
            Ok(_) => self.vault.outcome(self.intent, "ok", &[], now),
            // What opens the archive stays: one that failed at its very end may bear its name, and
            // where there is none it opens nothing.
            Err(error) => self.vault.abort(self.intent, error.code(), now),
        }?;
        Ok(self.path)
    }
}
