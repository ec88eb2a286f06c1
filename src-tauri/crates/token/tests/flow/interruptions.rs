//! The token is pulled out, refuses or answers nothing, at every single command.

use token::attestation::{Claim, Trust, verify};
use token::virtual_yubikey::{Faults, TouchAnswer};
use token::{Enrolled, EnvelopeError, Firmware, Slot, Start, Token, TokenError, Touch};

use crate::fixture::{PIN, content, enrol, enrolled, envelope, factory, open};

type Fault = fn(u32) -> Faults;

/// Every way in which one command can fail.
const FAULTS: [Fault; 4] = [
    Faults::remove_before,
    Faults::remove_after,
    |number| Faults::refuse(number, 0x6f00),
    Faults::empty_answer,
];

/// More commands than any operation sends.
const MANY: u32 = 100;

fn assert_ready(enrolled: &Enrolled, token: &mut dyn Token) {
    for (slot, key, chain) in [
        (Slot::KeyAgreement, enrolled.key_agreement, &enrolled.key_agreement_chain),
        (Slot::Signature, enrolled.signature, &enrolled.signature_chain),
    ] {
        let state = token.slot(slot).unwrap().unwrap();
        assert_eq!(state.key, Some(key));
        assert!(state.is_generated && state.is_guarded);
        let claim = Claim { serial: enrolled.identity.serial, key, minimum: Firmware::MINIMUM };
        assert!(verify(chain.as_ref().unwrap(), &claim, Trust::Drill).is_ok());
    }
    assert!(!token.pin_state().unwrap().is_default);
}

#[test]
fn an_enrolment_interrupted_at_any_command_is_not_reported_as_done_and_can_be_resumed() {
    for fault in FAULTS {
        let mut interrupted = 0;
        for number in 1..MANY {
            let card = factory(1);
            card.inject(fault(number));
            let first = card.connect().and_then(|mut token| enrol(&mut token, Start::Fresh));
            if card.commands() < number {
                assert!(first.is_ok(), "no fault struck, yet {first:?}");
                break;
            }
            card.inject(Faults::default());
            let mut token = card.connect().unwrap();
            match first {
                // An empty answer is the right one to some commands.
                Ok(done) => assert_ready(&done, &mut token),
                Err(_) => interrupted += 1,
            }
            let resumed = enrol(&mut token, Start::Resume).unwrap_or_else(|error| {
                panic!("after {:?} the enrolment does not go on: {error}", fault(number))
            });
            assert_ready(&resumed, &mut token);
            let opened = open(&envelope(&resumed), &mut token, PIN);
            assert_eq!(opened.unwrap(), content());
        }
        assert!(interrupted > 20, "only {interrupted} commands were interrupted");
    }
}

#[test]
fn an_enrolment_interrupted_again_and_again_comes_to_its_end() {
    for fault in [Faults::remove_before, Faults::remove_after] {
        let card = factory(1);
        let mut start = Start::Fresh;
        let mut number = 1;
        let done = loop {
            card.inject(fault(number));
            let attempt = card.connect().and_then(|mut token| enrol(&mut token, start));
            (start, number) = (Start::Resume, number + 1);
            if let Ok(done) = attempt {
                break done;
            }
            assert!(number < MANY);
        };
        card.inject(Faults::default());
        assert_ready(&done, &mut card.connect().unwrap());
    }
}

#[test]
fn opening_interrupted_at_any_command_gives_nothing_and_costs_no_try() {
    let (card, _, enrolled) = enrolled(1);
    let envelope = envelope(&enrolled);
    for fault in FAULTS {
        let mut interrupted = 0;
        for number in 1..MANY {
            card.inject(fault(number));
            let opened = card
                .connect()
                .map_err(EnvelopeError::from)
                .and_then(|mut token| open(&envelope, &mut token, PIN));
            if card.commands() < number {
                assert_eq!(opened.unwrap(), content());
                break;
            }
            match opened {
                Ok(opened) => assert_eq!(opened, content()),
                Err(EnvelopeError::Token(_)) => interrupted += 1,
                Err(error) => panic!("{:?}: {error}", fault(number)),
            }
            card.inject(Faults::default());
            let mut token = card.connect().unwrap();
            assert_eq!(token.pin_state().unwrap().tries_left, 3);
            assert_eq!(open(&envelope, &mut token, PIN).unwrap(), content());
        }
        assert!(interrupted > 5, "only {interrupted} commands were interrupted");
    }
}

#[test]
fn a_token_that_was_pulled_out_says_so_until_it_is_opened_anew() {
    let (card, mut token, enrolled) = enrolled(1);
    card.remove();
    assert_eq!(token.pin_state(), Err(TokenError::Removed));
    let mut anew = card.connect().unwrap();
    assert_eq!(token.pin_state(), Err(TokenError::Removed));
    assert_eq!(open(&envelope(&enrolled), &mut anew, PIN).unwrap(), content());
}

#[test]
fn a_touch_that_does_not_come_is_a_timeout_and_the_next_one_counts() {
    let (card, mut token, enrolled) = enrolled(1);
    let envelope = envelope(&enrolled);
    card.inject(Faults::touch_timeout());
    let refused = open(&envelope, &mut token, PIN);
    assert_eq!(refused.err(), Some(EnvelopeError::Token(TokenError::TouchTimeout)));
    assert_eq!(open(&envelope, &mut token, PIN).unwrap(), content());
    card.on_touch(|request| {
        assert_eq!(request.slot, Some(Slot::KeyAgreement));
        TouchAnswer::TimedOut
    });
    for _ in 0..5 {
        let refused = open(&envelope, &mut token, PIN);
        assert_eq!(refused.err(), Some(EnvelopeError::Token(TokenError::TouchTimeout)));
    }
    assert_eq!(token.pin_state().unwrap().tries_left, 3);
}

#[test]
fn a_touch_is_announced_and_its_end_too_also_when_it_fails() {
    let (card, mut token, enrolled) = enrolled(1);
    let serial = enrolled.identity.serial;
    for faults in [Faults::default(), Faults::touch_timeout()] {
        card.inject(faults);
        let mut seen = Vec::new();
        let pin = crate::fixture::text(PIN);
        let pin = token::Pin::new(&pin);
        let _ = token.agree(&enrolled.signature, &pin, &mut |touch| seen.push(touch));
        assert_eq!(seen, [Touch::Needed { serial }, Touch::Over]);
    }
    let mut seen = Vec::new();
    let wrong = crate::fixture::text("000001");
    let refused =
        token.agree(&enrolled.signature, &token::Pin::new(&wrong), &mut |touch| seen.push(touch));
    assert_eq!(refused.err(), Some(TokenError::WrongPin { tries_left: 2 }));
    assert!(seen.is_empty(), "nobody is asked to touch for a wrong PIN");
}
