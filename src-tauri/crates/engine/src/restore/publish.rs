//! Publishing: whole files get their final names, in groups, once their data is on the medium.
//!
//! A file that has its final name is whole even after a power cut (journal-1 J8). Waiting for the
//! medium file by file would take longer than the restore itself, so files wait for each other; the
//! next ones are filled in the meantime.

use std::collections::HashMap;
use std::sync::mpsc::{Receiver, Sender};

use archive::{Contents, EntryKind, EntryPath};

use super::entries::Wanted;
use super::journal::{Journal, Part, Published};
use super::report::Listed;
use super::roots::Root;
use super::writers::Written;
use super::{DamagedFile, RestoreReport, Survey};
use crate::EngineError;
use crate::files::{Conflict, Placed, Refusals, Stamp, Target};
use crate::numbers::Numbers;

/// What the filler finished.
pub(super) enum Finished {
    /// A folder is to be there.
    Folder(EntryPath),
    /// A folder is begun in quarantine, in the new folder `root` or as that.
    NewFolder { root: u64, name: EntryPath },
    /// A file is filled and dressed.
    File(Done),
    /// Small files are being made.
    Small(Receiver<Vec<Written>>),
    /// A file is filled as far as this, and a group ends.
    Part(Part),
    /// A group ends: everything before this gets its name.
    Group,
    /// Nothing came of an entry, and why.
    Lost(String),
}

/// Where a finished file is.
pub(super) enum Place {
    /// In quarantine, called after the number of its entry.
    Staged,
    /// In the new folder `root`, with what the file system said of it when it was dressed.
    Inside { root: u64, stamp: Option<Stamp> },
}

/// A file that waits for its name.
pub(super) struct Done {
    /// Number of its entry.
    pub(super) number: u64,
    pub(super) place: Place,
    /// Its path in the archive, and in the target.
    pub(super) path: EntryPath,
    pub(super) name: EntryPath,
    /// The archive's time of it: seconds and nanoseconds since 1970.
    pub(super) mtime: (i64, u32),
    pub(super) conflict: Conflict,
    /// Number of stored bytes.
    pub(super) stored: u64,
    /// What of it is lost.
    pub(super) damage: Option<DamagedFile>,
    /// What of its metadata could not be set.
    pub(super) refusals: Refusals,
    /// Whether it comes after files behind it, so that the journal has no place for it
    /// (journal-1 J5).
    pub(super) is_late: bool,
}

impl Done {
    /// That of a wanted file which is at `place`, with what is lost of it and could not be set.
    pub(super) fn of(
        wanted: Wanted,
        place: Place,
        (damage, refusals): (Option<DamagedFile>, Refusals),
    ) -> Self {
        let Wanted { number, entry, path, name, conflict } = wanted;
        let mtime = (entry.mtime, entry.mtime_nanos);
        let stored = match entry.kind {
            EntryKind::File { stored, .. } => stored,
            _ => 0,
        };
        let is_late = false;
        Self { number, place, path, name, mtime, conflict, stored, damage, refusals, is_late }
    }
}

/// What became of a file that has further names.
pub(super) enum Source {
    /// Where it is, and what the file system said of it then.
    Placed(EntryPath, Option<Stamp>),
    Damaged(usize),
}

/// Names what is finished, and keeps account.
pub(super) struct Publisher<'a> {
    pub(super) contents: &'a Contents<'a>,
    pub(super) survey: &'a Survey,
    /// Whether an earlier run is resumed, so that its damage may be written anew.
    pub(super) resumes: bool,
    pub(super) target: Target,
    pub(super) journal: Journal,
    pub(super) waiting: Vec<Done>,
    /// New folders that wait.
    pub(super) roots: Vec<Root>,
    pub(super) sources: HashMap<EntryPath, Source>,
    pub(super) report: RestoreReport,
    /// Entries that are whole in the target.
    pub(super) whole: Numbers,
    /// Numbers of entries that got another name in the target than is theirs.
    pub(super) elsewhere: HashMap<u64, EntryPath>,
    /// Entries that were whole in the target, and then were not right any more.
    pub(super) withdrawn: Numbers,
    /// What the report says of names that were taken.
    pub(super) skipped: Listed,
    pub(super) renamed: Listed,
}

impl Publisher<'_> {
    /// Publishes what arrives until nothing more does, and says whenever a group is; what is
    /// finished is published even if the filler failed.
    pub(super) fn run(
        &mut self,
        arriving: &Receiver<Finished>,
        named: &Sender<()>,
    ) -> Result<(), EngineError> {
        for finished in arriving {
            match finished {
                Finished::Folder(name) => self.make_folder(&name)?,
                Finished::NewFolder { root, name } => self.begin_root(root, name),
                Finished::File(done) => self.waiting.push(done),
                Finished::Small(outcome) => match outcome.recv() {
                    Ok(all) => all.into_iter().try_for_each(|written| self.written(written))?,
                    // The writer is gone, and says why itself.
                    Err(_) => return self.stop(EngineError::Cancelled),
                },
                Finished::Part(part) => {
                    self.commit()?;
                    self.journal.part(part);
                    self.journal.sync().map_err(|error| self.target.failed(error))?;
                }
                Finished::Group => {
                    self.commit()?;
                    // A filler that is gone needs no word.
                    let _ = named.send(());
                }
                Finished::Lost(what) => self.report.lost.push(what),
            }
        }
        self.commit()
    }

    fn written(&mut self, written: Written) -> Result<(), EngineError> {
        match written {
            Written::File(done) => self.waiting.push(done),
            Written::Lost(what) => self.report.lost.push(what),
            Written::Failed(error) => return self.stop(error),
        }
        Ok(())
    }

    /// Names what is finished, and stops. Writers may still be at work in every new folder, so
    /// none of these gets its name: files that are done get theirs one by one.
    fn stop(&mut self, error: EngineError) -> Result<(), EngineError> {
        self.spoil_roots();
        self.commit().and(Err(error))
    }

    pub(super) fn make_folder(&mut self, name: &EntryPath) -> Result<(), EngineError> {
        match self.target.make_folder(name) {
            Ok(()) => {
                self.report.folders += 1;
                Ok(())
            }
            error => self.about_one(name, error),
        }
    }

    /// Waits for the medium, and names everything that waits.
    fn commit(&mut self) -> Result<(), EngineError> {
        self.target.sync()?;
        let roots = self.name_roots()?;
        let mut waiting = std::mem::take(&mut self.waiting);
        // Those that went through a writer come later than others beside them (journal-1 J5).
        waiting.sort_by_key(|done| (done.is_late, done.number));
        for done in waiting {
            let path = done.path.clone();
            let outcome = self.publish(done, &roots);
            self.about_one(&path, outcome)?;
        }
        self.journal.flush().map_err(|error| self.target.failed(error))
    }

    fn publish(&mut self, done: Done, roots: &[Root]) -> Result<(), EngineError> {
        let conflict = self.settled(done.conflict, &done.name, done.mtime);
        let Done { number, place, path: own, name, stored, damage, refusals, is_late, .. } = done;
        self.target.refusals.merge(refusals);
        if let Some(damage) = damage {
            self.report.bytes += stored.saturating_sub(damage.lost_bytes());
            return self.publish_damaged(&number.to_string(), (&own, &name), damage);
        }
        let (placed, stamp) = match place {
            Place::Staged => (self.target.publish(&number.to_string(), &name, conflict)?, None),
            Place::Inside { root, stamp } => {
                self.publish_inside((root, roots), (&name, stamp), conflict)?
            }
        };
        let Some(path) = self.count(&placed, (number, &own, &name)) else { return Ok(()) };
        self.report.files += 1;
        self.report.bytes += stored;
        let stamp = stamp.or_else(|| self.target.stamp(&path));
        if let Some(stamp) = stamp.filter(|_| !is_late) {
            self.journal.published(Published { entry: number, path: path.clone(), stamp });
        }
        if self.survey.further.has(&own) {
            self.sources.insert(own, Source::Placed(path, stamp));
        }
        Ok(())
    }

    /// What to do with what has the name now, which may have changed since the restore began.
    pub(super) fn settled(
        &mut self,
        conflict: Conflict,
        name: &EntryPath,
        mtime: (i64, u32),
    ) -> Conflict {
        match conflict {
            Conflict::Newer if self.target.is_older(name, mtime) => Conflict::Replace,
            conflict => conflict,
        }
    }

    /// Notes how something was placed; returns where it is, if it is.
    pub(super) fn count(
        &mut self,
        placed: &Placed,
        (number, path, name): (u64, &EntryPath, &EntryPath),
    ) -> Option<EntryPath> {
        match placed {
            Placed::AsNamed => {
                self.whole.insert(number);
                Some(name.clone())
            }
            Placed::Beside(place) => {
                self.renamed.push(|| format!("{path} is now {place}"));
                self.whole.insert(number);
                self.elsewhere.insert(number, place.clone());
                Some(place.clone())
            }
            Placed::Skipped => {
                self.skipped.push(|| path.to_string());
                None
            }
        }
    }

    /// Takes damage into the report, and keeps it for further names of the file.
    pub(super) fn note_damage(&mut self, name: &EntryPath, damage: DamagedFile) {
        if self.survey.further.has(name) {
            let place = self.report.damaged.len();
            self.sources.insert(name.clone(), Source::Damaged(place));
        }
        self.report.damaged.push(damage);
    }

    /// What is wrong with one entry alone is reported, and does not stop.
    pub(super) fn about_one(
        &mut self,
        name: &EntryPath,
        outcome: Result<(), EngineError>,
    ) -> Result<(), EngineError> {
        match outcome {
            Err(error) if error.is_about_one_entry() => {
                self.report.lost.push(format!("{name}: {error}"));
                Ok(())
            }
            outcome => outcome,
        }
    }
}
