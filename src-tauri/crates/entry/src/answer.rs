//! What came back.

use secret::SecretText;

/// What the person did, or what kept the window from asking (entry-1 E12).
#[derive(Debug, PartialEq, Eq)]
pub enum Answer {
    /// What was typed; empty only where the form allows it.
    Entered(SecretText),
    /// The share was written down, and typed back.
    WrittenDown,
    /// The person said no.
    Cancelled,
    /// Nobody typed for the time that was given.
    Idle,
}

/// The outcome byte of an answer (entry-1 E12).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// A secret follows.
    Entered = 1,
    /// The share was written down, and typed back.
    WrittenDown = 2,
    /// The person said no.
    Cancelled = 3,
    /// Nobody typed for the time that was given.
    Idle = 4,
    /// The window could not be shown.
    NoDisplay = 5,
    /// The request breaks a clause of the protocol.
    Refused = 6,
    /// The system refused the protection of the process.
    Unprotected = 7,
}

impl Outcome {
    /// Every outcome.
    pub const ALL: [Self; 7] = [
        Self::Entered,
        Self::WrittenDown,
        Self::Cancelled,
        Self::Idle,
        Self::NoDisplay,
        Self::Refused,
        Self::Unprotected,
    ];

    /// The outcome that a byte stands for.
    pub fn from_byte(byte: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| *outcome as u8 == byte)
    }
}
