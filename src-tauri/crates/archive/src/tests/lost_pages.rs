//! An index that is lost in every copy, worked out of the frames (archive-1 A43).

use super::lost_index::destroy;
use super::press::{noise, open, seal, settings};
use super::repairs::{repaired_set, whole};
use crate::frame::PREAMBLE_BYTES;
use crate::*;

/// Parity in so many small shards that the index has several pages.
const FINE: Parity = Parity { data: 8, parity: 4, shard_bytes: 64, interleave: 256 };
const LAYOUT: Parity = Parity { data: 16, parity: 4, shard_bytes: 8192, interleave: 2 };

fn sealed(parity: Option<Parity>, volume_bytes: Option<u64>) -> Vec<Vec<u8>> {
    let settings = Settings { parity, volume_bytes, ..settings(1) };
    seal(settings, &[("a", noise(900_000)), ("b", vec![1; 200_000]), ("c", noise(50_001))]).0
}

/// The set of these volumes with its index rebuilt, and what came of that.
fn rebuilt(volumes: &[Vec<u8>]) -> (Set, RebuiltIndex) {
    let mut set = open(volumes.to_vec()).unwrap();
    let rebuilt = set.rebuild_index(&|_| true).unwrap().unwrap();
    (set, rebuilt)
}

/// Everything that the index records, in order.
fn records(volumes: &[Vec<u8>]) -> Vec<FrameRecord> {
    let set = open(volumes.to_vec()).unwrap();
    (0..set.index_pages()).flat_map(|page| set.index_page(page).unwrap()).collect()
}

fn lose_pages(volumes: &mut [Vec<u8>]) -> usize {
    volumes.iter_mut().map(|volume| destroy(volume, FrameKind::Index)).sum()
}

/// Overwrites a part of a frame, counted from the start of its body.
fn scratch(volumes: &mut [Vec<u8>], record: &FrameRecord, from: i64, length: usize) {
    let start = usize::try_from(record.offset.cast_signed() + from).unwrap();
    volumes[record.volume as usize - 1][start..start + length].fill(0xee);
}

/// The repaired media are those that were sealed.
fn assert_mends(before: &[Vec<u8>], after: &[Vec<u8>]) {
    let (set, rebuilt) = rebuilt(after);
    assert_eq!(rebuilt.lost, 0, "{rebuilt:?}");
    let (mended, repairs) = repaired_set(&set, &whole(after)).unwrap();
    assert!(repairs.beyond.is_empty(), "{repairs:?}");
    assert!(mended == whole(before), "{repairs:?}");
}

#[test]
fn every_page_may_be_lost_and_is_written_byte_for_byte() {
    for (parity, volume_bytes) in [
        (None, None),
        (None, Some(512 << 10)),
        (Some(LAYOUT), None),
        (Some(LAYOUT), Some(600 << 10)),
        (Some(FINE), None),
        (Some(FINE), Some(600 << 10)),
    ] {
        let before = sealed(parity, volume_bytes);
        let mut after = before.clone();
        assert!(lose_pages(&mut after) >= 2);
        assert!(open(after.clone()).unwrap().index_page(0).is_err());
        assert_mends(&before, &after);
    }
}

#[test]
fn pages_between_good_ones_may_be_lost() {
    let before = sealed(Some(FINE), None);
    let set = open(before.clone()).unwrap();
    let pages = set.index_pages();
    assert!(pages >= 4, "{pages}");
    for lost in [vec![0], vec![1], vec![1, 2], vec![0, 2], vec![pages - 1]] {
        let mut after = before.clone();
        for copy in lost.iter().flat_map(|page| set.index_page_records(*page)) {
            let length = usize::try_from(copy.length).unwrap();
            scratch(&mut after, copy, -64, PREAMBLE_BYTES + length);
        }
        let (_, rebuilt) = rebuilt(&after);
        assert_eq!(rebuilt, RebuiltIndex { pages: lost.len(), lost: 0 });
        assert_mends(&before, &after);
    }
}

#[test]
fn damage_in_frames_costs_nothing_where_parity_holds_it() {
    for parity in [LAYOUT, FINE] {
        let before = sealed(Some(parity), Some(600 << 10));
        let all = records(&before);
        let of = |kind: FrameKind| all.iter().filter(move |record| record.kind == kind);
        let segment = of(FrameKind::Segment).nth(3).unwrap();
        let shard = of(FrameKind::Parity).nth(5).unwrap();
        let mut scratched = vec![];
        // Inside of a body; a preamble; all of a frame; parity in its shard, and in its checks.
        scratched.push((segment, 5_000, 3_000));
        scratched.push((segment, -30, 20));
        scratched.push((segment, -64, 64 + 10_000));
        scratched.push((shard, 3, 20));
        scratched.push((shard, i64::try_from(shard.length).unwrap() - 9, 9));
        for (record, from, length) in scratched {
            let mut after = before.clone();
            lose_pages(&mut after);
            scratch(&mut after, record, from, length);
            assert_mends(&before, &after);
        }
    }
}

#[test]
fn a_damaged_shard_of_parity_does_not_spoil_what_it_is_to_mend() {
    let before = sealed(Some(LAYOUT), None);
    let all = records(&before);
    let segment = all.iter().find(|record| record.kind == FrameKind::Segment).unwrap();
    let mut after = before.clone();
    lose_pages(&mut after);
    scratch(&mut after, segment, 100, 4_000);
    // Half of the parity of the window, in the shards themselves: their checks agree.
    for shard in all.iter().filter(|it| it.kind == FrameKind::Parity && it.number < 4) {
        scratch(&mut after, shard, 10, 100);
    }
    assert_mends(&before, &after);
}

#[test]
fn a_page_of_which_a_frame_is_gone_stays_lost_and_nothing_is_written() {
    let before = sealed(None, None);
    let all = records(&before);
    let mut after = before.clone();
    lose_pages(&mut after);
    scratch(&mut after, &all[2], 100, 1);
    let (set, rebuilt) = rebuilt(&after);
    assert_eq!(rebuilt, RebuiltIndex { pages: 0, lost: 1 });
    assert!(set.index_page(0).is_err());
    let refused = repaired_set(&set, &whole(&after)).unwrap_err();
    assert!(matches!(refused, ArchiveError::Damaged { kind: FrameKind::Index, .. }), "{refused}");
}

#[test]
fn with_a_sidecar_the_roots_and_the_last_block_are_written_where_they_were() {
    for volume_bytes in [None, Some(512 << 10)] {
        let before = sealed(None, volume_bytes);
        let mut sidecar = Vec::new();
        open(before.clone()).unwrap().write_sidecar(&mut sidecar).unwrap();
        let mut after = before.clone();
        lose_pages(&mut after);
        for volume in &mut after {
            destroy(volume, FrameKind::Root);
            let end = volume.len() - 4096;
            volume[end..].fill(0xee);
        }
        let media = after.iter().cloned().map(|bytes| Box::new(bytes) as Box<dyn ReadAt>);
        let set = Set::open_beside(media.collect(), vec![Box::new(sidecar)]).unwrap();
        let (mended, repairs) = repaired_set(&set, &whole(&after)).unwrap();
        assert!(repairs.beyond.is_empty(), "{repairs:?}");
        assert!(mended == whole(&before), "{volume_bytes:?}");
        // Of a volume that is longer nobody knows where they were.
        let mut longer = after.clone();
        longer.last_mut().unwrap().push(0);
        let media = longer.iter().cloned().map(|bytes| Box::new(bytes) as Box<dyn ReadAt>);
        let mut sidecar = Vec::new();
        open(before.clone()).unwrap().write_sidecar(&mut sidecar).unwrap();
        let set = Set::open_beside(media.collect(), vec![Box::new(sidecar)]).unwrap();
        let (_, repairs) = repaired_set(&set, &whole(&longer)).unwrap();
        assert_eq!(repairs.beyond.len(), 1);
    }
}

#[test]
fn whoever_stops_a_search_gets_nothing_half_known() {
    let mut after = sealed(None, None);
    lose_pages(&mut after);
    let mut set = open(after).unwrap();
    assert_eq!(set.rebuild_index(&|_| false).unwrap(), None);
    assert!(set.index_page(0).is_err());
}
