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
/// A restore under quorum, which holds the vault as long as it runs.
const UNDER_QUORUM: &str = "archive.restore";

/// Accounts for every restore and seal that nobody runs any more: ceremonies are aborted, requests
/// withdrawn, intents closed.
///
/// # Errors
///
/// The vault cannot be written.
pub fn recover(vault: &mut Vault, now: Timestamp) -> Result<(), VaultError> {
    give_up_restores(vault, now)?;
    let unattended = |operation: &str| UNATTENDED.contains(&operation);
    for sequence in open(vault, |operation| unattended(operation) || operation == UNDER_QUORUM) {
        if !vault.is_running(sequence) {
            let remark = "the program that did it is gone; nothing half-made bears a final name";
            vault.account_for(sequence, "strongroom", remark, now)?;
            vault.forget_running(sequence);
        }
    }
    Ok(())
}

/// Ends ceremonies of restores and takes their requests back; whoever holds the vault knows that
/// none of them runs.
fn give_up_restores(vault: &mut Vault, now: Timestamp) -> Result<(), VaultError> {
    let running = vault.read().ceremonies()?.into_iter().filter(|ceremony| {
        ceremony.state == CeremonyState::Running && ceremony.script == "restore"
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
    let reason = "an interrupted restore is given up";
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
