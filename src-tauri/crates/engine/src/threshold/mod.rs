//! Threshold mode: a quorum opens one archive, and there is no seed that opens more (threshold-1).
//!
//! A [`Lock`] says who opens: a policy, and a token for each holder. Every holder signs it, and
//! whoever seals proves the signatures with the enrolled keys ([`ProvedLock`]). For every archive a
//! seed is drawn, split at once among the tokens of the lock and forgotten; the archive is sealed
//! to the key of that seed as to any other. An [`ArchiveSplit`] is what is left of it: the split's
//! description and an envelope for each holder. It is public and lies beside the archive.
//!
//! What shares are, how a wrong one is named and how they open an archive is as everywhere else
//! (share-1, [`crate::unlock`]).

mod archive_split;
mod enrolled;
mod error;
mod lock;
mod signed_lock;

pub use archive_split::ArchiveSplit;
pub use enrolled::enrolled_keys;
pub use error::ThresholdError;
pub use lock::{Lock, TokenKey};
pub use signed_lock::{EnrolledKey, ProvedLock, SignedLock, sign_lock};
