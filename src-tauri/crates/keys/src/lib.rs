//! Master keys and what is derived from them.
//!
//! A master key is a 32-byte [`Seed`], which a quorum assembles for the length of a ceremony. Its
//! public half is a [`Recipient`]: an ordinary age recipient for the hybrid post-quantum KEM
//! MLKEM768-X25519, so that whoever can run `age` can already write files that a quorum opens. An
//! archive's own key travels in a [`Capsule`], sealed to a recipient with HPKE (RFC 9180). The
//! formats are `docs/spec/keys-1.md`.

pub mod age_file;
mod archive_key;
mod bech;
mod capsule;
mod error;
mod master;
mod recipient;
mod state;
mod suite;

pub use archive_key::{ArchiveKey, COMMITMENT_BYTES};
pub use capsule::{CAPSULE_MAX_BYTES, Capsule, CapsuleFacts};
pub use error::KeysError;
pub use master::{MasterKey, Seed};
pub use recipient::{PUBLIC_BYTES, Recipient};
pub use state::{KeyState, Transition};

#[cfg(test)]
mod vectors;
