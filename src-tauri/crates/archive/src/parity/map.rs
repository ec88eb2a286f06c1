//! Which frames a window is made of.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::error::ArchiveError;
use crate::frame::{FrameKind, PREAMBLE_BYTES};
use crate::record::FrameRecord;
use crate::set::Set;

use super::layout::Parity;

/// The protected stream, by the pages of the index; 16 bytes for each page and window.
pub(super) struct Map {
    /// Where the frames of each index page begin in the protected stream.
    starts: Vec<u64>,
    /// Bytes of the protected stream.
    pub(super) total: u64,
    /// The first and the last index page that records parity of a window.
    parity: BTreeMap<u64, (usize, usize)>,
    /// The index page in which a frame that is no segment was found last.
    last: AtomicUsize,
}

/// A frame and where it begins in the protected stream.
pub(super) struct Placed {
    pub(super) start: u64,
    pub(super) record: FrameRecord,
}

impl Placed {
    pub(super) fn end(&self) -> u64 {
        self.start + protected_bytes(&self.record)
    }
}

/// Bytes that a frame takes in the protected stream: none if it is parity itself.
pub(super) fn protected_bytes(record: &FrameRecord) -> u64 {
    if record.kind == FrameKind::Parity { 0 } else { PREAMBLE_BYTES as u64 + record.length }
}

impl Map {
    /// Goes through the index once.
    pub(super) fn new(set: &Set, parity: &Parity) -> Result<Self, ArchiveError> {
        let (starts, parities, last) = (Vec::new(), BTreeMap::new(), AtomicUsize::new(0));
        let mut map = Self { starts, total: 0, parity: parities, last };
        for page in 0..set.index_pages() {
            map.starts.push(map.total);
            for record in set.index_page(page)? {
                map.total += protected_bytes(&record);
                if record.kind == FrameKind::Parity {
                    let (window, ..) = parity.place(record.number);
                    map.parity.entry(window).or_insert((page, page)).1 = page;
                }
            }
        }
        Ok(map)
    }

    /// The frames that have bytes between `start` and `end` of the protected stream.
    pub(super) fn frames(
        &self,
        set: &Set,
        start: u64,
        end: u64,
    ) -> Result<Vec<Placed>, ArchiveError> {
        let first = self.starts.partition_point(|at| *at <= start).saturating_sub(1);
        let mut found = Vec::new();
        for page in first..self.starts.len() {
            if self.starts[page] >= end {
                break;
            }
            let placed = self.placed(set, page)?;
            found.extend(placed.into_iter().filter(|at| at.start < end && at.end() > start));
        }
        Ok(found)
    }

    /// The protected frames of one index page.
    fn placed(&self, set: &Set, page: usize) -> Result<Vec<Placed>, ArchiveError> {
        let mut at = self.starts[page];
        let mut placed = Vec::new();
        for record in set.index_page(page)? {
            let bytes = protected_bytes(&record);
            if bytes > 0 {
                placed.push(Placed { start: at, record });
            }
            at += bytes;
        }
        Ok(placed)
    }

    /// Where `record` lies in the protected stream, if it is one of its frames.
    pub(super) fn find(
        &self,
        set: &Set,
        record: &FrameRecord,
    ) -> Result<Option<Placed>, ArchiveError> {
        let in_page = |page| {
            let placed = self.placed(set, page)?;
            Ok(placed.into_iter().find(|at| at.record == *record))
        };
        if record.kind == FrameKind::Segment {
            let page = set.index_page_of(record.number);
            return if page < self.starts.len() { in_page(page) } else { Ok(None) };
        }
        // Frames are asked for in their order, so the page of the last one is the likeliest.
        let last = self.last.load(Ordering::Relaxed);
        for page in (last..self.starts.len()).chain(0..last) {
            if let Some(found) = in_page(page)? {
                self.last.store(page, Ordering::Relaxed);
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    /// The records of the parity shards of `window`.
    pub(super) fn parity(
        &self,
        set: &Set,
        parity: &Parity,
        window: u64,
    ) -> Result<Vec<FrameRecord>, ArchiveError> {
        let Some((first, last)) = self.parity.get(&window).copied() else { return Ok(Vec::new()) };
        let mut found = Vec::new();
        for page in first..=last {
            let records = set.index_page(page)?.into_iter();
            found.extend(records.filter(|record| {
                record.kind == FrameKind::Parity && parity.place(record.number).0 == window
            }));
        }
        Ok(found)
    }
}
