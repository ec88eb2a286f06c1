//! The keys by which a vault proves a lock.

use registry::{Reader, RegistryError, TokenRow};
use token::{PublicKey, Serial};

use super::EnrolledKey;

/// The keys in slot 9c of all tokens in use, as they were enrolled (threshold-1 T10). Retired
/// tokens are left out: nothing revokes a lock, so one that names such a token is not proved.
///
/// # Errors
///
/// When SQLite cannot read.
pub fn enrolled_keys(registry: Reader<'_>) -> Result<Vec<EnrolledKey>, RegistryError> {
    let in_use = registry.tokens()?.into_iter().filter(|row| row.retired_at.is_none());
    Ok(in_use.filter_map(enrolled_key).collect())
}

/// A row whose number or key cannot be read proves nothing, so its holder counts as not enrolled.
fn enrolled_key(row: TokenRow) -> Option<EnrolledKey> {
    let serial = Serial(row.serial.parse().ok()?);
    let key = PublicKey::from_bytes(&row.signing_key)?;
    Some(EnrolledKey { holder: row.person, serial, key })
}
