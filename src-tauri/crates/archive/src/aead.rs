//! AES-256-GCM (NIST SP 800-38D) twice: one for bulk, one as its reference.

#[cfg(test)]
use aes_gcm::aead::inout::InOutBuf;
#[cfg(test)]
use aes_gcm::aead::{AeadInOut, KeyInit};
use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};

/// Bytes of an authentication tag.
pub(crate) const TAG_BYTES: usize = 16;
/// Bytes of a nonce.
pub(crate) const NONCE_BYTES: usize = 12;

/// AES-256-GCM under one key, without associated data.
pub(crate) trait Aes256Gcm: Sized {
    /// Expands `key`.
    fn new(key: &[u8; 32]) -> Self;

    /// Encrypts `text` where it lies and returns its tag.
    fn seal(&self, nonce: [u8; NONCE_BYTES], text: &mut [u8]) -> [u8; TAG_BYTES];

    /// Decrypts `sealed` (ciphertext, then tag) into `out`, which has the ciphertext's length;
    /// returns whether it authenticates. If it does not, `out` holds no plaintext.
    fn open(&self, nonce: [u8; NONCE_BYTES], sealed: &[u8], out: &mut [u8]) -> bool;
}

/// The bulk backend: AWS-LC.
pub(crate) struct Bulk(LessSafeKey);

impl Aes256Gcm for Bulk {
    fn new(key: &[u8; 32]) -> Self {
        match UnboundKey::new(&AES_256_GCM, key) {
            Ok(key) => Self(LessSafeKey::new(key)),
            Err(_) => unreachable!("a key of 32 bytes fits AES-256"),
        }
    }

    fn seal(&self, nonce: [u8; NONCE_BYTES], text: &mut [u8]) -> [u8; TAG_BYTES] {
        let nonce = Nonce::assume_unique_for_key(nonce);
        let sealed = self.0.seal_in_place_separate_tag(nonce, Aad::empty(), text);
        match sealed.map(|tag| tag.as_ref().try_into()) {
            Ok(Ok(tag)) => tag,
            _ => unreachable!("a chunk is far below the limit of GCM"),
        }
    }

    fn open(&self, nonce: [u8; NONCE_BYTES], sealed: &[u8], out: &mut [u8]) -> bool {
        let Some((text, tag)) = sealed.split_last_chunk::<TAG_BYTES>() else { return false };
        let nonce = Nonce::assume_unique_for_key(nonce);
        let opened = self.0.open_separate_gather(nonce, Aad::empty(), text, tag, out).is_ok();
        if !opened {
            out.fill(0);
        }
        opened
    }
}

/// The reference backend, which tests compare the other with: RustCrypto.
#[cfg(test)]
pub(crate) struct Reference(aes_gcm::Aes256Gcm);

#[cfg(test)]
impl Aes256Gcm for Reference {
    fn new(key: &[u8; 32]) -> Self {
        Self(aes_gcm::Aes256Gcm::new(key.into()))
    }

    fn seal(&self, nonce: [u8; NONCE_BYTES], text: &mut [u8]) -> [u8; TAG_BYTES] {
        match self.0.encrypt_inout_detached(&nonce.into(), &[], InOutBuf::from(text)) {
            Ok(tag) => tag.into(),
            Err(_) => unreachable!("a chunk is far below the limit of GCM"),
        }
    }

    fn open(&self, nonce: [u8; NONCE_BYTES], sealed: &[u8], out: &mut [u8]) -> bool {
        let Some((text, tag)) = sealed.split_last_chunk::<TAG_BYTES>() else { return false };
        let Ok(buffer) = InOutBuf::new(text, out) else { return false };
        let opened = self.0.decrypt_inout_detached(&nonce.into(), &[], buffer, &(*tag).into());
        if opened.is_err() {
            out.fill(0);
        }
        opened.is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_backends_agree_on_every_length_around_a_block_and_a_chunk() {
        let key = [0x42; 32];
        let (bulk, reference) = (Bulk::new(&key), Reference::new(&key));
        for len in (0..70).chain([255, 256, 257, 4095, 4096, 16_383, 16_384]) {
            let plain: Vec<u8> = (0..len).map(|n: usize| n.to_le_bytes()[0]).collect();
            let nonce = [len.to_le_bytes()[0]; NONCE_BYTES];
            let (mut one, mut other) = (plain.clone(), plain.clone());
            let tags = (bulk.seal(nonce, &mut one), reference.seal(nonce, &mut other));
            assert_eq!(tags.0, tags.1, "tags of {len} bytes");
            assert_eq!(one, other, "ciphertexts of {len} bytes");
            one.extend(tags.0);
            let mut out = vec![0; len];
            assert!(bulk.open(nonce, &one, &mut out));
            assert_eq!(out, plain);
            assert!(reference.open(nonce, &one, &mut out));
            assert_eq!(out, plain);
            let last = one.len() - 1;
            one[last] ^= 1;
            let mut out = vec![9; len];
            assert!(!bulk.open(nonce, &one, &mut out) && out.iter().all(|byte| *byte == 0));
            out.fill(9);
            assert!(!reference.open(nonce, &one, &mut out) && out.iter().all(|byte| *byte == 0));
        }
    }
}
