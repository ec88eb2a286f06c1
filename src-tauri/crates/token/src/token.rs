//! What a token can do.

use std::fmt;

use rand_core::CryptoRng;
use secret::{Secret, SecretText};

use crate::{HybridKey, Pin, PinState, PublicKey, QuantumSeed, TokenError, Trace};

/// A hardware token with two P-256 keys: one for key agreement, one for signatures.
///
/// Every use of a key takes the PIN, and a touch where [`Serial::assurance`] is
/// [`Attested`](crate::Assurance::Attested). Methods talk to the token and block until it has
/// answered; while it waits for a touch, `touch` was called with [`Touch::Needed`].
pub trait Token {
    /// What the token says it is. Only [`crate::attestation`] proves it.
    ///
    /// # Errors
    ///
    /// The token is gone or answers nonsense.
    fn identity(&mut self) -> Result<Identity, TokenError>;

    /// The state of the PIN, to be shown before it is asked for.
    ///
    /// # Errors
    ///
    /// The token is gone or answers nonsense.
    fn pin_state(&mut self) -> Result<PinState, TokenError>;

    /// Checks the PIN and returns the state afterwards.
    ///
    /// # Errors
    ///
    /// [`TokenError::WrongPin`] with the tries left, [`TokenError::PinBlocked`],
    /// [`TokenError::LastTry`] without having tried.
    fn verify_pin(&mut self, pin: &Pin<'_>) -> Result<PinState, TokenError>;

    /// Replaces the PIN.
    ///
    /// # Errors
    ///
    /// As [`Self::verify_pin`], and [`TokenError::PinUnsuitable`] without having tried.
    fn change_pin(&mut self, old: &Pin<'_>, new: &SecretText) -> Result<(), TokenError>;

    /// Sets a new PIN with the PUK, also when the PIN is blocked.
    ///
    /// # Errors
    ///
    /// [`TokenError::WrongPuk`], [`TokenError::PukBlocked`], [`TokenError::LastTry`],
    /// [`TokenError::PinUnsuitable`].
    fn unblock_pin(&mut self, puk: &Pin<'_>, new: &SecretText) -> Result<(), TokenError>;

    /// The key in a slot and how it may be used; none if the slot is empty.
    ///
    /// # Errors
    ///
    /// The token is gone or answers nonsense.
    fn slot(&mut self, slot: Slot) -> Result<Option<SlotState>, TokenError>;

    /// The token's certificate about the key in `slot`, and the certificate that signed it.
    ///
    /// # Errors
    ///
    /// [`TokenError::SlotEmpty`]; [`TokenError::NotAttested`] if the key was imported.
    fn attest(&mut self, slot: Slot) -> Result<AttestationChain, TokenError>;

    /// The x coordinate of ECDH with the key in slot 9d (SP 800-56A section 5.7.1.2).
    ///
    /// # Errors
    ///
    /// Those of [`Self::verify_pin`], [`TokenError::DefaultPin`], [`TokenError::SlotEmpty`],
    /// [`TokenError::WrongSlot`], [`TokenError::TouchTimeout`].
    fn agree(
        &mut self,
        peer: &PublicKey,
        pin: &Pin<'_>,
        touch: &mut dyn FnMut(Touch),
    ) -> Result<Secret<32>, TokenError>;

    /// An ECDSA signature (`r ‖ s`) over a SHA-256 digest with the key in slot 9c (FIPS 186-5).
    ///
    /// # Errors
    ///
    /// As [`Self::agree`].
    fn sign(
        &mut self,
        digest: &[u8; 32],
        pin: &Pin<'_>,
        touch: &mut dyn FnMut(Touch),
    ) -> Result<[u8; 64], TokenError>;

    /// The half of a hybrid key that the token cannot compute, which it keeps behind the PIN
    /// (envelope-1 E21).
    ///
    /// # Errors
    ///
    /// Those of [`Self::verify_pin`], [`TokenError::NoQuantumSeed`].
    fn quantum_seed(&mut self, _pin: &Pin<'_>) -> Result<QuantumSeed, TokenError> {
        Err(TokenError::NoQuantumSeed)
    }

    /// Has an enrolled token keep such a half; one that is there already stays. Returns what is
    /// sealed to afterwards.
    ///
    /// # Errors
    ///
    /// Those of [`Self::verify_pin`], [`TokenError::NoQuantumSeed`] if the token keeps none.
    fn keep_quantum_seed(
        &mut self,
        _pin: &Pin<'_>,
        _rng: &mut dyn CryptoRng,
    ) -> Result<HybridKey, TokenError> {
        Err(TokenError::NoQuantumSeed)
    }

    /// What shows that somebody used the token before; nothing on one from the factory. No PIN is
    /// asked for, so what only the PIN opens is not looked at.
    ///
    /// # Errors
    ///
    /// The token is gone or answers nonsense.
    fn traces(&mut self) -> Result<Vec<Trace>, TokenError> {
        let mut traces = Vec::new();
        if !self.pin_state()?.is_default {
            traces.push(Trace::Pin);
        }
        for slot in Slot::ALL {
            if self.slot(slot)?.is_some() {
                traces.push(Trace::Key(slot.number()));
            }
        }
        Ok(traces)
    }

    /// Makes the token what it was when it left the factory: its keys are gone for good. No PIN is
    /// needed; whoever holds a token can do this.
    ///
    /// # Errors
    ///
    /// [`TokenError::NoReset`] if this program cannot do so, and whatever interrupts it.
    fn reset(&mut self) -> Result<(), TokenError> {
        Err(TokenError::NoReset)
    }

    /// Prepares the token: new PIN and PUK, a random management key, and a key in both slots that
    /// is used only with PIN and touch each time.
    ///
    /// Nothing counts until this returns; then everything was read back from the token. After an
    /// error, repeat it with [`Start::Resume`].
    ///
    /// # Errors
    ///
    /// [`TokenError::NotFactoryNew`], [`TokenError::FirmwareTooOld`],
    /// [`TokenError::PinUnsuitable`], and whatever interrupts it.
    fn enrol(
        &mut self,
        enrolment: &Enrolment<'_>,
        rng: &mut dyn CryptoRng,
    ) -> Result<Enrolled, TokenError>;
}

/// What happens around a touch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Touch {
    /// The token with this serial number blinks and waits.
    Needed {
        /// The token that waits.
        serial: Serial,
    },
    /// It no longer waits, whatever the outcome.
    Over,
}

/// A token's serial number, as printed on it; for PKCS#11 tokens see [`Serial::of_pkcs11`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Serial(pub u32);

impl fmt::Display for Serial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// A firmware version, three numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Firmware(pub u8, pub u8, pub u8);

impl Firmware {
    /// The oldest firmware that is admitted: older ones leak ECDSA keys (EUCLEAK, YSA-2024-03).
    pub const MINIMUM: Self = Self(5, 7, 0);
}

impl fmt::Display for Firmware {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.0, self.1, self.2)
    }
}

/// What a token says it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Its serial number.
    pub serial: Serial,
    /// The maker's name for it, for people.
    pub model: String,
    /// Its firmware.
    pub firmware: Firmware,
    /// A card in this process, whose keys protect nothing. It says so itself; a liar is found out
    /// by attestation.
    pub is_virtual: bool,
}

/// One of the two slots in use (SP 800-73-5 part 1, table 6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Slot {
    /// 9c: signatures, for approvals.
    Signature,
    /// 9d: key agreement, for envelopes.
    KeyAgreement,
}

impl Slot {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Signature, Self::KeyAgreement];

    /// The number by which commands name it.
    pub const fn number(self) -> u8 {
        match self {
            Self::Signature => 0x9c,
            Self::KeyAgreement => 0x9d,
        }
    }
}

impl fmt::Display for Slot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:x}", self.number())
    }
}

/// The key in a slot as the token describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlotState {
    /// The public key; none if the key is not on P-256.
    pub key: Option<PublicKey>,
    /// It was made inside the token, so no copy exists.
    pub is_generated: bool,
    /// Every use takes the PIN and a touch.
    pub is_guarded: bool,
    /// When a use takes the PIN.
    pub pin: Asks,
    /// When a use takes a touch.
    pub touch: Asks,
}

/// When a token asks for the PIN or a touch before a key is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asks {
    /// Never.
    Never,
    /// Once for as long as the token has power.
    Once,
    /// At every use.
    Always,
    /// Not for some seconds after the last time.
    Cached,
    /// In a way that this program does not know.
    Unknown,
}

impl fmt::Display for Asks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Never => "never",
            Self::Once => "once",
            Self::Always => "always",
            Self::Cached => "cached",
            Self::Unknown => "unknown",
        })
    }
}

/// Certificates about a key, from the token's own statement upwards, each in DER.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttestationChain {
    /// About the key in the slot, signed by the token.
    pub leaf: Vec<u8>,
    /// About the token's attestation key (slot F9), signed by the maker.
    pub device: Vec<u8>,
    /// The maker's further certificates in order, the root last; the token does not carry them.
    pub issuers: Vec<Vec<u8>>,
}

impl AttestationChain {
    /// The same chain with the maker's certificates appended.
    pub fn with_issuers(mut self, issuers: Vec<Vec<u8>>) -> Self {
        self.issuers = issuers;
        self
    }
}

/// Whether an enrolment begins or goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// The token must be as it left the factory: a pre-provisioned one is refused.
    Fresh,
    /// An enrolment of this very token with this very PIN and PUK was interrupted; keys that it
    /// made are replaced.
    Resume,
}

/// What an enrolment sets.
#[derive(Debug, Clone, Copy)]
pub struct Enrolment<'a> {
    /// The PIN that the holder chose.
    pub pin: &'a SecretText,
    /// The PUK that unblocks the PIN.
    pub puk: &'a SecretText,
    /// Whether this is the first attempt.
    pub start: Start,
    /// The oldest firmware that is admitted; [`Firmware::MINIMUM`] unless policy says more.
    pub minimum: Firmware,
}

/// A token that is ready, as read back from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enrolled {
    /// What the token is.
    pub identity: Identity,
    /// The key in slot 9d, to which envelopes are sealed.
    pub key_agreement: PublicKey,
    /// The key in slot 9c, with which its holder approves.
    pub signature: PublicKey,
    /// The token's statement about the key in 9d; none from a token that makes none, which must be
    /// admitted by name (envelope-1 E17).
    pub key_agreement_chain: Option<AttestationChain>,
    /// The token's statement about the key in 9c; none as above.
    pub signature_chain: Option<AttestationChain>,
}
