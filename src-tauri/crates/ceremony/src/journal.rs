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
    /// Something went otherwise than written, and two people answer for what was decided
    /// (script-1 C23).
    #[n(7)]
    Deviation {
        /// The pending step's name.
        #[n(0)]
        step: String,
        /// For whom, if the step is repeated.
        #[n(1)]
        subject: Option<String>,
        /// What was expected.
        #[n(2)]
        expected: String,
        /// What happened.
        #[n(3)]
        happened: String,
        /// What was decided.
        #[n(4)]
        decided: String,
        /// Who decided.
        #[n(5)]
        by: String,
        /// Who countersigned.
        #[n(6)]
        countersigned: String,
    },
    /// The ceremony rests, and what is secret lies sealed (script-1 C24).
    #[n(8)]
    Rests {
        /// Where everything secret is, and under which seals.
        #[n(0)]
        secrets: String,
        /// How many people leave the room.
        #[n(1)]
        heads: u32,
    },
    /// It goes on, after seals and people were looked at (script-1 C24).
    #[n(9)]
    GoesOn {
        /// What the seals look like.
        #[n(0)]
        seals: String,
        /// How many people are back.
        #[n(1)]
        heads: u32,
    },
    /// Somebody does not agree with the minutes (script-1 C25).
    #[n(10)]
    Disagreed {
        /// The step's name.
        #[n(0)]
        step: String,
        /// Who.
        #[n(1)]
        subject: Option<String>,
        /// Why.
        #[n(2)]
        reason: String,
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
