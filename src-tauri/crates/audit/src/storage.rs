//! What the log needs of the place it is kept in.

use std::io;

/// An append-only file and a small file beside it that is replaced as a whole.
///
/// The log is given one; in a vault it is the folder `log`, in tests it is memory.
pub trait LogStorage {
    /// The number of bytes in the log file.
    ///
    /// # Errors
    ///
    /// When the storage cannot be asked.
    fn size_bytes(&self) -> io::Result<u64>;

    /// Reads into `buffer` from `offset` and says how many bytes it got; 0 only at the end.
    ///
    /// # Errors
    ///
    /// When the storage cannot be read.
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize>;

    /// Writes `bytes` behind the last byte. They need not be durable before [`sync`](Self::sync).
    ///
    /// # Errors
    ///
    /// When not all bytes were taken; some may have been.
    fn append(&mut self, bytes: &[u8]) -> io::Result<()>;

    /// Makes everything appended durable.
    ///
    /// # Errors
    ///
    /// When it is not known to be durable. The log then never asks this handle again.
    fn sync(&mut self) -> io::Result<()>;

    /// Cuts the file to `size_bytes` and makes the cut durable.
    ///
    /// # Errors
    ///
    /// When the file is not known to have that size.
    fn cut(&mut self, size_bytes: u64) -> io::Result<()>;

    /// The checkpoint file, or `None` when there is none.
    ///
    /// # Errors
    ///
    /// When it cannot be read.
    fn read_checkpoint(&self) -> io::Result<Option<Vec<u8>>>;

    /// Replaces the checkpoint file as a whole, durably: afterwards, and after a crash at any
    /// moment, it holds either the old or the new bytes.
    ///
    /// # Errors
    ///
    /// When the new bytes are not known to be durable.
    fn replace_checkpoint(&mut self, note: &[u8]) -> io::Result<()>;
}
