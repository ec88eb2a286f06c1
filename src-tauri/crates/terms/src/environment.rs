//! The environment a master key belongs to.

use std::fmt;
use std::str::FromStr;

use crate::ParseError;

/// One of the four worlds that never share a key; its name is bound into every derivation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Environment {
    /// Real data, real tokens.
    Production,
    /// Acceptance tests before production.
    Staging,
    /// Daily development.
    Development,
    /// Training: virtual tokens are admitted here, and only here.
    Drill,
}

impl Environment {
    /// All environments, in the order in which screens list them.
    pub const ALL: [Self; 4] = [Self::Production, Self::Staging, Self::Development, Self::Drill];

    /// The name as it is bound into derivations, stored and shown.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Production => "production",
            Self::Staging => "staging",
            Self::Development => "development",
            Self::Drill => "drill",
        }
    }

    /// Whether material of this environment is for training only.
    pub const fn is_drill(self) -> bool {
        matches!(self, Self::Drill)
    }
}

impl fmt::Display for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Environment {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        Self::ALL
            .into_iter()
            .find(|environment| environment.as_str() == text)
            .ok_or_else(|| ParseError::new(text, "one of production, staging, development, drill"))
    }
}

impl<C> minicbor::Encode<C> for Environment {
    fn encode<W: minicbor::encode::Write>(
        &self,
        e: &mut minicbor::Encoder<W>,
        _: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        e.str(self.as_str())?.ok()
    }
}

impl<'b, C> minicbor::Decode<'b, C> for Environment {
    fn decode(d: &mut minicbor::Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
        d.str()?.parse().map_err(|_| minicbor::decode::Error::message("unknown environment"))
    }
}
