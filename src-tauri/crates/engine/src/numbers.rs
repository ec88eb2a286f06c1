//! Sets of entries or segments by their number: one bit for each of the archive at most.

/// Which entries, or which segments.
#[derive(Debug, Default)]
pub(crate) struct Numbers(Vec<u64>);

impl Numbers {
    pub(crate) fn insert(&mut self, number: u64) {
        let Ok(word) = usize::try_from(number / 64) else { return };
        if word >= self.0.len() {
            self.0.resize(word + 1, 0);
        }
        self.0[word] |= 1 << (number % 64);
    }

    pub(crate) fn contains(&self, number: u64) -> bool {
        let word = usize::try_from(number / 64).ok().and_then(|word| self.0.get(word));
        word.is_some_and(|word| word >> (number % 64) & 1 == 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_put_in_is_in_and_nothing_else() {
        let mut numbers = Numbers::default();
        for number in [0, 63, 64, 1000] {
            numbers.insert(number);
        }
        let all = (0..2000).filter(|number| numbers.contains(*number));
        assert_eq!(all.collect::<Vec<_>>(), [0, 63, 64, 1000]);
        assert!(!numbers.contains(u64::MAX));
    }
}
