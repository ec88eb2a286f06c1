//! The digest of a file as a tree that can be taken up again in the middle (journal-1 J7).

use blake3::hazmat::{
    ChainingValue, HasherExt, Mode, merge_subtrees_non_root, merge_subtrees_root,
};
use blake3::{Hash, Hasher};

/// Bytes under one subtree.
pub(super) const SUBTREE_BYTES: u64 = 1 << 20;

/// BLAKE3 over a stream, whose state behind every complete subtree is a few chaining values.
pub(super) struct Subtrees {
    /// The subtree that bytes go into now.
    current: Hasher,
    filled: u64,
    /// Complete subtrees before it.
    complete: u64,
    /// Their chaining values, largest first, one for each bit that is set in `complete`.
    stack: Vec<ChainingValue>,
}

impl Subtrees {
    pub(super) fn new() -> Self {
        Self { current: Hasher::new(), filled: 0, complete: 0, stack: Vec::new() }
    }

    /// Goes on behind `bytes` bytes; none if the state is none.
    pub(super) fn behind(bytes: u64, stack: &[ChainingValue]) -> Option<Self> {
        let complete = bytes / SUBTREE_BYTES;
        let fits = bytes.is_multiple_of(SUBTREE_BYTES);
        let counted = usize::try_from(complete.count_ones()).is_ok_and(|n| n == stack.len());
        if !fits || !counted || complete == 0 {
            return None;
        }
        let mut current = Hasher::new();
        current.set_input_offset(bytes);
        Some(Self { current, filled: 0, complete, stack: stack.to_vec() })
    }

    /// Bytes under complete subtrees, and their chaining values.
    pub(super) fn state(&self) -> (u64, &[ChainingValue]) {
        (self.complete * SUBTREE_BYTES, &self.stack)
    }

    pub(super) fn update(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            // Whether a subtree is the root is known only when something comes after it.
            if self.filled == SUBTREE_BYTES {
                self.close();
            }
            let room = usize::try_from(SUBTREE_BYTES - self.filled).unwrap_or(usize::MAX);
            let (now, later) = bytes.split_at(room.min(bytes.len()));
            self.current.update(now);
            self.filled += now.len() as u64;
            bytes = later;
        }
    }

    pub(super) fn finalize(mut self) -> Hash {
        let above = match self.stack.pop() {
            None => return self.current.finalize(),
            Some(above) => above,
        };
        // Behind a state that was taken up, and nothing came after it, the last subtree is a whole
        // one; `behind` is only asked for where more is to come.
        let mut right = self.current.finalize_non_root();
        let mut left = above;
        while let Some(next) = self.stack.pop() {
            right = merge_subtrees_non_root(&left, &right, Mode::Hash);
            left = next;
        }
        merge_subtrees_root(&left, &right, Mode::Hash)
    }

    fn close(&mut self) {
        let mut value = self.current.finalize_non_root();
        self.complete += 1;
        // As in binary addition: equal subtrees join.
        for _ in 0..self.complete.trailing_zeros() {
            match self.stack.pop() {
                Some(left) => value = merge_subtrees_non_root(&left, &value, Mode::Hash),
                None => unreachable!("as many values as bits are set"),
            }
        }
        self.stack.push(value);
        self.current = Hasher::new();
        self.current.set_input_offset(self.complete * SUBTREE_BYTES);
        self.filled = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::desk::noise;

    const MIB: usize = 1 << 20;

    #[test]
    fn the_digest_is_that_of_the_whole_wherever_it_is_taken_up() {
        let bytes = noise(9 * MIB + 7);
        for length in
            [0, 1, 1023, MIB, MIB + 1, 2 * MIB, 3 * MIB, 8 * MIB, 8 * MIB + 1, 9 * MIB + 7]
        {
            let whole = blake3::hash(&bytes[..length]);
            let mut at_once = Subtrees::new();
            at_once.update(&bytes[..length]);
            assert_eq!(at_once.finalize(), whole, "{length}");
            for stop in [1, MIB, MIB + 1, 4 * MIB + 5, 7 * MIB].into_iter().filter(|s| *s < length)
            {
                let mut first = Subtrees::new();
                bytes[..stop].chunks(70_001).for_each(|part| first.update(part));
                let (done, stack) = first.state();
                let Some(mut second) = Subtrees::behind(done, stack) else {
                    assert!(stop <= MIB, "nothing is complete");
                    continue;
                };
                second.update(&bytes[usize::try_from(done).unwrap()..length]);
                assert_eq!(second.finalize(), whole, "{length} from {stop}");
            }
        }
    }

    #[test]
    fn a_state_that_is_none_is_refused() {
        let value = [7; 32];
        assert!(Subtrees::behind(0, &[]).is_none());
        assert!(Subtrees::behind(MIB as u64 + 1, &[value]).is_none());
        assert!(Subtrees::behind(3 * MIB as u64, &[value]).is_none());
        assert!(Subtrees::behind(3 * MIB as u64, &[value, value]).is_some());
    }
}
