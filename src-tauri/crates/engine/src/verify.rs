//! Verifying media without a key.

mod checking;
mod rebuilding;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use archive::{ArchiveError, FoundFrames, FrameKind, FrameRecord, Set, Signature};
use serde::Serialize;
use terms::Problem as _;

use crate::EngineError;
use crate::files::{Media, SortedFile};
use crate::observer::{Health, Observer};
use crate::reading::{Patience, ReadingReport};
use crate::restore::workers;
use crate::stages::{Meter, Spent};
use checking::{Checking, check_page};
pub(crate) use rebuilding::rebuild_index;

/// What the media are worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum VerifyVerdict {
    /// Every byte that matters is there and right, and so are all copies of what has copies.
    Intact,
    /// Something is damaged and nothing is lost: another copy is good, or parity mends it.
    Repairable,
    /// Content is damaged; what is damaged is named.
    Damaged,
    /// A volume, or the end with the root, is not here.
    Incomplete,
}

/// A damaged place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DamagedPlace {
    /// The segment's number; none if it is no segment.
    pub segment: Option<u64>,
    /// What lies there, in words.
    pub what: String,
    /// The volume, from 1.
    pub volume: u32,
    /// Where it begins in the volume.
    pub offset: u64,
    /// Its length in bytes.
    pub length: u64,
    /// Whether all of it can be worked out of the parity.
    pub mends: bool,
    /// Whether it is parity itself.
    #[serde(skip)]
    is_parity: bool,
}

/// What is left of an archive whose index is lost, by the preambles of its frames.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Found {
    /// Segments that were found.
    pub segments: u64,
    /// How many there must have been at least.
    pub segments_at_least: u64,
    /// Pages of the list of contents that were found.
    pub manifest_pages: u64,
    /// Pages of data keys that were found.
    pub key_pages: u64,
    /// Whether a root was found, by which whoever has the key knows whether anything is missing.
    pub has_root: bool,
}

/// A sidecar that was compared with its archive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CheckedSidecar {
    /// The file.
    pub file: PathBuf,
    /// Whether it is as it was written.
    pub is_whole: bool,
    /// Pages that it must hold.
    pub pages: u64,
    /// Pages of those that are damaged in it or missing.
    pub lost: u64,
}

/// What a verification found.
#[derive(Debug, Serialize)]
pub struct VerifyReport {
    /// What the media are worth.
    pub verdict: VerifyVerdict,
    /// Every damaged place.
    pub damaged: Vec<DamagedPlace>,
    /// Volumes that are not here.
    pub missing_volumes: Vec<u32>,
    /// Frames that were read.
    pub frames: u64,
    /// Bytes that were read.
    pub bytes: u64,
    /// The station that signed, `none`, or `invalid`.
    pub signature: String,
    /// What a scan found, if the index is lost.
    pub found: Option<Found>,
    /// The files that were named, and where each belongs.
    pub media: Vec<SortedFile>,
    /// What came of media that failed, if any did.
    pub reading: Option<ReadingReport>,
    /// Where the time went, if whoever watched had a clock.
    pub spent: Option<Spent>,
    /// The sidecars of the archive, and what each is worth.
    pub sidecars: Vec<CheckedSidecar>,
    /// What else is worth knowing.
    pub notes: Vec<String>,
    /// Pages of which a copy is good, as [`DamagedPlace::what`] calls them.
    #[serde(skip)]
    whole_pages: BTreeSet<String>,
}

impl VerifyReport {
    /// That of a set of which nothing was read yet.
    fn of(set: &Set) -> Self {
        Self {
            verdict: VerifyVerdict::Intact,
            damaged: Vec::new(),
            missing_volumes: set.missing_volumes(),
            frames: 0,
            bytes: 0,
            signature: signature_of(set),
            found: set.found().map(found),
            media: Vec::new(),
            reading: None,
            spent: None,
            sidecars: Vec::new(),
            notes: Vec::new(),
            whole_pages: BTreeSet::new(),
        }
    }
}

/// Most damaged places that a report lists; the rest is counted.
const DAMAGED_MAX: usize = 100_000;

/// Verifies the archive on `media`; where its index is lost, says what a scan finds of it. What
/// places did not read is kept in the file `read_map`, for the next time (readmap-1).
///
/// # Errors
///
/// A medium failed in another way than by damage, several archives lie there and none was named, or
/// the person asked to stop.
pub fn verify_media(
    media: Media<'_>,
    read_map: Option<&Path>,
    observer: &dyn Observer,
) -> Result<VerifyReport, EngineError> {
    let mut report = match media.open_files() {
        Ok((mut set, files)) => {
            let rebuilt = rebuild_index(&mut set, observer)?;
            let mut report = verify_patiently(&set, read_map, observer)?;
            rebuilding::tell(rebuilt, &mut report.notes);
            check_sidecars(&set, &files.sidecars, &mut report);
            report
        }
        Err(error) => {
            let lost = unreadable(error)?;
            match media.rebuild(observer) {
                Ok(set) => {
                    let mut report = verify_patiently(&set, read_map, observer)?;
                    report.notes.splice(0..0, lost.notes);
                    report
                }
                Err(EngineError::Cancelled) => return Err(EngineError::Cancelled),
                // Then nothing more is known of it.
                Err(_) => lost,
            }
        }
    };
    report.media = media.sorted()?;
    Ok(report)
}

/// Compares the sidecars, which lie in these files, with the archive, and says what is damaged in
/// them.
fn check_sidecars(set: &Set, files: &[PathBuf], report: &mut VerifyReport) {
    // Where a part of the index is lost for good, there is nothing to compare with.
    let Ok(states) = set.sidecars() else { return };
    for state in states {
        let Some(file) = files.get(state.place).cloned() else { continue };
        let (is_whole, pages, lost) = (state.is_whole(), state.pages, state.lost);
        if !is_whole {
            let what = if state.is_framed {
                format!("{lost} of its {pages} pages are lost")
            } else {
                "its start, root or capsule is not that of this archive".to_owned()
            };
            report.notes.push(format!(
                "the sidecar {} is damaged: {what}; verify --repair writes it anew",
                file.display()
            ));
            if report.verdict == VerifyVerdict::Intact {
                report.verdict = VerifyVerdict::Repairable;
            }
        }
        report.sidecars.push(CheckedSidecar { file, is_whole, pages, lost });
    }
}

/// Reads every frame and compares it with the index, on all cores.
///
/// # Errors
///
/// A medium failed in another way than by damage, or the person asked to stop.
pub fn verify(set: &Set, observer: &dyn Observer) -> Result<VerifyReport, EngineError> {
    verify_patiently(set, None, observer)
}

fn verify_patiently(
    set: &Set,
    read_map: Option<&Path>,
    observer: &dyn Observer,
) -> Result<VerifyReport, EngineError> {
    let mut report = VerifyReport::of(set);
    let (mut damaged, mut unlisted) = (Vec::new(), 0);
    let (meter, patience) = (Meter::new(observer, workers()), Patience::new(set, read_map)?);
    let mut reading = Checking { meter: &meter, patience: &patience, later: Vec::new() };
    for page in 0..set.index_pages() {
        let mut found = check_page(set, set.index_page_records(page), &mut report, &mut reading)?;
        if let Ok(records) = set.index_page(page) {
            found.extend(check_page(set, &records, &mut report, &mut reading)?);
        }
        let room = DAMAGED_MAX.saturating_sub(damaged.len()).min(found.len());
        unlisted += found.len() - room;
        damaged.extend(found.into_iter().take(room));
    }
    damaged.extend(reading.again(set, &mut report)?);
    if damaged.is_empty() && report.missing_volumes.is_empty() && set.has_root() {
        set.check_index()?;
    }
    let mut leans_on_sidecar = set.root_copies() == 0 && report.found.is_none();
    for record in &damaged {
        if observer.is_cancelled() {
            return Err(EngineError::Cancelled);
        }
        let is_beside = set.is_beside(record);
        if is_beside || set.is_rebuilt(record) {
            report.whole_pages.extend([what(record)]);
        }
        leans_on_sidecar |= is_beside;
        let mends = set.mend(record).is_ok();
        if mends && record.kind == FrameKind::Segment {
            observer.segment(record.number, Health::Mended);
        }
        if mends && patience.is_unread(record) {
            patience.mended();
        }
        report.damaged.push(place(record, mends));
    }
    report.spent = meter.spent();
    report.reading = patience.report();
    report.notes.extend(report.reading.iter().map(ReadingReport::to_words));
    report.notes.extend(patience.unwritten());
    report.damaged.sort_by_key(|place| (place.volume, place.offset));
    report.verdict = verdict(set, &mut report, observer)?;
    if leans_on_sidecar {
        let note = "the sidecar holds what no volume here does of root, index and list of \
                    contents: keep it with these media";
        report.notes.push(note.into());
    }
    if unlisted > 0 {
        report.notes.push(format!("{unlisted} more damaged places are not listed"));
        report.verdict = VerifyVerdict::Damaged;
    }
    Ok(report)
}

/// The report of an archive that cannot even be opened: its end, or all of it, is not here.
///
/// # Errors
///
/// The error is not of that kind.
pub fn unreadable(error: EngineError) -> Result<VerifyReport, EngineError> {
    let verdict = match &error {
        EngineError::Archive(
            ArchiveError::NotSealed
            | ArchiveError::CutShort { .. }
            | ArchiveError::NoBlocks { .. }
            | ArchiveError::MissingVolume { .. },
        ) => VerifyVerdict::Incomplete,
        EngineError::Archive(ArchiveError::Damaged { .. }) => VerifyVerdict::Damaged,
        _ => return Err(error),
    };
    Ok(VerifyReport {
        verdict,
        damaged: Vec::new(),
        missing_volumes: Vec::new(),
        frames: 0,
        bytes: 0,
        signature: "unknown".into(),
        found: None,
        media: Vec::new(),
        reading: None,
        spent: None,
        sidecars: Vec::new(),
        notes: vec![error.to_string(), error.remedy()],
        whole_pages: BTreeSet::new(),
    })
}

/// Who signed an archive, as reports say it; without its root nobody knows.
pub fn signature_of(set: &Set) -> String {
    if set.has_root() { signature(set.root().signature()) } else { "unknown".into() }
}

fn found(found: FoundFrames) -> Found {
    let FoundFrames { segments, segments_at_least, manifest_pages, key_pages, has_root, .. } =
        found;
    Found { segments, segments_at_least, manifest_pages, key_pages, has_root }
}

/// What is to be said of an archive that a scan had to find.
fn tell_found(set: &Set, found: &Found, notes: &mut Vec<String>) {
    let Found { segments, segments_at_least, manifest_pages, key_pages, has_root } = *found;
    notes.push(format!(
        "found by their preambles: {segments} segments of {segments_at_least} at least, \
         {manifest_pages} pages of the list of contents, {key_pages} pages of keys"
    ));
    let note = if manifest_pages == 0 || (key_pages == 0 && segments > 0) {
        "no names or no keys are left here: without the last volume or the sidecar nothing can be \
         restored"
    } else {
        "whoever has the key restores what is left with restore --without-index; only the key \
         shows whether it is whole"
    };
    notes.push(note.into());
    if !has_root {
        notes.push("the root is lost: nobody can say that nothing else is missing".into());
    }
    if !set.has_settings() {
        notes.push("label, time and settings are lost: no first or last block is left".into());
    }
}

/// Who signed, as reports say it.
pub fn signature(signature: Signature) -> String {
    match signature {
        Signature::Absent => "none".into(),
        Signature::Invalid => "invalid".into(),
        Signature::By(station) => {
            station.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat()
        }
    }
}

fn verdict(
    set: &Set,
    report: &mut VerifyReport,
    observer: &dyn Observer,
) -> Result<VerifyVerdict, EngineError> {
    let VerifyReport { damaged, missing_volumes, whole_pages, notes, .. } = report;
    if set.root().signature() == Signature::Invalid {
        notes.push("the station's signature is not right: somebody changed the root".into());
        return Ok(VerifyVerdict::Damaged);
    }
    if let Some(found) = report.found {
        tell_found(set, &found, notes);
        let is_known = found.has_root && set.has_settings();
        return Ok(if is_known { VerifyVerdict::Damaged } else { VerifyVerdict::Incomplete });
    }
    let is_missing = !missing_volumes.is_empty();
    if is_missing && !set.mends_whole(&|| !observer.is_cancelled())? {
        let is_over = !observer.is_cancelled();
        return if is_over { Ok(VerifyVerdict::Incomplete) } else { Err(EngineError::Cancelled) };
    }
    // Parity is no content: what of it is lost costs nothing but its help.
    let is_lost = |place: &&DamagedPlace| {
        !place.mends && !whole_pages.contains(&place.what) && !place.is_parity
    };
    if damaged.iter().any(|place| is_lost(&place)) {
        let is_page = |place: &&DamagedPlace| place.what.starts_with("index page");
        if damaged.iter().filter(is_lost).any(|place| is_page(&place)) {
            notes.push(
                "a part of the index is lost: restore --without-index finds what it recorded"
                    .into(),
            );
        }
        return Ok(VerifyVerdict::Damaged);
    }
    if set.capsules_on_media().is_empty() {
        notes.push("no copy of the capsule is readable on these media".into());
        return Ok(VerifyVerdict::Damaged);
    }
    if is_missing {
        notes.push("a volume is missing, and the parity holds all of what lay on it".into());
    }
    let mends = damaged.iter().any(|place| place.mends);
    if mends {
        notes.push("the parity mends what is damaged: verify --repair writes it anew".into());
    }
    if is_missing || mends {
        return Ok(VerifyVerdict::Repairable);
    }
    if !damaged.is_empty() || !capsules_agree(set) || !set.copies_are_whole() {
        notes.push("a copy of something small is damaged; another copy is good".into());
        return Ok(VerifyVerdict::Repairable);
    }
    for volume in set.doubled_volumes() {
        notes.push(format!(
            "volume {volume} is here more than once: what is damaged in one copy is not shown"
        ));
    }
    Ok(VerifyVerdict::Intact)
}

/// The first copies were written before the root was known; otherwise they are as the last one.
fn capsules_agree(set: &Set) -> bool {
    let (last, first): (Vec<_>, Vec<_>) =
        set.capsules_on_media().iter().partition(|capsule| capsule.index_root().is_some());
    let root = set.root().digest();
    let agree = |last: &keys::Capsule| first.iter().all(|c| c.with_index_root(root) == *last);
    !first.is_empty() && last.first().is_some_and(|last| agree(last))
}

fn what(record: &FrameRecord) -> String {
    format!("{} {}", record.kind, record.number)
}

fn place(record: &FrameRecord, mends: bool) -> DamagedPlace {
    DamagedPlace {
        segment: (record.kind == FrameKind::Segment).then_some(record.number),
        what: what(record),
        volume: record.volume,
        offset: record.offset,
        length: record.length,
        mends,
        is_parity: record.kind == FrameKind::Parity,
    }
}
