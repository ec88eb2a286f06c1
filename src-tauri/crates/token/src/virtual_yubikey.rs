//! A YubiKey in this process, for tests and drills.
//!
//! It is a card: it takes and answers commands (APDUs) as a YubiKey 5.7 with its PIV application
//! does, and is driven through the same SDK and the same [`PivToken`] as hardware. Its keys lie in
//! ordinary memory and in [`VirtualYubiKey::to_bytes`] unencrypted, PIN included: **it protects
//! nothing**. Its serial number comes from a reserved range, and its attestation leads to a root
//! named `DRILL ONLY …` whose private key anyone can compute, so that no production ceremony takes
//! it for a token ([`crate::attestation`]).
//!
//! Left out, because nothing here needs it: RSA, P-384, Curve25519 and ML-KEM keys, 3DES management
//! keys, secure messaging, other applications than PIV and the one that tells what a token is.

mod apdu;
mod card;
mod certificate;
mod connection;
mod device;
mod fault;
mod key;
mod management;
mod object;
mod reference;
mod state;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rand_core::CryptoRng;
use terms::{CanonError, Problem};

use crate::{Firmware, PivToken, Serial, Slot, TokenError};
use card::Card;

pub use certificate::{DRILL_ROOT_NAME, drill_root};
pub use connection::VirtualConnection;
pub use fault::Faults;

/// The first serial number of the reserved range; Yubico's are far below.
const FIRST_SERIAL: u32 = 4_200_000_000;
/// How many serial numbers are reserved.
const SERIALS: u32 = 1_000_000;

/// The firmware that a virtual token reports unless told otherwise.
const FIRMWARE: Firmware = Firmware(5, 7, 4);

/// The serial number of the virtual token with this number; none from one million on.
pub const fn serial(number: u32) -> Option<Serial> {
    if number < SERIALS { Some(Serial(FIRST_SERIAL + number)) } else { None }
}

/// Whether a serial number is reserved for virtual tokens.
pub const fn is_reserved(serial: Serial) -> bool {
    serial.0 >= FIRST_SERIAL && serial.0 - FIRST_SERIAL < SERIALS
}

/// Why there is no such virtual token.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VirtualError {
    /// The serial number could be that of a real token.
    #[error("serial number {serial} is not reserved for virtual tokens")]
    SerialNotReserved {
        /// The number.
        serial: Serial,
    },
    /// The stored state is not one.
    #[error(transparent)]
    Malformed(#[from] CanonError),
}

impl Problem for VirtualError {
    fn code(&self) -> &'static str {
        match self {
            Self::SerialNotReserved { .. } => "SR-VIRTUAL-SERIAL",
            Self::Malformed(_) => "SR-VIRTUAL-MALFORMED",
        }
    }

    fn remedy(&self) -> String {
        match self {
            Self::SerialNotReserved { .. } => format!("Use {FIRST_SERIAL} or a number above it."),
            Self::Malformed(_) => "Make the drill vault anew.".into(),
        }
    }
}

/// What somebody is asked to touch the token for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TouchRequest {
    /// The token that waits.
    pub serial: Serial,
    /// The slot that is about to be used; none if it is another than the two in use.
    pub slot: Option<Slot>,
}

/// What the person in front of the token does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TouchAnswer {
    /// Touches it.
    Touched,
    /// Does not touch it until it gives up. The virtual token gives up at once.
    TimedOut,
}

/// The closure that answers for that person.
pub type TouchPolicy = Box<dyn FnMut(TouchRequest) -> TouchAnswer + Send>;

/// A virtual token; clones are the same token.
#[derive(Debug, Clone)]
pub struct VirtualYubiKey {
    card: Arc<Mutex<Card>>,
}

impl VirtualYubiKey {
    /// A token as it leaves the factory, inserted, and touched whenever it asks.
    ///
    /// # Errors
    ///
    /// [`VirtualError::SerialNotReserved`].
    pub fn new(serial: Serial, rng: &mut dyn CryptoRng) -> Result<Self, VirtualError> {
        Self::with_firmware(serial, FIRMWARE, rng)
    }

    /// As [`Self::new`], reporting another firmware.
    ///
    /// # Errors
    ///
    /// [`VirtualError::SerialNotReserved`].
    pub fn with_firmware(
        serial: Serial,
        firmware: Firmware,
        rng: &mut dyn CryptoRng,
    ) -> Result<Self, VirtualError> {
        if !is_reserved(serial) {
            return Err(VirtualError::SerialNotReserved { serial });
        }
        Ok(Self::of(Card::new(serial, firmware, rng)))
    }

    /// The serial number.
    pub fn serial(&self) -> Serial {
        self.lock().serial
    }

    /// Inserts the token, as if it had been pulled out before, and selects its PIV application.
    ///
    /// # Errors
    ///
    /// What a fault on command causes.
    pub fn connect(&self) -> Result<PivToken<VirtualConnection>, TokenError> {
        PivToken::open(self.insert())
    }

    /// Inserts the token; connections made before are dead.
    pub fn insert(&self) -> VirtualConnection {
        let insertion = self.lock().insert();
        VirtualConnection::new(Arc::clone(&self.card), insertion)
    }

    /// Pulls the token out.
    pub fn remove(&self) {
        self.lock().remove();
    }

    /// Lets `answer` decide about every touch from now on.
    pub fn on_touch(&self, answer: impl FnMut(TouchRequest) -> TouchAnswer + Send + 'static) {
        self.lock().touch = Box::new(answer);
    }

    /// Arms faults; commands are counted from 1 from now on, earlier faults are forgotten.
    pub fn inject(&self, faults: Faults) {
        self.lock().arm(faults);
    }

    /// Commands since the last [`Self::inject`], or since the token was made.
    pub fn commands(&self) -> u32 {
        self.lock().commands
    }

    /// Uses up all tries of the PIN.
    pub fn block_pin(&self) {
        self.lock().pin.block();
    }

    /// The token's whole state, keys and PIN in plain, for a drill vault.
    ///
    /// What only power keeps (a verified PIN, armed faults, the touch policy) is not in it.
    pub fn to_bytes(&self) -> Vec<u8> {
        state::to_bytes(&self.lock())
    }

    /// A token with a state that [`Self::to_bytes`] gave; inserted, touched whenever it asks.
    ///
    /// # Errors
    ///
    /// [`VirtualError::Malformed`], [`VirtualError::SerialNotReserved`].
    pub fn from_bytes(bytes: &[u8], rng: &mut dyn CryptoRng) -> Result<Self, VirtualError> {
        state::from_bytes(bytes, rng).map(Self::of)
    }

    fn of(card: Card) -> Self {
        Self { card: Arc::new(Mutex::new(card)) }
    }

    fn lock(&self) -> MutexGuard<'_, Card> {
        self.card.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests;
