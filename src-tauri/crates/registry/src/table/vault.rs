//! Table `vault`: its one row says which vault this is.

use terms::{Environment, Timestamp, VaultId};

use crate::value::{At, Text};
use crate::{Act, Reader, RegistryError};

/// Which vault this is; never changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VaultFacts {
    /// The vault's id.
    pub id: VaultId,
    /// The one environment whose keys it holds.
    pub environment: Environment,
    /// What people call it.
    pub name: String,
    /// The key that signs its audit log, as a C2SP verifier key.
    pub log_key: String,
    /// When it was made.
    pub created_at: Timestamp,
}

impl Reader<'_> {
    /// Which vault this is; `None` in a registry that was never begun.
    ///
    /// # Errors
    ///
    /// When SQLite cannot read.
    pub fn vault(&self) -> Result<Option<VaultFacts>, RegistryError> {
        let sql = "SELECT id, environment, name, log_key, created_at FROM vault";
        self.row(sql, [], |row| {
            Ok(VaultFacts {
                id: VaultId::from_bytes(row.get(0)?),
                environment: row.get::<_, Text<_>>(1)?.0,
                name: row.get(2)?,
                log_key: row.get(3)?,
                created_at: row.get::<_, At>(4)?.0,
            })
        })
    }
}

impl Act<'_> {
    /// Says which vault this is; can be done once.
    ///
    /// # Errors
    ///
    /// When it has been said before, or a field is out of bounds.
    pub fn begin_vault(&self, vault: &VaultFacts) -> Result<(), RegistryError> {
        let sql = "INSERT INTO vault (only_row, id, environment, name, log_key, created_at) \
                   VALUES (1, ?1, ?2, ?3, ?4, ?5)";
        let row = (
            vault.id.as_bytes(),
            vault.environment.as_str(),
            &vault.name,
            &vault.log_key,
            At(vault.created_at),
        );
        self.execute(sql, row).map(|_| ())
    }
}
