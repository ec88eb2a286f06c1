//! Approvals: a person agrees to a statement with the signature key of a token.

use p256::ecdsa::signature::hazmat::PrehashVerifier;
use p256::ecdsa::{Signature, VerifyingKey};
use sha2::{Digest as _, Sha256};

use crate::{Pin, PublicKey, Token, TokenError, Touch};

/// What every signed digest begins with, so that no other use of the key can pass for an approval
/// (envelope-1 E13).
const LABEL: &[u8] = b"strongroom/approval/1\0";

/// An approval's signature: ECDSA on P-256 as `r ‖ s`, with the lower of the two possible `s`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ApprovalSignature([u8; 64]);

impl ApprovalSignature {
    /// Bytes of a signature.
    pub const LEN: usize = 64;

    /// Takes a signature as it was stored; [`verify_approval`] judges it.
    pub const fn from_bytes(bytes: [u8; Self::LEN]) -> Self {
        Self(bytes)
    }

    /// `r ‖ s`, each 32 bytes, big-endian.
    pub const fn as_bytes(&self) -> &[u8; Self::LEN] {
        &self.0
    }
}

/// Lets the holder approve `statement` with PIN and touch.
///
/// # Errors
///
/// What the token reports, see [`Token::sign`].
pub fn sign_approval(
    token: &mut dyn Token,
    statement: &[u8],
    pin: &Pin<'_>,
    touch: &mut dyn FnMut(Touch),
) -> Result<ApprovalSignature, TokenError> {
    let nonsense = TokenError::Nonsense { doing: "sign" };
    let bytes = token.sign(&digest(statement), pin, touch)?;
    let signature = Signature::from_slice(&bytes).map_err(|_| nonsense)?;
    Ok(ApprovalSignature(signature.normalize_s().to_bytes().into()))
}

/// Whether `key` approved exactly `statement` (envelope-1 E13, E14).
pub fn verify_approval(key: &PublicKey, statement: &[u8], signature: &ApprovalSignature) -> bool {
    let verified = VerifyingKey::from_sec1_bytes(key.as_bytes()).ok().and_then(|key| {
        let signature = Signature::from_slice(&signature.0).ok()?;
        // One signature, one form: the other `s` would verify as well and differ in every digest.
        let is_low = signature.normalize_s() == signature;
        is_low.then(|| key.verify_prehash(&digest(statement), &signature).ok())?
    });
    verified.is_some()
}

/// SHA-256 over the label and the statement (envelope-1 E13).
fn digest(statement: &[u8]) -> [u8; 32] {
    Sha256::new().chain_update(LABEL).chain_update(statement).finalize().into()
}
