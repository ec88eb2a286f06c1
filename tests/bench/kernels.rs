//! What processor and memory can do with a sample: the libraries the engine uses, in the pieces in
//! which it uses them, and nothing around them.

use std::thread;
use std::time::Instant;

use archive::{CHUNK_BYTES, SEGMENT_BYTES_DEFAULT};
use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use strongroom_tests::outcome::{Outcome, context, fail};
use zstd::bulk::{Compressor, Decompressor};

/// Bytes of a segment.
const SEGMENT_BYTES: usize = SEGMENT_BYTES_DEFAULT as usize;
/// The level that the engine seals with.
const LEVEL: i32 = 3;
/// A kernel runs at least as long as this.
const LEAST_SECONDS: f64 = 0.25;
const TAG_BYTES: usize = 16;

/// Runs `work` over and over on `threads` threads; bytes a second that all of them do together.
///
/// `work` gets the number of its thread and returns how many bytes it went through.
fn rate(threads: usize, work: impl Fn(usize) -> usize + Sync) -> f64 {
    let rates = thread::scope(|scope| {
        let threads = (0..threads).map(|number| {
            let work = &work;
            scope.spawn(move || {
                // Once without the clock, so that pages are there and clocks are up.
                work(number);
                let (started, mut bytes) = (Instant::now(), 0);
                while started.elapsed().as_secs_f64() < LEAST_SECONDS {
                    bytes += work(number);
                }
                bytes as f64 / started.elapsed().as_secs_f64()
            })
        });
        let threads: Vec<_> = threads.collect();
        threads.into_iter().map(|thread| thread.join().unwrap_or_default()).collect::<Vec<_>>()
    });
    rates.into_iter().sum()
}

/// Bytes a second that one core copies.
pub(crate) fn memcpy(sample: &[u8]) -> f64 {
    let target = std::sync::Mutex::new(vec![0_u8; sample.len()]);
    rate(1, |_| {
        let Ok(mut target) = target.lock() else { return 0 };
        target.copy_from_slice(std::hint::black_box(sample));
        std::hint::black_box(&mut *target);
        sample.len()
    })
}

/// Bytes a second that `threads` cores digest, segment by segment.
pub(crate) fn blake3(sample: &[u8], threads: usize) -> f64 {
    rate(threads, |_| {
        for segment in sample.chunks(SEGMENT_BYTES) {
            std::hint::black_box(blake3::hash(segment));
        }
        sample.len()
    })
}

/// Bytes a second that `threads` cores open: AES-256-GCM in the chunks of the format.
pub(crate) fn aes_gcm(sample: &[u8], threads: usize) -> Outcome<f64> {
    let key = || UnboundKey::new(&AES_256_GCM, &[7; 32]).map(LessSafeKey::new);
    let key = key().map_err(context("making a key"))?;
    let mut sealed = Vec::with_capacity(sample.len() + sample.len() / CHUNK_BYTES * TAG_BYTES);
    for chunk in sample.chunks_exact(CHUNK_BYTES) {
        let at = sealed.len();
        sealed.extend_from_slice(chunk);
        let tag = key.seal_in_place_separate_tag(nonce(), Aad::empty(), &mut sealed[at..]);
        sealed.extend_from_slice(tag.map_err(context("sealing a chunk"))?.as_ref());
    }
    let outs: Vec<_> =
        (0..threads).map(|_| std::sync::Mutex::new(vec![0_u8; SEGMENT_BYTES])).collect();
    let refused = std::sync::atomic::AtomicBool::new(false);
    let opened = rate(threads, |number| {
        let Ok(mut out) = outs[number].lock() else { return 0 };
        let mut bytes = 0;
        for chunk in sealed.chunks_exact(CHUNK_BYTES + TAG_BYTES) {
            let (text, tag) = chunk.split_at(CHUNK_BYTES);
            let at = bytes % SEGMENT_BYTES;
            let out = &mut out[at..at + CHUNK_BYTES];
            if key.open_separate_gather(nonce(), Aad::empty(), text, tag, out).is_err() {
                refused.store(true, std::sync::atomic::Ordering::Relaxed);
            }
            bytes += CHUNK_BYTES;
        }
        bytes
    });
    if refused.into_inner() { fail("a chunk did not open") } else { Ok(opened) }
}

fn nonce() -> Nonce {
    Nonce::assume_unique_for_key([3; 12])
}

/// What zstd makes of a sample, segment by segment, as the engine does: compressed where it pays.
pub(crate) struct Compressed {
    segments: Vec<(Vec<u8>, usize)>,
}

impl Compressed {
    /// Compresses `sample` once.
    pub(crate) fn new(sample: &[u8]) -> Outcome<Self> {
        let mut compressor = compressor()?;
        let segments = sample.chunks(SEGMENT_BYTES).filter_map(|segment| {
            let mut packed = vec![0; room(segment)];
            let len = compressor.compress_to_buffer(segment, &mut packed).ok()?;
            packed.truncate(len);
            Some((packed, segment.len()))
        });
        Ok(Self { segments: segments.collect() })
    }

    /// Bytes of content a second that `threads` cores decompress; none if nothing compresses.
    ///
    /// Segments that do not compress cost nothing here, and count as content of `sample`.
    pub(crate) fn decompress(&self, sample: &[u8], threads: usize) -> Outcome<Option<f64>> {
        if self.segments.is_empty() {
            return Ok(None);
        }
        let tools = (0..threads).map(|_| {
            let decompressor = Decompressor::new().map_err(context("starting zstd"))?;
            Ok(std::sync::Mutex::new((decompressor, vec![0_u8; SEGMENT_BYTES])))
        });
        let tools: Vec<_> = tools.collect::<Outcome<_>>()?;
        Ok(Some(rate(threads, |number| {
            let Ok(mut tool) = tools[number].lock() else { return 0 };
            let (decompressor, out) = &mut *tool;
            for (packed, len) in &self.segments {
                let done = decompressor.decompress_to_buffer(packed, &mut out[..*len]);
                std::hint::black_box(done.is_ok());
            }
            sample.len()
        })))
    }
}

/// Bytes a second that `threads` cores try to compress, as the engine does.
pub(crate) fn compress(sample: &[u8], threads: usize) -> Outcome<f64> {
    let tools =
        (0..threads).map(|_| Ok(std::sync::Mutex::new((compressor()?, vec![0_u8; SEGMENT_BYTES]))));
    let tools: Vec<_> = tools.collect::<Outcome<_>>()?;
    Ok(rate(threads, |number| {
        let Ok(mut tool) = tools[number].lock() else { return 0 };
        let (compressor, out) = &mut *tool;
        for segment in sample.chunks(SEGMENT_BYTES) {
            let done = compressor.compress_to_buffer(segment, &mut out[..room(segment)]);
            std::hint::black_box(done.is_ok());
        }
        sample.len()
    }))
}

fn compressor() -> Outcome<Compressor<'static>> {
    Compressor::new(LEVEL).map_err(context("starting zstd"))
}

/// Compression has to save at least this much, or the segment stays as it is.
fn room(segment: &[u8]) -> usize {
    segment.len() - segment.len().div_ceil(33)
}
