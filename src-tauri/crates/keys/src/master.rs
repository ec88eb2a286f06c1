//! The seed and the key pair derived from it.

use hpke::Kem as _;
use rand_core::CryptoRng;
use secret::Secret;

use crate::Recipient;
use crate::suite::Kem;

/// The 32 bytes a master key is derived from: what is split into shares, and nothing else is.
#[derive(Debug, PartialEq, Eq)]
pub struct Seed(Secret<32>);

impl Seed {
    /// Draws a seed.
    pub fn generate(rng: &mut dyn CryptoRng) -> Self {
        Self(Secret::from_fill(|bytes| rng.fill_bytes(bytes)))
    }

    /// Takes a seed that a quorum assembled or a ceremony mixed.
    pub fn from_secret(secret: Secret<32>) -> Self {
        Self(secret)
    }

    /// The bytes, for splitting and for deriving.
    pub fn expose(&self) -> &[u8; 32] {
        self.0.expose()
    }
}

/// A master key: the private half of the KEM, alive only inside a ceremony.
pub struct MasterKey {
    pub(crate) private: <Kem as hpke::Kem>::PrivateKey,
    recipient: Recipient,
}

impl MasterKey {
    /// Derives the key pair of suite 1: HPKE `DeriveKeyPair(ikm = seed)` (keys-1 K1).
    pub fn derive(seed: &Seed) -> Self {
        let (private, public) = Kem::derive_keypair(seed.expose());
        Self { private, recipient: Recipient::from_public(public) }
    }

    /// The public half.
    pub fn recipient(&self) -> &Recipient {
        &self.recipient
    }
}

impl std::fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "MasterKey({}, redacted)", self.recipient.fingerprint())
    }
}
