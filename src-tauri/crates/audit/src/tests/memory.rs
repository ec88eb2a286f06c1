//! A log storage in memory that can fail and lose what was not synced.

use std::io;

use crate::LogStorage;

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Memory {
    pub(super) bytes: Vec<u8>,
    pub(super) checkpoint: Option<Vec<u8>>,
    /// How many bytes survive a power cut.
    pub(super) synced: usize,
    /// After so many writing calls every further one fails.
    pub(super) calls_left: Option<usize>,
}

impl Memory {
    /// What a power cut leaves, with the first `kept` of the bytes that were not synced.
    pub(super) fn after_power_cut(&self, kept: usize) -> Self {
        let size = (self.synced + kept).min(self.bytes.len());
        Self { bytes: self.bytes[..size].to_vec(), synced: size, calls_left: None, ..self.clone() }
    }

    fn call(&mut self) -> io::Result<()> {
        match &mut self.calls_left {
            Some(0) => Err(io::Error::other("the disk is gone")),
            Some(left) => {
                *left -= 1;
                Ok(())
            }
            None => Ok(()),
        }
    }
}

impl LogStorage for Memory {
    fn size_bytes(&self) -> io::Result<u64> {
        Ok(self.bytes.len() as u64)
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let rest = self.bytes.get(usize::try_from(offset).unwrap()..).unwrap_or_default();
        // Short reads are allowed, so they are made.
        let count = rest.len().min(buffer.len()).min(100);
        buffer[..count].copy_from_slice(&rest[..count]);
        Ok(count)
    }

    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        let half = bytes.len() / 2;
        self.bytes.extend_from_slice(&bytes[..half]);
        self.call()?;
        self.bytes.extend_from_slice(&bytes[half..]);
        Ok(())
    }

    fn sync(&mut self) -> io::Result<()> {
        self.call()?;
        self.synced = self.bytes.len();
        Ok(())
    }

    fn cut(&mut self, size_bytes: u64) -> io::Result<()> {
        self.call()?;
        self.bytes.truncate(usize::try_from(size_bytes).unwrap());
        self.synced = self.bytes.len();
        Ok(())
    }

    fn read_checkpoint(&self) -> io::Result<Option<Vec<u8>>> {
        Ok(self.checkpoint.clone())
    }

    fn replace_checkpoint(&mut self, note: &[u8]) -> io::Result<()> {
        self.call()?;
        self.checkpoint = Some(note.to_vec());
        Ok(())
    }
}
