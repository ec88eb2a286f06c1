//! Filling files with content, in quarantine and in order.

use std::fs::File;
use std::ops::Range;
use std::os::unix::fs::{FileExt, MetadataExt as _};
use std::sync::mpsc::{Receiver, SyncSender};

use archive::{Contents, Entry, EntryKind, EntryPath, Hole};
use terms::Digest;

use super::entries::{Kinds, Wanted, wanted};
use super::journal::Part;
use super::new_folders::Group;
use super::pieces::Piece;
use super::publish::{Done, Finished, Place};
use super::second_pass::{WAITING_MAX, Waiting};
use super::spread::{merged, overlaps};
use super::subtrees::Subtrees;
use super::writers::Writers;
use super::{DamagedFile, Spread, Stream, Survey};
use crate::EngineError;
use crate::files::{Conflict, Refusals, Staging};
use crate::numbers::Numbers;
use crate::observer::Progress;
use crate::reading::Patience;
use crate::stages::{Lap, Meter, Stage};

/// Content of one file after which the journal says how far it is.
const PART_BYTES: u64 = 64 << 20;

/// What of a file is lost.
#[derive(Debug, Clone, Default)]
pub(super) struct Lost {
    pub(super) ranges: Vec<Range<u64>>,
    pub(super) cause: Option<String>,
}

impl Lost {
    /// The damage of the file `path`, unless it is whole.
    pub(super) fn damage(self, path: &EntryPath, size: u64, is_whole: bool) -> Option<DamagedFile> {
        if is_whole {
            return None;
        }
        let cause = self.cause.unwrap_or_else(|| "the file's digest is another".to_owned());
        // Without a known place, all of it is in doubt.
        let all = || std::iter::once(0..size).collect();
        let ranges = if self.ranges.is_empty() { all() } else { self.ranges };
        let (path, published) = (path.to_string(), String::new());
        Some(DamagedFile { path, published, size, ranges: merged(ranges), cause })
    }
}

/// Adds what of `count` bytes from `start` of a segment is lost, which lie in a file where `spread`
/// says.
pub(super) fn overlap(
    piece: &Piece,
    (start, count): (u64, u64),
    spread: &Spread<'_>,
    lost: &mut Lost,
) {
    for damage in overlaps(&piece.lost, start, count) {
        let (from, to) = (damage.start - start, damage.end - start);
        lost.ranges.extend(spread.file_ranges(from, to));
        lost.cause.clone_from(&piece.cause);
    }
}

/// A staged file that an earlier run began.
pub(super) struct Begun {
    pub(super) part: Part,
    pub(super) file: File,
}

/// The end of the pipeline that takes content and writes it.
pub(super) struct Filler<'a> {
    pub(super) contents: &'a Contents<'a>,
    pub(super) conflict: Conflict,
    pub(super) survey: &'a Survey,
    pub(super) segment_bytes: u64,
    pub(super) stream: Stream,
    pub(super) staging: &'a Staging,
    pub(super) begun: Option<Begun>,
    pub(super) to_publisher: SyncSender<Finished>,
    /// Says whenever a group has its names, and once before the first.
    pub(super) named: Receiver<()>,
    pub(super) group: Group,
    pub(super) writers: Writers,
    pub(super) done: Progress,
    pub(super) patience: &'a Patience,
    /// Segments that were left out, and the files that wait for them.
    pub(super) skipped: Numbers,
    pub(super) later: Vec<Waiting>,
    /// Segments that were mended for them.
    pub(super) mended_late: u64,
    pub(super) meter: &'a Meter<'a>,
    pub(super) lap: Lap<'a>,
}

/// How a file was left.
enum Filled {
    /// It is all there but for this damage, and dressed.
    Whole(Option<DamagedFile>, Refusals),
    /// Parts of it wait for the second pass, besides what is lost already.
    WithGaps(u64, Lost),
}

/// A file that is being filled.
struct Filling<'a> {
    file: File,
    inode: u64,
    number: u64,
    name: &'a EntryPath,
    /// Where its stored bytes begin in the archive's content, and their number.
    position: u64,
    stored: u64,
    spread: Spread<'a>,
    digest: Subtrees,
    done: u64,
    /// Where the journal was told of it last.
    told: u64,
    lost: Lost,
    /// Whether segments of it were left out: it waits for the second pass.
    has_gaps: bool,
}

impl Filler<'_> {
    /// Fills every wanted file; returns the number of segments that were mended.
    ///
    /// # Errors
    ///
    /// Whatever is not about one file alone. [`EngineError::Cancelled`] also if the publisher is
    /// gone, which has then failed itself.
    pub(super) fn run(mut self) -> Result<u64, EngineError> {
        let kinds = Kinds::FILES.with(Kinds::FOLDERS);
        for wanted in wanted(self.contents, self.survey, (kinds, self.conflict)) {
            if self.is_cancelled() {
                return Err(EngineError::Cancelled);
            }
            match wanted.entry.kind {
                EntryKind::File { .. } => self.file(wanted)?,
                EntryKind::Directory => self.folder(wanted)?,
                EntryKind::Symlink { .. } | EntryKind::Hardlink { .. } => (),
            }
        }
        self.hand_over()?;
        self.second_pass()?;
        Ok(self.stream.mended() + self.mended_late)
    }

    fn file(&mut self, wanted: Wanted) -> Result<(), EngineError> {
        let Some(wanted) = self.small(wanted)? else { return Ok(()) };
        let Wanted { number, ref entry, ref path, ref name, .. } = wanted;
        let staged = number.to_string();
        match self.filled(number, entry, (path, name)) {
            Ok(Filled::Whole(damage, refusals)) => self.finished(wanted, damage, refusals, false),
            Ok(Filled::WithGaps(inode, lost)) => {
                self.later.push(Waiting { wanted, inode, lost });
                if self.later.len() < WAITING_MAX { Ok(()) } else { self.second_pass() }
            }
            Err(error) if error.is_about_one_entry() => {
                self.staging.discard(&staged);
                self.tell(Finished::Lost(format!("{path}: {error}")))
            }
            Err(error) => Err(error),
        }
    }

    /// Hands a file that is filled and dressed to the publisher.
    pub(super) fn finished(
        &mut self,
        wanted: Wanted,
        damage: Option<DamagedFile>,
        refusals: Refusals,
        is_late: bool,
    ) -> Result<(), EngineError> {
        let done = Done { is_late, ..Done::of(wanted, Place::Staged, (damage, refusals)) };
        self.group.add(done.stored);
        self.tell(Finished::File(done))?;
        self.done.files += 1;
        self.progress();
        self.end_full_group()
    }

    /// Fills and dresses the file; returns what is lost of it, and what could not be set. Nothing
    /// yet of a file that waits for the second pass.
    fn filled(
        &mut self,
        number: u64,
        entry: &Entry,
        (path, name): (&EntryPath, &EntryPath),
    ) -> Result<Filled, EngineError> {
        let EntryKind::File { position, stored, size, holes, digest } = &entry.kind else {
            return Err(EngineError::StalePlan);
        };
        let failed = || EngineError::entry("writing", name);
        let mut filling = self.begin(number, name, (*position, *stored), holes)?;
        while filling.done < filling.stored {
            if self.is_cancelled() {
                self.tell_part(&mut filling)?;
                return Err(EngineError::Cancelled);
            }
            let count = self.piece(&mut filling)?;
            self.done.bytes += count;
            self.progress();
            if filling.done - filling.told >= PART_BYTES {
                self.tell_part(&mut filling)?;
            }
        }
        // What was not read because somebody asked to stop is not lost.
        if !filling.lost.ranges.is_empty() && self.meter.observer().is_cancelled() {
            return Err(EngineError::Cancelled);
        }
        let Filling { file, inode, digest: found, lost, has_gaps, .. } = filling;
        if size > stored {
            file.set_len(*size).map_err(failed())?;
        }
        if has_gaps {
            return Ok(Filled::WithGaps(inode, lost));
        }
        let is_whole = lost.ranges.is_empty() && found.finalize() == *digest.as_bytes();
        let refusals = self.staging.dress(&file, entry);
        Ok(Filled::Whole(lost.damage(path, *size, is_whole), refusals))
    }

    /// Goes on with the file that an earlier run began, or begins a new one.
    fn begin<'f>(
        &mut self,
        number: u64,
        name: &'f EntryPath,
        (position, stored): (u64, u64),
        holes: &'f [Hole],
    ) -> Result<Filling<'f>, EngineError> {
        let (file, inode, done, digest) = match self.take_begun(number, stored) {
            Some((Begun { part, file }, digest)) => (file, part.inode, part.bytes, digest),
            None => {
                let file = self.staging.begin(&number.to_string())?;
                let inode = file.metadata().map_err(EngineError::entry("writing", name))?.ino();
                (file, inode, 0, Subtrees::new())
            }
        };
        let mut spread = Spread::over(holes);
        spread.pass(done);
        let (told, lost, has_gaps) = (done, Lost::default(), false);
        Ok(Filling {
            file,
            inode,
            number,
            name,
            position,
            stored,
            spread,
            digest,
            done,
            told,
            lost,
            has_gaps,
        })
    }

    fn take_begun(&mut self, number: u64, stored: u64) -> Option<(Begun, Subtrees)> {
        let begun = self.begun.take_if(|begun| begun.part.entry == number)?;
        let digest = begun.part.digest(stored)?;
        Some((begun, digest))
    }

    /// Writes what the next segment has of the file; returns the number of stored bytes.
    fn piece(&mut self, filling: &mut Filling<'_>) -> Result<u64, EngineError> {
        let at = filling.position + filling.done;
        let start = at % self.segment_bytes;
        let count = (self.segment_bytes - start).min(filling.stored - filling.done);
        let piece = self.stream.piece(at / self.segment_bytes, &mut self.lap)?;
        if piece.is_left_out {
            self.skipped.insert(at / self.segment_bytes);
            filling.has_gaps = true;
            filling.spread.pass(count);
            filling.done += count;
            return Ok(count);
        }
        let range =
            usize::try_from(start).unwrap_or(0)..usize::try_from(start + count).unwrap_or(0);
        let bytes = piece.text.get(range).ok_or(EngineError::StalePlan)?;
        self.lap.did(Stage::Target);
        // The digest of a file with gaps is taken when they are filled.
        if !filling.has_gaps {
            filling.digest.update(bytes);
        }
        self.lap.did(Stage::Decrypt);
        overlap(piece, (start, count), &filling.spread, &mut filling.lost);
        for (offset, piece) in filling.spread.place(bytes) {
            let written = filling.file.write_all_at(piece, offset);
            written.map_err(EngineError::entry("writing", filling.name))?;
        }
        filling.done += count;
        Ok(count)
    }

    /// Has the journal told how far the file is, if all of that is good: what is damaged is tried
    /// again from its beginning, perhaps with other media.
    fn tell_part(&mut self, filling: &mut Filling<'_>) -> Result<(), EngineError> {
        filling.told = filling.done;
        let (bytes, subtrees) = filling.digest.state();
        if bytes == 0 || filling.has_gaps || !filling.lost.ranges.is_empty() {
            return Ok(());
        }
        let subtrees = subtrees.iter().copied().map(Digest::from_bytes).collect();
        let (entry, path, inode) = (filling.number, filling.name.clone(), filling.inode);
        // All before it gets its names with it.
        self.hand_over()?;
        self.group = Group::default();
        self.tell(Finished::Part(Part { entry, path, inode, bytes, subtrees }))
    }

    pub(super) fn progress(&mut self) {
        self.lap.did(Stage::Target);
        self.meter.observer().progress(self.done);
        self.meter.tell();
    }

    /// Whether to stop; a rest until that is known is nobody's work.
    pub(super) fn is_cancelled(&mut self) -> bool {
        self.lap.did(Stage::Target);
        let is_cancelled = self.meter.observer().is_cancelled();
        self.lap.waited();
        is_cancelled
    }

    pub(super) fn tell(&self, finished: Finished) -> Result<(), EngineError> {
        // A publisher that is gone has failed, and says why when it is asked.
        self.to_publisher.send(finished).map_err(|_| EngineError::Cancelled)
    }
}
