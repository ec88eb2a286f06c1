//! Names that a target cannot hold, and what is written instead (names-1).
//!
//! Pure: what a target takes comes as [`NameRules`], which `files` finds out by asking it.

mod alike;
mod map;
mod policy;
mod rules;
mod writing;

pub(crate) use alike::Names;
pub(crate) use map::{Line, OwnName, head, lines, read_map};
pub use policy::NamePolicy;
pub use rules::{NameRules, NameText};

#[cfg(test)]
mod tests;
