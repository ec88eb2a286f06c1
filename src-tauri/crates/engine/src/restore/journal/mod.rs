//! What a restore has done so far, on the record so that the next run need not do it again
//! (docs/spec/journal-1.md).

mod past;
mod record;
mod writing;

#[cfg(test)]
mod tests;

use archive::Set;
use keys::ArchiveKey;
use secret::Secret;
use terms::{ArchiveId, Digest};

pub(super) use past::Past;
pub(super) use record::{Part, Published};
pub(super) use writing::Journal;

/// Longest record (journal-1 J4).
const RECORD_BYTES_MAX: usize = 65_536;
/// Most journals in one quarantine (journal-1 J1).
const JOURNALS_MAX: u32 = 1000;
const MAC_BYTES: usize = 32;
const MAGIC: &[u8; 8] = b"SRJRNL01";

/// The journals of one archive, and the key that authenticates them.
pub(super) struct Series {
    header: [u8; 56],
    key: Secret<32>,
}

impl Series {
    /// Those of restores of `set` as it is now (journal-1 J2, J3).
    pub(super) fn of(set: &Set, key: &ArchiveKey) -> Self {
        Self::new(set.settings().archive, set.index_root(), key)
    }

    fn new(archive: ArchiveId, root: Digest, key: &ArchiveKey) -> Self {
        let key = key.derive(archive, "restore-journal", root.as_bytes());
        Self { header: header(archive, root), key }
    }

    /// The MAC before the first record.
    fn first_mac(&self) -> blake3::Hash {
        blake3::keyed_hash(self.key.expose(), &self.header)
    }

    /// The MAC behind a record.
    fn mac(&self, before: &blake3::Hash, record: &[u8]) -> blake3::Hash {
        let length = u32::try_from(record.len()).unwrap_or(u32::MAX);
        let mut hasher = blake3::Hasher::new_keyed(self.key.expose());
        hasher.update(before.as_bytes()).update(&length.to_be_bytes()).update(record).finalize()
    }
}

/// What a journal begins with; it can be read without the archive's key (journal-1 J2).
pub(super) fn header(archive: ArchiveId, root: Digest) -> [u8; 56] {
    let mut header = [0; 56];
    header[..8].copy_from_slice(MAGIC);
    header[8..24].copy_from_slice(archive.as_bytes());
    header[24..].copy_from_slice(root.as_bytes());
    header
}

/// The name of journal `number` in its quarantine (journal-1 J1).
pub(super) fn name(number: u32) -> String {
    format!("journal-{number}")
}
