//! Pages of the index that are worked out of the frames they recorded (archive-1 A43).

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::sync::OnceLock;

use terms::Digest;

use super::Set;
use super::found::Spot;
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
        let mut bytes = 0;
        let mut hints = Vec::new();
        for run in &runs {
            let Some(found) = self.searched(run, &mut bytes, goes_on)? else { return Ok(None) };
            hints.push(found);
        }
        self.rebuilt.hints = hints.concat();
        self.mender = OnceLock::new();
        let mut proved = BTreeMap::new();
        for (run, hints) in runs.into_iter().zip(hints) {
            for (page, chunk) in run.zip(hints.chunks(RECORDS_PER_PAGE)) {
                if !goes_on(bytes) {
                    return Ok(None);
                }
                bytes += chunk.iter().map(|spot| u64::from(spot.length)).sum::<u64>();
                proved.extend(self.proved_page(page, chunk).map(|body| (page, body)));
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

    /// Frames of recorded kinds between the pages before and behind `run`; none if stopped.
    fn searched(
        &self,
        run: &RangeInclusive<usize>,
        bytes: &mut u64,
        goes_on: GoesOn<'_>,
    ) -> Result<Option<Vec<Spot>>, ArchiveError> {
        let end_of = |page: usize| self.index_page(page).ok()?.last().map(Place::of);
        let start_of = |page: usize| self.index_page(page).ok()?.first().map(Place::of);
        let before = run.start().checked_sub(1).and_then(end_of);
        let behind = start_of(run.end() + 1);
        let from = before.map_or((1, 0), |place| (place.volume, place.end));
        let to = behind.map_or((self.root.volumes, u64::MAX), |at| (at.volume, at.start));
        let mut spots = Vec::new();
        if from > to {
            return Ok(Some(spots));
        }
        if self.found.is_some() {
            let is_between = |spot: &Spot| {
                let Place { volume, start, .. } = spot.place();
                (volume, start) >= from && (volume, start) < to
            };
            spots = self.hints().into_iter().filter(is_between).collect();
            return Ok(Some(spots));
        }
        for (number, copies) in self.volumes.range(from.0..=to.0) {
            let Some(volume) = copies.first() else { continue };
            let start = if *number == from.0 { from.1 } else { 0 };
            let end = if *number == to.0 { to.1 } else { u64::MAX }.min(volume.size);
            let within = (volume.medium.as_ref(), volume.size);
            let mut scan = Scan::within(within, Of::Archive(self.settings.archive), start..end);
            while let Some(seen) = scan.step() {
                if !goes_on(*bytes + scan.at()) {
                    return Ok(None);
                }
                let Some(Seen::Frame(frame)) = seen else { continue };
                let preamble = &frame.preamble;
                if preamble.kind.is_recorded() && preamble.volume == *number {
                    spots.extend(spot(&frame, *number));
                    let most = kept_of(self.bytes_here());
                    if spots.len() as u64 > most {
                        return Err(ArchiveError::Crowded { most });
                    }
                }
            }
            *bytes += end.saturating_sub(start);
        }
        let known: Vec<_> = self.known_places().collect();
        let mut spots = in_order(spots);
        spots.extend(missing_between(&spots, &known, self.settings.segment_bytes));
        Ok(Some(in_order(spots)))
    }

    /// Frames that no page of the index records: its own pages, and the root.
    fn known_places(&self) -> impl Iterator<Item = Place> {
        let pages = self.root.pages.iter().flat_map(|page| &page.copies);
        pages.chain(&self.roots).map(Place::of)
    }

    /// The page that records `frames`, if it is the one that the root names. What the media give is
    /// tried first, then what the parity makes of it, and then parity that is made anew.
    fn proved_page(&self, page: usize, frames: &[Spot]) -> Option<Vec<u8>> {
        let named = self.index_page_record(page)?;
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
                return Some(body);
            }
            let wanted = hints.iter().zip(&mut records);
            for (hint, record) in wanted.filter(|(hint, _)| is_parity(hint) == makes_parity) {
                if let Ok(body) = self.mend(hint) {
                    *record = known(hint, &body);
                }
            }
        }
        proves(&records)
    }
}

/// The record of a frame with this body.
fn known(hint: &FrameRecord, body: &[u8]) -> FrameRecord {
    let digest = Digest::from_bytes(blake3::hash(body).into());
    FrameRecord { digest, is_hint: false, ..hint.clone() }
}
