//! A lock that every holder signed, and the proof that they did.

use minicbor::bytes::{ByteArray, ByteVec};
use minicbor::{Decode, Encode};
use terms::Canonical;
use token::{
    ApprovalSignature, Pin, PublicKey, Serial, Slot, Token, TokenError, Touch, sign_approval,
    verify_approval,
};

use super::{Lock, ThresholdError};

/// The longest signed lock, refused before anything is decoded (threshold-1 T8).
const MAX_BYTES: usize = 640 * 1024;
const LABEL: &str = "strongroom/signed-lock";
const VERSION: u8 = 1;
/// What a holder signs begins so; neither an approval of a ceremony nor a self-test does, for
/// their statements are shorter and longer than this one (threshold-1 T9).
const STATEMENT: &[u8] = b"strongroom/lock/1\0";

/// The key in slot 9c that was enrolled for a holder. It comes from the vault or a passport, never
/// from the lock (threshold-1 T10).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnrolledKey {
    /// Whose key it is.
    pub holder: String,
    /// The token that made it.
    pub serial: Serial,
    /// The public key in slot 9c.
    pub key: PublicKey,
}

/// A lock with a signature for each holder; public, and not judged yet (threshold-1 T8).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedLock {
    lock: Lock,
    signatures: Vec<ApprovalSignature>,
}

/// A lock that all its holders signed, by the keys that were enrolled for them. There is no other
/// way to one than [`SignedLock::prove`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProvedLock(Lock);

#[derive(Debug, Encode, Decode)]
struct Record {
    #[n(0)]
    label: String,
    #[n(1)]
    version: u8,
    #[n(2)]
    lock: ByteVec,
    #[n(3)]
    signatures: Vec<ByteArray<64>>,
}

impl Canonical for Record {
    const NAME: &'static str = "a signed lock";
}

impl ProvedLock {
    /// The lock.
    pub fn lock(&self) -> &Lock {
        &self.0
    }
}

/// `holder` signs `lock` with their token, after PIN and touch (threshold-1 T9).
///
/// # Errors
///
/// The lock does not name the holder, names another token or another key for them, or the token
/// refuses. The PIN is sent to no token but the one that the lock names.
pub fn sign_lock(
    lock: &Lock,
    holder: &str,
    token: &mut dyn Token,
    pin: &Pin<'_>,
    touch: &mut dyn FnMut(Touch),
) -> Result<ApprovalSignature, ThresholdError> {
    let nobody = || ThresholdError::OneToken { holder: holder.to_owned() };
    let own = lock.tokens().find(|token| token.holder == holder).ok_or_else(nobody)?;
    let (expected, found) = (own.serial, token.identity()?.serial);
    if found != expected {
        return Err(TokenError::WrongToken { expected, found }.into());
    }
    let slot = Slot::KeyAgreement;
    let state = token.slot(slot)?.ok_or(TokenError::SlotEmpty { slot })?;
    if state.key != Some(*own.key.agreement()) {
        return Err(TokenError::WrongKey { serial: found, slot }.into());
    }
    Ok(sign_approval(token, &statement(lock), pin, touch)?)
}

impl SignedLock {
    /// Takes a lock and what its holders signed, in the order of the lock.
    ///
    /// # Errors
    ///
    /// There is not one signature for each holder.
    pub fn new(lock: Lock, signatures: Vec<ApprovalSignature>) -> Result<Self, ThresholdError> {
        if lock.tokens().count() != signatures.len() {
            return Err(ThresholdError::Unknown { record: "signed lock" });
        }
        Ok(Self { lock, signatures })
    }

    /// The lock, of which nothing is proved: to be shown, not to be sealed to.
    pub fn unproved(&self) -> &Lock {
        &self.lock
    }

    /// Proves that every holder signed this lock with the key that was enrolled for them on the
    /// token that the lock names (threshold-1 T10).
    ///
    /// # Errors
    ///
    /// The first holder who was not enrolled with that token, or did not sign.
    pub fn prove(&self, enrolled: &[EnrolledKey]) -> Result<ProvedLock, ThresholdError> {
        let statement = statement(&self.lock);
        for (named, signature) in self.lock.tokens().zip(&self.signatures) {
            let holder = named.holder;
            let mut own = enrolled
                .iter()
                .filter(|key| key.holder == holder && key.serial == named.serial)
                .peekable();
            if own.peek().is_none() {
                return Err(ThresholdError::NotEnrolled { holder, serial: named.serial });
            }
            if !own.all(|own| verify_approval(&own.key, &statement, signature)) {
                return Err(ThresholdError::NotSigned { holder });
            }
        }
        Ok(ProvedLock(self.lock.clone()))
    }

    /// The one encoding.
    pub fn encode(&self) -> Vec<u8> {
        let signatures = self.signatures.iter().map(|one| ByteArray::from(*one.as_bytes()));
        terms::encode(&Record {
            label: LABEL.to_owned(),
            version: VERSION,
            lock: self.lock.encode().into(),
            signatures: signatures.collect(),
        })
    }

    /// Reads a signed lock; accepts its one encoding only (threshold-1 T8).
    ///
    /// # Errors
    ///
    /// The bytes are no such record, or hold no lock.
    pub fn decode(bytes: &[u8]) -> Result<Self, ThresholdError> {
        if bytes.len() > MAX_BYTES {
            return Err(ThresholdError::TooLong { record: "signed lock" });
        }
        let record: Record = terms::decode(bytes)?;
        if (record.label.as_str(), record.version) != (LABEL, VERSION) {
            return Err(ThresholdError::Unknown { record: "signed lock" });
        }
        let signatures =
            record.signatures.iter().map(|one| ApprovalSignature::from_bytes(**one)).collect();
        Self::new(Lock::decode(&record.lock)?, signatures)
    }
}

/// What a holder signs.
fn statement(lock: &Lock) -> Vec<u8> {
    [STATEMENT, &lock.digest()].concat()
}
