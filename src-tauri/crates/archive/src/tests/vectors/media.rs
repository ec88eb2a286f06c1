//! What becomes of media: lost, cut, mixed, damaged.

use super::{Vector, vector};
use crate::FrameKind;
use crate::tests::forge::{Change, body_of, empty, forge, small};

pub(super) fn vectors() -> Vec<Vector> {
    [whole(), redundant(), cut(), mixed(), damaged()].into_iter().flatten().collect()
}

fn whole() -> Vec<Vector> {
    vec![
        vector("whole", "A7", "none", "-", Change::Nothing),
        vector("whole-two-segments", "A10", "none", "-", Change::Nothing).of_two(2),
        Vector {
            inside: empty,
            released: 0,
            ..vector("empty", "A12", "none", "-", Change::Nothing)
        },
        vector(
            "environment-unstated",
            "A15",
            "none",
            "-",
            Change::Settings(|s| s.environment = None),
        ),
        vector(
            "largest-segment-size",
            "A5",
            "none",
            "-",
            Change::Settings(|s| s.segment_bytes = 16 << 20),
        ),
        vector("several-volumes", "A9", "none", "-", Change::Nothing).of_two(2).in_volumes(3),
        vector("volumes-reversed", "A9", "none", "-", Change::Set(|v| v.reverse()))
            .of_two(2)
            .in_volumes(3),
    ]
}

fn redundant() -> Vec<Vector> {
    use FrameKind::{Capsule, Index, Keys, Manifest, Root};
    let hits: [(_, _, _, &[usize]); 8] = [
        ("first-root-bit", "A12", Root, &[0]),
        ("second-root-bit", "A12", Root, &[1]),
        ("first-capsule-bit", "A8", Capsule, &[0]),
        ("first-index-bit", "A20", Index, &[0]),
        ("second-index-bit", "A20", Index, &[1]),
        ("first-manifest-bit", "A20", Manifest, &[0]),
        ("second-manifest-bit", "A20", Manifest, &[1]),
        ("first-keys-bit", "A20", Keys, &[0]),
    ];
    let one = hits.map(|(name, clause, kind, nths)| {
        vector(name, clause, "none", "-", Change::Hit(kind, nths))
    });
    let destroy: fn(&mut Vec<Vec<u8>>) = |v| {
        let end = v[0].len() - 4096;
        v[0][end..].fill(0xee);
    };
    let cut: fn(&mut Vec<Vec<u8>>) = |v| {
        let end = v[0].len() - 4096;
        v[0].truncate(end);
    };
    let preamble: fn(&mut Vec<Vec<u8>>) = |v| {
        let at = body_of(&v[0], FrameKind::Segment, 0).start - 20;
        v[0][at] ^= 1;
    };
    let copy: fn(&mut Vec<Vec<u8>>) = |v| {
        let mut copy = v[0].clone();
        copy[..5000].fill(0);
        v.push(copy);
    };
    let set = |name, clause, change| vector(name, clause, "none", "-", Change::Set(change));
    let others = [
        set("superblock-destroyed", "A4", |v| v[0][..4096].fill(0xee)),
        set("superblock-bit", "A3", |v| v[0][100] ^= 1),
        set("superblock-padding-bit", "A3", |v| v[0][3000] ^= 1),
        set("trailer-destroyed", "A32", destroy),
        set("trailer-cut-off", "A32", cut),
        set("a-byte-behind-the-end", "A4", |v| v[0].push(0)),
        set("segment-preamble-bit", "A6", preamble),
        set("damaged-copy-of-a-volume", "A9", copy),
        set("something-else-beside", "A9", |v| v.push(vec![7; 9000])),
    ];
    one.into_iter().chain(others).collect()
}

fn cut() -> Vec<Vector> {
    const NOTHING: &str = "SR-ARCHIVE-NOT-AN-ARCHIVE";
    const UNSEALED: &str = "SR-ARCHIVE-NOT-SEALED";
    vec![
        vector("no-bytes", "A3", "open", NOTHING, Change::Set(|v| v[0].clear())),
        vector("half-a-superblock", "A3", "open", NOTHING, Change::Set(|v| v[0].truncate(2000))),
        vector("something-else", "A3", "open", NOTHING, Change::Set(|v| v[0].fill(0x55))),
        vector("only-a-superblock", "A4", "open", UNSEALED, Change::Set(|v| v[0].truncate(4096))),
        vector(
            "cut-in-the-segment",
            "A4",
            "open",
            UNSEALED,
            Change::Set(|v| {
                let end = body_of(&v[0], FrameKind::Segment, 0).end - 9;
                v[0].truncate(end);
            }),
        ),
        vector(
            "cut-in-the-first-root",
            "A4",
            "open",
            UNSEALED,
            Change::Set(|v| {
                let end = body_of(&v[0], FrameKind::Root, 0).end - 1;
                v[0].truncate(end);
            }),
        ),
        vector("last-volume-missing", "A9", "open", UNSEALED, Change::Set(|v| v.truncate(2)))
            .of_two(0)
            .in_volumes(3),
        vector(
            "first-volume-missing",
            "A9",
            "segment",
            "SR-ARCHIVE-MISSING-VOLUME",
            Change::Set(|v| {
                v.remove(0);
            }),
        )
        .of_two(0)
        .in_volumes(3),
        vector(
            "middle-volume-missing",
            "A9",
            "none",
            "-",
            Change::Set(|v| {
                v.remove(1);
            }),
        )
        .of_two(2)
        .in_volumes(3),
    ]
}

fn mixed() -> Vec<Vector> {
    const MIXED: &str = "SR-ARCHIVE-MIXED";
    vec![
        vector(
            "two-archives",
            "A9",
            "open",
            MIXED,
            Change::Set(|v| {
                let other = Change::Settings(|s| s.archive = terms::ArchiveId::from_bytes([2; 16]));
                v.extend(forge(small(), 1, other));
            }),
        ),
        vector(
            "another-label-in-one-volume",
            "A9",
            "open",
            MIXED,
            Change::Superblock(|block| {
                if block.volume == 2 {
                    block.settings.label = "another".into();
                }
            }),
        )
        .of_two(0)
        .in_volumes(2),
        vector(
            "another-label-in-the-trailer",
            "A9",
            "open",
            MIXED,
            Change::Superblock(|block| {
                if block.volume_bytes.is_some() {
                    block.settings.label = "another".into();
                }
            }),
        ),
    ]
}

fn damaged() -> Vec<Vector> {
    const DAMAGED: &str = "SR-ARCHIVE-DAMAGED";
    let segment = FrameKind::Segment;
    let both = |name, clause, stage, code, kind| {
        vector(name, clause, stage, code, Change::Hit(kind, &[0, 1]))
    };
    vec![
        both("both-roots-bit", "A20", "open", DAMAGED, FrameKind::Root),
        both("both-indexes-bit", "A20", "index", DAMAGED, FrameKind::Index),
        both("both-capsules-bit", "A8", "capsule", "SR-KEYS-CAPSULE-ALTERED", FrameKind::Capsule),
        both("both-manifests-bit", "A20", "manifest", DAMAGED, FrameKind::Manifest),
        both("both-key-pages-bit", "A20", "segment", DAMAGED, FrameKind::Keys),
        vector("segment-bit", "A20", "segment", DAMAGED, Change::Hit(segment, &[0])),
        vector("second-segment-bit", "A20", "segment", DAMAGED, Change::Hit(segment, &[1]))
            .of_two(1),
        vector(
            "segment-zeroed",
            "A20",
            "segment",
            DAMAGED,
            Change::Set(|v| {
                let body = body_of(&v[0], FrameKind::Segment, 0);
                v[0][body].fill(0);
            }),
        ),
        vector(
            "segments-swapped-on-the-medium",
            "A20",
            "segment",
            DAMAGED,
            Change::Set(|v| {
                let (one, other) =
                    (body_of(&v[0], FrameKind::Segment, 0), body_of(&v[0], FrameKind::Segment, 1));
                let bytes = v[0][other.start..other.start + one.len()].to_vec();
                v[0][one].copy_from_slice(&bytes);
            }),
        )
        .of_two(0),
    ]
}
