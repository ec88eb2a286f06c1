//! Enrolment in steps that can be repeated: whatever step is interrupted, the next attempt finds
//! out how far the token is and goes on.
//!
//! The management key is random and stays on the token, in the object that only the PIN opens
//! (5FC109, as `ykman` keeps it): it is written there before it is set, so that an interruption
//! between the two leaves the factory's key in force and one after them finds the new key.

use rand_core::CryptoRng;
use secret::{Secret, SecretText};
use yubikit::piv::{
    DEFAULT_MANAGEMENT_KEY, KeyType, ManagementKey, ManagementKeyType, ObjectId, PinPolicy,
    TouchPolicy,
};
use yubikit::smartcard::SmartCardConnection;
use zeroize::{Zeroize, Zeroizing};

use super::session::{PUK, failed, pin_text, refused_with, slot_of};
use super::{PivToken, admit_puk, wrong_pin, wrong_puk};
use crate::pin::{DEFAULT_PIN, DEFAULT_PUK, check_new};
use crate::token::{AttestationChain, Enrolled, Enrolment, Identity, Slot, Start};
use crate::{Pin, PublicKey, Token, TokenError, tlv};

/// Where `ykman` notes that the management key lies behind the PIN.
const YKMAN_NOTE: u32 = 0x5f_ff00;
const SETTING: &str = "set the management key";

impl<C: SmartCardConnection> PivToken<C> {
    pub(super) fn enrol_from(
        &mut self,
        enrolment: &Enrolment<'_>,
        rng: &mut dyn CryptoRng,
    ) -> Result<Enrolled, TokenError> {
        let (pin, puk) = (enrolment.pin, enrolment.puk);
        check_new("PIN", pin)?;
        check_new("PUK", puk)?;
        if pin == puk {
            return Err(TokenError::PinUnsuitable { what: "PUK", reason: "it is the PIN" });
        }
        let identity = self.identity()?;
        if identity.firmware < enrolment.minimum {
            let (found, minimum) = (identity.firmware, enrolment.minimum);
            return Err(TokenError::FirmwareTooOld { found, minimum });
        }
        // Setting the PIN is the first change: while it is the factory's, nothing was begun here.
        if enrolment.start == Start::Fresh || self.pin_state()?.is_default {
            self.demand_factory_new()?;
        }
        let is_management_default = self.is_management_default()?;
        self.authenticate(pin, is_management_default)?;
        self.settle_pin(pin)?;
        self.settle_puk(puk)?;
        for slot in Slot::ALL {
            self.generate(slot)?;
        }
        if is_management_default {
            self.settle_management_key(rng)?;
        }
        self.read_back(identity)
    }

    fn demand_factory_new(&mut self) -> Result<(), TokenError> {
        let not_new = |what| Err(TokenError::NotFactoryNew { what });
        if !self.pin_state()?.is_default {
            return not_new("its PIN was set");
        }
        if !self.reference_state(PUK)?.is_default {
            return not_new("its PUK was set");
        }
        if !self.is_management_default()? {
            return not_new("its management key was set");
        }
        for slot in Slot::ALL {
            if self.slot(slot)?.is_some() {
                return not_new("it holds a key");
            }
        }
        Ok(())
    }

    /// Authenticates with the factory's management key or with the one behind the PIN.
    pub(super) fn authenticate(
        &mut self,
        pin: &SecretText,
        is_default: bool,
    ) -> Result<(), TokenError> {
        let kind = self.session.management_key_type();
        let key = if is_default {
            ManagementKey::new(kind, DEFAULT_MANAGEMENT_KEY)
        } else {
            self.verify_pin(&Pin::new(pin))?;
            ManagementKey::new(kind, self.stored_management_key()?.expose())
        };
        let key = key.map_err(|_| TokenError::ManagementKeyUnknown)?;
        self.session.authenticate(&key).map_err(|error| match error {
            error if refused_with(&error, 0x6982) => TokenError::ManagementKeyUnknown,
            error => failed("authenticate for management", error),
        })
    }

    fn stored_management_key(&mut self) -> Result<Secret<32>, TokenError> {
        let mut object = self.session.get_object(ObjectId::Printed).map_err(|error| {
            if refused_with(&error, 0x6a82) {
                TokenError::ManagementKeyUnknown
            } else {
                failed("read its management key", error)
            }
        })?;
        let key = tlv::only(&object, 0x88).and_then(|note| tlv::only(note, 0x89));
        let key = key.and_then(Secret::from_slice).ok_or(TokenError::ManagementKeyUnknown);
        object.zeroize();
        key
    }

    /// Sets the PIN, or checks it if an earlier attempt has set it.
    fn settle_pin(&mut self, pin: &SecretText) -> Result<(), TokenError> {
        if !self.pin_state()?.is_default {
            return self.verify_pin(&Pin::new(pin)).map(drop);
        }
        let factory = pin_text(&SecretText::from_exposed(DEFAULT_PIN))?;
        self.session.change_pin(&factory, &pin_text(pin)?).map_err(wrong_pin)
    }

    /// Sets the PUK, or checks it if an earlier attempt has set it.
    fn settle_puk(&mut self, puk: &SecretText) -> Result<(), TokenError> {
        let state = self.reference_state(PUK)?;
        let new = pin_text(puk)?;
        let old = if state.is_default {
            pin_text(&SecretText::from_exposed(DEFAULT_PUK))?
        } else {
            admit_puk(&Pin::new(puk), state)?;
            pin_text(puk)?
        };
        self.session.change_puk(&old, &new).map_err(wrong_puk)
    }

    fn generate(&mut self, slot: Slot) -> Result<(), TokenError> {
        let (pin, touch) = (PinPolicy::Always, TouchPolicy::Always);
        let made = self.session.generate_key(slot_of(slot), KeyType::EccP256, pin, touch);
        made.map(drop).map_err(|error| failed("make a key", error))
    }

    /// Stores a random management key behind the PIN, then sets it.
    fn settle_management_key(&mut self, rng: &mut dyn CryptoRng) -> Result<(), TokenError> {
        let key = Secret::<32>::from_fill(|bytes| rng.fill_bytes(bytes));
        let stored = Zeroizing::new(tlv::object(0x88, &tlv::object(0x89, key.expose())));
        let note = tlv::object(0x80, &tlv::object(0x81, &[0x02]));
        let error = |error| failed(SETTING, error);
        self.session.put_object(ObjectId::Printed, Some(&stored)).map_err(error)?;
        self.session.put_object_raw(YKMAN_NOTE, Some(&note)).map_err(error)?;
        let key = ManagementKey::new(ManagementKeyType::Aes256, key.expose()).map_err(error)?;
        self.session.set_management_key(&key, false).map_err(error)
    }

    /// Reads everything back from the token: only this makes an enrolment.
    fn read_back(&mut self, identity: Identity) -> Result<Enrolled, TokenError> {
        if self.pin_state()?.is_default {
            return Err(TokenError::DefaultPin);
        }
        if self.reference_state(PUK)?.is_default || self.is_management_default()? {
            return Err(TokenError::Nonsense { doing: SETTING });
        }
        let (key_agreement, key_agreement_chain) = self.read_slot(Slot::KeyAgreement)?;
        let (signature, signature_chain) = self.read_slot(Slot::Signature)?;
        let (key_agreement_chain, signature_chain) =
            (Some(key_agreement_chain), Some(signature_chain));
        Ok(Enrolled { identity, key_agreement, signature, key_agreement_chain, signature_chain })
    }

    fn read_slot(&mut self, slot: Slot) -> Result<(PublicKey, AttestationChain), TokenError> {
        let state = self.slot(slot)?.ok_or(TokenError::SlotEmpty { slot })?;
        let wrong = |reason| TokenError::WrongSlot { slot, reason };
        let key = state.key.ok_or(wrong("it is not on P-256"))?;
        if !state.is_generated || !state.is_guarded {
            return Err(wrong("it is not the one that was asked for"));
        }
        Ok((key, self.attest(slot)?))
    }
}
