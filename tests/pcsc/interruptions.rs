//! A token that is pulled out, and a service that dies, at any moment.

use std::sync::mpsc::channel;
use std::thread;

use token::virtual_yubikey::{Faults, TouchAnswer};
use token::{Start, Token, TokenError};

use crate::fixture::{enrol, factory, sign};
use crate::inside::inside;

/// More commands than an approval sends.
const MANY: u32 = 60;

#[test]
fn a_token_pulled_out_at_any_command_of_an_approval_costs_no_try_and_signs_afterwards() {
    let name = "interruptions::\
                a_token_pulled_out_at_any_command_of_an_approval_costs_no_try_and_signs_afterwards";
    inside(name, |service| {
        let (card, mut token) = factory(1);
        let mut plug = service.insert(0, &card);
        enrol(&mut token, Start::Fresh).unwrap();
        let mut interrupted = Vec::new();
        for fault in [Faults::remove_before, Faults::remove_after] {
            let mut pulled = 0;
            for number in 1..MANY {
                card.inject(fault(number));
                let signed = sign(&mut token);
                if card.commands() < number {
                    signed.unwrap();
                    break;
                }
                // Gone in the middle, or already gone when it was looked for again.
                let serial = card.serial();
                let gone = [TokenError::Removed, TokenError::Absent { serial }];
                let error = signed.unwrap_err();
                assert!(gone.contains(&error), "at command {number}: {error:?}");
                pulled += 1;
                card.inject(Faults::default());
                service.remove(plug);
                plug = service.insert(0, &card);
                assert_eq!(token.pin_state().unwrap().tries_left, 3, "at command {number}");
                sign(&mut token).unwrap();
            }
            interrupted.push(pulled);
        }
        println!("pulled out at {interrupted:?} commands, before and after each");
        assert!(interrupted.iter().all(|pulled| *pulled >= 7), "{interrupted:?}");
    });
}

#[test]
fn a_service_that_dies_during_the_touch_is_named_and_the_step_can_be_repeated() {
    let name = "interruptions::\
                a_service_that_dies_during_the_touch_is_named_and_the_step_can_be_repeated";
    inside(name, |service| {
        let (card, mut token) = factory(1);
        let plug = service.insert(0, &card);
        enrol(&mut token, Start::Fresh).unwrap();
        let (asked, touches) = channel();
        let (answer, answers) = channel::<()>();
        card.on_touch(move |_| {
            // Nobody listens when the service is back.
            let _ = asked.send(());
            let _ = answers.recv();
            TouchAnswer::Touched
        });
        let refused = thread::scope(|scope| {
            let signing = scope.spawn(|| sign(&mut token));
            touches.recv().unwrap();
            service.kill();
            signing.join().unwrap()
        });
        assert_eq!(refused, Err(TokenError::NoService));
        assert_eq!(token.pin_state(), Err(TokenError::NoService));
        drop(answer);
        drop(plug);
        service.restart();
        let _plug = service.insert(0, &card);
        card.on_touch(|_| TouchAnswer::Touched);
        assert_eq!(token.pin_state().unwrap().tries_left, 3);
        sign(&mut token).unwrap();
    });
}

#[test]
fn an_enrolment_that_loses_its_service_goes_on_when_it_is_back() {
    let name = "interruptions::an_enrolment_that_loses_its_service_goes_on_when_it_is_back";
    inside(name, |service| {
        let (card, mut token) = factory(1);
        let plug = service.insert(0, &card);
        card.inject(Faults::remove_after(12));
        assert!(enrol(&mut token, Start::Fresh).is_err());
        service.kill();
        assert_eq!(enrol(&mut token, Start::Resume), Err(TokenError::NoService));
        drop(plug);
        card.inject(Faults::default());
        service.restart();
        let _plug = service.insert(3, &card);
        enrol(&mut token, Start::Resume).unwrap();
        sign(&mut token).unwrap();
    });
}
