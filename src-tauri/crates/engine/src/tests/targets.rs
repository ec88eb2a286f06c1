//! Targets that somebody prepared, and names that somebody chose.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};

use super::desk::{Desk, names, noise};
use crate::EngineError;
use crate::files::{Conflict, real_path};
use crate::restore::RestoreVerdict;
use crate::selection::Selection;

/// `tree` with three files, of which `tree/b` is damaged on the medium.
fn damaged_desk(more: &[(&str, &str)]) -> Desk {
    let desk = Desk::new();
    fs::create_dir(desk.path("tree")).unwrap();
    for name in ["a", "b", "c"] {
        fs::write(desk.path("tree").join(name), noise(3 << 20)).unwrap();
    }
    for (name, text) in more {
        fs::write(desk.path("tree").join(name), text).unwrap();
    }
    let sealed = desk.seal(&desk.path("tree"));
    let set = desk.set();
    let records = set.index_page(0).unwrap();
    let segment = records.iter().find(|r| r.kind == archive::FrameKind::Segment && r.number == 4);
    desk.damage(&sealed, segment.unwrap().offset + 56, 10);
    desk
}

#[test]
fn a_link_that_takes_the_place_of_an_approved_target_is_not_followed() {
    let desk = Desk::new();
    fs::write(desk.path("file"), "something").unwrap();
    desk.seal(&desk.path("file"));
    fs::create_dir_all(desk.path("elsewhere/out")).unwrap();
    symlink(desk.path("elsewhere"), desk.path("out")).unwrap();
    let refused = desk.restore(Conflict::Fail).unwrap_err();
    assert!(matches!(refused, EngineError::TargetLink { .. }), "{refused}");
    assert_eq!(names(&desk.path("elsewhere")), ["out"]);
    // Nor one above it, whether or not the target itself is there.
    fs::remove_file(desk.path("out")).unwrap();
    for target in ["mount/out", "mount/new/deep"] {
        symlink(desk.path("elsewhere"), desk.path("mount")).unwrap();
        let refused = desk.restore_to(&desk.path(target)).unwrap_err();
        assert!(matches!(refused, EngineError::TargetLink { .. }), "{refused}");
        fs::remove_file(desk.path("mount")).unwrap();
    }
    assert_eq!(names(&desk.path("elsewhere")), ["out"]);
    desk.restore_to(&desk.path("mount/new/deep")).unwrap();
    assert_eq!(fs::read_to_string(desk.path("mount/new/deep/file")).unwrap(), "something");
}

#[test]
fn a_plan_names_the_folder_itself_and_no_link_to_it() {
    let desk = Desk::new();
    let real = fs::canonicalize(desk.dir.path()).unwrap();
    fs::create_dir(desk.path("folder")).unwrap();
    symlink("folder", desk.path("link")).unwrap();
    symlink("nowhere", desk.path("dangling")).unwrap();
    for (given, wanted) in [
        ("folder", "folder"),
        ("link", "folder"),
        ("link/new/deep", "folder/new/deep"),
        ("folder/../link/.", "folder"),
        ("new", "new"),
    ] {
        assert_eq!(real_path(&desk.path(given)).unwrap(), real.join(wanted), "{given}");
    }
    for refused in ["dangling", "dangling/below", "new/../../escape"] {
        assert!(real_path(&desk.path(refused)).is_err(), "{refused}");
    }
}

#[test]
fn an_archive_puts_nothing_into_a_quarantine_and_says_so() {
    let desk = Desk::new();
    let names_of_ours = [".strongroom-00000000", ".STRONGROOM-x", "tree"];
    for name in names_of_ours {
        fs::create_dir(desk.path(name)).unwrap();
        fs::write(desk.path(name).join("1"), "planted").unwrap();
    }
    desk.seal_all(&names_of_ours.map(|name| desk.path(name)));
    let report = desk.restore(Conflict::Fail).unwrap();
    assert_eq!(report.verdict, RestoreVerdict::Incomplete);
    assert_eq!(report.lost.len(), 4, "{report:?}");
    assert_eq!(names(&desk.path("out")), ["tree", "tree/1"]);
}

#[test]
fn a_quarantine_is_a_folder_that_this_run_made_itself() {
    let desk = Desk::new();
    fs::write(desk.path("file"), "something").unwrap();
    desk.seal(&desk.path("file"));
    let stem = format!(".strongroom-{}", &desk.set().settings().archive.to_string()[..8]);
    fs::create_dir(desk.path("out")).unwrap();
    fs::create_dir(desk.path("elsewhere")).unwrap();
    fs::set_permissions(desk.path("elsewhere"), fs::Permissions::from_mode(0o777)).unwrap();
    // A link under the first name is neither used nor removed; a left-over is removed.
    symlink(desk.path("elsewhere"), desk.path("out").join(format!("{stem}-1"))).unwrap();
    let left_over = desk.path("out").join(format!("{stem}-2"));
    fs::create_dir(&left_over).unwrap();
    fs::write(left_over.join("7"), "half a file").unwrap();
    desk.restore(Conflict::Fail).unwrap();
    assert_eq!(names(&desk.path("out")), [format!("{stem}-1"), "file".to_owned()]);
    assert!(names(&desk.path("elsewhere")).is_empty());
}

#[test]
fn what_is_whole_keeps_its_name_though_it_is_called_damaged() {
    let more = [("b.damaged", "whole"), ("b.damaged (restored 1).map.json", "also whole")];
    let desk = damaged_desk(&more);
    let report = desk.restore(Conflict::Fail).unwrap();
    assert_eq!(report.verdict, RestoreVerdict::Damaged, "{report:?}");
    assert_eq!(report.damaged[0].published, "tree/b.damaged (restored 2)");
    for (name, text) in more {
        assert_eq!(fs::read_to_string(desk.path("out/tree").join(name)).unwrap(), text);
    }
    assert!(desk.path("out/tree/b.damaged (restored 2).map.json").exists());
}

#[test]
fn a_resumed_restore_replaces_its_own_damage_and_nobody_elses_files() {
    let desk = damaged_desk(&[]);
    let resumed = || desk.restore_with(&Selection::all(), Conflict::Fail, true).unwrap();
    fs::create_dir_all(desk.path("out/tree")).unwrap();
    fs::write(desk.path("out/tree/b.damaged"), "mine").unwrap();
    fs::write(desk.path("out/tree/b.damaged.map.json"), "{\"path\": \"tree/b\"}").unwrap();
    for _ in 0..2 {
        let report = resumed();
        assert_eq!(report.damaged[0].published, "tree/b.damaged (restored 1)", "{report:?}");
        assert_eq!(fs::read_to_string(desk.path("out/tree/b.damaged")).unwrap(), "mine");
        let map = fs::read_to_string(desk.path("out/tree/b.damaged.map.json")).unwrap();
        assert_eq!(map, "{\"path\": \"tree/b\"}");
    }
    assert_eq!(names(&desk.path("out")).len(), 7, "{:?}", names(&desk.path("out")));
}
