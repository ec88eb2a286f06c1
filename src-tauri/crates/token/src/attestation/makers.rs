//! The certificates that are built in: roots that count, and what stands below them.

use sha2::{Digest as _, Sha256};
use terms::Digest;

use super::Trust;
use crate::virtual_yubikey;

/// The maker's roots that production trusts, with the SHA-256 they are pinned by:
/// "Yubico Attestation Root 1", and "Yubico PIV Root CA Serial 263751" for older devices.
pub(super) const PRODUCTION_ROOTS: [(&[u8], &str); 2] = [
    (
        include_bytes!("../../roots/yubico-attestation-root-1.der"),
        "62760c6a6ef91679f454c8902b80fd009825b3f25da90f1fbace2ec6586cd5a8",
    ),
    (
        include_bytes!("../../roots/yubico-piv-root-263751.der"),
        "63ece914e54dd87915f34033c85af4c0696ba1512f8add66ced738331207b546",
    ),
];

/// What stands between a token with firmware 5.7.4 or newer and its root, and SHA-256 of each.
///
/// A token does not carry them. They are trusted no further than the root that signed them.
pub(super) const ISSUERS: [(&[u8], &str); 5] = [
    (
        include_bytes!("../../roots/yubico-piv-attestation-a-1.der"),
        "6de693f05376f5d8ca29069261e1c8626c75d503bd2edbfd75354cad1f722870",
    ),
    (
        include_bytes!("../../roots/yubico-piv-attestation-b-1.der"),
        "2d55b7998f4e42569d6d8fa382b6dc77d1dacf07358b19701163892922b17052",
    ),
    (
        include_bytes!("../../roots/yubico-piv-attestation-b2-1.der"),
        "0c90b7d184a36edf50a35f9be935f0c5689bfdcfe5bdd073366cafb49061a440",
    ),
    (
        include_bytes!("../../roots/yubico-intermediate-a-1.der"),
        "4698a1d3389c3ec60016c216250f1d0439922832d65142327436376dc2942b55",
    ),
    (
        include_bytes!("../../roots/yubico-intermediate-b-1.der"),
        "d4cc3f456fdaf4e7812a21aab1dfe9d8e27d24e2fd2d6f21c9940109f0daa754",
    ),
];

/// Whether the root counts.
pub(super) fn trusts(trust: Trust, root: Digest) -> bool {
    match trust {
        Trust::Production => {
            let pinned = root.to_string();
            PRODUCTION_ROOTS.iter().any(|(_, digest)| *digest == pinned)
        }
        Trust::Drill => root == digest(&virtual_yubikey::drill_root()),
    }
}

/// Every certificate that may stand above a token's own.
pub(super) fn known(trust: Trust) -> Vec<Vec<u8>> {
    match trust {
        Trust::Production => {
            ISSUERS.iter().chain(&PRODUCTION_ROOTS).map(|(der, _)| der.to_vec()).collect()
        }
        Trust::Drill => vec![virtual_yubikey::drill_root()],
    }
}

pub(super) fn digest(der: &[u8]) -> Digest {
    Digest::from_bytes(Sha256::digest(der).into())
}
