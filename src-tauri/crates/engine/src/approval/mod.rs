//! A restore that a quorum approved: request, approvals with tokens, opening, evidence.

mod error;
mod held;

use std::collections::BTreeSet;

use archive::Set;
use keys::ArchiveKey;
use quorum::{OfferedShare, ShareRecord};
use registry::{Approval, CeremonyState, Decision, Request, RequestState, Split};
use secret::SecretText;
use terms::{CeremonyId, Digest, KeyName, RequestId, Timestamp};
use token::{Pin, Serial, Token, Touch, sign_approval, verify_approval};

pub use error::ApprovalError;
pub(crate) use held::{Held, binding, check_words, enrolled, held, open};

use crate::plan::Plan;
use crate::restore::{RestoreReport, RestoreVerdict};
use crate::run::{Attendee, Run, add_people};
use crate::unlock::{Known, unlock};
use crate::vault::Vault;

/// A request on its way from the plan to the restored data.
pub struct Approvals {
    run: Run,
    request: RequestId,
    plan: Plan,
    split: Split,
    given: Vec<Given>,
    shares: Vec<OfferedShare>,
}

/// An approval that was given, for the evidence.
#[derive(Debug, Clone)]
pub struct Given {
    /// Who.
    pub person: String,
    /// With which token; none if the share came from a sheet.
    pub token: Option<Serial>,
    /// When.
    pub at: Timestamp,
}

impl Approvals {
    /// Puts the request on the record: people, plan, intent.
    ///
    /// # Errors
    ///
    /// The archive's key is not this vault's, or the vault cannot be written.
    pub fn begin(
        vault: &mut Vault,
        (ceremony, request): (CeremonyId, RequestId),
        (script, script_digest): (&str, Digest),
        attendees: &[Attendee],
        (set, plan): (&Set, Plan),
        now: Timestamp,
    ) -> Result<Self, ApprovalError> {
        let split = split_of(vault, set)?;
        let digest = plan.digest();
        let objects = vec![
            format!("archive:{}", plan.archive),
            format!("ceremony:{ceremony}"),
            format!("request:{request}"),
        ];
        let intent =
            vault.intent("archive.restore", &plan.requester, objects, Some(digest), now)?;
        let row = Request {
            id: request,
            archive: plan.archive,
            plan_hash: digest,
            plan: terms::encode(&plan),
            requester: plan.requester.clone(),
            reason: plan.reason.clone(),
            created_at: now,
            expires_at: plan.expires,
            state: RequestState::Open,
            state_since: now,
        };
        let known = vault.read().people()?;
        let intent = vault.change_or_abort(intent, "a restore is requested", now, |act| {
            add_people(act, &known, attendees)?;
            act.start_ceremony(ceremony, script, &script_digest)?;
            act.add_request(&row)
        })?;
        let (given, shares) = (Vec::new(), Vec::new());
        let run = Run { ceremony, intent };
        Ok(Self { run, request, plan, split, given, shares })
    }

    /// The run on the record.
    pub(crate) fn run(&mut self) -> &mut Run {
        &mut self.run
    }

    /// The plan as it is approved.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Approvals so far.
    pub fn given(&self) -> &[Given] {
        &self.given
    }

    /// The holders of the archive's key whose shares lie in envelopes for tokens in use.
    ///
    /// # Errors
    ///
    /// The archive's key is not this vault's, or the vault cannot be read.
    pub fn holders_with_tokens(
        vault: &Vault,
        set: &Set,
    ) -> Result<BTreeSet<String>, ApprovalError> {
        let split = split_of(vault, set)?;
        let mut holders = BTreeSet::new();
        for share in vault.read().shares(split.id)? {
            if !held(vault, &split, &share.holder)?.envelopes.is_empty() {
                holders.insert(share.holder);
            }
        }
        Ok(holders)
    }

    /// The tokens in use that hold the share of `person`, any of which will do; none if it is on a
    /// sheet only.
    ///
    /// # Errors
    ///
    /// The person holds no share, or the vault cannot be read.
    pub fn tokens_of(&self, vault: &Vault, person: &str) -> Result<Vec<Serial>, ApprovalError> {
        Ok(held(vault, &self.split, person)?.tokens())
    }

    /// `person` signs the plan with the token and brings the share inside its envelope.
    ///
    /// The approval counts when the share was found good, so that a token that was pulled out in
    /// between can be used again.
    ///
    /// # Errors
    ///
    /// The token refuses or is not the one that was enrolled, the registry refuses the approver, or
    /// the person holds no share.
    pub fn approve(
        &mut self,
        vault: &mut Vault,
        person: &str,
        token: &mut dyn Token,
        (pin, touch): (&Pin<'_>, &mut dyn FnMut(Touch)),
        now: Timestamp,
    ) -> Result<(), ApprovalError> {
        let held = held(vault, &self.split, person)?;
        let envelope = held.envelope_for(token)?;
        let refused = |error| ApprovalError::Token { person: person.to_owned(), error };
        let enrolled = enrolled(vault, person, envelope.token())?;
        let digest = self.plan.digest();
        let signature = sign_approval(token, digest.as_bytes(), pin, touch).map_err(refused)?;
        // What does not verify here would be worthless as evidence afterwards (envelope-1 E14).
        if !verify_approval(&enrolled, digest.as_bytes(), &signature) {
            return Err(ApprovalError::Signature { person: person.to_owned() });
        }
        let words = open(&held.record, envelope, token, (pin, touch))?;
        let proof = (envelope.token(), signature.as_bytes().to_vec());
        self.agree(vault, (held.record, &words), Some(proof), now)
    }

    /// `person` agrees in the room and brings the share from a sheet.
    ///
    /// # Errors
    ///
    /// The words are not the person's share, or the registry refuses the approver.
    pub fn approve_with_sheet(
        &mut self,
        vault: &mut Vault,
        person: &str,
        words: &SecretText,
        now: Timestamp,
    ) -> Result<(), ApprovalError> {
        let record = held(vault, &self.split, person)?.record;
        self.agree(vault, (record, words), None, now)
    }

    /// Checks the share alone, puts the approval on the record, and keeps the share until `open`.
    fn agree(
        &mut self,
        vault: &mut Vault,
        (record, words): (ShareRecord, &SecretText),
        proof: Option<(Serial, Vec<u8>)>,
        now: Timestamp,
    ) -> Result<(), ApprovalError> {
        let person = record.place().holder.clone();
        check_words(&record, words)?;
        let (token, signature) = proof.unzip();
        let approval = Approval {
            request: self.request,
            person: person.clone(),
            decision: Decision::Approve,
            plan_hash: self.plan.digest(),
            token: token.map(|serial| serial.to_string()),
            signature,
            at: now,
        };
        vault.change(&self.run.intent, "the plan was approved", now, |act| {
            act.add_approval(&approval)
        })?;
        self.shares.push(OfferedShare::from_record(&person, record, words.expose()));
        self.given.push(Given { person, token, at: now });
        Ok(())
    }

    /// Opens the archive's key with the shares that were brought; they are gone afterwards.
    ///
    /// # Errors
    ///
    /// The shares are no quorum; every finding names its holder.
    pub fn open(
        &mut self,
        vault: &mut Vault,
        set: &Set,
        now: Timestamp,
    ) -> Result<ArchiveKey, ApprovalError> {
        let known = Known::of(vault, &self.split)?;
        let shares = std::mem::take(&mut self.shares);
        let unlocked = unlock(set, shares, known)?;
        let request = self.request;
        vault.change(&self.run.intent, "the quorum opened the capsule", now, |act| {
            act.set_request_state(request, RequestState::Approved)
        })?;
        Ok(unlocked.key)
    }

    /// Adds a line of the runner's journal.
    ///
    /// # Errors
    ///
    /// The registry cannot be written.
    pub fn journal(
        &self,
        vault: &mut Vault,
        line: &[u8],
        now: Timestamp,
    ) -> Result<(), ApprovalError> {
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
    ) -> Result<Digest, ApprovalError> {
        Ok(self.run.document(vault, document, bytes, now)?)
    }

    /// Ends the request: what was restored is on the record.
    ///
    /// # Errors
    ///
    /// The vault cannot be written.
    pub fn close(
        self,
        vault: &mut Vault,
        report: &RestoreReport,
        now: Timestamp,
    ) -> Result<(), ApprovalError> {
        let result = match report.verdict {
            RestoreVerdict::Complete => "ok",
            RestoreVerdict::Damaged => "damaged",
            RestoreVerdict::Incomplete => "incomplete",
            RestoreVerdict::Unproved => "unproved",
        };
        let damaged = report.damaged.len() as u64;
        let counts = [("bytes", report.bytes), ("damaged", damaged), ("files", report.files)];
        let (ceremony, request) = (self.run.ceremony, self.request);
        vault.conclude(self.run.intent, "the restore is done", result, &counts, now, |act| {
            act.set_request_state(request, RequestState::CarriedOut)?;
            act.end_ceremony(ceremony, CeremonyState::Closed)
        })?;
        Ok(())
    }

    /// Gives the request up: it is withdrawn.
    ///
    /// # Errors
    ///
    /// The vault cannot be written.
    pub fn abort(self, vault: &mut Vault, code: &str, now: Timestamp) -> Result<(), ApprovalError> {
        let (ceremony, request) = (self.run.ceremony, self.request);
        vault.change(&self.run.intent, "the restore is given up", now, |act| {
            act.set_request_state(request, RequestState::Withdrawn)?;
            act.end_ceremony(ceremony, CeremonyState::Aborted)
        })?;
        vault.abort(self.run.intent, code, now)?;
        Ok(())
    }
}

/// The effective split of the key that the archive is sealed to.
fn split_of(vault: &Vault, set: &Set) -> Result<Split, ApprovalError> {
    let keys = vault.read().master_keys()?;
    let environment = vault.environment();
    // A damaged copy of the capsule may name a key that does not exist.
    for fingerprint in set.fingerprints() {
        let Some(key) = keys.iter().find(|key| key.fingerprint == fingerprint) else { continue };
        vault.check_opens(KeyName { environment, version: key.version })?;
        if let Some(split) = vault.read().effective_split(key.version)? {
            return Ok(split);
        }
    }
    Err(ApprovalError::OtherVault)
}
