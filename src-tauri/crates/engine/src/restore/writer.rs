//! The writing end of a restore: files in order, links after them, folders last (archive-1 A26).

use std::collections::HashMap;
use std::fs::File;
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::thread;

use archive::{Contents, Entry, EntryKind, EntryPath, Hole};

use super::spread::{merged, overlaps};
use super::{Choices, DamagedFile, RestoreReport, Spread, Stream, Survey};
use crate::EngineError;
use crate::files::{Conflict, Placed, Staged, Target};
use crate::observer::{Observer, Progress};

/// Most warnings that a report names; the rest is counted.
const WARNINGS_MAX: usize = 200;

/// Restores everything that is wanted.
pub(super) fn run(
    contents: &Contents<'_>,
    conflict: Conflict,
    choices: &Choices,
    survey: &Survey,
    target: Target,
    observer: &dyn Observer,
) -> Result<RestoreReport, EngineError> {
    thread::scope(|scope| {
        let feed = |want: &mut dyn FnMut(u64) -> bool| feed(contents, survey, want);
        let mut writer = Writer {
            contents,
            conflict,
            resumes: choices.resume,
            survey,
            target,
            segment_bytes: u64::from(contents.set().settings().segment_bytes),
            stream: Stream::start(scope, contents, observer, feed)?,
            sources: HashMap::new(),
            report: RestoreReport::empty(survey.kept),
            observer,
        };
        writer.report.lost.clone_from(&survey.lost);
        writer.each(Writer::file_or_folder)?;
        // Links come after all files, so that none can redirect one.
        writer.each(Writer::link)?;
        writer.dress_folders()?;
        let Writer { mut target, mut report, stream, .. } = writer;
        report.mended = stream.mended();
        let mut warnings = std::mem::take(&mut target.warnings);
        if warnings.len() > WARNINGS_MAX {
            let more = warnings.split_off(WARNINGS_MAX).len();
            warnings.push(format!("and {more} more of this kind"));
        }
        report.warnings = warnings;
        target.settle()?;
        report.judge();
        Ok(report)
    })
}

/// Asks for every segment that a wanted file needs, once, in order.
fn feed(contents: &Contents<'_>, survey: &Survey, want: &mut dyn FnMut(u64) -> bool) {
    let segment_bytes = u64::from(contents.set().settings().segment_bytes);
    let (mut number, mut next) = (0, 0);
    for page in 0..contents.manifest_pages() {
        for entry in contents.manifest_page(page).unwrap_or_default() {
            let wanted = survey.name_of(number, &entry).is_some();
            number += 1;
            let EntryKind::File { position, stored, .. } = entry.kind else { continue };
            if !wanted || stored == 0 {
                continue;
            }
            let first = (position / segment_bytes).max(next);
            for segment in first..=(position + stored - 1) / segment_bytes {
                if !want(segment) {
                    return;
                }
                next = segment + 1;
            }
        }
    }
}

/// What came of a file's content.
struct Filled {
    lost: Vec<Range<u64>>,
    cause: Option<String>,
    digest: blake3::Hash,
}

/// What became of a file that has further names.
enum Source {
    Placed(EntryPath),
    Damaged(usize),
}

pub(super) struct Writer<'a> {
    pub(super) contents: &'a Contents<'a>,
    conflict: Conflict,
    /// Whether an earlier run is resumed, so that its damage may be written anew.
    pub(super) resumes: bool,
    pub(super) survey: &'a Survey,
    pub(super) target: Target,
    segment_bytes: u64,
    stream: Stream,
    sources: HashMap<EntryPath, Source>,
    report: RestoreReport,
    observer: &'a dyn Observer,
}

/// One entry and the name it gets.
struct Wanted<'a> {
    entry: &'a Entry,
    name: &'a EntryPath,
    /// What to do if the name is taken.
    conflict: Conflict,
}

impl Writer<'_> {
    /// Visits every wanted entry; what is wrong with one alone is reported, and does not stop.
    fn each(
        &mut self,
        mut visit: impl FnMut(&mut Self, &Wanted<'_>) -> Result<(), EngineError>,
    ) -> Result<(), EngineError> {
        let mut number = 0;
        for page in 0..self.contents.manifest_pages() {
            for entry in self.contents.manifest_page(page).unwrap_or_default() {
                if self.observer.is_cancelled() {
                    return Err(EngineError::Cancelled);
                }
                let (survey, entry) = (self.survey, &entry);
                if let Some(name) = survey.name_of(number, entry) {
                    // What was not there before is a second thing of the same name: never replaced.
                    let conflict = match self.conflict {
                        Conflict::Replace | Conflict::Newer if !survey.is_taken(number) => {
                            Conflict::Fail
                        }
                        conflict => conflict,
                    };
                    match visit(self, &Wanted { entry, name, conflict }) {
                        Err(error) if error.is_about_one_entry() => {
                            self.report.lost.push(format!("{name}: {error}"));
                        }
                        outcome => outcome?,
                    }
                }
                number += 1;
            }
        }
        Ok(())
    }

    fn file_or_folder(&mut self, wanted: &Wanted<'_>) -> Result<(), EngineError> {
        match &wanted.entry.kind {
            EntryKind::Directory => {
                self.target.make_folder(wanted.name)?;
                self.report.folders += 1;
                Ok(())
            }
            EntryKind::File { position, stored, size, holes, digest } => {
                self.file(wanted, (*position, *stored), (*size, holes), digest.as_bytes())
            }
            EntryKind::Symlink { .. } | EntryKind::Hardlink { .. } => Ok(()),
        }
    }

    fn file(
        &mut self,
        wanted: &Wanted<'_>,
        (position, stored): (u64, u64),
        (size, holes): (u64, &[Hole]),
        digest: &[u8; 32],
    ) -> Result<(), EngineError> {
        let staged = self.target.stage()?;
        let filled = self.fill(&staged.file, wanted.name, (position, stored), (size, holes));
        let filled = match filled {
            Ok(filled) => filled,
            Err(error) => {
                self.target.discard_staged(staged);
                return Err(error);
            }
        };
        if filled.lost.is_empty() && filled.digest.as_bytes() == digest {
            self.publish(staged, wanted)?;
        } else {
            let cause = filled.cause.unwrap_or_else(|| "the file's digest is another".to_owned());
            // Without a known place, all of it is in doubt.
            let all = || std::iter::once(0..size).collect();
            let lost = if filled.lost.is_empty() { all() } else { filled.lost };
            let (path, published) = (wanted.name.to_string(), String::new());
            let damage = DamagedFile { path, published, ranges: merged(lost), cause };
            self.publish_damaged(staged, wanted.entry, wanted.name, damage)?;
        }
        self.progress();
        Ok(())
    }

    /// Writes what is left of a file's content into `file`.
    fn fill(
        &mut self,
        file: &File,
        name: &EntryPath,
        (position, stored): (u64, u64),
        (size, holes): (u64, &[Hole]),
    ) -> Result<Filled, EngineError> {
        let failed = || EngineError::entry("writing", name);
        let mut spread = Spread::over(holes);
        let mut hasher = blake3::Hasher::new();
        let (mut lost, mut cause) = (Vec::new(), None);
        let mut done = 0;
        while done < stored {
            if self.observer.is_cancelled() {
                return Err(EngineError::Cancelled);
            }
            let segment = (position + done) / self.segment_bytes;
            let start = (position + done) % self.segment_bytes;
            let count = (self.segment_bytes - start).min(stored - done);
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
                file.write_all_at(piece, offset).map_err(failed())?;
            }
            done += count;
            self.report.bytes += count;
            self.progress();
        }
        if size > stored {
            file.set_len(size).map_err(failed())?;
        }
        Ok(Filled { lost, cause, digest: hasher.finalize() })
    }

    fn progress(&self) {
        self.observer.progress(Progress { bytes: self.report.bytes, files: self.report.files });
    }

    /// What to do with what has the name now, which may have changed since the restore began.
    fn settled(&mut self, wanted: &Wanted<'_>) -> Conflict {
        match wanted.conflict {
            Conflict::Newer if self.target.is_older(wanted.name, wanted.entry) => Conflict::Replace,
            conflict => conflict,
        }
    }

    fn publish(&mut self, staged: Staged, wanted: &Wanted<'_>) -> Result<(), EngineError> {
        let conflict = self.settled(wanted);
        let Wanted { entry, name, .. } = *wanted;
        let placed = self.target.publish(staged, name, entry, conflict)?;
        if let Some(at) = self.count(&placed, name) {
            self.report.files += 1;
            if self.survey.link_sources.contains(name) {
                self.sources.insert(name.clone(), Source::Placed(at));
            }
        }
        Ok(())
    }

    /// Notes how something was placed; returns where it is, if it is.
    fn count(&mut self, placed: &Placed, name: &EntryPath) -> Option<EntryPath> {
        match placed {
            Placed::AsNamed => Some(name.clone()),
            Placed::Beside(path) => {
                self.report.renamed.push(format!("{name} is now {path}"));
                Some(path.clone())
            }
            Placed::Skipped => {
                self.report.skipped.push(name.to_string());
                None
            }
        }
    }

    /// Takes damage into the report, and keeps it for further names of the file.
    pub(super) fn note_damage(&mut self, name: &EntryPath, damage: DamagedFile) {
        if self.survey.link_sources.contains(name) {
            let place = self.report.damaged.len();
            self.sources.insert(name.clone(), Source::Damaged(place));
        }
        self.report.damaged.push(damage);
    }

    fn link(&mut self, wanted: &Wanted<'_>) -> Result<(), EngineError> {
        if matches!(wanted.entry.kind, EntryKind::File { .. } | EntryKind::Directory) {
            return Ok(());
        }
        let conflict = self.settled(wanted);
        let Wanted { entry, name, .. } = *wanted;
        let placed = match &entry.kind {
            EntryKind::Symlink { target } => self.target.symlink(target, name, entry, conflict)?,
            EntryKind::Hardlink { to } => match self.sources.get(self.survey.source_of(to)) {
                Some(Source::Placed(file)) => self.target.hardlink(file, name, conflict)?,
                Some(Source::Damaged(place)) => {
                    let mut file = self.report.damaged[*place].clone();
                    file.cause = format!("another name of {}: {}", file.path, file.cause);
                    file.path = name.to_string();
                    self.report.damaged.push(file);
                    return Ok(());
                }
                None => {
                    let lost = format!("{name} is another name of {to}, which is not restored");
                    self.report.lost.push(lost);
                    return Ok(());
                }
            },
            EntryKind::File { .. } | EntryKind::Directory => return Ok(()),
        };
        if self.count(&placed, name).is_some() {
            self.report.links += 1;
        }
        Ok(())
    }

    /// Folders get their times last, innermost first.
    fn dress_folders(&mut self) -> Result<(), EngineError> {
        let mut folders = Vec::new();
        self.each(|_, wanted| {
            if matches!(wanted.entry.kind, EntryKind::Directory) {
                folders.push(wanted.entry.clone());
            }
            Ok(())
        })?;
        for folder in folders.iter().rev() {
            if let Err(error) = self.target.dress_folder(folder) {
                self.target.warnings.push(format!("{}: {error}", folder.path));
            }
        }
        Ok(())
    }
}
