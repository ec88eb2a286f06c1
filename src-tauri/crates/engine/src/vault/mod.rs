//! The vault: a folder with one environment's registry, audit log, ceremonies and documents.
//!
//! ```text
//! vault.sqlite      the registry
//! log/              entries.log, checkpoint, key (signs checkpoints; no quorum secret),
//!                   cosigned-*.note: heads that tokens signed too
//! ceremonies/       working files of ceremonies, never a secret
//! documents/        what was printed and what lists archives, by digest in the registry
//! tokens/           virtual tokens; in drill vaults only
//! lock              held by the one program that writes
//! ```
//!
//! No operation without evidence: [`Vault::intent`] makes it durable that something is about to be
//! done and returns an [`Intent`], without which nothing can be changed; [`Vault::outcome`] or
//! [`Vault::abort`] consumes it. A change of the registry and its audit event are committed
//! together ([`Vault::change`], [`Vault::conclude`]).

mod catalogues;
mod cosigned;
mod documents;
mod error;
mod folder;
mod fsck;
mod looking;
mod record;
mod running;
mod storage;
mod unfinished;
mod view;

use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::Duration;

use audit::{
    Anchor, AuditError, Checkpoint, Entry, Event, Log, LogKey, LogPublicKey, OpenIntent, Phase,
    Recovery, Report,
};
use keys::KeyState;
use rand_core::CryptoRng;
use registry::{Reader, Registry, VaultFacts};
use secret::Secret;
use terms::{Digest, Environment, KeyName, Timestamp, VaultId};

pub use catalogues::CATALOGUE;
pub use cosigned::{Cosignatures, CosignedHead, Cosigner};
pub use error::VaultError;
pub(crate) use folder::{open_to_others, private, replace_file, sync_folder};
pub use fsck::{Finding, fsck};
pub use looking::Looking;
pub use record::Intent;
pub(crate) use running::Running;
pub use view::VaultView;

use folder::{Folder, make_file};
use storage::LogFolder;

/// The program as entries name it.
const APP: &str = concat!("strongroom ", env!("CARGO_PKG_VERSION"));

/// A vault that is open for writing; no other program has it open so.
///
/// Invariant: the registry holds exactly the acts that the log tells of, or the log is stopped and
/// nothing can be done with the vault but reading it.
#[derive(Debug)]
pub struct Vault {
    folder: Folder,
    facts: VaultFacts,
    registry: Registry,
    log: Log<LogFolder>,
    _lock: File,
}

impl Vault {
    /// Makes a vault in `dir`, which must be new or empty, or have a vault whose making was
    /// interrupted: that is made anew.
    ///
    /// # Errors
    ///
    /// When the folder holds anything, or a file cannot be made.
    pub fn create(
        dir: &Path,
        environment: Environment,
        name: &str,
        now: Timestamp,
        rng: &mut dyn CryptoRng,
    ) -> Result<Self, VaultError> {
        let folder = Folder::new(dir);
        let lock = folder.lay_out(environment.is_drill())?;
        let mut id = [0; 16];
        rng.fill_bytes(&mut id);
        let id = VaultId::from_bytes(id);
        let seed = Secret::<32>::from_fill(|seed| rng.fill_bytes(seed));
        make_file(&folder.log_key(), seed.expose())?;
        let key = LogKey::from_seed(&audit::origin(id), seed.expose())?;
        let log_key = key.public().to_string();
        let log = Log::create(LogFolder::create(&folder.log())?, id, key)?;
        make_file(&folder.registry(), &[])?;
        let registry = Registry::open(&folder.registry())?;
        let name = name.to_owned();
        let facts = VaultFacts { id, environment, name, log_key, created_at: now };
        let mut vault = Self { folder, facts: facts.clone(), registry, log, _lock: lock };
        let intent = vault.intent("vault.create", APP, vec![format!("vault:{id}")], None, now)?;
        vault
            .conclude(intent, "the vault is made", "ok", &[], now, |act| act.begin_vault(&facts))?;
        sync_folder(dir).map_err(VaultError::file(dir, "synced"))?;
        Ok(vault)
    }

    /// Opens the vault in `dir` for writing and puts in order what a crash left: a transaction is
    /// rolled back, a torn write at the end of the log is cut and noted, and an audit event that
    /// waits in the outbox reaches the log, once. The vault of an older program is brought to the
    /// present schema, on the record (decision 0606).
    ///
    /// # Errors
    ///
    /// When `dir` is no vault, when another program has it open, or when registry and log do not
    /// belong together; then nothing but the rollback happened.
    pub fn open(dir: &Path, now: Timestamp) -> Result<Self, VaultError> {
        Self::open_within(dir, Duration::ZERO, now)
    }

    /// As [`open`](Self::open), but waits at most `wait` for another program to let go of the
    /// vault.
    ///
    /// # Errors
    ///
    /// As for [`open`](Self::open).
    pub fn open_within(dir: &Path, wait: Duration, now: Timestamp) -> Result<Self, VaultError> {
        let (mut vault, recovery) = Self::open_unmigrated(dir, wait)?;
        if vault.registry.is_outdated()? {
            vault.migrate(now)?;
        }
        vault.settle_documents()?;
        if !recovery.is_clean() {
            let phase = Phase::Recovered { intent: None };
            let mut event = vault.event("log.recover", APP, phase, now)?;
            event.remark = Some("a write to the log was interrupted".to_owned());
            let event = event.with_count("cut-bytes", recovery.torn_bytes);
            vault.log.append(event.with_count("adopted-entries", recovery.adopted))?;
        }
        Ok(vault)
    }

    /// The vault with its own schema; registry and log are known to belong together.
    fn open_unmigrated(dir: &Path, wait: Duration) -> Result<(Self, Recovery), VaultError> {
        let folder = Folder::new(dir);
        folder.expect_a_vault()?;
        let lock = folder.lock_exclusively(wait)?;
        let registry = Registry::open(&folder.registry())?;
        let unfinished = || VaultError::Unfinished(dir.to_owned());
        let facts = registry.read().vault()?.ok_or_else(unfinished)?;
        let seed = folder.read_log_key()?;
        let key = LogKey::from_seed(&audit::origin(facts.id), seed.expose())?;
        if key.public().to_string() != facts.log_key {
            return Err(VaultError::LogKey);
        }
        let (log, recovery) = Log::open(LogFolder::open(&folder.log())?, facts.id, key)?;
        let mut vault = Self { folder, facts, registry, log, _lock: lock };
        vault.deliver_outbox()?;
        vault.check_agreement()?;
        Ok((vault, recovery))
    }

    /// Which vault this is.
    pub const fn facts(&self) -> &VaultFacts {
        &self.facts
    }

    /// The one environment whose keys the vault holds.
    pub const fn environment(&self) -> Environment {
        self.facts.environment
    }

    /// The vault's folder.
    pub fn path(&self) -> &Path {
        self.folder.root()
    }

    /// The folder for the working files of ceremonies.
    pub fn ceremonies_folder(&self) -> PathBuf {
        self.folder.ceremonies()
    }

    /// The folder of virtual tokens; there is none outside a drill vault, and so no way to hand a
    /// virtual token to a real ceremony (decision 0603).
    pub fn tokens_folder(&self) -> Option<PathBuf> {
        self.facts.environment.is_drill().then(|| self.folder.tokens())
    }

    /// What the registry holds.
    pub const fn read(&self) -> Reader<'_> {
        self.registry.read()
    }

    /// The state of the vault's own key `key`.
    ///
    /// # Errors
    ///
    /// There is no such key here, or the registry cannot be read.
    pub fn key_state(&self, key: KeyName) -> Result<KeyState, VaultError> {
        Looking::key_state(self, key)
    }

    /// New archives may be sealed to `key` now (keys-1 K15).
    ///
    /// # Errors
    ///
    /// [`VaultError::KeyState`] if not, or the registry cannot be read.
    pub fn check_seals(&self, key: KeyName) -> Result<(), VaultError> {
        let state = self.key_state(key)?;
        let refused = "nothing may be sealed to it";
        if state.seals() { Ok(()) } else { Err(VaultError::KeyState { key, state, refused }) }
    }

    /// `key` may open archives now (keys-1 K15).
    ///
    /// # Errors
    ///
    /// [`VaultError::KeyState`] if not, or the registry cannot be read.
    pub fn check_opens(&self, key: KeyName) -> Result<(), VaultError> {
        let state = self.key_state(key)?;
        let refused = "it may open nothing";
        if state.opens() { Ok(()) } else { Err(VaultError::KeyState { key, state, refused }) }
    }

    /// The head of the audit log.
    pub fn head(&self) -> Checkpoint {
        self.log.checkpoint()
    }

    /// The head of the audit log as a signed note, for minutes, tokens and archives.
    pub fn signed_head(&self) -> String {
        self.log.signed_checkpoint()
    }

    /// The public half of the log's key.
    pub(crate) fn log_key(&self) -> Result<LogPublicKey, VaultError> {
        self.facts.log_key.parse().map_err(|_| VaultError::LogKey)
    }

    /// Intents without an outcome, oldest first.
    pub fn open_intents(&self) -> impl Iterator<Item = &OpenIntent> {
        self.log.open_intents()
    }

    /// Reads the whole log from the disk and compares it with `anchors`.
    ///
    /// # Errors
    ///
    /// When the log does not read as it was written.
    pub fn log_verify(&self, anchors: &[Anchor]) -> Result<Report, VaultError> {
        view::log_verify((self.log.storage(), &self.folder), &self.facts, anchors)
    }

    /// Hands every entry of the log to `visit`, oldest first.
    ///
    /// # Errors
    ///
    /// When the log does not read as it was written.
    pub fn entries(&self, visit: &mut dyn FnMut(Entry)) -> Result<(), VaultError> {
        view::entries(self.log.storage(), &self.facts, visit)
    }

    /// Checks everything and changes nothing; see [`fsck()`].
    ///
    /// # Errors
    ///
    /// When the check itself cannot be carried out.
    pub fn fsck(&self, anchors: &[Anchor]) -> Result<Vec<Finding>, VaultError> {
        fsck::check(&self.folder, anchors)
    }

    /// Brings the event of the last act into the log, unless it is there, and forgets it.
    fn deliver_outbox(&mut self) -> Result<(), VaultError> {
        for outgoing in self.registry.read().outbox()? {
            let last = self.log.last_act().map_or(0, |act| act.number);
            if outgoing.act > last {
                let event: Event = terms::decode(&outgoing.event)
                    .map_err(|_| AuditError::EventRefused { reason: "it is malformed" })?;
                self.log.append(event)?;
            }
            self.registry.clear_outbox(outgoing.act)?;
        }
        Ok(())
    }

    /// Refuses a registry and a log of different times, and a registry with other content.
    fn check_agreement(&self) -> Result<(), VaultError> {
        let registry = self.registry.read().last_act()?;
        let state = self.registry.read().state()?;
        agreement(registry, state, self.log.last_act())
    }
}

/// Compares the registry's newest act and content with the newest act in the log.
fn agreement(
    registry: u64,
    state: Digest,
    logged: Option<audit::ActMark>,
) -> Result<(), VaultError> {
    let log = logged.map_or(0, |act| act.number);
    match registry.cmp(&log) {
        std::cmp::Ordering::Less => Err(VaultError::RegistryBehind { registry, log }),
        std::cmp::Ordering::Greater => Err(VaultError::LogBehind { registry, log }),
        std::cmp::Ordering::Equal if logged.is_some_and(|act| act.state != state) => {
            Err(VaultError::RegistryChanged)
        }
        std::cmp::Ordering::Equal => Ok(()),
    }
}

#[cfg(test)]
mod tests;
