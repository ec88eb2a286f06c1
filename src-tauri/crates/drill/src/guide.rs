//! The guided drill: in ten minutes a key is made, data is sealed, damaged, and restored honestly.
//!
//! ```text
//! vault/          a vault of the drill environment
//! sample/         what is sealed; gone afterwards
//! archive/        the sealed volumes
//! restored/       what came back
//! sample.json     the sample's digests     damage.json  what was done     debrief.json  the end
//! ```
//!
//! Where the drill stands is read from what is there, so that it can be left and taken up again.

use std::fs;
use std::path::{Path, PathBuf};

use ceremony::answers::{
    Answers, ApproverAnswers, GroupAnswers, HolderAnswers, QuorumAnswers, RequestAnswers,
};
use engine::files::real_path;
use engine::observer::Observer;
use engine::recorded::Recording;
use engine::restore::RestoreReport;
use engine::seal::{SealOptions, SealReport, SidecarRule, Source, seal};
use engine::vault::{Vault, VaultView};
use keys::Recipient;
use rand_core::CryptoRng;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use terms::{Environment, KeyName, Timestamp};

use crate::{Damage, DrillError, Portrait, Sample, flip, make};

/// Segments that the guided drill damages.
const DAMAGED_SEGMENTS: usize = 2;

/// The three custodians of the guided drill; two of them open its key.
pub const TEAM: [&str; 3] = ["Ada Kern", "Bruno Lang", "Cora Mai"];

/// Where the drill stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Stage {
    /// Nothing is made yet but the empty vault.
    Key,
    /// The key is effective; nothing is sealed.
    Seal,
    /// An archive is sealed and whole; the original is gone.
    Damage,
    /// Bits are flipped; the quorum may restore.
    Restore,
    /// Everything happened; there is a debriefing to read.
    Debrief,
}

/// How what came back compares with what was there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Debrief {
    /// Files that were sealed.
    pub sealed: u64,
    /// Files that are back, byte for byte.
    pub identical: u64,
    /// Files that the restore itself named as damaged.
    pub named: Vec<String>,
    /// Files that are not back and that nobody named: there must be none.
    pub disguised: Vec<String>,
    /// Segments that were damaged on purpose.
    pub damaged_segments: Vec<u64>,
}

/// The guided drill in a folder of its own.
#[derive(Debug, Clone)]
pub struct Guide {
    dir: PathBuf,
}

impl Guide {
    /// Opens the drill in `dir`, or begins it there with an empty drill vault.
    ///
    /// # Errors
    ///
    /// The folder or the vault cannot be made.
    pub fn open(dir: &Path, now: Timestamp, rng: &mut dyn CryptoRng) -> Result<Self, DrillError> {
        // A restore into the folder follows no link, so the folder is named by its real path.
        let guide = Self { dir: real_path(dir)? };
        if !guide.vault().exists() {
            fs::create_dir_all(dir).map_err(DrillError::file("making", dir))?;
            Vault::create(&guide.vault(), Environment::Drill, "Guided drill", now, rng)?;
        }
        Ok(guide)
    }

    /// Forgets everything that was done and begins anew.
    ///
    /// # Errors
    ///
    /// The folder cannot be cleared.
    pub fn reset(self, now: Timestamp, rng: &mut dyn CryptoRng) -> Result<Self, DrillError> {
        fs::remove_dir_all(&self.dir).map_err(DrillError::file("clearing", &self.dir))?;
        Self::open(&self.dir, now, rng)
    }

    /// The vault's folder.
    pub fn vault(&self) -> PathBuf {
        self.dir.join("vault")
    }

    /// The folder of the sealed volumes.
    pub fn archive(&self) -> PathBuf {
        self.dir.join("archive")
    }

    /// The folder that is restored into.
    pub fn restored(&self) -> PathBuf {
        self.dir.join("restored")
    }

    /// Where the drill stands.
    ///
    /// # Errors
    ///
    /// The vault cannot be read.
    pub fn stage(&self) -> Result<Stage, DrillError> {
        Ok(if self.recipient()?.is_none() {
            Stage::Key
        } else if !self.archive().exists() {
            Stage::Seal
        } else if !self.file("damage.json").exists() {
            Stage::Damage
        } else if !self.file("debrief.json").exists() {
            Stage::Restore
        } else {
            Stage::Debrief
        })
    }

    /// Who takes part in the genesis: three custodians with virtual tokens, two of whom suffice.
    pub fn genesis(&self) -> Answers {
        let holder = |name: &str| HolderAnswers {
            name: name.to_owned(),
            pin: None,
            token: true,
            pkcs11: None,
            sheet: false,
        };
        let holders = TEAM.iter().map(|name| holder(name)).collect();
        let custodians = GroupAnswers { name: "custodians".to_owned(), threshold: 2, holders };
        let quorum = Some(QuorumAnswers { group_threshold: 1, groups: vec![custodians] });
        Answers { quorum, ..room() }
    }

    /// Who takes part in the restore: two custodians approve.
    pub fn restore(&self) -> Answers {
        let approver =
            |name: &str| ApproverAnswers { name: name.to_owned(), pin: None, share: None };
        let request = Some(RequestAnswers {
            requester: "Rita Sommer".to_owned(),
            reason: "The originals are lost; this is the guided drill.".to_owned(),
            approvers: vec![approver(TEAM[0]), approver(TEAM[2])],
        });
        Answers { request, ..room() }
    }

    /// Makes the sample data, seals it on the record, and deletes the original.
    ///
    /// # Errors
    ///
    /// There is no effective key yet, or sealing failed; then there is no archive.
    pub fn seal(
        &self,
        now: Timestamp,
        rng: &mut dyn CryptoRng,
        observer: &dyn Observer,
    ) -> Result<(Sample, SealReport), DrillError> {
        let missing = DrillError::NotYet { missing: "an effective key" };
        let (key, recipient) = self.recipient()?.ok_or(missing)?;
        let original = self.dir.join("sample");
        if original.exists() {
            fs::remove_dir_all(&original).map_err(DrillError::file("clearing", &original))?;
        }
        let (sample, portrait) = make(&original, rng)?;
        self.keep("sample.json", &portrait)?;
        let vault = Vault::open(&self.vault(), now)?;
        let id = vault.facts().id;
        let recording = Recording::of_seal(vault, key, "guided drill", now)?.with_listing(now)?;
        let listing = recording.listing();
        let to = self.archive();
        let options = SealOptions {
            kit: false,
            sidecar: SidecarRule::IfSeveral,
            to: &to,
            label: "sample".to_owned(),
            environment: Some(Environment::Drill),
            key: Some(key),
            vault: Some(id),
            checkpoint: Some(recording.head()),
            volume_bytes: None,
            // What is damaged in the drill must be seen, and parity would mend it.
            parity: None,
            skip_unreadable: false,
            station: None,
            catalogue: listing.as_deref(),
            now,
        };
        let paths = [original.clone()];
        let sealed = seal(Source::Paths(&paths), &recipient, &options, rng, observer);
        recording.sealed(sealed.as_ref(), &options, now)?;
        let report = sealed?;
        fs::remove_dir_all(&original).map_err(DrillError::file("deleting", &original))?;
        Ok((sample, report))
    }

    /// Damages the archive.
    ///
    /// # Errors
    ///
    /// There is no archive, or it cannot be written.
    pub fn damage(&self, rng: &mut dyn CryptoRng) -> Result<Damage, DrillError> {
        if self.stage()? != Stage::Damage {
            return Err(DrillError::NotYet { missing: "a whole archive" });
        }
        let damage = flip(&self.archive(), DAMAGED_SEGMENTS, rng)?;
        self.keep("damage.json", &damage)?;
        Ok(damage)
    }

    /// What was damaged, if anything was.
    ///
    /// # Errors
    ///
    /// The note about it cannot be read.
    pub fn damaged(&self) -> Result<Option<Damage>, DrillError> {
        self.kept("damage.json")
    }

    /// Compares what came back with what was there, and keeps the result.
    ///
    /// # Errors
    ///
    /// Nothing was sealed and damaged yet, or a file cannot be read.
    pub fn debrief(&self, report: &RestoreReport) -> Result<Debrief, DrillError> {
        let missing = |missing| DrillError::NotYet { missing };
        let portrait: Portrait = self.kept("sample.json")?.ok_or(missing("the sample"))?;
        let damage = self.damaged()?.ok_or(missing("the damage"))?;
        let tree = self.restored().join("sample");
        let named: Vec<_> = report.damaged.iter().map(|file| file.path.clone()).collect();
        let is_named = |path: &str| {
            let sealed = format!("sample/{path}");
            named.contains(&sealed) || report.lost.iter().any(|lost| lost.starts_with(&sealed))
        };
        let (mut identical, mut disguised) = (0, Vec::new());
        for (path, digest) in &portrait {
            let back = fs::read(tree.join(path)).ok();
            let is_back =
                back.is_some_and(|bytes| blake3::hash(&bytes).to_hex().as_str() == digest);
            if is_back {
                identical += 1;
            } else if !is_named(path) {
                disguised.push(path.clone());
            }
        }
        let sealed = portrait.len() as u64;
        let damaged_segments = damage.flipped.iter().map(|flipped| flipped.segment).collect();
        let debrief = Debrief { sealed, identical, named, disguised, damaged_segments };
        self.keep("debrief.json", &debrief)?;
        Ok(debrief)
    }

    /// The debriefing, once there is one.
    ///
    /// # Errors
    ///
    /// It cannot be read.
    pub fn debriefing(&self) -> Result<Option<Debrief>, DrillError> {
        self.kept("debrief.json")
    }

    /// The effective key of the drill's vault and its public half.
    fn recipient(&self) -> Result<Option<(KeyName, Recipient)>, DrillError> {
        let view = VaultView::open(&self.vault())?;
        let rows = view.read().master_keys().map_err(engine::vault::VaultError::from)?;
        let active = rows.into_iter().rev().find(|row| row.state == "active");
        let environment = view.facts().environment;
        Ok(active.and_then(|row| {
            let key = KeyName { environment, version: row.version };
            row.recipient.parse().ok().map(|recipient| (key, recipient))
        }))
    }

    fn file(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }

    /// Keeps a note, whole or not at all.
    fn keep(&self, name: &str, note: &impl Serialize) -> Result<(), DrillError> {
        let (path, new) = (self.file(name), self.file(&format!("{name}.new")));
        let text = serde_json::to_vec_pretty(note).unwrap_or_default();
        fs::write(&new, text).map_err(DrillError::file("writing", &new))?;
        fs::rename(&new, &path).map_err(DrillError::file("writing", &path))
    }

    fn kept<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>, DrillError> {
        let path = self.file(name);
        if !path.exists() {
            return Ok(None);
        }
        let text = fs::read(&path).map_err(DrillError::file("reading", &path))?;
        let note = serde_json::from_slice(&text);
        note.map(Some).map_err(|error| DrillError::file("reading", &path)(error.into()))
    }
}

/// Who runs the guided drill, and where.
fn room() -> Answers {
    Answers {
        place: "At this desk".to_owned(),
        administrator: "Max Amend".to_owned(),
        witness: "Wilma Berg".to_owned(),
        ..Answers::default()
    }
}
