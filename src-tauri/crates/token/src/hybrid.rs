//! MLKEM768-P256, half of it in a token (draft-ietf-hpke-pq, KEM 0x0050).
//!
//! The token computes ECDH with the key in slot 9d. The other half, ML-KEM-768 (FIPS 203), is
//! computed here: tokens of today cannot. Its seed lies on the token behind the PIN. Both halves
//! together open; whoever breaks one of them, or has one of them, opens nothing.

use std::fmt;

use minicbor::{Decode, Encode};
use ml_kem::kem::{Decapsulate, Encapsulate, FromSeed, KeyExport};
use ml_kem::{Ciphertext, EncapsulationKey, MlKem768};
use p256::SecretKey;
use rand_core::CryptoRng;
use secret::Secret;
use sha3::{Digest as _, Sha3_256};
use zeroize::Zeroize;

use crate::PublicKey;
use crate::hpke::diffie_hellman;

/// Bytes of an encapsulation key of ML-KEM-768.
const KEY_LEN: usize = 1184;
/// Bytes of a ciphertext of ML-KEM-768.
const CIPHERTEXT_LEN: usize = 1088;
/// What the combiner ends with (draft-irtf-cfrg-concrete-hybrid-kems section 4.1).
const LABEL: &[u8] = b"MLKEM768-P256";

/// The seed of the half that a token cannot compute: `d ‖ z` of FIPS 203.
#[derive(Debug)]
pub struct QuantumSeed(Secret<64>);

impl QuantumSeed {
    /// Bytes of a seed.
    pub const LEN: usize = 64;

    /// Draws one.
    pub fn draw(rng: &mut dyn CryptoRng) -> Self {
        Self(Secret::from_fill(|bytes| rng.fill_bytes(bytes)))
    }

    /// Takes one as it was kept; none unless it has 64 bytes.
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        Secret::from_slice(bytes).map(Self)
    }

    pub(crate) fn expose(&self) -> &[u8; Self::LEN] {
        self.0.expose()
    }

    /// The public half beside the key of a token's slot 9d.
    pub fn hybrid_key(&self, agreement: PublicKey) -> HybridKey {
        let (_, key) = self.expanded();
        let mut quantum = Box::new([0; KEY_LEN]);
        quantum.copy_from_slice(&key.to_bytes());
        HybridKey { quantum, agreement }
    }

    fn expanded(&self) -> (ml_kem::DecapsulationKey<MlKem768>, EncapsulationKey<MlKem768>) {
        let mut seed = (*self.expose()).into();
        let expanded = MlKem768::from_seed(&seed);
        seed.zeroize();
        expanded
    }
}

/// What an envelope of suite 2 is sealed to: an ML-KEM-768 key and a token's key in slot 9d
/// (envelope-1 E20).
#[derive(Clone, PartialEq, Eq)]
pub struct HybridKey {
    quantum: Box<[u8; KEY_LEN]>,
    agreement: PublicKey,
}

impl HybridKey {
    /// Bytes of one: the encapsulation key, then the uncompressed point.
    pub const LEN: usize = KEY_LEN + PublicKey::LEN;

    /// Parses both halves; none unless each is one.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (quantum, agreement) = bytes.split_at_checked(KEY_LEN)?;
        let quantum = Box::new(<[u8; KEY_LEN]>::try_from(quantum).ok()?);
        encapsulation_key(&quantum)?;
        Some(Self { quantum, agreement: PublicKey::from_bytes(agreement)? })
    }

    /// Both halves.
    pub fn to_bytes(&self) -> Vec<u8> {
        [&self.quantum[..], &self.agreement.as_bytes()[..]].concat()
    }

    /// The key in the token's slot 9d.
    pub fn agreement(&self) -> &PublicKey {
        &self.agreement
    }
}

impl fmt::Debug for HybridKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HybridKey({})", self.agreement.fingerprint())
    }
}

/// An encapsulated key: the ML-KEM ciphertext, then the ephemeral point (envelope-1 E20).
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Encapsulated {
    quantum: Box<[u8; CIPHERTEXT_LEN]>,
    ephemeral: PublicKey,
}

impl Encapsulated {
    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (quantum, ephemeral) = bytes.split_at_checked(CIPHERTEXT_LEN)?;
        let quantum = Box::new(<[u8; CIPHERTEXT_LEN]>::try_from(quantum).ok()?);
        Some(Self { quantum, ephemeral: PublicKey::from_bytes(ephemeral)? })
    }

    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        [&self.quantum[..], &self.ephemeral.as_bytes()[..]].concat()
    }

    /// The point that the token agrees with.
    pub(crate) fn ephemeral(&self) -> &PublicKey {
        &self.ephemeral
    }
}

impl fmt::Debug for Encapsulated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Encapsulated({})", self.ephemeral.fingerprint())
    }
}

/// `Encaps`: a shared secret and what its recipient needs for it.
///
/// None only if the ML-KEM key does not parse, which was looked at when the value was made.
pub(crate) fn encapsulate(
    recipient: &HybridKey,
    ephemeral: &SecretKey,
    rng: &mut dyn CryptoRng,
) -> Option<(Encapsulated, Secret<32>)> {
    let key = encapsulation_key(&recipient.quantum)?;
    let (ciphertext, mut shared) = key.encapsulate_with_rng(rng);
    let mut quantum = Box::new([0; CIPHERTEXT_LEN]);
    quantum.copy_from_slice(&ciphertext);
    let enc = Encapsulated { quantum, ephemeral: PublicKey::of(ephemeral) };
    let dh = diffie_hellman(ephemeral, &recipient.agreement)?;
    let secret = combine(&shared, &dh, &enc.ephemeral, &recipient.agreement);
    shared.zeroize();
    Some((enc, secret))
}

/// `Decaps` with the token's half given: the x coordinate of ECDH with the ephemeral point.
pub(crate) fn decapsulate(
    seed: &QuantumSeed,
    dh: &Secret<32>,
    enc: &Encapsulated,
    agreement: &PublicKey,
) -> Secret<32> {
    let (key, _) = seed.expanded();
    let mut shared = key.decapsulate(&Ciphertext::<MlKem768>::from(*enc.quantum));
    let secret = combine(&shared, dh, &enc.ephemeral, agreement);
    shared.zeroize();
    secret
}

/// `SHA3-256(ss_PQ ‖ ss_T ‖ ct_T ‖ ek_T ‖ label)` (draft-irtf-cfrg-hybrid-kems section 5.1.3).
fn combine(
    quantum: &[u8],
    dh: &Secret<32>,
    ephemeral: &PublicKey,
    agreement: &PublicKey,
) -> Secret<32> {
    let mut digest = Sha3_256::new()
        .chain_update(quantum)
        .chain_update(dh.expose())
        .chain_update(ephemeral.as_bytes())
        .chain_update(agreement.as_bytes())
        .chain_update(LABEL)
        .finalize();
    let mut bytes = [0; 32];
    bytes.copy_from_slice(&digest);
    digest.zeroize();
    Secret::take(&mut bytes)
}

/// The ML-KEM key in `bytes`; none if it is not reduced (FIPS 203 section 7.2).
fn encapsulation_key(bytes: &[u8; KEY_LEN]) -> Option<EncapsulationKey<MlKem768>> {
    EncapsulationKey::<MlKem768>::new(&(*bytes).into()).ok()
}

/// Both values are byte strings in records.
macro_rules! as_bytes {
    ($type:ty, $problem:literal) => {
        impl<C> Encode<C> for $type {
            fn encode<W: minicbor::encode::Write>(
                &self,
                e: &mut minicbor::Encoder<W>,
                _: &mut C,
            ) -> Result<(), minicbor::encode::Error<W::Error>> {
                e.bytes(&self.to_bytes())?.ok()
            }
        }

        impl<'b, C> Decode<'b, C> for $type {
            fn decode(
                d: &mut minicbor::Decoder<'b>,
                _: &mut C,
            ) -> Result<Self, minicbor::decode::Error> {
                Self::from_bytes(d.bytes()?)
                    .ok_or_else(|| minicbor::decode::Error::message($problem))
            }
        }
    };
}

as_bytes!(HybridKey, "not a key of MLKEM768-P256");
as_bytes!(Encapsulated, "not an encapsulated key of MLKEM768-P256");

#[cfg(test)]
mod tests;
