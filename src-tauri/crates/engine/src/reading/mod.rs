//! Reading media that die: first what reads well, then the rest with patience, last the parity.
//!
//! A drive takes seconds for a sector that it cannot read, and a medium may have only so many reads
//! left. So the first pass retries nothing: what fails is left out, and so is what lies behind it,
//! more and more while it goes on. When all the rest is safe, what was left out is tried again,
//! whole and then sector by sector, and what does not come is worked out of the parity. A map of
//! what did not read may be kept for the next run (readmap-1); it only says in which order to read,
//! and nothing of it is believed of content.

mod ahead;
mod copying;
mod map;

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use archive::{ArchiveError, FrameRecord, Set};
use serde::Serialize;
use terms::ArchiveId;

use crate::EngineError;
use ahead::Ahead;
pub(crate) use copying::copy_patiently;
use map::{Map, State};

/// A frame that takes longer is of a place where the medium hardly reads.
const SLOW: Duration = Duration::from_secs(5);
/// Frames that are tried again before the map is written anew.
const SAVED_EVERY: u64 = 64;

/// A map of what did not read, as it is written again after it was read (readmap-1): the door for
/// the fuzz target.
///
/// # Errors
///
/// It is something else, or of another archive.
pub fn map_again(text: &str, archive: ArchiveId) -> Result<String, &'static str> {
    Map::parse(text, archive).map(|map| map.text())
}

/// A range of a volume that could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct UnreadRange {
    /// The volume, from 1.
    pub volume: u32,
    /// Where it begins in the volume.
    pub offset: u64,
    /// Its length in bytes.
    pub length: u64,
}

/// What came of media that failed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct ReadingReport {
    /// Frames that the medium refused when they were first read.
    pub failed: u64,
    /// Frames that were left out at first because they lie behind such a place, or in one of an
    /// earlier run.
    pub skipped: u64,
    /// Of all these, frames that came when they were tried again.
    pub came_back: u64,
    /// Frames that were worked out of the parity then.
    pub mended: u64,
    /// Ranges that stayed unread, as far as the map holds them.
    pub unread: Vec<UnreadRange>,
}

/// Which places of the media fail, and in which order they are read for that.
pub(crate) struct Patience {
    path: Option<PathBuf>,
    /// Nothing is locked before the first failure.
    is_troubled: AtomicBool,
    failed: AtomicU64,
    skipped: AtomicU64,
    came_back: AtomicU64,
    mended: AtomicU64,
    map: Mutex<Map>,
    ahead: Mutex<BTreeMap<u32, Ahead>>,
    /// Why the map could not be written.
    unwritten: Mutex<Option<String>>,
}

impl Patience {
    /// With the map in the file `path`, if there is one; the file may be new.
    ///
    /// # Errors
    ///
    /// The file is something else than a map of this archive's media.
    pub(crate) fn new(set: &Set, path: Option<&Path>) -> Result<Self, EngineError> {
        let archive = set.settings().archive;
        let map = path.map_or_else(
            || Ok(Map::new(archive)),
            |path| Map::read(path, archive).map_err(EngineError::file("reading", path)),
        )?;
        Ok(Self {
            path: path.map(Path::to_owned),
            is_troubled: AtomicBool::new(!map.is_empty()),
            failed: AtomicU64::default(),
            skipped: AtomicU64::default(),
            came_back: AtomicU64::default(),
            mended: AtomicU64::default(),
            map: Mutex::new(map),
            ahead: Mutex::default(),
            unwritten: Mutex::default(),
        })
    }

    /// Whether a frame is left out at first.
    pub(crate) fn skips(&self, record: &FrameRecord) -> bool {
        if !self.is_troubled.load(Ordering::Relaxed) {
            return false;
        }
        let ahead = lock(&self.ahead);
        let is_behind = ahead.get(&record.volume).is_some_and(|it| it.leaves_out(record.offset));
        drop(ahead);
        let mut map = lock(&self.map);
        let is_skipped = is_behind || map.touches(record.volume, &range(record));
        if is_behind {
            map.set(record.volume, &range(record), Some(State::Skipped));
        }
        self.skipped.fetch_add(u64::from(is_skipped), Ordering::Relaxed);
        is_skipped
    }

    /// The medium refused a frame.
    pub(crate) fn failed(&self, record: &FrameRecord) {
        self.failed.fetch_add(1, Ordering::Relaxed);
        lock(&self.map).set(record.volume, &range(record), Some(State::Failed));
        self.leave_out_behind(record);
    }

    /// The medium gave a frame, and what it took if that is known.
    pub(crate) fn worked(&self, record: &FrameRecord, took: Option<Duration>) {
        if took.is_some_and(|took| took >= SLOW) {
            self.leave_out_behind(record);
        } else if self.is_troubled.load(Ordering::Relaxed)
            && let Some(ahead) = lock(&self.ahead).get_mut(&record.volume)
        {
            ahead.gave(record.offset);
        }
    }

    fn leave_out_behind(&self, record: &FrameRecord) {
        let mut ahead = lock(&self.ahead);
        ahead.entry(record.volume).or_default().refused(range(record).end);
        self.is_troubled.store(true, Ordering::Relaxed);
    }

    /// Reads a frame that was left out: whole, then sector by sector (readmap-1 R5). The map tells
    /// less of it then (readmap-1 R6), and what came is compared with the index (readmap-1 R7).
    /// What does not come is zeros in `body`.
    ///
    /// # Errors
    ///
    /// It is not all there, or not what its record says.
    pub(crate) fn again(
        &self,
        set: &Set,
        record: &FrameRecord,
        body: &mut Vec<u8>,
    ) -> Result<(), ArchiveError> {
        let whole = set.read_body(record, body);
        let unread = match whole {
            Ok(()) => Vec::new(),
            Err(ArchiveError::Io(_)) => set.read_patiently(record, body)?,
            Err(error) => return Err(error),
        };
        let mut map = lock(&self.map);
        map.set(record.volume, &range(record), None);
        for unread in &unread {
            map.set(record.volume, unread, Some(State::Failed));
        }
        drop(map);
        if !unread.is_empty() {
            let missing = std::io::Error::other("sectors that cannot be read");
            return Err(ArchiveError::Io(missing));
        }
        record.check(body)?;
        let again = self.came_back.fetch_add(1, Ordering::Relaxed);
        if again.is_multiple_of(SAVED_EVERY) {
            self.save();
        }
        Ok(())
    }

    /// Whether something of a frame did not read.
    pub(crate) fn is_unread(&self, record: &FrameRecord) -> bool {
        lock(&self.map).touches(record.volume, &range(record))
    }

    /// A frame was worked out of the parity.
    pub(crate) fn mended(&self) {
        self.mended.fetch_add(1, Ordering::Relaxed);
    }

    /// Writes the map, if one is kept.
    pub(crate) fn save(&self) {
        let Some(path) = self.path.as_ref() else { return };
        if let Err(error) = lock(&self.map).write(path) {
            let why = format!("the map {} could not be written: {error}", path.display());
            *lock(&self.unwritten) = Some(why);
        }
    }

    /// What came of it; none if every medium gave what it was asked for.
    pub(crate) fn report(&self) -> Option<ReadingReport> {
        let count = |number: &AtomicU64| number.load(Ordering::Relaxed);
        let report = ReadingReport {
            failed: count(&self.failed),
            skipped: count(&self.skipped),
            came_back: count(&self.came_back),
            mended: count(&self.mended),
            unread: lock(&self.map).unread(),
        };
        (report != ReadingReport::default()).then_some(report)
    }

    /// Why the map could not be written, if that was so.
    pub(crate) fn unwritten(&self) -> Option<String> {
        lock(&self.unwritten).clone()
    }
}

impl ReadingReport {
    /// In one line, as people read it.
    pub fn to_words(&self) -> String {
        let Self { failed, skipped, came_back, mended, unread } = self;
        let bytes: u64 = unread.iter().map(|range| range.length).sum();
        format!(
            "the media refused {failed} frames at first, and {skipped} more were left for the end; \
             {came_back} came when they were read again, {mended} out of the parity; {bytes} bytes \
             in {} places stay unread",
            unread.len()
        )
    }
}

fn range(record: &FrameRecord) -> Range<u64> {
    record.offset..record.offset.saturating_add(record.length)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
