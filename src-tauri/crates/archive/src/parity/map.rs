//! Which frames a window is made of.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::error::ArchiveError;
use crate::frame::{FrameKind, PREAMBLE_BYTES};
use crate::layout::RECORDS_PER_PAGE;
use crate::places::Place;
use crate::record::FrameRecord;
use crate::set::{Set, Spot};

use super::layout::Parity;

/// The protected stream, by the pages of the index; 32 bytes for each page, 16 for each window, and
/// 32 for each frame that was found where the index is lost.
pub(super) struct Map {
    parts: Vec<Part>,
    hints: Vec<Spot>,
    /// Bytes of the protected stream.
    pub(super) total: u64,
    /// The first and the last part that records parity of a window.
    parity: BTreeMap<u64, (usize, usize)>,
}

/// A part of the protected stream.
struct Part {
    /// Where its frames begin in the stream.
    start: u64,
    /// The place of its first frame.
    first: Place,
    from: From,
}

/// What tells of the frames of a part.
enum From {
    /// A page of the index.
    Page(usize),
    /// What was found where pages are lost.
    Hints(Range<usize>),
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
    /// Goes through the index once. Where pages of it are lost, what a search found there stands in
    /// for them; it has no digests (archive-1 A43).
    pub(super) fn new(set: &Set, parity: &Parity) -> Result<Self, ArchiveError> {
        let hints = if set.has_root() { Vec::new() } else { set.hints() };
        let mut map = Self { parts: Vec::new(), hints, total: 0, parity: BTreeMap::new() };
        let mut end = None;
        for page in 0..set.index_pages() {
            let records = match set.index_page(page) {
                Ok(records) => records,
                Err(error) => {
                    if map.hints.is_empty() {
                        map.hints = set.hints();
                    }
                    if map.hints.is_empty() {
                        return Err(error);
                    }
                    continue;
                }
            };
            let (Some(first), Some(last)) = (records.first(), records.last()) else { continue };
            let (first, last) = (Place::of(first), Place::of(last));
            if end.is_none_or(|end: Place| end.is_before(&first)) {
                map.push_hints(map.between(end, Some(first)), parity);
                map.push(first, From::Page(page), &records, parity);
                end = Some(last);
            }
        }
        map.push_hints(map.between(end, None), parity);
        Ok(map)
    }

    /// What was found behind `end` and before `start`.
    fn between(&self, end: Option<Place>, start: Option<Place>) -> Range<usize> {
        let is_covered = |it: &Spot| end.is_some_and(|end| !end.is_before(&it.place()));
        let is_before = |it: &Spot| start.is_none_or(|start| it.place().is_before(&start));
        let last = self.hints.partition_point(is_before);
        self.hints.partition_point(is_covered).min(last)..last
    }

    fn push_hints(&mut self, range: Range<usize>, parity: &Parity) {
        let starts = range.clone().step_by(RECORDS_PER_PAGE);
        for start in starts {
            let part = start..range.end.min(start + RECORDS_PER_PAGE);
            let records: Vec<_> = self.hints[part.clone()].iter().map(Spot::record).collect();
            self.push(self.hints[start].place(), From::Hints(part), &records, parity);
        }
    }

    fn push(&mut self, first: Place, from: From, records: &[FrameRecord], parity: &Parity) {
        let part = self.parts.len();
        self.parts.push(Part { start: self.total, first, from });
        for record in records {
            self.total += protected_bytes(record);
            if record.kind == FrameKind::Parity {
                let (window, ..) = parity.place(record.number);
                self.parity.entry(window).or_insert((part, part)).1 = part;
            }
        }
    }

    fn records(&self, set: &Set, part: &Part) -> Result<Vec<FrameRecord>, ArchiveError> {
        match &part.from {
            From::Page(page) => set.index_page(*page),
            From::Hints(range) => Ok(self.hints[range.clone()].iter().map(Spot::record).collect()),
        }
    }

    /// The frames that have bytes between `start` and `end` of the protected stream.
    pub(super) fn frames(
        &self,
        set: &Set,
        start: u64,
        end: u64,
    ) -> Result<Vec<Placed>, ArchiveError> {
        let first = self.parts.partition_point(|part| part.start <= start).saturating_sub(1);
        let mut found = Vec::new();
        for part in self.parts[first..].iter().take_while(|part| part.start < end) {
            let placed = self.placed(set, part)?;
            found.extend(placed.into_iter().filter(|at| at.start < end && at.end() > start));
        }
        Ok(found)
    }

    /// The protected frames of one part.
    fn placed(&self, set: &Set, part: &Part) -> Result<Vec<Placed>, ArchiveError> {
        let mut at = part.start;
        let mut placed = Vec::new();
        for record in self.records(set, part)? {
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
        let own = Place::of(record);
        let is_before =
            |part: &Part| (part.first.volume, part.first.start) <= (own.volume, own.start);
        let part = self.parts.partition_point(is_before).checked_sub(1);
        let Some(part) = part.and_then(|part| self.parts.get(part)) else { return Ok(None) };
        let placed = self.placed(set, part)?;
        Ok(placed.into_iter().find(|at| at.record.is_as(record)))
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
        for part in self.parts.get(first..=last).unwrap_or_default() {
            let records = self.records(set, part)?.into_iter();
            found.extend(records.filter(|record| {
                record.kind == FrameKind::Parity && parity.place(record.number).0 == window
            }));
        }
        Ok(found)
    }
}
