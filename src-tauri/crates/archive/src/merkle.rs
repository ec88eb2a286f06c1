//! The Merkle tree over the records of all frames, in the shape of RFC 6962 with BLAKE3.

use terms::Digest;

/// Builds the root leaf by leaf, keeping one digest per level.
#[derive(Default)]
pub(crate) struct Merkle {
    /// Roots of complete subtrees, largest first, with the number of leaves below each.
    stack: Vec<(u64, [u8; 32])>,
}

impl Merkle {
    /// Adds the encoding of the next record: leaf = BLAKE3(0x00 ‖ record) (archive-1 A21).
    pub(crate) fn push(&mut self, record: &[u8]) {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&[0]).update(record);
        let (mut leaves, mut digest) = (1, hasher.finalize().into());
        while let Some((size, left)) = self.stack.pop_if(|(size, _)| *size == leaves) {
            digest = node(&left, &digest);
            leaves += size;
        }
        self.stack.push((leaves, digest));
    }

    /// The root over all leaves so far: node = BLAKE3(0x01 ‖ left ‖ right), BLAKE3() if empty.
    pub(crate) fn root(&self) -> Digest {
        let mut subtrees = self.stack.iter().rev().map(|(_, digest)| *digest);
        let last = subtrees.next().unwrap_or_else(|| blake3::hash(&[]).into());
        Digest::from_bytes(subtrees.fold(last, |right, left| node(&left, &right)))
    }
}

fn node(left: &[u8; 32], right: &[u8; 32]) -> [u8; 32] {
    blake3::Hasher::new().update(&[1]).update(left).update(right).finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The definition of RFC 6962 section 2.1, taken literally.
    fn defined(leaves: &[Vec<u8>]) -> [u8; 32] {
        match leaves {
            [] => blake3::hash(&[]).into(),
            [leaf] => blake3::hash(&[&[0], leaf.as_slice()].concat()).into(),
            _ => {
                let split = 1 << (leaves.len() - 1).ilog2();
                node(&defined(&leaves[..split]), &defined(&leaves[split..]))
            }
        }
    }

    #[test]
    fn the_tree_is_the_one_that_rfc_6962_defines() {
        let leaves: Vec<_> = (0_u8..70).map(|n| vec![n; usize::from(n)]).collect();
        let mut merkle = Merkle::default();
        for (count, leaf) in leaves.iter().enumerate() {
            assert_eq!(merkle.root().as_bytes(), &defined(&leaves[..count]), "{count} leaves");
            merkle.push(leaf);
        }
    }
}
