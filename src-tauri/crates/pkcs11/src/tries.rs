//! What a PKCS#11 token says of the tries of its PINs (envelope-1 E18).

use cryptoki::slot::TokenInfo;
use token::{Counting, PinState, TokenError};

/// Three flags about one PIN.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Flags {
    pub(crate) count_low: bool,
    pub(crate) final_try: bool,
    pub(crate) locked: bool,
}

impl Flags {
    pub(crate) fn of_user(info: &TokenInfo) -> Self {
        Self {
            count_low: info.user_pin_count_low(),
            final_try: info.user_pin_final_try(),
            locked: info.user_pin_locked(),
        }
    }

    pub(crate) fn of_officer(info: &TokenInfo) -> Self {
        Self {
            count_low: info.so_pin_count_low(),
            final_try: info.so_pin_final_try(),
            locked: info.so_pin_locked(),
        }
    }

    /// The state that the flags tell: without the last two at least two tries are left.
    pub(crate) fn state(self) -> PinState {
        let tries_left = match self {
            Self { locked: true, .. } => 0,
            Self { final_try: true, .. } => 1,
            _ => 2,
        };
        let counting = Counting::Flags { after_wrong: self.count_low };
        PinState { tries_left, tries_total: 0, counting, is_default: false }
    }

    /// What a wrong PIN means, after which these are the flags.
    pub(crate) fn after_wrong(self) -> TokenError {
        match self.state().tries_left {
            0 => TokenError::PinBlocked,
            1 => TokenError::WrongPin { tries_left: 1 },
            _ => TokenError::WrongPinUncounted,
        }
    }
}

#[cfg(test)]
mod tests {
    use secret::SecretText;
    use token::{LastTry, Pin};

    use super::*;

    fn flags(count_low: bool, final_try: bool, locked: bool) -> Flags {
        Flags { count_low, final_try, locked }
    }

    #[test]
    fn the_flags_tell_the_fewest_tries_that_can_be_left() {
        let left = |flags: Flags| flags.state().tries_left;
        assert_eq!(left(flags(false, false, false)), 2);
        assert_eq!(left(flags(true, false, false)), 2);
        assert_eq!(left(flags(true, true, false)), 1);
        // Modules leave the weaker flags set, or clear them.
        assert_eq!((left(flags(true, true, true)), left(flags(false, false, true))), (0, 0));
        let counting = flags(true, false, false).state().counting;
        assert_eq!(counting, Counting::Flags { after_wrong: true });
    }

    #[test]
    fn the_last_try_and_a_locked_token_are_refused_before_a_pin_is_sent() {
        let text = SecretText::from_exposed("271828");
        let last = flags(true, true, false).state();
        assert_eq!(Pin::new(&text).admit(last), Err(TokenError::LastTry));
        assert!(Pin::with_last_try(&text, LastTry::Use).admit(last).is_ok());
        let locked = flags(true, false, true).state();
        let refused = Pin::with_last_try(&text, LastTry::Use).admit(locked);
        assert_eq!(refused, Err(TokenError::PinBlocked));
    }

    #[test]
    fn a_wrong_pin_is_told_with_what_is_known_of_the_next_try() {
        let after = |flags: Flags| flags.after_wrong();
        assert_eq!(after(flags(true, false, false)), TokenError::WrongPinUncounted);
        assert_eq!(after(flags(true, true, false)), TokenError::WrongPin { tries_left: 1 });
        assert_eq!(after(flags(true, true, true)), TokenError::PinBlocked);
    }
}
