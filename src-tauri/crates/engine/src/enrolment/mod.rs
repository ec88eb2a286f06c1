//! Enrolment: a token is prepared for one person, proves what it is and that it works, and gets a
//! passport.
//!
//! Nothing of it counts until the token is admitted: then the registry knows it, with its keys, and
//! a share may be sealed to it. A token that was prepared and not admitted is nobody's.

mod error;
mod passport;

use rand_core::CryptoRng;
use registry::{Document, TokenRow};
use secret::SecretText;
use terms::{CeremonyId, Digest, Timestamp};
use token::attestation::Attested;
use token::{
    Enrolled, Enrolment, Firmware, Pin, Serial, Start, Token, Touch, Trace, named, self_test,
};

pub use error::EnrolmentError;
pub(crate) use passport::firmware_of;
pub use passport::{
    Flaw, Passport, Puk, Replacement, flaws_of, lifetime_months, replacement_of, set_lifetime,
};

use crate::genesis::{attest, may_have_begun, random_puk, token_row};
use crate::run::{Attendee, Run};
use crate::vault::Vault;
use passport::Facts;

/// Tokens on their way to their holders, under one intent.
pub struct Enrolling {
    run: Run,
    /// Tokens whose preparation was interrupted, with the PUK that it may have set.
    begun: Vec<(Serial, SecretText, Puk)>,
    prepared: Vec<Prepared>,
}

/// A token that is ready and not yet admitted. Its secrets are on the token and with its holder.
struct Prepared {
    holder: String,
    enrolled: Enrolled,
    attested: Attested,
    row: TokenRow,
    puk: Puk,
    /// What was on it before it was reset.
    erased: Vec<Trace>,
    is_tested: bool,
}

/// What a holder types to have a token prepared.
pub struct Typed<'a> {
    /// The PIN that the holder chose.
    pub pin: &'a SecretText,
    /// The PUK that the holder chose; without it one is drawn, and nobody can ever unblock the PIN.
    pub puk: Option<SecretText>,
}

impl Enrolling {
    /// Puts the ceremony on the record: intent, people, script.
    ///
    /// # Errors
    ///
    /// The log or the registry cannot be written; then nothing may happen.
    pub fn begin(
        vault: &mut Vault,
        ceremony: CeremonyId,
        script: (&str, Digest),
        attendees: &[Attendee],
        now: Timestamp,
    ) -> Result<Self, EnrolmentError> {
        let run = Run::begin(vault, ("ceremony.enrol", ceremony, None), script, attendees, now)?;
        Ok(Self { run, begun: Vec::new(), prepared: Vec::new() })
    }

    /// The run on the record.
    pub(crate) fn run(&mut self) -> &mut Run {
        &mut self.run
    }

    /// Whether the token was given to somebody in this ceremony.
    pub fn knows(&self, serial: Serial) -> bool {
        self.prepared.iter().any(|prepared| prepared.serial() == serial)
    }

    /// Whether the preparation of this token was interrupted in this ceremony.
    pub fn is_begun(&self, serial: Serial) -> bool {
        self.begun.iter().any(|(begun, ..)| *begun == serial)
    }

    /// Erases a token that somebody used before, after it was said on the record.
    ///
    /// # Errors
    ///
    /// The log cannot be written, or the token refuses.
    pub fn reset(
        &self,
        vault: &mut Vault,
        holder: &str,
        (token, traces): (&mut dyn Token, &[Trace]),
        now: Timestamp,
    ) -> Result<(), EnrolmentError> {
        let failed = |error| EnrolmentError::Token { holder: holder.to_owned(), error };
        let serial = token.identity().map_err(failed)?.serial;
        let reason = format!("token {serial} is erased for {holder}: {}", named(traces));
        vault.change(&self.run.intent, &reason, now, |_| Ok(()))?;
        token.reset().map_err(failed)
    }

    /// Prepares the holder's token: PIN and PUK set, a random management key behind the PIN, keys
    /// made on it, all read back and attested.
    ///
    /// # Errors
    ///
    /// The token refuses, or does not prove that its keys were made on it.
    pub fn prepare(
        &mut self,
        vault: &Vault,
        holder: &str,
        (token, start, erased): (&mut dyn Token, Start, Vec<Trace>),
        typed: Typed<'_>,
        rng: &mut dyn CryptoRng,
        now: Timestamp,
    ) -> Result<Serial, EnrolmentError> {
        let failed = |error| EnrolmentError::Token { holder: holder.to_owned(), error };
        let serial = token.identity().map_err(failed)?.serial;
        let begun = self.begun.iter().position(|(other, ..)| *other == serial);
        let (start, puk, kept) = match (begun, typed.puk) {
            // Whatever is typed the second time, the token may have the first PUK already.
            (Some(at), _) => {
                let (_, puk, kept) = self.begun.swap_remove(at);
                (Start::Resume, puk, kept)
            }
            (None, Some(puk)) => (start, puk, Puk::Chosen),
            (None, None) => (start, random_puk(rng), Puk::Forgotten),
        };
        let order = Enrolment { pin: typed.pin, puk: &puk, start, minimum: Firmware::MINIMUM };
        let enrolled = token.enrol(&order, rng);
        if enrolled.as_ref().is_err_and(may_have_begun) {
            self.begun.push((serial, puk, kept));
        }
        let enrolled = enrolled.map_err(failed)?;
        let attested = attest(&enrolled, vault.environment())
            .map_err(|error| EnrolmentError::Attestation { holder: holder.to_owned(), error })?;
        let row = token_row(&enrolled, holder, now);
        let (puk, is_tested, holder) = (kept, false, holder.to_owned());
        self.prepared.push(Prepared { holder, enrolled, attested, row, puk, erased, is_tested });
        Ok(serial)
    }

    /// The token that was prepared for `holder`.
    ///
    /// # Errors
    ///
    /// There is none.
    pub fn serial(&self, holder: &str) -> Result<Serial, EnrolmentError> {
        self.of(holder).map(Prepared::serial)
    }

    /// Has the holder use both keys once.
    ///
    /// # Errors
    ///
    /// Nothing was prepared, the token refuses, or what comes out is another key's.
    pub fn test(
        &mut self,
        holder: &str,
        token: &mut dyn Token,
        (pin, touch): (&Pin<'_>, &mut dyn FnMut(Touch)),
        rng: &mut dyn CryptoRng,
    ) -> Result<(), EnrolmentError> {
        let not_prepared = || EnrolmentError::NotPrepared { holder: holder.to_owned() };
        let prepared = self.prepared.iter_mut().find(|prepared| prepared.holder == holder);
        let prepared = prepared.ok_or_else(not_prepared)?;
        let tested = self_test(token, &prepared.enrolled, (pin, touch), rng);
        tested.map_err(|error| EnrolmentError::Token { holder: holder.to_owned(), error })?;
        prepared.is_tested = true;
        Ok(())
    }

    /// Admits the token: from now on it is the holder's, and its passport lies in the vault
    /// (script-1 C20).
    ///
    /// # Errors
    ///
    /// The token was not prepared or not tested, or the vault cannot be written.
    pub fn admit(
        &mut self,
        vault: &mut Vault,
        holder: &str,
        program: &str,
        now: Timestamp,
    ) -> Result<Passport, EnrolmentError> {
        let prepared = self.of(holder)?;
        if !prepared.is_tested {
            return Err(EnrolmentError::NotPrepared { holder: holder.to_owned() });
        }
        let facts = Facts {
            ceremony: self.run.ceremony,
            environment: vault.environment(),
            lifetime_months: passport::lifetime_months(&vault.read())?,
            program,
            now,
        };
        let passport = Passport::of(prepared, &facts);
        let name = format!("passport-{}-{}", passport.serial, self.run.ceremony);
        let head = vault.signed_head();
        let papers = [
            (format!("{name}.pdf"), passport.paper(&facts, &head).render()?),
            (format!("{name}.json"), passport.json()),
        ];
        let mut documents = Vec::new();
        for (file, bytes) in papers {
            let digest = vault.write_document(&file, &bytes)?;
            let (kind, ceremony) = ("passport".to_owned(), Some(self.run.ceremony));
            documents.push(Document { digest, kind, file, ceremony, created_at: now });
        }
        let row = &prepared.row;
        vault.change(&self.run.intent, "a token was enrolled", now, |act| {
            act.add_token(row)?;
            documents.iter().try_for_each(|document| act.add_document(document))
        })?;
        for document in &documents {
            vault.publish_document(&document.file)?;
        }
        Ok(passport)
    }

    /// Adds a line of the runner's journal.
    ///
    /// # Errors
    ///
    /// The registry cannot be written; then the step did not happen.
    pub fn journal(
        &self,
        vault: &mut Vault,
        line: &[u8],
        now: Timestamp,
    ) -> Result<(), EnrolmentError> {
        Ok(self.run.journal(vault, line, now)?)
    }

    /// Keeps a document of the ceremony in the vault.
    ///
    /// # Errors
    ///
    /// The vault cannot be written.
    pub fn document(
        &self,
        vault: &mut Vault,
        document: (&str, &str),
        bytes: &[u8],
        now: Timestamp,
    ) -> Result<Digest, EnrolmentError> {
        Ok(self.run.document(vault, document, bytes, now)?)
    }

    /// Ends the ceremony as its script ends.
    ///
    /// # Errors
    ///
    /// The vault cannot be written.
    pub fn close(self, vault: &mut Vault, now: Timestamp) -> Result<(), EnrolmentError> {
        Ok(self.run.close(vault, now)?)
    }

    /// Gives the ceremony up. Tokens that were admitted stay so; others are nobody's.
    ///
    /// # Errors
    ///
    /// The vault cannot be written.
    pub fn abort(
        self,
        vault: &mut Vault,
        code: &str,
        now: Timestamp,
    ) -> Result<(), EnrolmentError> {
        Ok(self.run.abort(vault, code, now)?)
    }

    fn of(&self, holder: &str) -> Result<&Prepared, EnrolmentError> {
        let found = self.prepared.iter().find(|prepared| prepared.holder == holder);
        found.ok_or_else(|| EnrolmentError::NotPrepared { holder: holder.to_owned() })
    }
}

impl Prepared {
    fn serial(&self) -> Serial {
        self.enrolled.identity.serial
    }
}
