//! Entries of the manifest: what is inside, under which name, and where its content lies.

use minicbor::{Decode, Encode};
use terms::{Canonical, Digest};

use crate::path::EntryPath;

/// A range of zeros that is not stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub struct Hole {
    /// Where it begins in the file.
    #[n(0)]
    pub offset: u64,
    /// Its length in bytes.
    #[n(1)]
    pub length: u64,
}

/// An extended attribute.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Xattr {
    /// Its name, such as `user.note`.
    #[cbor(n(0), with = "minicbor::bytes")]
    pub name: Vec<u8>,
    /// Its value.
    #[cbor(n(1), with = "minicbor::bytes")]
    pub value: Vec<u8>,
}

/// What an entry is.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub enum EntryKind {
    /// A file, or a stream that was sealed under a name.
    #[n(1)]
    File {
        /// Where its stored bytes begin in the archive's content.
        #[n(0)]
        position: u64,
        /// Number of stored bytes: the file without its holes.
        #[n(1)]
        stored: u64,
        /// Size of the file, holes included.
        #[n(2)]
        size: u64,
        /// Holes, ascending, not touching each other.
        #[n(3)]
        holes: Vec<Hole>,
        /// BLAKE3 of the stored bytes.
        #[n(4)]
        digest: Digest,
    },
    /// A folder.
    #[n(2)]
    Directory,
    /// A symbolic link.
    #[n(3)]
    Symlink {
        /// What it points to, as raw bytes; never followed by a restore.
        #[cbor(n(0), with = "minicbor::bytes")]
        target: Vec<u8>,
    },
    /// Another name of a file that came before.
    #[n(4)]
    Hardlink {
        /// The path under which the file came.
        #[n(0)]
        to: EntryPath,
    },
}

/// One thing in an archive (archive-1 A22).
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Entry {
    /// Its path.
    #[n(0)]
    pub path: EntryPath,
    /// What it is.
    #[n(1)]
    pub kind: EntryKind,
    /// Permission bits, `0o7777` at most.
    #[n(2)]
    pub mode: u32,
    /// Modification time: whole seconds since the epoch.
    #[n(3)]
    pub mtime: i64,
    /// Modification time: nanoseconds.
    #[n(4)]
    pub mtime_nanos: u32,
    /// User and group by number.
    #[n(5)]
    pub owner: [u32; 2],
    /// User and group by name, where the sealing machine knew them.
    #[n(6)]
    pub owner_names: Option<[String; 2]>,
    /// Extended attributes, ascending by name.
    #[n(7)]
    pub xattrs: Vec<Xattr>,
}

impl Entry {
    /// Whether the fields agree with each other (archive-1 A24).
    pub(crate) fn fault(&self) -> Option<&'static str> {
        if self.mode > 0o7777 || self.mtime_nanos > 999_999_999 {
            return Some("an entry has a mode or time that no file has");
        }
        if !self.xattrs.is_sorted_by(|a, b| a.name < b.name) {
            return Some("extended attributes are not in order");
        }
        match &self.kind {
            EntryKind::File { position, stored, size, holes, .. } => {
                file_fault(*position, *stored, *size, holes)
            }
            EntryKind::Hardlink { to } if *to >= self.path => {
                Some("a hard link names a file that did not come before")
            }
            EntryKind::Symlink { target } if target.is_empty() || target.contains(&0) => {
                Some("a link points nowhere")
            }
            _ => None,
        }
    }
}

fn file_fault(position: u64, stored: u64, size: u64, holes: &[Hole]) -> Option<&'static str> {
    let mut end = 0;
    let mut empty = 0_u64;
    for (place, hole) in holes.iter().enumerate() {
        let touches = place > 0 && hole.offset == end;
        if hole.length == 0 || hole.offset < end || touches {
            return Some("holes are not in order");
        }
        let Some(next) = hole.offset.checked_add(hole.length) else {
            return Some("a hole ends beyond the file");
        };
        end = next;
        empty += hole.length;
    }
    let sums = end <= size && stored.checked_add(empty) == Some(size);
    (!sums || position.checked_add(stored).is_none()).then_some("a file's sizes do not add up")
}

/// Entries of one manifest page.
#[derive(Debug, Encode, Decode)]
#[cbor(transparent)]
pub(crate) struct ManifestPage(#[n(0)] pub(crate) Vec<Entry>);

impl Canonical for ManifestPage {
    const NAME: &'static str = "a manifest page";
}
