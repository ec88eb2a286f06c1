//! The half of a hybrid key that a token cannot compute, kept on it behind the PIN.

use rand_core::CryptoRng;
use yubikit::piv::ObjectId;
use yubikit::smartcard::SmartCardConnection;
use zeroize::Zeroize;

use super::PivToken;
use super::session::{failed, refused_with};
use crate::hybrid::QuantumSeed;
use crate::{Pin, Token as _, TokenError, tlv};

/// What stands before the seed in its object (envelope-1 E21).
const TAG: u32 = 0x80;

impl<C: SmartCardConnection> PivToken<C> {
    /// Reads the seed after the PIN; none if there is none.
    pub(super) fn stored_quantum_seed(
        &mut self,
        pin: &Pin<'_>,
    ) -> Result<Option<QuantumSeed>, TokenError> {
        const DOING: &str = "read what it keeps behind the PIN";
        self.verify_pin(pin)?;
        // A place for a picture of the holder's face, which only the PIN opens (SP 800-73-5).
        let mut object = match self.session.get_object(ObjectId::Facial) {
            Err(error) if refused_with(&error, 0x6a82) => return Ok(None),
            object => object.map_err(|error| failed(DOING, error))?,
        };
        let seed = tlv::only(&object, TAG).and_then(QuantumSeed::from_slice);
        object.zeroize();
        seed.map(Some).ok_or(TokenError::Nonsense { doing: DOING })
    }

    /// Draws a seed and keeps it; one that is there already stays (envelope-1 E21).
    pub(super) fn settle_quantum_seed(
        &mut self,
        pin: &Pin<'_>,
        rng: &mut dyn CryptoRng,
    ) -> Result<QuantumSeed, TokenError> {
        const DOING: &str = "keep something behind the PIN";
        if let Some(seed) = self.stored_quantum_seed(pin)? {
            return Ok(seed);
        }
        let is_default = self.is_management_default()?;
        self.authenticate(pin.text(), is_default)?;
        let mut object = tlv::object(TAG, QuantumSeed::draw(rng).expose());
        let kept = self.session.put_object(ObjectId::Facial, Some(&object));
        object.zeroize();
        kept.map_err(|error| failed(DOING, error))?;
        // Only what was read back counts.
        self.stored_quantum_seed(pin)?.ok_or(TokenError::Nonsense { doing: DOING })
    }
}
