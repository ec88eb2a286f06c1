//! Folders that the target does not have are filled in quarantine, and named with all they hold.
//!
//! Files and folders come in groups, which end when the medium is waited for. A folder that is
//! begun in one group is named at its end; what then comes for it is restored file by file, as it
//! is in folders that were there before.

use std::sync::Arc;

use archive::{EntryKind, EntryPath};

use super::entries::Wanted;
use super::fill::Filler;
use super::publish::Finished;
use super::spread::overlaps;
use super::writers::{Job, Small};
use crate::EngineError;
use crate::files::{NewFolder, last_part};
use crate::stages::Stage;

/// Content and number of files and folders of a group at most.
const GROUP_BYTES: u64 = 64 << 20;
pub(super) const GROUP_FILES: usize = 4096;
/// Stored bytes of the largest file that writers take.
const SMALL_BYTES: u64 = 256 << 10;
/// New folders within each other at most, for each is held open.
const DEPTH_MAX: usize = 64;

/// What waits for the medium together, as far as it is filled.
#[derive(Default)]
pub(super) struct Group {
    count: usize,
    bytes: u64,
    /// New folders from the outermost one to the one that is being filled.
    open: Vec<Open>,
    job: Job,
}

struct Open {
    name: EntryPath,
    /// The number of the outermost one.
    root: u64,
    folder: Arc<NewFolder>,
}

/// What a new folder is called in quarantine (journal-1 J12).
pub(super) fn staged(number: u64) -> String {
    format!("folder-{number}")
}

impl Group {
    /// Takes note of something that waits.
    pub(super) fn add(&mut self, bytes: u64) {
        self.count += 1;
        self.bytes += bytes;
    }

    fn is_full(&self) -> bool {
        self.count >= GROUP_FILES || self.bytes >= GROUP_BYTES
    }

    /// The new folder that something called `name` lies in. What comes after it is in none of
    /// those that are passed here.
    fn above(&mut self, name: &EntryPath) -> Option<&Open> {
        while self.open.last().is_some_and(|open| !name.is_inside(&open.name)) {
            self.open.pop();
        }
        let inside = self.open.last()?;
        (name.parent().as_ref() == Some(&inside.name)).then_some(inside)
    }
}

impl Filler<'_> {
    /// Has the folder made: in quarantine, if the target has none.
    pub(super) fn folder(&mut self, wanted: Wanted) -> Result<(), EngineError> {
        let Wanted { number, name, .. } = wanted;
        if self.group.open.len() >= DEPTH_MAX {
            self.end_group()?;
        }
        if self.survey.is_new(number) {
            let above = self.group.above(&name).map(|open| (open.root, open.folder.clone()));
            let made = match &above {
                Some((_, above)) => above.begin_folder(last_part(&name)),
                None => self.staging.begin_folder(&staged(number)),
            };
            if let Ok(folder) = made {
                let root = above.map_or(number, |(root, _)| root);
                self.tell(Finished::NewFolder { root, name: name.clone() })?;
                self.group.open.push(Open { name, root, folder: Arc::new(folder) });
                self.group.add(0);
                return self.end_full_group();
            }
            // The one above must be there first.
            self.end_group()?;
        }
        self.tell(Finished::Folder(name))
    }

    /// Has the file made by a writer, if it is small, undamaged, and lies in a new folder; gives it
    /// back otherwise.
    pub(super) fn small(&mut self, wanted: Wanted) -> Result<Option<Wanted>, EngineError> {
        let EntryKind::File { position, stored, .. } = wanted.entry.kind else {
            return Ok(Some(wanted));
        };
        let (segment, start) = (position / self.segment_bytes, position % self.segment_bytes);
        if stored > SMALL_BYTES || start + stored > self.segment_bytes {
            return Ok(Some(wanted));
        }
        let Some(above) = self.group.above(&wanted.name) else { return Ok(Some(wanted)) };
        let (root, folder) = (above.root, above.folder.clone());
        if self.group.job.ends_before(&folder) {
            self.hand_over()?;
        }
        let begin = self.group.job.bytes.len();
        if stored > 0 {
            let piece = self.stream.piece(segment, &mut self.lap)?;
            if piece.is_left_out || !overlaps(&piece.lost, start, stored).is_empty() {
                return Ok(Some(wanted));
            }
            let at = |at: u64| usize::try_from(at).unwrap_or(usize::MAX);
            let bytes = piece.text.get(at(start)..at(start + stored));
            self.group.job.bytes.extend_from_slice(bytes.ok_or(EngineError::StalePlan)?);
        }
        let bytes = begin..self.group.job.bytes.len();
        self.group.job.push(Small { wanted, folder, root, bytes });
        self.group.add(stored);
        self.done.bytes += stored;
        if self.group.job.is_full() {
            self.hand_over()?;
        }
        self.end_full_group()?;
        Ok(None)
    }

    /// Hands over what is gathered to the writers.
    pub(super) fn hand_over(&mut self) -> Result<(), EngineError> {
        let job = std::mem::take(&mut self.group.job);
        if job.files.is_empty() {
            return Ok(());
        }
        self.done.files += job.files.len() as u64;
        self.lap.did(Stage::Target);
        let outcome = self.writers.write(job)?;
        self.lap.waited();
        self.tell(Finished::Small(outcome))?;
        self.progress();
        Ok(())
    }

    pub(super) fn end_full_group(&mut self) -> Result<(), EngineError> {
        if self.group.is_full() { self.end_group() } else { Ok(()) }
    }

    /// Has all that waits named once it is on the medium, and waits until that is done for the
    /// group before: the next one is filled in the meantime.
    pub(super) fn end_group(&mut self) -> Result<(), EngineError> {
        self.hand_over()?;
        self.group = Group::default();
        self.tell(Finished::Group)?;
        self.named.recv().map_err(|_| EngineError::Cancelled)
    }
}
