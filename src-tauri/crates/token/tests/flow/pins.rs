//! PIN and PUK to the last try, and what an enrolment refuses.

use token::virtual_yubikey::{VirtualYubiKey, serial};
use token::{
    Enrolled, Enrolment, EnvelopeError, Firmware, LastTry, Pin, Slot, Start, Token, TokenError,
};
use yubikit::piv::{
    DEFAULT_MANAGEMENT_KEY, KeyType, ManagementKey, ManagementKeyType, PinPolicy, PivSession,
    TouchPolicy,
};

use crate::fixture::{PIN, PUK, content, enrol, enrolled, envelope, factory, open, rng, text};

#[test]
fn tries_are_counted_shown_and_the_last_is_kept() {
    let (card, mut token, enrolled) = enrolled(1);
    let envelope = envelope(&enrolled);
    let refused = |token: &mut dyn Token| match open(&envelope, token, "000001") {
        Err(EnvelopeError::Token(error)) => error,
        other => panic!("{other:?}"),
    };
    assert_eq!(refused(&mut token), TokenError::WrongPin { tries_left: 2 });
    assert_eq!(refused(&mut token), TokenError::WrongPin { tries_left: 1 });
    // However often it is asked, and even with the right PIN, the last try is not touched.
    for pin in ["000001", PIN, "000001"] {
        let error = open(&envelope, &mut token, pin).err();
        assert_eq!(error, Some(EnvelopeError::Token(TokenError::LastTry)));
        assert_eq!(token.verify_pin(&Pin::new(&text(pin))), Err(TokenError::LastTry));
        let changed = token.change_pin(&Pin::new(&text(pin)), &text("161803"));
        assert_eq!(changed, Err(TokenError::LastTry));
    }
    assert_eq!(token.pin_state().unwrap().tries_left, 1);
    // With a yes and the right PIN all tries are back.
    let (right, wrong) = (text(PIN), text("000001"));
    let state = token.verify_pin(&Pin::with_last_try(&right, LastTry::Use)).unwrap();
    assert_eq!((state.tries_left, state.tries_total), (3, 3));
    // With a yes and a wrong one the token is blocked, also for the right one.
    for _ in 0..2 {
        let _ = token.verify_pin(&Pin::new(&wrong));
    }
    let used = token.verify_pin(&Pin::with_last_try(&wrong, LastTry::Use));
    assert_eq!(used, Err(TokenError::PinBlocked));
    let blocked = open(&envelope, &mut token, PIN).err();
    assert_eq!(blocked, Some(EnvelopeError::Token(TokenError::PinBlocked)));
    let mut anew = card.connect().unwrap();
    assert_eq!(anew.pin_state().unwrap().tries_left, 0);
}

#[test]
fn the_puk_unblocks_and_has_tries_of_its_own() {
    let (card, mut token, enrolled) = enrolled(1);
    card.block_pin();
    let (wrong, new) = (text("00000001"), text("161803"));
    let refused = token.unblock_pin(&Pin::new(&wrong), &new);
    assert_eq!(refused, Err(TokenError::WrongPuk { tries_left: 2 }));
    let weak = token.unblock_pin(&Pin::new(&wrong), &text("123456"));
    assert!(matches!(weak, Err(TokenError::PinUnsuitable { .. })));
    token.unblock_pin(&Pin::new(&text(PUK)), &new).unwrap();
    assert_eq!(open(&envelope(&enrolled), &mut token, "161803").unwrap(), content());
    for tries_left in [2, 1] {
        let refused = token.unblock_pin(&Pin::new(&wrong), &new);
        assert_eq!(refused, Err(TokenError::WrongPuk { tries_left }));
    }
    assert_eq!(token.unblock_pin(&Pin::new(&text(PUK)), &new), Err(TokenError::LastTry));
    let used = token.unblock_pin(&Pin::with_last_try(&wrong, LastTry::Use), &new);
    assert_eq!(used, Err(TokenError::PukBlocked));
    let blocked = token.unblock_pin(&Pin::with_last_try(&text(PUK), LastTry::Use), &new);
    assert_eq!(blocked, Err(TokenError::PukBlocked));
}

#[test]
fn a_changed_pin_replaces_the_old_one() {
    let (_, mut token, enrolled) = enrolled(1);
    token.change_pin(&Pin::new(&text(PIN)), &text("161803")).unwrap();
    let envelope = envelope(&enrolled);
    assert!(open(&envelope, &mut token, PIN).is_err());
    assert_eq!(open(&envelope, &mut token, "161803").unwrap(), content());
}

#[test]
fn a_resumed_enrolment_does_not_guess_the_pin() {
    let (_, mut token, _) = enrolled(1);
    let (pin, puk) = (text("161803"), text(PUK));
    let start = Start::Resume;
    let enrolment = Enrolment { pin: &pin, puk: &puk, start, minimum: Firmware::MINIMUM };
    let refused = token.enrol(&enrolment, &mut rng(2));
    assert_eq!(refused.err(), Some(TokenError::WrongPin { tries_left: 2 }));
    let refused = token.enrol(&enrolment, &mut rng(2));
    assert_eq!(refused.err(), Some(TokenError::WrongPin { tries_left: 1 }));
    let refused = token.enrol(&enrolment, &mut rng(2));
    assert_eq!(refused.err(), Some(TokenError::LastTry));
}

#[test]
fn a_token_that_was_used_before_is_refused() {
    let (_, mut token, enrolled) = enrolled(1);
    let refused = enrol(&mut token, Start::Fresh);
    assert!(matches!(refused, Err(TokenError::NotFactoryNew { .. })));
    // And nothing was changed by asking.
    assert_eq!(open(&envelope(&enrolled), &mut token, PIN).unwrap(), content());
}

#[test]
fn old_firmware_and_weak_pins_are_refused_before_anything_is_changed() {
    let old = Firmware(5, 4, 3);
    let card = VirtualYubiKey::with_firmware(serial(3).unwrap(), old, &mut rng(1)).unwrap();
    let refused = enrol(&mut card.connect().unwrap(), Start::Fresh);
    let minimum = Firmware::MINIMUM;
    assert_eq!(refused.err(), Some(TokenError::FirmwareTooOld { found: old, minimum }));
    let mut token = factory(1).connect().unwrap();
    for (pin, puk) in [("123456", PUK), (PIN, "12345678"), (PIN, PIN), ("1234", PUK)] {
        let (pin, puk) = (text(pin), text(puk));
        let enrolment = Enrolment { pin: &pin, puk: &puk, start: Start::Fresh, minimum };
        let refused = token.enrol(&enrolment, &mut rng(2));
        assert!(matches!(refused, Err(TokenError::PinUnsuitable { .. })));
    }
    assert!(token.pin_state().unwrap().is_default);
    assert_eq!(token.slot(Slot::KeyAgreement).unwrap(), None);
}

/// Keys made without our enrolment, over the SDK alone.
fn provision(card: &VirtualYubiKey, pin: PinPolicy, touch: TouchPolicy) {
    let mut session = PivSession::new(card.insert()).map_err(|(error, _)| error).unwrap();
    let key = ManagementKey::new(ManagementKeyType::Aes192, DEFAULT_MANAGEMENT_KEY).unwrap();
    session.authenticate(&key).unwrap();
    let slot = yubikit::piv::Slot::KeyManagement;
    session.generate_key(slot, KeyType::EccP256, pin, touch).unwrap();
}

#[test]
fn a_key_behind_the_factory_pin_or_without_touch_is_not_used() {
    let peer = enrolled(2).2.signature;
    let card = factory(1);
    let pin = text("123456");
    let agree = |card: &VirtualYubiKey| {
        card.connect().unwrap().agree(&peer, &Pin::new(&pin), &mut |_| {}).err()
    };
    let slot = Slot::KeyAgreement;
    assert_eq!(agree(&card), Some(TokenError::SlotEmpty { slot }));
    provision(&card, PinPolicy::Always, TouchPolicy::Always);
    assert_eq!(agree(&card), Some(TokenError::DefaultPin));
    for (pin, touch) in [
        (PinPolicy::Once, TouchPolicy::Always),
        (PinPolicy::Always, TouchPolicy::Never),
        (PinPolicy::Always, TouchPolicy::Cached),
        (PinPolicy::Never, TouchPolicy::Never),
    ] {
        provision(&card, pin, touch);
        assert!(matches!(agree(&card), Some(TokenError::WrongSlot { .. })), "{pin:?} {touch:?}");
    }
    let refused = enrol(&mut card.connect().unwrap(), Start::Fresh);
    assert_eq!(refused.err(), Some(TokenError::NotFactoryNew { what: "it holds a key" }));
}

#[test]
fn only_blocked_tokens_reset_and_then_they_are_new() {
    let (card, _, before) = enrolled(1);
    let mut session = PivSession::new(card.insert()).map_err(|(error, _)| error).unwrap();
    session.reset().unwrap();
    let mut token = card.connect().unwrap();
    let again = enrol(&mut token, Start::Fresh).unwrap();
    assert_ne!(again.key_agreement, before.key_agreement);
    // The attestation key outlives a reset.
    let device = |enrolled: &Enrolled| enrolled.signature_chain.clone().unwrap().device;
    assert_eq!(device(&again), device(&before));
    let refused = open(&envelope(&before), &mut token, PIN).err();
    let (serial, slot) = (again.identity.serial, Slot::KeyAgreement);
    assert_eq!(refused, Some(EnvelopeError::Token(TokenError::WrongKey { serial, slot })));
}
