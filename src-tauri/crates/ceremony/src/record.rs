//! What the minutes tell.

use terms::Timestamp;

use crate::Person;

/// A step that was done, or failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedStep {
    /// When.
    pub at: Timestamp,
    /// The act it belongs to.
    pub act: String,
    /// Its title, and for whom.
    pub title: String,
    /// Who did it.
    pub actor: String,
    /// What came of it.
    pub result: String,
}

/// Everything that happened, as plain data for documents and machines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CeremonyRecord {
    /// The script's title and version.
    pub title: String,
    /// Who was there.
    pub people: Vec<Person>,
    /// The first and the last line's times.
    pub started: Option<Timestamp>,
    /// The last line's time.
    pub ended: Option<Timestamp>,
    /// Steps in the order in which they were taken.
    pub steps: Vec<RecordedStep>,
    /// What went otherwise than written.
    pub exceptions: Vec<String>,
    /// Public facts, label and value, in the order in which they came up.
    pub facts: Vec<(String, String)>,
}
