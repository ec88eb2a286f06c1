use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;
use secret::SecretText;

use super::makers::{ISSUERS, PRODUCTION_ROOTS};
use super::*;
use crate::token::{Enrolled, Enrolment, Start, Token};
use crate::virtual_yubikey::{VirtualYubiKey, drill_root, serial};

/// A real 9c statement and its F9 certificate, as published with the crate
/// `attestation-validator` 0.2.0 (MIT or Apache-2.0).
const REAL_LEAF: &[u8] = include_bytes!("../../vectors/yubico-leaf-9c.der");
const REAL_DEVICE: &[u8] = include_bytes!("../../vectors/yubico-device-f9.der");

fn rng() -> ChaCha20Rng {
    ChaCha20Rng::from_seed([9; 32])
}

fn enrolled() -> Enrolled {
    let token = VirtualYubiKey::new(serial(7).unwrap(), &mut rng()).unwrap();
    let (pin, puk) = (SecretText::from_exposed("271828"), SecretText::from_exposed("31415926"));
    let enrolment =
        Enrolment { pin: &pin, puk: &puk, start: Start::Fresh, minimum: Firmware::MINIMUM };
    token.connect().unwrap().enrol(&enrolment, &mut rng()).unwrap()
}

fn claim(enrolled: &Enrolled) -> Claim {
    let serial = enrolled.identity.serial;
    Claim { serial, key: enrolled.key_agreement, minimum: Firmware::MINIMUM }
}

fn chain(enrolled: &Enrolled) -> AttestationChain {
    enrolled.key_agreement_chain.clone().unwrap()
}

fn real() -> AttestationChain {
    let (leaf, device) = (REAL_LEAF.to_vec(), REAL_DEVICE.to_vec());
    AttestationChain { leaf, device, issuers: Vec::new() }
}

#[test]
fn a_drill_accepts_a_virtual_token() {
    let enrolled = enrolled();
    let claim = claim(&enrolled);
    let attested = verify(&chain(&enrolled), &claim, Trust::Drill).unwrap();
    assert_eq!((attested.serial(), attested.key()), (claim.serial, &claim.key));
    assert_eq!(attested.root(), digest(&drill_root()));
    assert_eq!(attested.firmware(), Firmware(5, 7, 4));
    let other = Claim { key: enrolled.signature, ..claim };
    assert!(verify(&enrolled.signature_chain.unwrap(), &other, Trust::Drill).is_ok());
}

#[test]
fn production_refuses_a_virtual_token_with_and_without_its_root() {
    let enrolled = enrolled();
    let claim = claim(&enrolled);
    let refused = verify(&chain(&enrolled), &claim, Trust::Production);
    assert_eq!(refused, Err(AttestationError::DrillOnly));
    let whole = chain(&enrolled).with_issuers(vec![drill_root()]);
    assert_eq!(verify(&whole, &claim, Trust::Production), Err(AttestationError::DrillOnly));
    assert!(verify(&whole, &claim, Trust::Drill).is_ok());
    // Nor with a real root on top of it.
    for (root, _) in PRODUCTION_ROOTS {
        let mixed = chain(&enrolled).with_issuers(vec![root.to_vec()]);
        let refused = verify(&mixed, &claim, Trust::Production);
        assert_eq!(refused, Err(AttestationError::NotIssued { level: 1 }));
    }
}

#[test]
fn production_accepts_a_real_chain_up_to_the_maker_s_root_and_a_drill_does_not() {
    let (links, root) = verify_chain(&real(), Trust::Production).unwrap();
    assert_eq!(links.len(), 3);
    assert_eq!(root.to_string(), PRODUCTION_ROOTS[1].1);
    let refused = verify_chain(&real(), Trust::Drill).err();
    assert_eq!(refused, Some(AttestationError::Untrusted));
}

#[test]
fn a_real_statement_is_read_and_judged() {
    let leaf = parse(REAL_LEAF, 0).unwrap();
    let spki = leaf.certificate.tbs_certificate().subject_public_key_info();
    let key = PublicKey::from_bytes(spki.subject_public_key.as_bytes().unwrap()).unwrap();
    let found = u32::from_der(statement(&leaf.certificate, SERIAL).unwrap()).unwrap();
    let mut claim = Claim { serial: Serial(found), key, minimum: Firmware::MINIMUM };
    let old = verify(&real(), &claim, Trust::Production);
    assert!(matches!(old, Err(AttestationError::FirmwareTooOld { .. })), "{old:?}");
    claim.minimum = Firmware(4, 3, 0);
    let unguarded = verify(&real(), &claim, Trust::Production);
    assert_eq!(unguarded, Err(AttestationError::Unguarded));
}

#[test]
fn the_pinned_digests_are_those_of_the_certificates() {
    for (der, pinned) in PRODUCTION_ROOTS.iter().chain(&ISSUERS) {
        assert_eq!(digest(der).to_string(), *pinned);
    }
}

#[test]
fn what_newer_tokens_do_not_carry_is_built_in_up_to_the_root() {
    for (der, _) in &ISSUERS[..3] {
        let links = complete(vec![parse(der, 0).unwrap()], Trust::Production).unwrap();
        assert_eq!(links.len(), 3);
        assert_eq!(links[2].digest.to_string(), PRODUCTION_ROOTS[0].1);
        for (level, pair) in links.windows(2).enumerate() {
            check_issued(&pair[0], &pair[1], level).unwrap();
        }
        // It is no root itself, and no drill knows it.
        assert!(!trusts(Trust::Production, links[0].digest));
        assert_eq!(complete(links, Trust::Drill).unwrap().len(), 3);
    }
}

#[test]
fn the_statement_must_be_about_this_key_in_this_token_with_this_firmware() {
    let enrolled = enrolled();
    let (chain, claim) = (&chain(&enrolled), claim(&enrolled));
    let refused = |claim| verify(chain, &claim, Trust::Drill).unwrap_err();
    assert_eq!(refused(Claim { key: enrolled.signature, ..claim }), AttestationError::OtherKey);
    let expected = serial(8).unwrap();
    let error = refused(Claim { serial: expected, ..claim });
    assert_eq!(error, AttestationError::OtherToken { found: claim.serial, expected });
    let error = refused(Claim { minimum: Firmware(5, 8, 0), ..claim });
    assert!(matches!(error, AttestationError::FirmwareTooOld { .. }));
}

#[test]
fn no_changed_byte_of_the_chain_is_accepted() {
    let enrolled = enrolled();
    let claim = claim(&enrolled);
    let good = &chain(&enrolled);
    for at in 0..good.leaf.len() {
        let mut chain = good.clone();
        chain.leaf[at] ^= 0x04;
        assert!(verify(&chain, &claim, Trust::Drill).is_err(), "leaf byte {at}");
    }
    for at in 0..good.device.len() {
        let mut chain = good.clone();
        chain.device[at] ^= 0x04;
        assert!(verify(&chain, &claim, Trust::Drill).is_err(), "device byte {at}");
    }
    for at in (0..REAL_LEAF.len()).step_by(7) {
        let mut chain = real();
        chain.leaf[at] ^= 0x04;
        assert!(verify_chain(&chain, Trust::Production).is_err(), "real leaf byte {at}");
    }
}

#[test]
fn a_root_that_only_bears_the_name_is_refused() {
    let enrolled = enrolled();
    let claim = claim(&enrolled);
    let mut forged = drill_root();
    let last = forged.len() - 1;
    forged[last] ^= 1;
    let chain = chain(&enrolled).with_issuers(vec![forged]);
    assert!(verify(&chain, &claim, Trust::Drill).is_err());
    assert!(verify(&chain, &claim, Trust::Production).is_err());
}

#[test]
fn a_certificate_that_is_no_authority_signs_nothing() {
    let enrolled = enrolled();
    let good = chain(&enrolled);
    let leaf = parse(&good.leaf, 0).unwrap();
    let error = check_issued(&leaf, &leaf, 0).unwrap_err();
    assert_eq!(error, AttestationError::NotIssued { level: 0 });
    let device = parse(&good.device, 1).unwrap();
    // The device may sign statements, but no further authority: its path length is 0.
    let error = check_issued(&leaf, &device, 1).unwrap_err();
    assert_eq!(error, AttestationError::NotAnAuthority { level: 2 });
    assert!(check_issued(&leaf, &device, 0).is_ok());
}

#[test]
fn a_chain_has_a_bound() {
    let enrolled = enrolled();
    let claim = claim(&enrolled);
    let chain = chain(&enrolled).with_issuers(vec![drill_root(); MAX_CHAIN]);
    assert_eq!(verify(&chain, &claim, Trust::Drill), Err(AttestationError::TooLong));
    let huge = AttestationChain { leaf: vec![0x30; MAX_CERTIFICATE + 1], ..real() };
    let refused = verify_chain(&huge, Trust::Drill).err();
    assert_eq!(refused, Some(AttestationError::Malformed { level: 0 }));
}
