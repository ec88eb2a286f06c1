//! Parity: what it mends, what it does not, and that it never passes off one for the other.

use std::ops::Range;

use proptest::prelude::*;

use super::press::{noise, open, read, seal, settings};
use crate::{ArchiveError, FrameKind, FrameRecord, Parity, Set, Settings};

const LAYOUT: Parity = Parity { data: 16, parity: 4, shard_bytes: 8192, interleave: 2 };

fn with_parity(archive: u8, parity: Parity) -> Settings {
    Settings { parity: Some(parity), ..settings(archive) }
}

/// One volume of about 1.3 MB: five windows, the last one short.
fn sealed() -> Vec<Vec<u8>> {
    seal(with_parity(1, LAYOUT), &[("a", noise(900_000)), ("b", noise(150_001))]).0
}

/// Everything that the index records, in order.
fn records(set: &Set) -> Vec<FrameRecord> {
    (0..set.index_pages()).flat_map(|page| set.index_page(page).unwrap()).collect()
}

fn body(volumes: &[Vec<u8>], record: &FrameRecord) -> Vec<u8> {
    volumes[record.volume as usize - 1][place(record)].to_vec()
}

fn place(record: &FrameRecord) -> Range<usize> {
    let start = usize::try_from(record.offset).unwrap();
    start..start + usize::try_from(record.length).unwrap()
}

fn is_damaged(set: &Set, record: &FrameRecord) -> bool {
    let mut body = Vec::new();
    set.read_checked(record, &mut body).is_err()
}

/// Every damaged frame mends to what it was; returns how many there are.
fn all_mend(before: &[Vec<u8>], after: Vec<Vec<u8>>) -> usize {
    let set = open(after).unwrap();
    let damaged: Vec<_> = records(&set).into_iter().filter(|r| is_damaged(&set, r)).collect();
    for record in &damaged {
        assert_eq!(set.mend(record).unwrap(), body(before, record), "{} mends", record.number);
    }
    damaged.len()
}

#[test]
fn an_archive_with_parity_reads_as_one_without() {
    let volumes = sealed();
    assert_eq!(read(volumes.clone()).unwrap()[1].1, noise(150_001));
    let set = open(volumes).unwrap();
    let parity = records(&set).iter().filter(|r| r.kind == FrameKind::Parity).count();
    // Four full windows of two groups, and one that is shorter.
    assert!((4 * 8 + 4..=5 * 8).contains(&parity), "{parity}");
    let mends = set.mends_whole(&|| true).unwrap();
    assert!(mends, "what is whole needs no mending");
}

#[test]
fn parity_costs_what_it_says() {
    let bytes = |parity| seal(parity, &[("a", noise(3_000_000))]).1.sealed_bytes;
    let tenth = Parity::of_percent(10).unwrap();
    assert_eq!((tenth.data, tenth.parity), (128, 13));
    let (without, with) = (bytes(settings(1)), bytes(with_parity(1, tenth)));
    let percent = (with - without) * 100 / without;
    assert!((10..=11).contains(&percent), "{percent} %");
    assert_eq!(Parity::of_percent(0), None);
}

#[test]
fn a_scratch_within_the_parity_mends_wherever_it_is() {
    let before = sealed();
    // Two groups of four parity shards: eight neighbouring frames or shards may be touched.
    let scratch = 6 * 8192;
    for at in (8192..before[0].len() - 400_000).step_by(37_000) {
        let mut after = before.clone();
        after[0][at..at + scratch].fill(0x55);
        assert!(all_mend(&before, after) > 0, "at {at}");
    }
}

#[test]
fn many_small_scratches_cost_one_shard_each() {
    let before = sealed();
    let segments: Vec<_> = {
        let set = open(before.clone()).unwrap();
        records(&set).into_iter().filter(|r| r.kind == FrameKind::Segment).collect()
    };
    let mut after = before.clone();
    // Every segment is damaged, which is all of every window; but only one byte of each.
    for record in &segments {
        after[0][place(record).start + 1_000] ^= 1;
    }
    assert_eq!(all_mend(&before, after), segments.len());
}

#[test]
fn of_two_copies_each_shard_is_taken_from_the_one_that_has_it() {
    let before = sealed();
    let set = open(before.clone()).unwrap();
    let mut segments = records(&set);
    segments.retain(|record| record.kind == FrameKind::Segment);
    // Half of every segment is gone, in each copy the other half.
    let without = |second: bool| {
        let mut volume = before[0].clone();
        for record in &segments {
            let place = place(record);
            let middle = usize::midpoint(place.start, place.end);
            let half = if second { middle..place.end } else { place.start..middle };
            volume[half].fill(0x55);
        }
        volume
    };
    let copies = [without(false), without(true)];
    for copy in &copies {
        let alone = open(vec![copy.clone()]).unwrap();
        let is_lost = |record| alone.mend(record).is_err();
        assert!(segments.iter().filter(|record| is_lost(record)).count() > segments.len() / 2);
    }
    assert_eq!(all_mend(&before, copies.to_vec()), segments.len());
}

#[test]
fn damage_beyond_the_parity_is_not_mended() {
    let before = sealed();
    let mut after = before.clone();
    after[0][100_000..100_000 + 12 * 8192].fill(0);
    let set = open(after).unwrap();
    let damaged: Vec<_> = records(&set).into_iter().filter(|r| is_damaged(&set, r)).collect();
    let is_refused = |record| matches!(set.mend(record), Err(ArchiveError::Damaged { .. }));
    assert!(damaged.iter().any(is_refused));
    assert!(!set.mends_whole(&|| true).unwrap());
}

#[test]
fn frames_that_a_short_index_only_claims_take_no_memory() {
    let before = sealed();
    let set = open(before.clone()).unwrap();
    let last = records(&set).into_iter().rfind(|record| record.kind == FrameKind::Segment).unwrap();
    let mut body = Vec::new();
    for (volume, offset, there) in [
        (9, last.offset, 0),
        (1, before[0].len() as u64 + 5, 0),
        (1, before[0].len() as u64 - 100, 100),
    ] {
        let length = 60 << 20;
        let claimed = FrameRecord { volume, offset, length, ..last.clone() };
        assert!(!set.read_what_is_left(&claimed, &mut body));
        assert_eq!(body.len(), there);
        assert!(body.capacity() < 1 << 20, "{} bytes", body.capacity());
    }
}

#[test]
fn parity_itself_is_made_again() {
    let before = sealed();
    let set = open(before.clone()).unwrap();
    let parity: Vec<_> =
        records(&set).into_iter().filter(|r| r.kind == FrameKind::Parity).collect();
    let mut after = before.clone();
    for record in &parity {
        after[0][place(record)].fill(1);
    }
    assert_eq!(all_mend(&before, after), parity.len());
}

/// Bits that CRC-32C does not see: the polynomial itself, lowest bit of a byte first.
fn unseen() -> [u8; 5] {
    let polynomial: u64 = 0x1_1EDC_6F41;
    let mut bytes = [0; 5];
    for bit in 0..33 {
        let set = u8::from(polynomial >> (32 - bit) & 1 == 1);
        bytes[bit / 8] |= set << (bit % 8);
    }
    bytes
}

#[test]
fn a_shard_whose_check_lies_is_not_believed() {
    // The whole segment, ten shards in two groups, is then taken for lost.
    let layout = Parity { parity: 6, ..LAYOUT };
    let (before, _) = seal(with_parity(5, layout), &[("a", noise(900_000))]);
    let mut after = before.clone();
    let (at, sector) = (200_000, after[0][200_000..200_005].to_vec());
    after[0][at..].iter_mut().zip(unseen()).for_each(|(byte, bits)| *byte ^= bits);
    assert_eq!(crc32c::crc32c(&sector), {
        let changed = &after[0][at..at + 5];
        assert_ne!(changed, sector);
        crc32c::crc32c(changed)
    });
    assert_eq!(all_mend(&before, after), 1, "archive-1 A35");
}

#[test]
fn a_lost_volume_mends_if_there_is_parity_for_it() {
    // As much parity as data, in windows longer than a volume: any volume but the last may go.
    let parity = Parity { data: 32, parity: 32, shard_bytes: 16_384, interleave: 4 };
    let several = Settings { volume_bytes: Some(600 << 10), ..with_parity(3, parity) };
    let files = [("a", noise(1_600_000))];
    let (before, sealed) = seal(several, &files);
    assert!(sealed.volumes > 4, "{}", sealed.volumes);
    for missing in 0..before.len() - 1 {
        let mut after = before.clone();
        after.remove(missing);
        let set = open(after).unwrap();
        assert_eq!(set.missing_volumes(), [u32::try_from(missing + 1).unwrap()]);
        let lost = records(&set).into_iter().filter(|r| r.volume as usize == missing + 1);
        let lost: Vec<_> = lost.collect();
        assert!(!lost.is_empty());
        for record in &lost {
            assert_eq!(set.mend(record).unwrap(), body(&before, record), "volume {missing}");
        }
        assert!(set.mends_whole(&|| true).unwrap());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Whatever is damaged: a frame mends to exactly what it was, or it does not mend.
    #[test]
    fn what_is_mended_is_right(
        scratches in proptest::collection::vec((10_usize..900, 1_usize..30_000), 0..8),
        data in 4_u16..20, parity in 1_u16..6, blocks in 1_u32..40, interleave in 1_u16..4,
        length in 1_usize..400_000,
    ) {
        // The shortest shards that make a window, and some more.
        let least = (64 << 10) / (u32::from(data) * u32::from(interleave)) + 64;
        let (parity, shard_bytes) = (parity.min(data), (least / 64 + blocks) * 64);
        let layout = Parity { data, parity, shard_bytes, interleave };
        let (before, _) = seal(with_parity(4, layout), &[("a", noise(length))]);
        let mut after = before.clone();
        for (at, bytes) in scratches {
            let size = after[0].len();
            let start = size * at / 1000;
            after[0][start..(start + bytes).min(size * 9 / 10)].fill(0xa5);
        }
        let Ok(set) = open(after) else { return Ok(()) };
        for page in 0..set.index_pages() {
            for record in set.index_page(page).unwrap_or_default() {
                if let Ok(mended) = set.read_or_mend(&record) {
                    prop_assert_eq!(mended, body(&before, &record));
                } else {
                    prop_assert!(is_damaged(&set, &record), "what is whole always mends");
                }
            }
        }
    }
}
