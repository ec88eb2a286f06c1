//! Going through the frames of an archive: on all cores, and what a medium refuses at the end.

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use archive::{ArchiveError, FrameKind, FrameRecord, Set};

use super::{DAMAGED_MAX, VerifyReport, what};
use crate::EngineError;
use crate::observer::{Health, Observer, Progress};
use crate::reading::Patience;
use crate::restore::workers;
use crate::stages::{Crew, Lap, Meter, Stage};

/// How the frames of an archive are gone through.
pub(super) struct Checking<'a> {
    pub(super) meter: &'a Meter<'a>,
    pub(super) patience: &'a Patience,
    /// Frames that wait until everything else was read.
    pub(super) later: Vec<FrameRecord>,
}

/// What was found of a page's frames.
#[derive(Default)]
struct Page {
    damaged: Vec<FrameRecord>,
    later: Vec<FrameRecord>,
    whole: Vec<String>,
    failed: Option<EngineError>,
}

/// What is found of a frame.
enum Checked {
    Whole,
    Damaged,
    /// Its medium refused it, or one before it.
    Later,
}

impl Checking<'_> {
    /// Reads what waits, with patience; returns what is damaged then.
    pub(super) fn again(
        &mut self,
        set: &Set,
        report: &mut VerifyReport,
    ) -> Result<Vec<FrameRecord>, EngineError> {
        let (mut damaged, mut body) = (Vec::new(), Vec::new());
        self.patience.save();
        for record in std::mem::take(&mut self.later) {
            if self.meter.observer().is_cancelled() {
                self.patience.save();
                return Err(EngineError::Cancelled);
            }
            let is_whole = match self.patience.again(set, &record, &mut body) {
                Ok(()) => true,
                Err(ArchiveError::Damaged { .. } | ArchiveError::Io(_)) => false,
                Err(error) => return Err(error.into()),
            };
            tell(self.meter.observer(), &record, is_whole);
            match (is_whole, record.kind) {
                (true, FrameKind::Segment) => (),
                (true, _) => report.whole_pages.extend([what(&record)]),
                (false, _) => damaged.push(record),
            }
        }
        self.patience.save();
        Ok(damaged)
    }
}

fn tell(observer: &dyn Observer, record: &FrameRecord, is_whole: bool) {
    if record.kind == FrameKind::Segment {
        let health = if is_whole { Health::Good } else { Health::Damaged };
        observer.segment(record.number, health);
    }
}

/// Compares frames with their records; returns those that are damaged.
pub(super) fn check_page(
    set: &Set,
    records: &[FrameRecord],
    report: &mut VerifyReport,
    checking: &mut Checking<'_>,
) -> Result<Vec<FrameRecord>, EngineError> {
    let Checking { meter, patience, later } = checking;
    let (observer, may_wait) = (meter.observer(), later.len() < DAMAGED_MAX);
    let patience = Some(*patience).filter(|_| may_wait);
    let missing: BTreeSet<u32> = report.missing_volumes.iter().copied().collect();
    let next = AtomicUsize::new(0);
    let found = Mutex::new(Page::default());
    let before = Progress { bytes: report.bytes, files: 0 };
    thread::scope(|scope| {
        for _ in 0..workers() {
            scope.spawn(|| {
                let (mut body, mut lap) = (Vec::new(), meter.lap(Crew::Workers));
                while let Some(record) = records.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if missing.contains(&record.volume) {
                        continue;
                    }
                    let is_cancelled = observer.is_cancelled();
                    lap.waited();
                    let checked = if is_cancelled {
                        Err(EngineError::Cancelled)
                    } else {
                        check(set, record, (&mut body, &mut lap), patience)
                    };
                    if let Ok(Checked::Whole | Checked::Damaged) = &checked {
                        tell(observer, record, matches!(checked, Ok(Checked::Whole)));
                    }
                    let Ok(mut found) = found.lock() else { return };
                    match checked {
                        Ok(Checked::Whole) if record.kind == FrameKind::Segment => (),
                        Ok(Checked::Whole) => found.whole.push(what(record)),
                        Ok(Checked::Damaged) => found.damaged.push(record.clone()),
                        Ok(Checked::Later) => found.later.push(record.clone()),
                        Err(error) => found.failed = Some(error),
                    }
                }
            });
        }
    });
    let found = found.into_inner().unwrap_or_default();
    if let Some(error) = found.failed {
        return Err(error);
    }
    report.whole_pages.extend(found.whole);
    later.extend(found.later);
    // What lies in a volume that is not here was not read.
    let read = || records.iter().filter(|record| !missing.contains(&record.volume));
    report.frames += read().count() as u64;
    report.bytes += read().map(|record| record.length).sum::<u64>();
    observer.progress(Progress { bytes: report.bytes, ..before });
    meter.tell();
    Ok(found.damaged)
}

/// What a frame is worth. What its medium refuses waits where there is `patience`, and counts as
/// damage otherwise.
fn check(
    set: &Set,
    record: &FrameRecord,
    (body, lap): (&mut Vec<u8>, &mut Lap<'_>),
    patience: Option<&Patience>,
) -> Result<Checked, EngineError> {
    if patience.is_some_and(|patience| patience.skips(record)) {
        return Ok(Checked::Later);
    }
    let read = set.read_body(record, body);
    let took = lap.read(body.len());
    match (patience, &read) {
        (Some(patience), Err(ArchiveError::Io(_))) => {
            patience.failed(record);
            return Ok(Checked::Later);
        }
        (Some(patience), Ok(())) => patience.worked(record, took),
        _ => (),
    }
    let read = read.and_then(|()| record.check(body));
    lap.did(Stage::Check);
    match read {
        Ok(()) => Ok(Checked::Whole),
        Err(ArchiveError::Damaged { .. } | ArchiveError::Io(_)) => Ok(Checked::Damaged),
        Err(error) => Err(error.into()),
    }
}
