//! A virtual token that is put away and taken out again.

use terms::Problem;
use token::virtual_yubikey::{VirtualError, VirtualYubiKey, is_reserved, serial};
use token::{Pin, Serial, Start, Token, TokenError};

use crate::fixture::{PIN, content, enrol, enrolled, envelope, factory, open, rng, text};

#[test]
fn a_stored_token_is_the_same_token() {
    let (card, mut token, enrolled) = enrolled(1);
    let envelope = envelope(&enrolled);
    assert!(token.verify_pin(&Pin::new(&text("000001"))).is_err());
    let bytes = card.to_bytes();
    assert!(bytes.windows(24).any(|window| window == b"DRILL ONLY virtual token"));
    let restored = VirtualYubiKey::from_bytes(&bytes, &mut rng(9)).unwrap();
    assert_eq!(restored.to_bytes(), bytes);
    assert_eq!(restored.serial(), card.serial());
    let mut token = restored.connect().unwrap();
    assert_eq!(token.pin_state().unwrap().tries_left, 2, "wrong entries are remembered");
    assert_eq!(open(&envelope, &mut token, PIN).unwrap(), content());
    assert!(enrol(&mut token, Start::Fresh).is_err(), "it is not new");
}

#[test]
fn two_tokens_from_the_same_bytes_make_different_keys() {
    let bytes = factory(1).to_bytes();
    let make = |seed| {
        let card = VirtualYubiKey::from_bytes(&bytes, &mut rng(seed)).unwrap();
        enrol(&mut card.connect().unwrap(), Start::Fresh).unwrap().key_agreement
    };
    assert_ne!(make(10), make(11));
}

#[test]
fn no_other_bytes_are_a_token() {
    let bytes = enrolled(1).0.to_bytes();
    for at in 0..bytes.len() {
        let cut = VirtualYubiKey::from_bytes(&bytes[..at], &mut rng(9));
        assert!(matches!(cut, Err(VirtualError::Malformed(_))), "cut at {at}");
    }
    let longer = VirtualYubiKey::from_bytes(&[&bytes[..], &[0]].concat(), &mut rng(9));
    assert!(longer.is_err());
}

#[test]
fn a_serial_number_of_a_real_token_is_not_given_to_a_virtual_one() {
    let real = Serial(12_345_678);
    let refused = VirtualYubiKey::new(real, &mut rng(1)).unwrap_err();
    assert_eq!(refused, VirtualError::SerialNotReserved { serial: real });
    assert_eq!(refused.code(), "SR-VIRTUAL-SERIAL");
    assert!(!is_reserved(real) && is_reserved(serial(0).unwrap()));
    assert_eq!(serial(1_000_000), None);
    let mut token = factory(999_999).connect().unwrap();
    let identity = token.identity().unwrap();
    assert!(identity.is_virtual && identity.model.contains("drills only"));
}

#[test]
fn errors_name_no_secret() {
    let (_, mut token, _) = enrolled(1);
    let error = token.verify_pin(&Pin::new(&text("99887766"))).unwrap_err();
    let shown = format!("{error} {error:?} {} {}", error.remedy(), error.code());
    assert!(!shown.contains("99887766") && !shown.contains(PIN));
    assert_eq!(error, TokenError::WrongPin { tries_left: 2 });
}
