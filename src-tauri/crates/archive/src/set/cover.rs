//! A bound on what crafted media cost to search (decision 0106).

/// So many frames that may be none can lie over each other and still be read, all of them.
const DEEP: usize = 8;

/// Ranges of a medium that were read for frames that may be none. Such frames can overlap, and
/// anybody can write a preamble: without a bound each would have what lies behind it read again.
#[derive(Default)]
pub(super) struct Cover {
    /// Where those ranges end that may reach further.
    ends: Vec<u64>,
}

impl Cover {
    /// Whether `start..end` may be read; asked with ascending `start`. No byte of a medium is read
    /// more often than [`DEEP`] times.
    pub(super) fn admits(&mut self, start: u64, end: u64) -> bool {
        self.ends.retain(|reached| *reached > start);
        let is_admitted = self.ends.len() < DEEP;
        self.ends.extend(is_admitted.then_some(end));
        is_admitted
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_byte_is_covered_more_often_than_the_bound_and_room_comes_back() {
        let mut cover = Cover::default();
        let mut times = [0; 2000];
        for start in 0..1000 {
            let end = start + 1 + start * 37 % 900;
            if cover.admits(start, end) {
                (start..end).for_each(|at| times[usize::try_from(at).unwrap()] += 1);
            }
        }
        assert!(times.iter().all(|times| *times <= DEEP), "{times:?}");
        assert!(cover.admits(5000, 5001));
    }
}
