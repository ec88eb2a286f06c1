//! Where stored bytes belong in a file with holes.

use std::ops::Range;

use archive::Hole;

use super::LostRange;

/// Where stored bytes belong in a file with holes.
pub(crate) struct Spread<'a> {
    holes: &'a [Hole],
    /// Offset in the file of the next stored byte, before holes that begin there.
    at: u64,
}

impl<'a> Spread<'a> {
    /// Begins at the start of a file with these holes.
    pub(crate) fn over(holes: &'a [Hole]) -> Self {
        Self { holes, at: 0 }
    }

    /// The pieces of the next stored bytes, each with its offset in the file.
    pub(crate) fn place<'b>(&mut self, mut bytes: &'b [u8]) -> Vec<(u64, &'b [u8])> {
        let mut placed = Vec::new();
        while !bytes.is_empty() {
            self.skip_holes();
            let room = self.holes.first().map_or(u64::MAX, |hole| hole.offset - self.at);
            let count = usize::try_from(room).unwrap_or(usize::MAX).min(bytes.len());
            let (now, later) = bytes.split_at(count);
            placed.push((self.at, now));
            self.at += count as u64;
            bytes = later;
        }
        placed
    }

    /// Passes over the next `count` stored bytes.
    pub(super) fn pass(&mut self, mut count: u64) {
        while count > 0 {
            self.skip_holes();
            let room = self.holes.first().map_or(u64::MAX, |hole| hole.offset - self.at);
            let passed = count.min(room);
            self.at += passed;
            count -= passed;
        }
    }

    /// Ranges in the file of stored bytes `start..end`, counted from the next one.
    pub(super) fn file_ranges(&self, start: u64, end: u64) -> Vec<Range<u64>> {
        let mut ahead = Spread { holes: self.holes, at: self.at };
        let (mut skip, mut left, mut ranges) = (start, end - start, Vec::new());
        while left > 0 {
            ahead.skip_holes();
            let room = ahead.holes.first().map_or(u64::MAX, |hole| hole.offset - ahead.at);
            let passed = skip.min(room);
            let taken = left.min(room - passed);
            if taken > 0 {
                ranges.push(ahead.at + passed..ahead.at + passed + taken);
            }
            ahead.at += passed + taken;
            skip -= passed;
            left -= taken;
        }
        ranges
    }

    fn skip_holes(&mut self) {
        while let Some((hole, rest)) = self.holes.split_first().filter(|(h, _)| h.offset == self.at)
        {
            self.at += hole.length;
            self.holes = rest;
        }
    }
}

/// Parts of `ranges` within `start..start + count`.
pub(super) fn overlaps(ranges: &[Range<u64>], start: u64, count: u64) -> Vec<Range<u64>> {
    let clip = |range: &Range<u64>| range.start.max(start)..range.end.min(start + count);
    ranges.iter().map(clip).filter(|range| range.start < range.end).collect()
}

pub(super) fn merged(ranges: Vec<Range<u64>>) -> Vec<LostRange> {
    let mut merged: Vec<Range<u64>> = Vec::new();
    for range in ranges {
        match merged.last_mut().filter(|last| last.end == range.start) {
            Some(last) => last.end = range.end,
            None => merged.push(range),
        }
    }
    let lost =
        |range: Range<u64>| LostRange { offset: range.start, length: range.end - range.start };
    merged.into_iter().map(lost).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOLES: [Hole; 2] = [Hole { offset: 0, length: 4 }, Hole { offset: 6, length: 10 }];

    #[test]
    fn stored_bytes_go_around_the_holes() {
        let mut spread = Spread::over(&HOLES);
        assert_eq!(spread.place(b"ab"), [(4, &b"ab"[..])]);
        assert_eq!(spread.place(b"cd"), [(16, &b"cd"[..])]);
    }

    #[test]
    fn what_was_placed_before_is_passed_over() {
        for count in 0..6_usize {
            let (mut placed, mut passed) = (Spread::over(&HOLES), Spread::over(&HOLES));
            placed.place(&b"abcdef"[..count]);
            passed.pass(count as u64);
            assert_eq!(placed.place(b"xyz"), passed.place(b"xyz"), "{count}");
        }
    }

    #[test]
    fn a_lost_range_of_stored_bytes_is_named_where_it_lies_in_the_file() {
        let spread = Spread::over(&HOLES);
        assert_eq!(spread.file_ranges(1, 4), [5..6, 16..18]);
        assert_eq!(spread.file_ranges(2, 3), std::iter::once(16..17).collect::<Vec<_>>());
    }

    #[test]
    fn lost_ranges_that_touch_are_one() {
        let lost = |offset, length| LostRange { offset, length };
        assert_eq!(merged(vec![0..5, 5..9, 10..11]), [lost(0, 9), lost(10, 1)]);
    }
}
