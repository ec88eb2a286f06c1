//! How much is left out behind a place that a medium refuses (readmap-1 R4).

/// What is left out behind the first failure, and at most behind many in a row.
const STEP_MIN: u64 = 1 << 20;
const STEP_MAX: u64 = 1 << 30;

/// What is left out of a volume at first.
#[derive(Debug)]
pub(super) struct Ahead {
    until: u64,
    step: u64,
}

impl Default for Ahead {
    fn default() -> Self {
        Self { until: 0, step: STEP_MIN }
    }
}

impl Ahead {
    /// Whether what begins at `offset` is left out.
    pub(super) fn leaves_out(&self, offset: u64) -> bool {
        offset < self.until
    }

    /// The medium refused something that ends at `end`: more is left out each time.
    pub(super) fn refused(&mut self, end: u64) {
        self.until = self.until.max(end.saturating_add(self.step));
        self.step = (self.step * 2).min(STEP_MAX);
    }

    /// The medium gave what begins at `offset`: behind what was left out it reads again.
    pub(super) fn gave(&mut self, offset: u64) {
        if offset >= self.until {
            self.step = STEP_MIN;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_is_left_out_each_time_and_little_again_where_the_medium_reads() {
        let mut ahead = Ahead::default();
        assert!(!ahead.leaves_out(0));
        ahead.refused(1000);
        assert!(ahead.leaves_out(1000 + STEP_MIN - 1) && !ahead.leaves_out(1000 + STEP_MIN));
        ahead.refused(5 << 20);
        assert!(ahead.leaves_out((7 << 20) - 1) && !ahead.leaves_out(7 << 20));
        // What came from before the end of what is left out says nothing of what is behind.
        ahead.gave(0);
        ahead.refused(10 << 20);
        assert!(ahead.leaves_out((14 << 20) - 1) && !ahead.leaves_out(14 << 20));
        ahead.gave(14 << 20);
        ahead.refused(20 << 20);
        assert!(!ahead.leaves_out(21 << 20));
        (0..40).for_each(|_| ahead.refused(30 << 20));
        assert!(!ahead.leaves_out((30 << 20) + STEP_MAX));
    }
}
