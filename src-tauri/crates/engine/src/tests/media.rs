//! Media on the record: added, checked, replaced, taken out.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use archive::{Parity, ReadAt, Set};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use registry::{Check, MediumKind};
use terms::{Environment, Problem as _, Timestamp};

use super::desk::{Desk, noise};
use crate::media::{
    Connected, Extent, MediumHealth, NeededVolume, NewMedium, Standing, Visit, Warning, add,
    carried_by, check, check_medium, move_medium, needed, open_on, retire,
};
use crate::observer::Unwatched;
use crate::selection::Selection;
use crate::vault::Vault;

const NOW: Timestamp = Timestamp::from_unix(1_800_000_000);

/// A vault, and an archive of three volumes with each on a medium of its own.
struct Safe {
    desk: Desk,
    vault: PathBuf,
}

impl Safe {
    fn new() -> Self {
        let desk = Desk::new();
        fs::write(desk.path("file"), noise(9 << 20)).unwrap();
        let report = desk.seal_protected(&desk.path("file"), Some(4 << 20), Parity::of_percent(10));
        assert_eq!(report.volumes.len(), 3);
        for (volume, number) in report.volumes.iter().zip(1..) {
            let disc = desk.path(&format!("disc{number}"));
            fs::create_dir(&disc).unwrap();
            fs::rename(volume, disc.join(volume.file_name().unwrap())).unwrap();
        }
        let vault = desk.path("vault");
        let mut rng = ChaCha20Rng::from_seed([1; 32]);
        Vault::create(&vault, Environment::Drill, "Test", NOW, &mut rng).unwrap();
        Self { desk, vault }
    }

    fn disc(&self, number: u32) -> Connected {
        Connected::at(&self.disc_path(number)).unwrap()
    }

    fn disc_path(&self, number: u32) -> PathBuf {
        self.desk.path(&format!("disc{number}"))
    }

    fn open(&self) -> Vault {
        Vault::open(&self.vault, NOW).unwrap()
    }

    fn add(&self, name: &str, number: u32) {
        let new = NewMedium { name, kind: MediumKind::BdR, place: "Safe A" };
        let media = (&self.disc(number), &[self.disc(3)][..]);
        add(&mut self.open(), &new, media, "Ada", NOW).unwrap();
    }

    fn check(&self, name: &str, number: u32, extent: Extent) -> Result<(Check, Standing), String> {
        let others: Vec<u32> = (1..=3).filter(|other| *other != number).collect();
        self.check_with(name, number, &others, extent)
    }

    fn check_with(
        &self,
        name: &str,
        number: u32,
        others: &[u32],
        extent: Extent,
    ) -> Result<(Check, Standing), String> {
        let medium = self.open().read().medium(name).unwrap().unwrap();
        let ticks = AtomicU64::new(0);
        let visit = Visit {
            person: "Ada",
            extent,
            now: &|| NOW,
            elapsed: &|| Duration::from_millis(ticks.fetch_add(500, Ordering::Relaxed)),
            observer: &Unwatched,
        };
        let others = others.iter().filter(|other| self.disc_path(**other).exists());
        let others: Vec<Connected> = others.map(|other| self.disc(*other)).collect();
        let media = (&self.disc(number), &others[..]);
        check_medium(&self.vault, &medium, media, &visit).map_err(|error| error.code().to_owned())
    }

    /// Operation, phase and result of the newest entries of the log.
    fn story(&self, newest: usize) -> Vec<String> {
        let mut lines = Vec::new();
        let tell = &mut |entry: audit::Entry| {
            let phase = match &entry.event.phase {
                audit::Phase::Outcome { result, .. } => result.clone(),
                audit::Phase::Abort { code, .. } => code.clone(),
                phase => phase.as_str().to_owned(),
            };
            lines.push(format!("{} {phase}", entry.event.operation));
        };
        self.open().entries(tell).unwrap();
        lines.split_off(lines.len() - newest)
    }

    fn damage(&self, number: u32, offset: u64, len: usize) {
        let (_, _, file) = &self.disc(number).volumes[0];
        let medium = File::options().write(true).open(file).unwrap();
        medium.write_all_at(&vec![0xee; len], offset).unwrap();
    }
}

#[test]
fn a_check_reads_everything_or_a_part_and_is_on_the_record() {
    let safe = Safe::new();
    safe.add("BR-1", 1);
    assert_eq!(safe.story(2), ["media.add intent", "media.add ok"]);
    let (full, standing) = safe.check("BR-1", 1, Extent::FULL).unwrap();
    assert_eq!(safe.story(2), ["media.check intent", "media.check ok"]);
    assert_eq!((full.read, full.mendable, full.lost), (full.frames, 0, 0));
    assert!(full.duration_ms >= 500);
    assert_eq!((standing.health, standing.coverage.percent), (MediumHealth::Good, 100));
    let mut read = 0;
    for part in 0..3 {
        let (sample, _) = safe.check("BR-1", 1, Extent { parts: 3, part }).unwrap();
        assert_eq!(sample.frames, full.frames);
        assert!(sample.read <= full.frames / 2, "{sample:?}");
        // The blocks at both ends are read every time.
        read += sample.read - 1;
    }
    assert_eq!(read, full.frames - 1, "the parts together are all of it");
    assert_eq!(safe.open().read().checks("BR-1").unwrap().len(), 4);
    assert_eq!(safe.open().fsck(&[]).unwrap(), []);
}

#[test]
fn damage_that_parity_holds_is_a_warning_once_it_grows_and_beyond_it_an_alarm() {
    let safe = Safe::new();
    safe.add("BR-1", 1);
    safe.damage(1, 1 << 20, 100);
    let (first, standing) = safe.check("BR-1", 1, Extent::FULL).unwrap();
    assert_eq!((first.mendable, first.lost), (1, 0));
    assert_eq!((standing.health, standing.warnings), (MediumHealth::Weak, vec![]));
    assert_eq!(safe.story(1), ["media.check repairable"]);
    safe.damage(1, 3 << 20, 100);
    let (_, standing) = safe.check("BR-1", 1, Extent::FULL).unwrap();
    assert_eq!(standing.warnings, [Warning::Grown { before: 1, now: 2 }]);
    safe.damage(1, 64 << 10, 3 << 20);
    let (worst, standing) = safe.check("BR-1", 1, Extent::FULL).unwrap();
    assert!(worst.lost >= 3, "{worst:?}");
    assert_eq!(standing.health, MediumHealth::Lost);
    assert_eq!(standing.warnings[0], Warning::Lost { frames: worst.lost });
    assert_eq!(safe.story(1), ["media.check damaged"]);
}

#[test]
fn what_the_other_volumes_could_mend_is_not_called_lost_without_them() {
    let safe = Safe::new();
    safe.add("BR-1", 1);
    // As much as the parity holds, most of which lies on the other volumes.
    safe.damage(1, 1 << 20, 300_000);
    let (alone, standing) = safe.check_with("BR-1", 1, &[3], Extent::FULL).unwrap();
    assert_eq!(alone.lost, 0, "{alone:?}");
    assert!(alone.unjudged > 0, "{alone:?}");
    assert_eq!(standing.warnings, [Warning::Unjudged { frames: alone.unjudged }]);
    assert_eq!(standing.health, MediumHealth::Weak);
    assert!(!standing.is_to_be_copied());
    assert_eq!(safe.story(1), ["media.check unjudged"]);
    assert_eq!(safe.open().read().checks("BR-1").unwrap()[0].unjudged, alone.unjudged);
    let (together, standing) = safe.check("BR-1", 1, Extent::FULL).unwrap();
    assert_eq!((together.lost, together.unjudged), (0, 0), "{together:?}");
    assert_eq!(together.mendable, alone.unjudged + alone.mendable);
    assert!(standing.warnings.iter().all(|it| !matches!(it, Warning::Unjudged { .. })));
    assert_eq!(safe.open().fsck(&[]).unwrap(), []);
}

/// Overwrites the bodies of all frames of a kind on a disc.
fn destroy(safe: &Safe, number: u32, kind: archive::FrameKind) {
    let (_, _, file) = safe.disc(number).volumes[0].clone();
    let mut bytes = fs::read(&file).unwrap();
    // A preamble has its kind behind the magic, and the length of the body at 40 (archive-1 A6).
    let starts = bytes.windows(9).enumerate();
    let starts = starts.filter(|(_, it)| it.starts_with(b"SRFRAME1") && it[8] == kind as u8 + 1);
    let starts: Vec<usize> = starts.map(|(at, _)| at).collect();
    assert!(!starts.is_empty());
    for at in starts {
        let length = u64::from_be_bytes(bytes[at + 40..at + 48].try_into().unwrap());
        let body = at + 64..at + 64 + usize::try_from(length).unwrap();
        bytes[body].fill(0xee);
    }
    fs::write(file, bytes).unwrap();
}

#[test]
fn a_medium_whose_index_or_root_is_destroyed_is_on_the_record_as_damaged() {
    for kind in [archive::FrameKind::Index, archive::FrameKind::Root] {
        let safe = Safe::new();
        safe.add("BR-3", 3);
        destroy(&safe, 3, kind);
        let (found, standing) = safe.check("BR-3", 3, Extent::FULL).unwrap();
        assert!(found.lost > 0, "{kind:?}: {found:?}");
        assert_eq!(standing.health, MediumHealth::Lost, "{kind:?}");
        assert!(standing.is_to_be_copied());
        assert_eq!(safe.story(2), ["media.check intent", "media.check damaged"]);
        assert_eq!(safe.open().read().checks("BR-3").unwrap().len(), 1);
    }
}

#[test]
fn of_two_copies_of_a_volume_on_one_medium_each_serves_where_the_other_is_damaged() {
    let safe = Safe::new();
    let (_, _, file) = safe.disc(1).volumes[0].clone();
    fs::copy(&file, safe.disc_path(1).join("again.0001.strongroom")).unwrap();
    safe.add("BR-1", 1);
    let medium = safe.open().read().medium("BR-1").unwrap().unwrap();
    assert_eq!(medium.volumes.len(), 1, "a volume is on the record once");
    assert_eq!(safe.disc(1).volumes.len(), 2);
    // One is damaged at its middle, the other at its end.
    safe.damage(1, 1 << 20, 1 << 20);
    let (_, _, other) = safe.disc(1).volumes[1].clone();
    let other = File::options().write(true).open(other).unwrap();
    other.write_all_at(&vec![0xee; 1 << 20], (5 << 20) / 2).unwrap();
    let (found, _) = safe.check("BR-1", 1, Extent::FULL).unwrap();
    assert_eq!((found.lost, found.mendable), (0, 0), "{found:?}");
}

#[test]
fn a_medium_on_which_another_archive_lies_now_is_noticed() {
    let safe = Safe::new();
    safe.add("BR-3", 3);
    let (_, _, old) = &safe.disc(3).volumes[0];
    fs::remove_file(old).unwrap();
    fs::remove_dir_all(safe.desk.path("archive")).unwrap();
    // The same archive, sealed anew by somebody who could: same numbers, another root.
    fs::write(safe.desk.path("file"), noise(9 << 20).into_iter().rev().collect::<Vec<_>>())
        .unwrap();
    let file = safe.desk.path("file");
    let again = safe.desk.seal_protected(&file, Some(4 << 20), Parity::of_percent(10));
    fs::rename(&again.volumes[2], safe.desk.path("disc3/a.0003.strongroom")).unwrap();
    assert_eq!(safe.check("BR-3", 3, Extent::FULL).unwrap_err(), "SR-MEDIA-REPLACED");
    assert_eq!(safe.story(2), ["media.check intent", "media.check SR-MEDIA-REPLACED"]);
    assert_eq!(safe.open().read().checks("BR-3").unwrap(), []);
}

#[test]
fn a_volume_that_is_gone_from_its_medium_is_lost_and_other_copies_are_not_read_for_it() {
    let safe = Safe::new();
    let (one, three) = (safe.disc(1), safe.disc(3));
    let set = open_on(&three, &[one]).unwrap();
    let clock = || Duration::ZERO;
    let found = check((&set, &three), &[1, 3], Extent::FULL, &clock, &Unwatched).unwrap();
    assert!(found.lost >= 3 && !found.is_gone, "{found:?}");
    assert_eq!(found.mendable, 0);
}

/// A drive that reads its medium to the half.
struct Drive(Vec<u8>);

impl ReadAt for Drive {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let size = self.0.len() as u64;
        if (size / 2..size - (64 << 10)).contains(&offset) {
            return Err(io::Error::from_raw_os_error(rustix::io::Errno::IO.raw_os_error()));
        }
        self.0.read_at(buffer, offset)
    }

    fn size(&self) -> io::Result<u64> {
        self.0.size()
    }
}

fn driven(safe: &Safe, connected: &Connected) -> Set {
    let read = |(_, _, file): &(u32, u64, PathBuf)| fs::read(file).unwrap();
    let (one, last) = (read(&connected.volumes[0]), read(&safe.disc(3).volumes[0]));
    Set::open(vec![Box::new(Drive(one)), Box::new(last)]).unwrap()
}

#[test]
fn what_the_drive_cannot_read_is_damage_as_long_as_the_medium_is_there() {
    let safe = Safe::new();
    let connected = safe.disc(1);
    let set = driven(&safe, &connected);
    let clock = || Duration::ZERO;
    let found = check((&set, &connected), &[1], Extent::FULL, &clock, &Unwatched).unwrap();
    assert!(!found.is_gone);
    assert!(found.read_errors > 0 && found.read == found.frames, "{found:?}");
    assert_eq!(found.read_errors, found.lost + found.mendable + found.unjudged);
}

#[test]
fn a_medium_that_is_taken_out_is_not_called_damaged() {
    let safe = Safe::new();
    let connected = safe.disc(1);
    let set = driven(&safe, &connected);
    fs::remove_dir_all(&connected.path).unwrap();
    let clock = || Duration::ZERO;
    let found = check((&set, &connected), &[1], Extent::FULL, &clock, &Unwatched).unwrap();
    assert!(found.is_gone, "{found:?}");
}

#[test]
fn media_are_told_apart_by_what_they_carry_and_else_by_their_name() {
    let safe = Safe::new();
    safe.add("BR-1", 1);
    let mut vault = safe.open();
    let found = |vault: &Vault, number, name| {
        let carried = carried_by(&vault.read(), &safe.disc(number), name);
        carried.map(|medium| medium.name).map_err(|error| error.code())
    };
    assert_eq!(found(&vault, 1, None), Ok("BR-1".to_owned()));
    assert_eq!(found(&vault, 2, None), Err("SR-MEDIA-UNKNOWN"));
    assert_eq!(found(&vault, 2, Some("BR-1")), Err("SR-MEDIA-OTHER-CONTENT"));
    let new = NewMedium { name: "BR-1b", kind: MediumKind::BdR, place: "" };
    add(&mut vault, &new, (&safe.disc(1), &[safe.disc(3)]), "Ada", NOW).unwrap();
    assert_eq!(found(&vault, 1, None), Err("SR-MEDIA-AMBIGUOUS"));
    assert_eq!(found(&vault, 1, Some("BR-1b")), Ok("BR-1b".to_owned()));
    retire(&mut vault, ("BR-1b", "destroyed"), "Ada", NOW).unwrap();
    assert_eq!(found(&vault, 1, None), Ok("BR-1".to_owned()));
    assert_eq!(found(&vault, 1, Some("BR-1b")), Err("SR-MEDIA-NOT-KEPT"));
    move_medium(&mut vault, ("BR-1", "Safe B"), "Ada", NOW).unwrap();
    assert_eq!(vault.read().medium("BR-1").unwrap().unwrap().place, "Safe B");
}

#[test]
fn a_name_that_is_taken_or_hides_something_is_refused() {
    let safe = Safe::new();
    safe.add("BR-1", 1);
    let mut vault = safe.open();
    let mut refused = |name: &str| {
        let new = NewMedium { name, kind: MediumKind::Usb, place: "" };
        let media = (&safe.disc(1), &[safe.disc(3)][..]);
        add(&mut vault, &new, media, "Ada", NOW).unwrap_err().code()
    };
    assert_eq!(refused("BR-1"), "SR-MEDIA-NAME-TAKEN");
    for name in ["", "  ", "a\u{202e}b", "a\nb", &"x".repeat(101)] {
        assert_eq!(refused(name), "SR-MEDIA-NAME");
    }
    assert_eq!(vault.read().media().unwrap().len(), 1);
}

#[test]
fn a_volume_without_the_last_one_cannot_be_judged_and_that_is_said() {
    let safe = Safe::new();
    let error = open_on(&safe.disc(1), &[]).err().unwrap();
    assert_eq!(error.code(), "SR-ARCHIVE-NOT-SEALED");
    let nothing = Connected::at(Path::new(&safe.vault)).unwrap_err();
    assert_eq!(nothing.code(), "SR-ARCHIVE-NOT-AN-ARCHIVE");
}

#[test]
fn the_volumes_that_a_selection_needs_are_named_in_order_before_it_begins() {
    let desk = Desk::new();
    fs::create_dir(desk.path("tree")).unwrap();
    for name in ["a", "b", "c"] {
        fs::write(desk.path("tree").join(name), noise(4 << 20)).unwrap();
    }
    fs::write(desk.path("tree/empty"), "").unwrap();
    fs::hard_link(desk.path("tree/a"), desk.path("tree/z")).unwrap();
    let report = desk.seal_sized(&desk.path("tree"), Some(4 << 20));
    let of = |pattern: &str| {
        let set = desk.set();
        let key = desk.key(&set);
        let contents = set.unlock(&key).unwrap();
        let selection = Selection::new(&[pattern.to_owned()]).unwrap();
        needed(&contents, &selection).unwrap()
    };
    let numbers = |needed: &[NeededVolume]| needed.iter().map(|it| it.volume).collect::<Vec<_>>();
    let all = of("tree");
    assert_eq!(numbers(&all), (1..=u32::try_from(all.len()).unwrap()).collect::<Vec<_>>());
    let bytes: u64 = all.iter().map(|volume| volume.bytes).sum();
    assert!(bytes >= 12 << 20, "{all:?}");
    let first = of("tree/a");
    assert!(first.len() < all.len() && first[0].volume == 1, "{first:?}");
    assert_eq!(of("tree/z"), first, "another name needs the same content");
    assert_eq!(of("tree/empty"), []);
    let last = of("tree/c");
    assert!(!numbers(&last).contains(&1), "{last:?}");
    fs::remove_file(&report.volumes[0]).unwrap();
    assert!(!of("tree/a")[0].is_here);
    // And it is true: without the others, the file is whole.
    let selection = Selection::new(&["tree/c".to_owned()]).unwrap();
    let done = desk.restore_with(&selection, crate::files::Conflict::Fail, false).unwrap();
    assert_eq!((done.files, done.damaged.len()), (1, 0));
}
