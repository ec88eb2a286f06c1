//! A key is taken out of use by one person, on the record (keys-1 K15).
//!
//! Only towards less: what gives a key more, or cannot be taken back, needs a quorum and a witness,
//! and is no matter of one call.

use keys::{KeyState, KeysError, Transition};
use registry::RegistryError;
use terms::{KeyName, Problem, Timestamp};

use crate::vault::{Vault, VaultError};

/// Why a key cannot be taken out of use so.
#[derive(Debug, thiserror::Error)]
pub enum KeyStateError {
    /// The vault refused.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// No key goes that way.
    #[error(transparent)]
    Keys(#[from] KeysError),
    /// One person is not enough.
    #[error("{key} can become {to} in a ceremony with a quorum and a witness only")]
    NeedsQuorum {
        /// The key.
        key: KeyName,
        /// What it was to become.
        to: KeyState,
    },
}

impl From<RegistryError> for KeyStateError {
    fn from(error: RegistryError) -> Self {
        Self::Vault(error.into())
    }
}

impl Problem for KeyStateError {
    fn code(&self) -> &'static str {
        match self {
            Self::Vault(error) => error.code(),
            Self::Keys(error) => error.code(),
            Self::NeedsQuorum { .. } => "SR-KEYS-NEEDS-QUORUM",
        }
    }

    fn remedy(&self) -> String {
        match self {
            Self::Vault(error) => error.remedy(),
            Self::Keys(error) => error.remedy(),
            Self::NeedsQuorum { .. } => {
                "Hold a ceremony: rotation makes a key that takes its place.".to_owned()
            }
        }
    }
}

/// Takes `key` out of use: `by` says so, for `reason`. Nothing is sealed to it any more; tells how
/// many archives of the vault only this key opens.
///
/// # Errors
///
/// [`KeyStateError::NeedsQuorum`] if one person is not enough, no key goes that way, or the vault
/// cannot be written.
pub fn take_out_of_use(
    vault: &mut Vault,
    (key, to): (KeyName, KeyState),
    (by, reason): (&str, &str),
    now: Timestamp,
) -> Result<usize, KeyStateError> {
    if vault.key_state(key)?.transition(to)? != Transition::OnePerson {
        return Err(KeyStateError::NeedsQuorum { key, to });
    }
    let reason = format!("{key} is {to}: {reason}");
    let operation =
        format!("key.{}", if to == KeyState::Compromised { "compromise" } else { "deactivate" });
    vault
        .perform(&operation, by, &reason, now, |act| act.set_key_state(key.version, to.as_str()))?;
    only_under(vault, key)
}

/// How many archives of the vault only `key` opens.
fn only_under(vault: &Vault, key: KeyName) -> Result<usize, KeyStateError> {
    let mut count = 0;
    for archive in vault.read().archives()? {
        let capsules = vault.read().capsules(archive.id)?;
        let (own, other): (Vec<_>, Vec<_>) = capsules.iter().partition(|c| c.key == key.version);
        count += usize::from(!own.is_empty() && other.is_empty());
    }
    Ok(count)
}
