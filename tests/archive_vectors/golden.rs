//! Archives of released format versions, which must open forever.

use std::fs;
use std::path::Path;

use archive::{Entry, EntryKind, ReadAt, Set};
use strongroom_tests::repository;

use crate::reading::{archive_key, segments};

/// The lines that describe an archive's content; see `tests/golden/README.md`.
fn describe(entry: &Entry, content: &[u8]) -> String {
    let kind = match &entry.kind {
        EntryKind::File { position, stored, size, holes, .. } => {
            let place = |position: u64| usize::try_from(position).unwrap();
            let bytes = &content[place(*position)..place(position + stored)];
            let holes: Vec<_> =
                holes.iter().map(|hole| format!("{}+{}", hole.offset, hole.length)).collect();
            format!("file {size} [{}] {}", holes.join(" "), blake3::hash(bytes).to_hex())
        }
        EntryKind::Directory => "folder".into(),
        EntryKind::Symlink { target } => format!("link {}", hex::encode(target)),
        EntryKind::Hardlink { to } => format!("hard link {}", hex::encode(to.as_bytes())),
    };
    let xattrs: Vec<_> = entry.xattrs.iter().map(|xattr| hex::encode(&xattr.name)).collect();
    format!(
        "{} {:o} {}.{:09} {}:{} [{}] {kind}",
        hex::encode(entry.path.as_bytes()),
        entry.mode,
        entry.mtime,
        entry.mtime_nanos,
        entry.owner[0],
        entry.owner[1],
        xattrs.join(" "),
    )
}

fn restored(folder: &Path) -> Vec<String> {
    let seed = fs::read_to_string(folder.join("seed.txt")).unwrap();
    let seed: [u8; 32] = hex::decode(seed.trim()).unwrap().try_into().unwrap();
    let mut volumes: Vec<Box<dyn ReadAt>> = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|end| end == "strongroom") {
            volumes.push(Box::new(fs::read(path).unwrap()));
        }
    }
    let set = Set::open(volumes).unwrap();
    assert!(set.copies_are_whole());
    set.check_index().unwrap();
    let key = archive_key(&set, &seed).unwrap_or_else(|stop| panic!("{}", stop.code));
    let contents = set.unlock(&key).unwrap();
    let mut content = Vec::new();
    segments(&contents, &mut content).unwrap();
    contents.entries().map(|entry| describe(&entry.unwrap(), &content)).collect()
}

#[test]
fn the_golden_archives_of_version_1_open_and_hold_what_they_held() {
    let golden = repository().join("tests/golden/v1");
    let mut opened = 0;
    for entry in fs::read_dir(golden).unwrap() {
        let folder = entry.unwrap().path();
        let expected = fs::read_to_string(folder.join("contents.txt")).unwrap();
        let expected: Vec<_> = expected.lines().map(str::to_owned).collect();
        assert_eq!(restored(&folder), expected, "{}", folder.display());
        opened += 1;
    }
    assert!(opened >= 5, "{opened} golden archives");
}
