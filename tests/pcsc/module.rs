//! A token of another kind behind a PKCS#11 module: OpenSC, which tells how many tries are left.

use std::path::Path;

use pkcs11::{Module, Pkcs11Token};
use strongroom_tests::skip;
use token::{LastTry, Pin, Start, Token, TokenError};

use crate::fixture::{PIN, enrol, factory, text};
use crate::inside::inside;

const MODULES: [&str; 2] =
    ["/usr/lib/x86_64-linux-gnu/opensc-pkcs11.so", "/usr/lib/aarch64-linux-gnu/opensc-pkcs11.so"];

#[test]
fn a_pin_is_tried_through_a_module_up_to_the_edge_and_over_it_only_with_a_yes() {
    let name = "module::a_pin_is_tried_through_a_module_up_to_the_edge_and_over_it_only_with_a_yes";
    let Some(module) = MODULES.iter().map(Path::new).find(|path| path.exists()) else {
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
