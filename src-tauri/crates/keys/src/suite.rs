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

/// The suite's numbers as six bytes, big-endian.
pub(crate) fn suite_bytes() -> [u8; 6] {
    let [kem, kdf, aead] = SUITE.map(u16::to_be_bytes);
    [kem[0], kem[1], kdf[0], kdf[1], aead[0], aead[1]]
}
