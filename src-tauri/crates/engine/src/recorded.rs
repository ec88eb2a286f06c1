//! Operations without a ceremony, on the record of the vault whose key they use.

use std::path::PathBuf;
use std::time::Duration;

use archive::Set;
use registry::{Archive, CapsuleRow, Check};
use terms::{ArchiveId, Digest, KeyName, Problem, Timestamp};

use crate::EngineError;
use crate::recovery::recover;
use crate::restore::{RestoreReport, RestoreVerdict};
use crate::seal::{SealOptions, SealReport};
use crate::vault::{Intent, Running, Vault, VaultError};

/// How long an operation waits for the vault before it begins.
pub const WAIT: Duration = Duration::from_secs(30);
/// How long it waits to write down what came of it: somebody may have begun a ceremony meanwhile.
const WAIT_TO_END: Duration = Duration::from_secs(3600);

/// An operation that the log knows of before it begins.
///
/// It holds the vault for its intent and for its outcome, and lets others work in between.
#[derive(Debug)]
pub struct Recording {
    dir: PathBuf,
    sequence: u64,
    running: Running,
    listing: Option<PathBuf>,
    head: String,
}

/// What an operation is about.
struct Subject<'a> {
    operation: &'a str,
    actor: &'a str,
    objects: Vec<String>,
    parameters: Option<Digest>,
}

impl Recording {
    /// Makes it durable that something is about to be sealed to `key`.
    ///
    /// # Errors
    ///
    /// The key's state forbids it, or the log cannot be written; then nothing may be sealed.
    pub fn of_seal(
        vault: Vault,
        key: KeyName,
        actor: &str,
        now: Timestamp,
    ) -> Result<Self, VaultError> {
        vault.check_seals(key)?;
        let objects = vec![format!("key:{key}")];
        let operation = "archive.seal";
        Self::begin(vault, Subject { operation, actor, objects, parameters: None }, now)
    }

    /// Makes it durable that the archive of `set`, sealed to `key`, is about to be restored with
    /// shares in hand; `plan` is the digest of the plan.
    ///
    /// # Errors
    ///
    /// The key's state forbids it, or the log cannot be written; then nothing may be opened.
    pub fn of_restore(
        vault: Vault,
        (set, key): (&Set, KeyName),
        plan: Digest,
        actor: &str,
        now: Timestamp,
    ) -> Result<Self, VaultError> {
        vault.check_opens(key)?;
        let objects = vec![format!("archive:{}", set.settings().archive), format!("key:{key}")];
        let operation = "archive.restore-with-sheets";
        Self::begin(vault, Subject { operation, actor, objects, parameters: Some(plan) }, now)
    }

    /// Makes it durable that the archive of `set`, sealed to `key`, is about to be opened with
    /// shares in hand for `verb`, such as `list`.
    ///
    /// # Errors
    ///
    /// The key's state forbids it, or the log cannot be written; then nothing may be opened.
    pub fn of_opening(
        vault: Vault,
        (set, key): (&Set, KeyName),
        verb: &str,
        actor: &str,
        now: Timestamp,
    ) -> Result<Self, VaultError> {
        vault.check_opens(key)?;
        let archive = set.settings().archive;
        let objects =
            vec![format!("archive:{archive}"), format!("key:{key}"), format!("command:{verb}")];
        let operation = "archive.open";
        Self::begin(vault, Subject { operation, actor, objects, parameters: None }, now)
    }

    /// Makes it durable that the medium `name`, which carries volumes of `archive`, is about to be
    /// checked.
    ///
    /// # Errors
    ///
    /// The log cannot be written; then nothing may be checked.
    pub(crate) fn of_media_check(
        vault: Vault,
        (name, archive): (&str, ArchiveId),
        actor: &str,
        now: Timestamp,
    ) -> Result<Self, VaultError> {
        let objects = vec![format!("medium:{name}"), format!("archive:{archive}")];
        let operation = "media.check";
        Self::begin(vault, Subject { operation, actor, objects, parameters: None }, now)
    }

    fn begin(mut vault: Vault, subject: Subject<'_>, now: Timestamp) -> Result<Self, VaultError> {
        recover(&mut vault, now)?;
        let Subject { operation, actor, objects, parameters } = subject;
        let intent = vault.intent(operation, actor, objects, parameters, now)?;
        let sequence = intent.sequence();
        match vault.show_running(&intent) {
            Ok(running) => {
                let (dir, head) = (vault.path().to_owned(), vault.signed_head());
                Ok(Self { dir, sequence, running, listing: None, head })
            }
            Err(error) => {
                vault.abort(intent, error.code(), now)?;
                Err(error)
            }
        }
    }

    /// Takes the vault again to write down how the operation ended.
    fn end(
        self,
        now: Timestamp,
        write: impl FnOnce(&mut Vault, Intent) -> Result<(), VaultError>,
    ) -> Result<(), VaultError> {
        let mut vault = Vault::open_within(&self.dir, WAIT_TO_END, now)?;
        let intent = vault.resume(self.sequence).ok_or(VaultError::Closed(self.sequence))?;
        let written = write(&mut vault, intent);
        self.running.end();
        written
    }

    /// The head of the log with the operation's intent, signed, for the medium to carry.
    pub fn head(&self) -> String {
        self.head.clone()
    }

    /// As it is, with an empty file for the list of what is sealed (catalogue-1 T5): it becomes a
    /// document of the vault with [`sealed`](Self::sealed), and goes with the operation otherwise.
    ///
    /// # Errors
    ///
    /// The file cannot be made; that the operation failed is then on the record.
    pub fn with_listing(mut self, now: Timestamp) -> Result<Self, VaultError> {
        match self.running.make_listing() {
            Ok(listing) => {
                self.listing = Some(listing);
                Ok(self)
            }
            Err(error) => {
                self.failed(error.code(), now)?;
                Err(error)
            }
        }
    }

    /// The file for the list of what is sealed, if one is kept.
    pub fn listing(&self) -> Option<PathBuf> {
        self.listing.clone()
    }

    /// Writes down that the operation came to its end.
    ///
    /// # Errors
    ///
    /// The log cannot be written; the intent stays open.
    pub fn done(self, now: Timestamp) -> Result<(), VaultError> {
        self.end(now, |vault, intent| vault.outcome(intent, "ok", &[], now).map(|_| ()))
    }

    /// Writes down that the operation failed; `code` is the problem's.
    ///
    /// # Errors
    ///
    /// The log cannot be written; the intent stays open.
    pub fn failed(self, code: &str, now: Timestamp) -> Result<(), VaultError> {
        self.end(now, |vault, intent| vault.abort(intent, code, now).map(|_| ()))
    }

    /// Writes down what a check of the medium `name` found.
    ///
    /// # Errors
    ///
    /// The vault cannot be written; the intent stays open.
    pub(crate) fn checked(
        self,
        name: &str,
        check: &Check,
        now: Timestamp,
    ) -> Result<(), VaultError> {
        let result = match check {
            Check { lost: 1.., .. } => "damaged",
            Check { unjudged: 1.., .. } => "unjudged",
            Check { mendable: 1.., .. } => "repairable",
            _ => "ok",
        };
        let counts = [
            ("bytes", check.bytes),
            ("frames", check.read),
            ("lost", check.lost),
            ("mendable", check.mendable),
            ("read-errors", check.read_errors),
            ("unjudged", check.unjudged),
        ];
        self.end(now, |vault, intent| {
            let reason = "a medium was checked";
            vault.conclude(intent, reason, result, &counts, now, |act| act.add_check(name, check))
        })
    }

    /// Writes down how a restore ended.
    ///
    /// # Errors
    ///
    /// The log cannot be written; the intent stays open.
    pub fn restored(
        self,
        done: Result<&RestoreReport, &EngineError>,
        now: Timestamp,
    ) -> Result<(), VaultError> {
        let report = match done {
            Ok(report) => report,
            Err(error) => return self.failed(error.code(), now),
        };
        let result = match report.verdict {
            RestoreVerdict::Complete => "ok",
            RestoreVerdict::Damaged => "damaged",
            RestoreVerdict::Incomplete => "incomplete",
            RestoreVerdict::Unproved => "unproved",
        };
        let counts = [("bytes", report.bytes), ("files", report.files)];
        self.end(now, |vault, intent| vault.outcome(intent, result, &counts, now).map(|_| ()))
    }

    /// Writes down what came of sealing: the archive and its capsule, or why there is none.
    ///
    /// # Errors
    ///
    /// The vault cannot be written; the intent stays open.
    pub fn sealed(
        self,
        done: Result<&SealReport, &EngineError>,
        options: &SealOptions<'_>,
        now: Timestamp,
    ) -> Result<(), VaultError> {
        let report = match done {
            Ok(report) => report,
            Err(error) => return self.failed(error.code(), now),
        };
        let counts = [("bytes", report.bytes_in), ("entries", report.entries)];
        self.end(now, |vault, intent| {
            let adopt = |listing| vault.adopt_catalogue(report.id, listing, now);
            let adopted = options.catalogue.map(adopt).transpose();
            let catalogue = adopted.as_ref().ok().and_then(Option::as_ref);
            vault.conclude(intent, "an archive was sealed", "ok", &counts, now, |act| {
                act.add_archive(&archive_row(report, options))?;
                capsule_row(report, options).map_or(Ok(()), |row| act.add_capsule(&row))?;
                catalogue.map_or(Ok(()), |document| act.add_document(document))
            })?;
            // The archive is on the record in any case; what became of its list is told.
            adopted?.map_or(Ok(()), |document| vault.publish_document(&document.file))
        })
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
