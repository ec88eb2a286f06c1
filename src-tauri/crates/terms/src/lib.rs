//! The glossary as types.
//!
//! Every noun that more than one crate speaks of, and that is no secret, lives here once: the
//! environment a key belongs to, identifiers, fingerprints, points in time, the canonical encoding
//! of records, and what an error owes the person who must act on it. Nothing in this crate reads a
//! clock, a file or a source of randomness.

mod canon;
mod digest;
mod environment;
pub mod hex;
mod id;
mod key_name;
mod person_name;
pub mod plain;
mod problem;
mod timestamp;
pub mod words;

pub use canon::{CanonError, Canonical, decode, encode};
pub use digest::{Digest, Fingerprint};
pub use environment::Environment;
pub use id::{ArchiveId, CeremonyId, RequestId, SplitId, VaultId};
pub use key_name::KeyName;
pub use person_name::PersonName;
pub use problem::Problem;
pub use timestamp::Timestamp;

/// A text that names no known value of the type it was parsed as.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{text}\" is not {expected}")]
pub struct ParseError {
    /// The text as it was given.
    pub text: String,
    /// What would have been accepted, as a noun phrase.
    pub expected: &'static str,
}

impl ParseError {
    /// Reports that `text` is not what `expected` describes.
    pub fn new(text: &str, expected: &'static str) -> Self {
        Self { text: text.to_owned(), expected }
    }
}
