//! Bringing a token back to what it was when it left the factory.
//!
//! The token resets itself once PIN and PUK are blocked, so both are used up with what is neither.
//! The SDK does the same, but reads the tries from answers without looking how long these are.

use yubikit::smartcard::SmartCardConnection;

use super::PivToken;
use crate::TokenError;

const DOING: &str = "reset itself";
/// A PIN that is none: eight bytes of padding (SP 800-73-5 part 1, section 4.3.1).
const NO_PIN: [u8; 8] = [0xff; 8];
/// More tries than a token can be given.
const TRIES_MAX: usize = 256;

impl<C: SmartCardConnection> PivToken<C> {
    pub(super) fn reset_application(&mut self) -> Result<(), TokenError> {
        self.use_up(0x20, &NO_PIN)?;
        self.use_up(0x2c, &[NO_PIN, NO_PIN].concat())?;
        self.command(DOING, 0xfb, 0, 0).map(drop)
    }

    /// Repeats a command with a wrong PIN or PUK until no try of it is left.
    fn use_up(&mut self, ins: u8, wrong: &[u8]) -> Result<(), TokenError> {
        for _ in 0..TRIES_MAX {
            match self.command_with(DOING, ins, 0, 0x80, wrong) {
                Err(TokenError::Refused { status: 0x6983 | 0x63c0, .. }) => return Ok(()),
                Err(TokenError::Refused { status: 0x63c1..=0x63cf, .. }) => {}
                Err(error) => return Err(error),
                Ok(_) => break,
            }
        }
        Err(TokenError::Nonsense { doing: DOING })
    }
}
