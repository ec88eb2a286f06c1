use terms::Digest;

use crate::{
    Tree, consistency_proof, inclusion_proof, leaf_hash, verify_consistency, verify_inclusion,
};

const VECTORS: &str = include_str!("../../vectors/rfc6962.txt");

/// The lines of one kind, each as its words.
fn lines(kind: &str) -> Vec<Vec<&'static str>> {
    let lines = VECTORS.lines().map(|line| line.split(' ').collect::<Vec<_>>());
    lines.filter(|words| words[0] == kind).map(|words| words[1..].to_vec()).collect()
}

fn reference_leaves() -> Vec<Digest> {
    let data = |words: Vec<&str>| hex::decode(words.first().unwrap_or(&"")).unwrap();
    lines("leaf").into_iter().map(|words| leaf_hash(&data(words))).collect()
}

fn tree(leaves: &[Digest]) -> Tree {
    let mut tree = Tree::default();
    leaves.iter().for_each(|leaf| tree.push(*leaf));
    tree
}

fn some_leaves(count: u64) -> Vec<Digest> {
    (0..count).map(|number| leaf_hash(&number.to_be_bytes())).collect()
}

fn parsed(words: &[&str]) -> (u64, u64, Vec<Digest>) {
    let path = words[2..].iter().map(|word| word.parse().unwrap()).collect();
    (words[0].parse().unwrap(), words[1].parse().unwrap(), path)
}

#[test]
fn the_reference_tree_has_the_published_roots() {
    let (leaves, roots) = (reference_leaves(), lines("root"));
    assert_eq!((leaves.len(), roots.len()), (8, 9));
    for words in roots {
        let size: usize = words[0].parse().unwrap();
        assert_eq!(tree(&leaves[..size]).root().to_string(), words[1]);
        assert_eq!(tree(&leaves).root_at(size as u64).unwrap().to_string(), words[1]);
    }
}

#[test]
fn the_reference_proofs_are_as_published() {
    let leaves = reference_leaves();
    let (inclusion, consistency) = (lines("inclusion"), lines("consistency"));
    assert_eq!((inclusion.len(), consistency.len()), (7, 5));
    for words in inclusion {
        let (size, index, path) = parsed(&words);
        let part = &leaves[..usize::try_from(size).unwrap()];
        assert_eq!(inclusion_proof(part, index), Some(path));
    }
    for words in consistency {
        let (old, new, path) = parsed(&words);
        let part = &leaves[..usize::try_from(new).unwrap()];
        assert_eq!(consistency_proof(part, old), Some(path));
    }
}

#[test]
fn every_leaf_of_every_small_tree_is_proved_and_nowhere_else() {
    for size in 1..=20 {
        let leaves = some_leaves(size);
        let root = tree(&leaves).root();
        for (index, leaf) in (0..).zip(&leaves) {
            let path = inclusion_proof(&leaves, index).unwrap();
            assert!(verify_inclusion(leaf, index, size, &path, &root));
            for other in (0..=size).filter(|other| *other != index) {
                assert!(!verify_inclusion(leaf, other, size, &path, &root), "{index} as {other}");
            }
            let stranger = leaf_hash(b"stranger");
            assert!(!verify_inclusion(&stranger, index, size, &path, &root));
            for broken in shortened_and_changed(&path) {
                assert!(!verify_inclusion(leaf, index, size, &broken, &root));
            }
        }
        assert_eq!(inclusion_proof(&leaves, size), None);
    }
}

#[test]
fn every_beginning_of_every_small_tree_is_proved_and_no_other() {
    for size in 1..=20 {
        let leaves = some_leaves(size);
        let tree = tree(&leaves);
        for old in 0..=size {
            let path = consistency_proof(&leaves, old).unwrap();
            let old_root = tree.root_at(old).unwrap();
            let holds = |old_root: &Digest, path: &[Digest]| {
                verify_consistency(old, old_root, size, &tree.root(), path)
            };
            assert!(holds(&old_root, &path), "{old} of {size}");
            assert!(!holds(&leaf_hash(b"stranger"), &path), "{old} of {size}");
            for broken in shortened_and_changed(&path) {
                assert!(!holds(&old_root, &broken), "{old} of {size}");
            }
        }
        assert_eq!(consistency_proof(&leaves, size + 1), None);
        assert!(!verify_consistency(size + 1, &tree.root(), size, &tree.root(), &[]));
    }
}

/// Proofs that are almost `path`.
fn shortened_and_changed(path: &[Digest]) -> Vec<Vec<Digest>> {
    let mut broken = vec![[path, &[leaf_hash(b"one more")]].concat()];
    for place in 0..path.len() {
        let mut other = path.to_vec();
        other.remove(place);
        broken.push(other);
        let mut other = path.to_vec();
        other[place] = leaf_hash(b"another");
        broken.push(other);
    }
    broken
}
