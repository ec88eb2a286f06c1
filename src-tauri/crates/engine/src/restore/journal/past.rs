//! Reading what earlier runs wrote.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use super::record::{Part, Published, Record};
use super::{JOURNALS_MAX, MAC_BYTES, RECORD_BYTES_MAX, Series, name};
use crate::EngineError;
use crate::files::LeftOver;

/// What earlier runs did in the quarantine that they left.
pub(in crate::restore) struct Past {
    series: Series,
    pub(in crate::restore) left_over: LeftOver,
    /// What each run published, ascending; read as far as it was asked for.
    published: Vec<Ascending>,
    /// The last file of which a part was written.
    pub(in crate::restore) part: Option<Part>,
    /// Number of journals.
    pub(in crate::restore) runs: u32,
}

impl Past {
    /// Looks for a quarantine of archives called `tag` in the target at `path` that has a journal
    /// of `series`; changes nothing.
    ///
    /// # Errors
    ///
    /// The target cannot be read.
    pub(in crate::restore) fn find(
        path: &Path,
        tag: &str,
        series: Series,
    ) -> Result<Option<Self>, EngineError> {
        for left_over in LeftOver::all(path, tag)? {
            let (mut published, mut part, mut runs) = (Vec::new(), None, 0);
            for number in 1..=JOURNALS_MAX {
                let Some(file) = left_over.open(&name(number)) else { break };
                // A later run has begun the file anew or said that it goes on with it.
                (runs, part) = (number, None);
                let Some(mut records) = Records::of(file, &series) else { continue };
                while let Some(record) = records.next(&series) {
                    if let Record::Part(found) = record {
                        part = Some(found);
                    }
                }
                // From the start once more: the second reading goes along with the manifest.
                let again = left_over.open(&name(number)).and_then(|it| Records::of(it, &series));
                published.extend(again.map(|records| Ascending { records, next: None }));
            }
            // With no number left for another journal, the next run begins anew.
            if !published.is_empty() && runs < JOURNALS_MAX {
                return Ok(Some(Self { series, left_over, published, part, runs }));
            }
        }
        Ok(None)
    }

    /// What is said of entry `number`; asked for in ascending order.
    pub(in crate::restore) fn published(&mut self, number: u64) -> Option<Published> {
        let Self { series, published, .. } = self;
        published.iter_mut().rev().fold(None, |found, run| found.or(run.at(series, number)))
    }
}

/// One run's published files, passed over in their order.
struct Ascending {
    records: Records,
    next: Option<Published>,
}

impl Ascending {
    fn at(&mut self, series: &Series, number: u64) -> Option<Published> {
        while self.next.as_ref().is_none_or(|next| next.entry < number) {
            match self.records.next(series)? {
                Record::Published(published) => self.next = Some(published),
                Record::Part(_) => (),
            }
        }
        self.next.take_if(|next| next.entry == number)
    }
}

/// The records of one journal, as far as they are authentic (journal-1 J4).
struct Records {
    file: BufReader<File>,
    mac: blake3::Hash,
}

impl Records {
    /// None if it is no journal of `series` (journal-1 J2).
    fn of(file: File, series: &Series) -> Option<Self> {
        let mut file = BufReader::new(file);
        let mut header = [0; 56];
        file.read_exact(&mut header).ok()?;
        (header == series.header).then(|| Self { file, mac: series.first_mac() })
    }

    fn next(&mut self, series: &Series) -> Option<Record> {
        let mut length = [0; 4];
        self.file.read_exact(&mut length).ok()?;
        let length = usize::try_from(u32::from_be_bytes(length)).ok()?;
        if length > RECORD_BYTES_MAX {
            return None;
        }
        let mut record = vec![0; length];
        self.file.read_exact(&mut record).ok()?;
        let mut mac = [0; MAC_BYTES];
        self.file.read_exact(&mut mac).ok()?;
        self.mac = series.mac(&self.mac, &record);
        // Hashes are compared in constant time.
        if self.mac != mac {
            return None;
        }
        terms::decode(&record).ok()
    }
}
