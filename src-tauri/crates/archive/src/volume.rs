//! Volumes as a reader sees them, bytes at offsets, and as a writer makes them.

use std::io::{self, Write};

/// A medium that failed is read again in pieces of this size.
const PIECE_BYTES: usize = 4096;

/// Something that can be read at any offset, from several threads at once.
pub trait ReadAt: Send + Sync {
    /// Reads some bytes at `offset` into `buffer`; 0 only at the end or for an empty buffer.
    ///
    /// # Errors
    ///
    /// The medium failed.
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize>;

    /// Number of bytes.
    ///
    /// # Errors
    ///
    /// The medium failed.
    fn size(&self) -> io::Result<u64>;

    /// Fills `buffer` from `offset` in small pieces, with zeros where the medium fails or ends: a
    /// sector that cannot be read takes its neighbours with it only in one piece.
    fn read_pieces_at(&self, buffer: &mut [u8], offset: u64) {
        for (number, piece) in (0..).zip(buffer.chunks_mut(PIECE_BYTES)) {
            if self.read_exact_at(piece, offset + number * PIECE_BYTES as u64).is_err() {
                piece.fill(0);
            }
        }
    }

    /// Fills `buffer` from `offset`.
    ///
    /// # Errors
    ///
    /// The medium failed, or ends before the buffer is full.
    fn read_exact_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<()> {
        let mut done = 0;
        while done < buffer.len() {
            match self.read_at(&mut buffer[done..], offset + done as u64) {
                Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
                Ok(count) => done += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => (),
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

impl ReadAt for Vec<u8> {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let rest = usize::try_from(offset).ok().and_then(|at| self.get(at..)).unwrap_or_default();
        let count = rest.len().min(buffer.len());
        buffer[..count].copy_from_slice(&rest[..count]);
        Ok(count)
    }

    fn size(&self) -> io::Result<u64> {
        Ok(self.len() as u64)
    }
}

/// Where volumes come from and go to: files in the engine, buffers in tests.
pub trait Volumes {
    /// A volume being written.
    type Volume: Write;

    /// Begins volume `number`, counted from 1.
    ///
    /// # Errors
    ///
    /// The target failed.
    fn begin(&mut self, number: u32) -> io::Result<Self::Volume>;

    /// Takes a volume that is written to its last byte.
    ///
    /// # Errors
    ///
    /// The target failed.
    fn end(&mut self, number: u32, volume: Self::Volume) -> io::Result<()>;
}
