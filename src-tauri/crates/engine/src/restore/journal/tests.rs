//! A journal is believed as far as it is authentic, and no further.

use std::fs::{self, File};

use archive::EntryPath;
use keys::ArchiveKey;
use secret::Secret;
use tempfile::TempDir;
use terms::{ArchiveId, Digest};

use super::{Journal, Part, Past, Published, Series, name};
use crate::files::Stamp;

const TAG: &str = "00010203";

fn series(root: u8) -> Series {
    let key = ArchiveKey::from_secret(Secret::from_fill(|bytes| bytes.fill(5)));
    let archive = ArchiveId::from_bytes([1; 16]);
    Series::new(archive, Digest::from_bytes([root; 32]), &key)
}

fn published(entry: u64) -> Published {
    let path = EntryPath::new(format!("tree/{entry}")).unwrap();
    Published { entry, path, stamp: Stamp::sample(entry) }
}

fn part(entry: u64) -> Part {
    let path = EntryPath::new("tree/big").unwrap();
    let subtrees = vec![Digest::from_bytes([3; 32]), Digest::from_bytes([4; 32])];
    Part { entry, path, inode: 12, bytes: 3 << 20, subtrees }
}

/// A target with a quarantine in which two runs left their journals.
fn target() -> TempDir {
    let target = TempDir::new().unwrap();
    let quarantine = target.path().join(format!(".strongroom-{TAG}-1"));
    fs::create_dir(&quarantine).unwrap();
    for (run, entries, begun) in [(1, [0, 4, 9], 10), (2, [2, 5, 10], 11)] {
        let file = File::create_new(quarantine.join(name(run))).unwrap();
        let mut journal = Journal::begin(series(7), file, None).unwrap();
        for entry in entries {
            journal.published(published(entry));
        }
        journal.part(part(begun));
        journal.sync().unwrap();
    }
    target
}

fn journal(target: &TempDir, run: u32) -> std::path::PathBuf {
    target.path().join(format!(".strongroom-{TAG}-1")).join(name(run))
}

fn found(target: &TempDir) -> (Vec<u64>, Option<u64>) {
    match Past::find(target.path(), TAG, series(7)).unwrap() {
        None => (Vec::new(), None),
        Some(mut past) => {
            let entries = (0..20).filter(|entry| {
                let found = past.published(*entry);
                assert!(found.as_ref().is_none_or(|found| *found == published(*entry)));
                found.is_some()
            });
            (entries.collect(), past.part.map(|part| part.entry))
        }
    }
}

#[test]
fn the_runs_before_are_read_side_by_side() {
    assert_eq!(found(&target()), (vec![0, 2, 4, 5, 9, 10], Some(11)));
}

/// journal-1 J10: whatever the later run did with the staged file.
#[test]
fn a_part_counts_only_in_the_last_journal() {
    let target = target();
    let file = File::create_new(journal(&target, 3)).unwrap();
    Journal::begin(series(7), file, None).unwrap();
    assert_eq!(found(&target), (vec![0, 2, 4, 5, 9, 10], None));
    fs::write(journal(&target, 3), "").unwrap();
    assert_eq!(found(&target).1, None, "also if the last one is cut off");
    let file = File::create(journal(&target, 3)).unwrap();
    Journal::begin(series(7), file, Some(&part(11))).unwrap();
    assert_eq!(found(&target).1, Some(11), "it is repeated");
}

#[test]
fn a_journal_of_another_state_of_the_archive_is_passed_over() {
    let target = target();
    assert!(Past::find(target.path(), TAG, series(8)).unwrap().is_none());
    assert!(Past::find(target.path(), "ffffffff", series(7)).unwrap().is_none());
    assert!(Past::find(&target.path().join("nowhere"), TAG, series(7)).unwrap().is_none());
}

/// journal-1 J3, J4: every byte counts, and what stands before a fault is still good.
#[test]
fn every_changed_byte_ends_the_journal_before_it() {
    let whole = fs::read(journal(&target(), 1)).unwrap();
    for at in 0..whole.len() {
        let target = target();
        let mut bytes = whole.clone();
        bytes[at] ^= 1;
        fs::write(journal(&target, 1), &bytes).unwrap();
        let (entries, begun) = found(&target);
        assert!([2, 5, 10].iter().all(|entry| entries.contains(entry)), "{at}: {entries:?}");
        assert!(entries.len() < 6 || at > whole.len() / 2, "{at}: {entries:?}");
        assert_eq!(begun, Some(11), "{at}");
    }
}

#[test]
fn every_shorter_journal_is_a_beginning_of_it() {
    let whole = fs::read(journal(&target(), 2)).unwrap();
    let mut before = 0;
    for length in 0..=whole.len() {
        let target = target();
        fs::remove_file(journal(&target, 1)).unwrap();
        fs::write(journal(&target, 1), &whole[..length]).unwrap();
        fs::remove_file(journal(&target, 2)).unwrap();
        let (entries, begun) = found(&target);
        assert!(entries.len() >= before && [2, 5, 10].starts_with(&entries), "{length}");
        assert_eq!(begun.is_some(), length == whole.len(), "{length}");
        before = entries.len();
    }
    assert_eq!(before, 3);
}

/// A worked example: whoever reads journals otherwise can compare.
#[test]
fn the_bytes_are_those_of_the_specification() {
    let bytes = fs::read(journal(&target(), 1)).unwrap();
    let spec = include_str!("../../../../../../docs/spec/journal-1.md");
    let digest = blake3::hash(&bytes).to_hex();
    assert!(spec.contains(digest.as_str()), "{} bytes with {digest}", bytes.len());
    let record = terms::encode(&super::record::Record::Published(published(4)));
    let hex: String = record.iter().map(|byte| format!("{byte:02x}")).collect();
    assert!(spec.contains(&hex), "{hex}");
}
