//! A holder who acts alone at the terminal, with a token or with a sheet.

use engine::conduct::{PinQuestion, TypedPin};
use engine::health::Means;
use engine::tokens::{Tokens, TokensError, at_hand};
use rand_core::CryptoRng;
use secret::SecretText;
use token::{Serial, Token, Touch};

use crate::exit::Exit;
use crate::failure::Failure;
use crate::prompt::Terminal;
use crate::room::{told_of_token, typed_pin};

/// A token that was taken, with the PIN that its holder typed for it.
pub(crate) struct Taken {
    token: Box<dyn Token>,
    pin: TypedPin,
}

/// A share as its holder brought it.
pub(crate) enum Brought {
    /// On a token.
    Token(Taken),
    /// As words from a sheet.
    Sheet(SecretText),
}

/// Takes the token that is here of those that the holder has, and asks for its PIN.
pub(crate) fn take(
    tokens: &mut dyn Tokens,
    (holder, own): (&str, &[Serial]),
    operation: &str,
    terminal: &mut Terminal,
    rng: &mut dyn CryptoRng,
) -> Result<Taken, Failure> {
    let serial = at_hand(tokens, own, rng).map_err(|error| unreachable(&error))?;
    let mut token = tokens.take(serial, rng).map_err(|error| unreachable(&error))?;
    let state = token.pin_state().map_err(|error| unreachable(&error.into()))?;
    let tries_left = Some(state.tries_left);
    let question = PinQuestion { holder, serial, tries_left, operation };
    let refused = |error| Failure::from_problem(Exit::Refused, &error);
    told_of_token(terminal, serial, &state).map_err(refused)?;
    let pin = typed_pin(terminal, &question).map_err(refused)?;
    Ok(Taken { token, pin })
}

/// Asks for the words of the holder's sheet.
pub(crate) fn words(terminal: &mut Terminal, holder: &str) -> Result<Brought, Failure> {
    let title = format!("Sheet of {holder}");
    let words = terminal.ask_words(&title, "The 33 words, typed from the sheet:")?;
    Ok(Brought::Sheet(words))
}

impl Brought {
    /// Hands it to `work`, and tells the holder when the token waits for a touch.
    pub(crate) fn with<T>(
        &mut self,
        terminal: &mut Terminal,
        holder: &str,
        work: impl FnOnce(Means<'_>) -> T,
    ) -> T {
        match self {
            Self::Sheet(words) => work(Means::Sheet(words)),
            Self::Token(Taken { token, pin }) => {
                let pin = pin.as_pin();
                let mut touch = |touch| tell(terminal, holder, touch);
                work(Means::Token { token: &mut **token, pin: &pin, touch: &mut touch })
            }
        }
    }
}

impl Taken {
    /// The token and its PIN.
    pub(crate) fn parts(&mut self) -> (&mut dyn Token, token::Pin<'_>) {
        (&mut *self.token, self.pin.as_pin())
    }
}

/// Tells the holder that the token waits for a touch.
pub(crate) fn tell(terminal: &mut Terminal, holder: &str, touch: Touch) {
    if let Touch::Needed { serial } = touch {
        // Whoever does not see the line sees the token blink.
        let _ = terminal.say(&format!("  {holder}: touch token {serial} now"));
    }
}

/// The token's counter of tries changed, whether or not the PIN was right: it is kept.
pub(crate) fn put_back(tokens: &mut dyn Tokens) -> Result<(), Failure> {
    tokens.put_back().map_err(|error| unreachable(&error))
}

/// A token that cannot be used.
pub(crate) fn unreachable(error: &TokensError) -> Failure {
    Failure::from_problem(Exit::Failed, error)
}
