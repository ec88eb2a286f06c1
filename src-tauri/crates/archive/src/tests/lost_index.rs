//! Archives that lost what they are opened by (archive-1 A36 to A40).

use std::sync::atomic::{AtomicU64, Ordering};

use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use super::forge::body_of;
use super::press::{archive_key, entry, noise, open, read, seal, seal_entries, settings};
use crate::frame::{PREAMBLE_BYTES, Preamble};
use crate::*;

type Files = Vec<(String, Vec<u8>)>;

/// Three volumes, and what is in them.
fn archive(number: u8) -> (Vec<Vec<u8>>, Files) {
    let files = [
        ("a", noise(500_000)),
        ("b", b"some text ".repeat(60_000)),
        ("c", noise(700_000)),
        ("d/empty", vec![]),
    ];
    let set = Settings { volume_bytes: Some(512 << 10), ..settings(number) };
    let (volumes, _) = seal(set, &files);
    assert_eq!(volumes.len(), 3, "{:?}", volumes.iter().map(Vec::len).collect::<Vec<_>>());
    (volumes, owned(&files))
}

fn owned(files: &[(&str, Vec<u8>)]) -> Files {
    files.iter().map(|(name, bytes)| ((*name).to_owned(), bytes.clone())).collect()
}

fn rebuild(volumes: Vec<Vec<u8>>) -> Result<Set, ArchiveError> {
    let archive = volumes.iter().find_map(|volume| belonging(volume).ok().flatten());
    let archive = archive.ok_or(ArchiveError::NotAnArchive)?.archive;
    let media = volumes.into_iter().map(|bytes| Box::new(bytes) as Box<dyn ReadAt>).collect();
    Set::rebuild(media, (archive, Vec::new()), &|_| true).map(|set| set.unwrap())
}

/// What comes back of each file: its bytes, with zeros where a segment did not open.
fn restore(set: &Set) -> Result<Files, ArchiveError> {
    let contents = set.unlock(&archive_key(set)?)?;
    let full = u64::from(set.settings().segment_bytes);
    let mut files = Vec::new();
    let (mut opener, mut body, mut text) = (Opener::new()?, Vec::new(), Vec::new());
    for page in 0..contents.manifest_pages() {
        for entry in contents.manifest_page(page).unwrap_or_default() {
            let EntryKind::File { position, stored, .. } = entry.kind else { continue };
            let mut bytes = Vec::new();
            for segment in position / full..(position + stored).div_ceil(full) {
                let recorded = set.index_page(set.index_page_of(segment)).unwrap_or_default();
                let own = |it: &FrameRecord| it.kind == FrameKind::Segment && it.number == segment;
                let recorded = recorded.into_iter().find(own);
                text.clear();
                if let Some(record) = contents.segment(segment, recorded) {
                    let plain = (record.compression, record.plain_length);
                    let key = contents.data_key(segment)?;
                    let read = set.read_checked(&record, &mut body);
                    let context = set.context(&record);
                    let opened = read
                        .and_then(|()| opener.open(context, &key, plain, &body, &mut text))
                        .or_else(|_| {
                            let body = set.mend(&record)?;
                            opener.open(context, &key, plain, &body, &mut text)
                        });
                    if opened.is_err() {
                        text.clear();
                    }
                }
                text.resize(usize::try_from(contents.segment_length(segment)).unwrap(), 0);
                let from = position.saturating_sub(segment * full).min(full);
                let to = (position + stored - segment * full).min(full);
                let range = usize::try_from(from).unwrap()..usize::try_from(to).unwrap();
                bytes.extend_from_slice(&text[range]);
            }
            files.push((entry.path.to_string(), bytes));
        }
    }
    Ok(files)
}

/// Overwrites the frames of a kind, preambles included.
pub(super) fn destroy(volume: &mut [u8], kind: FrameKind) -> usize {
    let mut destroyed = 0;
    let places: Vec<_> = (0..volume.len() - PREAMBLE_BYTES)
        .filter_map(|at| {
            let preamble = Preamble::decode(volume[at..].first_chunk()?).ok()?;
            (preamble.kind == kind).then_some((at, preamble.length))
        })
        .collect();
    for (at, length) in places {
        let end = at + PREAMBLE_BYTES + usize::try_from(length).unwrap();
        volume[at..end].fill(0xee);
        destroyed += 1;
    }
    destroyed
}

#[test]
fn every_subset_of_blocks_roots_and_index_pages_may_be_lost() {
    let (whole, files) = archive(1);
    for lost in 0_u8..32 {
        let mut volumes = whole.clone();
        let is_lost = |bit: u8| lost & (1 << bit) != 0;
        for (place, volume) in volumes.iter_mut().enumerate() {
            let end = volume.len() - 4096;
            if is_lost(0) {
                volume[..4096].fill(0xee);
            }
            if is_lost(1) || (is_lost(4) && place == 2) {
                volume[end..].fill(0xee);
            }
            if is_lost(2) {
                destroy(volume, FrameKind::Root);
            }
            if is_lost(3) {
                destroy(volume, FrameKind::Index);
            }
        }
        volumes.rotate_left(usize::from(lost % 3));
        let set = rebuild(volumes.clone()).unwrap();
        assert_eq!(restore(&set).unwrap(), files, "{lost:05b}");
        assert_eq!(set.has_root(), !is_lost(2), "{lost:05b}");
        assert_eq!(set.has_settings(), !(is_lost(0) && is_lost(1)), "{lost:05b}");
        let found = set.found().unwrap();
        assert_eq!(found.segments, found.segments_at_least, "{lost:05b}");
        // What can be opened without a scan is the same.
        if let Ok(same) = read(volumes) {
            assert_eq!(same, files, "{lost:05b}");
        }
    }
}

#[test]
fn a_volume_without_blocks_is_recognised_beside_those_that_have_them() {
    let (whole, files) = archive(1);
    for lost in 0..2 {
        let mut volumes = whole.clone();
        let end = volumes[lost].len() - 4096;
        volumes[lost][..4096].fill(0xee);
        volumes[lost][end..].fill(0xee);
        let set = open(volumes.clone()).unwrap();
        assert!(set.missing_volumes().is_empty() && !set.copies_are_whole());
        assert_eq!(read(volumes).unwrap(), files);
    }
}

#[test]
fn fifty_bad_sectors_where_the_index_lies_cost_nothing_that_is_there() {
    let (whole, files) = archive(1);
    let mut rng = ChaCha20Rng::from_seed([3; 32]);
    for round in 0..20 {
        let mut volumes = whole.clone();
        let last = volumes.last_mut().unwrap();
        // From the first index page to the end: pages, roots, capsules, the trailer.
        let start = body_of(last, FrameKind::Index, 0).start - PREAMBLE_BYTES;
        for _ in 0..50 {
            let room = u64::try_from(last.len() - start - 512).unwrap();
            let at = start + usize::try_from(rng.next_u64() % room).unwrap();
            rng.fill_bytes(&mut last[at..at + 512]);
        }
        let set = rebuild(volumes).unwrap();
        assert_eq!(restore(&set).unwrap(), files, "round {round}");
    }
}

#[test]
fn mixed_media_are_sorted_and_each_archive_comes_back() {
    let ((one, files), (other, _)) = (archive(1), archive(2));
    let mut media: Vec<Vec<u8>> = other.iter().chain(&one).cloned().collect();
    for volume in &mut media {
        let end = volume.len() - 4096;
        volume[..4096].fill(0);
        volume[end..].fill(0);
    }
    media.push(noise(100_000));
    let belongs: Vec<_> = media.iter().map(|medium| belonging(medium).unwrap()).collect();
    let named =
        |it: &Option<Belonging>| it.as_ref().map(|it| (it.archive.as_bytes()[0], it.volume));
    let named: Vec<_> = belongs.iter().map(named).collect();
    let expected = [(2, 1), (2, 2), (2, 3), (1, 1), (1, 2), (1, 3)].map(Some);
    assert_eq!(named, [&expected[..], &[None]].concat());
    let archive = belongs[3].as_ref().unwrap().archive;
    let media: Vec<_> = media.into_iter().map(|it| Box::new(it) as Box<dyn ReadAt>).collect();
    let set = Set::rebuild(media, (archive, Vec::new()), &|_| true).unwrap().unwrap();
    assert_eq!(restore(&set).unwrap(), files);
}

#[test]
fn an_archive_inside_an_archive_misleads_nobody() {
    let (inner, _) = archive(2);
    let noise = noise(200_000);
    let files = [("inner", inner.concat()), ("noise", noise)];
    let (mut volumes, _) = seal(settings(1), &files);
    destroy(&mut volumes[0], FrameKind::Root);
    destroy(&mut volumes[0], FrameKind::Index);
    let set = rebuild(volumes).unwrap();
    assert_eq!(set.settings().archive.as_bytes(), &[1; 16]);
    assert_eq!(restore(&set).unwrap(), owned(&files));
}

#[test]
fn the_image_of_a_medium_is_searched_wherever_its_volumes_begin() {
    let (volumes, files) = archive(1);
    let mut image = noise(12_345);
    for volume in &volumes {
        image.extend(volume);
        image.extend(noise(777));
    }
    let set = rebuild(vec![image]).unwrap();
    assert!(set.has_settings());
    assert_eq!(restore(&set).unwrap(), files);
}

/// A preamble of this archive over whatever lies behind it.
fn preamble(kind: FrameKind, number: u64, length: u64) -> [u8; PREAMBLE_BYTES] {
    let archive = settings(1).archive;
    let compression = Compression::None;
    let plain_length = 64 << 10;
    Preamble { kind, compression, archive, volume: 1, number, length, plain_length }.encode()
}

#[test]
fn false_preambles_hide_nothing_and_take_no_memory() {
    let (mut volumes, files) = archive(1);
    let last = volumes.last_mut().unwrap();
    destroy(last, FrameKind::Root);
    destroy(last, FrameKind::Index);
    let mut false_ones = Vec::new();
    for number in 0..3000 {
        // Overlapping ones, for frames that are there as well, and with huge numbers and lengths.
        false_ones.extend(preamble(FrameKind::Segment, number % 5, 65_608));
        false_ones.extend(preamble(FrameKind::Manifest, number, 200));
        false_ones.extend(preamble(FrameKind::Segment, u64::MAX - number, 100));
        false_ones.extend(preamble(FrameKind::Segment, 7, u64::MAX - number));
        false_ones.extend(preamble(FrameKind::Capsule, 0, 64 << 20));
    }
    false_ones.extend(noise(100_000));
    let mut hostile = volumes.clone();
    hostile[0].splice(4096..4096, false_ones.iter().copied());
    hostile[1].extend(false_ones);
    let set = rebuild(hostile).unwrap();
    let found = set.found().unwrap();
    assert!(found.segments_at_least < 100, "{found:?}");
    assert_eq!(restore(&set).unwrap(), files);
}

/// A medium that counts what is read of it.
struct Counted<'a>(Vec<u8>, &'a AtomicU64);

impl ReadAt for Counted<'_> {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> std::io::Result<usize> {
        self.1.fetch_add(buffer.len() as u64, Ordering::Relaxed);
        self.0.read_at(buffer, offset)
    }

    fn size(&self) -> std::io::Result<u64> {
        self.0.size()
    }
}

#[test]
fn false_frames_that_lie_over_each_other_are_read_a_few_times_and_no_more() {
    let (mut volumes, files) = archive(1);
    // Each claims all of the 8 MiB behind it, or as much as its kind can have.
    let mut dense = Vec::new();
    for number in 0..20_000 {
        // No length ends where another preamble begins.
        let (index, root) = (200_001, (8 << 20) + 1);
        dense.extend(preamble(FrameKind::Index, number % 60_000, index));
        dense.extend(preamble(FrameKind::Root, 0, root));
        dense.extend(preamble(FrameKind::Capsule, 0, 60_001));
        dense.extend(preamble(FrameKind::Index, 0, root));
    }
    let size = dense.len() as u64;
    dense.resize(dense.len() + (9 << 20), 0);
    volumes[0].extend(dense);
    let reads: &'static AtomicU64 = Box::leak(Box::default());
    let media = volumes.into_iter().map(|it| Box::new(Counted(it, reads)) as Box<dyn ReadAt>);
    let archive = settings(1).archive;
    let set = Set::rebuild(media.collect(), (archive, Vec::new()), &|_| true).unwrap().unwrap();
    let read = reads.load(Ordering::Relaxed);
    // Every preamble costs a look at it and at what is behind it: 4 KiB at most.
    let looks = size / 64 * (4096 + 3 * 64);
    assert!(read < looks + 12 * (size + (9 << 20)), "{read} bytes were read of {size}");
    assert_eq!(restore(&set).unwrap(), files);
}

#[test]
fn a_medium_full_of_false_preambles_is_gone_through_in_one_pass() {
    let mut dense = Vec::new();
    while dense.len() < 8 << 20 {
        dense.extend_from_slice(b"SRFRAME1");
    }
    let reads = AtomicU64::new(0);
    assert_eq!(belonging(&Counted(dense, &reads)).unwrap(), None);
    let read = reads.into_inner();
    assert!(read < 200 << 20, "{read} bytes were read of 8 MiB");
}

#[test]
fn what_is_missing_in_the_middle_is_named_and_the_rest_comes_back() {
    let (volumes, files) = archive(1);
    let left = vec![volumes[0].clone(), volumes[2].clone()];
    let mut left = left;
    destroy(&mut left[1], FrameKind::Root);
    destroy(&mut left[1], FrameKind::Index);
    let set = rebuild(left).unwrap();
    let found = set.found().unwrap();
    assert!(found.segments < found.segments_at_least, "{found:?}");
    let restored = restore(&set).unwrap();
    assert_eq!(restored.len(), files.len());
    assert_eq!(restored[0], files[0], "what does not lie on the missing volume is whole");
    assert_ne!(restored[2], files[2]);
}

#[test]
fn of_two_copies_of_a_volume_each_segment_comes_from_the_good_one() {
    let (volumes, files) = archive(1);
    let mut media = volumes.clone();
    media.push(volumes[1].clone());
    destroy(&mut media[2], FrameKind::Root);
    destroy(&mut media[2], FrameKind::Index);
    let hits = [(1, 3), (3, 5)];
    for (place, nth) in hits {
        let body = body_of(&media[place], FrameKind::Segment, nth);
        media[place][body.start + 100] ^= 1;
    }
    let set = rebuild(media).unwrap();
    assert_eq!(restore(&set).unwrap(), files);
}

#[test]
fn index_pages_that_are_left_mend_although_the_root_is_lost() {
    let parity = Some(Parity { data: 16, parity: 4, shard_bytes: 4096, interleave: 1 });
    let files = [("a", noise(400_000))];
    let (mut volumes, _) = seal(Settings { parity, ..settings(1) }, &files);
    destroy(&mut volumes[0], FrameKind::Root);
    let hit = body_of(&volumes[0], FrameKind::Segment, 2);
    volumes[0][hit.start + 1000..hit.start + 1512].fill(0);
    let set = rebuild(volumes).unwrap();
    let record = set.index_page(0).unwrap().into_iter().find(|record| record.number == 2).unwrap();
    let mended = set.mend(&record).unwrap();
    record.check(&mended).unwrap();
}

#[test]
fn a_sidecar_proves_and_mends_what_lost_all_that_finds_it() {
    let parity = Some(Parity { data: 16, parity: 4, shard_bytes: 4096, interleave: 1 });
    let files = [("a", noise(400_000)), ("b", b"some text ".repeat(60_000))];
    let sized = Settings { volume_bytes: Some(512 << 10), parity, ..settings(1) };
    let (mut volumes, _) = seal(sized, &files);
    let mut sidecar = Vec::new();
    open(volumes.clone()).unwrap().write_sidecar(&mut sidecar).unwrap();
    for volume in &mut volumes {
        let end = volume.len() - 4096;
        volume[..4096].fill(0);
        volume[end..].fill(0);
        for kind in [FrameKind::Capsule, FrameKind::Root, FrameKind::Index] {
            destroy(volume, kind);
        }
        destroy(volume, FrameKind::Manifest);
        destroy(volume, FrameKind::Keys);
    }
    let hit = body_of(&volumes[0], FrameKind::Segment, 2);
    volumes[0][hit.start + 1000..hit.start + 1512].fill(0);
    volumes.push(sidecar);
    let set = rebuild(volumes).unwrap();
    assert!(set.has_root() && set.has_settings());
    set.check_index().unwrap();
    let page = set.index_page(0).unwrap();
    let record = page.iter().find(|it| it.kind == FrameKind::Segment && it.number == 2).unwrap();
    record.check(&set.mend(record).unwrap()).unwrap();
    let restored = restore(&set).unwrap();
    assert_eq!(restored[1], owned(&files)[1]);
}

#[test]
fn without_its_capsules_an_archive_says_so() {
    let (mut volumes, _) = archive(1);
    for volume in &mut volumes {
        let end = volume.len() - 4096;
        volume[..4096].fill(0);
        volume[end..].fill(0);
        destroy(volume, FrameKind::Capsule);
    }
    assert!(matches!(rebuild(volumes), Err(ArchiveError::Field { .. })));
}

#[test]
fn a_manifest_of_folders_alone_comes_back() {
    let folders = vec![entry("a", EntryKind::Directory), entry("b", EntryKind::Directory)];
    let (mut volumes, _) = seal_entries(settings(1), folders, &[], None);
    destroy(&mut volumes[0], FrameKind::Root);
    let set = rebuild(volumes).unwrap();
    let contents = set.unlock(&archive_key(&set).unwrap()).unwrap();
    let entries: Result<Vec<_>, _> = contents.entries().collect();
    assert_eq!(entries.unwrap().len(), 2);
}

#[test]
fn parity_mends_where_neither_index_nor_root_is_left() {
    let parity = Parity { data: 16, parity: 4, shard_bytes: 8192, interleave: 2 };
    let files = [("a", noise(500_000)), ("b", noise(700_000))];
    let settings = Settings { parity: Some(parity), volume_bytes: Some(600 << 10), ..settings(1) };
    let (whole, _) = seal(settings, &files);
    let set = open(whole.clone()).unwrap();
    let records: Vec<_> =
        (0..set.index_pages()).flat_map(|it| set.index_page(it).unwrap()).collect();
    let of = |kind: FrameKind| records.iter().filter(move |record| record.kind == kind);
    let segments: Vec<_> = of(FrameKind::Segment).cloned().collect();
    // In the body of one; over the preamble of another and the end of the frame before it.
    for (segment, from, length) in [(2, 1_000, 9_000), (5, -60, 50), (9, -500, 900)] {
        let mut volumes = whole.clone();
        for volume in &mut volumes {
            destroy(volume, FrameKind::Root);
            destroy(volume, FrameKind::Index);
        }
        let record: &FrameRecord = &segments[segment];
        let start = usize::try_from(record.offset.cast_signed() + from).unwrap();
        volumes[record.volume as usize - 1][start..start + length].fill(0xee);
        let set = rebuild(volumes.clone()).unwrap();
        assert!(!set.has_root());
        assert_eq!(restore(&set).unwrap(), owned(&files), "segment {segment}");
        // Without the parity that is not so.
        for volume in &mut volumes {
            destroy(volume, FrameKind::Parity);
        }
        if from != -60 {
            assert_ne!(restore(&rebuild(volumes).unwrap()).unwrap(), owned(&files));
        }
    }
}
