//! How long an operation will still take: a range, from what it did so far.
//!
//! Some content costs by the byte and some by the file, and media slow down and recover. Whoever
//! names one number hides that. So there are several honest guesses, by bytes and by files, from
//! the whole of the operation and from its last seconds, and the answer is where they all lie.

use std::collections::VecDeque;
use std::time::Duration;

use crate::observer::Progress;

/// What "the last seconds" are.
const RECENT: Duration = Duration::from_secs(10);
/// How far apart two marks are at least.
const APART: Duration = Duration::from_millis(500);
/// Nothing is said before so much time is over.
const FIRST: Duration = Duration::from_secs(2);

/// How fast an operation goes. Times are given, counted from its beginning with rests left out.
pub struct Pace {
    total: Progress,
    marks: VecDeque<(Duration, Progress)>,
    now: (Duration, Progress),
}

impl Pace {
    /// That of an operation that has `total` to do.
    pub fn new(total: Progress) -> Self {
        Self { total, marks: VecDeque::new(), now: (Duration::ZERO, Progress::default()) }
    }

    /// Notes that the operation is at `progress` after `time`.
    pub fn hear(&mut self, time: Duration, progress: Progress) {
        self.now = (time, progress);
        if self.marks.back().is_none_or(|(last, _)| time.saturating_sub(*last) >= APART) {
            self.marks.push_back(self.now);
        }
        // One mark from before stays, so that the last seconds are whole.
        while self.marks.get(1).is_some_and(|(mark, _)| time.saturating_sub(*mark) >= RECENT) {
            self.marks.pop_front();
        }
    }

    /// What there is to do in all.
    pub fn total(&self) -> Progress {
        self.total
    }

    /// The shortest and the longest time that is left by any guess; none as long as there is
    /// nothing to guess from.
    pub fn left(&self) -> Option<(Duration, Duration)> {
        let (time, at) = self.now;
        if time < FIRST {
            return None;
        }
        let begun = (Duration::ZERO, Progress::default());
        let since = [Some(begun), self.marks.front().copied()];
        let guesses = since.into_iter().flatten().flat_map(|(from, then)| {
            let took = time.saturating_sub(from);
            let by_bytes =
                guess(took, at.bytes - then.bytes.min(at.bytes), self.total.bytes, at.bytes);
            let by_files =
                guess(took, at.files - then.files.min(at.files), self.total.files, at.files);
            [by_bytes, by_files]
        });
        guesses.flatten().fold(None, |range, guess| match range {
            None => Some((guess, guess)),
            Some((low, high)) => Some((guess.min(low), guess.max(high))),
        })
    }
}

/// Time for what is left of `total` behind `at`, if `done` took `took`; none for what is too little
/// to tell.
fn guess(took: Duration, done: u64, total: u64, at: u64) -> Option<Duration> {
    let left = total.saturating_sub(at);
    if total < 2 || took.is_zero() {
        return None;
    }
    if left == 0 {
        return Some(Duration::ZERO);
    }
    let nanos = u128::from(left) * took.as_nanos() / u128::from(done.max(1));
    (done > 0).then(|| Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MB: u64 = 1_000_000;

    fn progress(bytes: u64, files: u64) -> Progress {
        Progress { bytes, files }
    }

    fn seconds(range: Option<(Duration, Duration)>) -> Option<(u64, u64)> {
        range.map(|(low, high)| (low.as_secs(), high.as_secs()))
    }

    #[test]
    fn a_steady_pace_is_one_number() {
        let mut pace = Pace::new(progress(100 * MB, 100));
        for second in 1..=20 {
            pace.hear(Duration::from_secs(second), progress(second * MB, second));
        }
        assert_eq!(seconds(pace.left()), Some((80, 80)));
    }

    #[test]
    fn nothing_is_said_of_what_has_hardly_begun() {
        let mut pace = Pace::new(progress(100 * MB, 100));
        assert_eq!(pace.left(), None);
        pace.hear(Duration::from_millis(1999), progress(50 * MB, 3));
        assert_eq!(pace.left(), None);
        pace.hear(Duration::from_secs(3), progress(0, 0));
        assert_eq!(pace.left(), None, "nothing was done");
    }

    #[test]
    fn a_medium_that_became_slow_widens_the_range() {
        let mut pace = Pace::new(progress(100 * MB, 1));
        for second in 1..=10 {
            pace.hear(Duration::from_secs(second), progress(4 * second * MB, 0));
        }
        for second in 11..=30 {
            pace.hear(Duration::from_secs(second), progress((30 + second) * MB, 0));
        }
        // 60 MB in 30 s, but 10 MB in the last 10 s, and 40 MB are left.
        assert_eq!(seconds(pace.left()), Some((20, 40)));
    }

    #[test]
    fn many_small_files_after_a_big_one_are_not_forgotten() {
        let mut pace = Pace::new(progress(110 * MB, 1001));
        for second in 1..=10 {
            pace.hear(Duration::from_secs(second), progress(10 * second * MB, 0));
        }
        pace.hear(Duration::from_secs(11), progress(100 * MB, 100));
        let (low, high) = seconds(pace.left()).unwrap();
        assert!(low <= 1 && high >= 90, "{low} to {high}");
    }

    #[test]
    fn what_is_done_is_done() {
        let mut pace = Pace::new(progress(10 * MB, 10));
        pace.hear(Duration::from_secs(5), progress(10 * MB, 10));
        assert_eq!(seconds(pace.left()), Some((0, 0)));
    }
}
