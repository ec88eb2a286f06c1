//! Repairs: what is written makes the media what they were, byte for byte, and nothing else.

use super::press::{noise, open, seal, settings};
use crate::{ArchiveError, Parity, Repairs, Set, Settings};

const LAYOUT: Parity = Parity { data: 16, parity: 4, shard_bytes: 8192, interleave: 2 };

fn sealed(volume_bytes: Option<u64>) -> Vec<Vec<u8>> {
    let settings = Settings { parity: Some(LAYOUT), volume_bytes, ..settings(1) };
    seal(settings, &[("a", noise(900_000)), ("b", noise(50_001))]).0
}

/// A volume, or none that is missing.
pub(super) type Volume = Option<Vec<u8>>;

/// The volumes as they are after everything that is handed out was written; `missing` are none.
fn repaired(volumes: &[Volume]) -> Result<(Vec<Volume>, Repairs), ArchiveError> {
    repaired_set(&open(volumes.iter().flatten().cloned().collect())?, volumes)
}

/// As [`repaired`], for a set of these volumes that was opened already.
pub(super) fn repaired_set(
    set: &Set,
    volumes: &[Volume],
) -> Result<(Vec<Volume>, Repairs), ArchiveError> {
    let mut after = volumes.to_vec();
    let repairs = set.repairs(&mut |patch| {
        let volume = after[patch.volume as usize - 1].get_or_insert_default();
        let start = usize::try_from(patch.offset).unwrap();
        let end = start + patch.bytes.len();
        if volume.len() < end {
            volume.resize(end, 0);
        }
        volume[start..end].copy_from_slice(patch.bytes);
        Ok(())
    })?;
    for (number, size) in &repairs.sizes {
        let volume = after[*number as usize - 1].as_mut().unwrap();
        volume.truncate(usize::try_from(*size).unwrap());
    }
    Ok((after, repairs))
}

pub(super) fn whole(volumes: &[Vec<u8>]) -> Vec<Volume> {
    volumes.iter().cloned().map(Some).collect()
}

#[test]
fn what_is_whole_needs_no_repair() {
    for volumes in [sealed(None), sealed(Some(600 << 10))] {
        let (after, repairs) = repaired(&whole(&volumes)).unwrap();
        assert_eq!((repairs.places, repairs.beyond.len()), (0, 0));
        assert_eq!(after, whole(&volumes));
        assert_eq!(repairs.sizes.len(), volumes.len());
    }
}

#[test]
fn every_block_and_every_copy_is_written_anew() {
    let before = sealed(None);
    let end = before[0].len();
    // Superblock, first capsule, trailer with the last root, and a scratch in the middle.
    for range in [0..4096, 4096..6100, end - 4096..end, end - 5000..end, 300_000..330_000] {
        let mut after = before.clone();
        after[0][range.clone()].fill(0xee);
        let (after, repairs) = repaired(&whole(&after)).unwrap();
        assert!(repairs.places > 0 && repairs.beyond.is_empty(), "{range:?}: {repairs:?}");
        assert!(after == whole(&before), "{range:?} is as it was");
    }
}

#[test]
fn bytes_behind_the_end_are_cut_off() {
    let before = sealed(None);
    let mut after = before.clone();
    after[0].extend([7; 5000]);
    let (after, repairs) = repaired(&whole(&after)).unwrap();
    assert_eq!(after, whole(&before));
    assert_eq!(repairs.sizes[&1], before[0].len() as u64);
}

#[test]
fn a_lost_volume_is_made_again_byte_for_byte() {
    let parity = Parity { data: 32, parity: 32, shard_bytes: 16_384, interleave: 4 };
    let volume_bytes = Some(600 << 10);
    let settings = Settings { parity: Some(parity), volume_bytes, ..settings(3) };
    let (before, _) = seal(settings, &[("a", noise(1_600_000))]);
    for missing in 0..before.len() - 1 {
        let mut volumes = whole(&before);
        volumes[missing] = None;
        let (after, repairs) = repaired(&volumes).unwrap();
        assert!(repairs.beyond.is_empty(), "{:?}", repairs.beyond.len());
        assert!(after == whole(&before), "volume {} is as it was", missing + 1);
    }
}

#[test]
fn what_nothing_mends_is_named_and_left_as_it_is() {
    let before = sealed(None);
    let mut damaged = before.clone();
    damaged[0][100_000..250_000].fill(0);
    damaged[0][900_000] ^= 1;
    let (after, repairs) = repaired(&whole(&damaged)).unwrap();
    assert!(repairs.beyond[&1] >= 2, "{repairs:?}");
    let after = after[0].as_ref().unwrap();
    assert_eq!(after[900_000], before[0][900_000], "the small scratch is mended");
    assert_eq!(after[200_000..240_000], damaged[0][200_000..240_000], "nothing is made up");
    assert_eq!(repairs.places, 1);
}

#[test]
fn without_parity_copies_are_still_written_anew() {
    let (before, _) = seal(settings(2), &[("a", noise(300_000))]);
    let set = open(before.clone()).unwrap();
    let copy = set.index_page_records(0)[0].clone();
    let mut damaged = before.clone();
    damaged[0][usize::try_from(copy.offset).unwrap()] ^= 1;
    damaged[0][100] ^= 1;
    let (after, repairs) = repaired(&whole(&damaged)).unwrap();
    assert_eq!((after, repairs.places), (whole(&before), 2));
}
