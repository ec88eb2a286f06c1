//! Restores that were interrupted go on where they were, and read nothing twice.

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use terms::Digest;

use super::desk::{Desk, names, noise};
use crate::EngineError;
use crate::observer::{Observer, Progress};
use crate::restore::{RestoreReport, RestoreVerdict, was_interrupted};

const MIB: u64 = 1 << 20;

/// Stops a restore when so many bytes went through.
struct StopsAt {
    bytes: u64,
    seen: AtomicU64,
}

impl StopsAt {
    fn new(bytes: u64) -> Self {
        Self { bytes, seen: AtomicU64::new(0) }
    }
}

impl Observer for StopsAt {
    fn progress(&self, progress: Progress) {
        self.seen.store(progress.bytes, Ordering::Relaxed);
    }

    fn is_cancelled(&self) -> bool {
        self.seen.load(Ordering::Relaxed) >= self.bytes
    }
}

/// Three small files and a big one with a hole, in this order, and a further name of the first.
fn sealed() -> (Desk, crate::seal::SealReport) {
    let desk = Desk::new();
    let tree = desk.path("tree");
    fs::create_dir(&tree).unwrap();
    for name in ["a", "b", "c"] {
        fs::write(tree.join(name), noise(3 << 20)).unwrap();
    }
    fs::write(tree.join("d"), [&noise(8 << 20)[..], &vec![0; 4 << 20], &noise(9 << 20)].concat())
        .unwrap();
    fs::hard_link(tree.join("a"), tree.join("e")).unwrap();
    let sealed = desk.seal(&tree);
    (desk, sealed)
}

fn is_restored(desk: &Desk) {
    for name in ["a", "b", "c", "d", "e"] {
        let (original, restored) = (desk.path("tree").join(name), desk.path("out/tree").join(name));
        assert!(fs::read(original).unwrap() == fs::read(restored).unwrap(), "{name}");
    }
    let expected = ["tree", "tree/a", "tree/b", "tree/c", "tree/d", "tree/e"];
    assert_eq!(names(&desk.path("out")), expected, "nothing else is left");
}

fn stopped(desk: &Desk, bytes: u64, resume: bool) {
    let refused = desk.restore_watched(resume, &StopsAt::new(bytes)).unwrap_err();
    assert!(matches!(refused, EngineError::Cancelled), "{refused}");
}

fn resumed(desk: &Desk) -> RestoreReport {
    let report = desk.restore_watched(true, &crate::observer::Unwatched).unwrap();
    assert_eq!(report.verdict, RestoreVerdict::Complete, "{report:?}");
    report
}

/// The staged beginning of the big file.
fn staged(out: &Path) -> std::path::PathBuf {
    let quarantine = fs::read_dir(out).unwrap().map(|entry| entry.unwrap().path());
    let quarantine = quarantine.filter(|path| path.to_string_lossy().contains(".strongroom-"));
    let [quarantine] = &quarantine.collect::<Vec<_>>()[..] else { panic!("one quarantine") };
    quarantine.join("4")
}

#[test]
fn a_restore_goes_on_inside_a_file_without_reading_its_beginning_again() {
    let (desk, sealed) = sealed();
    stopped(&desk, 15 * MIB, false);
    let part = staged(&desk.path("out"));
    assert!(part.exists() && !desk.path("out/tree/d").exists(), "no name before all is verified");
    // What was read is no longer there: whoever read it again would see that.
    let set = desk.set();
    for record in set.index_page(0).unwrap() {
        if record.kind == archive::FrameKind::Segment && record.number < 13 {
            desk.damage(&sealed, record.offset + 100, 10);
        }
    }
    let report = resumed(&desk);
    assert_eq!((report.kept, report.vouched), (3, 3));
    assert!((4 * MIB..=6 * MIB).contains(&report.vouched_bytes), "{report:?}");
    assert_eq!(report.files, 1);
    is_restored(&desk);
}

#[test]
fn that_a_restore_was_interrupted_is_known_without_its_key_until_it_has_ended() {
    let (desk, _) = sealed();
    let (set, out) = (desk.set(), desk.path("out"));
    let (archive, root) = (set.settings().archive, set.index_root());
    let is_known = |root, target: &Path| was_interrupted((archive, root), target).unwrap();
    assert!(!is_known(root, &out), "the folder is not there yet");
    stopped(&desk, 15 * MIB, false);
    assert!(is_known(root, &out));
    assert!(!is_known(root, &desk.path("tree")), "nothing was restored there");
    assert!(!is_known(Digest::from_bytes([7; 32]), &out), "another state of the archive");
    resumed(&desk);
    assert!(!is_known(root, &out));
}

#[test]
fn a_restore_may_be_interrupted_again_and_again() {
    let (desk, _) = sealed();
    for round in 0..9 {
        stopped(&desk, 2 * MIB, round > 0);
    }
    let report = resumed(&desk);
    assert_eq!((report.kept, report.vouched), (3, 3), "{report:?}");
    assert!(report.vouched_bytes > 0, "{report:?}");
    is_restored(&desk);
}

#[test]
fn a_beginning_of_which_something_is_lost_is_tried_again_with_other_media() {
    let (desk, sealed) = sealed();
    let good = fs::read(&sealed.volumes[0]).unwrap();
    let records = desk.set().index_page(0).unwrap();
    let tenth = records.iter().find(|r| r.kind == archive::FrameKind::Segment && r.number == 10);
    desk.damage(&sealed, tenth.unwrap().offset + 100, 10);
    stopped(&desk, 15 * MIB, false);
    fs::write(&sealed.volumes[0], good).unwrap();
    assert_eq!(resumed(&desk).vouched_bytes, 0);
    is_restored(&desk);
}

#[test]
fn what_somebody_touched_is_read_again() {
    let (desk, _) = sealed();
    stopped(&desk, 15 * MIB, false);
    // The same content, but who knows that.
    let content = fs::read(desk.path("out/tree/b")).unwrap();
    fs::write(desk.path("out/tree/b"), content).unwrap();
    let report = resumed(&desk);
    assert_eq!((report.kept, report.vouched), (3, 2));
    is_restored(&desk);
}

#[test]
fn a_staged_file_that_is_not_the_one_is_written_anew() {
    let (desk, _) = sealed();
    stopped(&desk, 15 * MIB, false);
    let part = staged(&desk.path("out"));
    let content = fs::read(&part).unwrap();
    // The old one keeps its number while the new one gets another.
    fs::rename(&part, desk.path("out/other")).unwrap();
    fs::write(&part, content).unwrap();
    fs::remove_file(desk.path("out/other")).unwrap();
    assert_eq!(resumed(&desk).vouched_bytes, 0);
    is_restored(&desk);
}

#[test]
fn a_run_that_does_not_resume_begins_anew() {
    let (desk, _) = sealed();
    stopped(&desk, 15 * MIB, false);
    fs::remove_dir_all(desk.path("out/tree")).unwrap();
    let report = desk.restore_watched(false, &crate::observer::Unwatched).unwrap();
    assert_eq!((report.verdict, report.kept), (RestoreVerdict::Complete, 0));
    is_restored(&desk);
}
