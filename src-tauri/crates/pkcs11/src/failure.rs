//! What errors of a module mean.

use cryptoki::error::{Error, RvError};
use token::TokenError;

/// What `error` means while the module was asked to do `doing`; carries no PIN and no answer.
pub(crate) fn failed(doing: &'static str, error: Error) -> TokenError {
    use RvError::{DeviceRemoved, SessionClosed, SessionHandleInvalid, TokenNotPresent};
    match error {
        Error::Pkcs11(
            DeviceRemoved | TokenNotPresent | SessionHandleInvalid | SessionClosed,
            _,
        ) => TokenError::Removed,
        Error::Pkcs11(RvError::PinLocked, _) => TokenError::PinBlocked,
        Error::Pkcs11(value, _) => TokenError::Module { doing, reason: format!("{value:?}") },
        error => TokenError::Module { doing, reason: error.to_string() },
    }
}

/// The module's answer is not what its standard says.
pub(crate) fn nonsense(doing: &'static str, reason: &str) -> TokenError {
    TokenError::Module { doing, reason: reason.to_owned() }
}
