//! The name of a master key: environment and version.

use std::fmt;
use std::str::FromStr;

use crate::{Environment, ParseError};

/// A master key's name, written `production/3`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, minicbor::Encode)]
pub struct KeyName {
    /// The environment that the key belongs to.
    #[n(0)]
    pub environment: Environment,
    /// Counts the keys of one environment from 1.
    #[n(1)]
    pub version: u32,
}

impl fmt::Display for KeyName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.environment, self.version)
    }
}

impl FromStr for KeyName {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let error = || ParseError::new(text, "a key name such as production/3");
        let (environment, version) = text.split_once('/').ok_or_else(error)?;
        let canonical = version.starts_with(|c: char| ('1'..='9').contains(&c));
        let version = version.parse().ok().filter(|_| canonical).ok_or_else(error)?;
        Ok(Self { environment: environment.parse().map_err(|_| error())?, version })
    }
}

impl<'b, C> minicbor::Decode<'b, C> for KeyName {
    fn decode(d: &mut minicbor::Decoder<'b>, ctx: &mut C) -> Result<Self, minicbor::decode::Error> {
        if d.array()? != Some(2) {
            return Err(minicbor::decode::Error::message("a key name has two parts"));
        }
        Ok(Self { environment: d.decode_with(ctx)?, version: d.u32()? })
    }
}
