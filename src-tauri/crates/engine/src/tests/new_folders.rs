//! Folders that the target does not have get their names with all they hold.

use std::fs;
use std::path::Path;
use std::sync::Once;

use super::desk::{Desk, names, noise};
use crate::files::Conflict;
use crate::observer::{Observer, Progress, Unwatched};
use crate::restore::{RestoreReport, RestoreVerdict};

/// More small files than a group has, in folders beside and within each other, and some that are
/// not small or lie across segments.
fn sealed() -> Desk {
    let desk = Desk::new();
    let tree = desk.path("tree");
    let all = noise(3 << 20);
    for folder in ["many", "a", "a/b", "a/b/c", "z"] {
        fs::create_dir_all(tree.join(folder)).unwrap();
        for number in 0..40 {
            let from = number * 7919;
            fs::write(tree.join(folder).join(format!("{number}")), &all[from..from * 2]).unwrap();
        }
    }
    for number in 0..5000 {
        fs::write(tree.join(format!("many/small {number}")), format!("{number}")).unwrap();
    }
    fs::create_dir_all(tree.join("empty/within")).unwrap();
    fs::write(tree.join("z/big"), &all).unwrap();
    fs::hard_link(tree.join("a/7"), tree.join("z/seven")).unwrap();
    desk.seal(&tree);
    desk
}

fn is_restored(desk: &Desk) {
    let (tree, out) = (desk.path("tree"), desk.path("out/tree"));
    let all = names(&tree);
    assert_eq!(names(&out), all, "and nothing else is left");
    for name in all {
        let (original, restored) = (tree.join(&name), out.join(&name));
        if original.is_file() {
            assert!(fs::read(original).unwrap() == fs::read(restored).unwrap(), "{name}");
        }
    }
}

fn complete(report: &RestoreReport, desk: &Desk) {
    assert_eq!(report.verdict, RestoreVerdict::Complete, "{report:?}");
    let all = names(&desk.path("tree"));
    let files = all.iter().filter(|name| desk.path("tree").join(name).is_file()).count();
    assert_eq!(report.files + report.links, files as u64);
    assert_eq!(report.folders, (all.len() - files + 1) as u64, "with the tree itself");
}

#[test]
fn many_small_files_come_back_in_new_folders_and_in_old_ones() {
    let desk = sealed();
    complete(&desk.restore(Conflict::Fail).unwrap(), &desk);
    is_restored(&desk);
    fs::remove_dir_all(desk.path("out")).unwrap();
    // Some folders are there, one of them with a folder of its own missing.
    fs::create_dir_all(desk.path("out/tree/a/b")).unwrap();
    fs::create_dir_all(desk.path("out/tree/z")).unwrap();
    complete(&desk.restore(Conflict::Fail).unwrap(), &desk);
    is_restored(&desk);
}

/// Makes something in the target as soon as a restore has begun.
struct Meddles<'a> {
    once: Once,
    meddle: &'a (dyn Fn() + Sync),
}

impl Observer for Meddles<'_> {
    fn progress(&self, _: Progress) {
        self.once.call_once(self.meddle);
    }
}

fn with_somebody(desk: &Desk, meddle: &(dyn Fn(&Path) + Sync)) -> RestoreReport {
    let out = desk.path("out");
    let meddles = Meddles { once: Once::new(), meddle: &|| meddle(&out) };
    desk.restore_watched(false, &meddles).unwrap()
}

#[test]
fn a_folder_that_somebody_made_meanwhile_is_filled_and_nothing_in_it_is_replaced() {
    let desk = sealed();
    let report = with_somebody(&desk, &|out| {
        fs::create_dir_all(out.join("tree/a")).unwrap();
        fs::write(out.join("tree/a/3"), "somebody's").unwrap();
    });
    assert_eq!(report.verdict, RestoreVerdict::Incomplete, "{report:?}");
    let [lost] = &report.lost[..] else { panic!("{:?}", report.lost) };
    assert!(lost.starts_with("tree/a/3: "), "{lost}");
    assert_eq!(fs::read(desk.path("out/tree/a/3")).unwrap(), b"somebody's");
    fs::copy(desk.path("tree/a/3"), desk.path("out/tree/a/3")).unwrap();
    is_restored(&desk);
}

#[test]
fn a_link_that_somebody_put_in_the_way_leads_nothing_out() {
    let desk = sealed();
    let elsewhere = desk.path("elsewhere");
    fs::create_dir(&elsewhere).unwrap();
    let report = with_somebody(&desk, &|out| {
        fs::create_dir_all(out).unwrap();
        std::os::unix::fs::symlink(&elsewhere, out.join("tree")).unwrap();
    });
    assert_eq!(report.verdict, RestoreVerdict::Incomplete);
    assert_eq!(report.files, 0);
    assert!(names(&elsewhere).is_empty());
}

#[test]
fn damage_in_a_new_folder_never_has_the_name_of_a_whole_file() {
    let desk = Desk::new();
    let tree = desk.path("tree/in");
    fs::create_dir_all(&tree).unwrap();
    for number in 0..30 {
        fs::write(tree.join(format!("{number:02}")), noise(100_000)).unwrap();
    }
    let sealed = desk.seal(&desk.path("tree"));
    let middle = fs::metadata(&sealed.volumes[0]).unwrap().len() / 2;
    desk.damage(&sealed, middle, 10);
    let report = desk.restore(Conflict::Fail).unwrap();
    assert_eq!(report.verdict, RestoreVerdict::Damaged, "{report:?}");
    assert!(!report.damaged.is_empty());
    for damaged in &report.damaged {
        assert!(!desk.path("out").join(&damaged.path).exists());
        assert!(desk.path("out").join(&damaged.published).exists());
    }
    assert_eq!(report.files + report.damaged.len() as u64, 30);
}

#[test]
fn what_is_in_a_new_folder_when_a_restore_is_killed_has_no_name_and_is_cleared_away() {
    let desk = sealed();
    let out = desk.path("out");
    desk.restore(Conflict::Fail).unwrap();
    // As a killed run leaves it: under a name of the same archive's quarantine.
    let tag: String = desk.set().settings().archive.to_string().chars().take(8).collect();
    fs::remove_dir_all(&out).unwrap();
    let quarantine = out.join(format!(".strongroom-{tag}-1"));
    fs::create_dir_all(quarantine.join("folder-3/a/b")).unwrap();
    fs::write(quarantine.join("folder-3/a/half"), "half").unwrap();
    let elsewhere = desk.path("elsewhere");
    fs::create_dir(&elsewhere).unwrap();
    fs::write(elsewhere.join("kept"), "kept").unwrap();
    std::os::unix::fs::symlink(&elsewhere, quarantine.join("folder-3/link")).unwrap();
    complete(&desk.restore_watched(false, &Unwatched).unwrap(), &desk);
    is_restored(&desk);
    assert!(!quarantine.exists());
    assert_eq!(names(&elsewhere), ["kept"], "no link is followed");
}

#[test]
fn folders_in_folders_are_restored_however_deep() {
    let desk = Desk::new();
    let mut at = desk.path("tree");
    for depth in 0..200 {
        at = at.join("d");
        fs::create_dir_all(&at).unwrap();
        fs::write(at.join("f"), format!("{depth}")).unwrap();
        fs::write(at.join("z"), format!("{depth}")).unwrap();
    }
    desk.seal(&desk.path("tree"));
    complete(&desk.restore(Conflict::Fail).unwrap(), &desk);
    is_restored(&desk);
}
