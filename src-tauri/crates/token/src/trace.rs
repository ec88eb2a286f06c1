//! What shows that somebody used a token before.

use std::fmt;

/// Something on a token that is not as it left the factory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Trace {
    /// The PIN is another one, or it is blocked.
    Pin,
    /// The PUK is another one, or it is blocked.
    Puk,
    /// The management key is another one.
    ManagementKey,
    /// The slot with this number holds a key (SP 800-73-5 part 1, table 4).
    Key(u8),
}

impl fmt::Display for Trace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pin => f.write_str("its PIN was set"),
            Self::Puk => f.write_str("its PUK was set"),
            Self::ManagementKey => f.write_str("its management key was set"),
            Self::Key(slot) => write!(f, "slot {slot:02x} holds a key"),
        }
    }
}

/// Traces as one sentence has them.
pub fn named(traces: &[Trace]) -> String {
    traces.iter().map(Trace::to_string).collect::<Vec<_>>().join(", ")
}
