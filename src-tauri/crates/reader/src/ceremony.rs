//! The tokens in this machine's readers, as ceremonies use them.

use engine::tokens::{Tokens, TokensError};
use rand_core::CryptoRng;
use token::virtual_yubikey::is_reserved;
use token::{Serial, Token};

use crate::hardware::{HardwareToken, tokens};

/// Tokens of one kind: virtual ones in a drill, real ones where shares are to be protected.
///
/// The other kind is refused before anything is written to it: a drill must not use up a real
/// token, and a virtual one protects nothing.
pub struct ReaderTokens {
    is_drill: bool,
}

impl ReaderTokens {
    /// Those that a vault takes.
    pub fn new(is_drill: bool) -> Self {
        Self { is_drill }
    }

    fn admit(&self, serial: Serial) -> Result<Serial, TokensError> {
        if serial.is_of_pkcs11() {
            return Err(TokensError::NoModule);
        }
        let is_virtual = is_reserved(serial);
        if is_virtual == self.is_drill {
            Ok(serial)
        } else {
            Err(TokensError::WrongKind { serial, is_virtual })
        }
    }
}

impl Tokens for ReaderTokens {
    fn new_token(
        &mut self,
        is_known: &dyn Fn(Serial) -> bool,
        _rng: &mut dyn CryptoRng,
    ) -> Result<Serial, TokensError> {
        let (mut new, mut failure) = (Vec::new(), None);
        for seen in tokens()? {
            match seen.identity {
                Ok(identity) if is_known(identity.serial) => {}
                Ok(identity) => new.push(identity.serial),
                Err(error) => failure = Some(error),
            }
        }
        match (new.as_slice(), failure) {
            // In a drill nothing depends on who gets which.
            ([serial, ..], _) if self.is_drill => self.admit(*serial),
            ([serial], None) => self.admit(*serial),
            (_, Some(error)) => Err(error.into()),
            ([], None) => Err(TokensError::NoNew),
            (_, None) => Err(TokensError::SeveralNew { serials: new }),
        }
    }

    fn take(
        &mut self,
        serial: Serial,
        _rng: &mut dyn CryptoRng,
    ) -> Result<Box<dyn Token>, TokensError> {
        Ok(Box::new(HardwareToken::new(self.admit(serial)?)))
    }

    fn put_back(&mut self) -> Result<(), TokensError> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use token::virtual_yubikey::serial;

    use super::*;

    #[test]
    fn a_drill_refuses_real_tokens_and_everything_else_virtual_ones_before_they_are_touched() {
        let (real, made_up) = (Serial(12_345_678), serial(1).unwrap());
        let refused = |is_drill, serial| ReaderTokens::new(is_drill).admit(serial).is_err();
        assert!(refused(true, real) && !refused(true, made_up));
        assert!(refused(false, made_up) && !refused(false, real));
    }
}
