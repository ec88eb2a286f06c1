//! What a program that was killed left open, put in order by the next one (script-1 C11).
//!
//! An operation that died has no outcome, and nobody can say afterwards how far it came. What can
//! be said is that it no longer runs and that nothing half-made bears a final name; that is what
//! the log is told. A genesis has more to give up and a recovery of its own.

use registry::{CeremonyState, RequestState};
use terms::Timestamp;

use crate::vault::{Vault, VaultError};

/// Operations that are done without holding the vault, see [`Recording`](crate::recorded).
const UNATTENDED: [&str; 5] =
    ["archive.seal", "archive.open", "archive.restore-with-sheets", "media.check", "share.prove"];
/// Operations that hold the vault as long as they run.
const HOLDING: [&str; 5] =
    ["archive.restore", "ceremony.enrol", "ceremony.health", "share.copy", "token.retire"];
/// Scripts of ceremonies that are simply given up; genesis and refresh have their own recovery.
const GIVEN_UP: [&str; 3] = ["restore", "enrol", "health"];

/// Accounts for every operation that nobody runs any more: ceremonies are aborted, requests
/// withdrawn, intents closed.
///
/// # Errors
///
/// The vault cannot be written.
pub fn recover(vault: &mut Vault, now: Timestamp) -> Result<(), VaultError> {
    give_up_ceremonies(vault, now)?;
    let unattended = |operation: &str| UNATTENDED.contains(&operation);
    let meant = |operation: &str| unattended(operation) || HOLDING.contains(&operation);
    for sequence in open(vault, meant) {
        if !vault.is_running(sequence) {
            let remark = "the program that did it is gone; nothing half-made bears a final name";
            vault.account_for(sequence, "strongroom", remark, now)?;
            vault.forget_running(sequence);
        }
    }
    Ok(())
}

/// Ends such ceremonies and takes requests back; whoever holds the vault
/// knows that none of them runs.
fn give_up_ceremonies(vault: &mut Vault, now: Timestamp) -> Result<(), VaultError> {
    let running = vault.read().ceremonies()?.into_iter().filter(|ceremony| {
        let is_meant = GIVEN_UP.contains(&ceremony.script.as_str());
        ceremony.state == CeremonyState::Running && is_meant
    });
    let ceremonies: Vec<_> = running.map(|ceremony| ceremony.id).collect();
    let undecided = [RequestState::Open, RequestState::Approved];
    let named: Vec<_> = vault.open_intents().flat_map(|open| open.objects.clone()).collect();
    let requests = vault.read().requests()?.into_iter().filter(|request| {
        undecided.contains(&request.state) && named.contains(&format!("request:{}", request.id))
    });
    let requests: Vec<_> = requests.map(|request| request.id).collect();
    if ceremonies.is_empty() && requests.is_empty() {
        return Ok(());
    }
    let reason = "an interrupted ceremony is given up";
    vault.perform("ceremony.recover", "strongroom", reason, now, |act| {
        for request in requests {
            act.set_request_state(request, RequestState::Withdrawn)?;
        }
        ceremonies.into_iter().try_for_each(|id| act.end_ceremony(id, CeremonyState::Aborted))
    })
}

fn open(vault: &Vault, is_meant: impl Fn(&str) -> bool) -> Vec<u64> {
    let meant = vault.open_intents().filter(|open| is_meant(&open.operation.to_string()));
    meant.map(|open| open.sequence).collect()
}
