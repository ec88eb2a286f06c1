use std::ffi::OsString;
use std::fs::{self, File};
use std::os::unix::ffi::OsStringExt;
use std::os::unix::fs::{FileExt, MetadataExt, PermissionsExt, symlink};

use rustix::fs::XattrFlags;

use super::desk::{Desk, names, noise};
use crate::files::Conflict;
use crate::observer::Unwatched;
use crate::restore::{LostRange, RestoreVerdict};
use crate::selection::Selection;
use crate::verify::{VerifyVerdict, verify};

#[test]
fn every_kind_of_entry_comes_back_as_it_was() {
    let desk = Desk::new();
    let tree = desk.path("tree");
    fs::create_dir_all(tree.join("folder/inner")).unwrap();
    fs::write(tree.join("empty"), "").unwrap();
    fs::write(tree.join("folder/text"), "words ".repeat(300_000)).unwrap();
    fs::write(tree.join("folder/noise"), noise(2_500_000)).unwrap();
    fs::write(tree.join(OsString::from_vec(b"not utf-8 \xff".to_vec())), "x").unwrap();
    symlink("../nowhere", tree.join("folder/link")).unwrap();
    fs::hard_link(tree.join("folder/text"), tree.join("folder/inner/same")).unwrap();
    fs::set_permissions(tree.join("folder/noise"), fs::Permissions::from_mode(0o4751)).unwrap();
    let sparse = File::create(tree.join("sparse")).unwrap();
    sparse.write_all_at(b"begin", 0).unwrap();
    sparse.write_all_at(&noise(100_000), 3_000_000).unwrap();
    sparse.set_len(50_000_000).unwrap();
    let note = rustix::fs::setxattr(tree.join("empty"), "user.note", b"kept", XattrFlags::empty());
    let old = fs::FileTimes::new().set_modified(std::time::UNIX_EPOCH);
    File::open(tree.join("folder")).unwrap().set_times(old).unwrap();

    let sealed = desk.seal(&tree);
    assert!(sealed.warnings.is_empty(), "{:?}", sealed.warnings);
    assert!(sealed.bytes_out < 4_500_000, "holes and text take no room");
    let report = desk.restore(Conflict::Fail).unwrap();
    assert_eq!(report.verdict, RestoreVerdict::Complete, "{report:?}");
    assert_eq!(report.files, 5);
    let out = desk.path("out/tree");
    assert_eq!(names(&out), names(&tree));
    for name in ["empty", "folder/text", "folder/noise", "sparse"] {
        let (was, is) = (tree.join(name), out.join(name));
        assert!(fs::read(&was).unwrap() == fs::read(&is).unwrap(), "{name} differs");
        let (was, is) = (fs::metadata(was).unwrap(), fs::metadata(is).unwrap());
        assert_eq!((was.mtime(), was.mtime_nsec()), (is.mtime(), is.mtime_nsec()), "{name}");
        assert_eq!(was.mode() & 0o777, is.mode() & 0o777, "{name}");
    }
    assert_eq!(
        fs::metadata(out.join("folder/noise")).unwrap().mode() & 0o7000,
        0,
        "setuid came back"
    );
    assert!(fs::metadata(out.join("sparse")).unwrap().blocks() < 3000, "holes were filled");
    assert_eq!(fs::read_link(out.join("folder/link")).unwrap().to_str(), Some("../nowhere"));
    let inode = |name| fs::metadata(out.join(name)).unwrap().ino();
    assert_eq!(inode("folder/text"), inode("folder/inner/same"));
    assert_eq!(fs::metadata(out.join("folder")).unwrap().mtime(), 0, "folders get their time last");
    if note.is_ok() {
        let mut value = [0; 16];
        let len = rustix::fs::getxattr(out.join("empty"), "user.note", &mut value[..]).unwrap();
        assert_eq!(&value[..len], b"kept");
    }
    assert!(!names(&desk.path("out")).iter().any(|name| name.contains(".strongroom")));
}

#[test]
fn volumes_of_a_given_size_are_one_archive() {
    let desk = Desk::new();
    fs::write(desk.path("file"), noise(30 << 20)).unwrap();
    let sealed = desk.seal_sized(&desk.path("file"), Some(12 << 20));
    assert!(sealed.volumes.len() >= 3, "{:?}", sealed.volumes);
    assert_eq!(verify(&desk.set(), &Unwatched).unwrap().verdict, VerifyVerdict::Intact);
    assert_eq!(desk.restore(Conflict::Fail).unwrap().verdict, RestoreVerdict::Complete);
    assert!(fs::read(desk.path("file")).unwrap() == fs::read(desk.path("out/file")).unwrap());
    fs::remove_file(&sealed.volumes[1]).unwrap();
    let report = verify(&desk.set(), &Unwatched).unwrap();
    assert_eq!((report.verdict, report.missing_volumes), (VerifyVerdict::Incomplete, vec![2]));
    let report = desk.restore(Conflict::Replace).unwrap();
    assert_eq!(report.verdict, RestoreVerdict::Damaged);
    assert!(report.damaged[0].cause.contains("volume 2"), "{report:?}");
}

#[test]
fn only_what_is_selected_comes_back() {
    let desk = Desk::new();
    fs::create_dir_all(desk.path("tree/keep")).unwrap();
    for name in ["keep/a", "keep/b", "c"] {
        fs::write(desk.path("tree").join(name), noise(1_500_000)).unwrap();
    }
    desk.seal(&desk.path("tree"));
    let selection = Selection::new(&["tree/keep".into()]).unwrap();
    let report = desk.restore_with(&selection, Conflict::Fail, false).unwrap();
    assert_eq!((report.files, report.bytes), (2, 3_000_000));
    assert_eq!(names(&desk.path("out")), ["tree", "tree/keep", "tree/keep/a", "tree/keep/b"]);
}

#[test]
fn exactly_the_damaged_ranges_are_named() {
    let desk = Desk::new();
    fs::create_dir(desk.path("tree")).unwrap();
    for name in ["a", "b", "c"] {
        fs::write(desk.path("tree").join(name), noise(3 << 20)).unwrap();
    }
    let sealed = desk.seal(&desk.path("tree"));
    let set = desk.set();
    let records = set.index_page(0).unwrap();
    let segment = records.iter().find(|r| r.kind == archive::FrameKind::Segment && r.number == 4);
    // The third chunk of the second megabyte of b.
    desk.damage(&sealed, segment.unwrap().offset + 56 + 2 * 16_400, 10);
    let found = verify(&desk.set(), &Unwatched).unwrap();
    assert_eq!(found.verdict, VerifyVerdict::Damaged);
    assert_eq!(found.damaged.len(), 1);
    assert_eq!(found.damaged[0].segment, Some(4));
    let report = desk.restore(Conflict::Fail).unwrap();
    assert_eq!((report.verdict, report.files), (RestoreVerdict::Damaged, 2));
    let lost = LostRange { offset: (1 << 20) + 32_768, length: 16_384 };
    assert_eq!(report.damaged[0].ranges, [lost]);
    assert_eq!(report.damaged[0].path, "tree/b");
    let expected = ["tree", "tree/a", "tree/b.damaged", "tree/b.damaged.map.json", "tree/c"];
    assert_eq!(names(&desk.path("out")), expected);
    let saved = fs::read(desk.path("out/tree/b.damaged")).unwrap();
    let original = fs::read(desk.path("tree/b")).unwrap();
    let (start, end) = ((1 << 20) + 32_768, (1 << 20) + 49_152);
    assert!(saved[..start] == original[..start] && saved[end..] == original[end..]);
    assert!(saved[start..end].iter().all(|byte| *byte == 0), "unauthenticated bytes came out");
}

#[test]
fn one_damaged_capsule_is_repairable_and_costs_nothing() {
    let desk = Desk::new();
    fs::write(desk.path("file"), noise(100_000)).unwrap();
    let sealed = desk.seal(&desk.path("file"));
    assert_eq!(verify(&desk.set(), &Unwatched).unwrap().verdict, VerifyVerdict::Intact);
    // The capsule follows the superblock and its own preamble.
    desk.damage(&sealed, 4096 + 64 + 100, 8);
    assert_eq!(verify(&desk.set(), &Unwatched).unwrap().verdict, VerifyVerdict::Repairable);
    assert_eq!(desk.restore(Conflict::Fail).unwrap().verdict, RestoreVerdict::Complete);
}
