//! Segments and pages as messages: compressed where it pays, then sealed.

use secret::Secret;
use terms::{ArchiveId, Environment};
use zstd::bulk::{Compressor, Decompressor};
use zstd::zstd_safe::{CParameter, DParameter};

use crate::ArchiveError;
use crate::aead::Bulk;
use crate::chunked::{self, CHUNK_BYTES, Refused, SALT_BYTES};
use crate::frame::{Compression, FrameKind};

/// zstd's level: fast enough for a pipeline, and restores at the same speed as the higher ones.
const LEVEL: i32 = 3;
/// Largest window a decoder accepts: the largest segment.
const WINDOW_LOG_MAX: u32 = 24;

/// What binds a message to its place; every field enters the key derivation (archive-1 A15).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SegmentContext {
    /// The archive.
    pub archive: ArchiveId,
    /// Its environment, if stated.
    pub environment: Option<Environment>,
    /// Segment, manifest page or key page.
    pub kind: FrameKind,
    /// Its number among its kind.
    pub number: u64,
}

impl SegmentContext {
    /// label ‖ 0 ‖ kind ‖ compression ‖ archive ‖ number ‖ plain length ‖ environment.
    pub(crate) fn bytes(&self, compression: Compression, plain_len: usize) -> Vec<u8> {
        let mut bytes = b"strongroom/archive/1\0".to_vec();
        bytes.extend([self.kind.code(), compression.code()]);
        bytes.extend(self.archive.as_bytes());
        bytes.extend(self.number.to_be_bytes());
        bytes.extend((plain_len as u64).to_be_bytes());
        bytes.extend(self.environment.map_or("unstated", Environment::as_str).as_bytes());
        bytes
    }
}

/// A message ready to be written as a frame's body.
#[derive(Debug)]
pub struct SealedSegment {
    /// What it is bound to.
    pub context: SegmentContext,
    /// How its text is compressed.
    pub compression: Compression,
    /// Bytes of text.
    pub plain_length: u64,
    /// BLAKE3 of the body.
    pub digest: blake3::Hash,
}

/// Seals messages; one per thread, so that its buffers are used again.
pub struct Sealer {
    compressor: Compressor<'static>,
    scratch: Vec<u8>,
}

impl Sealer {
    /// Makes a sealer.
    ///
    /// # Errors
    ///
    /// zstd found no memory.
    pub fn new() -> Result<Self, ArchiveError> {
        let mut compressor = Compressor::new(LEVEL)?;
        compressor.set_parameter(CParameter::ChecksumFlag(false))?;
        Ok(Self { compressor, scratch: Vec::new() })
    }

    /// Seals `text` under `key` into `body`, which is cleared first.
    ///
    /// `salt` must be fresh for the key. Text is compressed if that saves at least 3 %
    /// (archive-1 A17).
    pub fn seal(
        &mut self,
        context: SegmentContext,
        key: &Secret<32>,
        salt: &[u8; SALT_BYTES],
        text: &[u8],
        body: &mut Vec<u8>,
    ) -> SealedSegment {
        self.seal_in_steps(context, (key, salt), text, body, &mut || ())
    }

    /// As [`seal`](Self::seal); `compressed` is called between the two steps, so that whoever has a
    /// clock learns what each takes.
    pub fn seal_in_steps(
        &mut self,
        context: SegmentContext,
        (key, salt): (&Secret<32>, &[u8; SALT_BYTES]),
        text: &[u8],
        body: &mut Vec<u8>,
        compressed: &mut dyn FnMut(),
    ) -> SealedSegment {
        self.scratch.resize(text.len() - text.len().div_ceil(33), 0);
        let done = self.compressor.compress_to_buffer(text, &mut self.scratch[..]);
        compressed();
        let (compression, stored) = match done {
            Ok(len) => (Compression::Zstd, &self.scratch[..len]),
            Err(_) => (Compression::None, text),
        };
        body.clear();
        let bound = context.bytes(compression, text.len());
        chunked::seal::<Bulk>(key, salt, &bound, stored, body);
        let digest = blake3::hash(body);
        SealedSegment { context, compression, plain_length: text.len() as u64, digest }
    }
}

/// What could be saved of a damaged segment.
#[derive(Debug, PartialEq, Eq)]
pub struct Salvaged {
    /// Ranges of the text that are lost, ascending; they are zeros in the output.
    pub lost: Vec<std::ops::Range<u64>>,
}

/// Opens messages; one per thread, so that its buffers are used again.
pub struct Opener {
    decompressor: Decompressor<'static>,
    scratch: Vec<u8>,
}

impl Opener {
    /// Makes an opener.
    ///
    /// # Errors
    ///
    /// zstd found no memory.
    pub fn new() -> Result<Self, ArchiveError> {
        let mut decompressor = Decompressor::new()?;
        decompressor.set_parameter(DParameter::WindowLogMax(WINDOW_LOG_MAX))?;
        Ok(Self { decompressor, scratch: Vec::new() })
    }

    /// Opens `body` into `out`, which ends up with exactly `plain_length` bytes.
    ///
    /// Everything authenticates before anything is decompressed, and decompression is bounded by
    /// the authenticated length (archive-1 A16).
    ///
    /// # Errors
    ///
    /// The message does not authenticate or does not decompress; `out` is then empty.
    pub fn open(
        &mut self,
        context: SegmentContext,
        key: &Secret<32>,
        (compression, plain_length): (Compression, u64),
        body: &[u8],
        out: &mut Vec<u8>,
    ) -> Result<(), ArchiveError> {
        self.open_in_steps(context, key, (compression, plain_length), body, out, &mut || ())
    }

    /// As [`open`](Self::open); `decrypted` is called when nothing is left but to decompress, so
    /// that whoever has a clock learns what each step takes.
    ///
    /// # Errors
    ///
    /// As for [`open`](Self::open).
    pub fn open_in_steps(
        &mut self,
        context: SegmentContext,
        key: &Secret<32>,
        (compression, plain_length): (Compression, u64),
        body: &[u8],
        out: &mut Vec<u8>,
        decrypted: &mut dyn FnMut(),
    ) -> Result<(), ArchiveError> {
        out.clear();
        let (kind, number) = (context.kind, context.number);
        let refused = |_: Refused| ArchiveError::Authentication { kind, number };
        let plain_len = usize::try_from(plain_length).unwrap_or(usize::MAX);
        let bound = context.bytes(compression, plain_len);
        match compression {
            Compression::None => {
                chunked::open::<Bulk>(key, &bound, body, out).map_err(refused)?;
                decrypted();
            }
            Compression::Zstd => {
                chunked::open::<Bulk>(key, &bound, body, &mut self.scratch).map_err(refused)?;
                decrypted();
                out.resize(plain_len, 0);
                let done = self.decompressor.decompress_to_buffer(&self.scratch, &mut out[..]);
                out.truncate(done.unwrap_or(0));
            }
        }
        if out.len() == plain_len {
            return Ok(());
        }
        out.clear();
        Err(ArchiveError::Decompression { kind, number })
    }

    /// Opens what still authenticates of a damaged body; everything else becomes zeros
    /// (archive-1 A18).
    ///
    /// A compressed segment is lost as a whole, and so is one whose header is damaged.
    pub fn salvage(
        &mut self,
        context: SegmentContext,
        key: &Secret<32>,
        (compression, plain_length): (Compression, u64),
        body: &[u8],
        out: &mut Vec<u8>,
    ) -> Salvaged {
        let plain_len = usize::try_from(plain_length).unwrap_or(usize::MAX);
        let mut bad = Vec::new();
        let bound = context.bytes(compression, plain_len);
        let whole = compression == Compression::Zstd
            || chunked::open_each::<Bulk>(key, &bound, body, out, |chunk| {
                bad.push(chunk);
                true
            })
            .is_err()
            || out.len() != plain_len;
        if whole {
            out.clear();
            out.resize(plain_len, 0);
            let all = (plain_length > 0).then_some(0..plain_length);
            return Salvaged { lost: all.into_iter().collect() };
        }
        let mut lost: Vec<std::ops::Range<u64>> = Vec::new();
        for chunk in bad {
            let start = (chunk * CHUNK_BYTES) as u64;
            let end = plain_length.min(start + CHUNK_BYTES as u64);
            match lost.last_mut().filter(|last| last.end == start) {
                Some(last) => last.end = end,
                None if start < end => lost.push(start..end),
                None => (),
            }
        }
        Salvaged { lost }
    }
}
