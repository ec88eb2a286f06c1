use std::fs::{self, File};
use std::os::unix::fs::symlink;
use std::path::Path;
use std::time::{Duration, SystemTime};

use super::desk::{Desk, names, noise};
use crate::EngineError;
use crate::files::Conflict;
use crate::restore::RestoreVerdict;
use crate::selection::Selection;

fn sealed_desk() -> Desk {
    let desk = Desk::new();
    fs::create_dir_all(desk.path("tree/folder")).unwrap();
    fs::write(desk.path("tree/folder/a"), noise(100)).unwrap();
    fs::write(desk.path("tree/b"), noise(200)).unwrap();
    desk.seal(&desk.path("tree"));
    desk
}

#[test]
fn a_conflict_stops_everything_before_anything_is_written() {
    let desk = sealed_desk();
    fs::create_dir_all(desk.path("out/tree")).unwrap();
    fs::write(desk.path("out/tree/b"), "mine").unwrap();
    let error = desk.restore(Conflict::Fail).unwrap_err();
    assert!(matches!(error, EngineError::Conflict { .. }), "{error}");
    assert_eq!(names(&desk.path("out")), ["tree", "tree/b"]);
    assert_eq!(fs::read_to_string(desk.path("out/tree/b")).unwrap(), "mine");
}

#[test]
fn each_conflict_policy_does_what_it_says() {
    let desk = sealed_desk();
    fs::create_dir_all(desk.path("out/tree")).unwrap();
    fs::write(desk.path("out/tree/b"), "mine").unwrap();
    let report = desk.restore(Conflict::Skip).unwrap();
    assert_eq!(report.skipped, ["tree/b"]);
    assert_eq!(fs::read_to_string(desk.path("out/tree/b")).unwrap(), "mine");
    let report = desk.restore(Conflict::KeepBoth).unwrap();
    assert_eq!(report.renamed.len(), 2);
    assert_eq!(fs::read(desk.path("out/tree/b (restored 1)")).unwrap(), noise(200));
    assert_eq!(fs::read_to_string(desk.path("out/tree/b")).unwrap(), "mine");
    desk.restore(Conflict::Replace).unwrap();
    assert_eq!(fs::read(desk.path("out/tree/b")).unwrap(), noise(200));
}

#[test]
fn what_is_older_is_replaced_and_what_is_newer_stays() {
    let desk = sealed_desk();
    desk.restore(Conflict::Fail).unwrap();
    let (b, other) = (desk.path("out/tree/b"), desk.path("out/tree/other"));
    let sealed = fs::metadata(&b).unwrap().modified().unwrap();
    let at = |path: &Path, time: SystemTime| {
        fs::write(path, "mine").unwrap();
        File::options().write(true).open(path).unwrap().set_modified(time).unwrap();
    };
    at(&b, sealed + Duration::from_secs(1));
    let report = desk.restore(Conflict::Newer).unwrap();
    assert!(report.skipped.contains(&"tree/b".to_owned()), "{report:?}");
    assert_eq!(fs::read_to_string(&b).unwrap(), "mine");
    at(&b, sealed);
    desk.restore(Conflict::Newer).unwrap();
    assert_eq!(fs::read_to_string(&b).unwrap(), "mine", "of the same time is not older");
    at(&b, sealed - Duration::from_nanos(1));
    at(&other, sealed);
    desk.restore(Conflict::Newer).unwrap();
    assert_eq!(fs::read(&b).unwrap(), noise(200));
    assert_eq!(fs::read_to_string(&other).unwrap(), "mine", "what the archive has not stays");
}

#[test]
fn a_planted_link_never_leads_out_of_the_target() {
    let desk = sealed_desk();
    fs::create_dir_all(desk.path("elsewhere/folder")).unwrap();
    fs::create_dir_all(desk.path("out")).unwrap();
    symlink(desk.path("elsewhere"), desk.path("out/tree")).unwrap();
    for conflict in Conflict::ALL {
        let restored = desk.restore(conflict);
        let complete = restored.is_ok_and(|report| report.verdict == RestoreVerdict::Complete);
        assert!(!complete, "{conflict:?} looked complete");
        assert_eq!(names(&desk.path("elsewhere")), ["folder"]);
    }
}

#[test]
fn a_link_planted_in_place_of_a_file_is_replaced_and_not_followed() {
    let desk = sealed_desk();
    fs::create_dir_all(desk.path("out/tree")).unwrap();
    fs::write(desk.path("precious"), "untouched").unwrap();
    symlink(desk.path("precious"), desk.path("out/tree/b")).unwrap();
    assert!(desk.restore(Conflict::Fail).is_err());
    desk.restore(Conflict::Replace).unwrap();
    assert_eq!(fs::read_to_string(desk.path("precious")).unwrap(), "untouched");
    assert!(!desk.path("out/tree/b").is_symlink());
}

#[test]
fn a_resumed_restore_keeps_what_is_right_and_restores_the_rest() {
    let desk = sealed_desk();
    desk.restore(Conflict::Fail).unwrap();
    fs::remove_file(desk.path("out/tree/folder/a")).unwrap();
    // What a killed run leaves behind.
    let tag = &desk.set().settings().archive.to_string()[..8];
    let quarantine = desk.path("out").join(format!(".strongroom-{tag}"));
    fs::create_dir(&quarantine).unwrap();
    fs::write(quarantine.join("1"), "half a file").unwrap();
    let report = desk.restore_with(&Selection::all(), Conflict::Fail, true).unwrap();
    assert_eq!((report.verdict, report.kept, report.files), (RestoreVerdict::Complete, 1, 1));
    assert_eq!(fs::read(desk.path("out/tree/folder/a")).unwrap(), noise(100));
    assert!(!quarantine.exists());
    fs::write(desk.path("out/tree/b"), noise(199)).unwrap();
    assert!(desk.restore_with(&Selection::all(), Conflict::Fail, true).is_err());
}

#[test]
fn sealing_what_cannot_be_read_leaves_nothing_behind() {
    let desk = Desk::new();
    let missing = desk.path("missing");
    let result = std::panic::catch_unwind(|| desk.seal(&missing));
    assert!(result.is_err());
    assert!(!desk.path("archive").exists());
}
