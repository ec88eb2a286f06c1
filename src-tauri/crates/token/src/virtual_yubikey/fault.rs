//! Faults on command.

/// What goes wrong, and at which command. Each fault strikes once.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Faults {
    /// The token is pulled out before it has seen this command, counted from 1.
    pub remove_before: Option<u32>,
    /// The token carries out this command and is pulled out before its answer arrives.
    pub remove_after: Option<u32>,
    /// The token refuses this command with this status word and does nothing.
    pub refuse: Option<(u32, u16)>,
    /// The token gives an empty answer and the status "success" to this command.
    pub empty_answer: Option<u32>,
    /// Nobody touches the token the next time it asks.
    pub touch_timeout: bool,
}

impl Faults {
    /// Pulled out before command `number`.
    pub fn remove_before(number: u32) -> Self {
        Self { remove_before: Some(number), ..Self::default() }
    }

    /// Pulled out after command `number` was carried out, its answer lost.
    pub fn remove_after(number: u32) -> Self {
        Self { remove_after: Some(number), ..Self::default() }
    }

    /// Refuses command `number` with `status`.
    pub fn refuse(number: u32, status: u16) -> Self {
        Self { refuse: Some((number, status)), ..Self::default() }
    }

    /// Answers command `number` with nothing.
    pub fn empty_answer(number: u32) -> Self {
        Self { empty_answer: Some(number), ..Self::default() }
    }

    /// Nobody touches the token the next time.
    pub fn touch_timeout() -> Self {
        Self { touch_timeout: true, ..Self::default() }
    }
}
