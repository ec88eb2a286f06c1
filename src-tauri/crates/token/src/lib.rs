//! Hardware tokens: what one can do, what is sealed to one, and how one proves what it is.
//!
//! [`Token`] is the one interface. [`PivToken`] implements it over Yubico's SDK and any connection
//! to a card. [`virtual_yubikey`] is such a connection: a card in this process, for tests and
//! drills. Real readers come through a crate of their own that only brings another connection.
//!
//! An [`Envelope`] is a share sealed to a token (`docs/spec/envelope-1.md`); the token does the
//! key agreement after PIN and touch. [`approval`] lets a person agree to a statement with it.
//! [`attestation`] proves that a key was made inside a token of a maker we trust, or, in a drill,
//! inside a virtual one; neither passes for the other.
//!
//! The SDK writes raw commands, PINs among them, to the log target `traffic::` at trace level. No
//! program of ours enables that target (decision 0400).

pub mod advisory;
pub mod approval;
mod assurance;
pub mod attestation;
mod envelope;
mod error;
mod hpke;
mod hybrid;
mod hybrid_envelope;
mod pin;
mod piv;
mod point;
mod self_test;
mod tlv;
mod token;
mod trace;
pub mod virtual_yubikey;

pub use approval::{ApprovalSignature, sign_approval, verify_approval};
pub use assurance::{Assurance, remark_on, remarked};
pub use envelope::{Binding, Envelope, MAX_SEALED_BYTES};
pub use error::{EnvelopeError, TokenError};
pub use hybrid::{HybridKey, QuantumSeed};
pub use hybrid_envelope::HybridEnvelope;
pub use pin::{Counting, LastTry, Pin, PinState};
pub use piv::{Loss, PivToken};
pub use point::PublicKey;
pub use self_test::self_test;
pub use token::{
    Asks, AttestationChain, Enrolled, Enrolment, Firmware, Identity, Serial, Slot, SlotState,
    Start, Token, Touch,
};
pub use trace::{Trace, named};
