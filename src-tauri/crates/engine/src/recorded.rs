//! Operations without a ceremony, on the record of the vault whose key they use.

use archive::Set;
use registry::{Archive, CapsuleRow};
use terms::{Digest, KeyName, Problem, Timestamp};

use crate::EngineError;
use crate::restore::{RestoreReport, RestoreVerdict};
use crate::seal::{SealOptions, SealReport};
use crate::vault::{Intent, Vault, VaultError};

/// An operation that the log knows of before it begins.
#[derive(Debug)]
pub struct Recording {
    vault: Vault,
    intent: Intent,
}

impl Recording {
    /// Makes it durable that something is about to be sealed to `key`.
    ///
    /// # Errors
    ///
    /// The key's state forbids it, or the log cannot be written; then nothing may be sealed.
    pub fn of_seal(
        mut vault: Vault,
        key: KeyName,
        actor: &str,
        now: Timestamp,
    ) -> Result<Self, VaultError> {
        vault.check_seals(key)?;
        let objects = vec![format!("key:{key}")];
        let intent = vault.intent("archive.seal", actor, objects, None, now)?;
        Ok(Self { vault, intent })
    }

    /// Makes it durable that the archive of `set`, sealed to `key`, is about to be restored with
    /// shares in hand; `plan` is the digest of the plan.
    ///
    /// # Errors
    ///
    /// The key's state forbids it, or the log cannot be written; then nothing may be opened.
    pub fn of_restore(
        mut vault: Vault,
        (set, key): (&Set, KeyName),
        plan: Digest,
        actor: &str,
        now: Timestamp,
    ) -> Result<Self, VaultError> {
        vault.check_opens(key)?;
        let objects = vec![format!("archive:{}", set.settings().archive), format!("key:{key}")];
        let operation = "archive.restore-with-sheets";
        let intent = vault.intent(operation, actor, objects, Some(plan), now)?;
        Ok(Self { vault, intent })
    }

    /// The newest signed head of the log, for the medium to carry.
    pub fn head(&self) -> String {
        self.vault.signed_head()
    }

    /// Writes down how a restore ended.
    ///
    /// # Errors
    ///
    /// The log cannot be written; the intent stays open.
    pub fn restored(
        mut self,
        done: Result<&RestoreReport, &EngineError>,
        now: Timestamp,
    ) -> Result<(), VaultError> {
        let written = match done {
            Err(error) => self.vault.abort(self.intent, error.code(), now),
            Ok(report) => {
                let result = match report.verdict {
                    RestoreVerdict::Complete => "ok",
                    RestoreVerdict::Damaged => "damaged",
                    RestoreVerdict::Incomplete => "incomplete",
                };
                let counts = [("bytes", report.bytes), ("files", report.files)];
                self.vault.outcome(self.intent, result, &counts, now)
            }
        };
        written.map(|_| ())
    }

    /// Writes down what came of sealing: the archive and its capsule, or why there is none.
    ///
    /// # Errors
    ///
    /// The vault cannot be written; the intent stays open.
    pub fn sealed(
        mut self,
        done: Result<&SealReport, &EngineError>,
        options: &SealOptions<'_>,
        now: Timestamp,
    ) -> Result<(), VaultError> {
        match done {
            Err(error) => self.vault.abort(self.intent, error.code(), now).map(|_| ()),
            Ok(report) => {
                let counts = [("bytes", report.bytes_in), ("entries", report.entries)];
                let reason = "an archive was sealed";
                self.vault.conclude(self.intent, reason, "ok", &counts, now, |act| {
                    act.add_archive(&archive_row(report, options))?;
                    capsule_row(report, options).map_or(Ok(()), |row| act.add_capsule(&row))
                })
            }
        }
    }
}

fn archive_row(report: &SealReport, options: &SealOptions<'_>) -> Archive {
    Archive {
        id: report.id,
        label: options.label.clone(),
        index_root: report.root,
        created_at: options.now,
        sealed_by: None,
        volumes: u32::try_from(report.volumes.len()).unwrap_or(u32::MAX),
        bytes_in: report.bytes_in,
        bytes_out: report.bytes_out,
        location: options.to.display().to_string(),
    }
}

fn capsule_row(report: &SealReport, options: &SealOptions<'_>) -> Option<CapsuleRow> {
    options.key.map(|key| CapsuleRow {
        archive: report.id,
        generation: 1,
        key: key.version,
        capsule: report.capsule_bytes.clone(),
        created_at: options.now,
    })
}
