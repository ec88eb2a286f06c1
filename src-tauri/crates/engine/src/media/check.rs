//! Reading a medium to see whether it is still good.

use std::collections::BTreeSet;
use std::time::Duration;

use archive::{ArchiveError, FrameKind, FrameRecord, Set};
use terms::Digest;

use super::connected::Connected;
use crate::EngineError;
use crate::observer::{Health, Observer, Progress};
use crate::reading::Patience;

/// Most frames that wait; more are judged as they are read.
const WAITING_MAX: usize = 100_000;
/// Most frames that are tried to be mended; what is damaged beyond that counts as lost.
const MENDED_MAX: usize = 100_000;

/// How much of a medium is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Extent {
    /// Into how many parts the medium is divided; 1 reads all of it.
    pub parts: u32,
    /// Which of them is read, from 0.
    pub part: u32,
}

impl Extent {
    /// All of it.
    pub const FULL: Self = Self { parts: 1, part: 0 };

    /// Whether the frame at place `at` on the medium is in this part. The frames of a part lie
    /// spread over all of the medium, so a scratch is met by every part.
    pub(super) fn has(self, at: u64) -> bool {
        at % u64::from(self.parts.max(1)) == u64::from(self.part)
    }
}

/// What a check found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Found {
    /// Frames on the medium.
    pub frames: u64,
    /// Frames that were read.
    pub read: u64,
    /// Damaged frames of which nothing is lost.
    pub mendable: u64,
    /// Frames damaged beyond copies and parity.
    pub lost: u64,
    /// Damaged frames of which nobody can say whether they are lost: volumes of the archive that
    /// could mend them are not connected.
    pub unjudged: u64,
    /// How often the drive could not read.
    pub read_errors: u64,
    /// Bytes that were read.
    pub bytes: u64,
    /// How long it took.
    pub duration: Duration,
    /// Whether the medium was taken out while it was read; then nothing of this counts.
    pub is_gone: bool,
}

/// Reads `extent` of what `volumes` of `set` hold and lie on `medium`, in the order in which it
/// lies there and with one reader, as a drive likes it; what the medium refuses, and what lies
/// behind that, is read when all the rest was (decision 0725). A volume that is not on the medium
/// any more is lost with all of its frames. `elapsed` is a clock that is never set back.
///
/// # Errors
///
/// A part of the index is lost, or the person asked to stop.
pub fn check(
    (set, medium): (&Set, &Connected),
    volumes: &[u32],
    extent: Extent,
    elapsed: &dyn Fn() -> Duration,
    observer: &dyn Observer,
) -> Result<Found, EngineError> {
    let here: BTreeSet<u32> = medium.numbers().collect();
    let wanted: BTreeSet<u32> = volumes.iter().copied().collect();
    let began = elapsed();
    let (found, bad, later) = (Found::default(), Vec::new(), Vec::new());
    let patience = Patience::new(set, None)?;
    let mut reading = Reading { set, medium, here, patience, elapsed, found, bad, later };
    reading.blocks(&wanted);
    let mut at = 0;
    for page in 0..set.index_pages() {
        let own = set.index_page_records(page).to_vec();
        // A page that is destroyed on this medium is damage of it as any other; what else the page
        // records nobody can know.
        let is_own = own.iter().any(|copy| wanted.contains(&copy.volume));
        let mut records = match set.index_page(page) {
            Err(_) if is_own => Vec::new(),
            records => records?,
        };
        records.extend(own);
        records.retain(|record| wanted.contains(&record.volume));
        records.sort_by_key(|record| (record.volume, record.offset));
        for record in records {
            reading.found.frames += 1;
            if extent.has(at) {
                reading.frame(&record, observer)?;
            }
            at += 1;
            if reading.found.is_gone {
                return Ok(reading.found);
            }
        }
    }
    reading.again(observer)?;
    if reading.found.is_gone {
        return Ok(reading.found);
    }
    let duration = elapsed().saturating_sub(began);
    reading.judge(&wanted, observer)?;
    Ok(Found { duration, ..reading.found })
}

struct Reading<'a> {
    set: &'a Set,
    medium: &'a Connected,
    here: BTreeSet<u32>,
    patience: Patience,
    elapsed: &'a dyn Fn() -> Duration,
    found: Found,
    /// What is damaged, or on a volume that is not there.
    bad: Vec<FrameRecord>,
    /// What waits until all the rest was read, and whether it was refused already.
    later: Vec<(FrameRecord, bool)>,
}

impl Reading<'_> {
    /// Superblocks, trailers and roots, of which there are two each: read in every check.
    fn blocks(&mut self, wanted: &BTreeSet<u32>) {
        let last = self.set.root().volumes;
        for volume in wanted.intersection(&self.here) {
            let mut whole = vec![self.set.is_framed(*volume)];
            whole.extend((*volume == last).then(|| self.set.root_copies() == 2));
            self.found.frames += whole.len() as u64;
            self.found.read += whole.len() as u64;
            self.found.mendable += whole.iter().filter(|whole| !**whole).count() as u64;
        }
    }

    /// Reads a frame, unless it waits: its medium refused it, or one before it.
    fn frame(&mut self, record: &FrameRecord, observer: &dyn Observer) -> Result<(), EngineError> {
        if observer.is_cancelled() {
            return Err(EngineError::Cancelled);
        }
        let is_here = self.here.contains(&record.volume);
        let may_wait = self.later.len() < WAITING_MAX;
        if is_here && may_wait && self.patience.skips(record) {
            self.later.push((record.clone(), false));
            return Ok(());
        }
        let (mut body, began) = (Vec::new(), (self.elapsed)());
        let read = if is_here { self.set.read_body(record, &mut body) } else { Ok(()) };
        let took = (self.elapsed)().saturating_sub(began);
        if is_here {
            match &read {
                Ok(()) => self.patience.worked(record, Some(took)),
                Err(ArchiveError::Io(_)) => {
                    self.patience.failed(record);
                    self.found.read_errors += 1;
                    self.found.is_gone = !self.medium.still_has(record.volume);
                    if may_wait {
                        self.later.push((record.clone(), true));
                        return Ok(());
                    }
                }
                Err(_) => (),
            }
        }
        let read = read.and_then(|()| if is_here { record.check(&body) } else { Ok(()) });
        self.note(record, is_here && read.is_ok(), (read, body.len()), observer)
    }

    /// Reads what waits, with patience: first whole, then sector by sector.
    fn again(&mut self, observer: &dyn Observer) -> Result<(), EngineError> {
        let mut body = Vec::new();
        for (record, was_refused) in std::mem::take(&mut self.later) {
            if observer.is_cancelled() {
                return Err(EngineError::Cancelled);
            }
            let read = self.patience.again(self.set, &record, &mut body);
            if matches!(read, Err(ArchiveError::Io(_))) {
                self.found.read_errors += u64::from(!was_refused);
                self.found.is_gone = !self.medium.still_has(record.volume);
                if self.found.is_gone {
                    return Ok(());
                }
            }
            self.note(&record, read.is_ok(), (read, body.len()), observer)?;
        }
        Ok(())
    }

    /// Takes note of what was read of a frame.
    fn note(
        &mut self,
        record: &FrameRecord,
        is_good: bool,
        (read, length): (Result<(), ArchiveError>, usize),
        observer: &dyn Observer,
    ) -> Result<(), EngineError> {
        self.found.read += 1;
        self.found.bytes += length as u64;
        match read {
            Ok(()) if is_good => tell(observer, record, Health::Good),
            Ok(()) | Err(ArchiveError::Damaged { .. } | ArchiveError::Io(_)) => {
                self.bad.push(record.clone());
                tell(observer, record, Health::Damaged);
            }
            Err(error) => return Err(error.into()),
        }
        observer.progress(Progress { bytes: self.found.bytes, files: 0 });
        Ok(())
    }

    /// Tells what is lost from what is only damaged. Parity is no content: what of it is lost costs
    /// nothing but its help. While other volumes are missing, whatever they could mend is neither.
    fn judge(
        &mut self,
        wanted: &BTreeSet<u32>,
        observer: &dyn Observer,
    ) -> Result<(), EngineError> {
        let copied = self.good_copies();
        let others_missing = self.set.missing_volumes().iter().any(|it| !wanted.contains(it));
        let has_parity = self.set.settings().parity.is_some();
        for (record, count) in self.bad.iter().zip(1..) {
            if observer.is_cancelled() {
                return Err(EngineError::Cancelled);
            }
            let may_others = others_missing && (has_parity || record.kind != FrameKind::Segment);
            let is_on_it = self.here.contains(&record.volume);
            let is_mended = || {
                record.kind == FrameKind::Parity
                    || copied.contains(&record.digest)
                    || (count <= MENDED_MAX && self.set.mend(record).is_ok())
            };
            if is_on_it && is_mended() {
                self.found.mendable += 1;
                tell(observer, record, Health::Mended);
            } else if is_on_it && may_others {
                self.found.unjudged += 1;
            } else {
                self.found.lost += 1;
            }
        }
        Ok(())
    }

    /// Digests of damaged pages of which another copy is good, wherever it lies.
    fn good_copies(&self) -> BTreeSet<Digest> {
        let paged =
            |record: &&FrameRecord| !matches!(record.kind, FrameKind::Segment | FrameKind::Parity);
        let bad: Vec<&FrameRecord> = self.bad.iter().filter(paged).collect();
        let sought: BTreeSet<Digest> = bad.iter().map(|record| record.digest).collect();
        let (mut good, mut body) = (BTreeSet::new(), Vec::new());
        for page in (0..self.set.index_pages()).take_while(|_| !sought.is_empty()) {
            let own = self.set.index_page_records(page).to_vec();
            let listed = self.set.index_page(page).unwrap_or_default();
            let sought =
                |record: &FrameRecord| sought.contains(&record.digest) && !bad.contains(&record);
            for copy in own.into_iter().chain(listed).filter(sought) {
                if self.set.read_checked(&copy, &mut body).is_ok() {
                    good.insert(copy.digest);
                }
            }
        }
        good
    }
}

fn tell(observer: &dyn Observer, record: &FrameRecord, health: Health) {
    if record.kind == FrameKind::Segment {
        observer.segment(record.number, health);
    }
}
