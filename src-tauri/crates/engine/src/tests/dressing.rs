//! Owners, access lists, attributes and times of what is restored.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::Path;
use std::time::{Duration, SystemTime};

use rustix::fs::{XattrFlags, lgetxattr, lsetxattr};

use super::desk::Desk;
use crate::files::{Dressing, OwnerRule, Owning, TargetTraits};
use crate::observer::{Observer, Phase, Progress, Unwatched};
use crate::restore::{Choices, RestoreReport};

const ACCESS: &str = "system.posix_acl_access";
const DEFAULT: &str = "system.posix_acl_default";

/// `user::rw-,user:1234:rw-,group::r--,mask::rw-,other::---`
fn list() -> Vec<u8> {
    let rights: [(u16, u16, u32); 5] = [
        (0x01, 6, u32::MAX),
        (0x02, 6, 1234),
        (0x04, 4, u32::MAX),
        (0x10, 6, u32::MAX),
        (0x20, 0, u32::MAX),
    ];
    let mut value = 2_u32.to_le_bytes().to_vec();
    for (whose, bits, id) in rights {
        value.extend(whose.to_le_bytes());
        value.extend(bits.to_le_bytes());
        value.extend(id.to_le_bytes());
    }
    value
}

fn attribute(path: &Path, name: &str) -> Option<Vec<u8>> {
    let mut value = vec![0; 4096];
    let length = lgetxattr(path, name, &mut value[..]).ok()?;
    value.truncate(length);
    Some(value)
}

/// `tree` with access lists and attributes; none where this file system keeps none.
fn desk() -> Option<Desk> {
    let desk = Desk::new();
    let tree = desk.path("tree");
    fs::create_dir(&tree).unwrap();
    fs::write(tree.join("file"), "text").unwrap();
    fs::write(tree.join("other"), "text").unwrap();
    let set = |path: &Path, name: &str, value: &[u8]| {
        lsetxattr(path, name, value, XattrFlags::empty()).ok()
    };
    set(&tree.join("file"), "user.note", b"kept \x00 as it is")?;
    set(&tree.join("file"), ACCESS, &list())?;
    set(&tree, DEFAULT, &list())?;
    let past = SystemTime::UNIX_EPOCH + Duration::new(1_000_000_001, 987_654_321);
    fs::File::open(&tree).unwrap().set_modified(past).unwrap();
    desk.seal(&tree);
    Some(desk)
}

fn restored(desk: &Desk, owners: OwnerRule) -> RestoreReport {
    let dressing = Dressing { owners, privileges: false };
    let choices = Choices { dressing, ..Choices::default() };
    desk.restore_onto(&choices, TargetTraits::plain("here"), &Unwatched).unwrap()
}

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

#[test]
fn attributes_and_times_come_back_and_access_lists_follow_the_owners() {
    let Some(desk) = desk() else { return };
    let (file, tree) = (desk.path("out/tree/file"), desk.path("out/tree"));
    let report = restored(&desk, OwnerRule::default());
    assert_eq!(attribute(&file, "user.note").unwrap(), b"kept \x00 as it is");
    assert_eq!(attribute(&file, ACCESS), None);
    assert_eq!(attribute(&tree, DEFAULT), None);
    // The group gets what its own line said, and not all that the list allowed to anybody.
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o640);
    assert_eq!(report.warnings, ["access lists left out: 2 times, first for tree/file"]);
    let found = fs::metadata(&tree).unwrap();
    assert_eq!((found.mtime(), found.mtime_nsec()), (1_000_000_001, 987_654_321));
    fs::remove_dir_all(desk.path("out")).unwrap();
    if is_root() {
        let report = restored(&desk, OwnerRule::new(Owning::ByNumber));
        assert_eq!(attribute(&file, ACCESS), Some(list()));
        assert_eq!(attribute(&tree, DEFAULT), Some(list()));
        assert!(report.warnings.is_empty(), "{report:?}");
        // What was made in a folder with a list of its own is not dressed by it.
        let other = fs::metadata(tree.join("other")).unwrap();
        let own = fs::metadata(desk.path("tree/other")).unwrap();
        assert_eq!((other.mode(), attribute(&tree.join("other"), ACCESS)), (own.mode(), None));
    }
}

#[test]
fn people_get_what_the_table_says_and_strangers_get_nothing() {
    if !is_root() {
        return;
    }
    let desk = Desk::new();
    let tree = desk.path("tree");
    fs::create_dir(&tree).unwrap();
    for (name, user, group) in [("one", 4001, 4002), ("two", 4003, 4002)] {
        fs::write(tree.join(name), name).unwrap();
        chown(tree.join(name), Some(user), Some(group)).unwrap();
    }
    desk.seal(&tree);
    let owner = |name: &str| {
        let found = fs::metadata(desk.path("out/tree").join(name)).unwrap();
        (found.uid(), found.gid())
    };
    let mut table = OwnerRule::new(Owning::ByName);
    table.map_user("4001=5001").unwrap();
    table.map_group("4002=5002").unwrap();
    let report = restored(&desk, table);
    assert_eq!((owner("one"), owner("two")), ((5001, 5002), (0, 5002)));
    // Root has no name on a machine that knows nobody; neither has 4003.
    let told = "owners who are not known here left out: 2 times, first for tree/two";
    assert_eq!(report.warnings, [told]);
    fs::remove_dir_all(desk.path("out")).unwrap();
    restored(&desk, OwnerRule::new(Owning::ByNumber));
    assert_eq!((owner("one"), owner("two")), ((4001, 4002), (4003, 4002)));
    fs::remove_dir_all(desk.path("out")).unwrap();
    restored(&desk, OwnerRule::default());
    assert_eq!((owner("one"), owner("two")), ((0, 0), (0, 0)));
}

#[test]
fn what_an_earlier_run_left_undressed_is_dressed_and_what_is_dressed_is_not_touched() {
    let desk = Desk::new();
    let tree = desk.path("tree");
    fs::create_dir(&tree).unwrap();
    for name in ["bare", "dressed"] {
        fs::write(tree.join(name), "text").unwrap();
        fs::set_permissions(tree.join(name), fs::Permissions::from_mode(0o640)).unwrap();
        let past = SystemTime::UNIX_EPOCH + Duration::new(1_000_000_001, 987_654_321);
        fs::File::options().write(true).open(tree.join(name)).unwrap().set_modified(past).unwrap();
    }
    std::os::unix::fs::symlink("bare", tree.join("link")).unwrap();
    desk.seal(&tree);
    restored(&desk, OwnerRule::default());
    let out = |name: &str| desk.path("out/tree").join(name);
    let facts = |name: &str| fs::symlink_metadata(out(name)).unwrap();
    // As if the run had been killed between the name and the rest.
    fs::set_permissions(out("bare"), fs::Permissions::from_mode(0o600)).unwrap();
    let later = SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000);
    fs::File::options().write(true).open(out("bare")).unwrap().set_modified(later).unwrap();
    fs::remove_file(out("link")).unwrap();
    std::os::unix::fs::symlink("bare", out("link")).unwrap();
    let before = facts("dressed");
    let choices = Choices { resume: true, ..Choices::default() };
    let report = desk.restore_onto(&choices, TargetTraits::plain("here"), &Unwatched).unwrap();
    assert_eq!((report.kept, report.files), (3, 0), "{report:?}");
    let original = |name: &str| fs::symlink_metadata(tree.join(name)).unwrap();
    for name in ["bare", "dressed", "link"] {
        let (found, wanted) = (facts(name), original(name));
        assert_eq!(found.mtime(), wanted.mtime(), "{name}");
        assert_eq!(found.mode() & 0o777, wanted.mode() & 0o777, "{name}");
    }
    let after = facts("dressed");
    assert_eq!((before.ctime(), before.ctime_nsec()), (after.ctime(), after.ctime_nsec()));
}

/// Puts something else in the place of kept things, when all is restored and nothing dressed yet.
struct Swapping<'a>(&'a Desk);

impl Observer for Swapping<'_> {
    fn progress(&self, _: Progress) {}

    fn phase(&self, phase: Phase) {
        if phase == Phase::Syncing {
            for name in ["file", "link"] {
                fs::rename(self.0.path("planted"), self.0.path("out/tree").join(name)).unwrap();
                fs::write(self.0.path("planted"), "text").unwrap();
            }
        }
    }
}

#[test]
fn what_somebody_puts_in_the_place_of_a_kept_file_gets_no_rights_of_it() {
    let desk = Desk::new();
    let tree = desk.path("tree");
    fs::create_dir(&tree).unwrap();
    for name in ["file", "second"] {
        fs::write(tree.join(name), "text").unwrap();
        fs::set_permissions(tree.join(name), fs::Permissions::from_mode(0o4755)).unwrap();
    }
    std::os::unix::fs::symlink("file", tree.join("link")).unwrap();
    desk.seal(&tree);
    restored(&desk, OwnerRule::default());
    // The same text, and not the same file.
    fs::write(desk.path("planted"), "text").unwrap();
    fs::set_permissions(desk.path("planted"), fs::Permissions::from_mode(0o600)).unwrap();
    let dressing = Dressing { owners: OwnerRule::new(Owning::ByNumber), privileges: true };
    let choices = Choices { dressing, resume: true, ..Choices::default() };
    let traits = TargetTraits::plain("here");
    let report = desk.restore_onto(&choices, traits, &Swapping(&desk)).unwrap();
    assert_eq!((report.kept, report.files), (3, 0), "{report:?}");
    let mode = |name: &str| {
        fs::symlink_metadata(desk.path("out/tree").join(name)).unwrap().mode() & 0o7777
    };
    assert_eq!((mode("file"), mode("second")), (0o600, 0o4755));
    assert_ne!(mode("link") & 0o7000, 0o4000);
    let told = report.warnings.join("; ");
    assert!(told.contains("somebody changed it") && told.contains("tree/file"), "{told}");
}

#[test]
fn a_kept_file_with_another_name_made_in_this_run_is_dressed() {
    let desk = Desk::new();
    let tree = desk.path("tree");
    fs::create_dir(&tree).unwrap();
    fs::write(tree.join("file"), "text").unwrap();
    fs::set_permissions(tree.join("file"), fs::Permissions::from_mode(0o4755)).unwrap();
    fs::hard_link(tree.join("file"), tree.join("name")).unwrap();
    desk.seal(&tree);
    restored(&desk, OwnerRule::default());
    fs::remove_file(desk.path("out/tree/name")).unwrap();
    let dressing = Dressing { owners: OwnerRule::new(Owning::ByNumber), privileges: true };
    let choices = Choices { dressing, resume: true, ..Choices::default() };
    desk.restore_onto(&choices, TargetTraits::plain("here"), &Unwatched).unwrap();
    let found = fs::metadata(desk.path("out/tree/file")).unwrap();
    assert_eq!((found.mode() & 0o7777, found.nlink()), (0o4755, 2));
}
