//! What only the key shows: manifest, data keys, segments, digests of files.

use super::{Vector, vector};
use crate::tests::forge::{Change, Part, data_key, page_key};
use crate::tests::press::{entry, file};
use crate::{Compression, Entry, EntryKind, EntryPath, FrameKind, Hole, Xattr};

const FIELD: &str = "SR-ARCHIVE-FIELD";
const ENCODING: &str = "SR-ARCHIVE-ENCODING";
const FORGED: &str = "SR-ARCHIVE-AUTHENTICATION";
const UNPACKED: &str = "SR-ARCHIVE-DECOMPRESSION";

pub(super) fn vectors() -> Vec<Vector> {
    [paths(), fields(), orders(), manifests(), keys(), segments(), compressed(), digests()]
        .into_iter()
        .flatten()
        .collect()
}

/// Exchanges the path `a.txt` for bytes of the same length plus a few, by hand: no `EntryPath` can
/// hold them.
fn path(text: &mut Vec<u8>, bytes: &[u8]) {
    let old = [&[0x45][..], b"a.txt"].concat();
    let at = text.windows(6).position(|w| w == old).unwrap();
    let mut new = match bytes.len() {
        len @ 0..24 => vec![0x40 + len.to_le_bytes()[0]],
        len @ 24..256 => vec![0x58, len.to_le_bytes()[0]],
        len => vec![0x59, len.to_le_bytes()[1], len.to_le_bytes()[0]],
    };
    new.extend(bytes);
    text.splice(at..at + 6, new);
}

fn paths() -> Vec<Vector> {
    let bad =
        |name, change| vector(name, "A23", "manifest", ENCODING, Change::ManifestText(change));
    vec![
        bad("path-absolute", |t| path(t, b"/etc/passwd")),
        bad("path-of-two-dots", |t| path(t, b"..")),
        bad("path-that-climbs", |t| path(t, b"../../x")),
        bad("path-that-climbs-inside", |t| path(t, b"a/../../x")),
        bad("path-that-ends-in-two-dots", |t| path(t, b"a/..")),
        bad("path-of-one-dot", |t| path(t, b".")),
        bad("path-with-a-dot-part", |t| path(t, b"a/./b")),
        bad("path-with-an-empty-part", |t| path(t, b"a//b")),
        bad("path-that-ends-in-a-slash", |t| path(t, b"a/")),
        bad("path-of-a-slash", |t| path(t, b"/")),
        bad("path-empty", |t| path(t, b"")),
        bad("path-with-nul", |t| path(t, b"a\0b")),
        bad("path-part-of-256-bytes", |t| path(t, &[b'a'; 256])),
        bad("path-of-4097-bytes", |t| path(t, [&b"a/".repeat(2048)[..], b"a"].concat().as_slice())),
        bad("path-of-513-parts", |t| path(t, [&b"a/".repeat(512)[..], b"a"].concat().as_slice())),
        vector(
            "path-not-utf-8",
            "A23",
            "none",
            "-",
            Change::ManifestText(|t| path(t, b"a\xff\xfe")),
        ),
        vector(
            "path-of-512-parts",
            "A23",
            "none",
            "-",
            Change::ManifestText(|t| {
                path(t, [&b"a/".repeat(511)[..], b"a"].concat().as_slice());
            }),
        ),
    ]
}

fn set_file(entries: &mut [Entry], stored: u64, size: u64, holes: Vec<Hole>) {
    if let EntryKind::File { stored: s, size: z, holes: h, .. } = &mut entries[0].kind {
        (*s, *z, *h) = (stored, size, holes);
    }
}

const fn hole(offset: u64, length: u64) -> Hole {
    Hole { offset, length }
}

fn fields() -> Vec<Vector> {
    let bad = |name, change| vector(name, "A24", "manifest", FIELD, Change::Entries(change));
    vec![
        bad("mode-with-a-file-type", |e| e[0].mode = 0o100_644),
        bad("nanoseconds-of-a-second", |e| e[0].mtime_nanos = 1_000_000_000),
        bad("xattrs-descending", |e| {
            let xattr = |name: &[u8]| Xattr { name: name.to_vec(), value: vec![1] };
            e[0].xattrs = vec![xattr(b"user.b"), xattr(b"user.a")];
        }),
        bad("xattr-twice", |e| {
            e[0].xattrs = vec![Xattr { name: b"user.a".to_vec(), value: vec![1] }; 2];
        }),
        bad("size-other-than-stored", |e| set_file(e, 3000, 3001, vec![])),
        bad("hole-beyond-the-end", |e| set_file(e, 3000, 3010, vec![hole(3005, 10)])),
        bad("holes-that-touch", |e| set_file(e, 3000, 3010, vec![hole(0, 5), hole(5, 5)])),
        bad("holes-that-overlap", |e| set_file(e, 3000, 3010, vec![hole(0, 6), hole(5, 4)])),
        bad("hole-of-no-length", |e| set_file(e, 3000, 3000, vec![hole(5, 0)])),
        bad("hole-beyond-all-bytes", |e| set_file(e, 3000, u64::MAX, vec![hole(10, u64::MAX)])),
        bad("holes-that-wrap-around", |e| {
            set_file(e, 3000, 2999, vec![hole(0, u64::MAX - 1), hole(u64::MAX, 1)]);
        }),
        bad("link-to-nothing", |e| e[4].kind = EntryKind::Symlink { target: vec![] }),
        bad("link-with-nul", |e| e[4].kind = EntryKind::Symlink { target: b"a\0".to_vec() }),
        bad("hard-link-to-later", |e| {
            e[3].kind = EntryKind::Hardlink { to: EntryPath::new("z").unwrap() };
        }),
        bad("hard-link-to-itself", |e| {
            e[3].kind = EntryKind::Hardlink { to: EntryPath::new("e").unwrap() };
        }),
        vector(
            "sparse-file",
            "A24",
            "none",
            "-",
            Change::Entries(|e| {
                set_file(e, 3000, 1 << 40, vec![hole(1000, (1 << 40) - 3000)]);
            }),
        ),
    ]
}

fn orders() -> Vec<Vector> {
    let bad = |name, change| vector(name, "A25", "manifest", FIELD, Change::Entries(change));
    vec![
        bad("path-twice", |e| e[4] = e[3].clone()),
        bad("paths-descending", |e| e.swap(3, 4)),
        bad("file-used-as-folder", |e| e[1].kind = EntryKind::Symlink { target: b"/etc".to_vec() }),
        bad("file-inside-a-file", |e| e[1] = file("d", 3000, b"")),
        bad("content-used-twice", |e| {
            if let EntryKind::File { position, .. } = &mut e[2].kind {
                *position = 0;
            }
        }),
        bad("content-left-out", |e| {
            e.remove(2);
        }),
        bad("content-beyond-the-end", |e| set_file(e, 4000, 4000, vec![])),
        bad("stored-beyond-all-bytes", |e| set_file(e, u64::MAX, u64::MAX, vec![])),
        vector(
            "fewer-entries-than-counted",
            "A25",
            "manifest",
            FIELD,
            Change::Root(|r| r.entries += 1),
        ),
        vector(
            "more-entries-than-counted",
            "A25",
            "manifest",
            FIELD,
            Change::Root(|r| r.entries -= 1),
        ),
        vector(
            "folder-left-out",
            "A25",
            "none",
            "-",
            Change::Entries(|e| {
                e.remove(1);
            }),
        ),
        vector(
            "names-that-differ-by-a-dot",
            "A25",
            "none",
            "-",
            Change::Entries(|e| {
                e.insert(3, entry("d.b", EntryKind::Directory));
            }),
        ),
    ]
}

fn manifests() -> Vec<Vector> {
    let text =
        |name, change| vector(name, "A1", "manifest", ENCODING, Change::ManifestText(change));
    vec![
        text("manifest-with-a-byte-behind", |t| t.push(0)),
        text("manifest-cut", |t| {
            t.pop();
        }),
        text("manifest-that-claims-2-to-the-60-entries", |t| {
            t.splice(0..1, [0x9b, 0x10, 0, 0, 0, 0, 0, 0, 0]);
        }),
        text("manifest-with-an-unknown-kind", |t| {
            let at = t.windows(4).position(|w| w == [1, 0x82, 2, 0x80]).unwrap();
            t[at + 2] = 9;
        }),
        vector(
            "manifest-empty-page",
            "A25",
            "manifest",
            FIELD,
            Change::ManifestText(|t| *t = vec![0x80]),
        ),
        vector(
            "manifest-of-another-number",
            "A15",
            "manifest",
            FORGED,
            Change::Parts(|parts| {
                reseal_pages(parts, FrameKind::Manifest, |part| part.context.number = 1);
            }),
        ),
        vector(
            "manifest-under-another-key",
            "A15",
            "manifest",
            FORGED,
            Change::Parts(|parts| {
                for part in parts.iter_mut().filter(|part| part.context.kind == FrameKind::Manifest)
                {
                    part.reseal(&data_key(0), b"x");
                }
            }),
        ),
        vector(
            "keys-in-the-place-of-the-manifest",
            "A15",
            "manifest",
            FORGED,
            Change::Parts(|parts| {
                let keys = parts.iter().find(|part| part.context.kind == FrameKind::Keys).unwrap();
                let (body, plain, compression) =
                    (keys.body.clone(), keys.plain_length, keys.compression);
                for part in parts.iter_mut().filter(|part| part.context.kind == FrameKind::Manifest)
                {
                    (part.body, part.plain_length, part.compression) =
                        (body.clone(), plain, compression);
                }
            }),
        ),
    ]
}

/// Seals pages of a kind as something else, but records them as they were.
fn reseal_pages(parts: &mut [Part], kind: FrameKind, change: fn(&mut Part)) {
    for part in parts.iter_mut().filter(|part| part.context.kind == kind) {
        let mut other = part.clone();
        change(&mut other);
        other.reseal(&page_key(part), b"x");
        part.body = other.body;
    }
}

fn keys() -> Vec<Vector> {
    let text = |name, code, change| vector(name, "A19", "segment", code, Change::KeysText(change));
    vec![
        text("wrapped-key-altered", FORGED, |t| {
            let end = t.len() - 1;
            t[end] ^= 1;
        }),
        text("key-page-of-half-a-key", FIELD, |t| {
            t[3] = 39;
            t.pop();
        }),
        text("key-page-without-keys", FIELD, |t| *t = vec![0x82, 0, 0x40]),
        text("key-page-of-later-segments", FIELD, |t| t[1] = 1),
        text("key-page-with-a-byte-behind", ENCODING, |t| t.push(0)),
        text("wrapped-keys-swapped", FORGED, |t| {
            let end = t.len();
            let (one, other) = t[end - 80..].split_at_mut(40);
            one.swap_with_slice(other);
        })
        .of_two(0),
    ]
}

fn segments() -> Vec<Vector> {
    let bad = |name, change| vector(name, "A15", "segment", FORGED, Change::Parts(change));
    vec![
        bad("segment-salt-altered", |p| p[0].body[0] ^= 1),
        bad("segment-commitment-altered", |p| p[0].body[30] ^= 1),
        bad("segment-text-altered", |p| p[0].body[60] ^= 1),
        bad("segment-tag-altered", |p| {
            let end = p[0].body.len() - 1;
            p[0].body[end] ^= 1;
        }),
        bad("segment-cut-by-a-byte", |p| {
            p[0].body.pop();
        }),
        bad("segment-without-chunks", |p| p[0].body.truncate(56)),
        bad("segment-without-header", |p| p[0].body.truncate(20)),
        bad("last-chunk-left-out", |p| p[1].body.truncate(56 + 16_400)).of_two(1),
        bad("chunks-swapped", |p| {
            let (head, tail) = p[1].body[56..].split_at_mut(16_400);
            head[..616].swap_with_slice(&mut tail[..616]);
        })
        .of_two(1),
        bad("chunk-doubled", |p| {
            let chunk = p[1].body[56..56 + 16_400].to_vec();
            p[1].body.splice(56..56, chunk);
        })
        .of_two(1),
        bad("segments-swapped", |p| {
            let one = p[0].body.clone();
            p[0].body = std::mem::replace(&mut p[1].body, one);
        })
        .of_two(0),
        bad("segment-doubled", |p| p[1].body = p[0].body.clone()).of_two(1),
        bad("segment-of-another-archive", |p| {
            p[0].context.archive = terms::ArchiveId::from_bytes([2; 16]);
            p[0].reseal(&data_key(0), b"x");
        }),
        bad("segment-of-another-environment", |p| {
            p[0].context.environment = Some(terms::Environment::Production);
            p[0].reseal(&data_key(0), b"x");
        }),
        bad("segment-under-another-key", |p| p[0].reseal(&data_key(1), b"x")),
        bad("segment-of-another-length", |p| {
            let mut other = p[0].clone();
            other.plain_length += 1;
            other.reseal(&data_key(0), b"x");
            p[0].body = other.body;
        }),
    ]
}

/// Puts `stored` into segment 0, sealed rightly, as zstd of its stated length.
fn store(parts: &mut [Part], stored: &[u8]) {
    parts[0].compression = Compression::Zstd;
    parts[0].reseal(&data_key(0), stored);
}

fn compressed() -> Vec<Vector> {
    let bad = |name, change| vector(name, "A16", "segment", UNPACKED, Change::Parts(change));
    vec![
        bad("zstd-too-short", |p| store(p, &zstd::bulk::compress(&[7; 3019], 3).unwrap())),
        bad("zstd-too-long", |p| store(p, &zstd::bulk::compress(&[7; 3021], 3).unwrap())),
        bad("zstd-bomb", |p| store(p, &zstd::bulk::compress(&vec![0; 50 << 20], 3).unwrap())),
        bad("zstd-garbage", |p| store(p, &[0x28, 0xb5, 0x2f, 0xfd, 0xff, 0xff, 0xff])),
        bad("zstd-no-frame", |p| store(p, b"not zstd at all")),
        bad("zstd-empty", |p| store(p, b"")),
        bad("zstd-cut", |p| {
            let mut stored = zstd::bulk::compress(&b"abc".repeat(1007)[..3020], 3).unwrap();
            stored.pop();
            store(p, &stored);
        }),
        bad("plain-too-short", |p| {
            p[0].compression = Compression::None;
            p[0].reseal(&data_key(0), &[7; 3019]);
        }),
        bad("plain-too-long", |p| {
            p[0].compression = Compression::None;
            p[0].reseal(&data_key(0), &[7; 3021]);
        }),
    ]
}

fn digests() -> Vec<Vector> {
    vec![vector(
        "digest-of-another-file",
        "A27",
        "content",
        "-",
        Change::Entries(|e| {
            if let EntryKind::File { digest, .. } = &mut e[0].kind {
                *digest = terms::Digest::from_bytes([0; 32]);
            }
        }),
    )]
}
