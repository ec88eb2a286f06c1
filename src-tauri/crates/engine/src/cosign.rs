//! A holder cosigns the head of the log with a token, alone and on the record (log-1 L21).

use audit::{Cosigned, CosignerKey};
use terms::{Digest, Problem as _, Timestamp};
use token::{Pin, PublicKey, Serial, Token, Touch};

use crate::approval::{ApprovalError, enrolled};
use crate::vault::{Vault, VaultError};

/// A head that was cosigned just now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done {
    /// With which token.
    pub token: Serial,
    /// How many entries the head covers; the last is the intent of cosigning it.
    pub entries: u64,
    /// The root over them.
    pub root: Digest,
    /// The file in the vault's folder `log`, to be taken along as an anchor.
    pub file: String,
}

/// The tokens in use of `holder`, any of which may cosign.
///
/// # Errors
///
/// When the registry cannot be read.
pub fn tokens_of(vault: &Vault, holder: &str) -> Result<Vec<Serial>, VaultError> {
    let rows = vault.read().tokens()?.into_iter();
    let own = rows.filter(|row| row.person == holder && row.retired_at.is_none());
    Ok(own.filter_map(|row| row.serial.parse().ok().map(Serial)).collect())
}

/// `holder` cosigns the head that covers everything up to the intent of doing so, so that the time
/// of its last entry is the time of the cosignature. Before, the log is read and compared with
/// every head that was cosigned earlier; a log that contradicts one is not cosigned.
///
/// # Errors
///
/// The log contradicts a cosigned head, the token refuses or is not one that was enrolled for the
/// holder and is in use, or the vault cannot be written.
pub fn cosign(
    vault: &mut Vault,
    holder: &str,
    token: &mut dyn Token,
    (pin, touch): (&Pin<'_>, &mut dyn FnMut(Touch)),
    now: Timestamp,
) -> Result<Done, ApprovalError> {
    let refused = |error| ApprovalError::Token { person: holder.to_owned(), error };
    let serial = token.identity().map_err(refused)?.serial;
    let key = enrolled(vault, holder, serial)?;
    let verdict = vault.log_verify(&[])?.verdict;
    if !verdict.holds() {
        return Err(VaultError::from(audit::AuditError::Contradiction(verdict)).into());
    }
    let objects = vec![format!("token:{serial}")];
    let intent = vault.intent("log.cosign", holder, objects, None, now)?;
    match signed(vault, (holder, serial, &key), token, (pin, touch)) {
        Ok(done) => {
            vault.outcome(intent, "ok", &[("entries", done.entries)], now)?;
            Ok(done)
        }
        Err(error) => {
            vault.abort(intent, error.code(), now)?;
            Err(error)
        }
    }
}

fn signed(
    vault: &mut Vault,
    (holder, serial, key): (&str, Serial, &PublicKey),
    token: &mut dyn Token,
    (pin, touch): (&Pin<'_>, &mut dyn FnMut(Touch)),
) -> Result<Done, ApprovalError> {
    let person = || holder.to_owned();
    let unsigned = || ApprovalError::Signature { person: person() };
    let key = CosignerKey::new(vault.facts().id, serial.0, key.as_bytes());
    let key = key.map_err(|_| unsigned())?;
    let log = vault.log_key()?;
    let head = Cosigned::read(vault.signed_head().as_bytes(), &log).map_err(VaultError::from)?;
    let signature = token.sign(head.digest().as_bytes(), pin, touch);
    let signature = signature.map_err(|error| ApprovalError::Token { person: person(), error })?;
    // What does not verify here would be worthless as evidence afterwards.
    let cosigned = head.with(&key, &signature).map_err(|_| unsigned())?;
    let file = vault.keep_cosigned(&cosigned)?;
    let head = cosigned.head();
    Ok(Done { token: serial, entries: head.size, root: head.root, file })
}
