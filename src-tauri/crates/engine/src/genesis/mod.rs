//! Genesis: a master key comes into being, and nobody alone can ever use it.
//!
//! The ceremony's script says who does what and when; this is what its effects do. The seed and the
//! shares live in protected memory from `generate` to `make_effective`, and nowhere else. Until
//! every share is proved the split is pending and the key is not active: if the program dies, what
//! was made so far is void, and only its public traces are left in the registry.

mod entropy;
mod error;
mod left;
mod proof;
mod sealing;

use keys::{KeyState, MasterKey, Recipient, Seed};
use quorum::{Finding, QuorumPolicy, Share, Split, SplitFacts, UntrustedQuorum, combine, split};
use rand_core::CryptoRng;
use registry::{CeremonyState, ShareCopy};
use secret::SecretText;
use terms::{CeremonyId, Digest, Fingerprint, KeyName, SplitId, Timestamp};
use token::Serial;

pub use entropy::{Contribution, ROLLS_MIN};
pub use error::GenesisError;
pub use left::{Recovered, Unagreed, Void};

pub use crate::run::Attendee;

pub(crate) use sealing::{attest, may_have_begun, random_puk, token_row};

use crate::run::Run;
use crate::vault::Vault;
use entropy::Pool;

/// Scripts that make shares: a genesis, a refresh of a key that is in use, and a rotation. The log
/// calls each `ceremony.` and its name.
const SCRIPTS: [&str; 3] = ["genesis", "refresh", "rotation"];

/// A genesis under way.
pub struct Genesis {
    run: Run,
    key: KeyName,
    /// Whether the key was in use before: then only its shares are made here.
    is_kept: bool,
    /// The key that seals no more from when this one does.
    replaced: Option<KeyName>,
    policy: QuorumPolicy,
    pool: Pool,
    /// Tokens whose enrolment was interrupted, with the PUK that it may have set.
    begun: Vec<(Serial, SecretText)>,
    /// Why tokens that attest nothing are admitted; none if they are not.
    unattested: Option<String>,
    made: Option<Made>,
    /// The split of this ceremony, once there is one.
    split: Option<SplitId>,
    /// Copies of shares that were read back: whose, and on what.
    proven: Vec<(String, ShareCopy)>,
}

/// What exists between generating and ending: volatile, except for what is public.
struct Made {
    seed: Option<Seed>,
    recipient: Recipient,
    created: Timestamp,
    split: Option<Split>,
}

/// What a genesis made, for reports and minutes.
#[derive(Debug, Clone)]
pub struct GenesisReport {
    /// The key's name.
    pub key: KeyName,
    /// Its public half.
    pub recipient: Recipient,
    /// The split that is effective.
    pub split: SplitId,
    /// When the key was made.
    pub created: Timestamp,
}

impl Genesis {
    /// Puts the ceremony on the record: intent, people, script.
    ///
    /// # Errors
    ///
    /// The log or the registry cannot be written; then nothing may happen.
    pub fn begin(
        vault: &mut Vault,
        ceremony: CeremonyId,
        script: (&str, Digest),
        attendees: &[Attendee],
        policy: QuorumPolicy,
        now: Timestamp,
    ) -> Result<Self, GenesisError> {
        let environment = vault.facts().environment;
        let version = vault.read().next_key_version()?;
        let key = (KeyName { environment, version }, false);
        Self::start(vault, ceremony, script, attendees, (policy, key), now)
    }

    /// Puts a ceremony on the record that makes new shares of `key`, which is in use.
    ///
    /// # Errors
    ///
    /// As [`begin`](Self::begin).
    pub fn begin_refresh(
        vault: &mut Vault,
        ceremony: CeremonyId,
        script: (&str, Digest),
        attendees: &[Attendee],
        (policy, key): (QuorumPolicy, KeyName),
        now: Timestamp,
    ) -> Result<Self, GenesisError> {
        Self::start(vault, ceremony, script, attendees, (policy, (key, true)), now)
    }

    fn start(
        vault: &mut Vault,
        ceremony: CeremonyId,
        script: (&str, Digest),
        attendees: &[Attendee],
        (policy, (key, is_kept)): (QuorumPolicy, (KeyName, bool)),
        now: Timestamp,
    ) -> Result<Self, GenesisError> {
        let operation = format!("ceremony.{}", script.0);
        let about = (operation.as_str(), ceremony, Some(key));
        let run = Run::begin(vault, about, script, attendees, now)?;
        let (pool, begun, proven) = (Pool::default(), Vec::new(), Vec::new());
        let (unattested, made, split, replaced) = (None, None, None, None);
        Ok(Self {
            run,
            key,
            is_kept,
            replaced,
            policy,
            pool,
            begun,
            unattested,
            made,
            split,
            proven,
        })
    }

    /// The same genesis, whose key takes the place of `old` when it becomes effective.
    pub fn in_place_of(self, old: Option<KeyName>) -> Self {
        Self { replaced: old, ..self }
    }

    /// The same genesis, which also takes tokens that attest nothing, for the reason that the
    /// roster gives; none takes no such token (envelope-1 E17).
    pub fn admitting_unattested(self, reason: Option<&str>) -> Self {
        Self { unattested: reason.map(str::to_owned), ..self }
    }

    /// The run on the record.
    pub(crate) fn run(&mut self) -> &mut Run {
        &mut self.run
    }

    /// Whether the split of this ceremony counts, as the registry says.
    pub fn is_effective(&self, vault: &Vault) -> bool {
        let own = self.split;
        let effective = vault.read().effective_split(self.key.version).ok().flatten();
        own.is_some() && effective.map(|split| split.id) == own
    }

    /// The key's name.
    pub fn key(&self) -> KeyName {
        self.key
    }

    /// The fingerprint of the key's recipient, which people compare before it is effective.
    ///
    /// # Errors
    ///
    /// Nothing was generated.
    pub fn fingerprint(&self) -> Result<Fingerprint, GenesisError> {
        let made = self.made.as_ref().ok_or(GenesisError::NothingMade)?;
        Ok(made.recipient.fingerprint())
    }

    /// Adds randomness of the operating system; returns what the minutes may say of it.
    pub fn add_system_entropy(&mut self, rng: &mut dyn CryptoRng) -> Contribution {
        self.pool.add_system(rng)
    }

    /// Adds dice as they were rolled and typed; returns what the minutes may say of it.
    ///
    /// # Errors
    ///
    /// Too few rolls, or rolls that no dice make.
    pub fn add_dice(&mut self, rolls: &SecretText) -> Result<Contribution, GenesisError> {
        self.pool.add_dice(rolls)
    }

    /// Makes the seed from all contributions and derives the key.
    ///
    /// # Errors
    ///
    /// The operating system has not contributed.
    pub fn generate(&mut self, now: Timestamp) -> Result<Fingerprint, GenesisError> {
        let seed = self.pool.seed()?;
        let recipient = MasterKey::derive(&seed).recipient().clone();
        let fingerprint = recipient.fingerprint();
        self.made = Some(Made { seed: Some(seed), recipient, created: now, split: None });
        Ok(fingerprint)
    }

    /// Takes the seed that the shares of the split before give, found to be the key's.
    ///
    /// # Errors
    ///
    /// The shares are no quorum, or give another key; every finding names its holder.
    pub fn reassemble(
        &mut self,
        vault: &Vault,
        quorum: UntrustedQuorum,
        now: Timestamp,
    ) -> Result<Vec<Finding>, GenesisError> {
        let row = vault.read().master_key(self.key.version)?;
        let combined = combine(quorum.validate()?)?;
        let recipient = MasterKey::derive(&combined.seed).recipient().clone();
        if row.is_none_or(|row| row.fingerprint != recipient.fingerprint()) {
            return Err(GenesisError::AnotherKey { key: self.key });
        }
        let seed = Some(combined.seed);
        self.made = Some(Made { seed, recipient, created: now, split: None });
        Ok(combined.findings)
    }

    /// Splits the seed, proves the arithmetic of every share, and wipes the seed.
    ///
    /// The key and the split enter the registry here: pre-activation and pending.
    ///
    /// # Errors
    ///
    /// Nothing was generated, or the registry cannot be written.
    pub fn split(
        &mut self,
        vault: &mut Vault,
        rng: &mut dyn CryptoRng,
        now: Timestamp,
    ) -> Result<SplitId, GenesisError> {
        let made = self.made.as_mut().ok_or(GenesisError::NothingMade)?;
        let seed = made.seed.take().ok_or(GenesisError::NothingMade)?;
        let mut id = [0; 16];
        rng.fill_bytes(&mut id);
        let facts = SplitFacts {
            vault: Some(vault.facts().id),
            key: self.key,
            recipient_fingerprint: made.recipient.fingerprint(),
            split: SplitId::from_bytes(id),
            created: made.created,
        };
        let done = split(&seed, &self.policy, &facts, rng)?;
        drop(seed);
        let (version, recipient) = (self.key.version, made.recipient.to_string());
        let fingerprint = made.recipient.fingerprint();
        let is_kept = self.is_kept;
        let reason = if is_kept { "the key was split anew" } else { "a key was made and split" };
        vault.change(&self.run.intent, reason, now, |act| {
            if !is_kept {
                act.add_master_key(version, &recipient, &fingerprint)?;
            }
            act.add_split(facts.split, version, &done.description.encode())?;
            done.description.records().iter().try_for_each(|record| {
                let place = record.place();
                act.add_share(&registry::ShareRow {
                    split: facts.split,
                    group: place.group,
                    member: place.member,
                    holder: place.holder.clone(),
                    record: record.encode(),
                    proved_at: None,
                })
            })
        })?;
        made.split = Some(done);
        self.split = Some(facts.split);
        Ok(facts.split)
    }

    /// The share of `holder`, for a sheet.
    ///
    /// # Errors
    ///
    /// Nothing was split, or nobody of that name holds a share.
    pub fn share(&self, holder: &str) -> Result<&Share, GenesisError> {
        let made = self.made.as_ref().and_then(|made| made.split.as_ref());
        let split = made.ok_or(GenesisError::NothingMade)?;
        let found = split.shares.iter().find(|share| share.record.place().holder == holder);
        found.ok_or_else(|| GenesisError::NoSuchHolder { holder: holder.to_owned() })
    }

    /// Every share's holder, in order.
    pub fn holders(&self) -> Vec<String> {
        self.policy.groups().iter().flat_map(|group| group.holders().to_vec()).collect()
    }

    /// Makes the split effective and the key active, and forgets the shares.
    ///
    /// # Errors
    ///
    /// A share was not proved: the registry refuses.
    pub fn make_effective(
        &mut self,
        vault: &mut Vault,
        now: Timestamp,
    ) -> Result<GenesisReport, GenesisError> {
        let replaced = self.replaced_now(vault)?;
        let made = self.made.as_mut().ok_or(GenesisError::NothingMade)?;
        let held = made.split.as_ref().ok_or(GenesisError::NothingMade)?;
        let (split, version) = (held.description.split(), self.key.version);
        let is_kept = self.is_kept;
        vault.change(&self.run.intent, "every share is proved", now, |act| {
            act.make_split_effective(split)?;
            if !is_kept {
                act.set_key_state(version, "active")?;
            }
            replaced.map_or(Ok(()), |old| act.set_key_state(old, "deactivated"))
        })?;
        made.split = None;
        let (recipient, created) = (made.recipient.clone(), made.created);
        Ok(GenesisReport { key: self.key, recipient, split, created })
    }

    /// The key that seals no more when the new one does (script-1 C26); one that seals no more
    /// already stays as it is.
    fn replaced_now(&self, vault: &Vault) -> Result<Option<u32>, GenesisError> {
        let Some(old) = self.replaced else { return Ok(None) };
        let leaves = matches!(vault.key_state(old)?, KeyState::Active | KeyState::Suspended);
        Ok(leaves.then_some(old.version))
    }

    /// Adds a line of the runner's journal.
    ///
    /// # Errors
    ///
    /// The registry cannot be written; then the step did not happen.
    pub fn journal(
        &self,
        vault: &mut Vault,
        line: &[u8],
        now: Timestamp,
    ) -> Result<(), GenesisError> {
        Ok(self.run.journal(vault, line, now)?)
    }

    /// Keeps a document of the ceremony in the vault.
    ///
    /// # Errors
    ///
    /// The vault cannot be written.
    pub fn document(
        &self,
        vault: &mut Vault,
        document: (&str, &str),
        bytes: &[u8],
        now: Timestamp,
    ) -> Result<Digest, GenesisError> {
        Ok(self.run.document(vault, document, bytes, now)?)
    }

    /// Ends the ceremony as its script ends.
    ///
    /// # Errors
    ///
    /// The vault cannot be written.
    pub fn close(self, vault: &mut Vault, now: Timestamp) -> Result<(), GenesisError> {
        Ok(self.run.close(vault, now)?)
    }

    /// Gives the ceremony up: what was made is void, and the key never becomes active. A key that
    /// was made effective before stays so, and its split with it.
    ///
    /// # Errors
    ///
    /// The vault cannot be written.
    pub fn abort(self, vault: &mut Vault, code: &str, now: Timestamp) -> Result<(), GenesisError> {
        let (ceremony, version) = (self.run.ceremony, self.key.version);
        let is_kept = self.is_kept;
        // A split that counts stays, although its making was not finished.
        let split = self.split.filter(|_| !self.is_effective(vault));
        vault.change(&self.run.intent, "the ceremony is given up", now, |act| {
            if let Some(split) = split {
                act.void_split(split)?;
                if !is_kept {
                    act.set_key_state(version, "destroyed")?;
                }
            }
            act.end_ceremony(ceremony, CeremonyState::Aborted)
        })?;
        vault.abort(self.run.intent, code, now)?;
        Ok(())
    }
}
