use token::virtual_yubikey::Faults;
use token::{Enrolled, Pin, Slot, Start, Token, TokenError, Trace, named, self_test};

use crate::fixture::{PIN, enrol, enrolled, factory, rng, text};

fn test(token: &mut dyn Token, enrolled: &Enrolled) -> Result<(), TokenError> {
    let pin = text(PIN);
    self_test(token, enrolled, (&Pin::new(&pin), &mut |_| ()), &mut rng(9))
}

#[test]
fn every_trace_of_earlier_use_is_named_and_none_is_left_by_a_reset() {
    let (card, mut token, _) = enrolled(1);
    let traces = token.traces().unwrap();
    let keys = [Trace::Key(0x9c), Trace::Key(0x9d)];
    assert_eq!(traces, [&[Trace::Pin, Trace::Puk, Trace::ManagementKey], &keys[..]].concat());
    assert!(named(&traces).ends_with("slot 9c holds a key, slot 9d holds a key"));
    assert!(matches!(enrol(&mut token, Start::Fresh), Err(TokenError::NotFactoryNew { .. })));
    token.reset().unwrap();
    let mut token = card.connect().unwrap();
    assert_eq!(token.traces().unwrap(), []);
    enrol(&mut token, Start::Fresh).unwrap();
}

#[test]
fn looking_for_traces_costs_no_try_and_a_blocked_pin_is_one() {
    let card = factory(1);
    let mut token = card.connect().unwrap();
    assert_eq!(token.traces().unwrap(), []);
    let state = token.pin_state().unwrap();
    assert_eq!(state.tries_left, state.tries_total);
    card.block_pin();
    assert_eq!(token.traces().unwrap(), [Trace::Pin]);
}

#[test]
fn a_token_that_was_enrolled_passes_its_self_test_and_another_ones_keys_do_not() {
    let (_card, mut token, own) = enrolled(1);
    test(&mut token, &own).unwrap();
    let (_other_card, _, other) = enrolled(2);
    let serial = own.identity.serial;
    let foreign = Enrolled { key_agreement: other.key_agreement, ..own.clone() };
    let slot = Slot::KeyAgreement;
    assert_eq!(test(&mut token, &foreign), Err(TokenError::WrongKey { serial, slot }));
    let foreign = Enrolled { signature: other.signature, ..own };
    let slot = Slot::Signature;
    assert_eq!(test(&mut token, &foreign), Err(TokenError::WrongKey { serial, slot }));
}

#[test]
fn a_reset_that_is_interrupted_is_repeated() {
    let (card, token, _) = enrolled(1);
    drop(token);
    for number in 1.. {
        card.inject(Faults::remove_before(number));
        let done = card.connect().and_then(|mut token| token.reset());
        if done.is_ok() {
            break;
        }
        assert!(number < 60, "it never ends");
    }
    card.inject(Faults::default());
    assert_eq!(card.connect().unwrap().traces().unwrap(), []);
}
