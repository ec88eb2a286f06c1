//! Proof that a key was made inside a token: certificates up to a root that is known.
//!
//! The token states facts about a key in a certificate (the *leaf*), signed by its attestation key
//! (slot F9), which the maker certified. An owner can overwrite that key, so a chain to a pinned
//! root is the whole proof. Dates are not looked at: a token has no clock, the maker's
//! certificates have no end that matters, and an offline machine's clock proves nothing.
//!
//! A production ceremony and a drill trust different roots, and neither trusts the other's.

mod error;
mod form;
mod makers;

use aws_lc_rs::signature::{
    RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512,
    UnparsedPublicKey, VerificationAlgorithm,
};
use p256::ecdsa::signature::hazmat::PrehashVerifier;
use p256::ecdsa::{Signature, VerifyingKey};
use sha2::{Digest as _, Sha256};
use terms::Digest;
use x509_cert::Certificate;
use x509_cert::der::asn1::AnyRef;
use x509_cert::der::oid::ObjectIdentifier;
use x509_cert::der::{Decode, Reader, SliceReader};
use x509_cert::ext::pkix::BasicConstraints;

use crate::token::AttestationChain;
use crate::{Firmware, PublicKey, Serial, virtual_yubikey};

pub use error::AttestationError;
pub use form::Form;
use makers::{digest, known, trusts};

/// The longest chain: leaf, device, two intermediates, root, and one to spare.
const MAX_CHAIN: usize = 6;
/// The longest certificate, in bytes.
const MAX_CERTIFICATE: usize = 8 * 1024;

const FIRMWARE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.4.1.41482.3.3");
const SERIAL: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.4.1.41482.3.7");
const POLICIES: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.4.1.41482.3.8");
const FORM: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.4.1.41482.3.9");
const ECDSA_SHA256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.2");
const RSA_SHA256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.11");
const RSA_SHA384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.12");
const RSA_SHA512: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.13");

/// PIN always, touch always.
const GUARDED: [u8; 2] = [3, 2];

/// Which roots count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trust {
    /// The maker's roots; a virtual token is refused.
    Production,
    /// The root of virtual tokens; a real token is refused.
    Drill,
}

/// What the chain must prove.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Claim {
    /// The token that holds the key.
    pub serial: Serial,
    /// The key, as the token showed it in the slot.
    pub key: PublicKey,
    /// The oldest firmware that is admitted.
    pub minimum: Firmware,
}

/// What was proved. Only [`verify`] makes one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attested {
    serial: Serial,
    key: PublicKey,
    firmware: Firmware,
    form: Form,
    root: Digest,
}

impl Attested {
    /// The token.
    pub fn serial(&self) -> Serial {
        self.serial
    }

    /// The key that was made in it, and is used only with PIN and touch.
    pub fn key(&self) -> &PublicKey {
        &self.key
    }

    /// The token's firmware.
    pub fn firmware(&self) -> Firmware {
        self.firmware
    }

    /// What the token looks like and which series it is of, as its maker put it in.
    pub fn form(&self) -> Form {
        self.form
    }

    /// SHA-256 of the root's certificate.
    pub fn root(&self) -> Digest {
        self.root
    }
}

/// Verifies that `chain` proves `claim` under the roots of `trust`.
///
/// What the token does not carry need not be in the chain: it is built in.
///
/// # Errors
///
/// [`AttestationError`] says which part of the proof is missing.
pub fn verify(
    chain: &AttestationChain,
    claim: &Claim,
    trust: Trust,
) -> Result<Attested, AttestationError> {
    let (links, root) = verify_chain(chain, trust)?;
    links.first().map_or(Err(AttestationError::Untrusted), |leaf| check_claim(leaf, claim, root))
}

/// Every certificate is signed by the next, and the last is a root that counts.
fn verify_chain(
    chain: &AttestationChain,
    trust: Trust,
) -> Result<(Vec<Link>, Digest), AttestationError> {
    let links = parse_chain(chain, trust)?;
    let (top, last) = links.iter().enumerate().next_back().ok_or(AttestationError::Untrusted)?;
    if !trusts(trust, last.digest) {
        let is_drill = trusts(Trust::Drill, last.digest) || names_drill_root(last);
        let error =
            if is_drill { AttestationError::DrillOnly } else { AttestationError::Untrusted };
        return Err(error);
    }
    for (level, pair) in links.windows(2).enumerate() {
        check_issued(&pair[0], &pair[1], level)?;
    }
    check_signature(last, last, top)?;
    let root = last.digest;
    Ok((links, root))
}

/// A certificate with the bytes that its signature covers.
struct Link {
    certificate: Certificate,
    signed: Vec<u8>,
    digest: Digest,
}

fn parse_chain(chain: &AttestationChain, trust: Trust) -> Result<Vec<Link>, AttestationError> {
    let mut bytes: Vec<&[u8]> = vec![&chain.leaf, &chain.device];
    bytes.extend(chain.issuers.iter().map(Vec::as_slice));
    if bytes.len() > MAX_CHAIN {
        return Err(AttestationError::TooLong);
    }
    let links = bytes.into_iter().enumerate().map(|(level, der)| parse(der, level));
    complete(links.collect::<Result<Vec<_>, _>>()?, trust)
}

/// A token carries neither its root nor what stands below: what is missing is ours to add.
fn complete(mut links: Vec<Link>, trust: Trust) -> Result<Vec<Link>, AttestationError> {
    let known = known(trust);
    while let Some(last) = links.last() {
        let wanted = last.certificate.tbs_certificate().issuer().clone();
        let (known, level, below) = (known.iter(), links.len(), last.digest);
        let parsed = known.map(|der| parse(der, level)).collect::<Result<Vec<_>, _>>()?;
        let is_above = |link: &Link| {
            link.digest != below && *link.certificate.tbs_certificate().subject() == wanted
        };
        let Some(above) = parsed.into_iter().find(is_above) else { break };
        if links.len() == MAX_CHAIN {
            return Err(AttestationError::TooLong);
        }
        links.push(above);
    }
    Ok(links)
}

/// A chain that breaks off below the root of virtual tokens: named so in what people read.
fn names_drill_root(last: &Link) -> bool {
    let issuer = last.certificate.tbs_certificate().issuer().to_string();
    issuer == format!("CN={}", virtual_yubikey::DRILL_ROOT_NAME)
}

fn parse(der: &[u8], level: usize) -> Result<Link, AttestationError> {
    let malformed = AttestationError::Malformed { level };
    if der.len() > MAX_CERTIFICATE {
        return Err(malformed);
    }
    let certificate = Certificate::from_der(der).map_err(|_| malformed.clone())?;
    let signed = signed_part(der).ok_or(malformed)?.to_vec();
    Ok(Link { certificate, signed, digest: digest(der) })
}

/// The bytes of the first element of a certificate, as they are.
fn signed_part(der: &[u8]) -> Option<&[u8]> {
    let outer = AnyRef::from_der(der).ok()?;
    SliceReader::new(outer.value()).ok()?.tlv_bytes().ok()
}

/// The lower certificate names the upper one, is signed by it, and the upper one may do so.
fn check_issued(lower: &Link, upper: &Link, level: usize) -> Result<(), AttestationError> {
    let (tbs, issuer) = (lower.certificate.tbs_certificate(), upper.certificate.tbs_certificate());
    if tbs.issuer() != issuer.subject() {
        return Err(AttestationError::NotIssued { level });
    }
    let authority = issuer.get_extension::<BasicConstraints>();
    let (_, authority) =
        authority.ok().flatten().ok_or(AttestationError::NotAnAuthority { level: level + 1 })?;
    // Below the issuer stand `level` further authorities and the leaf.
    let is_too_deep = authority.path_len_constraint.is_some_and(|below| level > usize::from(below));
    if !authority.ca || is_too_deep {
        return Err(AttestationError::NotAnAuthority { level: level + 1 });
    }
    check_signature(lower, upper, level)
}

fn check_signature(lower: &Link, upper: &Link, level: usize) -> Result<(), AttestationError> {
    let invalid = AttestationError::NotIssued { level };
    let algorithm = lower.certificate.signature_algorithm().oid;
    if lower.certificate.tbs_certificate().signature().oid != algorithm {
        return Err(invalid);
    }
    let key = upper.certificate.tbs_certificate().subject_public_key_info();
    let key = key.subject_public_key.as_bytes().ok_or(invalid.clone())?;
    let signature = lower.certificate.signature().as_bytes().ok_or(invalid.clone())?;
    let is_valid = match algorithm {
        ECDSA_SHA256 => is_ecdsa(key, &lower.signed, signature),
        RSA_SHA256 => is_rsa(&RSA_PKCS1_2048_8192_SHA256, key, &lower.signed, signature),
        RSA_SHA384 => is_rsa(&RSA_PKCS1_2048_8192_SHA384, key, &lower.signed, signature),
        RSA_SHA512 => is_rsa(&RSA_PKCS1_2048_8192_SHA512, key, &lower.signed, signature),
        _ => return Err(AttestationError::UnknownAlgorithm { level }),
    };
    is_valid.then_some(()).ok_or(invalid)
}

fn is_ecdsa(key: &[u8], signed: &[u8], signature: &[u8]) -> bool {
    let verified = VerifyingKey::from_sec1_bytes(key).ok().and_then(|key| {
        let signature = Signature::from_der(signature).ok()?;
        key.verify_prehash(&Sha256::digest(signed), &signature).ok()
    });
    verified.is_some()
}

fn is_rsa(
    scheme: &'static dyn VerificationAlgorithm,
    key: &[u8],
    signed: &[u8],
    signature: &[u8],
) -> bool {
    UnparsedPublicKey::new(scheme, key).verify(signed, signature).is_ok()
}

/// The leaf speaks of the claimed key in the claimed token, guarded by PIN and touch.
fn check_claim(leaf: &Link, claim: &Claim, root: Digest) -> Result<Attested, AttestationError> {
    let tbs = leaf.certificate.tbs_certificate();
    let spki = tbs.subject_public_key_info();
    let key = spki.subject_public_key.as_bytes().and_then(PublicKey::from_bytes);
    if key != Some(claim.key) {
        return Err(AttestationError::OtherKey);
    }
    let serial = statement(&leaf.certificate, SERIAL)
        .and_then(|der| u32::from_der(der).ok())
        .ok_or(AttestationError::Silent { about: "serial number" })?;
    if Serial(serial) != claim.serial {
        let found = Serial(serial);
        return Err(AttestationError::OtherToken { found, expected: claim.serial });
    }
    let Some(&[major, minor, patch]) = statement(&leaf.certificate, FIRMWARE) else {
        return Err(AttestationError::Silent { about: "firmware" });
    };
    let firmware = Firmware(major, minor, patch);
    if firmware < claim.minimum {
        let minimum = claim.minimum;
        return Err(AttestationError::FirmwareTooOld { found: firmware, minimum });
    }
    match statement(&leaf.certificate, POLICIES) {
        Some(policies) if policies == GUARDED => {}
        Some(_) => return Err(AttestationError::Unguarded),
        None => return Err(AttestationError::Silent { about: "PIN and touch" }),
    }
    let form = Form::of(statement(&leaf.certificate, FORM));
    Ok(Attested { serial: claim.serial, key: claim.key, firmware, form, root })
}

/// The raw value of the one extension with this identifier.
fn statement(certificate: &Certificate, id: ObjectIdentifier) -> Option<&[u8]> {
    let extensions = certificate.tbs_certificate().extensions()?;
    let mut found = extensions.iter().filter(|extension| extension.extn_id == id);
    let value = found.next()?.extn_value.as_bytes();
    found.next().is_none().then_some(value)
}

#[cfg(test)]
mod tests;
