//! A stream of any length that is made faster than it is sealed, and known byte by byte.
//!
//! Its pages are a third of noise and two thirds of text, so that it compresses to a third and an
//! archive of 64 GiB fits a disk; every page carries its number, so that none is like another.

use std::io::{Read, Write};

use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use strongroom_tests::outcome::{Outcome, context, fail};

const PAGE_BYTES: usize = 4096;
const NOISE_BYTES: usize = PAGE_BYTES / 3;
const PIECE_BYTES: usize = 1 << 20;
/// Pieces that come again, with other numbers: more than zstd looks back.
const PIECES: usize = 64;

/// The stream, piece by piece.
struct Stream {
    pieces: Vec<Vec<u8>>,
    number: u64,
}

impl Stream {
    fn new() -> Self {
        let mut rng = ChaCha20Rng::from_seed([3; 32]);
        let text: Vec<u8> =
            b"what is sealed is restored ".iter().copied().cycle().take(PAGE_BYTES).collect();
        let pieces = (0..PIECES).map(|_| {
            let mut piece = text.repeat(PIECE_BYTES / PAGE_BYTES);
            for page in piece.chunks_mut(PAGE_BYTES) {
                rng.fill_bytes(&mut page[8..NOISE_BYTES]);
            }
            piece
        });
        Self { pieces: pieces.collect(), number: 0 }
    }

    fn next(&mut self) -> &[u8] {
        let index = usize::try_from(self.number).unwrap_or(0) % PIECES;
        let piece = &mut self.pieces[index];
        for (page, number) in piece.chunks_mut(PAGE_BYTES).zip(self.number << 8..) {
            page[..8].copy_from_slice(&number.to_be_bytes());
        }
        self.number += 1;
        piece
    }
}

/// Writes `bytes` of the stream, a multiple of a MiB, to standard output.
pub(crate) fn make(bytes: u64) -> Outcome<()> {
    let (mut stream, mut out) = (Stream::new(), std::io::stdout().lock());
    for _ in 0..bytes / PIECE_BYTES as u64 {
        out.write_all(stream.next()).map_err(context("writing the stream"))?;
    }
    out.flush().map_err(context("writing the stream"))
}

/// `reader` gives exactly `bytes` of the stream.
pub(crate) fn compare(reader: &mut impl Read, bytes: u64) -> Outcome<()> {
    let (mut stream, mut buffer) = (Stream::new(), vec![0; PIECE_BYTES]);
    for number in 0..bytes / PIECE_BYTES as u64 {
        reader.read_exact(&mut buffer).map_err(context(format!("reading MiB {number}")))?;
        if buffer != stream.next() {
            return fail(format!("MiB {number} of the stream came back changed"));
        }
    }
    match reader.read(&mut buffer).map_err(context("reading the stream's end"))? {
        0 => Ok(()),
        _ => fail("more came back than was sealed"),
    }
}
