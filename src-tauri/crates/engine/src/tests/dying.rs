//! Media that die: what reads well comes first, then what needs patience, last the parity.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use archive::{FrameKind, FrameRecord, Parity, ReadAt, Set};

use super::desk::{Desk, names, noise};
use crate::files::Conflict;
use crate::media::{Connected, Extent, check};
use crate::observer::Unwatched;
use crate::reading::UnreadRange;
use crate::restore::{Choices, LostRange, RestoreVerdict};
use crate::selection::Selection;
use crate::verify::{VerifyVerdict, verify};

pub(crate) const SECTOR: u64 = 4096;
const SEGMENT: usize = 1 << 20;

/// What was read, and how often each bad sector refused.
#[derive(Default)]
pub(crate) struct Told {
    pub(crate) reads: Vec<Range<u64>>,
    refused: BTreeMap<u64, usize>,
}

/// A medium in memory some sectors of which are bad.
struct Dying {
    bytes: Vec<u8>,
    bad: Vec<u64>,
    /// How often a bad sector refuses before it gives what it has.
    patience: usize,
    told: Arc<Mutex<Told>>,
}

impl ReadAt for Dying {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let range = offset..offset + buffer.len() as u64;
        let mut told = self.told.lock().unwrap();
        told.reads.push(range.clone());
        let hit = self.bad.iter().filter(|at| **at < range.end && **at + SECTOR > range.start);
        for sector in hit {
            let refused = told.refused.entry(*sector).or_default();
            if *refused < self.patience {
                *refused += 1;
                return Err(io::Error::from_raw_os_error(5));
            }
        }
        self.bytes.read_at(buffer, offset)
    }

    fn size(&self) -> io::Result<u64> {
        self.bytes.size()
    }
}

/// A file that takes segments 0 to 8 and half of 9, and a small one in the rest of it.
pub(crate) fn sealed(parity: Option<Parity>) -> (Desk, Vec<u8>) {
    let desk = Desk::new();
    fs::create_dir(desk.path("tree")).unwrap();
    fs::write(desk.path("tree/big"), noise(9 * SEGMENT + SEGMENT / 2)).unwrap();
    fs::write(desk.path("tree/small"), noise(1000)).unwrap();
    let sealed = desk.seal_protected(&desk.path("tree"), None, parity);
    (desk, fs::read(&sealed.volumes[0]).unwrap())
}

pub(crate) fn segments(set: &Set) -> Vec<FrameRecord> {
    let mut records = set.index_page(0).unwrap();
    records.retain(|record| record.kind == FrameKind::Segment);
    records
}

/// The sector in the midst of chunk `chunk` of a segment.
pub(crate) fn sector(record: &FrameRecord, chunk: u64) -> u64 {
    let at = record.offset + 56 + chunk * 16_400 + 5000;
    at - at % SECTOR
}

pub(crate) fn dying(bytes: &[u8], bad: &[u64], patience: usize) -> (Set, Arc<Mutex<Told>>) {
    let told = Arc::new(Mutex::new(Told::default()));
    let (bytes, bad) = (bytes.to_vec(), bad.to_vec());
    let medium = Dying { bytes, bad, patience, told: Arc::clone(&told) };
    (Set::open(vec![Box::new(medium)]).unwrap(), told)
}

fn is_as_sealed(desk: &Desk, name: &str) -> bool {
    fs::read(desk.path("out/tree").join(name)).unwrap()
        == fs::read(desk.path("tree").join(name)).unwrap()
}

#[test]
fn what_never_reads_is_lost_and_named_and_everything_else_comes_back() {
    let (desk, bytes) = sealed(None);
    let records = segments(&Set::open(vec![Box::new(bytes.clone())]).unwrap());
    let bad = sector(&records[2], 3);
    let (set, _) = dying(&bytes, &[bad], usize::MAX);
    let report = desk.restore_from(&set, &Choices::default()).unwrap();
    assert_eq!(report.verdict, RestoreVerdict::Damaged, "{report:?}");
    assert_eq!((report.files, report.damaged.len()), (1, 1));
    let (start, end) = (2 * SEGMENT + 3 * 16_384, 2 * SEGMENT + 4 * 16_384);
    let lost = LostRange { offset: start as u64, length: 16_384 };
    assert_eq!(report.damaged[0].ranges, [lost]);
    assert_eq!(report.damaged[0].cause, "the medium failed");
    let reading = report.reading.unwrap();
    assert_eq!((reading.failed, reading.mended), (1, 0));
    assert_eq!(reading.came_back, reading.skipped, "what was behind it came back");
    assert_eq!(reading.unread, [UnreadRange { volume: 1, offset: bad, length: SECTOR }]);
    assert!(is_as_sealed(&desk, "small"));
    let saved = fs::read(desk.path("out/tree/big.damaged")).unwrap();
    let original = fs::read(desk.path("tree/big")).unwrap();
    assert!(saved[..start] == original[..start] && saved[end..] == original[end..]);
    assert!(saved[start..end].iter().all(|byte| *byte == 0));
}

#[test]
fn what_reads_at_last_is_whole_and_was_tried_again_after_all_the_rest() {
    let (desk, bytes) = sealed(None);
    let records = segments(&Set::open(vec![Box::new(bytes.clone())]).unwrap());
    let bad = sector(&records[2], 3);
    // Refused when first read, when read again as a whole, and at the first try by itself.
    let (set, told) = dying(&bytes, &[bad], 3);
    let report = desk.restore_from(&set, &Choices::default()).unwrap();
    assert_eq!(report.verdict, RestoreVerdict::Complete, "{report:?}");
    assert!(is_as_sealed(&desk, "big") && is_as_sealed(&desk, "small"));
    assert_eq!(names(&desk.path("out")), ["tree", "tree/big", "tree/small"]);
    let reading = report.reading.unwrap();
    assert_eq!((reading.failed, reading.unread.len()), (1, 0));
    assert_eq!(reading.came_back, 1 + reading.skipped);
    let told = told.lock().unwrap();
    let hits = |range: &Range<u64>| range.start < bad + SECTOR && range.end > bad;
    let tries: Vec<usize> = (0..).zip(&told.reads).filter(|it| hits(it.1)).map(|it| it.0).collect();
    let last = records.last().unwrap().offset;
    let last = told.reads.iter().position(|range| range.start == last).unwrap();
    assert!(tries.len() >= 4 && tries[0] < last && tries[1] > last, "{tries:?}, {last}");
}

#[test]
fn what_never_reads_comes_out_of_the_parity_last() {
    let (desk, bytes) = sealed(Some(Parity::of_percent(20).unwrap()));
    let records = segments(&Set::open(vec![Box::new(bytes.clone())]).unwrap());
    let (set, _) = dying(&bytes, &[sector(&records[2], 3), sector(&records[4], 0)], usize::MAX);
    let report = desk.restore_from(&set, &Choices::default()).unwrap();
    assert_eq!((report.verdict, report.mended), (RestoreVerdict::Complete, 2), "{report:?}");
    assert!(is_as_sealed(&desk, "big") && is_as_sealed(&desk, "small"));
    let reading = report.reading.unwrap();
    assert_eq!((reading.mended, reading.unread.len()), (2, 2));
}

#[test]
fn a_map_has_the_next_run_begin_with_what_reads_well() {
    let (desk, bytes) = sealed(None);
    let records = segments(&Set::open(vec![Box::new(bytes.clone())]).unwrap());
    let bad = sector(&records[1], 3);
    let choices = Choices { read_map: Some(desk.path("map")), ..Choices::default() };
    let (set, _) = dying(&bytes, &[bad], usize::MAX);
    desk.restore_from(&set, &choices).unwrap();
    let map = fs::read_to_string(desk.path("map")).unwrap();
    let archive = set.settings().archive;
    assert_eq!(map, format!("strongroom-readmap/1\narchive {archive}\n1 {bad} 4096 failed\n"));
    // The next run does not touch the place before everything else was read.
    fs::remove_dir_all(desk.path("out")).unwrap();
    let (set, told) = dying(&bytes, &[bad], 0);
    let report = desk.restore_from(&set, &choices).unwrap();
    assert_eq!(report.verdict, RestoreVerdict::Complete);
    let reading = report.reading.unwrap();
    assert_eq!((reading.failed, reading.skipped, reading.came_back), (0, 1, 1));
    let reads = &told.lock().unwrap().reads;
    let first = |record: &FrameRecord| reads.iter().position(|read| read.start == record.offset);
    assert!(first(&records[1]) > first(records.last().unwrap()), "{reads:?}");
    let map = fs::read_to_string(desk.path("map")).unwrap();
    assert_eq!(map.lines().count(), 2, "what reads now is no longer in it: {map}");
}

#[test]
fn a_file_that_is_no_map_of_this_archive_stops_a_restore_before_it_begins() {
    let (desk, bytes) = sealed(None);
    fs::write(desk.path("map"), "somebody's text\n").unwrap();
    let choices = Choices { read_map: Some(desk.path("map")), ..Choices::default() };
    let set = Set::open(vec![Box::new(bytes)]).unwrap();
    assert!(desk.restore_from(&set, &choices).is_err());
    assert!(!desk.path("out/tree").exists());
    assert_eq!(fs::read_to_string(desk.path("map")).unwrap(), "somebody's text\n");
}

#[test]
fn verifying_tries_again_what_did_not_read_and_says_what_stays_unread() {
    let (_, bytes) = sealed(None);
    let records = segments(&Set::open(vec![Box::new(bytes.clone())]).unwrap());
    let bad = sector(&records[2], 3);
    let found = verify(&dying(&bytes, &[bad], 3).0, &Unwatched).unwrap();
    assert_eq!((found.verdict, found.damaged.len()), (VerifyVerdict::Intact, 0), "{found:?}");
    assert_eq!(found.reading.unwrap().failed, 1);
    let found = verify(&dying(&bytes, &[bad], usize::MAX).0, &Unwatched).unwrap();
    assert_eq!((found.verdict, found.damaged.len()), (VerifyVerdict::Damaged, 1), "{found:?}");
    assert_eq!(found.damaged[0].segment, Some(2));
    let unread = UnreadRange { volume: 1, offset: bad, length: SECTOR };
    assert_eq!(found.reading.unwrap().unread, [unread]);
}

#[test]
fn a_map_in_the_target_could_replace_what_is_restored_and_is_refused() {
    let desk = Desk::new();
    fs::write(desk.path("file"), "text").unwrap();
    desk.seal(&desk.path("file"));
    let choices = Choices { read_map: Some(desk.path("out/file")), ..Choices::default() };
    let refused = desk.restore_part(&Selection::all(), Conflict::Fail, &choices).unwrap_err();
    assert!(refused.to_string().contains("file"), "{refused}");
    assert!(!desk.path("out/file").exists());
}

/// The places at which the frames of `records` were read as a whole for the first time.
fn order(told: &Told, records: &[FrameRecord]) -> Vec<Option<usize>> {
    let is_of = |read: &Range<u64>, record: &FrameRecord| {
        read.start == record.offset && read.end - read.start == record.length
    };
    let first = |record| told.reads.iter().position(|read| is_of(read, record));
    records.iter().map(first).collect()
}

#[test]
fn a_check_of_a_medium_reads_what_is_behind_a_bad_place_last() {
    let (desk, bytes) = sealed(Some(Parity::of_percent(20).unwrap()));
    let medium = Connected::at(&desk.path("archive")).unwrap();
    let records = segments(&Set::open(vec![Box::new(bytes.clone())]).unwrap());
    let checked = |patience: usize| {
        let (set, told) = dying(&bytes, &[sector(&records[2], 3)], patience);
        let clock = || Duration::ZERO;
        let found = check((&set, &medium), &[1], Extent::FULL, &clock, &Unwatched).unwrap();
        assert_eq!((found.read, found.is_gone), (found.frames, false));
        let order = order(&told.lock().unwrap(), &records);
        assert!(order[2] < order[4] && order[3] > order.last().copied().unwrap(), "{order:?}");
        found
    };
    let found = checked(usize::MAX);
    assert_eq!((found.read_errors, found.mendable, found.lost), (1, 1, 0), "{found:?}");
    // What comes at last is no damage, and the drive has failed once all the same.
    let found = checked(3);
    assert_eq!((found.read_errors, found.mendable, found.lost), (1, 0, 0), "{found:?}");
}

/// A medium in memory of which one place takes ten seconds.
struct Slow {
    bytes: Vec<u8>,
    place: u64,
    seconds: Arc<AtomicU64>,
    told: Arc<Mutex<Told>>,
}

impl ReadAt for Slow {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let range = offset..offset + buffer.len() as u64;
        let is_slow = range.contains(&self.place) && buffer.len() > 4096;
        self.seconds.fetch_add(if is_slow { 10 } else { 0 }, Ordering::Relaxed);
        self.told.lock().unwrap().reads.push(range);
        self.bytes.read_at(buffer, offset)
    }

    fn size(&self) -> io::Result<u64> {
        self.bytes.size()
    }
}

#[test]
fn what_is_behind_a_place_that_takes_long_is_read_last_and_the_place_itself_is_used() {
    let (desk, bytes) = sealed(None);
    let connected = Connected::at(&desk.path("archive")).unwrap();
    let records = segments(&Set::open(vec![Box::new(bytes.clone())]).unwrap());
    for (place, is_slow) in [(records[2].offset + 5000, true), (u64::MAX, false)] {
        let (seconds, told) = (Arc::new(AtomicU64::new(0)), Arc::<Mutex<Told>>::default());
        let clock = Arc::clone(&seconds);
        let clock = move || Duration::from_secs(clock.load(Ordering::Relaxed));
        let medium = Slow { bytes: bytes.clone(), place, seconds, told: Arc::clone(&told) };
        let set = Set::open(vec![Box::new(medium)]).unwrap();
        let found = check((&set, &connected), &[1], Extent::FULL, &clock, &Unwatched).unwrap();
        assert_eq!((found.read, found.read_errors), (found.frames, 0), "{found:?}");
        assert_eq!((found.mendable, found.lost), (0, 0), "{found:?}");
        let told = told.lock().unwrap();
        let order = order(&told, &records);
        // A megabyte is left out behind it, which is the next segment.
        assert_eq!(order[3] > order.last().copied().unwrap(), is_slow, "{order:?}");
        let reads = told.reads.iter().filter(|read| read.start == records[2].offset).count();
        assert_eq!(reads, 1, "it is not read again");
    }
}
