//! HPKE in base mode (RFC 9180) with the key agreement done elsewhere.
//!
//! DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-256-GCM: suite 0x0010, 0x0001, 0x0002. A token
//! computes nothing but ECDH, so everything around it is written here, after sections 4, 4.1 and
//! 5.1 and with their names. Messages are single (sequence number 0) and carry no `aad`.

use aes_gcm::aead::{AeadInOut, KeyInit};
use aes_gcm::{Aes256Gcm, Nonce, Tag};
use hkdf::Hkdf;
use p256::SecretKey;
use rand_core::CryptoRng;
use secret::{Secret, SecretBytes};
use sha2::Sha256;
use zeroize::Zeroize;

use crate::PublicKey;
use crate::hybrid::{self, Encapsulated, HybridKey, QuantumSeed};

/// Bytes that encryption adds: the tag of AES-GCM.
pub(crate) const TAG_LEN: usize = 16;

/// `"KEM" ‖ I2OSP(kem_id, 2)` (RFC 9180 section 4.1).
const KEM_SUITE: &[u8] = b"KEM\x00\x10";
/// `"HPKE" ‖ kem_id ‖ kdf_id ‖ aead_id` (RFC 9180 section 5.1).
const HPKE_SUITE: &[u8] = b"HPKE\x00\x10\x00\x01\x00\x02";
/// The same with MLKEM768-P256 (draft-ietf-hpke-pq).
const HYBRID_SUITE: &[u8] = b"HPKE\x00\x50\x00\x01\x00\x02";

/// Seals `plain` to `recipient`; returns the ephemeral key `enc` and the sealed bytes.
///
/// None only if the random source gave 32 bytes for which RFC 9180 section 7.1.3 finds no key, or
/// the message is longer than AES-GCM takes: both do not happen.
pub(crate) fn seal(
    recipient: &PublicKey,
    info: &[u8],
    plain: &SecretBytes,
    rng: &mut dyn CryptoRng,
) -> Option<(PublicKey, Vec<u8>)> {
    let ikm = Secret::<32>::from_fill(|bytes| rng.fill_bytes(bytes));
    seal_with(&derive_key_pair(&ikm)?, recipient, info, plain)
}

/// Opens what was sealed, given the ECDH output of the recipient's key with `enc`.
///
/// None if it does not authenticate.
pub(crate) fn open(
    dh: &Secret<32>,
    enc: &PublicKey,
    recipient: &PublicKey,
    info: &[u8],
    sealed: &[u8],
) -> Option<SecretBytes> {
    let shared = extract_and_expand(dh, enc, recipient)?;
    decrypt(&key_schedule(&shared, info, HPKE_SUITE)?, sealed)
}

/// `Open` of the message 0 without `aad` (RFC 9180 section 5.2).
fn decrypt(schedule: &Schedule<32>, sealed: &[u8]) -> Option<SecretBytes> {
    let (body, tag) = sealed.split_last_chunk::<TAG_LEN>()?;
    let mut plain = SecretBytes::from_slice(body);
    let (cipher, nonce) = schedule.cipher();
    let buffer = plain.expose_mut().into();
    cipher.decrypt_inout_detached(&nonce, b"", buffer, &Tag::from(*tag)).ok()?;
    Some(plain)
}

/// As [`seal`], to a hybrid key (envelope-1 E19).
pub(crate) fn seal_hybrid(
    recipient: &HybridKey,
    info: &[u8],
    plain: &SecretBytes,
    rng: &mut dyn CryptoRng,
) -> Option<(Encapsulated, Vec<u8>)> {
    let ikm = Secret::<32>::from_fill(|bytes| rng.fill_bytes(bytes));
    let (enc, shared) = hybrid::encapsulate(recipient, &derive_key_pair(&ikm)?, rng)?;
    Some((enc, encrypt(&key_schedule(&shared, info, HYBRID_SUITE)?, plain)?))
}

/// As [`open`], with both halves of a hybrid key.
pub(crate) fn open_hybrid(
    (dh, seed): (&Secret<32>, &QuantumSeed),
    enc: &Encapsulated,
    agreement: &PublicKey,
    info: &[u8],
    sealed: &[u8],
) -> Option<SecretBytes> {
    let shared = hybrid::decapsulate(seed, dh, enc, agreement);
    decrypt(&key_schedule(&shared, info, HYBRID_SUITE)?, sealed)
}

/// `DeriveKeyPair` (RFC 9180 section 7.1.3) for 32 bytes of key material.
fn derive_key_pair(ikm: &Secret<32>) -> Option<SecretKey> {
    let prk = labeled_extract(KEM_SUITE, b"", b"dkp_prk", ikm.expose());
    (0..=u8::MAX).find_map(|counter| {
        let bytes = prk.expand::<32>(KEM_SUITE, b"candidate", &[counter])?;
        SecretKey::from_slice(bytes.expose()).ok()
    })
}

fn seal_with(
    ephemeral: &SecretKey,
    recipient: &PublicKey,
    info: &[u8],
    plain: &SecretBytes,
) -> Option<(PublicKey, Vec<u8>)> {
    let enc = PublicKey::of(ephemeral);
    let dh = diffie_hellman(ephemeral, recipient)?;
    let schedule = key_schedule(&extract_and_expand(&dh, &enc, recipient)?, info, HPKE_SUITE)?;
    Some((enc, encrypt(&schedule, plain)?))
}

/// `Seal` of the message 0 without `aad` (RFC 9180 section 5.2).
fn encrypt(schedule: &Schedule<32>, plain: &SecretBytes) -> Option<Vec<u8>> {
    let (cipher, nonce) = schedule.cipher();
    // Encryption in place within protected memory: the plaintext gets no second home.
    let mut buffer = SecretBytes::from_slice(plain.expose());
    let tag = cipher.encrypt_inout_detached(&nonce, b"", buffer.expose_mut().into()).ok()?;
    Some([buffer.expose(), &tag].concat())
}

/// ECDH on the host: the x coordinate (RFC 9180 section 7.1, `DH`).
pub(crate) fn diffie_hellman(secret: &SecretKey, peer: &PublicKey) -> Option<Secret<32>> {
    let shared = secret.diffie_hellman(&peer.to_key()?);
    Secret::from_slice(shared.raw_secret_bytes())
}

/// `ExtractAndExpand(dh, enc ‖ pkRm)`, the KEM's shared secret (RFC 9180 section 4.1).
fn extract_and_expand(
    dh: &Secret<32>,
    enc: &PublicKey,
    recipient: &PublicKey,
) -> Option<Secret<32>> {
    let context = [&enc.as_bytes()[..], &recipient.as_bytes()[..]].concat();
    let eae_prk = labeled_extract(KEM_SUITE, b"", b"eae_prk", dh.expose());
    eae_prk.expand(KEM_SUITE, b"shared_secret", &context)
}

/// Key and base nonce of one context.
struct Schedule<const KEY_LEN: usize> {
    key: Secret<KEY_LEN>,
    nonce: Secret<12>,
}

impl Schedule<32> {
    fn cipher(&self) -> (Aes256Gcm, Nonce<aes_gcm::aead::consts::U12>) {
        (Aes256Gcm::new(self.key.expose().into()), Nonce::from(*self.nonce.expose()))
    }
}

/// `KeySchedule(mode_base, shared_secret, info, "", "")` (RFC 9180 section 5.1).
fn key_schedule<const KEY_LEN: usize>(
    shared_secret: &Secret<32>,
    info: &[u8],
    suite: &[u8],
) -> Option<Schedule<KEY_LEN>> {
    let psk_id_hash = labeled_extract_public(suite, b"psk_id_hash", b"");
    let info_hash = labeled_extract_public(suite, b"info_hash", info);
    let context = [&[0_u8][..], &psk_id_hash, &info_hash].concat();
    let prk = labeled_extract(suite, shared_secret.expose(), b"secret", b"");
    Some(Schedule {
        key: prk.expand(suite, b"key", &context)?,
        nonce: prk.expand(suite, b"base_nonce", &context)?,
    })
}

/// A pseudorandom key between extraction and expansion.
struct Prk(Hkdf<Sha256>);

impl Prk {
    /// `LabeledExpand(prk, label, info, N)` (RFC 9180 section 4).
    fn expand<const N: usize>(&self, suite: &[u8], label: &[u8], info: &[u8]) -> Option<Secret<N>> {
        let length = u16::try_from(N).ok()?.to_be_bytes();
        let labeled_info = [&length[..], b"HPKE-v1", suite, label, info];
        Secret::try_from_fill(|out| self.0.expand_multi_info(&labeled_info, out)).ok()
    }
}

/// `LabeledExtract(salt, label, ikm)` (RFC 9180 section 4).
fn labeled_extract(suite: &[u8], salt: &[u8], label: &[u8], ikm: &[u8]) -> Prk {
    let mut labeled_ikm = [b"HPKE-v1", suite, label, ikm].concat();
    let prk = Hkdf::<Sha256>::new(Some(salt), &labeled_ikm);
    labeled_ikm.zeroize();
    Prk(prk)
}

/// `LabeledExtract("", label, ikm)` where the result is public.
fn labeled_extract_public(suite: &[u8], label: &[u8], ikm: &[u8]) -> [u8; 32] {
    let labeled_ikm = [b"HPKE-v1", suite, label, ikm].concat();
    let (prk, _) = Hkdf::<Sha256>::extract(Some(b""), &labeled_ikm);
    prk.into()
}

#[cfg(test)]
mod tests;
