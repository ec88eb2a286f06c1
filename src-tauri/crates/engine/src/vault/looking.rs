//! What can be asked of a vault, whether it is open for work or only looked at.

use keys::KeyState;
use registry::{Reader, RegistryError};
use terms::{Environment, KeyName};

use super::{Vault, VaultError, VaultView};

/// A vault whose registry can be read.
pub trait Looking {
    /// What the registry holds.
    fn read(&self) -> Reader<'_>;

    /// The one environment whose keys the vault holds.
    fn environment(&self) -> Environment;

    /// The state of the vault's own key `key`.
    ///
    /// # Errors
    ///
    /// There is no such key here, or the registry cannot be read.
    fn key_state(&self, key: KeyName) -> Result<KeyState, VaultError> {
        let row = self.read().master_key(key.version)?;
        let row = row.filter(|_| key.environment == self.environment());
        Ok(row.ok_or(RegistryError::Missing("master key"))?.state.parse()?)
    }
}

impl Looking for Vault {
    fn read(&self) -> Reader<'_> {
        Self::read(self)
    }

    fn environment(&self) -> Environment {
        Self::environment(self)
    }
}

impl Looking for VaultView {
    fn read(&self) -> Reader<'_> {
        Self::read(self)
    }

    fn environment(&self) -> Environment {
        self.facts().environment
    }
}
