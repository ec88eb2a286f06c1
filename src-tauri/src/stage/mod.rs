//! The ceremony on the stage: it runs in a thread of its own, the page looks on and decides.
//!
//! The thread blocks wherever people are asked. The page sends [`Reply`]s; what it sees is a
//! [`View`] that is sent anew whenever something changed. Secrets are asked for by the entry window
//! and pass through neither.

mod guard;
mod outcome;
mod outline;
mod reply;
mod rings;
mod room;
mod survey;
#[cfg(test)]
mod tests;
mod view;

use std::io::PipeWriter;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex, Weak};

use ceremony::answers::Answers;
use engine::conduct::enrol::{self, Used};
use engine::conduct::{RoomError, Sheets, genesis, health, policy, restore};
use engine::health::quorum_of;
use engine::preview::{Preview, Previews};
use engine::restore::RestoreReport;
use engine::vault::Vault;
use tauri::ipc::Channel;

use crate::desk::{Desk, lock};
use crate::drive::OneDrive;
use crate::ipc::refusal::{Answer, Refusal};
use crate::jobs::{Tick, Watch};
use crate::secrets::Secrets;

pub(crate) use outcome::Outcome;
pub(crate) use reply::{Decided, Reply};
pub(crate) use view::{Phase, Update, View};

use guard::Patience;
use room::PageRoom;

/// A ceremony that is under way, or over and still to be read.
pub(crate) struct Stage {
    shared: Arc<Shared>,
    replies: Sender<Reply>,
}

/// What the ceremony's thread and the commands share.
struct Shared {
    view: Mutex<View>,
    watchers: Mutex<Vec<Channel<Update>>>,
    watch: Watch,
    /// The drive through which the archive is read, if it is.
    drive: Option<Arc<OneDrive>>,
    /// The archive as people may look into it now; gone when the ceremony lets go of it.
    previews: Mutex<Weak<Previews>>,
    leaving: Mutex<Leaving>,
    /// How often something happened, or somebody did something.
    heard: AtomicU64,
}

/// Whether the people have given the ceremony up while it waited for something else.
enum Leaving {
    /// They have not; closing the pipe takes an open entry window away, and every later one.
    No(#[expect(dead_code, reason = "it is there to be dropped")] PipeWriter),
    /// They have, for this reason.
    Because(String),
}

/// The drive through which an archive is read, with its number on the desk.
pub(crate) type Driven = (u32, Arc<OneDrive>);

/// What comes after a restore in the guided drill: a comparison with what was there.
pub(crate) type Afterwards = Box<dyn FnOnce(&RestoreReport) -> Answer<()> + Send>;

impl Shared {
    /// Changes what the page sees, and shows it.
    ///
    /// The watchers are held from before the change until everybody was told, so that whoever comes
    /// to look on misses nothing and hears nothing twice.
    fn change(&self, change: impl FnOnce(&mut View)) {
        self.heard.fetch_add(1, Ordering::Relaxed);
        let mut watchers = lock(&self.watchers);
        let mut view = lock(&self.view);
        change(&mut view);
        tell(&mut watchers, &Update::View { view: Box::new(view.clone()) });
    }
}

impl Shared {
    /// Has the restore stop at its next safe point, also while it waits for a medium.
    fn stop(&self) {
        self.watch.stop();
        if let Some(drive) = &self.drive {
            drive.stop();
        }
    }

    /// Lets a restore that was stopped go on, when it is tried again.
    fn go_on(&self) {
        self.watch.go_on();
        if let Some(drive) = &self.drive {
            drive.go_on();
        }
    }

    /// Whether a restore waits for people: it rests, or asks for a medium.
    fn waits_within(&self) -> bool {
        self.watch.is_resting() || self.drive.as_ref().is_some_and(|drive| drive.is_asking())
    }

    /// How often something happened so far.
    fn heard(&self) -> u64 {
        self.heard.load(Ordering::Relaxed)
    }

    /// Why the people leave, if they do.
    fn leaving(&self) -> Option<String> {
        match &*lock(&self.leaving) {
            Leaving::No(_) => None,
            Leaving::Because(reason) => Some(reason.clone()),
        }
    }
}

/// Tells everybody who looks on; a window that was closed hears nothing more.
fn tell(watchers: &mut Vec<Channel<Update>>, update: &Update) {
    watchers.retain(|watcher| watcher.send(update.clone()).is_ok());
}

impl Stage {
    /// Begins a genesis in `vault`; sheets go to the folder, if one is named.
    pub(crate) fn genesis(
        vault: Vault,
        answers: Answers,
        sheets: Option<PathBuf>,
        secrets: Arc<dyn Secrets>,
    ) -> Answer<Self> {
        let environment = vault.environment();
        genesis::check(&vault, &answers, sheets.is_some())?;
        let sheets = sheets.map(|dir| Sheets::new(&dir, environment)).transpose()?;
        let view = View::of("genesis", environment, Some(&policy(&answers)?));
        Self::perform(view, (secrets, None), move |room| {
            let made = Desk::surrounded(environment, |given| {
                genesis::run(vault, room, &answers, sheets, given)
            });
            Ok(Outcome::of_genesis(&made?, false))
        })
    }

    /// Begins a ceremony that makes a key in place of one in use; sheets go to the folder, if one
    /// is named.
    pub(crate) fn rotation(
        vault: Vault,
        answers: Answers,
        sheets: Option<PathBuf>,
        secrets: Arc<dyn Secrets>,
    ) -> Answer<Self> {
        let environment = vault.environment();
        genesis::check_rotation(&vault, &answers, sheets.is_some())?;
        let sheets = sheets.map(|dir| Sheets::new(&dir, environment)).transpose()?;
        let view = View::of("rotation", environment, Some(&policy(&answers)?));
        Self::perform(view, (secrets, None), move |room| {
            let made = Desk::surrounded(environment, |given| {
                genesis::rotate(vault, room, &answers, sheets, given)
            });
            Ok(Outcome::of_genesis(&made?, false))
        })
    }

    /// Begins a ceremony that splits a key of `vault` anew; sheets go to the folder, if one is
    /// named.
    pub(crate) fn refresh(
        vault: Vault,
        answers: Answers,
        sheets: Option<PathBuf>,
        secrets: Arc<dyn Secrets>,
    ) -> Answer<Self> {
        let environment = vault.environment();
        let key = genesis::check_refresh(&vault, &answers, sheets.is_some())?;
        let sheets = sheets.map(|dir| Sheets::new(&dir, environment)).transpose()?;
        let view = View::of("refresh", environment, Some(&quorum_of(&vault, key)?));
        let view = view.then_gathers(&policy(&answers)?);
        Self::perform(view, (secrets, None), move |room| {
            let made = Desk::surrounded(environment, |given| {
                genesis::refresh(vault, room, &answers, sheets, given)
            });
            Ok(Outcome::of_genesis(&made?, true))
        })
    }

    /// Begins a ceremony in which holders prove their shares of a key of `vault`.
    pub(crate) fn health(
        vault: Vault,
        answers: Answers,
        secrets: Arc<dyn Secrets>,
    ) -> Answer<Self> {
        let environment = vault.environment();
        let key = health::check(&vault, &answers, Desk::now())?;
        let view = View::of("health", environment, Some(&quorum_of(&vault, key)?));
        Self::perform(view, (secrets, None), move |room| {
            let found =
                Desk::surrounded(environment, |given| health::run(vault, room, &answers, given));
            Ok(Outcome::of_health(found?))
        })
    }

    /// Begins a ceremony that prepares tokens for the holders that `answers` names.
    pub(crate) fn enrol(
        vault: Vault,
        answers: Answers,
        used: Used,
        secrets: Arc<dyn Secrets>,
    ) -> Answer<Self> {
        let environment = vault.environment();
        enrol::check(&vault, &answers)?;
        let view = View::of("enrol", environment, None);
        Self::perform(view, (secrets, None), move |room| {
            let done = Desk::surrounded(environment, |given| {
                enrol::run(vault, room, &answers, used, given)
            });
            Ok(Outcome::of_enrolment(done?))
        })
    }

    /// Begins a restore under quorum in `vault`; `afterwards` hears of its report.
    pub(crate) fn restore(
        vault: Vault,
        answers: Answers,
        order: restore::Order,
        (secrets, drive): (Arc<dyn Secrets>, Option<Driven>),
        afterwards: Afterwards,
    ) -> Answer<Self> {
        restore::check(&vault, &answers, &order)?;
        let environment = vault.environment();
        let quorum = restore::policy_of(&vault, &order.set)?;
        let mut view = View::of("restore", environment, Some(&quorum)).about(&order.plan);
        view.drive = drive.as_ref().map(|(medium, _)| *medium);
        let drive = drive.map(|(_, drive)| drive);
        Self::perform(view, (secrets, drive), move |room| {
            let report = Desk::surrounded(environment, |given| {
                restore::run(vault, room, &answers, order, given)
            })?;
            afterwards(&report)?;
            Ok(Outcome::of_restore(&report))
        })
    }

    /// Sets the stage and conducts a ceremony on it, in a thread of its own.
    fn perform(
        view: View,
        (secrets, drive): (Arc<dyn Secrets>, Option<Arc<OneDrive>>),
        conduct: impl FnOnce(&mut PageRoom) -> Answer<Outcome> + Send + 'static,
    ) -> Answer<Self> {
        let (stage, mut room) = Self::set(view, secrets, drive)?;
        let shared = Arc::clone(&stage.shared);
        shared.go_on();
        guard::watch(Arc::downgrade(&shared), stage.replies.clone(), Patience::USUAL);
        std::thread::spawn(move || {
            let done = conduct(&mut room);
            shared.change(|view| view.end(done));
        });
        Ok(stage)
    }

    fn set(
        view: View,
        secrets: Arc<dyn Secrets>,
        drive: Option<Arc<OneDrive>>,
    ) -> Answer<(Self, PageRoom)> {
        let (replies, heard) = channel();
        let (recall, wanted) = std::io::pipe().map_err(RoomError::Gone)?;
        let shared = Arc::new_cyclic(|weak: &Weak<Shared>| {
            let weak = weak.clone();
            let hear = move |tick: Tick| {
                if let Some(shared) = weak.upgrade() {
                    tell(&mut lock(&shared.watchers), &Update::Run { tick });
                }
            };
            let watchers = Mutex::new(Vec::new());
            let (view, watch) = (Mutex::new(view), Watch::new(Box::new(hear)));
            let leaving = Mutex::new(Leaving::No(wanted));
            let previews = Mutex::new(Weak::new());
            let heard = AtomicU64::new(0);
            Shared { view, watchers, watch, drive, previews, leaving, heard }
        });
        let room = PageRoom::new(Arc::clone(&shared), heard, secrets, recall);
        Ok((Self { shared, replies }, room))
    }

    /// Whether the ceremony has ended, well or not.
    pub(crate) fn is_over(&self) -> bool {
        matches!(lock(&self.shared.view).phase, Phase::Closed | Phase::GivenUp)
    }

    /// Whether it is under way and reads an archive through the drive `medium`.
    pub(crate) fn reads_through(&self, medium: u32) -> bool {
        !self.is_over() && lock(&self.shared.view).drive == Some(medium)
    }

    /// Names of the people who are here, and labels of the tokens that are in.
    pub(crate) fn present(&self) -> (Vec<String>, Vec<String>) {
        lock(&self.shared.view).present()
    }

    /// Looks into a file of the archive, while that is open and nothing runs.
    pub(crate) fn look(&self, path: &str) -> Answer<Preview> {
        self.shared.heard.fetch_add(1, Ordering::Relaxed);
        let previews = lock(&self.shared.previews).upgrade();
        let previews = previews.ok_or_else(|| {
            let problem = "the archive is not open";
            let remedy =
                "Look into files when the quorum has opened it, before the restore begins.";
            Refusal::new("SR-SHELL-NOT-OPEN", problem, remedy)
        })?;
        Ok(previews.look(path)?)
    }

    /// Lets a window look on, from what there is to see now.
    pub(crate) fn watch(&self, channel: Channel<Update>) {
        let mut watchers = lock(&self.shared.watchers);
        let view = Box::new(lock(&self.shared.view).clone());
        if channel.send(Update::View { view }).is_ok() {
            watchers.push(channel);
        }
    }

    /// Passes on what the people decided.
    pub(crate) fn reply(&self, reply: Reply) -> Answer<()> {
        if let Reply::Rest { rests } = reply {
            if self.shared.leaving().is_none() {
                self.shared.heard.fetch_add(1, Ordering::Relaxed);
                self.shared.watch.rest(rests);
            }
            return Ok(());
        }
        if reply == Reply::Stop {
            self.shared.stop();
            return Ok(());
        }
        self.shared.heard.fetch_add(1, Ordering::Relaxed);
        match reply {
            Reply::Decide { decision: Decided::GiveUp { reason } } => {
                leave(&self.shared, &self.replies, reason)
            }
            reply => self.replies.send(reply).map_err(|_| over()),
        }
    }
}

/// Gives the ceremony up; whatever its room waits for at this moment, it leaves it.
fn leave(shared: &Shared, replies: &Sender<Reply>, reason: String) -> Answer<()> {
    *lock(&shared.leaving) = Leaving::Because(reason.clone());
    shared.change(|view| view.is_leaving = true);
    // A restore hears no reply: it ends at its next safe point, and what it did is not lost.
    shared.stop();
    let decision = Decided::GiveUp { reason };
    replies.send(Reply::Decide { decision }).map_err(|_| over())
}

fn over() -> Refusal {
    let remedy = "Begin a new one from the page of ceremonies.";
    Refusal::new("SR-SHELL-CEREMONY-OVER", "the ceremony is over", remedy)
}
