//! The keys of tokens as cosigners of heads: signed-note type 0x02, ECDSA on P-256.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use p256::ecdsa::signature::hazmat::PrehashVerifier as _;
use p256::ecdsa::{Signature, VerifyingKey};
use sha2::{Digest as _, Sha256};
use terms::{ParseError, VaultId};

use crate::note::is_name;
use crate::origin;

/// The signature type of ECDSA in signed notes (log-1 L18).
const ECDSA: u8 = 0x02;

/// What stands before the point in a SubjectPublicKeyInfo of P-256 (RFC 5480): id-ecPublicKey,
/// secp256r1, and a bit string of 65 bytes (log-1 L18).
const SPKI_PREFIX: [u8; 26] = [
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a,
    0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
];
const POINT_BYTES: usize = 65;
const SPKI_BYTES: usize = SPKI_PREFIX.len() + POINT_BYTES;

/// The name that a token signs heads of a vault's log under (log-1 L19).
pub fn cosigner_name(vault: VaultId, serial: u32) -> String {
    format!("{}/token/{serial}", origin(vault))
}

/// The public key of a token that cosigns; its text is a C2SP verifier key, `name+id+key`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CosignerKey {
    name: String,
    key: VerifyingKey,
    spki: [u8; SPKI_BYTES],
}

impl CosignerKey {
    /// The signature key of the token `serial`, an uncompressed point, as it was enrolled.
    ///
    /// # Errors
    ///
    /// When the bytes are no point of P-256 in that form.
    pub fn new(vault: VaultId, serial: u32, point: &[u8]) -> Result<Self, ParseError> {
        Self::named(cosigner_name(vault, serial), point)
    }

    fn named(name: String, point: &[u8]) -> Result<Self, ParseError> {
        let error = || ParseError::new(&name, "the name of a key with a point of P-256");
        if point.len() != POINT_BYTES || !is_name(&name) {
            return Err(error());
        }
        let key = VerifyingKey::from_sec1_bytes(point).map_err(|_| error())?;
        let mut spki = [0; SPKI_BYTES];
        spki[..SPKI_PREFIX.len()].copy_from_slice(&SPKI_PREFIX);
        spki[SPKI_PREFIX.len()..].copy_from_slice(point);
        Ok(Self { name, key, spki })
    }

    /// The name that the key signs under.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The key id: the first four bytes of SHA-256 over its SubjectPublicKeyInfo (log-1 L18).
    pub fn id(&self) -> [u8; 4] {
        let digest: [u8; 32] = Sha256::digest(self.spki).into();
        [digest[0], digest[1], digest[2], digest[3]]
    }

    /// The signature as a note has it, of one that a token made over the digest of `text`; `None`
    /// when it is not this key's signature of `text`.
    pub(crate) fn encode(&self, text: &str, signature: &[u8; 64]) -> Option<Vec<u8>> {
        let signature = Signature::from_slice(signature).ok()?.normalize_s();
        let encoded = signature.to_der().as_bytes().to_vec();
        self.verify(text, &encoded).is_ok().then_some(encoded)
    }

    /// Checks a signature as a note has it.
    pub(crate) fn verify(&self, text: &str, encoded: &[u8]) -> Result<(), &'static str> {
        let form = "it is no ECDSA signature in its one form";
        let signature = Signature::from_der(encoded).map_err(|_| form)?;
        // One signature, one form: the other `s` would verify as well (log-1 L18).
        let is_one_form =
            signature.normalize_s() == signature && signature.to_der().as_bytes() == encoded;
        if !is_one_form {
            return Err(form);
        }
        let digest: [u8; 32] = Sha256::digest(text).into();
        let verified = self.key.verify_prehash(&digest, &signature);
        verified.map_err(|_| "the key did not sign this head")
    }
}

impl fmt::Display for CosignerKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let id = u32::from_be_bytes(self.id());
        let encoded = STANDARD.encode([&[ECDSA], &self.spki[..]].concat());
        write!(f, "{}+{id:08x}+{encoded}", self.name)
    }
}

impl FromStr for CosignerKey {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let error = || ParseError::new(text, "a verifier key of a token, name+id+key");
        let mut parts = text.splitn(3, '+');
        let (Some(name), Some(_), Some(encoded)) = (parts.next(), parts.next(), parts.next())
        else {
            return Err(error());
        };
        let bytes = STANDARD.decode(encoded).map_err(|_| error())?;
        let spki = bytes.strip_prefix(&[ECDSA]).ok_or_else(error)?;
        let point = spki.strip_prefix(&SPKI_PREFIX).ok_or_else(error)?;
        let parsed = Self::named(name.to_owned(), point).map_err(|_| error())?;
        // The id is derived, so the only right text is the one that would be printed.
        if parsed.to_string() == text { Ok(parsed) } else { Err(error()) }
    }
}
