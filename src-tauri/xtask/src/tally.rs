//! Counting what passed, failed and was skipped, step by step.

use std::time::{Duration, Instant};

/// What one step, or all of them together, came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Count {
    pub(crate) passed: usize,
    pub(crate) failed: usize,
    pub(crate) skipped: usize,
}

impl Count {
    /// One check that passed or failed.
    pub(crate) fn one(is_good: bool) -> Self {
        Self { passed: usize::from(is_good), failed: usize::from(!is_good), skipped: 0 }
    }

    /// The counts of a line like `test result: ok. 7 passed; 0 failed; 1 ignored; …`.
    pub(crate) fn parse(line: &str) -> Option<Self> {
        let (_, counts) = line.trim().strip_prefix("test result:")?.split_once(". ")?;
        let mut count = Self::default();
        for part in counts.split("; ") {
            match part.split_once(' ') {
                Some((number, "passed")) => count.passed = number.parse().ok()?,
                Some((number, "failed")) => count.failed = number.parse().ok()?,
                Some((number, "ignored")) => count.skipped = number.parse().ok()?,
                _ => {}
            }
        }
        Some(count)
    }

    /// Both together.
    pub(crate) fn plus(self, other: Self) -> Self {
        Self {
            passed: self.passed + other.passed,
            failed: self.failed + other.failed,
            skipped: self.skipped + other.skipped,
        }
    }

    /// Counts `skipped` of the passed tests as what they are: tests that found nothing to test.
    pub(crate) fn with_skips(self, skipped: usize) -> Self {
        let passed = self.passed.saturating_sub(skipped);
        Self { passed, skipped: self.skipped + skipped, ..self }
    }

    /// The closing line: `N passed, N failed`, and `, N skipped` when there are any.
    pub(crate) fn closing_line(self) -> String {
        let Self { passed, failed, skipped } = self;
        match skipped {
            0 => format!("{passed} passed, {failed} failed"),
            _ => format!("{passed} passed, {failed} failed, {skipped} skipped"),
        }
    }
}

/// Steps as they are done, with what they came to and how long they took.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    steps: Vec<(String, Count, Duration)>,
}

impl Tally {
    /// Does `work` under a headline and keeps its result.
    pub(crate) fn step(&mut self, name: &str, work: impl FnOnce() -> Count) {
        println!("\n── {name}");
        let start = Instant::now();
        let count = work();
        self.steps.push((name.to_owned(), count, start.elapsed()));
    }

    /// All steps together.
    pub(crate) fn total(&self) -> Count {
        self.steps.iter().fold(Count::default(), |sum, (_, count, _)| sum.plus(*count))
    }

    /// Prints one line per step and the closing line, which is the last one.
    pub(crate) fn print(&self) {
        println!("\n── durations");
        for (name, count, time) in &self.steps {
            println!("{:>7.1} s  {name:<44} {}", time.as_secs_f64(), count.closing_line());
        }
        let total: Duration = self.steps.iter().map(|(_, _, time)| *time).sum();
        println!("{:>7.1} s  all steps\n", total.as_secs_f64());
        println!("{}", self.total().closing_line());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_result_line_of_cargo_test_is_read() {
        let line = "test result: FAILED. 7 passed; 2 failed; 1 ignored; 0 measured; 0 filtered out";
        assert_eq!(Count::parse(line), Some(Count { passed: 7, failed: 2, skipped: 1 }));
        assert_eq!(Count::parse("test result of another kind"), None);
        assert_eq!(Count::parse("test keys::opens ... ok"), None);
    }

    #[test]
    fn the_closing_line_names_skipped_tests_only_when_there_are_any() {
        let count = Count { passed: 9, failed: 0, skipped: 0 };
        assert_eq!(count.closing_line(), "9 passed, 0 failed");
        assert_eq!(count.with_skips(2).closing_line(), "7 passed, 0 failed, 2 skipped");
    }
}
