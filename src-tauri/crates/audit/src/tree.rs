//! The Merkle tree of RFC 6962 section 2.1 with SHA-256.

use sha2::{Digest as _, Sha256};
use terms::Digest;

/// The hash of a leaf: SHA-256 over 0x00 and the leaf's bytes.
pub fn leaf_hash(leaf: &[u8]) -> Digest {
    let mut hash = Sha256::new();
    hash.update([0x00]);
    hash.update(leaf);
    Digest::from_bytes(hash.finalize().into())
}

/// The hash of an inner node: SHA-256 over 0x01, the left and the right hash.
pub(crate) fn node_hash(left: &Digest, right: &Digest) -> Digest {
    let mut hash = Sha256::new();
    hash.update([0x01]);
    hash.update(left.as_bytes());
    hash.update(right.as_bytes());
    Digest::from_bytes(hash.finalize().into())
}

/// The root over `leaves`, which are leaf hashes; of none it is SHA-256 of nothing.
pub(crate) fn root(leaves: &[Digest]) -> Digest {
    match leaves {
        [] => Digest::from_bytes(Sha256::digest([]).into()),
        [leaf] => *leaf,
        _ => {
            let (left, right) = leaves.split_at(largest_power_below(leaves.len()));
            node_hash(&root(left), &root(right))
        }
    }
}

/// The largest power of two smaller than `count`, which is at least 2.
pub(crate) fn largest_power_below(count: usize) -> usize {
    1 << (count - 1).ilog2()
}

/// A growing tree: all its leaf hashes, and the roots of its complete subtrees.
#[derive(Debug, Clone, Default)]
pub struct Tree {
    leaves: Vec<Digest>,
    /// Roots of the complete subtrees from left to right, one per bit set in the leaf count.
    subtrees: Vec<Digest>,
}

impl Tree {
    /// Adds a leaf by its hash.
    pub fn push(&mut self, leaf: Digest) {
        let mut node = leaf;
        for _ in 0..self.leaves.len().trailing_ones() {
            if let Some(left) = self.subtrees.pop() {
                node = node_hash(&left, &node);
            }
        }
        self.subtrees.push(node);
        self.leaves.push(leaf);
    }

    /// The number of leaves.
    pub fn size(&self) -> u64 {
        self.leaves.len() as u64
    }

    /// The root over all leaves.
    pub fn root(&self) -> Digest {
        let mut nodes = self.subtrees.iter().rev();
        match nodes.next() {
            None => root(&[]),
            Some(last) => nodes.fold(*last, |right, left| node_hash(left, &right)),
        }
    }

    /// The root over the first `size` leaves, or `None` when there are fewer.
    pub fn root_at(&self, size: u64) -> Option<Digest> {
        let size = usize::try_from(size).ok()?;
        if size == self.leaves.len() {
            return Some(self.root());
        }
        self.leaves.get(..size).map(root)
    }

    /// All leaf hashes in order.
    pub fn leaves(&self) -> &[Digest] {
        &self.leaves
    }
}
