//! Proofs that an entry is in a tree, and that one tree is the beginning of another.
//!
//! Made as in RFC 6962 sections 2.1.1 and 2.1.2, checked as in RFC 9162 sections 2.1.3.2 and
//! 2.1.4.2, which spell the check out.

use terms::Digest;

use crate::tree::{largest_power_below, node_hash, root};

/// The audit path of leaf `index`, from the leaf to the root; `None` when there is no such leaf.
pub fn inclusion_proof(leaves: &[Digest], index: u64) -> Option<Vec<Digest>> {
    let index = usize::try_from(index).ok().filter(|index| *index < leaves.len())?;
    let mut path = Vec::new();
    walk_inclusion(leaves, index, &mut path);
    Some(path)
}

/// The proof that the first `size` leaves are the beginning of `leaves`; `None` when there are
/// fewer. It is empty for a size of 0 and for all leaves.
pub fn consistency_proof(leaves: &[Digest], size: u64) -> Option<Vec<Digest>> {
    let size = usize::try_from(size).ok().filter(|size| *size <= leaves.len())?;
    let mut path = Vec::new();
    if size > 0 && size < leaves.len() {
        walk_consistency(leaves, size, true, &mut path);
    }
    Some(path)
}

/// Whether `path` proves that `leaf` is leaf number `index` of the tree of `size` and `root`.
pub fn verify_inclusion(
    leaf: &Digest,
    index: u64,
    size: u64,
    path: &[Digest],
    root: &Digest,
) -> bool {
    if index >= size {
        return false;
    }
    let (mut node, mut last) = (index, size - 1);
    let mut hash = *leaf;
    for sibling in path {
        if last == 0 {
            return false;
        }
        if node & 1 == 1 || node == last {
            hash = node_hash(sibling, &hash);
            while node & 1 == 0 && node != 0 {
                node >>= 1;
                last >>= 1;
            }
        } else {
            hash = node_hash(&hash, sibling);
        }
        node >>= 1;
        last >>= 1;
    }
    last == 0 && hash == *root
}

/// Whether `path` proves that the tree of `old_size` is the beginning of the tree of `new_size`.
pub fn verify_consistency(
    old_size: u64,
    old_root: &Digest,
    new_size: u64,
    new_root: &Digest,
    path: &[Digest],
) -> bool {
    if old_size == 0 || old_size == new_size {
        let old = if old_size == 0 { root(&[]) } else { *new_root };
        return path.is_empty() && old_size <= new_size && *old_root == old;
    }
    if old_size > new_size {
        return false;
    }
    // A complete old tree is itself the first node of the path and is left out of it.
    let complete = old_size.is_power_of_two();
    let mut path = complete.then_some(old_root).into_iter().chain(path);
    let Some(first) = path.next() else { return false };
    let trailing = (old_size - 1).trailing_ones();
    let (mut node, mut last) = ((old_size - 1) >> trailing, (new_size - 1) >> trailing);
    let (mut old, mut new) = (*first, *first);
    for sibling in path {
        if last == 0 {
            return false;
        }
        if node & 1 == 1 || node == last {
            old = node_hash(sibling, &old);
            new = node_hash(sibling, &new);
            while node & 1 == 0 && node != 0 {
                node >>= 1;
                last >>= 1;
            }
        } else {
            new = node_hash(&new, sibling);
        }
        node >>= 1;
        last >>= 1;
    }
    last == 0 && old == *old_root && new == *new_root
}

fn walk_inclusion(leaves: &[Digest], index: usize, path: &mut Vec<Digest>) {
    if leaves.len() < 2 {
        return;
    }
    let (left, right) = leaves.split_at(largest_power_below(leaves.len()));
    if index < left.len() {
        walk_inclusion(left, index, path);
        path.push(root(right));
    } else {
        walk_inclusion(right, index - left.len(), path);
        path.push(root(left));
    }
}

/// SUBPROOF of RFC 6962 section 2.1.2; `whole` says that the old root itself is known.
fn walk_consistency(leaves: &[Digest], size: usize, whole: bool, path: &mut Vec<Digest>) {
    if size == leaves.len() {
        if !whole {
            path.push(root(leaves));
        }
        return;
    }
    let (left, right) = leaves.split_at(largest_power_below(leaves.len()));
    if size <= left.len() {
        walk_consistency(left, size, whole, path);
        path.push(root(right));
    } else {
        walk_consistency(right, size - left.len(), false, path);
        path.push(root(left));
    }
}
