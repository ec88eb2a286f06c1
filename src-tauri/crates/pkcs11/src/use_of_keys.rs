//! The token interface over a PKCS#11 module.

use cryptoki::error::{Error, RvError};
use cryptoki::mechanism::Mechanism;
use cryptoki::mechanism::elliptic_curve::{EcKdf, Ecdh1DeriveParams};
use cryptoki::object::{Attribute, AttributeType, KeyType, ObjectClass, ObjectHandle};
use cryptoki::session::{Session, UserType};
use cryptoki::types::AuthPin;
use rand_core::CryptoRng;
use secret::{Secret, SecretText};
use token::{
    Asks, AttestationChain, Enrolled, Enrolment, Identity, Pin, PinState, PublicKey, Serial, Slot,
    SlotState, Token, TokenError, Touch,
};
use zeroize::Zeroize;

use crate::failure::{failed, nonsense};
use crate::keys;
use crate::module::{Module, Seen};
use crate::tries::Flags;

/// What the module is asked when a PIN is given.
const LOG_IN: &str = "take the PIN";

/// The token with a number, in whatever slot of its module it is; each operation looks for it anew.
#[derive(Debug)]
pub struct Pkcs11Token {
    module: Module,
    serial: Serial,
}

impl Pkcs11Token {
    /// The token with this number; it need not be there yet.
    pub fn new(module: Module, serial: Serial) -> Self {
        Self { module, serial }
    }

    pub(crate) fn seen(&self) -> Result<Seen, TokenError> {
        self.module.find(self.serial)
    }

    /// Logs in with the PIN, does `work`, and logs out; the flags are looked at just before
    /// (envelope-1 E18).
    pub(crate) fn unlocked<T>(
        &self,
        pin: &Pin<'_>,
        work: impl FnOnce(&Session) -> Result<T, TokenError>,
    ) -> Result<T, TokenError> {
        let (session, slot) = self.open()?;
        pin.admit(self.flags(slot, Flags::of_user)?.state())?;
        match session.login(UserType::User, Some(&auth(pin.text()))) {
            Ok(()) => {}
            Err(error) if is_wrong_pin(&error) => {
                return Err(self.flags(slot, Flags::of_user)?.after_wrong());
            }
            Err(error) => return Err(failed(LOG_IN, error)),
        }
        let outcome = work(&session);
        // Closing the session, which is the only one, logs out as well.
        let _ = session.logout();
        outcome
    }

    pub(crate) fn open(&self) -> Result<(Session, cryptoki::slot::Slot), TokenError> {
        let slot = self.seen()?.slot;
        let session = self.module.library().open_rw_session(slot);
        Ok((session.map_err(|error| failed("open a session", error))?, slot))
    }

    fn flags(
        &self,
        slot: cryptoki::slot::Slot,
        of: fn(&cryptoki::slot::TokenInfo) -> Flags,
    ) -> Result<Flags, TokenError> {
        let info = self.module.library().get_token_info(slot);
        Ok(of(&info.map_err(|error| failed("tell the state of its PIN", error))?))
    }
}

impl Token for Pkcs11Token {
    fn identity(&mut self) -> Result<Identity, TokenError> {
        Ok(self.seen()?.identity)
    }

    fn pin_state(&mut self) -> Result<PinState, TokenError> {
        Ok(self.flags(self.seen()?.slot, Flags::of_user)?.state())
    }

    fn verify_pin(&mut self, pin: &Pin<'_>) -> Result<PinState, TokenError> {
        self.unlocked(pin, |_| Ok(()))?;
        self.pin_state()
    }

    fn change_pin(&mut self, old: &Pin<'_>, new: &SecretText) -> Result<(), TokenError> {
        self.unlocked(old, |session| {
            let changed = session.set_pin(&auth(old.text()), &auth(new));
            changed.map_err(|error| unsuitable(error, "change the PIN"))
        })
    }

    /// The PUK is the security officer's PIN here.
    fn unblock_pin(&mut self, puk: &Pin<'_>, new: &SecretText) -> Result<(), TokenError> {
        const DOING: &str = "take the security officer's PIN";
        let (session, slot) = self.open()?;
        let admitted = puk.admit(self.flags(slot, Flags::of_officer)?.state());
        admitted.map_err(|error| match error {
            TokenError::PinBlocked => TokenError::PukBlocked,
            error => error,
        })?;
        let login = session.login(UserType::So, Some(&auth(puk.text())));
        login.map_err(|error| match error {
            Error::Pkcs11(RvError::PinLocked, _) => TokenError::PukBlocked,
            error => failed(DOING, error),
        })?;
        let set = session.init_pin(&auth(new));
        let _ = session.logout();
        set.map_err(|error| unsuitable(error, "set the PIN"))
    }

    fn slot(&mut self, slot: Slot) -> Result<Option<SlotState>, TokenError> {
        let (session, _) = self.open()?;
        let found = keys::public(&session, slot)?;
        Ok(found.map(|(key, is_generated)| SlotState {
            key,
            is_generated,
            is_guarded: false,
            pin: Asks::Once,
            touch: Asks::Never,
        }))
    }

    fn attest(&mut self, slot: Slot) -> Result<AttestationChain, TokenError> {
        Err(TokenError::NotAttested { slot })
    }

    /// Nobody is asked for a touch: the token waits for none.
    fn agree(
        &mut self,
        peer: &PublicKey,
        pin: &Pin<'_>,
        _touch: &mut dyn FnMut(Touch),
    ) -> Result<Secret<32>, TokenError> {
        self.unlocked(pin, |session| {
            agree(session, keys::private(session, Slot::KeyAgreement)?, peer)
        })
    }

    /// As [`Self::agree`].
    fn sign(
        &mut self,
        digest: &[u8; 32],
        pin: &Pin<'_>,
        _touch: &mut dyn FnMut(Touch),
    ) -> Result<[u8; 64], TokenError> {
        self.unlocked(pin, |session| {
            sign(session, keys::private(session, Slot::Signature)?, digest)
        })
    }

    fn enrol(
        &mut self,
        enrolment: &Enrolment<'_>,
        rng: &mut dyn CryptoRng,
    ) -> Result<Enrolled, TokenError> {
        self.enrol_with(enrolment, rng)
    }
}

/// The x coordinate of ECDH, as a session object that is read and destroyed.
pub(crate) fn agree(
    session: &Session,
    key: ObjectHandle,
    peer: &PublicKey,
) -> Result<Secret<32>, TokenError> {
    const DOING: &str = "agree on a key";
    let parameters = Ecdh1DeriveParams::new(EcKdf::null(), peer.as_bytes());
    let template = [
        Attribute::Class(ObjectClass::SECRET_KEY),
        Attribute::KeyType(KeyType::GENERIC_SECRET),
        Attribute::Token(false),
        Attribute::Sensitive(false),
        Attribute::Extractable(true),
        Attribute::ValueLen(32.into()),
    ];
    let derived = session.derive_key(&Mechanism::Ecdh1Derive(parameters), key, &template);
    let derived = derived.map_err(|error| failed(DOING, error))?;
    let read = session.get_attributes(derived, &[AttributeType::Value]);
    let destroyed = session.destroy_object(derived);
    let mut secret = None;
    for attribute in read.map_err(|error| failed(DOING, error))? {
        if let Attribute::Value(mut value) = attribute {
            secret = Secret::from_slice(&value);
            value.zeroize();
        }
    }
    destroyed.map_err(|error| failed(DOING, error))?;
    secret.ok_or_else(|| nonsense(DOING, "the result has not 32 bytes"))
}

/// An ECDSA signature over a digest.
pub(crate) fn sign(
    session: &Session,
    key: ObjectHandle,
    digest: &[u8; 32],
) -> Result<[u8; 64], TokenError> {
    let signature = session.sign(&Mechanism::Ecdsa, key, digest);
    let signature = signature.map_err(|error| failed("sign", error))?;
    signature.try_into().map_err(|_| nonsense("sign", "the signature has not 64 bytes"))
}

/// A PIN as the module takes it; this copy is wiped.
fn auth(text: &SecretText) -> AuthPin {
    AuthPin::new(text.expose().into())
}

fn is_wrong_pin(error: &Error) -> bool {
    use RvError::{PinIncorrect, PinInvalid, PinLenRange};
    matches!(error, Error::Pkcs11(PinIncorrect | PinInvalid | PinLenRange, _))
}

/// What it means that a new PIN was not taken.
fn unsuitable(error: Error, doing: &'static str) -> TokenError {
    let reason = match error {
        Error::Pkcs11(RvError::PinLenRange, _) => "it is too short or too long for this token",
        Error::Pkcs11(RvError::PinInvalid | RvError::PinTooWeak, _) => {
            "this token does not take it"
        }
        error => return failed(doing, error),
    };
    TokenError::PinUnsuitable { what: "PIN", reason }
}
