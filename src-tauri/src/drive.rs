//! One drive for all volumes of an archive: what the people are asked for, and what they answer.
//!
//! Whoever reads blocks in the engine's [`Changer`] until somebody in front of the window answers.
//! Every window that looks on hears of each question; only the main one may answer.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, OnceLock, PoisonError};

use engine::EngineError;
use engine::desk::{self, Changer, InDrive, ReadAt, Wanted};
use engine::files::{Media, Set, open_media};
use serde::{Deserialize, Serialize};
use tauri::ipc::Channel;

use crate::desk::lock;
use crate::ipc::media::Medium;

/// A drive on the desk, and the archive that was opened through it.
pub(crate) struct OneDrive {
    changer: Arc<AtTheDrive>,
    opened: OnceLock<Opened>,
}

/// An archive that is read through a drive, and what was seen of it when it was opened: looking
/// again could ask for a medium.
#[derive(Clone)]
pub(crate) struct Opened {
    pub(crate) set: Arc<Set>,
    pub(crate) medium: Medium,
}

/// What a window sees of a drive.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(specta::Type))]
pub(crate) struct DriveShown {
    /// Where media are looked for.
    folder: String,
    /// What is asked for now, if anything is.
    wanted: Option<WantedShown>,
    /// The volume that was put in last.
    inside: Option<u32>,
    /// Volumes that were in the drive and are no longer asked for.
    read: Vec<u32>,
    /// Volumes that the people go on without.
    without: Vec<u32>,
}

/// A medium that is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(specta::Type))]
struct WantedShown {
    /// Counts the questions: an answer is given to one of them.
    question: u32,
    /// The volume; none if it is the last one, whatever its number.
    volume: Option<u32>,
    /// How many there are, once that is known.
    volumes: Option<u32>,
    /// What people call the archive; none if any will do.
    label: Option<String>,
    found: FoundInDrive,
}

/// What is in the drive instead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "is", rename_all = "camelCase")]
#[cfg_attr(test, derive(specta::Type))]
enum FoundInDrive {
    /// No medium, or nothing that is a volume.
    Nothing,
    /// Something of which nothing is recognised.
    Unreadable,
    /// Another volume of this archive.
    Other {
        /// Its number.
        volume: u32,
    },
    /// A volume of another archive.
    Foreign {
        /// What people call that archive.
        label: String,
        /// Its number.
        volume: u32,
    },
}

/// What the people answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(specta::Type))]
pub(crate) enum DriveAnswer {
    /// The medium is in.
    In,
    /// They go on without it: what lies on it is lost.
    Without,
    /// They stop.
    Stop,
}

/// The people in front of the drive.
struct AtTheDrive {
    path: PathBuf,
    table: Mutex<Table>,
    wakes: Condvar,
}

#[derive(Default)]
struct Table {
    shown: DriveShown,
    questions: u32,
    answer: Option<DriveAnswer>,
    without: BTreeSet<u32>,
    has_stopped: bool,
    watchers: Vec<Channel<DriveShown>>,
}

impl OneDrive {
    /// The drive whose media are seen in the folder `path`.
    pub(crate) fn at(path: &Path) -> Self {
        let folder = path.display().to_string();
        let shown = DriveShown { folder, ..DriveShown::default() };
        let table = Mutex::new(Table { shown, ..Table::default() });
        let changer = AtTheDrive { path: path.to_owned(), table, wakes: Condvar::new() };
        Self { changer: Arc::new(changer), opened: OnceLock::new() }
    }

    /// Opens the archive, asking for its media as they are needed; `look` says what is shown of it.
    ///
    /// # Errors
    ///
    /// The people stopped, or what [`desk::open`] says.
    pub(crate) fn open(&self, look: impl FnOnce(&Set) -> Medium) -> Result<Medium, EngineError> {
        self.go_on();
        let changer: Arc<dyn Changer> = Arc::<AtTheDrive>::clone(&self.changer);
        let opened = desk::open(changer);
        let opened = opened.map_err(|error| match lock(&self.changer.table).has_stopped {
            true => EngineError::Cancelled,
            false => error,
        })?;
        let (set, inside) = (opened.set, opened.inside);
        let opened = Opened { medium: look(&set), set: Arc::new(set) };
        lock(&self.changer.table).take_note(inside);
        Ok(self.opened.get_or_init(|| opened).medium.clone())
    }

    /// The archive, once it was opened.
    pub(crate) fn opened(&self) -> Option<&Opened> {
        self.opened.get()
    }

    /// Lets a window look on, from what there is to see now.
    pub(crate) fn watch(&self, channel: Channel<DriveShown>) {
        let mut table = lock(&self.changer.table);
        if channel.send(table.shown.clone()).is_ok() {
            table.watchers.push(channel);
        }
    }

    /// Answers `question`; an answer to an older one changes nothing.
    pub(crate) fn answer(&self, question: u32, answer: DriveAnswer) {
        let mut table = lock(&self.changer.table);
        if table.shown.wanted.as_ref().is_some_and(|wanted| wanted.question == question) {
            table.answer = Some(answer);
            table.has_stopped |= answer == DriveAnswer::Stop;
            self.changer.wakes.notify_all();
        }
    }

    /// Whether somebody is asked for a medium.
    pub(crate) fn is_asking(&self) -> bool {
        lock(&self.changer.table).shown.wanted.is_some()
    }

    /// Has nobody asked any more: whoever waits for a medium stops.
    pub(crate) fn stop(&self) {
        lock(&self.changer.table).has_stopped = true;
        self.changer.wakes.notify_all();
    }

    /// Has the people asked again, after they stopped.
    pub(crate) fn go_on(&self) {
        lock(&self.changer.table).has_stopped = false;
    }
}

impl Changer for AtTheDrive {
    fn look(&self) -> Vec<Box<dyn ReadAt>> {
        open_media(&self.path)
    }

    fn sidecars(&self) -> Vec<Box<dyn ReadAt>> {
        Media::at(&self.path).open_sidecars().unwrap_or_default()
    }

    fn ask(&self, wanted: &Wanted) -> bool {
        let mut table = lock(&self.table);
        table.question(wanted);
        let answer = loop {
            if table.has_stopped {
                break DriveAnswer::Stop;
            }
            if let Some(answer) = table.answer.take() {
                break answer;
            }
            table = self.wakes.wait(table).unwrap_or_else(PoisonError::into_inner);
        };
        table.settle(wanted.volume, answer);
        answer == DriveAnswer::In
    }

    fn has_stopped(&self) -> bool {
        lock(&self.table).has_stopped
    }
}

impl Table {
    /// Takes note of what is in, which nobody was asked for by its number.
    fn take_note(&mut self, inside: Option<u32>) {
        self.shown.inside = self.shown.inside.or(inside);
        self.tell();
    }

    fn question(&mut self, wanted: &Wanted) {
        self.questions += 1;
        self.answer = None;
        // The same one again: what was put in was not it.
        if let Some(before) = self.shown.inside.take().filter(|it| Some(*it) != wanted.volume) {
            self.shown.read.retain(|volume| *volume != before);
            self.shown.read.push(before);
        }
        self.shown.wanted = Some(WantedShown {
            question: self.questions,
            volume: wanted.volume,
            volumes: wanted.volumes,
            label: wanted.label.clone(),
            found: FoundInDrive::of(&wanted.found),
        });
        self.tell();
    }

    fn settle(&mut self, volume: Option<u32>, answer: DriveAnswer) {
        match (answer, volume) {
            (DriveAnswer::In, Some(volume)) => self.shown.inside = Some(volume),
            (DriveAnswer::Without, Some(volume)) => {
                self.without.insert(volume);
                self.shown.without = self.without.iter().copied().collect();
            }
            _ => (),
        }
        self.shown.wanted = None;
        self.tell();
    }

    fn tell(&mut self) {
        let Self { shown, watchers, .. } = self;
        watchers.retain(|watcher| watcher.send(shown.clone()).is_ok());
    }
}

impl FoundInDrive {
    fn of(found: &InDrive) -> Self {
        match found {
            InDrive::Nothing => Self::Nothing,
            InDrive::Unreadable => Self::Unreadable,
            InDrive::Other { volume } => Self::Other { volume: *volume },
            InDrive::Foreign { label, volume } => {
                Self::Foreign { label: label.clone(), volume: *volume }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    fn wanted(volume: u32) -> Wanted {
        let (volume, volumes, label) = (Some(volume), Some(3), Some("reels".to_owned()));
        Wanted { volume, volumes, label, found: InDrive::Nothing }
    }

    /// The question that the drive asks, once it does.
    fn question(drive: &OneDrive) -> u32 {
        loop {
            if let Some(wanted) = &lock(&drive.changer.table).shown.wanted {
                return wanted.question;
            }
            thread::yield_now();
        }
    }

    fn shown(drive: &OneDrive) -> DriveShown {
        lock(&drive.changer.table).shown.clone()
    }

    #[test]
    fn an_answer_is_given_to_one_question_alone() {
        let drive = OneDrive::at(Path::new("/nowhere"));
        thread::scope(|scope| {
            let asked = scope.spawn(|| drive.changer.ask(&wanted(2)));
            let first = question(&drive);
            drive.answer(first + 1, DriveAnswer::Without);
            drive.answer(first, DriveAnswer::In);
            assert!(asked.join().expect("answered"));
            assert_eq!((shown(&drive).inside, shown(&drive).without), (Some(2), Vec::new()));
            let asked = scope.spawn(|| drive.changer.ask(&wanted(3)));
            let second = question(&drive);
            assert_eq!(shown(&drive).read, [2], "what was in before was read");
            drive.answer(first, DriveAnswer::In);
            drive.answer(second, DriveAnswer::Without);
            assert!(!asked.join().expect("answered"));
        });
        assert_eq!(shown(&drive).without, [3]);
        assert_eq!(shown(&drive).wanted, None);
    }

    #[test]
    fn whoever_stops_gives_no_volume_up_and_is_asked_again() {
        let drive = OneDrive::at(Path::new("/nowhere"));
        thread::scope(|scope| {
            let asked = scope.spawn(|| drive.changer.ask(&wanted(2)));
            question(&drive);
            drive.stop();
            assert!(!asked.join().expect("answered"));
            assert!(drive.changer.has_stopped());
            assert!(!drive.changer.ask(&wanted(1)), "nobody is asked while it stops");
            drive.go_on();
            let asked = scope.spawn(|| drive.changer.ask(&wanted(2)));
            drive.answer(question(&drive), DriveAnswer::In);
            assert!(asked.join().expect("answered"));
        });
        assert!(shown(&drive).without.is_empty());
    }
}
