//! Writing a journal.

use std::fs::File;
use std::io::{self, Write};

use super::record::{Part, Published, Record};
use super::{RECORD_BYTES_MAX, Series};

/// The journal of this run.
pub(in crate::restore) struct Journal {
    series: Series,
    file: File,
    mac: blake3::Hash,
    /// Records that are not in the file yet.
    waiting: Vec<u8>,
}

impl Journal {
    /// Begins a journal in `file`, which is new, of a run that goes on with the file of `part`.
    /// From now on no part that an earlier run wrote counts (journal-1 J10).
    pub(in crate::restore) fn begin(
        series: Series,
        mut file: File,
        part: Option<&Part>,
    ) -> io::Result<Self> {
        file.write_all(&series.header)?;
        let mac = series.first_mac();
        let mut journal = Self { series, file, mac, waiting: Vec::new() };
        part.into_iter().for_each(|part| journal.part(part.clone()));
        journal.sync()?;
        Ok(journal)
    }

    /// Adds that a file has its final name. The record need not be on the medium soon: without it
    /// the file is read once more.
    pub(in crate::restore) fn published(&mut self, published: Published) {
        self.add(&Record::Published(published));
    }

    /// Adds how much of a file is written.
    pub(in crate::restore) fn part(&mut self, part: Part) {
        self.add(&Record::Part(part));
    }

    /// Hands what was added to the file system.
    pub(in crate::restore) fn flush(&mut self) -> io::Result<()> {
        self.file.write_all(&self.waiting)?;
        self.waiting.clear();
        Ok(())
    }

    /// Waits until what was added is on the medium.
    pub(in crate::restore) fn sync(&mut self) -> io::Result<()> {
        self.flush()?;
        self.file.sync_data()
    }

    fn add(&mut self, record: &Record) {
        let record = terms::encode(record);
        // A path of the longest kind, or ranges without number: the file is done again instead.
        if record.len() > RECORD_BYTES_MAX {
            return;
        }
        self.mac = self.series.mac(&self.mac, &record);
        let length = u32::try_from(record.len()).unwrap_or(u32::MAX);
        self.waiting.extend(length.to_be_bytes());
        self.waiting.extend(record);
        self.waiting.extend(self.mac.as_bytes());
    }
}
