use std::fs::{self, File};
use std::os::unix::fs::{FileExt, MetadataExt, symlink};

use super::desk::{Desk, names, noise};
use crate::EngineError;
use crate::cat::cat;
use crate::files::{Conflict, TargetTraits};
use crate::observer::{Observer, Progress, Unwatched};
use crate::restore::{Choices, RestoreVerdict};
use crate::selection::Selection;

fn linked_desk() -> Desk {
    let desk = Desk::new();
    fs::create_dir_all(desk.path("tree/a")).unwrap();
    fs::create_dir_all(desk.path("tree/b")).unwrap();
    fs::write(desk.path("tree/a/file"), noise(1_500_000)).unwrap();
    fs::hard_link(desk.path("tree/a/file"), desk.path("tree/b/one")).unwrap();
    fs::hard_link(desk.path("tree/a/file"), desk.path("tree/b/two")).unwrap();
    symlink("../a/file", desk.path("tree/b/link")).unwrap();
    desk.seal(&desk.path("tree"));
    desk
}

#[test]
fn another_name_of_a_file_that_is_not_selected_still_has_its_content() {
    let desk = linked_desk();
    let selection = Selection::new(&["tree/b".into()]).unwrap();
    let report = desk.restore_with(&selection, Conflict::Fail, false).unwrap();
    assert_eq!(report.verdict, RestoreVerdict::Complete, "{report:?}");
    assert_eq!(names(&desk.path("out/tree")), ["b", "b/link", "b/one", "b/two"]);
    assert!(fs::read(desk.path("out/tree/b/two")).unwrap() == noise(1_500_000));
    let inode = |name: &str| fs::metadata(desk.path("out/tree/b").join(name)).unwrap().ino();
    assert_eq!(inode("one"), inode("two"));
}

#[test]
fn a_hard_link_never_leads_to_a_file_that_was_there_before() {
    let desk = linked_desk();
    fs::create_dir_all(desk.path("out/tree/a")).unwrap();
    fs::write(desk.path("out/tree/a/file"), "somebody else's").unwrap();
    let report = desk.restore(Conflict::Skip).unwrap();
    assert_eq!(report.verdict, RestoreVerdict::Incomplete, "{report:?}");
    assert_eq!(report.skipped, ["tree/a/file"]);
    assert_eq!(report.lost.len(), 2, "{report:?}");
    assert!(!desk.path("out/tree/b/one").exists());
}

#[test]
fn a_file_that_is_kept_gets_the_further_names_that_are_missing() {
    let desk = linked_desk();
    desk.restore(Conflict::Fail).unwrap();
    fs::remove_file(desk.path("out/tree/b/one")).unwrap();
    let report = desk.restore_with(&Selection::all(), Conflict::Fail, true).unwrap();
    assert_eq!(report.verdict, RestoreVerdict::Complete, "{report:?}");
    assert_eq!((report.kept, report.links), (3, 1), "{report:?}");
    let inode = |name: &str| fs::metadata(desk.path("out/tree").join(name)).unwrap().ino();
    assert_eq!(inode("a/file"), inode("b/one"));
}

#[test]
fn further_names_of_a_file_that_is_not_right_are_not_kept() {
    let desk = linked_desk();
    desk.restore(Conflict::Fail).unwrap();
    File::options().write(true).open(desk.path("out/tree/a/file")).unwrap().set_len(9).unwrap();
    let report = desk.restore_with(&Selection::all(), Conflict::Replace, true).unwrap();
    assert_eq!((report.kept, report.files, report.links), (1, 1, 2), "{report:?}");
    assert!(fs::read(desk.path("out/tree/b/two")).unwrap() == noise(1_500_000));
}

#[test]
fn links_follow_the_conflict_policy_too() {
    let desk = linked_desk();
    fs::create_dir_all(desk.path("out/tree/b")).unwrap();
    fs::write(desk.path("out/tree/b/link"), "mine").unwrap();
    assert!(matches!(desk.restore(Conflict::Fail), Err(EngineError::Conflict { .. })));
    let report = desk.restore(Conflict::KeepBoth).unwrap();
    assert_eq!(report.renamed, ["tree/b/link is now tree/b/link (restored 1)"]);
    assert!(desk.path("out/tree/b/link (restored 1)").is_symlink());
    assert_eq!(fs::read_to_string(desk.path("out/tree/b/link")).unwrap(), "mine");
    let report = desk.restore(Conflict::Replace).unwrap();
    assert_eq!(report.verdict, RestoreVerdict::Complete, "{report:?}");
    assert!(desk.path("out/tree/b/link").is_symlink());
    let report = desk.restore_with(&Selection::all(), Conflict::Fail, true).unwrap();
    assert_eq!((report.kept, report.files, report.links), (4, 0, 0), "{report:?}");
}

#[test]
fn what_is_printed_is_the_file_with_its_holes_whatever_its_name() {
    let desk = Desk::new();
    fs::create_dir(desk.path("tree")).unwrap();
    let file = File::create(desk.path("tree/sparse")).unwrap();
    file.write_all_at(&noise(70_000), 2_000_000).unwrap();
    file.set_len(3_000_000).unwrap();
    fs::hard_link(desk.path("tree/sparse"), desk.path("tree/twin")).unwrap();
    desk.seal(&desk.path("tree"));
    let set = desk.set();
    let contents = set.unlock(&desk.key(&set)).unwrap();
    for name in ["tree/sparse", "tree/twin"] {
        let mut printed = Vec::new();
        assert_eq!(cat(&contents, name, &mut printed).unwrap(), 3_000_000);
        assert!(printed == fs::read(desk.path(name)).unwrap(), "{name} differs");
    }
    let absent = cat(&contents, "tree/none", &mut Vec::new());
    assert!(matches!(absent, Err(EngineError::NoSuchEntry { .. })));
}

#[test]
fn an_archive_written_into_the_sealed_folder_does_not_hold_itself() {
    let desk = Desk::new();
    fs::create_dir_all(desk.path("archive")).unwrap();
    fs::write(desk.path("archive/file"), noise(2_000_000)).unwrap();
    let sealed = desk.seal(&desk.path("archive"));
    assert_eq!(sealed.bytes_in, 2_000_000);
    desk.restore(Conflict::Fail).unwrap();
    assert_eq!(names(&desk.path("out")), ["archive", "archive/file"]);
}

/// Changes a byte of a file as soon as it has its final name: a disk that loses what was written.
struct Rots(std::path::PathBuf, std::sync::atomic::AtomicBool);

impl Rots {
    fn new(path: std::path::PathBuf) -> Self {
        Self(path, false.into())
    }
}

impl Observer for Rots {
    fn progress(&self, _: Progress) {}

    fn is_cancelled(&self) -> bool {
        if self.0.exists() && !self.1.swap(true, std::sync::atomic::Ordering::Relaxed) {
            let file = File::options().write(true).open(&self.0).unwrap();
            file.write_all_at(&[0xee; 3], 70_000).unwrap();
        }
        false
    }
}

fn no_links() -> TargetTraits {
    TargetTraits { hardlinks: false, ..TargetTraits::plain("here") }
}

#[test]
fn a_copy_gets_its_name_only_if_it_is_what_the_archive_says() {
    let desk = linked_desk();
    let rots = Rots::new(desk.path("out/tree/a/file"));
    let report = desk.restore_onto(&Choices::default(), no_links(), &rots).unwrap();
    assert_eq!(report.verdict, RestoreVerdict::Damaged, "{report:?}");
    let damaged: Vec<&str> = report.damaged.iter().map(|file| file.path.as_str()).collect();
    assert_eq!(damaged, ["tree/a/file", "tree/b/one", "tree/b/two"]);
    assert_eq!((report.files, report.links), (0, 1), "{report:?}");
    // The file that is not right has lost its name, and no copy of it got one.
    let found = names(&desk.path("out/tree"));
    let expected = ["a", "a/file.damaged", "a/file.damaged.map.json", "b", "b/link"];
    assert_eq!(found, expected);
}

#[test]
fn copies_have_the_holes_of_the_file_and_are_kept_by_a_later_run() {
    let desk = Desk::new();
    fs::create_dir(desk.path("tree")).unwrap();
    let file = File::create(desk.path("tree/sparse")).unwrap();
    file.write_all_at(&noise(70_000), 2_000_000).unwrap();
    file.set_len(3_000_000).unwrap();
    fs::hard_link(desk.path("tree/sparse"), desk.path("tree/twin")).unwrap();
    desk.seal(&desk.path("tree"));
    let choices = Choices { reread: true, ..Choices::default() };
    let report = desk.restore_onto(&choices, no_links(), &Unwatched).unwrap();
    assert_eq!(report.verdict, RestoreVerdict::Complete, "{report:?}");
    assert_eq!(report.reread.unwrap().damaged, 0);
    let facts = |name: &str| fs::metadata(desk.path("out/tree").join(name)).unwrap();
    assert!(facts("sparse").ino() != facts("twin").ino());
    assert!(facts("twin").blocks() * 512 < 1_000_000, "{:?}", facts("twin"));
    let original = fs::read(desk.path("tree/twin")).unwrap();
    assert!(fs::read(desk.path("out/tree/twin")).unwrap() == original);
    let again = Choices { resume: true, ..Choices::default() };
    let report = desk.restore_onto(&again, no_links(), &Unwatched).unwrap();
    assert_eq!((report.kept, report.files, report.links), (2, 0, 0), "{report:?}");
    // A copy that is not right is in the way as anything else.
    File::options().write(true).open(desk.path("out/tree/twin")).unwrap().set_len(9).unwrap();
    let refused = desk.restore_onto(&again, no_links(), &Unwatched).unwrap_err();
    assert!(matches!(refused, EngineError::Conflict { .. }), "{refused}");
}

#[test]
fn a_file_that_somebody_wrote_to_gets_no_further_name() {
    let desk = linked_desk();
    let rots = Rots::new(desk.path("out/tree/a/file"));
    let report = desk.restore_onto(&Choices::default(), TargetTraits::plain("here"), &rots);
    let report = report.unwrap();
    assert_eq!(report.verdict, RestoreVerdict::Incomplete, "{report:?}");
    assert_eq!(report.lost.len(), 2, "{report:?}");
    assert!(report.lost[0].contains("somebody changed"), "{report:?}");
    assert!(!desk.path("out/tree/b/one").exists());
}
