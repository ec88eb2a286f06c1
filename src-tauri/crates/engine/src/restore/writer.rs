//! The writing end of a restore: files in order, links after them, folders last.

use std::collections::BTreeMap;
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, Sender, channel, sync_channel};
use std::thread;

use archive::{Contents, Entry, EntryKind, EntryPath, Hole};

use super::pieces::{self, Piece};
use super::{DamagedFile, LostRange, RestoreOptions, RestoreReport, RestoreVerdict, Survey};
use crate::EngineError;
use crate::files::{Placed, Target};
use crate::observer::{Observer, Progress};

/// Restores everything that is selected.
pub(super) fn run(
    contents: &Contents<'_>,
    options: &RestoreOptions<'_>,
    survey: &Survey,
    target: Target,
    observer: &dyn Observer,
) -> Result<RestoreReport, EngineError> {
    let workers = thread::available_parallelism().map_or(2, usize::from);
    let buffers = 2 * (workers + 1);
    let (to_openers, wanted) = sync_channel(buffers);
    let (to_writer, arriving) = sync_channel(buffers);
    let (give_back, pool) = channel();
    for _ in 0..buffers {
        // The receiver lives in this function, so this cannot fail.
        let _ = give_back.send(Vec::new());
    }
    let wanted = Mutex::new(wanted);
    thread::scope(|scope| {
        scope.spawn(move || pieces::feed(contents, options, survey, &pool, &to_openers));
        for _ in 0..workers {
            let (wanted, to_writer) = (&wanted, to_writer.clone());
            scope.spawn(move || pieces::open(contents, wanted, &to_writer));
        }
        drop(to_writer);
        let stream = Stream {
            segment_bytes: u64::from(contents.set().settings().segment_bytes),
            arriving,
            give_back,
            waiting: BTreeMap::new(),
            current: None,
        };
        let mut writer = Writer {
            contents,
            options,
            survey,
            target,
            stream,
            report: empty_report(survey),
            observer,
        };
        writer.files()?;
        writer.links()?;
        writer.folders()?;
        let Writer { target, mut report, .. } = writer;
        target.settle()?;
        report.verdict = verdict(&report);
        Ok(report)
    })
}

fn empty_report(survey: &Survey) -> RestoreReport {
    RestoreReport {
        verdict: RestoreVerdict::Incomplete,
        files: 0,
        bytes: 0,
        damaged: Vec::new(),
        lost: Vec::new(),
        skipped: Vec::new(),
        renamed: Vec::new(),
        kept: survey.kept.len() as u64,
        warnings: Vec::new(),
    }
}

fn verdict(report: &RestoreReport) -> RestoreVerdict {
    match (report.lost.is_empty(), report.damaged.is_empty()) {
        (false, _) => RestoreVerdict::Incomplete,
        (true, false) => RestoreVerdict::Damaged,
        (true, true) => RestoreVerdict::Complete,
    }
}

/// Opened segments in order.
struct Stream {
    segment_bytes: u64,
    arriving: Receiver<Piece>,
    give_back: Sender<Vec<u8>>,
    waiting: BTreeMap<u64, Piece>,
    current: Option<Piece>,
}

impl Stream {
    /// The segment `number`, which is the one in hand or a later one.
    fn piece(&mut self, number: u64) -> Result<&Piece, EngineError> {
        if self.current.as_ref().is_none_or(|piece| piece.number != number) {
            if let Some(done) = self.current.take() {
                // The feeder may be done; then nobody needs the buffer.
                let _ = self.give_back.send(done.text);
            }
            while !self.waiting.contains_key(&number) {
                let piece = self.arriving.recv().map_err(|_| EngineError::Cancelled)?;
                self.waiting.insert(piece.number, piece);
            }
            self.current = self.waiting.remove(&number);
        }
        self.current.as_ref().ok_or(EngineError::Cancelled)
    }
}

struct Writer<'a> {
    contents: &'a Contents<'a>,
    options: &'a RestoreOptions<'a>,
    survey: &'a Survey,
    target: Target,
    stream: Stream,
    report: RestoreReport,
    observer: &'a dyn Observer,
}

impl Writer<'_> {
    /// Folders as they come, and files.
    fn files(&mut self) -> Result<(), EngineError> {
        let mut number = 0;
        for page in 0..self.contents.manifest_pages() {
            let entries = match self.contents.manifest_page(page) {
                Ok(entries) => entries,
                Err(error) => {
                    self.report.lost.push(format!("the entries of manifest page {page}: {error}"));
                    continue;
                }
            };
            for entry in entries {
                let kept = self.survey.kept.contains(&number);
                number += 1;
                if self.options.selection.has(&entry.path) && !kept {
                    self.entry(&entry)?;
                }
            }
        }
        Ok(())
    }

    fn entry(&mut self, entry: &Entry) -> Result<(), EngineError> {
        match &entry.kind {
            EntryKind::Directory => self.target.make_folder(&entry.path),
            EntryKind::File { position, stored, size, holes, digest } => {
                self.file(entry, (*position, *stored), (*size, holes), digest.as_bytes())
            }
            EntryKind::Symlink { .. } | EntryKind::Hardlink { .. } => Ok(()),
        }
    }

    fn file(
        &mut self,
        entry: &Entry,
        (position, stored): (u64, u64),
        (size, holes): (u64, &[Hole]),
        digest: &[u8; 32],
    ) -> Result<(), EngineError> {
        let failed = || EngineError::entry("writing", &entry.path);
        let staged = self.target.stage()?;
        let mut spread = Spread { holes, at: 0 };
        let mut hasher = blake3::Hasher::new();
        let (mut lost, mut cause) = (Vec::new(), None);
        let mut done = 0;
        while done < stored {
            if self.observer.is_cancelled() {
                return Err(EngineError::Cancelled);
            }
            let segment = (position + done) / self.stream.segment_bytes;
            let start = (position + done) % self.stream.segment_bytes;
            let count = (self.stream.segment_bytes - start).min(stored - done);
            let piece = self.stream.piece(segment)?;
            let range =
                usize::try_from(start).unwrap_or(0)..usize::try_from(start + count).unwrap_or(0);
            let bytes = piece.text.get(range).ok_or(EngineError::StalePlan)?;
            hasher.update(bytes);
            for damage in overlaps(&piece.lost, start, count) {
                lost.extend(spread.file_ranges(damage.start - start, damage.end - start));
                cause.clone_from(&piece.cause);
            }
            for (offset, piece) in spread.place(bytes) {
                staged.file.write_all_at(piece, offset).map_err(failed())?;
            }
            done += count;
            self.report.bytes += count;
        }
        if size > stored {
            staged.file.set_len(size).map_err(failed())?;
        }
        let intact = lost.is_empty() && hasher.finalize().as_bytes() == digest;
        if intact {
            self.publish(staged, entry)?;
        } else {
            let cause = cause.unwrap_or_else(|| "the file's digest is another".to_owned());
            self.publish_damaged(staged, entry, merged(lost), cause)?;
        }
        let progress = Progress { bytes: self.report.bytes, files: self.report.files };
        self.observer.progress(progress);
        Ok(())
    }

    fn publish(&mut self, staged: crate::files::Staged, entry: &Entry) -> Result<(), EngineError> {
        let placed = self.target.publish(staged, &entry.path, entry, self.options.conflict)?;
        match placed {
            Placed::AsNamed => self.report.files += 1,
            Placed::Beside(path) => {
                self.report.files += 1;
                self.report.renamed.push(format!("{} is now {path}", entry.path));
            }
            Placed::Skipped => self.report.skipped.push(entry.path.to_string()),
        }
        Ok(())
    }

    fn publish_damaged(
        &mut self,
        staged: crate::files::Staged,
        entry: &Entry,
        ranges: Vec<LostRange>,
        cause: String,
    ) -> Result<(), EngineError> {
        let named = |end: &str| {
            EntryPath::new([entry.path.as_bytes(), end.as_bytes()].concat())
                .map_err(EngineError::from)
        };
        let damaged = named(".damaged")?;
        self.target.publish(staged, &damaged, entry, self.options.conflict)?;
        let (path, published) = (entry.path.to_string(), damaged.to_string());
        let file = DamagedFile { path, published, ranges, cause };
        let map = serde_json::to_vec_pretty(&file).unwrap_or_default();
        self.target.write_beside(&named(".damaged.map.json")?, &map)?;
        self.report.damaged.push(file);
        Ok(())
    }

    /// Links come after all files, so that none can redirect one.
    fn links(&mut self) -> Result<(), EngineError> {
        let conflict = self.options.conflict;
        self.each_selected(|writer, entry| match &entry.kind {
            EntryKind::Symlink { target } => writer.target.symlink(target, &entry.path, conflict),
            EntryKind::Hardlink { to } => {
                let linked = writer.target.hardlink(to, &entry.path, conflict);
                if let Err(error) = linked {
                    let lost = format!("{}, another name of {to}: {error}", entry.path);
                    writer.report.lost.push(lost);
                }
                Ok(())
            }
            _ => Ok(()),
        })
    }

    /// Folders get their times last, innermost first.
    fn folders(&mut self) -> Result<(), EngineError> {
        let mut folders = Vec::new();
        self.each_selected(|_, entry| {
            if matches!(entry.kind, EntryKind::Directory) {
                folders.push(entry);
            }
            Ok(())
        })?;
        folders.iter().rev().try_for_each(|entry| self.target.dress_folder(entry))
    }

    fn each_selected(
        &mut self,
        mut visit: impl FnMut(&mut Self, Entry) -> Result<(), EngineError>,
    ) -> Result<(), EngineError> {
        let mut number = 0;
        for page in 0..self.contents.manifest_pages() {
            for entry in self.contents.manifest_page(page).unwrap_or_default() {
                let kept = self.survey.kept.contains(&number);
                number += 1;
                if self.options.selection.has(&entry.path) && !kept {
                    visit(self, entry)?;
                }
            }
        }
        Ok(())
    }
}

/// Where stored bytes belong in a file with holes.
struct Spread<'a> {
    holes: &'a [Hole],
    /// Offset in the file of the next stored byte, before holes that begin there.
    at: u64,
}

impl Spread<'_> {
    /// The pieces of the next stored bytes, each with its offset in the file.
    fn place<'b>(&mut self, mut bytes: &'b [u8]) -> Vec<(u64, &'b [u8])> {
        let mut placed = Vec::new();
        while !bytes.is_empty() {
            self.skip_holes();
            let room = self.holes.first().map_or(u64::MAX, |hole| hole.offset - self.at);
            let count = usize::try_from(room).unwrap_or(usize::MAX).min(bytes.len());
            let (now, later) = bytes.split_at(count);
            placed.push((self.at, now));
            self.at += count as u64;
            bytes = later;
        }
        placed
    }

    /// Ranges in the file of stored bytes `start..end`, counted from the next one.
    fn file_ranges(&self, start: u64, end: u64) -> Vec<Range<u64>> {
        let mut ahead = Spread { holes: self.holes, at: self.at };
        let (mut skip, mut left, mut ranges) = (start, end - start, Vec::new());
        while left > 0 {
            ahead.skip_holes();
            let room = ahead.holes.first().map_or(u64::MAX, |hole| hole.offset - ahead.at);
            let passed = skip.min(room);
            let taken = left.min(room - passed);
            if taken > 0 {
                ranges.push(ahead.at + passed..ahead.at + passed + taken);
            }
            ahead.at += passed + taken;
            skip -= passed;
            left -= taken;
        }
        ranges
    }

    fn skip_holes(&mut self) {
        while let Some((hole, rest)) = self.holes.split_first().filter(|(h, _)| h.offset == self.at)
        {
            self.at += hole.length;
            self.holes = rest;
        }
    }
}

/// Parts of `ranges` within `start..start + count`.
fn overlaps(ranges: &[Range<u64>], start: u64, count: u64) -> Vec<Range<u64>> {
    let clip = |range: &Range<u64>| range.start.max(start)..range.end.min(start + count);
    ranges.iter().map(clip).filter(|range| range.start < range.end).collect()
}

fn merged(ranges: Vec<Range<u64>>) -> Vec<LostRange> {
    let mut merged: Vec<Range<u64>> = Vec::new();
    for range in ranges {
        match merged.last_mut().filter(|last| last.end == range.start) {
            Some(last) => last.end = range.end,
            None => merged.push(range),
        }
    }
    let lost =
        |range: Range<u64>| LostRange { offset: range.start, length: range.end - range.start };
    merged.into_iter().map(lost).collect()
}
