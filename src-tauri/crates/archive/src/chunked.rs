//! C2SP chunked-encryption with SHA-512 and AES-256-GCM ("Cobblestone-256"), byte for byte.
//!
//! message = salt (24) ‖ commitment (32) ‖ chunks; every chunk holds 16 KiB of text and a tag of 16
//! bytes, and the last one is always shorter, which is how truncation shows (c2sp.org/chunked-
//! encryption@v1, archive-1 A15).

use hkdf::Hkdf;
use secret::Secret;
use sha2::Sha512;
use subtle::ConstantTimeEq;
use zeroize::Zeroize;

use crate::aead::{Aes256Gcm, NONCE_BYTES, TAG_BYTES};

/// Text bytes in every chunk but the last.
pub const CHUNK_BYTES: usize = 16 * 1024;
/// Bytes of the salt.
pub(crate) const SALT_BYTES: usize = 24;
const COMMITMENT_BYTES: usize = 32;
/// Bytes before the first chunk.
pub(crate) const HEADER_BYTES: usize = SALT_BYTES + COMMITMENT_BYTES;
const SEALED_CHUNK_BYTES: usize = CHUNK_BYTES + TAG_BYTES;
const LABEL: &[u8] = b"c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\0";

/// Bytes of a sealed message of `len` text bytes.
pub(crate) const fn sealed_len(len: usize) -> usize {
    HEADER_BYTES + len + (len / CHUNK_BYTES + 1) * TAG_BYTES
}

/// Bytes of text in a sealed message of `len` bytes, or none if no message has that length.
pub(crate) fn text_len(len: usize) -> Option<usize> {
    let chunks = len.checked_sub(HEADER_BYTES)?;
    let last = (chunks % SEALED_CHUNK_BYTES).checked_sub(TAG_BYTES)?;
    Some(chunks / SEALED_CHUNK_BYTES * CHUNK_BYTES + last)
}

/// Key, base nonce and commitment of one message.
struct Keys<A> {
    aead: A,
    base: [u8; NONCE_BYTES],
    commitment: [u8; COMMITMENT_BYTES],
}

impl<A: Aes256Gcm> Keys<A> {
    /// key ‖ base nonce ‖ commitment = HKDF-Expand-SHA512(input key, label ‖ salt ‖ context).
    fn derive(input: &Secret<32>, salt: &[u8], context: &[u8]) -> Self {
        let Ok(prk) = Hkdf::<Sha512>::from_prk(extend(input).as_slice()) else {
            unreachable!("the extended key has the length of a SHA-512 digest")
        };
        let mut output = [0; 32 + NONCE_BYTES + COMMITMENT_BYTES];
        if prk.expand_multi_info(&[LABEL, salt, context], &mut output).is_err() {
            unreachable!("76 bytes are within HKDF's limit");
        }
        let mut key = [0; 32];
        let mut base = [0; NONCE_BYTES];
        let mut commitment = [0; COMMITMENT_BYTES];
        key.copy_from_slice(&output[..32]);
        base.copy_from_slice(&output[32..32 + NONCE_BYTES]);
        commitment.copy_from_slice(&output[32 + NONCE_BYTES..]);
        let keys = Self { aead: A::new(&key), base, commitment };
        key.zeroize();
        output.zeroize();
        keys
    }

    fn nonce(&self, chunk: usize) -> [u8; NONCE_BYTES] {
        let mut nonce = self.base;
        for (byte, counter) in nonce[4..].iter_mut().zip((chunk as u64).to_be_bytes()) {
            *byte ^= counter;
        }
        nonce
    }
}

/// HMAC pads a short key with zeros, so 32 bytes and 32 zeros are the same HMAC key, and the
/// library wants the longer form.
fn extend(input: &Secret<32>) -> zeroize::Zeroizing<[u8; 64]> {
    let mut prk = zeroize::Zeroizing::new([0; 64]);
    prk[..32].copy_from_slice(input.expose());
    prk
}

/// Appends the sealed message to `out`.
pub(crate) fn seal<A: Aes256Gcm>(
    input: &Secret<32>,
    salt: &[u8; SALT_BYTES],
    context: &[u8],
    text: &[u8],
    out: &mut Vec<u8>,
) {
    let keys = Keys::<A>::derive(input, salt, context);
    out.reserve(sealed_len(text.len()));
    out.extend(salt);
    out.extend(keys.commitment);
    for chunk in 0..=text.len() / CHUNK_BYTES {
        let start = chunk * CHUNK_BYTES;
        let end = text.len().min(start + CHUNK_BYTES);
        let at = out.len();
        out.extend_from_slice(&text[start..end]);
        let tag = keys.aead.seal(keys.nonce(chunk), &mut out[at..]);
        out.extend(tag);
    }
}

/// Why a sealed message did not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refused {
    /// No message has this length.
    Length,
    /// The commitment is another: wrong key, wrong context, or a changed header.
    Commitment,
    /// This chunk, counted from 0, does not authenticate.
    Chunk(usize),
}

/// Opens a sealed message into `out`, which ends up with exactly the text.
///
/// Nothing is left in `out` unless every chunk authenticates.
pub(crate) fn open<A: Aes256Gcm>(
    input: &Secret<32>,
    context: &[u8],
    sealed: &[u8],
    out: &mut Vec<u8>,
) -> Result<(), Refused> {
    let mut refused = None;
    open_each::<A>(input, context, sealed, out, |chunk| {
        refused = Some(Refused::Chunk(chunk));
        false
    })?;
    match refused {
        None => Ok(()),
        Some(refused) => {
            out.zeroize();
            Err(refused)
        }
    }
}

/// Opens what can be opened: `on_bad` is told each chunk that does not authenticate, whose text is
/// left as zeros, and says whether to go on.
pub(crate) fn open_each<A: Aes256Gcm>(
    input: &Secret<32>,
    context: &[u8],
    sealed: &[u8],
    out: &mut Vec<u8>,
    mut on_bad: impl FnMut(usize) -> bool,
) -> Result<(), Refused> {
    out.clear();
    let len = text_len(sealed.len()).ok_or(Refused::Length)?;
    let (header, chunks) = sealed.split_at(HEADER_BYTES);
    let keys = Keys::<A>::derive(input, &header[..SALT_BYTES], context);
    if !bool::from(keys.commitment.ct_eq(&header[SALT_BYTES..])) {
        return Err(Refused::Commitment);
    }
    out.resize(len, 0);
    // The last chunk is shorter than 16 KiB, and may be empty: it has a place of its own.
    let whole = len / CHUNK_BYTES;
    for chunk in 0..=whole {
        let sealed_end = chunks.len().min((chunk + 1) * SEALED_CHUNK_BYTES);
        let sealed = &chunks[chunk * SEALED_CHUNK_BYTES..sealed_end];
        let text = &mut out[chunk * CHUNK_BYTES..len.min((chunk + 1) * CHUNK_BYTES)];
        if !keys.aead.open(keys.nonce(chunk), sealed, text) && !on_bad(chunk) {
            break;
        }
    }
    Ok(())
}
