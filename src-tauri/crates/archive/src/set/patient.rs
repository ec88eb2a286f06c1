//! Reading what a medium hardly gives: in small pieces, and more than once.

use std::ops::Range;

use super::Set;
use crate::ArchiveError;
use crate::record::FrameRecord;

/// A medium that fails is read in pieces of this size, which begin where its sectors do.
const SECTOR_BYTES: u64 = 4096;
/// How often each is tried (readmap-1 R5).
const TRIES: usize = 3;

impl Set {
    /// Reads the body of a frame sector by sector, each up to three times and from every copy of
    /// its volume, with zeros where nothing comes; returns the ranges of the volume that stay
    /// unread. Nothing is compared with the record.
    ///
    /// # Errors
    ///
    /// The volume is missing, or ends before the frame does.
    pub fn read_patiently(
        &self,
        record: &FrameRecord,
        body: &mut Vec<u8>,
    ) -> Result<Vec<Range<u64>>, ArchiveError> {
        if let Some(what) = record.fault() {
            return Err(ArchiveError::Field { what });
        }
        let missing = ArchiveError::MissingVolume { volume: record.volume };
        let copies = self.volumes.get(&record.volume).ok_or(missing)?;
        let end = record.offset + record.length;
        let here: Vec<_> = copies.iter().filter(|copy| copy.size >= end).collect();
        if here.is_empty() {
            return Err(record.damaged());
        }
        body.clear();
        body.resize(usize::try_from(record.length).unwrap_or(0), 0);
        let (mut bad, mut at): (Vec<Range<u64>>, u64) = (Vec::new(), record.offset);
        let mut rest = body.as_mut_slice();
        while at < end {
            let count = (SECTOR_BYTES - at % SECTOR_BYTES).min(end - at);
            let (piece, later) = rest.split_at_mut(usize::try_from(count).unwrap_or(0));
            let mut tries = here.iter().flat_map(|copy| std::iter::repeat_n(copy, TRIES));
            if !tries.any(|copy| copy.medium.read_exact_at(piece, at).is_ok()) {
                piece.fill(0);
                match bad.last_mut().filter(|last| last.end == at) {
                    Some(last) => last.end = at + count,
                    None => bad.push(at..at + count),
                }
            }
            (rest, at) = (later, at + count);
        }
        Ok(bad)
    }
}
