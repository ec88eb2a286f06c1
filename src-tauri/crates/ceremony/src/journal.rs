//! The journal: what happened, line by line, chained so that no line can be changed unseen.

use minicbor::{Decode, Encode};
use sha2::{Digest as _, Sha256};
use terms::{Canonical, Digest, Timestamp};

/// What happened in a ceremony.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub enum Event {
    /// The pending step was done.
    #[n(0)]
    Done {
        /// The step's name.
        #[n(0)]
        step: String,
        /// For whom, if the step is repeated.
        #[n(1)]
        subject: Option<String>,
        /// Public facts, label and value; never a secret.
        #[n(2)]
        facts: Vec<(String, String)>,
    },
    /// The pending step failed and can be tried again.
    #[n(1)]
    Failed {
        /// The step's name.
        #[n(0)]
        step: String,
        /// For whom, if the step is repeated.
        #[n(1)]
        subject: Option<String>,
        /// The problem's code.
        #[n(2)]
        code: String,
    },
    /// Something went otherwise than written.
    #[n(2)]
    Exception {
        /// What was expected.
        #[n(0)]
        expected: String,
        /// What happened.
        #[n(1)]
        happened: String,
        /// What was decided.
        #[n(2)]
        decided: String,
        /// Who decided.
        #[n(3)]
        by: String,
    },
    /// The ceremony rests.
    #[n(3)]
    Paused,
    /// It goes on.
    #[n(4)]
    Resumed,
    /// It is given up.
    #[n(5)]
    Aborted {
        /// Why.
        #[n(0)]
        reason: String,
    },
    /// The program ended in between: what existed in memory only is gone, and the run goes back
    /// to the step named.
    #[n(6)]
    Interrupted {
        /// The step's name; none if nothing was lost.
        #[n(0)]
        back_to: Option<String>,
    },
}

/// One line of the journal (script-1 C14).
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct JournalLine {
    /// Its number, from 0.
    #[n(0)]
    pub number: u64,
    /// When.
    #[n(1)]
    pub at: Timestamp,
    /// SHA-256 of the line before, or of script and roster for the first.
    #[n(2)]
    pub before: Digest,
    /// What happened.
    #[n(3)]
    pub event: Event,
}

impl Canonical for JournalLine {
    const NAME: &'static str = "a journal line";
}

impl JournalLine {
    /// What the next line carries.
    pub(crate) fn digest(&self) -> Digest {
        let digest = Sha256::new().chain_update(b"strongroom/journal/1\0");
        Digest::from_bytes(digest.chain_update(terms::encode(self)).finalize().into())
    }
}
