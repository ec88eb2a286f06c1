//! Content that is sealed rightly and means harm: names, links, modes, holes. Most of it is allowed
//! by the format, which keeps what a file system had; a restore must see to it that none leads
//! anywhere (`tests/archive_vectors/restoring.rs`).

use super::{Vector, vector};
use crate::layout::BLOCK_BYTES;
use crate::superblock::Superblock;
use crate::tests::forge::Change;
use crate::tests::press::entry;
use crate::{Entry, EntryKind, EntryPath, Hole, Xattr};

const FIELD: &str = "SR-ARCHIVE-FIELD";
const ENCODING: &str = "SR-ARCHIVE-ENCODING";

pub(super) fn vectors() -> Vec<Vector> {
    [names(), neighbours(), links(), twins(), kinds(), dress(), holes(), media()]
        .into_iter()
        .flatten()
        .collect()
}

fn allowed(name: &'static str, clause: &'static str, change: fn(&mut Vec<Entry>)) -> Vector {
    vector(name, clause, "none", "-", Change::Entries(change))
}

/// Calls the first file otherwise, and its other name with it.
fn call(entries: &mut [Entry], name: &str) {
    let path = EntryPath::new(name).unwrap();
    entries[0].path = path.clone();
    entries[3].kind = EntryKind::Hardlink { to: path };
}

fn names() -> Vec<Vector> {
    let named = |name, change| allowed(name, "A23", change);
    vec![
        named("name-with-a-drive", |e| call(e, "C:\\Windows\\x")),
        named("name-relative-to-a-drive", |e| call(e, "C:x")),
        named("name-of-a-share", |e| call(e, "\\\\server\\share\\x")),
        named("name-that-climbs-elsewhere", |e| call(e, "..\\..\\x")),
        named("name-reserved-elsewhere", |e| call(e, "CON")),
        named("name-with-a-stream", |e| call(e, "a.txt:hidden")),
        named("name-that-ends-in-dots", |e| call(e, "a.txt...")),
        named("name-that-ends-in-a-space", |e| call(e, "a.txt ")),
        named("name-of-three-dots", |e| call(e, "...")),
        named("name-with-an-escape", |e| call(e, "a\u{1b}[2Jb")),
        named("name-with-a-line-break", |e| call(e, "a\nb")),
        named("name-turned-around", |e| call(e, "a\u{202e}txt.exe")),
        named("name-like-a-formula", |e| call(e, "=cmd|' C calc'!A0")),
        named("name-like-an-option", |e| call(e, "-rf")),
        named("name-with-markup", |e| call(e, "<img src=x onerror=alert(1)>")),
        named("name-of-255-bytes", |e| call(e, &"a".repeat(255))),
    ]
}

/// Puts a folder called so before the entry at `place`.
fn folder(entries: &mut Vec<Entry>, place: usize, name: &str) {
    entries.insert(place, entry(name, EntryKind::Directory));
}

fn neighbours() -> Vec<Vector> {
    vec![
        allowed("names-that-differ-by-capitals", "A25", |e| folder(e, 0, "A.TXT")),
        allowed("names-that-differ-by-composition", "A25", |e| {
            folder(e, 4, "e\u{301}");
            folder(e, 6, "\u{e9}");
        }),
        allowed("name-of-a-quarantine", "A23", |e| folder(e, 0, ".strongroom-01010101-1")),
        allowed("name-of-a-quarantine-in-capitals", "A23", |e| folder(e, 0, ".STRONGROOM-1")),
        allowed("name-of-a-damaged-file", "A23", |e| folder(e, 1, "a.txt.damaged")),
        vector(
            "file-below-a-link",
            "A25",
            "manifest",
            FIELD,
            Change::Entries(|e| folder(e, 5, "f/x")),
        ),
        vector(
            "file-below-another-name",
            "A25",
            "manifest",
            FIELD,
            Change::Entries(|e| folder(e, 4, "e/x")),
        ),
    ]
}

fn point(entries: &mut [Entry], target: &[u8]) {
    entries[4].kind = EntryKind::Symlink { target: target.to_vec() };
}

fn links() -> Vec<Vector> {
    let pointed = |name, change| allowed(name, "A24", change);
    vec![
        pointed("link-to-the-root", |e| point(e, b"/")),
        pointed("link-to-passwords", |e| point(e, b"/etc/passwd")),
        pointed("link-that-climbs", |e| point(e, b"../outside/secret")),
        pointed("link-to-the-folder-above", |e| point(e, b"..")),
        pointed("link-to-itself", |e| point(e, b"f")),
        pointed("link-through-proc", |e| point(e, b"/proc/self/root/etc")),
        pointed("link-of-4095-bytes", |e| point(e, &[b'x'; 4095])),
        pointed("link-of-5000-bytes", |e| point(e, &[b'x'; 5000])),
        pointed("link-that-is-not-utf-8", |e| point(e, b"\xff\xfe")),
        pointed("link-in-the-place-of-a-folder", |e| {
            // The first step of an attack in two: a later archive has the folder `d`.
            e[1].kind = EntryKind::Symlink { target: b"../outside".to_vec() };
            e[2].path = EntryPath::new("db").unwrap();
        }),
    ]
}

fn twin(entries: &mut [Entry], of: &str) {
    entries[3].kind = EntryKind::Hardlink { to: EntryPath::new(of).unwrap() };
}

/// Exchanges what the hard link names, by hand: no `EntryPath` can hold it.
fn twin_text(text: &mut Vec<u8>, bytes: &[u8]) {
    let old = [&[0x45][..], b"a.txt"].concat();
    let at = text.windows(6).rposition(|w| w == old).unwrap();
    let head = 0x40 + u8::try_from(bytes.len()).unwrap();
    text.splice(at..at + 6, [&[head], bytes].concat());
}

fn twins() -> Vec<Vector> {
    let bad =
        |name, change| vector(name, "A23", "manifest", ENCODING, Change::ManifestText(change));
    vec![
        allowed("hard-link-to-a-folder", "A24", |e| twin(e, "d")),
        allowed("hard-link-to-nothing", "A24", |e| twin(e, "b")),
        allowed("hard-link-below-a-file", "A24", |e| twin(e, "a.txt/x")),
        allowed("hard-link-to-a-link", "A24", |e| {
            let link = EntryKind::Symlink { target: b"../outside/secret".to_vec() };
            e.insert(1, entry("b", link));
            e[4].kind = EntryKind::Hardlink { to: EntryPath::new("b").unwrap() };
        }),
        bad("hard-link-that-climbs", |t| twin_text(t, b"../outside/secret")),
        bad("hard-link-absolute", |t| twin_text(t, b"/etc/passwd")),
        bad("hard-link-to-nothing-at-all", |t| twin_text(t, b"")),
    ]
}

/// Makes the folder something of another kind.
fn kind(text: &mut [u8], kind: u8) {
    let at = text.windows(4).position(|w| w == [1, 0x82, 2, 0x80]).unwrap();
    text[at + 2] = kind;
}

fn kinds() -> Vec<Vector> {
    let bad =
        |name, change| vector(name, "A22", "manifest", ENCODING, Change::ManifestText(change));
    vec![
        bad("kind-0", |t| kind(t, 0)),
        bad("kind-of-a-device", |t| kind(t, 5)),
        bad("kind-of-a-pipe", |t| kind(t, 6)),
        bad("kind-of-a-socket", |t| kind(t, 7)),
        bad("folder-that-claims-to-be-a-file", |t| kind(t, 1)),
    ]
}

fn attribute(entries: &mut [Entry], name: &[u8], value: Vec<u8>) {
    entries[0].xattrs = vec![Xattr { name: name.to_vec(), value }];
}

fn dress() -> Vec<Vector> {
    let dressed = |name, change| allowed(name, "A24", change);
    vec![
        dressed("mode-that-lends-rights", |e| e[0].mode = 0o6755),
        dressed("mode-of-nothing", |e| e[1].mode = 0),
        dressed("attribute-of-a-capability", |e| {
            attribute(e, b"security.capability", vec![1, 0, 0, 2, 255, 255, 255, 255]);
        }),
        dressed("attribute-of-access", |e| attribute(e, b"system.posix_acl_access", vec![2; 44])),
        dressed("attribute-of-an-overlay", |e| attribute(e, b"trusted.overlay.opaque", vec![b'y'])),
        dressed("attribute-without-a-name", |e| attribute(e, b"", vec![1])),
        dressed("attribute-with-nul", |e| attribute(e, b"user.a\0b", vec![1])),
        dressed("attribute-of-100-kib", |e| attribute(e, b"user.a", vec![7; 100 << 10])),
        dressed("owner-of-no-number", |e| e[0].owner = [u32::MAX; 2]),
        dressed("time-before-all", |e| e[0].mtime = i64::MIN),
        dressed("time-after-all", |e| e[0].mtime = i64::MAX),
    ]
}

fn set_holes(entries: &mut [Entry], total: u64, list: Vec<Hole>) {
    if let EntryKind::File { size, holes, .. } = &mut entries[0].kind {
        (*size, *holes) = (total, list);
    }
}

fn holes() -> Vec<Vector> {
    let sparse = |name, change| allowed(name, "A24", change);
    vec![
        sparse("hole-of-four-exbibytes", |e| {
            let length = (1 << 62) - 3000;
            set_holes(e, 1 << 62, vec![Hole { offset: 1000, length }]);
        }),
        sparse("hole-beyond-what-files-have", |e| {
            let length = u64::MAX - 3000;
            set_holes(e, u64::MAX, vec![Hole { offset: 0, length }]);
        }),
        sparse("hole-between-all-bytes", |e| {
            let holes = (0..2999).map(|at| Hole { offset: 2 * at + 1, length: 1 });
            set_holes(e, 5999, holes.collect());
        }),
    ]
}

fn media() -> Vec<Vector> {
    let forged = Change::Set(|volumes| {
        let trailer = volumes[0].last_chunk::<BLOCK_BYTES>().unwrap();
        let mut trailer = Superblock::decode(trailer).unwrap();
        trailer.volume_bytes = Some(2 * BLOCK_BYTES as u64);
        for root in &mut trailer.end.as_mut().unwrap().roots {
            root.digest = terms::Digest::from_bytes([7; 32]);
        }
        let head = volumes[0][..BLOCK_BYTES].to_vec();
        volumes.push([head, trailer.encode().to_vec()].concat());
    });
    vec![vector("trailer-of-another-root-beside", "A9", "open", FIELD, forged)]
}
