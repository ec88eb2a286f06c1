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

    /// The name as it is typed.
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
