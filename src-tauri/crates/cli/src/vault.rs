//! The vault as commands need it.

use archive::Set;
use engine::recorded::Recording;
use engine::vault::{Vault, VaultError, VaultView};
use registry::{MasterKeyRow, RegistryError};
use terms::{Digest, Fingerprint, KeyName, Problem, VaultId};

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;

/// Who does what nobody in particular was named for.
const ACTOR: &str = "strongroom";

/// Opens the vault for work.
pub(crate) fn open(context: &Context) -> Result<Vault, Failure> {
    Vault::open(&context.vault_dir(), context.now()).map_err(|error| refused(&error))
}

/// Opens the vault for looking only.
pub(crate) fn view(context: &Context) -> Result<VaultView, Failure> {
    look(context).map_err(|error| refused(&error))
}

/// What a crash left in the middle is first put in order, as every opening for work does: on the
/// day after a crash people look before they work.
fn look(context: &Context) -> Result<VaultView, VaultError> {
    let dir = context.vault_dir();
    match VaultView::open(&dir) {
        Err(VaultError::Registry(RegistryError::Interrupted)) => {
            drop(Vault::open(&dir, context.now())?);
            VaultView::open(&dir)
        }
        opened => opened,
    }
}

/// The failure of a vault operation.
pub(crate) fn refused(error: &VaultError) -> Failure {
    Failure::from_problem(Exit::Failed, error as &dyn Problem)
}

/// The vault and the name of the master key with this fingerprint, if a vault is here and knows it.
///
/// No vault is no failure: sealing and break-glass need none. A vault that cannot be read is one,
/// or an operation would silently be missing from its record.
pub(crate) fn key_of(
    fingerprint: &Fingerprint,
    context: &Context,
) -> Result<Option<(VaultId, KeyName)>, Failure> {
    let view = match look(context) {
        Err(VaultError::NotAVault(_) | VaultError::SomethingElse(_)) => return Ok(None),
        looked => looked.map_err(|error| refused(&error))?,
    };
    let facts = view.facts();
    let rows = view.read().master_keys().map_err(|error| refused(&error.into()))?;
    let row = rows.into_iter().find(|row| row.fingerprint == *fingerprint);
    let name = |row: MasterKeyRow| KeyName { environment: facts.environment, version: row.version };
    Ok(row.map(|row| (facts.id, name(row))))
}

/// Makes it durable that something is about to be sealed to `key`.
pub(crate) fn record_seal(key: KeyName, context: &Context) -> Result<Recording, Failure> {
    let begun = Recording::of_seal(open(context)?, key, ACTOR, context.now());
    begun.map_err(|error| refused(&error))
}

/// Makes it durable that an archive is about to be restored, if a vault here knows its key.
pub(crate) fn record_restore(
    set: &Set,
    plan: Digest,
    context: &Context,
) -> Result<Option<Recording>, Failure> {
    let fingerprint = set.capsules().first().map(|capsule| capsule.fingerprint());
    let Some(fingerprint) = fingerprint else { return Ok(None) };
    let Some((_, key)) = key_of(&fingerprint, context)? else { return Ok(None) };
    let begun = Recording::of_restore(open(context)?, (set, key), plan, ACTOR, context.now());
    begun.map(Some).map_err(|error| refused(&error))
}
