//! A small archive, with each of its bits flipped in turn, and cut at each of its lengths.

use std::thread;

use super::forge::{Change, body_of, forge, known_key, small};
use super::press::{archive_key, open};
use crate::layout::BLOCK_BYTES;
use crate::{ArchiveError, Entry, FrameKind, Opener, Set};

/// What an archive holds: its entries and its content.
type Held = (Vec<Entry>, Vec<u8>);

fn held(set: &Set) -> Result<Held, ArchiveError> {
    set.check_index()?;
    let contents = set.unlock(&known_key())?;
    let entries = contents.entries().collect::<Result<Vec<_>, _>>()?;
    let (mut opener, mut content) = (Opener::new()?, Vec::new());
    let (mut body, mut text) = (Vec::new(), Vec::new());
    for record in set.index_page(0)?.iter().filter(|r| r.kind == FrameKind::Segment) {
        set.read_body(record, &mut body)?;
        record.check(&body)?;
        let key = contents.data_key(record.number)?;
        let plain = (record.compression, record.plain_length);
        opener.open(set.context(record), &key, plain, &body, &mut text)?;
        content.extend_from_slice(&text);
    }
    Ok((entries, content))
}

/// Flips bits from `from` on, every `step`th byte; counts what was refused.
fn flip(volume: &[u8], from: usize, step: usize, expected: &Held) -> usize {
    let segment = body_of(volume, FrameKind::Segment, 0);
    let mut damaged = volume.to_vec();
    let mut refused = 0;
    // Zeros behind the records of superblock and trailer: one byte in 32 stands for the others.
    let padding = |at: &usize| {
        let block = [Some(*at), at.checked_sub(volume.len() - BLOCK_BYTES)];
        block.into_iter().flatten().any(|at| (700..BLOCK_BYTES - 32).contains(&at) && at % 32 > 1)
    };
    for at in (from..volume.len()).step_by(step).filter(|at| !padding(at)) {
        for bit in 0..8 {
            damaged[at] ^= 1 << bit;
            match open(vec![damaged.clone()]).and_then(|set| held(&set)) {
                Ok(held) => {
                    assert_eq!(&held, expected, "bit {bit} of byte {at} changed what is inside");
                    assert!(!segment.contains(&at), "bit {bit} of byte {at} was not seen");
                }
                Err(error) => {
                    assert!(segment.contains(&at), "bit {bit} of byte {at} lost more: {error}");
                    assert!(matches!(error, ArchiveError::Damaged { .. }), "{at}: {error}");
                    refused += 1;
                }
            }
            damaged[at] ^= 1 << bit;
        }
    }
    refused
}

#[test]
fn every_single_bit_is_either_named_as_damage_or_has_a_copy() {
    let volume = forge(small(), 1, Change::Nothing).remove(0);
    let expected = open(vec![volume.clone()]).and_then(|set| held(&set)).unwrap();
    let refused: usize = thread::scope(|scope| {
        let (volume, expected) = (&volume, &expected);
        let flips = [0, 1].map(|from| scope.spawn(move || flip(volume, from, 2, expected)));
        flips.into_iter().map(|flip| flip.join().unwrap()).sum()
    });
    // What has no copy in this version without parity is the segment, and nothing else.
    let segment = body_of(&volume, FrameKind::Segment, 0);
    assert_eq!(refused, 8 * segment.len());
}

#[test]
fn every_bit_of_a_capsule_leaves_the_other_capsule_to_open_the_archive() {
    let volume = forge(small(), 1, Change::Nothing).remove(0);
    for nth in [0, 1] {
        let capsule = body_of(&volume, FrameKind::Capsule, nth);
        for at in capsule.clone().step_by(29).chain(capsule.end - 120..capsule.end) {
            let mut damaged = volume.clone();
            damaged[at] ^= 1 << (at % 8);
            let set = open(vec![damaged]).unwrap();
            assert!(archive_key(&set).is_ok(), "byte {at} of capsule {nth}");
        }
    }
}

#[test]
fn an_archive_cut_anywhere_is_never_called_whole() {
    let volume = forge(small(), 1, Change::Nothing).remove(0);
    let expected = open(vec![volume.clone()]).and_then(|set| held(&set)).unwrap();
    let root = body_of(&volume, FrameKind::Root, 0).end;
    for len in 0..volume.len() {
        match open(vec![volume[..len].to_vec()]) {
            Ok(set) => {
                assert!(!set.copies_are_whole(), "cut at {len}");
                assert_eq!(held(&set).unwrap(), expected, "cut at {len}");
                assert!(len >= root, "cut at {len}");
            }
            Err(error) => {
                assert!(len < root, "cut at {len}: {error}");
                let named =
                    matches!(error, ArchiveError::NotAnArchive | ArchiveError::CutShort { .. });
                assert!(named, "cut at {len}: {error}");
            }
        }
    }
}
