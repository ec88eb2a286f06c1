//! What was written is read again from the medium.

use std::fs;
use std::path::PathBuf;
use std::sync::Mutex;

use super::desk::{Desk, names, noise};
use crate::files::TargetTraits;
use crate::observer::{Observer, Phase, Progress};
use crate::restore::{Choices, RestoreVerdict};

/// A disk that loses what was written, once all seems to be done.
struct FailingDisk {
    files: Vec<PathBuf>,
    phases: Mutex<Vec<Phase>>,
}

impl Observer for FailingDisk {
    fn progress(&self, _: Progress) {}

    fn phase(&self, phase: Phase) {
        self.phases.lock().unwrap().push(phase);
        for file in self.files.iter().filter(|_| phase == Phase::Rereading) {
            let mut bytes = fs::read(file).unwrap();
            bytes[70_000] ^= 1;
            fs::write(file, bytes).unwrap();
        }
    }
}

fn desk() -> Desk {
    let desk = Desk::new();
    fs::create_dir(desk.path("tree")).unwrap();
    for name in ["a", "b", "c"] {
        fs::write(desk.path("tree").join(name), noise(3 << 20)).unwrap();
    }
    fs::hard_link(desk.path("tree/b"), desk.path("tree/twin")).unwrap();
    desk.seal(&desk.path("tree"));
    desk
}

fn choices() -> Choices {
    Choices { reread: true, ..Choices::default() }
}

#[test]
fn what_the_disk_gives_back_wrong_loses_its_name_and_every_other_name() {
    let desk = desk();
    let files = vec![desk.path("out/tree/b")];
    let disk = FailingDisk { files, phases: Mutex::default() };
    let report = desk.restore_onto(&choices(), TargetTraits::plain("here"), &disk).unwrap();
    assert_eq!(*disk.phases.lock().unwrap(), [Phase::Syncing, Phase::Rereading]);
    assert_eq!(report.verdict, RestoreVerdict::Damaged, "{report:?}");
    let published: Vec<&str> = report.damaged.iter().map(|d| d.published.as_str()).collect();
    assert_eq!(published, ["tree/b.damaged", "tree/twin.damaged"]);
    let reread = report.reread.unwrap();
    assert_eq!((reread.direct + reread.forgotten, reread.damaged), (3, 1));
    assert_eq!((report.files, report.links), (2, 0));
    assert_eq!(
        names(&desk.path("out/tree")),
        ["a", "b.damaged", "b.damaged.map.json", "c", "twin.damaged", "twin.damaged.map.json"]
    );
}

#[test]
fn what_the_disk_keeps_is_read_once_more_and_stays() {
    let desk = desk();
    let disk = FailingDisk { files: Vec::new(), phases: Mutex::default() };
    let report = desk.restore_onto(&choices(), TargetTraits::plain("here"), &disk).unwrap();
    assert_eq!(report.verdict, RestoreVerdict::Complete, "{report:?}");
    let reread = report.reread.unwrap();
    assert_eq!((reread.bytes, reread.damaged), (9 << 20, 0));
    assert_eq!((report.files, report.links), (3, 1));
    // Without being asked nothing is read again.
    fs::remove_dir_all(desk.path("out")).unwrap();
    let files = vec![desk.path("out/tree/b")];
    let disk = FailingDisk { files, phases: Mutex::default() };
    let plain = Choices::default();
    let report = desk.restore_onto(&plain, TargetTraits::plain("here"), &disk).unwrap();
    assert_eq!((report.verdict, report.reread), (RestoreVerdict::Complete, None));
    assert_eq!(*disk.phases.lock().unwrap(), [Phase::Syncing]);
}
