//! The token interface over a PIV application (SP 800-73-5) with Yubico's extensions.
//!
//! [`PivToken`] drives any connection through Yubico's SDK. Answers about state are parsed here and
//! strictly: the SDK indexes into some of them without looking, and a hostile token must not be
//! able to stop a program.

mod bounded;
mod enrolment;
mod quantum;
mod reset;
mod session;

use std::fmt;

use p256::ecdsa::Signature;
use rand_core::CryptoRng;
use secret::{Secret, SecretText};
use yubikit::piv::{KeyType, ObjectId, PivError, PivSession};
use yubikit::smartcard::{SmartCardConnection, SmartCardError};
use zeroize::Zeroize;

use crate::pin::check_new;
use crate::token::{AttestationChain, Enrolled, Enrolment, Identity, Slot, SlotState, Touch};
use crate::{
    HybridKey, Pin, PinState, PublicKey, QuantumSeed, Serial, Token, TokenError, Trace,
    virtual_yubikey,
};
use bounded::Bounded;
use session::{PIN, PUK, certificate, failed, firmware, pin_text, refused_with, slot_of};

/// A token behind a connection to a card.
///
/// The card must be held exclusively for as long as this value lives: between the PIN and the use
/// of a key no other command may reach it. After [`TokenError::Removed`] a new connection is
/// needed.
pub struct PivToken<C: SmartCardConnection> {
    session: PivSession<Bounded<C>>,
}

/// How a connection says that the card is lost; wrapped in
/// [`yubikit::smartcard::SmartCardError::Transport`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Loss {
    /// The card or its reader is gone.
    Removed,
    /// Another program holds the card.
    Busy,
    /// Another program reset the card.
    Reset,
    /// The system's service for readers does not run, or stopped.
    NoService,
}

impl fmt::Display for Loss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Removed => "the card was removed",
            Self::Busy => "another program holds the card",
            Self::Reset => "another program reset the card",
            Self::NoService => "the service for readers does not run",
        })
    }
}

impl std::error::Error for Loss {}

impl From<Loss> for TokenError {
    fn from(loss: Loss) -> Self {
        match loss {
            Loss::Removed => Self::Removed,
            Loss::Busy => Self::Busy,
            Loss::Reset => Self::Reset,
            Loss::NoService => Self::NoService,
        }
    }
}

/// Why a connection could not be made.
impl From<SmartCardError> for TokenError {
    fn from(error: SmartCardError) -> Self {
        failed("answer", error.into())
    }
}

impl<C: SmartCardConnection> PivToken<C> {
    /// Selects the PIV application.
    ///
    /// # Errors
    ///
    /// [`TokenError::NoPiv`], [`TokenError::Removed`], [`TokenError::Busy`].
    pub fn open(connection: C) -> Result<Self, TokenError> {
        let session = PivSession::new(Bounded::new(connection));
        session.map(|session| Self { session }).map_err(|(e, _)| failed("select PIV", e))
    }

    /// Verifies the PIN and uses a key, with nothing between the two.
    fn use_key<T>(
        &mut self,
        slot: Slot,
        pin: &Pin<'_>,
        touch: &mut dyn FnMut(Touch),
        operation: impl FnOnce(&mut PivSession<Bounded<C>>) -> Result<T, PivError>,
    ) -> Result<T, TokenError> {
        let serial = self.serial()?;
        let state = self.slot(slot)?.ok_or(TokenError::SlotEmpty { slot })?;
        let wrong = |reason| Err(TokenError::WrongSlot { slot, reason });
        if state.key.is_none() {
            return wrong("it is not on P-256");
        }
        if !state.is_guarded {
            return wrong("it can be used without PIN or without touch");
        }
        let before = self.pin_state()?;
        if before.is_default {
            return Err(TokenError::DefaultPin);
        }
        pin.admit(before)?;
        self.session.verify_pin(&pin_text(pin.text())?).map_err(wrong_pin)?;
        touch(Touch::Needed { serial });
        let outcome = operation(&mut self.session);
        touch(Touch::Over);
        // The PIN was right a moment ago, so "security status not satisfied" is the touch.
        outcome.map_err(|error| match error {
            error if refused_with(&error, 0x6982) => TokenError::TouchTimeout,
            error => failed("use a key", error),
        })
    }

    fn serial(&mut self) -> Result<Serial, TokenError> {
        const DOING: &str = "tell its serial number";
        let answer = self.command(DOING, 0xf8, 0, 0)?;
        let bytes = answer.try_into().map_err(|_| TokenError::Nonsense { doing: DOING })?;
        // A card that takes the number of a token without attestation is no YubiKey.
        let serial = Serial(u32::from_be_bytes(bytes));
        if serial.is_of_pkcs11() { Err(TokenError::Nonsense { doing: DOING }) } else { Ok(serial) }
    }
}

impl<C: SmartCardConnection> Token for PivToken<C> {
    fn identity(&mut self) -> Result<Identity, TokenError> {
        let serial = self.serial()?;
        let is_virtual = virtual_yubikey::is_reserved(serial);
        let firmware = firmware(self.session.version());
        let model = match (is_virtual, firmware.0) {
            (true, _) => "Virtual YubiKey, for drills only".into(),
            (false, major) => format!("YubiKey {major}"),
        };
        Ok(Identity { serial, model, firmware, is_virtual })
    }

    fn pin_state(&mut self) -> Result<PinState, TokenError> {
        self.reference_state(PIN)
    }

    fn verify_pin(&mut self, pin: &Pin<'_>) -> Result<PinState, TokenError> {
        pin.admit(self.pin_state()?)?;
        self.session.verify_pin(&pin_text(pin.text())?).map_err(wrong_pin)?;
        self.pin_state()
    }

    fn change_pin(&mut self, old: &Pin<'_>, new: &SecretText) -> Result<(), TokenError> {
        check_new("PIN", new)?;
        old.admit(self.pin_state()?)?;
        let (old, new) = (pin_text(old.text())?, pin_text(new)?);
        self.session.change_pin(&old, &new).map_err(wrong_pin)
    }

    fn unblock_pin(&mut self, puk: &Pin<'_>, new: &SecretText) -> Result<(), TokenError> {
        check_new("PIN", new)?;
        admit_puk(puk, self.reference_state(PUK)?)?;
        let (puk, new) = (pin_text(puk.text())?, pin_text(new)?);
        self.session.unblock_pin(&puk, &new).map_err(wrong_puk)
    }

    fn slot(&mut self, slot: Slot) -> Result<Option<SlotState>, TokenError> {
        self.slot_state(slot)
    }

    fn attest(&mut self, slot: Slot) -> Result<AttestationChain, TokenError> {
        const DOING: &str = "attest a key";
        let state = self.slot(slot)?.ok_or(TokenError::SlotEmpty { slot })?;
        if !state.is_generated {
            return Err(TokenError::NotAttested { slot });
        }
        let leaf = self.session.attest_key(slot_of(slot)).map_err(|e| failed(DOING, e))?;
        let object = self.session.get_object(ObjectId::Attestation);
        let device = certificate(&object.map_err(|e| failed(DOING, e))?);
        let device = device.filter(|_| !leaf.is_empty());
        let device = device.ok_or(TokenError::Nonsense { doing: DOING })?;
        Ok(AttestationChain { leaf, device, issuers: Vec::new() })
    }

    fn agree(
        &mut self,
        peer: &PublicKey,
        pin: &Pin<'_>,
        touch: &mut dyn FnMut(Touch),
    ) -> Result<Secret<32>, TokenError> {
        let slot = slot_of(Slot::KeyAgreement);
        let mut shared = self.use_key(Slot::KeyAgreement, pin, touch, |session| {
            session.calculate_secret(slot, KeyType::EccP256, peer.as_bytes())
        })?;
        let secret = Secret::from_slice(&shared);
        shared.zeroize();
        secret.ok_or(TokenError::Nonsense { doing: "agree on a key" })
    }

    fn sign(
        &mut self,
        digest: &[u8; 32],
        pin: &Pin<'_>,
        touch: &mut dyn FnMut(Touch),
    ) -> Result<[u8; 64], TokenError> {
        let slot = slot_of(Slot::Signature);
        let der = self.use_key(Slot::Signature, pin, touch, |session| {
            session.sign(slot, KeyType::EccP256, digest)
        })?;
        let signature = Signature::from_der(&der);
        signature.map(|s| s.to_bytes().into()).map_err(|_| TokenError::Nonsense { doing: "sign" })
    }

    fn quantum_seed(&mut self, pin: &Pin<'_>) -> Result<QuantumSeed, TokenError> {
        self.stored_quantum_seed(pin)?.ok_or(TokenError::NoQuantumSeed)
    }

    fn keep_quantum_seed(
        &mut self,
        pin: &Pin<'_>,
        rng: &mut dyn CryptoRng,
    ) -> Result<HybridKey, TokenError> {
        let slot = Slot::KeyAgreement;
        let state = self.slot(slot)?.ok_or(TokenError::SlotEmpty { slot })?;
        let reason = "it is not on P-256";
        let agreement = state.key.ok_or(TokenError::WrongSlot { slot, reason })?;
        Ok(self.settle_quantum_seed(pin, rng)?.hybrid_key(agreement))
    }

    fn enrol(
        &mut self,
        enrolment: &Enrolment<'_>,
        rng: &mut dyn CryptoRng,
    ) -> Result<Enrolled, TokenError> {
        self.enrol_from(enrolment, rng)
    }

    fn traces(&mut self) -> Result<Vec<Trace>, TokenError> {
        self.all_traces()
    }

    fn reset(&mut self) -> Result<(), TokenError> {
        self.reset_application()
    }
}

/// As [`Pin::admit`], for the PUK.
fn admit_puk(puk: &Pin<'_>, state: PinState) -> Result<(), TokenError> {
    puk.admit(state).map_err(|error| match error {
        TokenError::PinBlocked => TokenError::PukBlocked,
        error => error,
    })
}

fn wrong_pin(error: PivError) -> TokenError {
    match tries(&error) {
        Some(0) => TokenError::PinBlocked,
        Some(tries_left) => TokenError::WrongPin { tries_left },
        None => failed("verify the PIN", error),
    }
}

fn wrong_puk(error: PivError) -> TokenError {
    match tries(&error) {
        Some(0) => TokenError::PukBlocked,
        Some(tries_left) => TokenError::WrongPuk { tries_left },
        None => failed("verify the PUK", error),
    }
}

fn tries(error: &PivError) -> Option<u8> {
    match error {
        PivError::InvalidPin(tries) => Some(u8::try_from(*tries).unwrap_or(u8::MAX)),
        _ => None,
    }
}
