//! Records that lie: superblock, root, index, capsule. All digests and seals over them are right.

use super::{Vector, vector};
use crate::tests::forge::{Change, body_of, forge, small};
use crate::{Compression, FrameKind, Parity};

const FIELD: &str = "SR-ARCHIVE-FIELD";
const ENCODING: &str = "SR-ARCHIVE-ENCODING";
const ALTERED: &str = "SR-KEYS-CAPSULE-ALTERED";
/// The usual layout, of which each vector changes one value into a forbidden one.
const PARITY: Parity = Parity { data: 128, parity: 13, shard_bytes: 65_536, interleave: 16 };
const FORGED: &str = "SR-ARCHIVE-AUTHENTICATION";

pub(super) fn vectors() -> Vec<Vector> {
    [superblocks(), roots(), unlocked(), records(), pages(), capsules()]
        .into_iter()
        .flatten()
        .collect()
}

fn superblocks() -> Vec<Vector> {
    let settings = |name, change| vector(name, "A5", "open", FIELD, Change::Settings(change));
    let parity = |name, change| vector(name, "A30", "open", FIELD, Change::Settings(change));
    let block = |name, code, change| vector(name, "A3", "open", code, Change::Block(change));
    vec![
        vector(
            "version-2",
            "A2",
            "open",
            "SR-ARCHIVE-UNKNOWN-VERSION",
            Change::Superblock(|b| b.version = 2),
        ),
        vector("volume-0", "A3", "open", FIELD, Change::Superblock(|b| b.volume = 0)),
        settings("segment-size-no-power-of-two", |s| s.segment_bytes = 65_537),
        settings("segment-size-32-kib", |s| s.segment_bytes = 32 << 10),
        settings("segment-size-32-mib", |s| s.segment_bytes = 32 << 20),
        settings("segment-size-0", |s| s.segment_bytes = 0),
        settings("label-of-201-bytes", |s| s.label = "x".repeat(201)),
        settings("label-with-an-escape", |s| s.label = "\u{1b}[2J".into()),
        settings("checkpoint-of-1025-bytes", |s| s.checkpoint = Some("x".repeat(1025))),
        settings("volume-size-too-small", |s| s.volume_bytes = Some((512 << 10) - 1)),
        parity("parity-data-1", |s| s.parity = Some(Parity { data: 1, parity: 1, ..PARITY })),
        parity("parity-data-1025", |s| {
            s.parity = Some(Parity { data: 1025, shard_bytes: 64, ..PARITY })
        }),
        parity("parity-shards-0", |s| s.parity = Some(Parity { parity: 0, ..PARITY })),
        parity("parity-more-than-data", |s| s.parity = Some(Parity { parity: 129, ..PARITY })),
        parity("parity-shard-of-32-bytes", |s| {
            s.parity = Some(Parity { shard_bytes: 32, ..PARITY })
        }),
        parity("parity-shard-of-96-bytes", |s| {
            s.parity = Some(Parity { shard_bytes: 96, ..PARITY })
        }),
        parity("parity-shard-of-2-mib", |s| {
            s.parity = Some(Parity { shard_bytes: 2 << 20, interleave: 1, ..PARITY })
        }),
        parity("parity-interleave-0", |s| s.parity = Some(Parity { interleave: 0, ..PARITY })),
        parity("parity-interleave-257", |s| {
            s.parity = Some(Parity { interleave: 257, shard_bytes: 64, ..PARITY })
        }),
        parity("parity-window-too-short", |s| {
            s.parity = Some(Parity { data: 16, parity: 1, shard_bytes: 4032, interleave: 1 });
        }),
        parity("parity-window-too-large", |s| s.parity = Some(Parity { interleave: 64, ..PARITY })),
        block("superblock-length-too-long", FIELD, |b| {
            b[8..12].copy_from_slice(&u32::MAX.to_be_bytes())
        }),
        block("superblock-padded", FIELD, |b| b[4000] = 1),
        block("superblock-longer-integer", ENCODING, |b| {
            // Key 0, value 1 becomes key 0, value 1 in two bytes.
            b.copy_within(14..4000, 15);
            b[14] = 0x18;
            b[15] = 1;
            b[11] += 1;
        }),
        vector(
            "trailer-of-another-size",
            "A4",
            "none",
            "-",
            Change::Superblock(|b| {
                b.volume_bytes = b.volume_bytes.map(|bytes| bytes + 1);
            }),
        ),
    ]
}

fn roots() -> Vec<Vector> {
    let root = |name, change| vector(name, "A12", "open", FIELD, Change::Root(change));
    let text = |name, change| vector(name, "A1", "open", ENCODING, Change::RootText(change));
    vec![
        root("root-of-another-archive", |r| r.archive = terms::ArchiveId::from_bytes([3; 16])),
        root("root-of-other-settings", |r| r.settings = terms::Digest::from_bytes([0; 32])),
        root("root-of-version-2", |r| r.version = 2),
        root("root-counts-too-many-segments", |r| r.segments += 1),
        root("root-counts-no-segments", |r| r.segments = 0),
        root("root-counts-no-entries", |r| r.entries = 0),
        root("root-counts-no-manifest", |r| r.manifest_pages = 0),
        root("root-counts-no-volumes", |r| r.volumes = 0),
        root("root-counts-65537-volumes", |r| r.volumes = 65_537),
        root("root-lists-a-page-without-copies", |r| r.pages[0].copies.clear()),
        root("root-lists-a-page-nine-times", |r| {
            let copy = r.pages[0].copies[0].clone();
            r.pages[0].copies = vec![copy; 9];
        }),
        root("root-lists-a-segment-as-page", |r| r.pages[0].copies[0].kind = FrameKind::Segment),
        root("root-lists-copies-that-differ", |r| {
            r.pages[0].copies[1].digest = terms::Digest::from_bytes([0; 32]);
        }),
        root("root-lists-a-page-of-65-mib", |r| r.pages[0].copies[0].length = 65 << 20),
        root("root-lists-pages-out-of-order", |r| {
            let mut page = r.pages[0].clone();
            page.copies.iter_mut().for_each(|copy| copy.number = 1);
            r.pages[0].first_segment = 1;
            r.pages.push(page);
        }),
        vector("root-without-mac", "A13", "open", FIELD, Change::SealedRoot(|r| r.mac = None)),
        text("root-with-a-byte-behind", |t| t.push(0)),
        text("root-with-an-unknown-key", |t| {
            t[0] += 1;
            t.extend([0x18, 99, 0]);
        }),
        text("root-cut", |t| {
            t.pop();
        }),
        text("root-with-a-longer-integer", |t| {
            assert_eq!(t[..3], [0xac, 0, 1]);
            t.splice(2..3, [0x18, 1]);
        }),
        text("root-of-indefinite-length", |t| {
            t[0] = 0xbf;
            t.push(0xff);
        }),
    ]
}

fn unlocked() -> Vec<Vector> {
    let root = |name, change| vector(name, "A13", "unlock", FORGED, Change::SealedRoot(change));
    vec![
        root("mac-of-nobody", |r| r.mac = Some(terms::Digest::from_bytes([0; 32]))),
        root("entries-lowered-without-the-key", |r| r.entries -= 1),
        root("manifest-pages-raised-without-the-key", |r| r.manifest_pages += 1),
        vector(
            "merkle-root-of-others",
            "A21",
            "index",
            FIELD,
            Change::Root(|r| {
                r.merkle_root = terms::Digest::from_bytes([0; 32]);
            }),
        ),
        vector("record-count-wrong", "A12", "index", FIELD, Change::Root(|r| r.frames += 1)),
    ]
}

fn records() -> Vec<Vector> {
    let records = |name, change| vector(name, "A10", "index", FIELD, Change::Records(change));
    vec![
        records("segments-out-of-order", |r| r.swap(0, 1)).of_two(0),
        records("segment-recorded-twice", |r| r.insert(1, r[0].clone())),
        records("segment-not-recorded", |r| {
            r.remove(0);
        })
        .of_two(0),
        records("segment-cut-otherwise", |r| r[0].plain_length -= 1).of_two(0),
        records("segment-from-7", |r| r[0].number = 7),
        records("frame-in-volume-2-of-1", |r| r[0].volume = 2),
        records("frame-in-volume-0", |r| r[0].volume = 0),
        records("frame-at-offset-0", |r| r[0].offset = 0),
        records("frame-of-65-mib", |r| r[0].length = 65 << 20),
        records("text-of-65-mib", |r| r[1].plain_length = 65 << 20),
        records("frame-beyond-all-bytes", |r| {
            r[0].offset = u64::MAX - 10;
            r[0].length = 100;
        }),
        records("2049-records", |r| {
            let page = r[1].clone();
            r.extend(vec![page; 2049 - 5]);
        }),
        records("no-records", |r| r.clear()),
    ]
}

fn pages() -> Vec<Vector> {
    let text = |name, change| vector(name, "A1", "index", ENCODING, Change::IndexText(change));
    vec![
        text("index-with-a-byte-behind", |t| t.push(0)),
        text("index-of-indefinite-length", |t| {
            t[0] = 0x9f;
            t.push(0xff);
        }),
        text("index-that-claims-2-to-the-60-records", |t| {
            t.splice(0..1, [0x9b, 0x10, 0, 0, 0, 0, 0, 0, 0]);
        }),
        text("index-with-kind-9", |t| t[2] = 9),
        text("index-with-compression-2", |t| {
            let at = t.windows(3).position(|w| w == [1, 0x58, 0x20]).unwrap();
            t[at] = 2;
        }),
        vector(
            "manifest-not-recorded",
            "A20",
            "manifest",
            "SR-ARCHIVE-UNRECORDED",
            Change::Records(|r| {
                r.retain(|record| record.kind != FrameKind::Manifest);
            }),
        ),
        vector(
            "keys-not-recorded",
            "A20",
            "segment",
            "SR-ARCHIVE-UNRECORDED",
            Change::Records(|r| {
                r.retain(|record| record.kind != FrameKind::Keys);
            }),
        ),
        vector(
            "compression-stated-otherwise",
            "A15",
            "segment",
            FORGED,
            Change::Records(|r| {
                r[0].compression = Compression::None;
            }),
        ),
    ]
}

fn capsules() -> Vec<Vector> {
    let capsule = |name, code, change| vector(name, "A8", "capsule", code, Change::Capsule(change));
    vec![
        capsule("capsule-altered", ALTERED, |c| {
            let end = c.len() - 40;
            c[end] ^= 1;
        }),
        capsule("capsule-no-record", "-", |c| c.truncate(900)),
        capsule("capsule-of-version-2", "-", |c| {
            assert_eq!(c[1..3], [0, 1]);
            c[2] = 2;
        }),
        vector(
            "capsule-of-another-archive",
            "A8",
            "capsule",
            "-",
            Change::Set(|v| {
                let other = Change::Settings(|s| s.archive = terms::ArchiveId::from_bytes([2; 16]));
                let foreign = forge(small(), 1, other);
                for nth in [0, 1] {
                    let (from, to) = (
                        body_of(&foreign[0], FrameKind::Capsule, nth),
                        body_of(&v[0], FrameKind::Capsule, nth),
                    );
                    let bytes = foreign[0][from].to_vec();
                    v[0][to].copy_from_slice(&bytes);
                }
            }),
        ),
    ]
}
