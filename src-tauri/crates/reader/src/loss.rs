//! What errors of PC/SC mean.

use pcsc::Error;
use token::{Loss, TokenError};
use yubikit::smartcard::SmartCardError;

/// What the error says about the card; none if it says nothing that a person could act on.
pub(crate) fn loss(error: Error) -> Option<Loss> {
    match error {
        // A service that dies tears its socket off: the library calls that a communication error.
        Error::NoService | Error::ServiceStopped | Error::CommError | Error::InvalidHandle => {
            Some(Loss::NoService)
        }
        Error::RemovedCard
        | Error::NoSmartcard
        | Error::UnknownReader
        | Error::ReaderUnavailable
        | Error::UnpoweredCard
        | Error::UnresponsiveCard
        // Nothing was transmitted, or nothing came back: the card was pulled out of a contact.
        | Error::NotTransacted => Some(Loss::Removed),
        Error::ResetCard => Some(Loss::Reset),
        Error::SharingViolation => Some(Loss::Busy),
        _ => None,
    }
}

/// The error as the SDK passes it on.
pub(crate) fn transport(error: Error) -> SmartCardError {
    match loss(error) {
        Some(loss) => SmartCardError::Transport(Box::new(loss)),
        None => SmartCardError::Transport(Box::new(error)),
    }
}

/// The error of a question about readers.
pub(crate) fn failed(error: Error) -> TokenError {
    match loss(error) {
        Some(loss) => loss.into(),
        None => TokenError::Unreachable { reason: error.to_string() },
    }
}
