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
        is_hint: false,
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

/// The parity that an implementation from the text alone made (archive-1 A34).
#[test]
fn the_parity_worked_out_in_the_specification_is_the_written_one() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../docs/spec/archive-1.md");
    let page = std::fs::read_to_string(path).unwrap();
    let byte = |n: usize| u8::try_from(7 * n % 256).unwrap();
    let shard = |i: usize| (0..64).map(|j| byte(64 * i + j)).collect::<Vec<u8>>();
    let data: Vec<Vec<u8>> = (0..5).map(shard).collect();
    let mut encoder = crate::parity::Encoder::new(5, 3, 64).unwrap();
    let (data, mut parity): (Vec<_>, _) =
        (data.iter().map(Vec::as_slice).collect(), vec![vec![]; 3]);
    encoder.encode_onto(&data, &mut parity).unwrap();
    for (number, shard) in parity.iter().enumerate() {
        assert!(page.contains(&format!("| parity shard {number} | `{}` |", hex(shard))));
    }
    assert_eq!(parity.len(), 3);
}
