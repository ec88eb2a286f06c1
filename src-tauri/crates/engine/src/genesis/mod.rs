//! Genesis: a master key comes into being, and nobody alone can ever use it.
//!
//! The ceremony's script says who does what and when; this is what its effects do. The seed and the
//! shares live in protected memory from `generate` to `make_effective`, and nowhere else. Until
//! every share is proved the split is pending and the key is not active: if the program dies, what
//! was made so far is void, and only its public traces are left in the registry.

mod entropy;
mod error;
mod proof;
mod sealing;

use keys::{MasterKey, Recipient, Seed};
use quorum::{Finding, QuorumPolicy, Share, Split, SplitFacts, UntrustedQuorum, combine, split};
use rand_core::CryptoRng;
use registry::{Ceremony, CeremonyState, ShareCopy, SplitState};
use secret::SecretText;
use serde::Serialize;
use terms::{CeremonyId, Digest, Fingerprint, KeyName, SplitId, Timestamp};
use token::Serial;

pub use entropy::{Contribution, ROLLS_MIN};
pub use error::GenesisError;

pub use crate::run::Attendee;

pub(crate) use sealing::{attest, may_have_begun, random_puk, token_row};

use crate::run::Run;
use crate::vault::Vault;
use entropy::Pool;

/// What the log calls a genesis, and a refresh, which makes new shares of a key that is in use.
const OPERATIONS: [&str; 2] = ["ceremony.genesis", "ceremony.refresh"];
/// Their scripts.
const SCRIPTS: [&str; 2] = ["genesis", "refresh"];

/// A genesis under way.
pub struct Genesis {
    run: Run,
    key: KeyName,
    /// Whether the key was in use before: then only its shares are made here.
    is_kept: bool,
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

/// Copies of shares that an interrupted genesis may have left in people's hands. They open nothing;
/// people destroy them so that nobody ever takes them for good ones.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Void {
    /// The split, as it stands on every sheet.
    pub split: String,
    /// Who may hold an envelope or a sheet of it.
    pub holders: Vec<String>,
}

impl Void {
    fn of(vault: &Vault, split: SplitId) -> Result<Self, GenesisError> {
        let shares = vault.read().shares(split)?;
        let holders = shares.into_iter().map(|share| share.holder).collect();
        Ok(Self { split: split.to_string(), holders })
    }
}

/// A key that an interrupted genesis made effective and could not close: its minutes were never
/// agreed with, and perhaps never written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Unagreed {
    /// The run of the ceremony.
    pub ceremony: String,
    /// The key, which is effective.
    pub key: String,
    /// The minutes that were written, as a file in the vault's folder `documents`; none if the
    /// interruption came before.
    pub minutes: Option<String>,
}

/// What interrupted runs left.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Recovered {
    /// Copies of shares that are void.
    pub void: Vec<Void>,
    /// Keys that are effective although nobody signed for them.
    pub unagreed: Vec<Unagreed>,
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
        let operation = if is_kept { OPERATIONS[1] } else { OPERATIONS[0] };
        let about = (operation, ceremony, Some(key));
        let run = Run::begin(vault, about, script, attendees, now)?;
        let (pool, begun, proven) = (Pool::default(), Vec::new(), Vec::new());
        let (unattested, made, split) = (None, None, None);
        Ok(Self { run, key, is_kept, policy, pool, begun, unattested, made, split, proven })
    }

    /// The same genesis, which also takes tokens that attest nothing, for the reason that the
    /// roster gives; none takes no such token (envelope-1 E17).
    pub fn admitting_unattested(self, reason: Option<&str>) -> Self {
        Self { unattested: reason.map(str::to_owned), ..self }
    }

    /// Gives up what an interrupted genesis left: splits become void, keys destroyed, ceremonies
    /// aborted, and the log tells why. Returns what people must destroy (script-1 C11), and which
    /// key is effective all the same.
    ///
    /// # Errors
    ///
    /// The vault cannot be written.
    pub fn recover(vault: &mut Vault, now: Timestamp) -> Result<Recovered, GenesisError> {
        let running = CeremonyState::Running;
        let ceremonies = vault.read().ceremonies()?;
        let left: Vec<_> = ceremonies
            .into_iter()
            .filter(|it| it.state == running && SCRIPTS.contains(&it.script.as_str()))
            .collect();
        let splits = vault.read().splits()?;
        let unagreed = unagreed(vault, &left, &splits)?;
        let pending: Vec<_> =
            splits.into_iter().filter(|split| split.state == SplitState::Pending).collect();
        let open: Vec<u64> = vault
            .open_intents()
            .filter(|open| OPERATIONS.contains(&open.operation.to_string().as_str()))
            .map(|open| open.sequence)
            .collect();
        let void: Result<Vec<_>, _> =
            pending.iter().map(|split| Void::of(vault, split.id)).collect();
        if !left.is_empty() {
            let new = vault.read().master_keys()?.into_iter();
            let new: Vec<_> = new.filter(|key| key.state == "pre-activation").collect();
            let reason = "an interrupted ceremony is given up, and what it split is void";
            vault.perform("ceremony.recover", "strongroom", reason, now, |act| {
                for split in &pending {
                    act.void_split(split.id)?;
                    // A key that was only to be split anew stays what it was.
                    if new.iter().any(|key| key.version == split.key) {
                        act.set_key_state(split.key, "destroyed")?;
                    }
                }
                left.iter().try_for_each(|c| act.end_ceremony(c.id, CeremonyState::Aborted))
            })?;
        }
        for sequence in open {
            let remark = "interrupted; nothing of it is effective, or all of it was before";
            vault.account_for(sequence, "strongroom", remark, now)?;
        }
        Ok(Recovered { void: void?, unagreed })
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
        let made = self.made.as_mut().ok_or(GenesisError::NothingMade)?;
        let held = made.split.as_ref().ok_or(GenesisError::NothingMade)?;
        let (split, version) = (held.description.split(), self.key.version);
        let is_kept = self.is_kept;
        vault.change(&self.run.intent, "every share is proved", now, |act| {
            act.make_split_effective(split)?;
            if is_kept { Ok(()) } else { act.set_key_state(version, "active") }
        })?;
        made.split = None;
        let (recipient, created) = (made.recipient.clone(), made.created);
        Ok(GenesisReport { key: self.key, recipient, split, created })
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

/// Keys that became effective in one of the ceremonies that were `left` open.
fn unagreed(
    vault: &Vault,
    left: &[Ceremony],
    splits: &[registry::Split],
) -> Result<Vec<Unagreed>, GenesisError> {
    let documents = vault.read().documents()?;
    let of = |ceremony: &Ceremony, split: &registry::Split| Unagreed {
        ceremony: ceremony.id.to_string(),
        key: KeyName { environment: vault.environment(), version: split.key }.to_string(),
        minutes: documents
            .iter()
            .find(|document| document.ceremony == Some(ceremony.id) && document.kind == "minutes")
            .map(|document| document.file.clone()),
    };
    // One genesis runs at a time, and what it leaves is recovered before the next one begins.
    let pairs = left.iter().flat_map(|ceremony| {
        let its_own = move |split: &&registry::Split| {
            split.state == SplitState::Effective && split.created_at >= ceremony.started_at
        };
        splits.iter().filter(its_own).map(move |split| (ceremony, split))
    });
    Ok(pairs.map(|(ceremony, split)| of(ceremony, split)).collect())
}
