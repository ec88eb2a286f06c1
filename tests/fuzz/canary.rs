//! A harness that finds nothing proves nothing: each kind of bug is planted, and must be found
//! within the executions of a usual run.

use crate::driver::{Answer, Target, fuzz};
use crate::targets::archive;

/// The executions of the least patient target.
const PATIENCE: u64 = 3000;

fn found(read: fn(&[u8]) -> Answer) -> String {
    let target = Target { name: "canary", read, ..archive::MANIFEST_PAGE };
    let Err(find) = fuzz(&target, PATIENCE, 1) else { panic!("a planted bug was not found") };
    assert!(!find.input.is_empty());
    find.broken
}

/// An honest reader, before a bug is planted in it.
fn honest(bytes: &[u8]) -> Answer {
    (archive::MANIFEST_PAGE.read)(bytes)
}

#[test]
fn a_reader_that_panics_on_one_refusal_is_found() {
    // Deep inside: only a page that decodes, and has a file whose sizes differ, gets there.
    let broken = found(|bytes| {
        let answer = honest(bytes);
        let reason = answer.as_ref().err().map_or("", String::as_str);
        assert!(!reason.contains("do not add up"), "planted");
        answer
    });
    assert_eq!(broken, "planted");
}

#[test]
fn a_reader_that_believes_a_length_is_found() {
    let broken = found(|bytes| {
        // A kilobyte for each entry that the page claims to have, up to 16 MiB.
        let claimed = match bytes {
            [0x98, count, ..] => usize::from(*count),
            [0x99..0x9c, ..] => 16 << 10,
            _ => 0,
        };
        std::hint::black_box(vec![1_u8; claimed << 10]);
        honest(bytes)
    });
    assert!(broken.contains("bytes for"), "{broken}");
}

#[test]
fn a_reader_that_takes_two_encodings_is_found() {
    let broken = found(|bytes| {
        let Some((last, rest)) = bytes.split_last() else { return Ok(()) };
        // A trailing zero is overlooked.
        let read = if *last == 0 { rest } else { bytes };
        honest(read).inspect(|()| assert_eq!(read, bytes, "another encoding was taken"))
    });
    assert!(broken.contains("another encoding was taken"), "{broken}");
}
