//! One repair: what is read first, what waits, and where it is written.

use std::os::unix::fs::FileExt as _;

use archive::{ArchiveError, FrameRecord, Patch, Set, Workpiece};

use super::Bench;
use crate::EngineError;
use crate::observer::{Observer, Progress};
use crate::reading::Patience;

/// A repair that is under way.
pub(super) struct Job<'a> {
    pub(super) bench: &'a mut Bench,
    /// What dying media are read with; none for a copy, which lies on a disk.
    pub(super) patience: Option<&'a Patience>,
    pub(super) observer: &'a dyn Observer,
    pub(super) progress: Progress,
    /// Why it ended; the archive only hears that it did.
    pub(super) failed: Option<EngineError>,
}

impl Workpiece for Job<'_> {
    fn frame(
        &mut self,
        set: &Set,
        record: &FrameRecord,
        body: &mut Vec<u8>,
    ) -> Result<(), ArchiveError> {
        if !self.bench.is_copy {
            return set.read_first_copy(record, body);
        }
        let length = usize::try_from(record.length).map_err(|_| record.damaged())?;
        let there = self.range(set, record.volume, record.offset, length);
        *body = there.ok_or_else(|| record.damaged())?;
        Ok(())
    }

    fn range(&mut self, set: &Set, volume: u32, offset: u64, length: usize) -> Option<Vec<u8>> {
        if !self.bench.is_copy {
            return set.read_range(volume, offset, length);
        }
        let file = self.bench.written_so_far(volume)?;
        // No memory for more than the copy holds (archive-1 A5).
        let end = offset.checked_add(length as u64)?;
        let mut bytes = (end <= file.metadata().ok()?.len()).then(|| vec![0; length])?;
        file.read_exact_at(&mut bytes, offset).ok().map(|()| bytes)
    }

    fn leaves_out(&mut self, record: &FrameRecord) -> bool {
        self.patience.is_some_and(|patience| patience.skips(record))
    }

    fn heard(&mut self, record: &FrameRecord, read: &Result<(), ArchiveError>) {
        match (self.patience, read) {
            (Some(patience), Ok(())) => patience.worked(record, None),
            (Some(patience), Err(ArchiveError::Io(_))) => patience.failed(record),
            _ => (),
        }
    }

    fn again(
        &mut self,
        set: &Set,
        record: &FrameRecord,
        body: &mut Vec<u8>,
    ) -> Result<(), ArchiveError> {
        match self.patience {
            Some(patience) => patience.again(set, record, body),
            None => set.read_checked(record, body),
        }
    }

    fn write(&mut self, patch: Patch<'_>) -> Result<(), ArchiveError> {
        if self.observer.is_cancelled() {
            self.failed = Some(EngineError::Cancelled);
        } else if let Err(error) = self.bench.write(&patch) {
            self.failed = Some(error);
        }
        self.progress.bytes += patch.bytes.len() as u64;
        self.progress.files += 1;
        self.observer.progress(self.progress);
        // The true reason is kept above; this only ends the search.
        if self.failed.is_some() { Err(ArchiveError::NotSealed) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use archive::Parity;

    use super::*;
    use crate::observer::Unwatched;
    use crate::tests::dying::{SECTOR, dying, sealed, sector, segments};

    #[test]
    fn media_that_die_are_mended_last_where_they_do_not_read() {
        let (desk, bytes) = sealed(Some(Parity::of_percent(20).unwrap()));
        let path = fs::read_dir(desk.path("archive")).unwrap().flatten().map(|file| file.path());
        let path = path.into_iter().find(|path| fs::read(path).unwrap() == bytes).unwrap();
        let whole = Set::open(vec![Box::new(bytes.clone())]).unwrap();
        let records = segments(&whole);
        // A bad place, and damage that reads behind it.
        let bad = sector(&records[2], 3);
        let mut damaged = bytes.clone();
        damaged[usize::try_from(records[6].offset).unwrap() + 9] ^= 1;
        let start = usize::try_from(bad).unwrap();
        damaged[start..start + usize::try_from(SECTOR).unwrap()].fill(0);
        fs::write(&path, &damaged).unwrap();
        let (set, told) = dying(&damaged, &[bad], usize::MAX);
        told.lock().unwrap().reads.clear();
        let mut bench = Bench::on_the_media(&set, std::slice::from_ref(&path)).unwrap();
        let patience = Patience::new(&set, None).unwrap();
        let found = bench.mend(&set, &patience, &Unwatched).unwrap();
        assert_eq!((found.places, found.beyond.len()), (2, 0), "{found:?}");
        bench.publish(&set, &found).unwrap();
        assert!(fs::read(&path).unwrap() == bytes);
        // What lies behind the bad place is read after the last frame that is not.
        let reads = told.lock().unwrap();
        let at = |record: &FrameRecord| {
            let is_own = |read: &&std::ops::Range<u64>| {
                read.start == record.offset && read.end - read.start == record.length
            };
            reads.reads.iter().position(|read| is_own(&read)).unwrap()
        };
        let last = at(records.last().unwrap());
        assert!(at(&records[2]) < last && at(&records[3]) > last);
        assert_eq!(patience.report().unwrap().failed, 1);
    }
}
