//! Pages of the index that are worked out of the frames they recorded (archive-1 A43).

use std::collections::BTreeMap;
use std::ops::{ControlFlow, Range, RangeInclusive};
use std::sync::OnceLock;

use terms::Digest;

use super::Set;
use super::found::{Found, Spot};
use super::rebuild::{kept_of, spot};
use super::scan::{Of, Scan, Seen};
use super::written::{in_order, missing_between};
use crate::error::ArchiveError;
use crate::frame::FrameKind;
use crate::layout::RECORDS_PER_PAGE;
use crate::places::Place;
use crate::record::{FrameRecord, IndexPage};

/// What stands in for lost pages of the index.
#[derive(Default)]
pub(super) struct Rebuilt {
    /// Frames that a search found where the index is lost, in the order of writing.
    hints: Vec<Spot>,
    /// Bodies of pages that have the digest which the root names.
    pages: BTreeMap<usize, Vec<u8>>,
}

/// What came of rebuilding an index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RebuiltIndex {
    /// Pages of which no copy was good, and that are known again, byte for byte.
    pub pages: usize,
    /// Pages that stay lost.
    pub lost: usize,
}

/// Hears how many bytes were gone through, and says whether to go on.
type GoesOn<'a> = &'a dyn Fn(u64) -> bool;

/// A search through the runs of lost pages, which lie one behind the other.
struct Search<'a> {
    goes_on: GoesOn<'a>,
    /// Bytes that were gone through.
    bytes: u64,
    /// Volume and offset at which the last range ends that was searched.
    end: (u32, u64),
    /// What was found, in the order of writing.
    hints: Vec<Spot>,
    /// How many may be found in all.
    most: u64,
    /// What a scan of all media found before, in the order of writing.
    found: Vec<Spot>,
    /// Frames that no page of the index records, in their order.
    known: Vec<Place>,
}

impl<'a> Search<'a> {
    fn new(set: &Set, goes_on: GoesOn<'a>) -> Self {
        let mut known: Vec<_> = set.known_places().collect();
        known.sort_unstable();
        let found = set.found.as_ref().map(Found::in_order).unwrap_or_default();
        let most = kept_of(set.bytes_here());
        Self { goes_on, bytes: 0, end: (0, 0), hints: Vec::new(), most, found, known }
    }

    /// Whether so many `more` frames can be of an archive on these media.
    fn admits(&self, more: usize) -> Result<(), ArchiveError> {
        let is_crowded = (self.hints.len() + more) as u64 > self.most;
        if is_crowded { Err(ArchiveError::Crowded { most: self.most }) } else { Ok(()) }
    }
}

impl Set {
    /// Works lost pages of the index out of the frames themselves; where a frame is damaged, out of
    /// what the parity makes of it. A page counts if it has the digest which the root names
    /// (archive-1 A43), so nothing is known of a set without a root. Memory is 32 bytes for each
    /// frame of a lost page, and the pages.
    ///
    /// `goes_on` hears how many bytes were gone through, and says whether to go on; none is
    /// returned if not.
    ///
    /// # Errors
    ///
    /// A medium failed.
    pub fn rebuild_index(
        &mut self,
        goes_on: GoesOn<'_>,
    ) -> Result<Option<RebuiltIndex>, ArchiveError> {
        let pages = 0..self.index_pages();
        let lost: Vec<usize> = pages.filter(|page| self.index_page(*page).is_err()).collect();
        if lost.is_empty() || !self.has_root() {
            return Ok(Some(RebuiltIndex { pages: 0, lost: lost.len() }));
        }
        let runs = lost.chunk_by(|one, other| one + 1 == *other);
        let runs: Vec<_> = runs.map(|run| run[0]..=run[run.len() - 1]).collect();
        let mut search = Search::new(self, goes_on);
        let mut parts = Vec::new();
        for run in &runs {
            let first = search.hints.len();
            if !self.search(run, &mut search)? {
                return Ok(None);
            }
            parts.push(first..search.hints.len());
        }
        let Search { mut bytes, hints, .. } = search;
        self.rebuilt.hints = hints;
        self.mender = OnceLock::new();
        let mut proved = BTreeMap::new();
        for (run, part) in runs.into_iter().zip(parts) {
            for (page, chunk) in run.zip(self.rebuilt.hints[part].chunks(RECORDS_PER_PAGE)) {
                if !goes_on(bytes) {
                    return Ok(None);
                }
                bytes += chunk.iter().map(|spot| u64::from(spot.length)).sum::<u64>();
                match self.proved_page(page, chunk, &|| goes_on(bytes)) {
                    ControlFlow::Continue(body) => proved.extend(body.map(|body| (page, body))),
                    ControlFlow::Break(()) => return Ok(None),
                }
            }
        }
        let rebuilt = RebuiltIndex { pages: proved.len(), lost: lost.len() - proved.len() };
        self.rebuilt.pages = proved;
        self.mender = OnceLock::new();
        Ok(Some(rebuilt))
    }

    /// The body of an index page that was rebuilt.
    pub(super) fn rebuilt_page(&self, record: &FrameRecord) -> Option<Vec<u8>> {
        let page = usize::try_from(record.number).ok()?;
        let body = self.rebuilt.pages.get(&page).filter(|_| record.kind == FrameKind::Index)?;
        record.check(body).is_ok().then(|| body.clone())
    }

    /// Whether a page of the index is known although no copy of it is good.
    pub fn is_rebuilt(&self, record: &FrameRecord) -> bool {
        self.rebuilt_page(record).is_some()
    }

    /// What was found of frames where the index is lost, in the order of writing.
    pub(crate) fn hints(&self) -> Vec<Spot> {
        match &self.found {
            Some(found) => found.in_order(),
            None => self.rebuilt.hints.clone(),
        }
    }

    /// Adds frames of recorded kinds between the pages before and behind `run`; says whether to go
    /// on.
    fn search(
        &self,
        run: &RangeInclusive<usize>,
        search: &mut Search<'_>,
    ) -> Result<bool, ArchiveError> {
        let end_of = |page: usize| self.index_page(page).ok()?.last().map(Place::of);
        let start_of = |page: usize| self.index_page(page).ok()?.first().map(Place::of);
        let before = run.start().checked_sub(1).and_then(end_of);
        let behind = start_of(run.end() + 1);
        let from = before.map_or((1, 0), |place| (place.volume, place.end));
        let to = behind.map_or((self.root.volumes, u64::MAX), |at| (at.volume, at.start));
        // Pages that lead back to what was searched contradict each other (archive-1 A41): nothing
        // between them is rebuilt, and no byte is gone through twice.
        if from < search.end || from > to {
            return Ok(true);
        }
        search.end = to;
        let is_between = |spot: &Spot| {
            let Place { volume, start, end } = spot.place();
            (volume, start) >= from && (volume, end) <= to
        };
        if self.found.is_some() {
            let found = &search.found[between(&search.found, Spot::place, from, to)];
            search.hints.extend(found.iter().filter(|spot| is_between(spot)));
            return Ok(true);
        }
        let mut spots = Vec::new();
        for (number, copies) in self.volumes.range(from.0..=to.0) {
            let Some(volume) = copies.first() else { continue };
            let start = if *number == from.0 { from.1 } else { 0 };
            let end = if *number == to.0 { to.1 } else { u64::MAX }.min(volume.size);
            let within = (volume.medium.as_ref(), volume.size);
            let mut scan = Scan::within(within, Of::Archive(self.settings.archive), start..end);
            while let Some(seen) = scan.step() {
                if !(search.goes_on)(search.bytes + scan.at().saturating_sub(start)) {
                    return Ok(false);
                }
                let Some(Seen::Frame(frame)) = seen else { continue };
                let preamble = &frame.preamble;
                if preamble.kind.is_recorded() && preamble.volume == *number {
                    spots.extend(spot(&frame, *number).filter(is_between));
                    search.admits(spots.len())?;
                }
            }
            search.bytes += end.saturating_sub(start);
        }
        let known = &search.known[between(&search.known, |place| *place, from, to)];
        let mut spots = in_order(spots);
        spots.extend(missing_between(&spots, known, self.settings.segment_bytes));
        search.hints.extend(in_order(spots));
        search.admits(0)?;
        Ok(true)
    }

    /// Frames that no page of the index records: its own pages, and the root.
    fn known_places(&self) -> impl Iterator<Item = Place> {
        let pages = self.root.pages.iter().flat_map(|page| &page.copies);
        pages.chain(&self.roots).map(Place::of)
    }

    /// The page that records `frames`, if it is the one that the root names. What the media give is
    /// tried first, then what the parity makes of it, and then parity that is made anew.
    /// Mending one frame can read a whole window, so `goes_on` is asked before each.
    fn proved_page(
        &self,
        page: usize,
        frames: &[Spot],
        goes_on: &dyn Fn() -> bool,
    ) -> ControlFlow<(), Option<Vec<u8>>> {
        let Some(named) = self.index_page_record(page) else { return ControlFlow::Continue(None) };
        let proves = |records: &[FrameRecord]| {
            let body = terms::encode(&IndexPage(records.to_vec()));
            named.check(&body).is_ok().then_some(body)
        };
        let mut body = Vec::new();
        let hints: Vec<_> = frames.iter().map(Spot::record).collect();
        let as_read = hints.iter().map(|hint| {
            self.read_what_is_left(hint, &mut body);
            known(hint, &body)
        });
        let mut records: Vec<_> = as_read.collect();
        let is_parity = |record: &FrameRecord| record.kind == FrameKind::Parity;
        for makes_parity in [false, true] {
            if let Some(body) = proves(&records) {
                return ControlFlow::Continue(Some(body));
            }
            let wanted = hints.iter().zip(&mut records);
            for (hint, record) in wanted.filter(|(hint, _)| is_parity(hint) == makes_parity) {
                if !goes_on() {
                    return ControlFlow::Break(());
                }
                if let Ok(body) = self.mend(hint) {
                    *record = known(hint, &body);
                }
            }
        }
        ControlFlow::Continue(proves(&records))
    }
}

/// Those of `sorted` whose place begins at `from` or behind it, and before `to`.
fn between<T>(
    sorted: &[T],
    place: impl Fn(&T) -> Place,
    from: (u32, u64),
    to: (u32, u64),
) -> Range<usize> {
    let begins = |it: &T| (place(it).volume, place(it).start);
    let first = sorted.partition_point(|it| begins(it) < from);
    first..sorted.partition_point(|it| begins(it) < to).max(first)
}

/// The record of a frame with this body.
fn known(hint: &FrameRecord, body: &[u8]) -> FrameRecord {
    let digest = Digest::from_bytes(blake3::hash(body).into());
    FrameRecord { digest, is_hint: false, ..hint.clone() }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;
    use crate::tests::press::{noise, open, seal, settings};
    use crate::{Parity, Settings};

    /// An archive whose index has several pages, and its bytes.
    fn fine() -> (Set, u64) {
        let parity = Parity { data: 8, parity: 4, shard_bytes: 64, interleave: 256 };
        let settings = Settings { parity: Some(parity), ..settings(1) };
        let (volumes, _) = seal(settings, &[("a", noise(900_000))]);
        let set = open(volumes).unwrap();
        let bytes = set.bytes_here();
        (set, bytes)
    }

    /// Makes every copy of a page another one than the root names.
    fn lose(set: &mut Set, page: usize) {
        for copy in &mut set.root.pages[page].copies {
            copy.digest = Digest::from_bytes([0; 32]);
        }
    }

    #[test]
    fn pages_that_lead_back_and_forth_are_searched_for_in_one_pass() {
        let (mut set, bytes) = fine();
        let pages = set.root.pages.clone();
        let (early, late) = (pages[1].clone(), pages[pages.len() - 1].clone());
        lose(&mut set, 0);
        let lost = set.root.pages[0].clone();
        let turns = (0..200).flat_map(|turn| {
            let good = if turn % 2 == 0 { &early } else { &late };
            [good.clone(), lost.clone()]
        });
        set.root.pages = turns.collect();
        let most = Cell::new(0);
        let goes_on = |gone: u64| {
            most.set(most.get().max(gone));
            true
        };
        let rebuilt = set.rebuild_index(&goes_on).unwrap().unwrap();
        assert_eq!(rebuilt, RebuiltIndex { pages: 0, lost: 200 });
        // Once by the search, and once as bodies.
        let (most, hints) = (most.get(), set.rebuilt.hints.len());
        assert!(most <= 2 * bytes, "{most} of {bytes} bytes");
        assert!(hints > 0 && hints as u64 <= bytes / 64, "{hints} frames in {bytes} bytes");
    }

    #[test]
    fn a_search_that_finds_too_much_in_all_its_runs_ends() {
        let (set, _) = fine();
        let mut search = Search { most: 4000, ..Search::new(&set, &|_| true) };
        let refused = (0..set.index_pages()).find_map(|page| {
            // Each run alone finds the records of one page.
            search.end = (0, 0);
            set.search(&(page..=page), &mut search).err()
        });
        assert!(matches!(refused, Some(ArchiveError::Crowded { most: 4000 })), "{refused:?}");
    }

    #[test]
    fn whoever_stops_is_heard_between_two_frames_that_are_mended() {
        let (mut set, _) = fine();
        lose(&mut set, 1);
        let asked = Cell::new(0);
        let mut search = Search::new(&set, &|_| true);
        assert!(set.search(&(1..=1), &mut search).unwrap());
        let stopped = set.proved_page(1, &search.hints, &|| {
            asked.set(asked.get() + 1);
            asked.get() < 3
        });
        assert_eq!((stopped, asked.get()), (ControlFlow::Break(()), 3));
    }
}
