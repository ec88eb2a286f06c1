//! What a rotation does besides: which key is replaced, and what it still opens, is said aloud.

use ceremony::answers::Answers;
use keys::KeyState;
use quorum::QuorumPolicy;
use terms::KeyName;
use token::Serial;

use super::Work;
use crate::approval::ApprovalError;
use crate::conduct::{ConductError, Facts, RoomError, in_words};
use crate::health::{newest_key, quorum_of, tokens_of};
use crate::vault::{Vault, VaultError};

/// Most archives that are named; the rest is counted.
const NAMED_MAX: usize = 20;

/// The key that is replaced.
pub(super) struct Replaced {
    pub(super) key: KeyName,
    state: KeyState,
    /// Who opens it, if anybody does.
    policy: Option<QuorumPolicy>,
    /// What was read aloud.
    pub(super) told: Facts,
}

impl Replaced {
    /// The key that `answers` name, or the newest in use.
    pub(super) fn by(vault: &Vault, answers: &Answers) -> Result<Self, ConductError> {
        let asked = answers.rotation.as_ref().and_then(|rotation| rotation.key);
        let nothing = || RoomError::Unanswered {
            what: "which key is replaced, and none is in use: name it under [rotation]".to_owned(),
        };
        let key = asked.or(newest_key(vault)?).ok_or_else(nothing)?;
        let state = vault.key_state(key)?;
        if matches!(state, KeyState::PreActivation | KeyState::Destroyed) {
            let refused = "nothing is sealed to it that could be opened";
            return Err(VaultError::KeyState { key, state, refused }.into());
        }
        Ok(Self { key, state, policy: quorum_of(vault, key).ok(), told: Facts::new() })
    }

    /// The tokens in use that carry a share of the key; none if the person holds none.
    pub(super) fn tokens(&self, vault: &Vault, holder: &str) -> Result<Vec<Serial>, ConductError> {
        match tokens_of(vault, self.key, holder) {
            Ok(tokens) => Ok(tokens),
            Err(ApprovalError::NoShare { .. } | ApprovalError::OtherVault) => Ok(Vec::new()),
            Err(error) => Err(error.into()),
        }
    }
}

impl Work<'_, '_> {
    fn replaced(&mut self) -> Result<&mut Replaced, ConductError> {
        self.replaced.as_mut().ok_or(ConductError::Over)
    }

    /// Reads aloud which key is replaced, who opens it, and who will open the new one.
    pub(super) fn show_rotation(&mut self) -> Result<(), ConductError> {
        let then = in_words(&self.policy);
        let replaced = self.replaced()?;
        let fact = |label: &str, value: String| (label.to_owned(), value);
        let nobody = || "nobody: no quorum of it is on the record".to_owned();
        let now = replaced.policy.as_ref().map_or_else(nobody, in_words);
        let mut told = vec![
            fact("Replaced", format!("{}, which is {}", replaced.key, replaced.state)),
            fact("It is opened by", now),
            fact("The new key by", then),
        ];
        let old = replaced.key;
        for row in self.vault.read().master_keys()? {
            if row.state == KeyState::Active.as_str() && row.version != old.version {
                let other = KeyName { version: row.version, ..old };
                told.push(fact("Stays in use", format!("{other}: archives are sealed to it too")));
            }
        }
        self.room.show_facts(&told)?;
        self.replaced()?.told = told;
        Ok(())
    }

    /// Says what is still sealed to the old key, and so opened by its shares (script-1 C26).
    pub(super) fn show_left(&mut self) -> Result<(), ConductError> {
        let (old, new) = (self.replaced()?.key, self.genesis.key());
        let (mut only, mut both) = (Vec::new(), 0_usize);
        for archive in self.vault.read().archives()? {
            let capsules = self.vault.read().capsules(archive.id)?;
            let is_sealed_to = |key: KeyName| capsules.iter().any(|c| c.key == key.version);
            match (is_sealed_to(old), is_sealed_to(new)) {
                (true, false) => only.push(archive.label),
                (true, true) => both += 1,
                (false, _) => (),
            }
        }
        let fact = |label: &str, value: String| (label.to_owned(), value);
        let mut told = vec![fact(
            "Still under the old key",
            match only.len() {
                0 => format!("no archive that this vault knows needs {old}"),
                1 => format!("1 archive that this vault knows needs {old}"),
                more => format!("{more} archives that this vault knows need {old}"),
            },
        )];
        let named = only.iter().take(NAMED_MAX).map(|label| fact("", label.clone()));
        told.extend(named);
        if only.len() > NAMED_MAX {
            told.push(fact("", format!("and {} more", only.len() - NAMED_MAX)));
        }
        if both > 0 {
            told.push(fact("Under both", format!("{both} archives")));
        }
        let keep = format!(
            "whoever holds shares of {old} keeps them until everything under it was sealed to \
             {new} and read back; after that they are destroyed in a ceremony of their own"
        );
        told.push(fact("Old shares", keep));
        self.room.show_facts(&told)?;
        self.replaced()?.told = told;
        Ok(())
    }
}
