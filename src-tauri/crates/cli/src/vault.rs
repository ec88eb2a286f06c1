//! The vault as commands need it.

use std::path::Path;

use archive::Set;
use engine::recorded::{Recording, WAIT};
use engine::vault::{Vault, VaultError, VaultView};
use registry::{MasterKeyRow, RegistryError};
use terms::{Digest, Fingerprint, KeyName, Problem, VaultId};

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;

/// Who does what nobody in particular was named for.
pub(crate) const ACTOR: &str = "strongroom";

/// Opens the vault for work as soon as whoever has it open lets go of it.
pub(crate) fn open(context: &Context) -> Result<Vault, Failure> {
    let opened = Vault::open_within(&context.vault_dir(), WAIT, context.now());
    opened.map_err(|error| refused(&error))
}

/// Opens the vault for looking only.
pub(crate) fn view(context: &Context) -> Result<VaultView, Failure> {
    look(context).map_err(|error| refused(&error))
}

/// Opens the vault to look at it as it is, whatever is wrong with it.
pub(crate) fn view_unchecked(context: &Context) -> Result<VaultView, Failure> {
    let opened = ordered(context, VaultView::open_unchecked);
    opened.map_err(|error| refused(&error))
}

/// Opens the vault to believe what it says.
fn look(context: &Context) -> Result<VaultView, VaultError> {
    ordered(context, VaultView::open)
}

/// What a crash left in the middle is first put in order, as every opening for work does: on the
/// day after a crash people look before they work.
fn ordered(
    context: &Context,
    look: impl Fn(&Path) -> Result<VaultView, VaultError>,
) -> Result<VaultView, VaultError> {
    let dir = context.vault_dir();
    match look(&dir) {
        Err(VaultError::Registry(RegistryError::Interrupted | RegistryError::Older { .. })) => {
            drop(Vault::open_within(&dir, WAIT, context.now())?);
            look(&dir)
        }
        opened => opened,
    }
}

/// The failure of a vault operation.
pub(crate) fn refused(error: &VaultError) -> Failure {
    let exit = match error {
        VaultError::KeyState { .. } => Exit::Refused,
        _ => Exit::Failed,
    };
    Failure::from_problem(exit, error as &dyn Problem)
}

/// The vault and the name of the master key with this fingerprint, if a vault is here and knows it.
///
/// No vault is no failure, if none was named: sealing and break-glass need none. A vault that was
/// named and is not there, or that cannot be read, is one, or an operation would silently be
/// missing from its record.
pub(crate) fn key_of(
    fingerprint: &Fingerprint,
    context: &Context,
) -> Result<Option<(VaultId, KeyName)>, Failure> {
    let view = match look(context) {
        Err(VaultError::NotAVault(_) | VaultError::SomethingElse(_))
            if context.named_vault().is_none() =>
        {
            return Ok(None);
        }
        looked => looked.map_err(|error| refused(&error))?,
    };
    let facts = view.facts();
    let rows = view.read().master_keys().map_err(|error| refused(&error.into()))?;
    let row = rows.into_iter().find(|row| row.fingerprint == *fingerprint);
    let name = |row: MasterKeyRow| KeyName { environment: facts.environment, version: row.version };
    Ok(row.map(|row| (facts.id, name(row))))
}

/// Makes it durable that something is about to be sealed to `key`, and perhaps listed.
pub(crate) fn record_seal(
    key: KeyName,
    lists: bool,
    context: &Context,
) -> Result<Recording, Failure> {
    let now = context.now();
    let begun = Recording::of_seal(open(context)?, key, ACTOR, now);
    let begun = if lists { begun.and_then(|begun| begun.with_listing(now)) } else { begun };
    begun.map_err(|error| refused(&error))
}

/// Makes it durable that an archive is about to be restored, if a vault here knows its key.
pub(crate) fn record_restore(
    set: &Set,
    plan: Digest,
    context: &Context,
) -> Result<Option<Recording>, Failure> {
    recorded(set, context, |vault, key| {
        Recording::of_restore(vault, (set, key), plan, ACTOR, context.now())
    })
}

/// Makes it durable that an archive is about to be opened for `verb`, if a vault here knows its
/// key.
pub(crate) fn record_opening(
    set: &Set,
    verb: &str,
    context: &Context,
) -> Result<Option<Recording>, Failure> {
    recorded(set, context, |vault, key| {
        Recording::of_opening(vault, (set, key), verb, ACTOR, context.now())
    })
}

fn recorded(
    set: &Set,
    context: &Context,
    begin: impl FnOnce(Vault, KeyName) -> Result<Recording, VaultError>,
) -> Result<Option<Recording>, Failure> {
    let unrecorded = |failure: Failure| failure.or_else("On the worst day: add --unrecorded.");
    for fingerprint in set.fingerprints() {
        if let Some((_, key)) = key_of(&fingerprint, context).map_err(unrecorded)? {
            let begun = begin(open(context).map_err(unrecorded)?, key);
            return begun.map(Some).map_err(|error| unrecorded(refused(&error)));
        }
    }
    Ok(None)
}
