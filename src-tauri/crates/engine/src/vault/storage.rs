//! The audit log's storage in the folder `log`.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use audit::LogStorage;

use super::VaultError;
use super::folder::{make_file, replace_file};

/// `entries.log` and `checkpoint`.
#[derive(Debug)]
pub(super) struct LogFolder {
    entries: File,
    checkpoint: PathBuf,
}

impl LogFolder {
    /// Makes an empty log file.
    pub(super) fn create(folder: &Path) -> Result<Self, VaultError> {
        make_file(&folder.join("entries.log"), &[])?;
        Self::open(folder)
    }

    /// Opens the log file for reading and writing.
    pub(super) fn open(folder: &Path) -> Result<Self, VaultError> {
        Self::with(folder, OpenOptions::new().read(true).write(true))
    }

    /// Opens the log file for reading; every change is refused by the system.
    pub(super) fn open_read_only(folder: &Path) -> Result<Self, VaultError> {
        Self::with(folder, OpenOptions::new().read(true))
    }

    fn with(folder: &Path, options: &OpenOptions) -> Result<Self, VaultError> {
        let path = folder.join("entries.log");
        let entries = options.open(&path).map_err(VaultError::file(&path, "opened"))?;
        Ok(Self { entries, checkpoint: folder.join("checkpoint") })
    }
}

impl LogStorage for LogFolder {
    fn size_bytes(&self) -> io::Result<u64> {
        self.entries.metadata().map(|facts| facts.len())
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let mut file = &self.entries;
        file.seek(SeekFrom::Start(offset))?;
        file.read(buffer)
    }

    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.entries.seek(SeekFrom::End(0))?;
        self.entries.write_all(bytes)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.entries.sync_all()
    }

    fn cut(&mut self, size_bytes: u64) -> io::Result<()> {
        self.entries.set_len(size_bytes)?;
        self.entries.sync_all()
    }

    fn read_checkpoint(&self) -> io::Result<Option<Vec<u8>>> {
        match fs::read(&self.checkpoint) {
            Ok(note) => Ok(Some(note)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn replace_checkpoint(&mut self, note: &[u8]) -> io::Result<()> {
        replace_file(&self.checkpoint, note)
    }
}
