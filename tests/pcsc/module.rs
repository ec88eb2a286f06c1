//! A token of another kind behind a PKCS#11 module: OpenSC, which tells how many tries are left.

use std::path::Path;

use pkcs11::{Module, Pkcs11Token};
use strongroom_tests::skip;
use token::virtual_yubikey::Faults;
use token::{LastTry, Pin, Start, Token, TokenError};

use crate::fixture::{PIN, enrol, factory, text};
use crate::inside::inside;

const MODULES: [&str; 2] =
    ["/usr/lib/x86_64-linux-gnu/opensc-pkcs11.so", "/usr/lib/aarch64-linux-gnu/opensc-pkcs11.so"];

/// More commands than a module sends to take a PIN.
const MANY: u32 = 80;

fn opensc() -> Option<&'static Path> {
    MODULES.iter().map(Path::new).find(|path| path.exists())
}

#[test]
fn a_token_pulled_out_behind_a_module_at_any_command_costs_no_try_and_works_afterwards() {
    let name = "module::a_token_pulled_out_behind_a_module_at_any_command_costs_no_try_and_\
                works_afterwards";
    let Some(module) = opensc() else {
        return skip(name, "opensc-pkcs11 is not installed");
    };
    inside(name, |service| {
        let (card, mut own) = factory(1);
        let mut plug = service.insert(0, &card);
        enrol(&mut own, Start::Fresh).unwrap();
        let module = Module::load(module).unwrap();
        let serial = module.tokens().unwrap()[0].identity.serial;
        let mut token = Pkcs11Token::new(module, serial);
        let pin = text(PIN);
        let mut pulled = 0;
        for number in 1..MANY {
            card.inject(Faults::remove_before(number));
            let taken = token.verify_pin(&Pin::new(&pin));
            if card.commands() < number {
                taken.unwrap();
                break;
            }
            // A module may not see it, ask again, and be content: then nothing is wrong.
            let is_told = match &taken {
                Ok(_) => true,
                Err(error) => matches!(
                    error,
                    TokenError::Removed | TokenError::Absent { .. } | TokenError::Module { .. }
                ),
            };
            assert!(is_told, "at command {number}: {taken:?}");
            pulled += 1;
            card.inject(Faults::default());
            service.remove(plug);
            plug = service.insert(0, &card);
            assert_eq!(own.pin_state().unwrap().tries_left, 3, "at command {number}");
            token.verify_pin(&Pin::new(&pin)).unwrap();
        }
        println!("pulled out at {pulled} commands");
        assert!(pulled >= 3, "{pulled}");
    });
}

#[test]
fn a_pin_is_tried_through_a_module_up_to_the_edge_and_over_it_only_with_a_yes() {
    let name = "module::a_pin_is_tried_through_a_module_up_to_the_edge_and_over_it_only_with_a_yes";
    let Some(module) = opensc() else {
        return skip(name, "opensc-pkcs11 is not installed");
    };
    inside(name, |service| {
        let (card, mut own) = factory(1);
        let _plug = service.insert(0, &card);
        enrol(&mut own, Start::Fresh).unwrap();
        let module = Module::load(module).unwrap();
        let tokens = module.tokens().unwrap();
        let serial = tokens[0].identity.serial;
        assert!(serial.is_of_pkcs11(), "{tokens:?}");
        let mut token = Pkcs11Token::new(module, serial);
        token.verify_pin(&Pin::new(&text(PIN))).unwrap();
        let wrong = text("000001");
        let keep = Pin::new(&wrong);
        assert_eq!(token.verify_pin(&keep), Err(TokenError::WrongPinUncounted));
        assert_eq!(token.verify_pin(&keep), Err(TokenError::WrongPin { tries_left: 1 }));
        for _ in 0..3 {
            assert_eq!(token.verify_pin(&keep), Err(TokenError::LastTry));
        }
        assert_eq!(own.pin_state().unwrap().tries_left, 1, "nothing was tried");
        let yes = Pin::with_last_try(&wrong, LastTry::Use);
        assert_eq!(token.verify_pin(&yes), Err(TokenError::PinBlocked));
        assert_eq!(own.pin_state().unwrap().tries_left, 0);
        assert_eq!(token.verify_pin(&yes), Err(TokenError::PinBlocked));
    });
}
