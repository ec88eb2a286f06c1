//! A set restored through one drive, a disc at a time.

use std::fs;
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::thread;

use archive::{ReadAt, Set};
use terms::{Problem as _, Timestamp};

use super::desk::{Desk, noise};
use crate::EngineError;
use crate::desk::{Changer, InDrive, Opened, Wanted, open};
use crate::files::Conflict;
use crate::observer::{Observer, Progress, Unwatched};
use crate::plan::{Intent, Plan};
use crate::restore::{Choices, RestoreReport, RestoreVerdict, restore};

/// A person with discs, and a drive that holds one.
pub(super) struct Hand {
    discs: Vec<Vec<u8>>,
    pub(super) table: Mutex<Table>,
}

#[derive(Default)]
pub(super) struct Table {
    pub(super) inside: Option<usize>,
    /// Counts how often the drive was opened: what was opened before cannot be read.
    pub(super) opened: u64,
    pub(super) asked: Vec<(Option<u32>, InDrive)>,
    /// Discs that are put in by mistake before the right one.
    pub(super) mistakes: Vec<usize>,
    /// A volume that this person does not have.
    pub(super) without: Option<u32>,
    /// Stops the restore instead of putting in this volume, the first time.
    pub(super) stops_at: Option<u32>,
    pub(super) has_stopped: bool,
    /// Bytes that were restored as yet.
    pub(super) restored: u64,
    /// Reads of content, which is more than a block, until somebody pulls the disc out and puts it
    /// back in.
    pub(super) until_pulled: Option<u32>,
    /// A sidecar that lies on the desk.
    pub(super) sidecar: Option<Vec<u8>>,
}

/// A disc as it was opened once.
struct Disc {
    hand: Arc<Hand>,
    disc: usize,
    opened: u64,
}

struct Person(Arc<Hand>);

impl Changer for Person {
    fn look(&self) -> Vec<Box<dyn ReadAt>> {
        let table = self.0.table.lock().unwrap();
        let opened = table.opened;
        let disc = |disc| Disc { hand: Arc::clone(&self.0), disc, opened };
        table.inside.map(|inside| Box::new(disc(inside)) as Box<dyn ReadAt>).into_iter().collect()
    }

    fn sidecars(&self) -> Vec<Box<dyn ReadAt>> {
        let sidecar = self.0.table.lock().unwrap().sidecar.clone();
        sidecar.map(|sidecar| Box::new(sidecar) as Box<dyn ReadAt>).into_iter().collect()
    }

    fn ask(&self, wanted: &Wanted) -> bool {
        let mut table = self.0.table.lock().unwrap();
        table.asked.push((wanted.volume, wanted.found.clone()));
        if wanted.volume.is_some() && wanted.volume == table.stops_at {
            (table.stops_at, table.has_stopped) = (None, true);
            return false;
        }
        if wanted.volume.is_some() && wanted.volume == table.without {
            return false;
        }
        let right = wanted.volume.map_or(self.0.discs.len() - 2, |volume| volume as usize - 1);
        table.inside = Some(table.mistakes.pop().unwrap_or(right));
        table.opened += 1;
        true
    }

    fn has_stopped(&self) -> bool {
        self.0.table.lock().unwrap().has_stopped
    }
}

/// Stops the restore when the person said so and something was restored: the discs before are read
/// ahead, and a restore that is stopped before it wrote anything has nothing to keep.
impl Observer for Person {
    fn progress(&self, progress: Progress) {
        self.0.table.lock().unwrap().restored = progress.bytes;
    }

    fn is_cancelled(&self) -> bool {
        self.has_stopped() && self.0.table.lock().unwrap().restored > 0
    }
}

impl ReadAt for Disc {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let mut table = self.hand.table.lock().unwrap();
        if let Some(left) = table.until_pulled.as_mut().filter(|_| buffer.len() > 4096) {
            *left = left.saturating_sub(1);
            if *left == 0 {
                table.until_pulled = None;
                table.opened += 1;
                table.inside = None;
            }
        }
        let is_readable = table.inside == Some(self.disc) && table.opened == self.opened;
        drop(table);
        // Some reads take longer than others.
        (0..offset / 4096 % 5 * 200).for_each(|_| thread::yield_now());
        if is_readable {
            self.hand.discs[self.disc].read_at(buffer, offset)
        } else {
            Err(io::Error::from_raw_os_error(rustix::io::Errno::NODEV.raw_os_error()))
        }
    }

    fn size(&self) -> io::Result<u64> {
        self.hand.discs[self.disc].size()
    }
}

/// The discs of a set, and behind them one of another archive.
fn sealed() -> (Desk, Vec<Vec<u8>>) {
    let desk = Desk::new();
    fs::create_dir(desk.path("tree")).unwrap();
    for name in ["a", "b", "c"] {
        fs::write(desk.path("tree").join(name), noise(4 << 20)).unwrap();
    }
    let report = desk.seal_sized(&desk.path("tree"), Some(4 << 20));
    let mut discs: Vec<Vec<u8>> =
        report.volumes.iter().map(|volume| fs::read(volume).unwrap()).collect();
    assert!(discs.len() >= 4, "{}", discs.len());
    discs.push(fs::read(golden("tree/tree.0001.strongroom")).unwrap());
    (desk, discs)
}

fn golden(path: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../tests/golden/v1").join(path)
}

pub(super) fn opened(hand: &Arc<Hand>) -> Opened {
    open(Arc::new(Person(Arc::clone(hand)))).unwrap()
}

pub(super) fn person(discs: Vec<Vec<u8>>, table: Table) -> Arc<Hand> {
    Arc::new(Hand { discs, table: Mutex::new(table) })
}

pub(super) fn restored(desk: &Desk, set: &Set) -> RestoreReport {
    carried_out(desk, set, false, &Unwatched).unwrap()
}

fn carried_out(
    desk: &Desk,
    set: &Set,
    resume: bool,
    observer: &dyn Observer,
) -> Result<RestoreReport, EngineError> {
    let out = desk.path("out");
    let now = Timestamp::from_unix(1_700_000_000);
    let intent = Intent {
        selection: &[],
        target: out.to_str().unwrap(),
        conflict: Conflict::Fail,
        choices: &Choices::default(),
        requester: "Rita",
        reason: "a test",
        now,
        valid_s: 60,
    };
    let plan = Plan::new(set, &intent).unwrap();
    let digest = plan.digest();
    let authorised = plan.authorise(&digest, now).unwrap();
    let choices = Choices { resume, ..Choices::default() };
    restore(set, &desk.key(set), &authorised, &choices, observer)
}

fn assert_whole(desk: &Desk, report: &RestoreReport) {
    assert_eq!(report.verdict, RestoreVerdict::Complete, "{report:?}");
    for name in ["a", "b", "c"] {
        let name = format!("tree/{name}");
        assert!(
            fs::read(desk.path(&name)).unwrap() == fs::read(desk.path("out").join(&name)).unwrap()
        );
    }
}

#[test]
fn a_set_is_restored_whole_although_one_disc_at_a_time_can_be_read() {
    let (desk, discs) = sealed();
    let hand = person(discs, Table { inside: Some(0), ..Table::default() });
    let Opened { set, kept_bytes, .. } = opened(&hand);
    assert_eq!(set.missing_volumes(), Vec::<u32>::new());
    assert!(kept_bytes > 0);
    // The lists of so small an archive are on its last disc, so that is all that was asked for.
    assert_eq!(hand.table.lock().unwrap().asked, [(None, InDrive::Other { volume: 1 })]);
    assert_whole(&desk, &restored(&desk, &set));
}

#[test]
fn a_wrong_a_foreign_and_a_destroyed_disc_are_named_and_do_no_harm() {
    let (desk, mut discs) = sealed();
    let (foreign, destroyed) = (discs.len() - 1, discs.len());
    discs.push(noise(1 << 20));
    let hand = person(discs, Table { inside: Some(foreign - 1), ..Table::default() });
    let set = opened(&hand).set;
    hand.table.lock().unwrap().mistakes = vec![1, destroyed, foreign];
    assert_whole(&desk, &restored(&desk, &set));
    let asked = hand.table.lock().unwrap().asked.clone();
    let found: Vec<InDrive> = asked.iter().map(|(_, found)| found.clone()).collect();
    let is_foreign = |found: &InDrive| matches!(found, InDrive::Foreign { volume: 1, .. });
    assert!(found.iter().any(is_foreign), "{asked:?}");
    assert!(found.contains(&InDrive::Unreadable), "{asked:?}");
    assert!(found.contains(&InDrive::Other { volume: 2 }), "{asked:?}");
}

#[test]
fn a_disc_that_is_pulled_out_and_put_back_in_is_the_same_disc() {
    let (desk, discs) = sealed();
    let table = Table { inside: Some(discs.len() - 2), ..Table::default() };
    let hand = person(discs, table);
    let set = opened(&hand).set;
    hand.table.lock().unwrap().until_pulled = Some(5);
    assert_whole(&desk, &restored(&desk, &set));
    assert_eq!(hand.table.lock().unwrap().until_pulled, None, "it was pulled");
    let asked = hand.table.lock().unwrap().asked.clone();
    assert!(asked.iter().any(|(_, found)| *found == InDrive::Nothing), "{asked:?}");
}

#[test]
fn what_lies_on_a_disc_that_nobody_has_is_lost_and_the_rest_comes_back() {
    let (desk, discs) = sealed();
    let table = Table { inside: Some(discs.len() - 2), without: Some(2), ..Table::default() };
    let hand = person(discs, table);
    let set = opened(&hand).set;
    let report = restored(&desk, &set);
    assert_ne!(report.verdict, RestoreVerdict::Complete);
    let causes: Vec<&str> = report.damaged.iter().map(|file| file.cause.as_str()).collect();
    assert!(!causes.is_empty() && report.files >= 1, "{report:?}");
    assert!(causes.iter().all(|cause| cause.contains("volume 2")), "{causes:?}");
    let asked = hand.table.lock().unwrap().asked.clone();
    let twos = asked.iter().filter(|(volume, _)| *volume == Some(2)).count();
    assert_eq!(twos, 1, "nobody is asked twice for what they do not have");
}

#[test]
fn whoever_stops_at_a_disc_loses_nothing_and_is_asked_for_it_again() {
    let (desk, discs) = sealed();
    let table = Table { inside: Some(discs.len() - 2), stops_at: Some(3), ..Table::default() };
    let hand = person(discs, table);
    let set = opened(&hand).set;
    let stopped = carried_out(&desk, &set, false, &Person(Arc::clone(&hand))).unwrap_err();
    assert!(matches!(stopped, EngineError::Cancelled), "{stopped}");
    let names = super::desk::names(&desk.path("out"));
    assert!(names.iter().all(|name| !name.contains("damaged")), "nothing is lost: {names:?}");
    hand.table.lock().unwrap().has_stopped = false;
    let report = carried_out(&desk, &set, true, &Person(Arc::clone(&hand))).unwrap();
    assert!(report.kept > 0 || report.vouched_bytes > 0, "{report:?}");
    assert_whole(&desk, &report);
    let asked = hand.table.lock().unwrap().asked.clone();
    let threes = asked.iter().filter(|(volume, _)| *volume == Some(3)).count();
    assert!(threes >= 2, "it is asked for again: {asked:?}");
}

#[test]
fn a_person_who_has_no_medium_at_all_is_not_asked_for_ever() {
    struct Nobody;
    impl Changer for Nobody {
        fn look(&self) -> Vec<Box<dyn ReadAt>> {
            Vec::new()
        }
        fn ask(&self, wanted: &Wanted) -> bool {
            assert_eq!(
                wanted.to_string(),
                "Insert the last volume of the archive: it carries the index."
            );
            false
        }
    }
    let refused = open(Arc::new(Nobody)).err().unwrap();
    assert_eq!(refused.code(), "SR-ARCHIVE-NOT-AN-ARCHIVE");
}

#[test]
fn people_are_asked_in_words() {
    let wanted = |volume, found| Wanted {
        volume,
        volumes: Some(7),
        label: Some("Ledger".to_owned()),
        found,
    };
    let three = wanted(Some(3), InDrive::Other { volume: 5 });
    assert_eq!(three.to_string(), "Insert volume 3 of 7 of Ledger.");
    assert_eq!(three.found.to_string(), "In the drive is volume 5 of the same archive.");
    let last = wanted(None, InDrive::Foreign { label: "Payroll".to_owned(), volume: 2 });
    assert_eq!(last.to_string(), "Insert the last volume of Ledger: it carries the index.");
    assert_eq!(last.found.to_string(), "In the drive is volume 2 of another archive, Payroll.");
}
