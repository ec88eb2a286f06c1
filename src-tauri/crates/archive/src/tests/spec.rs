//! The worked bytes of `docs/spec/archive-1.md` are those that the code writes.

use std::path::Path;

use terms::{ArchiveId, Digest, Environment};

use crate::frame::Preamble;
use crate::merkle::Merkle;
use crate::{Compression, FrameKind, FrameRecord, SegmentContext};

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn the_bytes_worked_out_in_the_specification_are_the_written_ones() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../docs/spec/archive-1.md");
    let page = std::fs::read_to_string(path).unwrap();
    let archive = ArchiveId::from_bytes([1; 16]);
    let (kind, number, compression) = (FrameKind::Segment, 7, Compression::None);
    let (volume, length, plain_length) = (2, 65_672, 65_536);
    let preamble = Preamble { kind, compression, archive, volume, number, length, plain_length };
    let environment = Some(Environment::Drill);
    let context = SegmentContext { archive, environment, kind, number };
    let digest = Digest::from_bytes([0xab; 32]);
    let record = terms::encode(&FrameRecord {
        kind,
        number,
        volume,
        offset: 6000,
        length,
        plain_length,
        compression,
        digest,
    });
    let mut merkle = Merkle::default();
    merkle.push(&record);
    for (what, bytes) in [
        ("preamble", hex(&preamble.encode())),
        ("context", hex(&context.bytes(compression, 65_536))),
        ("index record", hex(&record)),
        ("its leaf", hex(merkle.root().as_bytes())),
    ] {
        assert!(page.contains(&format!("| {what} | `{bytes}` |")), "| {what} | `{bytes}` |");
    }
    assert_eq!(crate::chunked::sealed_len(65_536), 65_672);
}
