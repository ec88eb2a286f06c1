//! Which readers there are, and what they hold.

use std::ffi::{CStr, CString};
use std::time::Duration;

use pcsc::{Context, Error, ReaderState, Scope, State};
use token::TokenError;

use crate::loss::failed;

/// A reader and what is in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reader {
    /// The name that the service gives it.
    pub name: String,
    /// What it holds.
    pub holds: Holds,
}

/// What a reader holds, as far as can be told without speaking to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holds {
    /// Nothing.
    Nothing,
    /// A card that says it is a YubiKey.
    YubiKey,
    /// A card of another kind. It is left alone.
    OtherCard,
    /// A card that does not answer.
    Mute,
}

/// All readers, in the order in which the service names them.
///
/// # Errors
///
/// [`TokenError::NoService`], [`TokenError::Unreachable`].
pub fn readers() -> Result<Vec<Reader>, TokenError> {
    let context = establish()?;
    let mut states = states(&context)?;
    look(&context, &mut states)?;
    Ok(states.iter().map(described).collect())
}

/// A connection to the service.
pub(crate) fn establish() -> Result<Context, TokenError> {
    Context::establish(Scope::User).map_err(failed)
}

/// The names of all readers.
pub(crate) fn names(context: &Context) -> Result<Vec<CString>, TokenError> {
    match context.list_readers_owned() {
        Err(Error::NoReadersAvailable) => Ok(Vec::new()),
        names => names.map_err(failed),
    }
}

fn states(context: &Context) -> Result<Vec<ReaderState>, TokenError> {
    let names = names(context)?;
    Ok(names.into_iter().map(|name| ReaderState::new(name, State::UNAWARE)).collect())
}

/// Fills in what the readers hold now.
fn look(context: &Context, states: &mut [ReaderState]) -> Result<(), TokenError> {
    if states.is_empty() {
        return Ok(());
    }
    match context.get_status_change(Duration::ZERO, states) {
        Ok(()) | Err(Error::Timeout) => Ok(()),
        Err(error) => Err(failed(error)),
    }
}

/// What a state says about its reader.
pub(crate) fn described(state: &ReaderState) -> Reader {
    Reader { name: text(state.name()), holds: holds(state) }
}

fn holds(state: &ReaderState) -> Holds {
    let event = state.event_state();
    if !event.contains(State::PRESENT) {
        Holds::Nothing
    } else if event.contains(State::MUTE) {
        Holds::Mute
    } else if is_yubikey(state.atr()) {
        Holds::YubiKey
    } else {
        Holds::OtherCard
    }
}

/// Whether the historical bytes of an answer to reset name a YubiKey, over USB or NFC.
fn is_yubikey(atr: &[u8]) -> bool {
    const NAME: &[u8] = b"yubikey";
    atr.windows(NAME.len()).any(|window| window.eq_ignore_ascii_case(NAME))
}

pub(crate) fn text(name: &CStr) -> String {
    name.to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::is_yubikey;

    #[test]
    fn a_yubikey_is_known_by_its_answer_to_reset_and_another_card_is_not() {
        let usb = b"\x3b\xfd\x13\x00\x00\x81\x31\xfe\x15\x80\x73\xc0\x21\xc0\x57YubiKey\x40";
        let nfc = b"\x3b\x8d\x80\x01\x80\x73\xc0\x21\xc0\x57YubiKey\xf9";
        let old = b"\x3b\xf8\x13\x00\x00\x81\x31\xfe\x15Yubikey4\xd4";
        let other = b"\x3b\xdb\x96\x00\x80\xb1\xfe\x45\x1f\x83\x00\x31\xc0\x64";
        assert!([&usb[..], nfc, old].into_iter().all(is_yubikey));
        assert!(!is_yubikey(other) && !is_yubikey(b""));
    }
}
