//! Small files of new folders are checked, written and dressed on all cores.
//!
//! Making a small file is nearly all the kernel's work, and one core does it no faster than `tar`.
//! Files of different folders are made side by side; what they hold is in memory, so a file whose
//! digest is another is never written under its own name.

use std::fs::File;
use std::ops::Range;
use std::os::unix::fs::FileExt as _;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread::Scope;

use archive::{Entry, EntryKind, EntryPath};
use rustix::io::Errno;

use super::Spread;
use super::entries::Wanted;
use super::fill::Lost;
use super::publish::{Done, Place};
use crate::EngineError;
use crate::files::{NewFolder, Staging, Stamp, last_part};
use crate::stages::{Crew, Lap, Meter, Stage};

/// Content after which a job is handed over, and its files at most.
const JOB_BYTES: usize = 1 << 20;
const JOB_FILES: usize = 256;
/// Files from which on a job ends with its folder, so that writers are in different ones.
const FOLDER_FILES: usize = 32;
/// Folders of a job at most, for it holds them open.
const JOB_FOLDERS: usize = 8;

/// A small file that a writer makes.
pub(super) struct Small {
    pub(super) wanted: Wanted,
    /// The folder it lies in.
    pub(super) folder: Arc<NewFolder>,
    /// The number of the new folder above all.
    pub(super) root: u64,
    /// Where its stored bytes are in the job.
    pub(super) bytes: Range<usize>,
}

/// Small files and what they hold.
#[derive(Default)]
pub(super) struct Job {
    pub(super) files: Vec<Small>,
    pub(super) bytes: Vec<u8>,
    /// How often a file is in another folder than the one before it.
    folders: usize,
}

/// What became of a file.
pub(super) enum Written {
    File(Done),
    /// Nothing, and why.
    Lost(String),
    /// Nothing can become of any other either.
    Failed(EngineError),
}

impl Job {
    pub(super) fn is_full(&self) -> bool {
        self.bytes.len() >= JOB_BYTES || self.files.len() >= JOB_FILES
    }

    /// Whether it is to end before a file in `folder`.
    pub(super) fn ends_before(&self, folder: &Arc<NewFolder>) -> bool {
        let is_long = self.files.len() >= FOLDER_FILES || self.folders >= JOB_FOLDERS;
        is_long && self.leaves(folder)
    }

    pub(super) fn push(&mut self, small: Small) {
        self.folders += usize::from(self.files.is_empty() || self.leaves(&small.folder));
        self.files.push(small);
    }

    fn leaves(&self, folder: &Arc<NewFolder>) -> bool {
        self.files.last().is_some_and(|last| !Arc::ptr_eq(&last.folder, folder))
    }
}

type Order = (Job, SyncSender<Vec<Written>>);

/// Hands jobs to the writers.
pub(super) struct Writers(SyncSender<Order>);

impl Writers {
    /// Starts `count` writers in threads of `scope`.
    pub(super) fn start<'scope>(
        scope: &'scope Scope<'scope, '_>,
        count: usize,
        staging: &'scope Staging,
        meter: &'scope Meter<'scope>,
    ) -> Self {
        let (jobs, arriving) = sync_channel::<Order>(count);
        let arriving = Arc::new(Mutex::new(arriving));
        for _ in 0..count {
            let arriving = arriving.clone();
            scope.spawn(move || {
                let mut lap = meter.lap(Crew::Writers);
                while let Some((job, answer)) = next(&arriving) {
                    lap.waited();
                    let written = job.files.into_iter().map(|small| {
                        let bytes = job.bytes.get(small.bytes.clone()).unwrap_or_default();
                        written(
                            small.wanted,
                            (small.root, &small.folder),
                            bytes,
                            (staging, &mut lap),
                        )
                    });
                    // Whoever does not wait for it has failed, and says why.
                    let _ = answer.send(written.collect());
                }
            });
        }
        Self(jobs)
    }

    /// Hands over `job`; returns where its outcome arrives, file by file in its order.
    pub(super) fn write(&self, job: Job) -> Result<Receiver<Vec<Written>>, EngineError> {
        let (answer, outcome) = sync_channel(1);
        self.0.send((job, answer)).map_err(|_| EngineError::Cancelled)?;
        Ok(outcome)
    }
}

fn next(arriving: &Mutex<Receiver<Order>>) -> Option<Order> {
    arriving.lock().ok()?.recv().ok()
}

/// Makes the file in its folder if it is whole and has its name for itself, otherwise in
/// quarantine as any other.
fn written(
    wanted: Wanted,
    (root, folder): (u64, &NewFolder),
    bytes: &[u8],
    (staging, lap): (&Staging, &mut Lap<'_>),
) -> Written {
    let Wanted { number, entry, path, name, .. } = &wanted;
    let EntryKind::File { size, digest, .. } = &entry.kind else {
        return failed(path, EngineError::StalePlan);
    };
    let is_whole = blake3::hash(bytes) == *digest.as_bytes();
    lap.did(Stage::Decrypt);
    let inside = if is_whole { folder.begin(last_part(name)) } else { Err(Errno::EXIST) };
    let is_inside = inside.is_ok();
    let file = match inside {
        Err(Errno::EXIST) => staging.begin(&number.to_string()),
        inside => inside.map_err(EngineError::entry("writing", name)),
    };
    let file = match file {
        Ok(file) => file,
        Err(error) => return failed(path, error),
    };
    if let Err(error) = fill(&file, entry, bytes) {
        let error = EngineError::entry("writing", name)(error);
        if !is_inside {
            staging.discard(&number.to_string());
        } else if folder.discard(last_part(name)).is_err() {
            // A part of a file must not get its name with the folder.
            return Written::Failed(error);
        }
        return failed(path, error);
    }
    let refusals = staging.dress(&file, entry);
    let place = match is_inside {
        true => Place::Inside { root, stamp: Stamp::of_open(&file).ok().flatten() },
        false => Place::Staged,
    };
    let damage = Lost::default().damage(path, *size, is_whole);
    drop(file);
    lap.did(Stage::Target);
    Written::File(Done::of(wanted, place, (damage, refusals)))
}

fn failed(path: &EntryPath, error: EngineError) -> Written {
    if error.is_about_one_entry() {
        Written::Lost(format!("{path}: {error}"))
    } else {
        Written::Failed(error)
    }
}

/// Writes the stored bytes of `entry` where they belong.
fn fill(file: &File, entry: &Entry, bytes: &[u8]) -> std::io::Result<()> {
    let EntryKind::File { size, stored, holes, .. } = &entry.kind else { return Ok(()) };
    for (offset, piece) in Spread::over(holes).place(bytes) {
        file.write_all_at(piece, offset)?;
    }
    if size > stored { file.set_len(*size) } else { Ok(()) }
}
