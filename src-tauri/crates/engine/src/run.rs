//! What every run of a ceremony puts on the record: people, journal, documents.

use ceremony::Runner;
use rand_core::CryptoRng;
use registry::{Act, CeremonyState, Document, Person, RegistryError, Role};
use terms::{CeremonyId, Digest, KeyName, Timestamp};

use crate::transcript::{About, KIND, Transcript, fields};
use crate::vault::{Intent, Vault, VaultError};

/// A person in the room.
pub struct Attendee {
    /// The name, unique in the vault.
    pub name: String,
    /// What the person does.
    pub role: Role,
}

/// A run of a ceremony under the intent that the log holds of it.
pub(crate) struct Run {
    pub(crate) ceremony: CeremonyId,
    pub(crate) intent: Intent,
}

impl Run {
    /// Puts a run on the record: intent, people, script, and the key if it is about one. The
    /// administrator acts, or whoever is named first.
    pub(crate) fn begin(
        vault: &mut Vault,
        (operation, ceremony, key): (&str, CeremonyId, Option<KeyName>),
        (script, script_digest): (&str, Digest),
        attendees: &[Attendee],
        now: Timestamp,
    ) -> Result<Self, VaultError> {
        let administrator = attendees.iter().find(|it| it.role == Role::Administrator);
        let actor = administrator.or(attendees.first()).map_or("strongroom", |it| &it.name);
        let mut objects = vec![format!("ceremony:{ceremony}")];
        objects.extend(key.map(|key| format!("key:{key}")));
        let intent = vault.intent(operation, actor, objects, Some(script_digest), now)?;
        let known = vault.read().people()?;
        let intent = vault.change_or_abort(intent, "the people in the room", now, |act| {
            act.start_ceremony(ceremony, script, &script_digest)?;
            add_people(act, &known, attendees)
        })?;
        Ok(Self { ceremony, intent })
    }

    /// Adds a line of the runner's journal.
    pub(crate) fn journal(
        &self,
        vault: &mut Vault,
        line: &[u8],
        now: Timestamp,
    ) -> Result<(), VaultError> {
        vault.change(&self.intent, "a step of the ceremony", now, |act| {
            act.add_journal_line(self.ceremony, line).map(|_| ())
        })
    }

    /// Keeps a document of the run in the vault.
    pub(crate) fn document(
        &self,
        vault: &mut Vault,
        (kind, file): (&str, &str),
        bytes: &[u8],
        now: Timestamp,
    ) -> Result<Digest, VaultError> {
        let digest = vault.write_document(file, bytes)?;
        let (kind, ceremony) = (kind.to_owned(), Some(self.ceremony));
        let document = Document { digest, kind, file: file.to_owned(), ceremony, created_at: now };
        vault
            .change(&self.intent, "a document was made", now, |act| act.add_document(&document))?;
        vault.publish_document(file)?;
        Ok(digest)
    }

    /// Keeps the transcript in the vault; the entry that closes the ceremony will name its root
    /// (transcript-1 R6).
    pub(crate) fn transcribe(
        &mut self,
        vault: &mut Vault,
        (runner, place, program): (&Runner, &str, &str),
        rng: &mut dyn CryptoRng,
        now: Timestamp,
    ) -> Result<(), VaultError> {
        let (ceremony, environment) = (self.ceremony.to_string(), vault.environment().to_string());
        let (ceremony, environment) = (ceremony.as_str(), environment.as_str());
        let about = About { ceremony, environment, place, program };
        let transcript = Transcript::of(fields(runner, about), rng);
        let file = format!("transcript-{ceremony}.cbor");
        self.document(vault, (KIND, &file), &transcript.encode(), now)?;
        self.intent.name_object(transcript.object());
        Ok(())
    }

    /// Gives the ceremony up; what was put on the record before stays there.
    pub(crate) fn abort(
        self,
        vault: &mut Vault,
        code: &str,
        now: Timestamp,
    ) -> Result<(), VaultError> {
        vault.change(&self.intent, "the ceremony is given up", now, |act| {
            act.end_ceremony(self.ceremony, CeremonyState::Aborted)
        })?;
        vault.abort(self.intent, code, now).map(drop)
    }

    /// Ends the ceremony as its script ends.
    pub(crate) fn close(self, vault: &mut Vault, now: Timestamp) -> Result<(), VaultError> {
        vault.conclude(self.intent, "the ceremony is closed", "ok", &[], now, |act| {
            act.end_ceremony(self.ceremony, CeremonyState::Closed)
        })
    }
}

/// Adds the people in the room, as far as the registry does not `know` them in their roles.
pub(crate) fn add_people(
    act: &Act<'_>,
    known: &[Person],
    attendees: &[Attendee],
) -> Result<(), RegistryError> {
    for attendee in attendees {
        let person = known.iter().find(|person| person.name == attendee.name);
        if person.is_none() {
            act.add_person(&attendee.name)?;
        }
        if person.is_none_or(|person| !person.roles.contains(&attendee.role)) {
            act.add_role(&attendee.name, attendee.role)?;
        }
    }
    Ok(())
}
