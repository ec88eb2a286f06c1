//! Records that claim places where no writer can have put their frames.

use super::{Vector, vector};
use crate::FrameKind;
use crate::tests::forge::{Change, empty};

const FIELD: &str = "SR-ARCHIVE-FIELD";

pub(super) fn vectors() -> Vec<Vector> {
    let places = |name, change| vector(name, "A41", "index", FIELD, Change::Records(change));
    let kinds = |name, change| vector(name, "A10", "index", FIELD, Change::Records(change));
    vec![
        places("frame-behind-the-volume", |r| r[0].offset = 1 << 60),
        places("frame-longer-than-the-volume", |r| r[0].length = 60 << 20),
        places("frame-in-the-superblock", |r| r[0].offset = 4159),
        places("last-frame-outside-the-volume", |r| last(r).offset = 1 << 30),
        // The volume has its last 4096 bytes for its trailer.
        places("last-frame-reaches-into-the-trailer", |r| last(r).length += 8192),
        places("frames-share-a-byte", |r| r[1].offset -= 1),
        places("frame-begins-in-the-preamble-of-the-next", |r| r[0].length += 1),
        places("one-frame-recorded-as-two", |r| r[2].offset = r[1].offset),
        places("frames-in-another-order", |r| r.swap(1, 2)),
        places("frame-shares-bytes-with-an-index-page", |r| last(r).length += 100),
        places("frames-share-bytes-in-the-second-volume", |r| last(r).offset -= 1)
            .of_two(0)
            .in_volumes(2),
        places("volumes-in-another-order", |r| r[0].volume = 2).of_two(0).in_volumes(2),
        kinds("index-records-a-capsule", |r| last(r).kind = FrameKind::Capsule),
        kinds("index-records-an-index-page", |r| last(r).kind = FrameKind::Index),
        kinds("index-records-a-root", |r| last(r).kind = FrameKind::Root),
        vector(
            "first-index-page-begins-with-segment-1",
            "A12",
            "open",
            FIELD,
            Change::Root(|root| root.pages[0].first_segment = 1),
        ),
        Vector {
            inside: empty,
            released: 0,
            ..vector("index-of-nothing-has-a-page", "A10", "index", FIELD, Change::Records(|_| ()))
        },
    ]
}

fn last(records: &mut [crate::FrameRecord]) -> &mut crate::FrameRecord {
    let place = records.len() - 1;
    &mut records[place]
}
