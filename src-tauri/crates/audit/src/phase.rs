//! Where in its operation an event stands.

use minicbor::decode::Error as DecodeError;
use minicbor::encode::{Error as EncodeError, Write};
use minicbor::{Decode, Decoder, Encode, Encoder};

/// The phase of an event; all but the first name their intent by its sequence number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Phase {
    /// The operation is about to run.
    Intent,
    /// The operation ran to its end. `result` is `ok`, or a word of the operation's own such as
    /// `damaged`.
    Outcome {
        /// The intent that this closes.
        intent: u64,
        /// What came of it.
        result: String,
    },
    /// The operation ended early.
    Abort {
        /// The intent that this closes.
        intent: u64,
        /// The code of the problem, `SR-AREA-NAME`.
        code: String,
    },
    /// Something a crash left behind was put in order, or a person accounted for it.
    Recovered {
        /// The intent that this closes, if it is about one.
        intent: Option<u64>,
    },
    /// The operation changed the registry and goes on.
    Change {
        /// The intent of the operation, which stays open.
        intent: u64,
    },
}

impl Phase {
    /// The intent that this phase refers to.
    pub const fn intent(&self) -> Option<u64> {
        match self {
            Self::Intent => None,
            Self::Outcome { intent, .. } | Self::Abort { intent, .. } | Self::Change { intent } => {
                Some(*intent)
            }
            Self::Recovered { intent } => *intent,
        }
    }

    /// Whether the intent it refers to is open no longer.
    pub const fn closes(&self) -> bool {
        matches!(self, Self::Outcome { .. } | Self::Abort { .. } | Self::Recovered { .. })
    }

    /// The word that screens and reports use.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Intent => "intent",
            Self::Outcome { .. } => "outcome",
            Self::Abort { .. } => "abort",
            Self::Recovered { .. } => "recovered",
            Self::Change { .. } => "change",
        }
    }

    /// The text that an outcome or an abort carries.
    pub fn result(&self) -> Option<&str> {
        match self {
            Self::Outcome { result: text, .. } | Self::Abort { code: text, .. } => Some(text),
            Self::Intent | Self::Recovered { .. } | Self::Change { .. } => None,
        }
    }
}

/// log-1 L5: an array of the phase's number and what belongs to it.
impl<C> Encode<C> for Phase {
    fn encode<W: Write>(&self, e: &mut Encoder<W>, _: &mut C) -> Result<(), EncodeError<W::Error>> {
        match self {
            Self::Intent => e.array(1)?.u8(0)?,
            Self::Outcome { intent, result } => e.array(3)?.u8(1)?.u64(*intent)?.str(result)?,
            Self::Abort { intent, code } => e.array(3)?.u8(2)?.u64(*intent)?.str(code)?,
            Self::Recovered { intent: None } => e.array(1)?.u8(3)?,
            Self::Recovered { intent: Some(intent) } => e.array(2)?.u8(3)?.u64(*intent)?,
            Self::Change { intent } => e.array(2)?.u8(4)?.u64(*intent)?,
        };
        Ok(())
    }
}

impl<'b, C> Decode<'b, C> for Phase {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, DecodeError> {
        let parts = d.array()?;
        match (d.u8()?, parts) {
            (0, Some(1)) => Ok(Self::Intent),
            (1, Some(3)) => Ok(Self::Outcome { intent: d.u64()?, result: d.str()?.to_owned() }),
            (2, Some(3)) => Ok(Self::Abort { intent: d.u64()?, code: d.str()?.to_owned() }),
            (3, Some(1)) => Ok(Self::Recovered { intent: None }),
            (3, Some(2)) => Ok(Self::Recovered { intent: Some(d.u64()?) }),
            (4, Some(2)) => Ok(Self::Change { intent: d.u64()? }),
            _ => Err(DecodeError::message("unknown phase")),
        }
    }
}
