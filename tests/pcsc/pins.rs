//! PINs up to the edge, and never over it without a yes.

use secret::SecretText;
use token::{LastTry, Pin, Start, Token, TokenError};

use crate::fixture::{PIN, PUK, enrol, factory, sign, text};
use crate::inside::inside;

#[test]
fn wrong_pins_are_counted_and_the_last_try_needs_a_yes() {
    inside("pins::wrong_pins_are_counted_and_the_last_try_needs_a_yes", |service| {
        let (card, mut token) = factory(1);
        let _plug = service.insert(0, &card);
        enrol(&mut token, Start::Fresh).unwrap();
        let wrong = text("000001");
        for tries_left in [2, 1] {
            let refused = token.verify_pin(&Pin::new(&wrong));
            assert_eq!(refused, Err(TokenError::WrongPin { tries_left }));
            assert_eq!(token.pin_state().unwrap().tries_left, tries_left);
        }
        // Neither the wrong nor the right PIN is tried: nothing reaches the counter.
        for pin in [&wrong, &text(PIN)] {
            assert_eq!(token.verify_pin(&Pin::new(pin)), Err(TokenError::LastTry));
        }
        assert_eq!(sign(&mut token), Err(TokenError::LastTry));
        assert_eq!(token.pin_state().unwrap().tries_left, 1);
        let state = token.verify_pin(&yes(&text(PIN))).unwrap();
        assert_eq!(state.tries_left, 3);
    });
}

#[test]
fn a_blocked_token_says_so_and_the_puk_frees_it() {
    inside("pins::a_blocked_token_says_so_and_the_puk_frees_it", |service| {
        let (card, mut token) = factory(1);
        let _plug = service.insert(0, &card);
        enrol(&mut token, Start::Fresh).unwrap();
        let wrong = text("000001");
        for _ in 0..2 {
            assert!(token.verify_pin(&Pin::new(&wrong)).is_err());
        }
        assert_eq!(token.verify_pin(&yes(&wrong)), Err(TokenError::PinBlocked));
        assert_eq!(sign(&mut token), Err(TokenError::PinBlocked));
        let (puk, new) = (text(PUK), text("161803"));
        token.unblock_pin(&Pin::new(&puk), &new).unwrap();
        assert_eq!(token.verify_pin(&Pin::new(&new)).unwrap().tries_left, 3);
    });
}

fn yes(pin: &SecretText) -> Pin<'_> {
    Pin::with_last_try(pin, LastTry::Use)
}
