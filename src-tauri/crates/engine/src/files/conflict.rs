//! What happens where the target already has something of the same name.

use std::fmt;
use std::str::FromStr;

use terms::ParseError;

/// What to do where the target already has something of the same name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Conflict {
    /// Restore nothing at all.
    #[default]
    Fail,
    /// Keep what is there.
    Skip,
    /// Replace files and links that were changed before the archive's own; keep the others.
    Newer,
    /// Replace files and links; a folder is never replaced.
    Replace,
    /// Restore under a name of its own beside what is there.
    KeepBoth,
}

impl Conflict {
    /// All policies, the most careful one first.
    pub const ALL: [Self; 5] = [Self::Fail, Self::Skip, Self::KeepBoth, Self::Newer, Self::Replace];

    /// What happens where something is already there, as people read it in a plan and in evidence.
    pub fn outcome(self) -> &'static str {
        match self {
            Self::Fail => "then nothing at all is restored",
            Self::Skip => "it is kept, and the archive's own is left out",
            Self::Newer => "files and links that are older than the archive's own are REPLACED",
            Self::Replace => "files and links are REPLACED",
            Self::KeepBoth => "it is kept, and the archive's own comes under another name",
        }
    }

    /// The name as it is typed, and bound into plans.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Fail => "fail",
            Self::Skip => "skip",
            Self::Newer => "newer",
            Self::Replace => "replace",
            Self::KeepBoth => "keep-both",
        }
    }
}

impl fmt::Display for Conflict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Conflict {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let named = Self::ALL.into_iter().find(|conflict| conflict.as_str() == text);
        named.ok_or_else(|| ParseError::new(text, "one of fail, skip, keep-both, newer, replace"))
    }
}

impl<C> minicbor::Encode<C> for Conflict {
    fn encode<W: minicbor::encode::Write>(
        &self,
        e: &mut minicbor::Encoder<W>,
        _: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        e.str(self.as_str())?.ok()
    }
}

impl<'b, C> minicbor::Decode<'b, C> for Conflict {
    fn decode(d: &mut minicbor::Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
        d.str()?.parse().map_err(|_| minicbor::decode::Error::message("not a conflict policy"))
    }
}
