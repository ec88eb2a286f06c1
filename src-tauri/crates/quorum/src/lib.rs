//! Shares of a master key's seed, and the quorum that brings it back.
//!
//! A seed is split with SLIP-39 ([`slip39`]) under a [`QuorumPolicy`]: groups of holders with a
//! threshold each, and a threshold of groups. Every [`Share`] travels with a public
//! [`ShareRecord`] that says what it belongs to and carries a salted commitment, so one share can
//! be checked alone and its holder can be named before anything is combined. Shares that come back
//! are an [`UntrustedQuorum`]; only its validation makes the [`Quorum`] that [`combine`] takes.
//! The formats are `docs/spec/share-1.md`.

mod combine;
mod description;
mod error;
mod finding;
mod offered;
mod policy;
mod record;
pub mod slip39;
mod split;
mod subsets;
mod text;
mod untrusted;

#[cfg(test)]
mod tests;

pub use combine::{Combined, Quorum, combine};
pub use description::SplitDescription;
pub use error::{PolicyError, QuorumError};
pub use finding::{Finding, Reason, Rejection, Who};
pub use offered::OfferedShare;
pub use policy::{GroupPolicy, QuorumPolicy};
pub use record::{Place, SALT_BYTES, Share, ShareRecord, SplitFacts};
pub use slip39::ShareWords;
pub use split::{Split, split};
pub use text::ShareTextError;
pub use untrusted::{GroupProgress, UntrustedQuorum};
