//! What can go wrong with a token or an envelope.

use terms::{CanonError, Problem};

use crate::{Firmware, Serial, Slot};

/// Why a token did not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// The PIN was wrong.
    #[error("the PIN is wrong; {tries_left} tries are left")]
    WrongPin {
        /// Tries left; never 0, that is [`Self::PinBlocked`].
        tries_left: u8,
    },
    /// The PIN was wrong, and the token does not count (envelope-1 E18).
    #[error("the PIN is wrong; the token does not say how many tries are left")]
    WrongPinUncounted,
    /// The PUK was wrong.
    #[error("the PUK is wrong; {tries_left} tries are left")]
    WrongPuk {
        /// Tries left; never 0, that is [`Self::PukBlocked`].
        tries_left: u8,
    },
    /// No try is left.
    #[error("the PIN is blocked")]
    PinBlocked,
    /// No try of the PUK is left.
    #[error("the PUK is blocked")]
    PukBlocked,
    /// One try is left and nobody agreed to use it. Nothing was tried.
    #[error("one try is left; a wrong entry blocks the token")]
    LastTry,
    /// The PIN is still the factory's. Nothing was tried.
    #[error("the PIN is still the one that every token leaves the factory with")]
    DefaultPin,
    /// The new PIN or PUK does not do. Nothing was tried.
    #[error("this {what} cannot be used: {reason}")]
    PinUnsuitable {
        /// `PIN` or `PUK`.
        what: &'static str,
        /// Why, as a clause.
        reason: &'static str,
    },
    /// The token is no longer there.
    #[error("the token was removed")]
    Removed,
    /// Another program uses the token.
    #[error("another program is using the token")]
    Busy,
    /// Another program reset the token in the middle of an operation, and again when it was
    /// repeated; or a PIN was on its way, so that it was not repeated.
    #[error("another program reset the token while it was in use")]
    Reset,
    /// The system's service for readers does not run, or stopped.
    #[error("the service that talks to readers (pcscd) does not run")]
    NoService,
    /// The token is in no reader.
    #[error("token {serial} is in no reader")]
    Absent {
        /// The token that is needed.
        serial: Serial,
    },
    /// Nobody touched the token in time.
    #[error("the token was not touched in time")]
    TouchTimeout,
    /// Another token than the one that is needed.
    #[error("this is token {found}, not token {expected}")]
    WrongToken {
        /// The token that is needed.
        expected: Serial,
        /// The token that is there.
        found: Serial,
    },
    /// The token's key is not the one that is needed: it was reset or replaced since.
    #[error("token {serial} holds another key in slot {slot} than it did")]
    WrongKey {
        /// The token.
        serial: Serial,
        /// The slot with the other key.
        slot: Slot,
    },
    /// The slot holds a key that cannot be used here.
    #[error("the key in slot {slot} cannot be used: {reason}")]
    WrongSlot {
        /// The slot.
        slot: Slot,
        /// Why, as a clause.
        reason: &'static str,
    },
    /// There is no key in the slot.
    #[error("slot {slot} holds no key")]
    SlotEmpty {
        /// The slot.
        slot: Slot,
    },
    /// The token makes no statement about the key.
    #[error("the token does not attest the key in slot {slot}")]
    NotAttested {
        /// The slot.
        slot: Slot,
    },
    /// The token keeps no half of a hybrid key.
    #[error("the token keeps no key for threshold mode")]
    NoQuantumSeed,
    /// The token was used before.
    #[error("the token is not as it left the factory: {what}")]
    NotFactoryNew {
        /// What was found, as a clause.
        what: &'static str,
    },
    /// This program cannot bring the token back to what it was when it left the factory.
    #[error("this program cannot reset the token")]
    NoReset,
    /// The management key is neither the factory's nor the one stored behind the PIN.
    #[error("the token's management key is unknown")]
    ManagementKeyUnknown,
    /// The firmware is older than the policy admits.
    #[error("the token's firmware {found} is older than {minimum}")]
    FirmwareTooOld {
        /// What the token has.
        found: Firmware,
        /// The oldest that is admitted.
        minimum: Firmware,
    },
    /// There is no PIV application on the card.
    #[error("the card has no PIV application")]
    NoPiv,
    /// The token refused a command.
    #[error("the token refused to {doing} (status {status:04X})")]
    Refused {
        /// What was asked, as an infinitive without `to`.
        doing: &'static str,
        /// The status word of ISO 7816-4.
        status: u16,
    },
    /// The token's answer makes no sense.
    #[error("the token answered nonsense when asked to {doing}")]
    Nonsense {
        /// What was asked, as an infinitive without `to`.
        doing: &'static str,
    },
    /// The PKCS#11 module did not do what it was asked.
    #[error("the token's module did not {doing}: {reason}")]
    Module {
        /// What was asked, as an infinitive without `to`.
        doing: &'static str,
        /// What it said; the name of a return value, or what is wrong with its answer.
        reason: String,
    },
    /// The connection failed in another way.
    #[error("the token cannot be reached: {reason}")]
    Unreachable {
        /// What the system said; holds no commands and no answers.
        reason: String,
    },
}

impl Problem for TokenError {
    fn code(&self) -> &'static str {
        match self {
            Self::WrongPin { .. } | Self::WrongPinUncounted => "SR-TOKEN-WRONG-PIN",
            Self::WrongPuk { .. } => "SR-TOKEN-WRONG-PUK",
            Self::PinBlocked => "SR-TOKEN-PIN-BLOCKED",
            Self::PukBlocked => "SR-TOKEN-PUK-BLOCKED",
            Self::LastTry => "SR-TOKEN-LAST-TRY",
            Self::DefaultPin => "SR-TOKEN-DEFAULT-PIN",
            Self::PinUnsuitable { .. } => "SR-TOKEN-PIN-UNSUITABLE",
            Self::Removed => "SR-TOKEN-REMOVED",
            Self::Busy => "SR-TOKEN-BUSY",
            Self::Reset => "SR-TOKEN-RESET",
            Self::NoService => "SR-TOKEN-NO-SERVICE",
            Self::Absent { .. } => "SR-TOKEN-ABSENT",
            Self::TouchTimeout => "SR-TOKEN-TOUCH-TIMEOUT",
            Self::WrongToken { .. } => "SR-TOKEN-WRONG-TOKEN",
            Self::WrongKey { .. } => "SR-TOKEN-WRONG-KEY",
            Self::WrongSlot { .. } => "SR-TOKEN-WRONG-SLOT",
            Self::SlotEmpty { .. } => "SR-TOKEN-SLOT-EMPTY",
            Self::NotAttested { .. } => "SR-TOKEN-NOT-ATTESTED",
            Self::NoQuantumSeed => "SR-TOKEN-NO-QUANTUM-SEED",
            Self::NotFactoryNew { .. } => "SR-TOKEN-NOT-FACTORY-NEW",
            Self::NoReset => "SR-TOKEN-NO-RESET",
            Self::ManagementKeyUnknown => "SR-TOKEN-MANAGEMENT-KEY-UNKNOWN",
            Self::FirmwareTooOld { .. } => "SR-TOKEN-FIRMWARE-TOO-OLD",
            Self::NoPiv => "SR-TOKEN-NO-PIV",
            Self::Refused { .. } => "SR-TOKEN-REFUSED",
            Self::Nonsense { .. } => "SR-TOKEN-NONSENSE",
            Self::Module { .. } => "SR-TOKEN-MODULE",
            Self::Unreachable { .. } => "SR-TOKEN-UNREACHABLE",
        }
    }

    fn remedy(&self) -> String {
        match self {
            Self::WrongPin { .. } | Self::WrongPinUncounted => "Type the PIN again, slowly.".into(),
            Self::WrongPuk { .. } => "Type the PUK again, slowly.".into(),
            Self::PinBlocked => "Use your second token, or unblock the PIN with the PUK.".into(),
            Self::PukBlocked => "Use your second token; this one must be enrolled anew.".into(),
            Self::LastTry => "Use your second token, or confirm that the last try is used.".into(),
            Self::DefaultPin => "Set a PIN of your own before the token is used.".into(),
            Self::PinUnsuitable { what, .. } => format!("Choose another {what}."),
            Self::Removed => "Insert the token again; the step is repeated.".into(),
            Self::Busy => "Close other programs that use tokens, then repeat the step.".into(),
            Self::Reset => "Close other programs that use tokens; look at the tries left.".into(),
            Self::NoService => "Start the service (systemctl start pcscd), then repeat.".into(),
            Self::Absent { serial } => format!("Insert token {serial}."),
            Self::TouchTimeout => "Repeat the step and touch the token when it blinks.".into(),
            Self::WrongToken { expected, .. } => format!("Insert token {expected}."),
            Self::WrongKey { .. } => "Use another token of the same holder.".into(),
            Self::WrongSlot { .. } | Self::SlotEmpty { .. } | Self::NotAttested { .. } => {
                "Enrol the token before it is used.".into()
            }
            Self::NoQuantumSeed => "Prepare the token for threshold mode, or take another.".into(),
            Self::NotFactoryNew { .. } => "Take a new token, or reset this one.".into(),
            Self::NoReset => "Take a new token, or reset this one with its maker's program.".into(),
            Self::ManagementKeyUnknown => "Reset the token, then enrol it anew.".into(),
            Self::FirmwareTooOld { minimum, .. } => {
                format!("Take a token with firmware {minimum} or newer.")
            }
            Self::NoPiv => "Insert a token with a PIV application.".into(),
            Self::Module { .. } => "Ask whoever administers the token what this means.".into(),
            Self::Refused { .. } | Self::Nonsense { .. } | Self::Unreachable { .. } => {
                "Remove the token, insert it again and repeat the step.".into()
            }
        }
    }
}

/// Why an envelope was not made or not opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EnvelopeError {
    /// The bytes are no envelope (envelope-1 E1, E2).
    #[error(transparent)]
    Malformed(#[from] CanonError),
    /// The envelope is of a version or suite that this program does not know (envelope-1 E3).
    #[error(
        "the envelope is of version {version}, suite {suite}, which this program does not know"
    )]
    UnknownSuite {
        /// The version found.
        version: u8,
        /// The suite found.
        suite: u16,
    },
    /// The content is empty or too long (envelope-1 E4).
    #[error("an envelope holds 1 to {max} bytes, not {len}")]
    WrongLength {
        /// The bytes to be sealed.
        len: usize,
        /// The most that is allowed.
        max: usize,
    },
    /// A text of the binding is empty, too long or holds control characters (envelope-1 E6).
    #[error("the {field} of the envelope is empty, too long or not printable")]
    UnfitText {
        /// The field.
        field: &'static str,
    },
    /// The envelope belongs to something else than what is opened (envelope-1 E8).
    #[error("the envelope belongs to another {field}: {found}, not {expected}")]
    Foreign {
        /// The field that differs.
        field: &'static str,
        /// What the envelope says.
        found: String,
        /// What is expected.
        expected: String,
    },
    /// The token did not take part.
    #[error(transparent)]
    Token(#[from] TokenError),
    /// The content does not authenticate: altered, or bound to something else (envelope-1 E10).
    #[error("the envelope of {holder} was altered or belongs to something else")]
    Altered {
        /// Whose share it says to be.
        holder: String,
    },
}

impl Problem for EnvelopeError {
    fn code(&self) -> &'static str {
        match self {
            Self::Malformed(_) => "SR-ENVELOPE-MALFORMED",
            Self::UnknownSuite { .. } => "SR-ENVELOPE-UNKNOWN-SUITE",
            Self::WrongLength { .. } => "SR-ENVELOPE-WRONG-LENGTH",
            Self::UnfitText { .. } => "SR-ENVELOPE-UNFIT-TEXT",
            Self::Foreign { .. } => "SR-ENVELOPE-FOREIGN",
            Self::Token(error) => error.code(),
            Self::Altered { .. } => "SR-ENVELOPE-ALTERED",
        }
    }

    fn remedy(&self) -> String {
        match self {
            Self::Malformed(_) | Self::Altered { .. } => {
                "Use the envelope for the holder's second token, or the share on paper.".into()
            }
            Self::UnknownSuite { .. } => "Use the newest version of this program.".into(),
            Self::WrongLength { .. } => "Seal one share at a time.".into(),
            Self::UnfitText { field } => format!("Correct the {field} and repeat the step."),
            Self::Foreign { field, .. } => format!("Choose the envelope of the right {field}."),
            Self::Token(error) => error.remedy(),
        }
    }
}
