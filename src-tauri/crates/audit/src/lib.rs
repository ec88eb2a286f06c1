//! The audit log: what was about to be done, what came of it, and proof that neither was changed.
//!
//! An operation is written down before it runs (its *intent*) and after it ran (its *outcome*).
//! [`Log`] keeps these [`Entry`]s append-only over a [`LogStorage`] that the caller gives, as the
//! leaves of a Merkle tree (RFC 6962), and signs the head of the tree as a [`Checkpoint`] (C2SP
//! tlog-checkpoint). [`verify()`] compares a log with heads that were kept elsewhere, on paper or
//! on a token, because no log can tell by itself that it is not an old copy of itself.
//!
//! Pure code: no files, no clock, no randomness. The format is `docs/spec/log-1.md`; comments name
//! its clauses (`log-1 L7`).

mod checkpoint;
mod cosign;
mod cosigner;
mod entry;
mod error;
mod export;
mod frame;
mod log;
mod note;
mod ocsf;
mod phase;
mod policy;
mod proof;
mod scan;
mod storage;
mod tree;
mod verify;

pub use checkpoint::{Checkpoint, origin};
pub use cosign::Cosigned;
pub use cosigner::{CosignerKey, cosigner_name};
pub use entry::{ActMark, Count, Entry, Event, MAX_EVENT_BYTES, Operation};
pub use error::AuditError;
pub use export::{cef, json_line, leaf_of, rfc5424};
pub use log::{Log, Recovery};
pub use note::{LogKey, LogPublicKey};
pub use ocsf::ocsf;
pub use phase::Phase;
pub use policy::{Judgement, Policy};
pub use proof::{consistency_proof, inclusion_proof, verify_consistency, verify_inclusion};
pub use scan::{OpenIntent, read_entries};
pub use storage::LogStorage;
pub use tree::{Tree, leaf_hash};
pub use verify::{Anchor, AnchorFinding, Expectation, Report, Verdict, verify};

#[cfg(test)]
mod tests;
