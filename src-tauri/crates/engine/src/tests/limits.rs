//! Targets that cannot hold all that an archive does.

use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{MetadataExt, symlink};

use super::desk::{Desk, names};
use crate::EngineError;
use crate::files::TargetTraits;
use crate::names::{NamePolicy, NameRules};
use crate::observer::Unwatched;
use crate::restore::{Choices, RestoreReport, RestoreVerdict};

/// What a stick with FAT is.
fn fat() -> TargetTraits {
    TargetTraits {
        file_system: "FAT".to_owned(),
        names: NameRules::PORTABLE,
        file_bytes_max: 5000,
        symlinks: false,
        hardlinks: false,
        xattrs: false,
        acls: false,
        modes: false,
        fine_times: false,
        holes: false,
    }
}

fn desk() -> Desk {
    let desk = Desk::new();
    let tree = desk.path("tree");
    fs::create_dir_all(tree.join("a:b")).unwrap();
    fs::create_dir_all(tree.join("A:b")).unwrap();
    fs::write(tree.join("a:b/Readme"), "one").unwrap();
    fs::write(tree.join("a:b/README"), "two").unwrap();
    fs::write(tree.join("A:b/plain"), "three").unwrap();
    fs::write(tree.join(std::ffi::OsStr::from_bytes(b"\xff")), "four").unwrap();
    desk
}

fn onto(
    desk: &Desk,
    names: NamePolicy,
    traits: TargetTraits,
) -> Result<RestoreReport, EngineError> {
    desk.restore_onto(&Choices { names, ..Choices::default() }, traits, &Unwatched)
}

#[test]
fn names_are_translated_and_the_map_brings_every_one_back() {
    let desk = desk();
    desk.seal(&desk.path("tree"));
    let report = onto(&desk, NamePolicy::Auto, fat()).unwrap();
    assert_eq!(report.verdict, RestoreVerdict::Complete, "{report:?}");
    assert_eq!((report.files, report.translated), (4, 4));
    let out = desk.path("out");
    let map = report.names_map.unwrap();
    assert_eq!(
        names(&out),
        [
            map.as_str(),
            "tree",
            "tree/%FF",
            "tree/A%3Ab",
            "tree/A%3Ab/plain",
            "tree/a%3Ab%~1",
            "tree/a%3Ab%~1/README",
            "tree/a%3Ab%~1/Readme%~1",
        ]
    );
    let text = fs::read_to_string(out.join(&map)).unwrap();
    let mut lines: Vec<serde_json::Value> =
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines[0]["archive"], desk.set().settings().archive.to_string());
    // By hand, as names-1 N11 says: the longest names first.
    let plain = |text: &str| {
        let mut bytes = Vec::new();
        let mut rest = text.as_bytes();
        while let Some((byte, tail)) = rest.split_first() {
            let digits = std::str::from_utf8(&tail[..tail.len().min(2)]).unwrap_or_default();
            match (byte, u8::from_str_radix(digits, 16)) {
                (b'%', Ok(own)) => {
                    bytes.push(own);
                    rest = &tail[2..];
                }
                _ => {
                    bytes.push(*byte);
                    rest = tail;
                }
            }
        }
        std::path::PathBuf::from(std::ffi::OsStr::from_bytes(&bytes))
    };
    lines.sort_by_key(|line| std::cmp::Reverse(line["name"].as_str().map(str::len)));
    for line in lines.iter().filter(|line| line["name"].is_string()) {
        let name = out.join(plain(line["name"].as_str().unwrap()));
        let own = plain(line["path"].as_str().unwrap());
        fs::rename(&name, name.with_file_name(own.file_name().unwrap())).unwrap();
    }
    fs::remove_file(out.join(&map)).unwrap();
    assert_eq!(names(&out.join("tree")), names(&desk.path("tree")));
    assert_eq!(fs::read_to_string(out.join("tree/a:b/Readme")).unwrap(), "one");
}

#[test]
fn a_target_that_takes_every_name_gets_every_name_and_no_map() {
    let desk = desk();
    fs::write(desk.path("tree/100%41"), "").unwrap();
    desk.seal(&desk.path("tree"));
    let report = desk.restore(crate::files::Conflict::Fail).unwrap();
    assert_eq!((report.translated, report.names_map), (0, None));
    assert_eq!(names(&desk.path("out/tree")), names(&desk.path("tree")));
    fs::remove_dir_all(desk.path("out")).unwrap();
    let plain = TargetTraits::plain("here");
    let report = onto(&desk, NamePolicy::Portable, plain).unwrap();
    assert_eq!(report.translated, 5);
    assert!(desk.path("out/tree/100%2541").exists());
}

#[test]
fn names_that_must_stay_stop_a_restore_before_anything_is_written() {
    let desk = desk();
    desk.seal(&desk.path("tree"));
    let refused = onto(&desk, NamePolicy::Keep, fat()).unwrap_err();
    assert!(matches!(refused, EngineError::Names { more: 3, .. }), "{refused}");
    assert!(!desk.path("out").exists());
    onto(&desk, NamePolicy::Keep, TargetTraits::plain("here")).unwrap();
}

#[test]
fn what_a_target_cannot_hold_is_named_and_what_it_can_comes() {
    let desk = Desk::new();
    let tree = desk.path("tree");
    fs::create_dir(&tree).unwrap();
    fs::write(tree.join("large"), vec![7; 5001]).unwrap();
    fs::write(tree.join("small"), "small").unwrap();
    fs::hard_link(tree.join("small"), tree.join("twin")).unwrap();
    symlink("some/where", tree.join("link")).unwrap();
    desk.seal(&tree);
    let choices = Choices { reread: true, ..Choices::default() };
    let report = desk.restore_onto(&choices, fat(), &Unwatched).unwrap();
    assert_eq!(report.verdict, RestoreVerdict::Incomplete);
    assert_eq!(report.lost.len(), 2, "{:?}", report.lost);
    assert!(report.lost[0].starts_with("tree/large: a file of 5001 bytes"), "{:?}", report.lost);
    assert!(report.lost[1].starts_with("symbolic links"), "{:?}", report.lost);
    let out = desk.path("out");
    let map = report.names_map.unwrap();
    assert_eq!(names(&out), [map.as_str(), "tree", "tree/small", "tree/twin"]);
    let text = fs::read_to_string(out.join(map)).unwrap();
    assert!(text.contains(r#"{"path":"tree/link","link":"some/where"}"#), "{text}");
    // A copy, where there are no further names; it is read again like everything else.
    let inode = |name: &str| fs::metadata(out.join("tree").join(name)).unwrap().ino();
    assert_ne!(inode("small"), inode("twin"));
    assert_eq!(fs::read_to_string(out.join("tree/twin")).unwrap(), "small");
    let reread = report.reread.unwrap();
    assert_eq!((reread.direct + reread.forgotten, reread.damaged), (2, 0));
}

#[test]
fn a_later_restore_keeps_what_the_map_has_of_others() {
    use crate::files::Conflict;
    use crate::selection::Selection;
    let desk = desk();
    desk.seal(&desk.path("tree"));
    let part = |pattern: &str| Selection::new(&[pattern.to_owned()]).unwrap();
    let choices = Choices { names: NamePolicy::Portable, ..Choices::default() };
    let first = desk.restore_part(&part("tree/A:b/**"), Conflict::Skip, &choices).unwrap();
    let second = desk.restore_part(&part("tree/a:b/**"), Conflict::Skip, &choices).unwrap();
    assert_eq!(first.names_map, second.names_map);
    let text = fs::read_to_string(desk.path("out").join(second.names_map.unwrap())).unwrap();
    for path in ["tree/A:b", "tree/a:b", "tree/a:b/Readme"] {
        assert!(text.contains(&format!("{{\"path\":\"{path}\",")), "{path} in {text}");
    }
    assert!(desk.path("out/tree/A%3Ab/plain").exists());
    assert!(desk.path("out/tree/a%3Ab%~1/Readme%~1").exists());
    assert_eq!(text.lines().count(), 4);
}
