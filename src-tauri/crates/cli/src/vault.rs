//! The vault as commands need it.

use archive::Set;
use engine::EngineError;
use engine::restore::{RestoreReport, RestoreVerdict};
use engine::seal::{SealOptions, SealReport};
use engine::vault::{Intent, Vault, VaultError, VaultView};
use registry::{Archive, CapsuleRow, MasterKeyRow, RegistryError};
use terms::{Digest, Fingerprint, KeyName, Problem, VaultId};

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;

/// Opens the vault for work.
pub(crate) fn open(context: &Context) -> Result<Vault, Failure> {
    Vault::open(&context.vault_dir(), context.now()).map_err(|error| refused(&error))
}

/// Opens the vault for looking only.
pub(crate) fn view(context: &Context) -> Result<VaultView, Failure> {
    look(context).map_err(|error| refused(&error))
}

/// What a crash left in the middle is first put in order, as every opening for work does: on the
/// day after a crash people look before they work.
fn look(context: &Context) -> Result<VaultView, VaultError> {
    let dir = context.vault_dir();
    match VaultView::open(&dir) {
        Err(VaultError::Registry(RegistryError::Interrupted)) => {
            drop(Vault::open(&dir, context.now())?);
            VaultView::open(&dir)
        }
        opened => opened,
    }
}

/// The failure of a vault operation.
pub(crate) fn refused(error: &VaultError) -> Failure {
    Failure::from_problem(Exit::Failed, error as &dyn Problem)
}

/// The vault and the name of the master key with this fingerprint, if a vault is here and knows it.
///
/// No vault is no failure: sealing and break-glass need none. A vault that cannot be read is one,
/// or an operation would silently be missing from its record.
pub(crate) fn key_of(
    fingerprint: &Fingerprint,
    context: &Context,
) -> Result<Option<(VaultId, KeyName)>, Failure> {
    let view = match look(context) {
        Err(VaultError::NotAVault(_)) => return Ok(None),
        looked => looked.map_err(|error| refused(&error))?,
    };
    let facts = view.facts();
    let rows = view.read().master_keys().map_err(|error| refused(&error.into()))?;
    let row = rows.into_iter().find(|row| row.fingerprint == *fingerprint);
    let name = |row: MasterKeyRow| KeyName { environment: facts.environment, version: row.version };
    Ok(row.map(|row| (facts.id, name(row))))
}

/// A vault in which an operation is on the record before it begins.
pub(crate) struct Recording {
    vault: Vault,
    intent: Intent,
}

impl Recording {
    /// Makes it durable that something is about to be sealed to `key`.
    pub(crate) fn begin(key: KeyName, context: &Context) -> Result<Self, Failure> {
        let mut vault = open(context)?;
        let objects = vec![format!("key:{key}")];
        let intent = vault.intent("archive.seal", "strongroom", objects, None, context.now());
        Ok(Self { intent: intent.map_err(|error| refused(&error))?, vault })
    }

    /// Makes it durable that an archive is about to be restored, if a vault here knows its key.
    pub(crate) fn of_restore(
        set: &Set,
        plan: Digest,
        context: &Context,
    ) -> Result<Option<Self>, Failure> {
        let fingerprint = set.capsules().first().map(|capsule| capsule.fingerprint());
        let Some(fingerprint) = fingerprint else { return Ok(None) };
        let Some((_, key)) = key_of(&fingerprint, context)? else { return Ok(None) };
        let mut vault = open(context)?;
        let objects = vec![format!("archive:{}", set.settings().archive), format!("key:{key}")];
        let operation = "archive.restore-with-sheets";
        let intent = vault.intent(operation, "strongroom", objects, Some(plan), context.now());
        Ok(Some(Self { intent: intent.map_err(|error| refused(&error))?, vault }))
    }

    /// Writes down how a restore ended.
    pub(crate) fn restored(
        mut self,
        done: Result<&RestoreReport, &EngineError>,
        context: &Context,
    ) -> Result<(), Failure> {
        let now = context.now();
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
        written.map(|_| ()).map_err(|error| refused(&error))
    }

    /// The newest signed head of the log, for the medium to carry.
    pub(crate) fn head(&self) -> String {
        self.vault.signed_head()
    }

    /// Writes down what came of it: the archive and its capsule, or why there is none.
    pub(crate) fn end(
        mut self,
        sealed: Result<&SealReport, &dyn Problem>,
        options: &SealOptions<'_>,
        context: &Context,
    ) -> Result<(), Failure> {
        let now = context.now();
        let done = match sealed {
            Err(problem) => self.vault.abort(self.intent, problem.code(), now).map(|_| ()),
            Ok(report) => {
                let counts = [("bytes", report.bytes_in), ("entries", report.entries)];
                let reason = "an archive was sealed";
                self.vault.conclude(self.intent, reason, "ok", &counts, now, |act| {
                    act.add_archive(&archive_row(report, options))?;
                    capsule_row(report, options).map_or(Ok(()), |row| act.add_capsule(&row))
                })
            }
        };
        done.map_err(|error| refused(&error))
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
