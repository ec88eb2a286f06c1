//! Where recorded frames lie: one behind the other, as they were written (archive-1 A41).

use crate::frame::PREAMBLE_BYTES;
use crate::record::FrameRecord;

const SHARED: &str = "two frames of the index share bytes of a volume, or are out of order";

/// The end of the record that came last; one look back is all that is needed.
#[derive(Default)]
pub(crate) struct Places {
    volume: u32,
    end: u64,
}

impl Places {
    /// Takes the next record, or says why it cannot follow.
    pub(crate) fn follow(&mut self, record: &FrameRecord) -> Option<&'static str> {
        let Place { volume, start, end } = Place::of(record);
        let is_behind = (volume, start) >= (self.volume, self.end);
        (self.volume, self.end) = (volume, end);
        (!is_behind).then_some(SHARED)
    }
}

/// The bytes of a frame, its preamble included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    pub(crate) volume: u32,
    pub(crate) start: u64,
    pub(crate) end: u64,
}

impl Place {
    pub(crate) fn of(record: &FrameRecord) -> Self {
        let start = record.offset.saturating_sub(PREAMBLE_BYTES as u64);
        Self { volume: record.volume, start, end: record.offset.saturating_add(record.length) }
    }

    pub(crate) fn is_before(&self, other: &Self) -> bool {
        (self.volume, self.end) <= (other.volume, other.start)
    }

    /// What lies between its end and the start of `other`, if that is of the same volume.
    pub(crate) fn until(&self, other: &Self) -> Option<Self> {
        let is_gap = self.volume == other.volume && self.end < other.start;
        is_gap.then_some(Self { volume: self.volume, start: self.end, end: other.start })
    }
}

/// Frames that the index does not record, such as its own pages: no recorded one may share a byte
/// with them. Recorded ones ascend, so one pass compares all of them.
pub(crate) struct Others {
    places: Vec<Place>,
    next: usize,
}

impl Others {
    /// Takes the frames, or says that they share bytes among themselves.
    pub(crate) fn new<'a>(
        frames: impl Iterator<Item = &'a FrameRecord>,
    ) -> Result<Self, &'static str> {
        let mut places: Vec<_> = frames.map(Place::of).collect();
        places.sort_unstable();
        if places.is_sorted_by(Place::is_before) {
            Ok(Self { places, next: 0 })
        } else {
            Err(SHARED)
        }
    }

    /// Whether `record`, which lies behind those that were asked about before, shares bytes.
    pub(crate) fn fault(&mut self, record: &FrameRecord) -> Option<&'static str> {
        let place = Place::of(record);
        while self.places.get(self.next).is_some_and(|other| other.is_before(&place)) {
            self.next += 1;
        }
        let is_free = self.places.get(self.next).is_none_or(|other| place.is_before(other));
        (!is_free).then_some(SHARED)
    }
}
