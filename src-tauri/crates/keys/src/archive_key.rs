//! The key of one archive, and the keys derived from it.

use hkdf::Hkdf;
use rand_core::CryptoRng;
use secret::Secret;
use sha2::Sha256;
use terms::ArchiveId;

/// Bytes of an archive key's commitment.
pub const COMMITMENT_BYTES: usize = 32;

/// The key of one archive: 32 random bytes that exist only in capsules and while one is open.
#[derive(Debug, PartialEq, Eq)]
pub struct ArchiveKey(Secret<32>);

impl ArchiveKey {
    /// Draws the key of a new archive.
    pub fn generate(rng: &mut dyn CryptoRng) -> Self {
        Self(Secret::from_fill(|bytes| rng.fill_bytes(bytes)))
    }

    /// Takes a key that was opened elsewhere.
    pub fn from_secret(secret: Secret<32>) -> Self {
        Self(secret)
    }

    /// A key for one purpose: HKDF-SHA256(salt = archive id, ikm = archive key,
    /// info = `strongroom/archive-key/1` ‖ 0 ‖ label ‖ 0 ‖ context) (keys-1 K12).
    pub fn derive(&self, archive: ArchiveId, label: &str, context: &[u8]) -> Secret<32> {
        let extracted = Hkdf::<Sha256>::new(Some(archive.as_bytes()), self.0.expose());
        Secret::from_fill(|key| {
            let info = [b"strongroom/archive-key/1\0", label.as_bytes(), b"\0", context];
            match extracted.expand_multi_info(&info, key) {
                Ok(()) => (),
                Err(_) => unreachable!("32 bytes are within HKDF's limit"),
            }
        })
    }

    /// What a capsule states about its key, to be compared before the key is used (keys-1 K11).
    pub fn commitment(&self, archive: ArchiveId) -> [u8; COMMITMENT_BYTES] {
        *self.derive(archive, "commitment", &[]).expose()
    }

    pub(crate) fn expose(&self) -> &[u8; 32] {
        self.0.expose()
    }
}
