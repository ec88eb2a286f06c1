//! Suite 1: the one set of algorithms of this version.

use hpke::aead::AesGcm256;
use hpke::kdf::HkdfSha256;
use hpke::kem::XWing;

/// KEM MLKEM768-X25519, 0x647a.
pub(crate) type Kem = XWing;
/// KDF HKDF-SHA256, 0x0001.
pub(crate) type Kdf = HkdfSha256;
/// AEAD AES-256-GCM, 0x0002.
pub(crate) type Aead = AesGcm256;

/// The suite's numbers from the HPKE registries: KEM, KDF, AEAD.
pub(crate) const SUITE: [u16; 3] = [0x647a, 0x0001, 0x0002];

/// Bytes of an encapsulated key: ML-KEM-768 ciphertext and X25519 share.
pub(crate) const ENCAPSULATED_BYTES: usize = 1120;

/// The suite's numbers as six bytes, big-endian.
pub(crate) fn suite_bytes() -> [u8; 6] {
    let [kem, kdf, aead] = SUITE.map(u16::to_be_bytes);
    [kem[0], kem[1], kdf[0], kdf[1], aead[0], aead[1]]
}

/// Whether the X25519 part, which ends `key`, gives the all-zero secret with every private key
/// (RFC 7748 section 6.1, keys-1 K3).
///
/// The KEM combines such a zero without a word, so it is refused before the KEM sees it.
pub(crate) fn is_low_order(key: &[u8]) -> bool {
    // Clamped scalars are multiples of eight, so one of them finds every point of small order.
    let is_zero = |point: &[u8; 32]| x25519_dalek::x25519([1; 32], *point) == [0; 32];
    key.last_chunk::<32>().is_none_or(is_zero)
}
