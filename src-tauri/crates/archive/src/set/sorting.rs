//! Which archive and volume a medium is of (archive-1 A36).

use std::collections::BTreeMap;

use terms::ArchiveId;

use super::finding::blocks;
use super::scan::{Of, Scan, Seen};
use crate::error::ArchiveError;
use crate::volume::ReadAt;

/// A medium without blocks is looked at in this many places, and so many bytes in each.
const LOOKS: u64 = 32;
const LOOK_BYTES: u64 = 2 << 20;
/// So many preambles that agree are enough.
const ENOUGH: u32 = 16;

/// Where a medium belongs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Belonging {
    /// The archive.
    pub archive: ArchiveId,
    /// The volume, from 1.
    pub volume: u32,
    /// What people call the archive, if a superblock or trailer says it.
    pub label: Option<String>,
}

/// Says of one medium where it belongs, by its first or last block, or else by its preambles; none
/// if it is of no archive that can be recognised. A hint: nothing is decided by it but where to
/// look (archive-1 A36).
///
/// # Errors
///
/// A block is of a version that this program does not know.
pub fn belonging(medium: &dyn ReadAt) -> Result<Option<Belonging>, ArchiveError> {
    let Ok(size) = medium.size() else { return Ok(None) };
    let (head, tail) = blocks(medium, size)?;
    if let Ok(block) = tail.or(head) {
        let (archive, label) = (block.settings.archive, Some(block.settings.label));
        return Ok(Some(Belonging { archive, volume: block.volume, label }));
    }
    let named = by_preambles(medium, size, Of::Any);
    Ok(named.map(|(archive, volume)| Belonging { archive, volume, label: None }))
}

/// The archive and volume that most preambles name.
pub(super) fn by_preambles(medium: &dyn ReadAt, size: u64, of: Of) -> Option<(ArchiveId, u32)> {
    let mut votes: BTreeMap<([u8; 16], u32), u32> = BTreeMap::new();
    let step = size.div_ceil(LOOKS);
    for start in (0..LOOKS).map(|look| step * look) {
        let end = start + step.min(LOOK_BYTES);
        let mut scan = Scan::within((medium, size), of, start..end);
        while let Some(seen) = scan.step() {
            let Some(Seen::Frame(frame)) = seen else { continue };
            let named = (*frame.preamble.archive.as_bytes(), frame.preamble.volume);
            let count = votes.entry(named).or_default();
            *count += 1;
            if *count >= ENOUGH || scan.at() > end {
                break;
            }
        }
    }
    let most = votes.into_iter().max_by_key(|(_, count)| *count);
    most.map(|((archive, volume), _)| (ArchiveId::from_bytes(archive), volume))
}
