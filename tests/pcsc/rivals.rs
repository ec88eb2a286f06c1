//! Other programs that use the same token.

use std::ffi::CString;
use std::process::Command;
use std::sync::mpsc::channel;
use std::thread;

use pcsc::{Context, Disposition, Protocols, Scope, ShareMode};
use token::{Start, Token, TokenError};

use crate::fixture::{enrol, factory, sign};
use crate::inside::inside;

fn reader_in_use() -> CString {
    CString::new(reader::tokens().unwrap().remove(0).reader).unwrap()
}

#[test]
fn a_reset_by_another_program_between_two_steps_changes_nothing() {
    inside("rivals::a_reset_by_another_program_between_two_steps_changes_nothing", |service| {
        let (card, mut token) = factory(1);
        let _plug = service.insert(0, &card);
        enrol(&mut token, Start::Fresh).unwrap();
        let context = Context::establish(Scope::User).unwrap();
        for _ in 0..3 {
            sign(&mut token).unwrap();
            let name = reader_in_use();
            let other = context.connect(&name, ShareMode::Shared, Protocols::ANY).unwrap();
            other.disconnect(Disposition::ResetCard).map_err(|(_, error)| error).unwrap();
        }
        sign(&mut token).unwrap();
        assert_eq!(token.pin_state().unwrap().tries_left, 3);
    });
}

#[test]
fn a_program_that_holds_the_card_and_resets_it_is_waited_for() {
    inside("rivals::a_program_that_holds_the_card_and_resets_it_is_waited_for", |service| {
        let (card, mut token) = factory(1);
        let _plug = service.insert(0, &card);
        enrol(&mut token, Start::Fresh).unwrap();
        let context = Context::establish(Scope::User).unwrap();
        let name = reader_in_use();
        let mut other = context.connect(&name, ShareMode::Shared, Protocols::ANY).unwrap();
        let holding = other.transaction().unwrap();
        let (begun, begins) = channel();
        let signed = thread::scope(|scope| {
            let signing = scope.spawn(|| {
                begun.send(()).unwrap();
                sign(&mut token)
            });
            begins.recv().unwrap();
            let seen = card.commands();
            // What the other program does in between is nobody else's.
            for _ in 0..20 {
                holding.status2_owned().unwrap();
            }
            assert_eq!(card.commands(), seen, "the card was reached through a held transaction");
            holding.end(Disposition::ResetCard).map_err(|(_, error)| error).unwrap();
            signing.join().unwrap()
        });
        signed.unwrap();
    });
}

#[test]
fn a_program_that_does_not_let_go_makes_the_token_busy_and_is_not_ended() {
    let name = "rivals::a_program_that_does_not_let_go_makes_the_token_busy_and_is_not_ended";
    inside(name, |service| {
        let (card, mut token) = factory(1);
        let _plug = service.insert(0, &card);
        enrol(&mut token, Start::Fresh).unwrap();
        let context = Context::establish(Scope::User).unwrap();
        let name = reader_in_use();
        let other = context.connect(&name, ShareMode::Exclusive, Protocols::ANY).unwrap();
        assert_eq!(token.pin_state(), Err(TokenError::Busy));
        // It is not disturbed, and afterwards the token is free again.
        other.status2_owned().unwrap();
        other.disconnect(Disposition::LeaveCard).map_err(|(_, error)| error).unwrap();
        assert_eq!(token.pin_state().unwrap().tries_left, 3);
        let mut other = context.connect(&name, ShareMode::Shared, Protocols::ANY).unwrap();
        let holding = other.transaction().unwrap();
        assert_eq!(token.pin_state(), Err(TokenError::Busy), "after a bounded wait");
        drop(holding);
        assert_eq!(token.pin_state().unwrap().tries_left, 3);
    });
}

#[test]
fn a_pin_that_was_shown_serves_no_other_program() {
    inside("rivals::a_pin_that_was_shown_serves_no_other_program", |service| {
        let (card, mut token) = factory(1);
        let _plug = service.insert(0, &card);
        enrol(&mut token, Start::Fresh).unwrap();
        sign(&mut token).unwrap();
        // The object with the management key, which only the PIN opens.
        let read = ["--reader", "0", "-s", "00:A4:04:00:05:A0:00:00:03:08"];
        let mut other = Command::new("opensc-tool");
        let other = other.args(read).args(["-s", "00:CB:3F:FF:05:5C:03:5F:C1:09:00"]);
        let Ok(output) = other.output() else { return };
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(text.contains("SW1=0x69, SW2=0x82"), "{text}");
    });
}
