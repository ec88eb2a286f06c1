//! Whether names are translated.

use std::fmt;
use std::str::FromStr;

use terms::ParseError;

/// What happens to names that the target cannot hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum NamePolicy {
    /// Restore nothing at all.
    Keep,
    /// Translate what some common system would refuse, so that the target can be read anywhere.
    Portable,
    /// Translate what this target refuses, and nothing else.
    #[default]
    Auto,
}

impl NamePolicy {
    /// All policies.
    pub const ALL: [Self; 3] = [Self::Auto, Self::Portable, Self::Keep];

    /// What happens to such names, as people read it in a plan and in evidence.
    pub const fn outcome(self) -> &'static str {
        match self {
            Self::Keep => "kept; nothing is restored if the target cannot hold one",
            Self::Portable => "translated where any common system would refuse them, with a map",
            Self::Auto => "translated where the target cannot hold them, with a map",
        }
    }

    /// The name as it is typed, and bound into plans.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Keep => "keep",
            Self::Portable => "portable",
            Self::Auto => "auto",
        }
    }
}

impl fmt::Display for NamePolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for NamePolicy {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let named = Self::ALL.into_iter().find(|policy| policy.as_str() == text);
        named.ok_or_else(|| ParseError::new(text, "one of auto, portable, keep"))
    }
}

impl<C> minicbor::Encode<C> for NamePolicy {
    fn encode<W: minicbor::encode::Write>(
        &self,
        e: &mut minicbor::Encoder<W>,
        _: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        e.str(self.as_str())?.ok()
    }
}

impl<'b, C> minicbor::Decode<'b, C> for NamePolicy {
    fn decode(d: &mut minicbor::Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
        d.str()?.parse().map_err(|_| minicbor::decode::Error::message("not a policy for names"))
    }
}
