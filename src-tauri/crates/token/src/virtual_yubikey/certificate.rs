//! Certificates of a virtual token: leaf ← device ← a root that says what it is.
//!
//! The root's private key is computed from a constant in this file. Anyone can sign with it: the
//! chain proves that attestation is checked, and nothing about a token.

use p256::SecretKey;
use p256::ecdsa::signature::hazmat::PrehashSigner;
use p256::ecdsa::{Signature, SigningKey};
use sha2::{Digest as _, Sha256};

use super::card::Card;
use super::key::SlotKey;
use crate::PublicKey;
use crate::tlv::{append, object};

/// The common name of the root of all virtual tokens.
pub const DRILL_ROOT_NAME: &str = "DRILL ONLY Strongroom virtual token root";

const DEVICE_NAME: &str = "DRILL ONLY virtual token attestation";

// Tags of DER (X.690 section 8).
const BOOLEAN: u32 = 0x01;
const INTEGER: u32 = 0x02;
const BIT_STRING: u32 = 0x03;
const OCTET_STRING: u32 = 0x04;
const OID: u32 = 0x06;
const UTF8_STRING: u32 = 0x0c;
const SEQUENCE: u32 = 0x30;
const SET: u32 = 0x31;

/// 2.5.4.3, common name.
const COMMON_NAME: &[u8] = &[0x55, 4, 3];
/// 2.5.29.19, basic constraints.
const BASIC_CONSTRAINTS: &[u8] = &[0x55, 0x1d, 19];
/// 1.3.6.1.4.1.41482.3, Yubico's statements about a PIV key; the last arc is appended.
const YUBICO_PIV: &[u8] = &[0x2b, 6, 1, 4, 1, 0x82, 0xc4, 0x0a, 3];
/// 1.2.840.10045.4.3.2, ECDSA with SHA-256.
const ECDSA_SHA256: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2];
/// 1.2.840.10045.2.1, a public key on an elliptic curve.
const EC_KEY: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1];
/// 1.2.840.10045.3.1.7, P-256.
const P256_CURVE: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7];

/// The root certificate of all virtual tokens, in DER; always the same bytes.
pub fn drill_root() -> Vec<u8> {
    let (name, key) = (DRILL_ROOT_NAME, root_key());
    certificate(name, &key, name, &PublicKey::of(&key), &authority(1))
}

/// The certificate of a card's attestation key.
pub(super) fn device(card: &Card) -> Vec<u8> {
    let key = PublicKey::of(&card.attestation_key);
    certificate(DRILL_ROOT_NAME, &root_key(), DEVICE_NAME, &key, &authority(0))
}

/// The card's statement about a key that was made in it.
pub(super) fn leaf(card: &Card, slot: u8, key: &SlotKey) -> Vec<u8> {
    let firmware = [card.firmware.0, card.firmware.1, card.firmware.2];
    let extensions = [
        statement(3, &firmware),
        statement(7, &integer(&card.serial.0.to_be_bytes())),
        statement(8, &[key.pin, key.touch]),
        statement(9, &[0x03]), // a form factor: USB-C, keychain
    ]
    .concat();
    let subject = format!("DRILL ONLY attestation of slot {slot:02x}");
    let key = PublicKey::of(&key.secret);
    certificate(DEVICE_NAME, &card.attestation_key, &subject, &key, &extensions)
}

/// The root's private key: SHA-256 over a public constant, so that it proves nothing.
fn root_key() -> SecretKey {
    let seed = Sha256::digest(b"strongroom drill root: this key is public and proves nothing");
    match SecretKey::from_slice(&seed) {
        Ok(key) => key,
        Err(_) => unreachable!("the constant was chosen to give a key in range"),
    }
}

/// A certificate of version 3 (RFC 5280 section 4.1).
fn certificate(
    issuer: &str,
    issuer_key: &SecretKey,
    subject: &str,
    key: &PublicKey,
    extensions: &[u8],
) -> Vec<u8> {
    let algorithm = object(SEQUENCE, &object(OID, ECDSA_SHA256));
    let number = Sha256::new().chain_update(key.as_bytes()).chain_update(extensions).finalize();
    let tbs = object(
        SEQUENCE,
        &[
            object(0xa0, &integer(&[2])),
            integer(&number[..16]),
            algorithm.clone(),
            name(issuer),
            validity(),
            name(subject),
            public_key(key),
            object(0xa3, &object(SEQUENCE, extensions)),
        ]
        .concat(),
    );
    let digest = Sha256::digest(&tbs);
    let signature: Result<Signature, _> = SigningKey::from(issuer_key).sign_prehash(&digest);
    let signature = match signature {
        Ok(signature) => signature.to_der().as_bytes().to_vec(),
        Err(_) => unreachable!("a digest of 32 bytes can be signed"),
    };
    object(SEQUENCE, &[tbs, algorithm, bits(&signature)].concat())
}

fn name(common: &str) -> Vec<u8> {
    let attribute = [object(OID, COMMON_NAME), object(UTF8_STRING, common.as_bytes())].concat();
    object(SEQUENCE, &object(SET, &object(SEQUENCE, &attribute)))
}

/// From 2020 on, without end (RFC 5280 section 4.1.2.5).
fn validity() -> Vec<u8> {
    let times = [object(0x17, b"200101000000Z"), object(0x18, b"99991231235959Z")];
    object(SEQUENCE, &times.concat())
}

fn public_key(key: &PublicKey) -> Vec<u8> {
    let algorithm = object(SEQUENCE, &[object(OID, EC_KEY), object(OID, P256_CURVE)].concat());
    object(SEQUENCE, &[algorithm, bits(key.as_bytes())].concat())
}

/// Critical basic constraints: a certification authority with so many more below it.
fn authority(below: u8) -> Vec<u8> {
    let content = object(SEQUENCE, &[object(BOOLEAN, &[0xff]), integer(&[below])].concat());
    let parts =
        [object(OID, BASIC_CONSTRAINTS), object(BOOLEAN, &[0xff]), object(OCTET_STRING, &content)];
    object(SEQUENCE, &parts.concat())
}

/// One of Yubico's extensions; its value is raw inside the octet string.
fn statement(arc: u8, value: &[u8]) -> Vec<u8> {
    let oid = [YUBICO_PIV, &[arc]].concat();
    object(SEQUENCE, &[object(OID, &oid), object(OCTET_STRING, value)].concat())
}

/// A non-negative integer from big-endian bytes.
fn integer(bytes: &[u8]) -> Vec<u8> {
    let leading = bytes.iter().take_while(|byte| **byte == 0).count().min(bytes.len() - 1);
    let digits = &bytes[leading..];
    let sign: &[u8] = if digits[0] & 0x80 == 0 { &[] } else { &[0] };
    object(INTEGER, &[sign, digits].concat())
}

fn bits(bytes: &[u8]) -> Vec<u8> {
    let mut content = vec![0];
    content.extend_from_slice(bytes);
    let mut out = Vec::new();
    append(&mut out, BIT_STRING, &content);
    out
}
