//! How entries stand in the file: a header, then frames (log-1 L1, L2).

use std::io;

use terms::VaultId;

use crate::entry::MAX_EVENT_BYTES;
use crate::{AuditError, LogStorage};

/// The first sixteen bytes of a log file.
const MAGIC: &[u8; 16] = b"strongroom-log\x00\x01";

/// Magic and vault id.
pub(crate) const HEADER_BYTES: u64 = 32;

/// Length and checksum in front of each entry.
pub(crate) const PREFIX_BYTES: u64 = 8;

/// The longest entry: an event, its sequence number and the array around both.
pub(crate) const MAX_ENTRY_BYTES: usize = MAX_EVENT_BYTES + 16;

/// The most that one append writes, and so the most that a crash leaves unacknowledged.
pub(crate) const MAX_APPEND_BYTES: u64 = 1 << 20;

/// The header of a vault's log.
pub(crate) fn header(vault: VaultId) -> Vec<u8> {
    [MAGIC.as_slice(), vault.as_bytes()].concat()
}

/// Reads the header and says whose log this is.
pub(crate) fn read_header<S: LogStorage + ?Sized>(storage: &S) -> Result<VaultId, AuditError> {
    let mut bytes = [0; 32];
    if !read_exact(storage, 0, &mut bytes).map_err(AuditError::storage("read"))? {
        return Err(AuditError::NotALog);
    }
    let (magic, vault) = bytes.split_at(16);
    let vault = vault.try_into().map_err(|_| AuditError::NotALog)?;
    if magic == MAGIC { Ok(VaultId::from_bytes(vault)) } else { Err(AuditError::NotALog) }
}

/// Puts `entry` into a frame at the end of `out`.
pub(crate) fn write(out: &mut Vec<u8>, entry: &[u8]) {
    let length = u32::try_from(entry.len()).unwrap_or(u32::MAX).to_be_bytes();
    out.extend_from_slice(&length);
    out.extend_from_slice(&checksum(&length, entry).to_be_bytes());
    out.extend_from_slice(entry);
}

/// What stands at a place in the file.
pub(crate) enum Frame {
    /// An entry whose checksum fits, and where the next frame begins.
    Whole { entry: Vec<u8>, next: u64 },
    /// The file ends before the frame does.
    Cut,
    /// The frame's bytes contradict each other.
    Bad(&'static str),
    /// The file ends here.
    End,
}

/// Reads the frame at `offset` of a file of `size_bytes`.
pub(crate) fn read<S: LogStorage + ?Sized>(
    storage: &S,
    offset: u64,
    size_bytes: u64,
) -> io::Result<Frame> {
    let left = size_bytes.saturating_sub(offset);
    if left == 0 {
        return Ok(Frame::End);
    }
    let mut prefix = [0; 8];
    if left < PREFIX_BYTES || !read_exact(storage, offset, &mut prefix)? {
        return Ok(Frame::Cut);
    }
    let [a, b, c, d, sum @ ..] = prefix;
    let length = [a, b, c, d];
    let length_bytes = u64::from(u32::from_be_bytes(length));
    let entry_bytes = match usize::try_from(length_bytes) {
        Ok(bytes) if (1..=MAX_ENTRY_BYTES).contains(&bytes) => bytes,
        _ => return Ok(Frame::Bad("the length of the frame is out of bounds")),
    };
    if length_bytes > left - PREFIX_BYTES {
        return Ok(Frame::Cut);
    }
    let mut entry = vec![0; entry_bytes];
    if !read_exact(storage, offset + PREFIX_BYTES, &mut entry)? {
        return Ok(Frame::Cut);
    }
    if checksum(&length, &entry) != u32::from_be_bytes(sum) {
        return Ok(Frame::Bad("the checksum of the frame does not fit"));
    }
    Ok(Frame::Whole { entry, next: offset + PREFIX_BYTES + length_bytes })
}

/// CRC-32C over length and entry; it finds accidents, the tree finds everything else.
fn checksum(length: &[u8], entry: &[u8]) -> u32 {
    crc32c::crc32c_append(crc32c::crc32c(length), entry)
}

/// Fills `buffer`, or says that the file ends before.
fn read_exact<S: LogStorage + ?Sized>(
    storage: &S,
    mut offset: u64,
    mut buffer: &mut [u8],
) -> io::Result<bool> {
    while !buffer.is_empty() {
        match storage.read_at(offset, buffer) {
            Ok(0) => return Ok(false),
            Ok(count) => {
                buffer = &mut buffer[count..];
                offset += count as u64;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(true)
}
