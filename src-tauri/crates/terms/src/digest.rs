//! Digests and fingerprints: public values that people and machines compare.

use crate::hex::hex_bytes;
use crate::words;

hex_bytes! {
    /// A 32-byte digest (SHA-256 or BLAKE3; the place that holds it says which).
    Digest, 32, "64 hexadecimal digits"
}
hex_bytes! {
    /// Names a public key: the first 20 bytes of SHA-256 over suite and key.
    Fingerprint, 20, "40 hexadecimal digits"
}

impl Digest {
    /// The first eight bytes as words, for reading aloud and comparing on paper.
    pub fn to_words(&self) -> String {
        words::from_bytes(&self.0[..8])
    }
}

impl Fingerprint {
    /// The first eight bytes as words, for reading aloud and comparing on paper.
    pub fn to_words(&self) -> String {
        words::from_bytes(&self.0[..8])
    }
}
