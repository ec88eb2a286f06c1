//! PKCS#11 tokens as ceremonies use them, beside those of other kinds.

use engine::tokens::{Tokens, TokensError};
use rand_core::CryptoRng;
use token::{Serial, Token};

use crate::module::Module;
use crate::use_of_keys::Pkcs11Token;

/// The tokens of a module, and all others where they were before.
pub struct Pkcs11Tokens<'a> {
    module: Module,
    others: Box<dyn Tokens + 'a>,
}

impl<'a> Pkcs11Tokens<'a> {
    /// Those of `module`; every token with another kind of number is among `others`.
    pub fn new(module: Module, others: Box<dyn Tokens + 'a>) -> Self {
        Self { module, others }
    }
}

impl Tokens for Pkcs11Tokens<'_> {
    /// Never one of the module: those are named by their labels.
    fn new_token(
        &mut self,
        is_known: &dyn Fn(Serial) -> bool,
        rng: &mut dyn CryptoRng,
    ) -> Result<Serial, TokensError> {
        self.others.new_token(is_known, rng)
    }

    fn labelled(&mut self, label: &str) -> Result<Serial, TokensError> {
        let tokens = self.module.tokens()?;
        let mut found = tokens.iter().filter(|seen| seen.label == label);
        match (found.next(), found.count()) {
            (Some(seen), 0) => Ok(seen.identity.serial),
            (first, more) => {
                let found = usize::from(first.is_some()) + more;
                Err(TokensError::Label { label: label.to_owned(), found })
            }
        }
    }

    fn take(
        &mut self,
        serial: Serial,
        rng: &mut dyn CryptoRng,
    ) -> Result<Box<dyn Token>, TokensError> {
        if serial.is_of_pkcs11() {
            return Ok(Box::new(Pkcs11Token::new(self.module.clone(), serial)));
        }
        self.others.take(serial, rng)
    }

    fn put_back(&mut self) -> Result<(), TokensError> {
        self.others.put_back()
    }
}
