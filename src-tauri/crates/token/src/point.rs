//! Public keys on P-256 (SP 800-186), checked to lie on the curve.

use std::fmt;

use sha2::{Digest as _, Sha256};
use terms::Fingerprint;

/// A P-256 public key: a point on the curve, not the neutral one.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PublicKey([u8; 65]);

impl PublicKey {
    /// Bytes of one key: `04 ‖ x ‖ y` (SEC 1 section 2.3.3, uncompressed).
    pub const LEN: usize = 65;

    /// Parses an uncompressed point; none unless it lies on the curve (RFC 9180 section 7.1.4,
    /// envelope-1 E2).
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let bytes: [u8; Self::LEN] = bytes.try_into().ok().filter(|b: &[u8; 65]| b[0] == 4)?;
        p256::PublicKey::from_sec1_bytes(&bytes).ok().map(|_| Self(bytes))
    }

    /// The uncompressed point.
    pub const fn as_bytes(&self) -> &[u8; Self::LEN] {
        &self.0
    }

    /// Names the key: the first 20 bytes of SHA-256 over `p256` and the point.
    pub fn fingerprint(&self) -> Fingerprint {
        let digest = Sha256::new().chain_update(b"p256").chain_update(self.0).finalize();
        let mut bytes = [0; 20];
        bytes.copy_from_slice(&digest[..20]);
        Fingerprint::from_bytes(bytes)
    }

    pub(crate) fn of(secret: &p256::SecretKey) -> Self {
        let mut bytes = [0; Self::LEN];
        bytes.copy_from_slice(p256::Sec1Point::from(secret.public_key()).as_bytes());
        Self(bytes)
    }

    /// The key for computing; the bytes were checked when the value was made.
    pub(crate) fn to_key(self) -> Option<p256::PublicKey> {
        p256::PublicKey::from_sec1_bytes(&self.0).ok()
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({})", self.fingerprint())
    }
}

impl<C> minicbor::Encode<C> for PublicKey {
    fn encode<W: minicbor::encode::Write>(
        &self,
        e: &mut minicbor::Encoder<W>,
        _: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        e.bytes(&self.0)?.ok()
    }
}

impl<'b, C> minicbor::Decode<'b, C> for PublicKey {
    fn decode(d: &mut minicbor::Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
        Self::from_bytes(d.bytes()?)
            .ok_or_else(|| minicbor::decode::Error::message("not a point on P-256"))
    }
}
