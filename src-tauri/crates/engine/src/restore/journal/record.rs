//! The two kinds of records.

use archive::{Entry, EntryKind, EntryPath};
use minicbor::{Decode, Encode};
use terms::{Canonical, Digest};

use crate::files::Stamp;
use crate::restore::subtrees::Subtrees;

/// A line of a journal.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(flat)]
pub(super) enum Record {
    #[n(0)]
    Published(#[n(0)] Published),
    #[n(1)]
    Part(#[n(0)] Part),
}

impl Canonical for Record {
    const NAME: &'static str = "a record of a restore";
}

/// A file that is verified and has its final name (journal-1 J5).
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub(in crate::restore) struct Published {
    /// Number of the entry in the manifest, from 0.
    #[n(0)]
    pub(in crate::restore) entry: u64,
    /// Where it is in the target.
    #[n(1)]
    pub(in crate::restore) path: EntryPath,
    /// What the file system said of it then.
    #[n(2)]
    pub(in crate::restore) stamp: Stamp,
}

/// How much of a file is written (journal-1 J6, J7).
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub(in crate::restore) struct Part {
    /// Number of the entry in the manifest, from 0; the name of the staged file.
    #[n(0)]
    pub(in crate::restore) entry: u64,
    /// Where it is to be in the target.
    #[n(1)]
    pub(in crate::restore) path: EntryPath,
    /// The staged file.
    #[n(2)]
    pub(in crate::restore) inode: u64,
    /// Stored bytes of it that are written.
    #[n(3)]
    pub(in crate::restore) bytes: u64,
    /// Chaining values over them.
    #[n(4)]
    pub(in crate::restore) subtrees: Vec<Digest>,
}

impl Part {
    /// Whether it can be the beginning of the file `entry`.
    pub(in crate::restore) fn is_of(&self, entry: &Entry) -> bool {
        matches!(entry.kind, EntryKind::File { stored, .. } if self.digest(stored).is_some())
    }

    /// The digest as far as the file is written; none if the record is none of a file with `stored`
    /// stored bytes.
    pub(in crate::restore) fn digest(&self, stored: u64) -> Option<Subtrees> {
        let values: Vec<[u8; 32]> = self.subtrees.iter().map(|value| *value.as_bytes()).collect();
        Subtrees::behind(self.bytes, &values).filter(|_| self.bytes < stored)
    }
}
