//! Key pages: the data keys of segments, wrapped with AES-256-KW (RFC 3394).

use aes_kw::{KeyInit, KwAes256};
use hmac::{Hmac, Mac};
use keys::ArchiveKey;
use minicbor::{Decode, Encode};
use secret::Secret;
use sha2::Sha256;
use terms::{ArchiveId, Canonical, Digest};

use crate::ArchiveError;
use crate::frame::FrameKind;
use crate::layout::KEYS_PER_PAGE;

/// Bytes of one wrapped data key.
pub(crate) const WRAPPED_BYTES: usize = 40;

/// Wrapped data keys of consecutive segments.
#[derive(Debug, Encode, Decode)]
pub(crate) struct KeyPage {
    /// The first segment whose key is here; a multiple of the number of keys in a page.
    #[n(0)]
    pub(crate) first_segment: u64,
    #[cbor(n(1), with = "minicbor::bytes")]
    pub(crate) wrapped: Vec<u8>,
}

impl Canonical for KeyPage {
    const NAME: &'static str = "a key page";
}

impl KeyPage {
    pub(crate) fn fault(&self, number: u64) -> Option<&'static str> {
        let place = self.first_segment == number.saturating_mul(KEYS_PER_PAGE);
        let count = (self.wrapped.len() / WRAPPED_BYTES) as u64;
        let whole = self.wrapped.len().is_multiple_of(WRAPPED_BYTES) && count <= KEYS_PER_PAGE;
        (!place || !whole).then_some("a key page holds other keys than its number says")
    }
}

/// The keys that an archive's own key unlocks: one wraps data keys, one seals pages, one vouches
/// for the root (archive-1 A19).
pub(crate) struct Unlocked {
    wrapping: Secret<32>,
    pub(crate) pages: Secret<32>,
    root: Secret<32>,
}

impl Unlocked {
    pub(crate) fn new(key: &ArchiveKey, archive: ArchiveId) -> Self {
        Self {
            wrapping: key.derive(archive, "data keys", &[]),
            pages: key.derive(archive, "pages", &[]),
            root: key.derive(archive, "root", &[]),
        }
    }

    /// HMAC-SHA256 (FIPS 198) over the statement of a root.
    pub(crate) fn mac(&self, statement: &[u8]) -> Digest {
        let Ok(mac) = Hmac::<Sha256>::new_from_slice(self.root.expose()) else {
            unreachable!("HMAC takes a key of any length")
        };
        Digest::from_bytes(mac.chain_update(statement).finalize().into_bytes().into())
    }

    pub(crate) fn wrap(&self, data_key: &Secret<32>) -> [u8; WRAPPED_BYTES] {
        let mut wrapped = [0; WRAPPED_BYTES];
        let kw = KwAes256::new(self.wrapping.expose().into());
        if kw.wrap_key(data_key.expose(), &mut wrapped).is_err() {
            unreachable!("32 bytes wrap to 40");
        }
        wrapped
    }

    pub(crate) fn unwrap(&self, wrapped: &[u8], segment: u64) -> Result<Secret<32>, ArchiveError> {
        let kw = KwAes256::new(self.wrapping.expose().into());
        Secret::try_from_fill(|key| {
            kw.unwrap_key(wrapped, key).map(|_| ()).map_err(|_| ArchiveError::Authentication {
                kind: FrameKind::Keys,
                number: segment / KEYS_PER_PAGE,
            })
        })
    }
}
