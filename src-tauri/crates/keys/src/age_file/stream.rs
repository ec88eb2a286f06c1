//! The payload of an age file: chunks of 64 KiB, sealed with ChaCha20-Poly1305 in STREAM order.

use std::io::{self, BufRead, Read, Write};

use chacha20poly1305::aead::inout::InOutBuf;
use chacha20poly1305::{AeadInOut, ChaCha20Poly1305, KeyInit};
use secret::Secret;

use super::AgeError;

/// Bytes of plaintext in every chunk but the last.
pub const CHUNK_BYTES: usize = 64 * 1024;
/// Bytes of a payload's nonce.
pub(super) const NONCE_BYTES: usize = 16;
/// Bytes of an authentication tag.
const TAG_BYTES: usize = 16;

/// The cipher and the number of the next chunk.
struct Chunks {
    cipher: ChaCha20Poly1305,
    next: u64,
}

impl Chunks {
    fn new(key: &Secret<32>) -> Self {
        Self { cipher: ChaCha20Poly1305::new(key.expose().into()), next: 0 }
    }

    /// An 11-byte counter, then whether the chunk is the last.
    fn nonce(&self, is_last: bool) -> [u8; 12] {
        let mut nonce = [0; 12];
        nonce[3..11].copy_from_slice(&self.next.to_be_bytes());
        nonce[11] = u8::from(is_last);
        nonce
    }

    fn seal(&mut self, chunk: &mut Vec<u8>, is_last: bool) {
        let nonce = self.nonce(is_last);
        let buffer = InOutBuf::from(chunk.as_mut_slice());
        match self.cipher.encrypt_inout_detached(&nonce.into(), &[], buffer) {
            Ok(tag) => chunk.extend_from_slice(&tag),
            Err(_) => unreachable!("a chunk is far below the cipher's limit"),
        }
        self.next += 1;
    }

    /// Decrypts `chunk` where it lies; says whether it is the last, and none if it is damaged.
    fn open(&mut self, chunk: &mut Vec<u8>) -> Option<bool> {
        let (text, tag) = chunk.split_last_chunk_mut::<TAG_BYTES>()?;
        // A chunk that does not authenticate is left as it was, so it can be tried as the other.
        let mut opens = |is_last| {
            let (nonce, buffer) = (self.nonce(is_last), InOutBuf::from(&mut *text));
            let tag = (*tag).into();
            self.cipher.decrypt_inout_detached(&nonce.into(), &[], buffer, &tag).is_ok()
        };
        let is_last = if opens(false) { false } else { opens(true).then_some(true)? };
        chunk.truncate(chunk.len() - TAG_BYTES);
        self.next += 1;
        Some(is_last)
    }
}

/// Plaintext of an age file, each byte authenticated before it is given.
pub struct Reader<R> {
    source: R,
    chunks: Chunks,
    plain: Vec<u8>,
    given: usize,
    state: State,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Within,
    Ended,
    Damaged,
}

impl<R: BufRead> Reader<R> {
    pub(super) fn new(source: R, key: &Secret<32>) -> Self {
        let plain = Vec::with_capacity(CHUNK_BYTES + TAG_BYTES);
        Self { source, chunks: Chunks::new(key), plain, given: 0, state: State::Within }
    }

    /// Reads and opens the next chunk.
    ///
    /// A genuine chunk is given even where the file is wrong behind it: what follows says so.
    fn advance(&mut self) -> Result<(), AgeError> {
        let damaged = AgeError::Payload { chunk: self.chunks.next };
        (self.given, self.state) = (0, State::Damaged);
        self.plain.clear();
        let limit = (CHUNK_BYTES + TAG_BYTES) as u64;
        (&mut self.source).take(limit).read_to_end(&mut self.plain)?;
        let is_full = self.plain.len() == CHUNK_BYTES + TAG_BYTES;
        let opened = self.chunks.open(&mut self.plain);
        // Only the last chunk may be short, and only an empty file ends with an empty chunk.
        let is_empty = self.plain.is_empty() && self.chunks.next > 1;
        let Some(is_last) = opened.filter(|is_last| (*is_last || is_full) && !is_empty) else {
            self.plain.clear();
            return Err(damaged);
        };
        self.state = match (is_last, self.source.fill_buf()?.is_empty()) {
            (true, true) => State::Ended,
            (false, false) => State::Within,
            _ => State::Damaged,
        };
        Ok(())
    }
}

impl<R: BufRead> Read for Reader<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.given == self.plain.len() && !out.is_empty() {
            match self.state {
                State::Within => self.advance()?,
                State::Ended => return Ok(0),
                State::Damaged => return Err(AgeError::Payload { chunk: self.chunks.next }.into()),
            }
        }
        let left = &self.plain[self.given..];
        let count = left.len().min(out.len());
        out[..count].copy_from_slice(&left[..count]);
        self.given += count;
        Ok(count)
    }
}

/// Seals what is written to it; [`Writer::finish`] makes the file whole.
pub struct Writer<W> {
    sink: W,
    chunks: Chunks,
    pending: Vec<u8>,
}

impl<W: Write> Writer<W> {
    pub(super) fn new(sink: W, key: &Secret<32>) -> Self {
        let pending = Vec::with_capacity(CHUNK_BYTES + TAG_BYTES);
        Self { sink, chunks: Chunks::new(key), pending }
    }

    /// Seals the last chunk and gives the sink back, flushed.
    ///
    /// # Errors
    ///
    /// The sink fails.
    pub fn finish(mut self) -> io::Result<W> {
        self.seal_pending(true)?;
        self.sink.flush()?;
        Ok(self.sink)
    }

    fn seal_pending(&mut self, is_last: bool) -> io::Result<()> {
        self.chunks.seal(&mut self.pending, is_last);
        self.sink.write_all(&self.pending)?;
        self.pending.clear();
        Ok(())
    }
}

impl<W: Write> Write for Writer<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // A full chunk waits until more comes: only then it is known not to be the last.
        if self.pending.len() == CHUNK_BYTES && !bytes.is_empty() {
            self.seal_pending(false)?;
        }
        let count = bytes.len().min(CHUNK_BYTES - self.pending.len());
        self.pending.extend_from_slice(&bytes[..count]);
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.sink.flush()
    }
}
