//! The golden archives of version 1, as they were made; see `tests/golden/README.md`.
//!
//! They were written once, with `STRONGROOM_WRITE_GOLDEN=1`, and are never written again: what was
//! sealed in this version must open in every later one.

use std::fs;
use std::path::{Path, PathBuf};

use secret::Secret;
use terms::Digest;

use super::press::{entry, file, noise, seal_entries, settings};
use crate::{Entry, EntryKind, EntryPath, Hole, Parity, Settings, StationKey, Xattr};

struct Golden {
    name: &'static str,
    settings: Settings,
    entries: Vec<Entry>,
    content: Vec<u8>,
    station: Option<StationKey>,
}

fn golden(name: &'static str, archive: u8, files: &[(&str, Vec<u8>)]) -> Golden {
    let content = files.iter().flat_map(|(_, bytes)| bytes.clone()).collect();
    let mut position = 0;
    let entries = files.iter().map(|(name, bytes)| {
        let entry = file(name, position, bytes);
        position += bytes.len() as u64;
        entry
    });
    let (entries, settings) = (entries.collect(), settings(archive));
    Golden { name, settings, entries, content, station: None }
}

/// Every kind of entry, and every field used.
fn tree() -> Golden {
    let (text, note) = (b"the quick brown fox ".repeat(5000), b"a note".to_vec());
    let mut position = 0;
    let mut place = |path: &str, bytes: &[u8]| {
        position += bytes.len() as u64;
        file(path, position - bytes.len() as u64, bytes)
    };
    let odd = |mut entry: Entry, path: &[u8]| {
        entry.path = EntryPath::new(path).unwrap();
        entry
    };
    let mut entries = vec![
        entry("tree", EntryKind::Directory),
        entry("tree/deep", EntryKind::Directory),
        entry("tree/deep/er", EntryKind::Directory),
        place("tree/deep/er/empty", b""),
        place("tree/fox.txt", &text),
        entry("tree/hard", EntryKind::Hardlink { to: EntryPath::new("tree/fox.txt").unwrap() }),
        entry("tree/link", EntryKind::Symlink { target: b"../else/where".to_vec() }),
        place("tree/note", &note),
        place("tree/sparse", b"island"),
        odd(place("x", &[0xff; 300]), b"tree/\xff\xfe name"),
    ];
    entries[0].mode = 0o750;
    entries[0].owner_names = Some(["anna".into(), "staff".into()]);
    entries[4].mtime = -1_000_000_000;
    entries[4].mtime_nanos = 999_999_999;
    entries[4].owner = [0, u32::MAX];
    entries[7].mode = 0o4755;
    let xattr = |name: &[u8], value: &[u8]| Xattr { name: name.to_vec(), value: value.to_vec() };
    entries[7].xattrs = vec![xattr(b"user.a", b""), xattr(b"user.b", &[0, 1, 2])];
    if let EntryKind::File { size, holes, .. } = &mut entries[8].kind {
        let hole = |offset, length| Hole { offset, length };
        (*size, *holes) = (1_000_006, vec![hole(0, 4096), hole(4102, 995_904)]);
    }
    let station = Some(StationKey::from_secret(&Secret::from_fill(|key| key.fill(6))));
    let content = [&text[..], &note, b"island", &[0xff; 300]].concat();
    let mut settings = settings(0x11);
    settings.checkpoint = Some("strongroom/vault\n12\nAAAA\n\n\u{2014} vault AAAA\n".into());
    Golden { name: "tree", settings, entries, content, station }
}

fn all() -> Vec<Golden> {
    let mut volumes = golden("volumes", 0x14, &[("noise", noise(560_000))]);
    volumes.settings.volume_bytes = Some(512 << 10);
    let mut stream =
        golden("stream", 0x12, &[("dump.sql", b"INSERT INTO t VALUES (1);\n".repeat(9000))]);
    stream.settings.environment = None;
    let mut parity = golden("parity", 0x16, &[("noise", noise(300_000))]);
    let layout = Parity { data: 8, parity: 2, shard_bytes: 8192, interleave: 2 };
    parity.settings.parity = Some(layout);
    vec![
        tree(),
        stream,
        golden("empty", 0x13, &[]),
        volumes,
        golden("incompressible", 0x15, &[("noise", noise(70_000))]),
        parity,
    ]
}

fn describe(entry: &Entry, content: &[u8]) -> String {
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let kind = match &entry.kind {
        EntryKind::File { position, stored, size, holes, digest } => {
            let place = |position: u64| usize::try_from(position).unwrap();
            let bytes = &content[place(*position)..place(position + stored)];
            assert_eq!(Digest::from_bytes(blake3::hash(bytes).into()), *digest);
            let holes: Vec<_> =
                holes.iter().map(|hole| format!("{}+{}", hole.offset, hole.length)).collect();
            format!("file {size} [{}] {digest}", holes.join(" "))
        }
        EntryKind::Directory => "folder".into(),
        EntryKind::Symlink { target } => format!("link {}", hex(target)),
        EntryKind::Hardlink { to } => format!("hard link {}", hex(to.as_bytes())),
    };
    let xattrs: Vec<_> = entry.xattrs.iter().map(|xattr| hex(&xattr.name)).collect();
    let Entry { mode, mtime, mtime_nanos, owner, .. } = entry;
    let path = hex(entry.path.as_bytes());
    let xattrs = xattrs.join(" ");
    format!("{path} {mode:o} {mtime}.{mtime_nanos:09} {}:{} [{xattrs}] {kind}", owner[0], owner[1])
}

fn write(golden: Golden, folder: &Path) {
    fs::create_dir_all(folder).unwrap();
    let Golden { name, settings, entries, content, station } = golden;
    let lines: String = entries.iter().map(|entry| describe(entry, &content) + "\n").collect();
    fs::write(folder.join("contents.txt"), lines).unwrap();
    fs::write(folder.join("seed.txt"), "05".repeat(32) + "\n").unwrap();
    let (volumes, _) = seal_entries(settings, entries, &content, station.as_ref());
    for (number, volume) in (1..).zip(volumes) {
        fs::write(folder.join(format!("{name}.{number:04}.strongroom")), volume).unwrap();
    }
}

#[test]
fn every_golden_archive_is_committed() {
    let golden: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../tests/golden/v1");
    for archive in all() {
        let folder = golden.join(archive.name);
        // Never over one that is there: it is the promise.
        if std::env::var_os("STRONGROOM_WRITE_GOLDEN").is_some() && !folder.exists() {
            write(archive, &folder);
        }
        assert!(folder.join("contents.txt").exists(), "{} is missing", folder.display());
    }
}
