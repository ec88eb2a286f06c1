//! Approvals with the signature key.

use token::{ApprovalSignature, Pin, Slot, TokenError, sign_approval, verify_approval};

use crate::fixture::{PIN, enrolled, text};

#[test]
fn an_approval_holds_for_its_statement_and_its_key_only() {
    let (card, mut token, enrolled) = enrolled(1);
    let other = crate::fixture::enrolled(2).2;
    let pin = text(PIN);
    card.on_touch(|request| {
        assert_eq!(request.slot, Some(Slot::Signature));
        token::virtual_yubikey::TouchAnswer::Touched
    });
    let statement = b"plan 42: three files to /mnt/target";
    let signed = sign_approval(&mut token, statement, &Pin::new(&pin), &mut |_| {}).unwrap();
    assert!(verify_approval(&enrolled.signature, statement, &signed));
    assert!(!verify_approval(&enrolled.signature, b"plan 43", &signed));
    assert!(!verify_approval(&enrolled.signature, b"", &signed));
    assert!(!verify_approval(&enrolled.key_agreement, statement, &signed));
    assert!(!verify_approval(&other.signature, statement, &signed));
    for at in 0..ApprovalSignature::LEN {
        let mut bytes = *signed.as_bytes();
        bytes[at] ^= 1;
        let changed = ApprovalSignature::from_bytes(bytes);
        assert!(!verify_approval(&enrolled.signature, statement, &changed));
    }
    for byte in [0, 0xff] {
        let empty = ApprovalSignature::from_bytes([byte; 64]);
        assert!(!verify_approval(&enrolled.signature, statement, &empty));
    }
}

#[test]
fn an_approval_has_one_form() {
    let (_, mut token, enrolled) = enrolled(1);
    let pin = text(PIN);
    for statement in 0_u8..16 {
        let statement = [statement];
        let signed = sign_approval(&mut token, &statement, &Pin::new(&pin), &mut |_| {}).unwrap();
        assert!(verify_approval(&enrolled.signature, &statement, &signed));
        let signature = p256::ecdsa::Signature::from_slice(signed.as_bytes()).unwrap();
        let (r, s) = signature.split_scalars();
        let other = p256::ecdsa::Signature::from_scalars(r, -s).unwrap();
        let other = ApprovalSignature::from_bytes(other.to_bytes().into());
        assert!(!verify_approval(&enrolled.signature, &statement, &other));
    }
}

#[test]
fn a_bare_signature_of_the_token_is_no_approval() {
    use sha2::Digest as _;
    use token::Token;
    let (_, mut token, enrolled) = enrolled(1);
    let pin = text(PIN);
    let statement = b"a statement";
    let digest = sha2::Sha256::digest(statement).into();
    let bare = token.sign(&digest, &Pin::new(&pin), &mut |_| {}).unwrap();
    let bare = p256::ecdsa::Signature::from_slice(&bare).unwrap().normalize_s();
    let bare = ApprovalSignature::from_bytes(bare.to_bytes().into());
    assert!(!verify_approval(&enrolled.signature, statement, &bare));
}

#[test]
fn an_approval_needs_the_pin() {
    let (_, mut token, _) = enrolled(1);
    let wrong = text("000001");
    let refused = sign_approval(&mut token, b"plan", &Pin::new(&wrong), &mut |_| {});
    assert_eq!(refused, Err(TokenError::WrongPin { tries_left: 2 }));
}
