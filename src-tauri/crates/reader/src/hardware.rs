//! A token in whatever reader it is.

use std::ffi::CString;

use rand_core::CryptoRng;
use secret::{Secret, SecretText};
use token::{
    AttestationChain, Enrolled, Enrolment, HybridKey, Identity, Pin, PinState, PivToken, PublicKey,
    QuantumSeed, Serial, Slot, SlotState, Token, TokenError, Touch, Trace,
};

use crate::held::{Held, Tries};
use crate::list::{Holds, Reader, readers};

/// A token that was found in a reader.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// The reader's name.
    pub reader: String,
    /// What the token says it is, or why it cannot be asked.
    pub identity: Result<Identity, TokenError>,
}

/// All tokens in all readers, asked one after the other.
///
/// # Errors
///
/// [`TokenError::NoService`], [`TokenError::Unreachable`].
pub fn tokens() -> Result<Vec<Seen>, TokenError> {
    let found = readers()?.into_iter().filter(|reader| reader.holds == Holds::YubiKey);
    let seen = |Reader { name, .. }| {
        let identity = open(&name).and_then(|(mut token, _)| token.identity());
        Seen { reader: name, identity }
    };
    Ok(found.map(seen).collect())
}

/// The token with a serial number, wherever it is; each operation looks for it anew.
#[derive(Debug)]
pub struct HardwareToken {
    serial: Serial,
    /// Where it was last.
    reader: Option<String>,
}

impl HardwareToken {
    /// The token with this serial number; it need not be there yet.
    pub fn new(serial: Serial) -> Self {
        Self { serial, reader: None }
    }

    /// The serial number.
    pub fn serial(&self) -> Serial {
        self.serial
    }

    /// Does `work` in one transaction, and once more if another program had reset the card.
    ///
    /// It is not repeated if a PIN was on its way: nobody knows whether that cost a try.
    fn repeatable<T>(
        &mut self,
        mut work: impl FnMut(&mut PivToken<Held>) -> Result<T, TokenError>,
    ) -> Result<T, TokenError> {
        let (mut token, tries) = self.find()?;
        let outcome = work(&mut token);
        drop(token);
        match outcome {
            Err(TokenError::Reset) if !tries.are_uncertain() => work(&mut self.find()?.0),
            outcome => outcome,
        }
    }

    /// Finds the token and holds it; once more if another program reset it just then.
    fn find(&mut self) -> Result<(PivToken<Held>, Tries), TokenError> {
        match self.find_once() {
            Err(TokenError::Reset) => self.find_once(),
            found => found,
        }
    }

    fn find_once(&mut self) -> Result<(PivToken<Held>, Tries), TokenError> {
        let mut found: Vec<String> = readers()?
            .into_iter()
            .filter(|reader| reader.holds == Holds::YubiKey)
            .map(|reader| reader.name)
            .collect();
        found.sort_by_key(|name| self.reader.as_ref() != Some(name));
        let mut other = None;
        let mut failure = None;
        for name in found {
            let identity = open(&name).and_then(|(mut token, tries)| {
                let identity = token.identity()?;
                Ok((token, tries, identity.serial))
            });
            match identity {
                Ok((token, tries, serial)) if serial == self.serial => {
                    self.reader = Some(name);
                    return Ok((token, tries));
                }
                Ok((_, _, serial)) => other = other.or(Some(serial)),
                Err(error @ (TokenError::NoService | TokenError::Reset)) => return Err(error),
                Err(TokenError::Removed) => {}
                Err(error) => failure = failure.or(Some(error)),
            }
        }
        // A reader that could not be asked may hold it.
        Err(match (failure, other) {
            (Some(failure), _) => failure,
            (None, Some(found)) => TokenError::WrongToken { expected: self.serial, found },
            (None, None) => TokenError::Absent { serial: self.serial },
        })
    }
}

/// Holds the card in a reader and selects its PIV application.
fn open(reader: &str) -> Result<(PivToken<Held>, Tries), TokenError> {
    let no_name = |_| TokenError::Unreachable { reason: "its reader has no usable name".into() };
    let held = Held::take(CString::new(reader).map_err(no_name)?).map_err(TokenError::from)?;
    let tries = held.tries();
    Ok((PivToken::open(held)?, tries))
}

impl Token for HardwareToken {
    fn identity(&mut self) -> Result<Identity, TokenError> {
        self.repeatable(Token::identity)
    }

    fn pin_state(&mut self) -> Result<PinState, TokenError> {
        self.repeatable(Token::pin_state)
    }

    fn verify_pin(&mut self, pin: &Pin<'_>) -> Result<PinState, TokenError> {
        self.repeatable(|token| token.verify_pin(pin))
    }

    fn change_pin(&mut self, old: &Pin<'_>, new: &SecretText) -> Result<(), TokenError> {
        self.repeatable(|token| token.change_pin(old, new))
    }

    fn unblock_pin(&mut self, puk: &Pin<'_>, new: &SecretText) -> Result<(), TokenError> {
        self.repeatable(|token| token.unblock_pin(puk, new))
    }

    fn slot(&mut self, slot: Slot) -> Result<Option<SlotState>, TokenError> {
        self.repeatable(|token| token.slot(slot))
    }

    fn attest(&mut self, slot: Slot) -> Result<AttestationChain, TokenError> {
        self.repeatable(|token| token.attest(slot))
    }

    fn agree(
        &mut self,
        peer: &PublicKey,
        pin: &Pin<'_>,
        touch: &mut dyn FnMut(Touch),
    ) -> Result<Secret<32>, TokenError> {
        self.repeatable(|token| token.agree(peer, pin, touch))
    }

    fn sign(
        &mut self,
        digest: &[u8; 32],
        pin: &Pin<'_>,
        touch: &mut dyn FnMut(Touch),
    ) -> Result<[u8; 64], TokenError> {
        self.repeatable(|token| token.sign(digest, pin, touch))
    }

    fn quantum_seed(&mut self, pin: &Pin<'_>) -> Result<QuantumSeed, TokenError> {
        self.repeatable(|token| token.quantum_seed(pin))
    }

    fn keep_quantum_seed(
        &mut self,
        pin: &Pin<'_>,
        rng: &mut dyn CryptoRng,
    ) -> Result<HybridKey, TokenError> {
        self.repeatable(|token| token.keep_quantum_seed(pin, rng))
    }

    /// Not repeated by itself: an enrolment that was interrupted goes on with
    /// [`token::Start::Resume`], which knows how far it came.
    fn enrol(
        &mut self,
        enrolment: &Enrolment<'_>,
        rng: &mut dyn CryptoRng,
    ) -> Result<Enrolled, TokenError> {
        let (mut token, _) = self.find()?;
        token.enrol(enrolment, rng)
    }

    fn traces(&mut self) -> Result<Vec<Trace>, TokenError> {
        self.repeatable(Token::traces)
    }

    /// Not repeated by itself: PIN and PUK are blocked on the way.
    fn reset(&mut self) -> Result<(), TokenError> {
        let (mut token, _) = self.find()?;
        token.reset()
    }
}
