//! The PIN as an argument: what was typed, and whether the last try may be spent on it.

use secret::SecretText;

use crate::TokenError;

/// Whether the last try that is left may be used (envelope-1 E11).
///
/// A wrong PIN at the last try blocks the token. So the person who holds it says yes to exactly
/// that, after having been shown that one try is left; no program answers in their place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LastTry {
    /// Stop with [`TokenError::LastTry`] while one try is left.
    Keep,
    /// The holder was shown that one try is left, and wants to use it.
    Use,
}

/// A PIN or PUK as typed, together with the answer about the last try.
#[derive(Debug, Clone, Copy)]
pub struct Pin<'a> {
    text: &'a SecretText,
    last_try: LastTry,
}

impl<'a> Pin<'a> {
    /// A PIN that is tried only while more than one try is left.
    pub fn new(text: &'a SecretText) -> Self {
        Self { text, last_try: LastTry::Keep }
    }

    /// A PIN together with the holder's answer about the last try.
    pub fn with_last_try(text: &'a SecretText, last_try: LastTry) -> Self {
        Self { text, last_try }
    }

    /// What was typed.
    pub fn text(&self) -> &'a SecretText {
        self.text
    }

    /// Refuses a try that is not there, or that nobody agreed to (envelope-1 E11). Every driver
    /// asks this before it sends the PIN.
    ///
    /// # Errors
    ///
    /// [`TokenError::PinBlocked`], [`TokenError::LastTry`].
    pub fn admit(&self, state: PinState) -> Result<(), TokenError> {
        match (state.tries_left, self.last_try) {
            (0, _) => Err(TokenError::PinBlocked),
            (1, LastTry::Keep) => Err(TokenError::LastTry),
            _ => Ok(()),
        }
    }
}

/// What a token says about its PIN before anything is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PinState {
    /// Wrong entries left before the PIN is blocked; 0 means blocked. Where `counting` is not
    /// exact, the fewest that can be left.
    pub tries_left: u8,
    /// Wrong entries allowed in all; 0 if the token does not say.
    pub tries_total: u8,
    /// How exactly the token counts.
    pub counting: Counting,
    /// The PIN is still the one that every token leaves the factory with.
    pub is_default: bool,
}

/// How exactly a token tells of wrong entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counting {
    /// To the number.
    Exact,
    /// It says only when none or one is left, and whether there were wrong ones (envelope-1 E18).
    Flags {
        /// A wrong PIN was entered since the last good one.
        after_wrong: bool,
    },
}

/// The PIN of every token as it leaves the factory.
pub(crate) const DEFAULT_PIN: &str = "123456";
/// The PUK of every token as it leaves the factory.
pub(crate) const DEFAULT_PUK: &str = "12345678";

/// Accepts a new PIN or PUK: 6 to 8 printable ASCII characters, not the factory's.
///
/// SP 800-73-5 part 2 allows digits only; YubiKeys take any byte, and printable ASCII is what can
/// be typed everywhere.
pub(crate) fn check_new(what: &'static str, text: &SecretText) -> Result<(), TokenError> {
    let unsuitable = |reason| Err(TokenError::PinUnsuitable { what, reason });
    let typed = text.expose().as_bytes();
    if !(6..=8).contains(&typed.len()) {
        return unsuitable("it must have 6 to 8 characters");
    }
    if !typed.iter().all(u8::is_ascii_graphic) {
        return unsuitable("it must consist of unaccented letters, digits and signs");
    }
    if [DEFAULT_PIN, DEFAULT_PUK].contains(&text.expose()) {
        return unsuitable("it is the one that every token leaves the factory with");
    }
    if typed.windows(2).all(|pair| pair[0] == pair[1]) {
        return unsuitable("it repeats one character");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(tries_left: u8) -> PinState {
        PinState { tries_left, tries_total: 3, counting: Counting::Exact, is_default: false }
    }

    #[test]
    fn the_last_try_needs_a_yes() {
        let text = SecretText::from_exposed("271828");
        assert!(Pin::new(&text).admit(state(2)).is_ok());
        assert_eq!(Pin::new(&text).admit(state(1)), Err(TokenError::LastTry));
        assert!(Pin::with_last_try(&text, LastTry::Use).admit(state(1)).is_ok());
        let blocked = Pin::with_last_try(&text, LastTry::Use).admit(state(0));
        assert_eq!(blocked, Err(TokenError::PinBlocked));
    }

    #[test]
    fn a_weak_new_pin_is_refused() {
        for text in ["12345", "123456789", "123456", "12345678", "777777", "größer", "12 345"] {
            assert!(check_new("PIN", &SecretText::from_exposed(text)).is_err(), "{text}");
        }
        assert!(check_new("PIN", &SecretText::from_exposed("271828")).is_ok());
    }
}
