//! Doing things on the record: intent, changes, outcome.

use audit::{ActMark, Event, Log, Operation, Phase};
use registry::{Act, RegistryError};
use terms::{Digest, Problem as _, Timestamp};

use super::storage::LogFolder;
use super::{APP, Vault, VaultError};

/// The operation that brings the registry of an older program to the present schema.
pub(super) const MIGRATE: &str = "vault.migrate";

/// Proof that the log knows of an operation that is about to run.
///
/// It is consumed by [`Vault::outcome`], [`Vault::conclude`] or [`Vault::abort`]. One that is
/// dropped stays open in the log and is reported until a person accounts for it.
#[derive(Debug)]
#[must_use = "an intent without outcome or abort is reported as unmatched"]
pub struct Intent {
    sequence: u64,
    operation: String,
    actor: String,
    objects: Vec<String>,
}

impl Intent {
    /// The intent's number in the log.
    pub const fn sequence(&self) -> u64 {
        self.sequence
    }

    /// Adds what the operation is about, as it turned out: the entries that follow name it.
    pub(crate) fn name_object(&mut self, object: String) {
        self.objects.push(object);
    }
}

impl Vault {
    /// Makes it durable that `actor` is about to do `operation` (`archive.seal`) to `objects`
    /// (`archive:0123…`, `key:drill/1`); `parameters` is SHA-256 over what people were shown.
    ///
    /// # Errors
    ///
    /// When it is not known to be durable. The operation must then not run (log-1 L10), and it
    /// cannot: what changes the vault asks for the intent.
    pub fn intent(
        &mut self,
        operation: &str,
        actor: &str,
        objects: Vec<String>,
        parameters: Option<Digest>,
        now: Timestamp,
    ) -> Result<Intent, VaultError> {
        let mut event = self.event(operation, actor, Phase::Intent, now)?;
        event.objects.clone_from(&objects);
        event.parameters = parameters;
        let sequence = self.log.append(event)?;
        let (operation, actor) = (operation.to_owned(), actor.to_owned());
        Ok(Intent { sequence, operation, actor, objects })
    }

    /// Changes the registry in the course of an operation: all that `change` does and its audit
    /// event, or nothing.
    ///
    /// # Errors
    ///
    /// When `change` fails or the registry refuses; the intent stays open in both cases.
    pub fn change<T>(
        &mut self,
        intent: &Intent,
        reason: &str,
        now: Timestamp,
        change: impl FnOnce(&Act<'_>) -> Result<T, RegistryError>,
    ) -> Result<T, VaultError> {
        let phase = Phase::Change { intent: intent.sequence };
        let event = self.event_of(intent, phase, now)?;
        self.act(event, reason, now, change)
    }

    /// The first change of an operation. What the registry refuses ends it: it is aborted on the
    /// record, so that no intent stays open of what never began.
    ///
    /// # Errors
    ///
    /// As for [`change`](Self::change).
    pub fn change_or_abort(
        &mut self,
        intent: Intent,
        reason: &str,
        now: Timestamp,
        change: impl FnOnce(&Act<'_>) -> Result<(), RegistryError>,
    ) -> Result<Intent, VaultError> {
        match self.change(&intent, reason, now, change) {
            Ok(()) => Ok(intent),
            Err(error) => {
                if let VaultError::Registry(
                    refused @ (RegistryError::Refused { .. } | RegistryError::Missing(_)),
                ) = &error
                {
                    self.abort(intent, refused.code(), now)?;
                }
                Err(error)
            }
        }
    }

    /// Ends an operation that changes the registry as its last deed: change and outcome together.
    ///
    /// # Errors
    ///
    /// When `change` fails, nothing was changed and the operation is aborted on the record. When
    /// the commit itself fails, the intent stays open: whether it was durable shows on opening.
    pub fn conclude<T>(
        &mut self,
        intent: Intent,
        reason: &str,
        result: &str,
        counts: &[(&str, u64)],
        now: Timestamp,
        change: impl FnOnce(&Act<'_>) -> Result<T, RegistryError>,
    ) -> Result<T, VaultError> {
        let phase = Phase::Outcome { intent: intent.sequence, result: result.to_owned() };
        let event = self.event_of(&intent, phase, now)?;
        let event = counts.iter().fold(event, |event, (name, n)| event.with_count(name, *n));
        match self.act(event, reason, now, change) {
            Ok(done) => Ok(done),
            Err(VaultError::Registry(
                error @ (RegistryError::Refused { .. } | RegistryError::Missing(_)),
            )) => {
                self.abort(intent, error.code(), now)?;
                Err(error.into())
            }
            Err(error) => Err(error),
        }
    }

    /// Ends an operation: `result` is `ok` or a word of the operation's own, such as `damaged`.
    /// Returns the number of the entry.
    ///
    /// # Errors
    ///
    /// When it is not known to be durable.
    pub fn outcome(
        &mut self,
        intent: Intent,
        result: &str,
        counts: &[(&str, u64)],
        now: Timestamp,
    ) -> Result<u64, VaultError> {
        let phase = Phase::Outcome { intent: intent.sequence, result: result.to_owned() };
        let event = self.event_of(&intent, phase, now)?;
        let event = counts.iter().fold(event, |event, (name, n)| event.with_count(name, *n));
        Ok(self.log.append(event)?)
    }

    /// Ends an operation that failed: `code` is the problem's, `SR-AREA-NAME`.
    ///
    /// # Errors
    ///
    /// When it is not known to be durable.
    pub fn abort(&mut self, intent: Intent, code: &str, now: Timestamp) -> Result<u64, VaultError> {
        let phase = Phase::Abort { intent: intent.sequence, code: code.to_owned() };
        let event = self.event_of(&intent, phase, now)?;
        Ok(self.log.append(event)?)
    }

    /// Intent, change and outcome of an operation that is nothing but a change of the registry.
    ///
    /// # Errors
    ///
    /// As for [`intent`](Self::intent) and [`conclude`](Self::conclude).
    pub fn perform<T>(
        &mut self,
        operation: &str,
        actor: &str,
        reason: &str,
        now: Timestamp,
        change: impl FnOnce(&Act<'_>) -> Result<T, RegistryError>,
    ) -> Result<T, VaultError> {
        let intent = self.intent(operation, actor, Vec::new(), None, now)?;
        self.conclude(intent, reason, "ok", &[], now, change)
    }

    /// Takes an open intent up again after a crash, for an operation that resumes.
    pub fn resume(&self, sequence: u64) -> Option<Intent> {
        let open = self.log.open_intents().find(|open| open.sequence == sequence)?;
        Some(Intent {
            sequence,
            operation: open.operation.to_string(),
            actor: open.actor.clone(),
            objects: open.objects.clone(),
        })
    }

    /// Closes an intent that a crash left open: `remark` says what `actor` found out about it.
    ///
    /// # Errors
    ///
    /// When there is no such open intent, or it is not known to be durable.
    pub fn account_for(
        &mut self,
        sequence: u64,
        actor: &str,
        remark: &str,
        now: Timestamp,
    ) -> Result<u64, VaultError> {
        let phase = Phase::Recovered { intent: Some(sequence) };
        let mut event = self.event("log.account", actor, phase, now)?;
        event.remark = Some(remark.to_owned());
        Ok(self.log.append(event)?)
    }

    /// Brings the registry of an older program to the present schema. An intent that a crash left
    /// before the change is taken up again.
    pub(super) fn migrate(&mut self, now: Timestamp) -> Result<(), VaultError> {
        let begun = self.log.open_intents().find(|open| open.operation.to_string() == MIGRATE);
        let begun = begun.map(|open| open.sequence).and_then(|sequence| self.resume(sequence));
        let objects = vec![format!("vault:{}", self.facts.id)];
        let intent = match begun {
            Some(intent) => intent,
            None => self.intent(MIGRATE, APP, objects, None, now)?,
        };
        let phase = Phase::Outcome { intent: intent.sequence, result: "ok".to_owned() };
        let event = self.event_of(&intent, phase, now)?;
        let reason = "a newer program keeps more in the registry";
        let act = self.registry.migrate(reason, now)?;
        commit(&self.log, act, event, reason)?;
        self.deliver_outbox()
    }

    /// Commits `change` with `event` waiting in the outbox, then delivers it.
    fn act<T>(
        &mut self,
        event: Event,
        reason: &str,
        now: Timestamp,
        change: impl FnOnce(&Act<'_>) -> Result<T, RegistryError>,
    ) -> Result<T, VaultError> {
        let done = self.commit_act(event, reason, now, change)?;
        self.deliver_outbox()?;
        Ok(done)
    }

    /// The first half of an act: after it, registry and outbox are durable, the log is not.
    pub(super) fn commit_act<T>(
        &mut self,
        event: Event,
        reason: &str,
        now: Timestamp,
        change: impl FnOnce(&Act<'_>) -> Result<T, RegistryError>,
    ) -> Result<T, VaultError> {
        let act = self.registry.act(reason, now)?;
        let done = change(&act)?;
        commit(&self.log, act, event, reason)?;
        Ok(done)
    }

    pub(super) fn event_of(
        &self,
        intent: &Intent,
        phase: Phase,
        now: Timestamp,
    ) -> Result<Event, VaultError> {
        let mut event = self.event(&intent.operation, &intent.actor, phase, now)?;
        event.objects.clone_from(&intent.objects);
        Ok(event)
    }

    pub(super) fn event(
        &self,
        operation: &str,
        actor: &str,
        phase: Phase,
        now: Timestamp,
    ) -> Result<Event, VaultError> {
        let operation: Operation = operation.parse()?;
        Ok(Event::new(now, self.environment(), actor, operation, phase, APP))
    }
}

/// Commits `act` with its event, which carries the act's number and the state after it.
fn commit(
    log: &Log<LogFolder>,
    act: Act<'_>,
    mut event: Event,
    reason: &str,
) -> Result<(), VaultError> {
    event.act = Some(ActMark { number: act.number(), state: act.state()? });
    event.remark = Some(reason.to_owned());
    log.check(&event)?;
    Ok(act.commit(&terms::encode(&event))?)
}
