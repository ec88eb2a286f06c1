//! What the shell owns while it runs: the vault it looks at, media, the ceremony, jobs.

use engine::tokens::Tokens;
use reader::ReaderTokens;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use drill::Guide;
use engine::conduct::Surroundings;
use engine::files::{Set, open_set};
use engine::machine::Machine;
use engine::vault::{Vault, VaultError, VaultView};
use getrandom::SysRng;
use getrandom::rand_core::UnwrapErr;
use registry::RegistryError;
use serde::{Deserialize, Serialize};
use terms::{Environment, Timestamp};

use crate::drive::{OneDrive, Opened};
use crate::ipc::contents::Listed;
use crate::ipc::refusal::{Answer, Refusal};
use crate::ipc::status::Known;
use crate::jobs::Jobs;
use crate::picker::Picker;
use crate::places::Places;
use crate::secrets::Secrets;
use crate::stage::Stage;

/// Name and version, as minutes print it.
pub(crate) const PROGRAM: &str = concat!("strongroom ", env!("CARGO_PKG_VERSION"));

/// Which vault the window shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(specta::Type))]
pub(crate) enum Which {
    /// The vault of this person.
    Vault,
    /// The vault of the guided drill.
    Drill,
}

/// Everything the commands share.
pub(crate) struct Desk {
    pub(crate) places: Places,
    pub(crate) picker: Box<dyn Picker>,
    pub(crate) secrets: Arc<dyn Secrets>,
    pub(crate) jobs: Jobs,
    /// The list of contents that people choose from.
    pub(crate) listed: Mutex<Option<Listed>>,
    /// What the status read last.
    pub(crate) known: Mutex<Option<Known>>,
    which: Mutex<Which>,
    stage: Mutex<Option<Arc<Stage>>>,
    media: Mutex<BTreeMap<u32, PathBuf>>,
    /// Media that are drives, through which the volumes of an archive go one after the other.
    drives: Mutex<BTreeMap<u32, Arc<OneDrive>>>,
}

impl Desk {
    /// A desk on which nothing lies yet.
    pub(crate) fn new(places: Places, picker: Box<dyn Picker>, secrets: Arc<dyn Secrets>) -> Self {
        let (which, stage) = (Mutex::new(Which::Vault), Mutex::new(None));
        let (jobs, media) = (Jobs::default(), Mutex::default());
        let (listed, known) = (Mutex::default(), Mutex::default());
        let drives = Mutex::default();
        Self { places, picker, secrets, jobs, listed, known, which, stage, media, drives }
    }

    /// The time by the machine's clock.
    pub(crate) fn now() -> Timestamp {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp::from_unix(since.as_secs())
    }

    /// The operating system's randomness; a system that has none stops the program.
    pub(crate) fn rng() -> UnwrapErr<SysRng> {
        UnwrapErr(SysRng)
    }

    /// The machine as it is now.
    pub(crate) fn machine() -> Machine {
        Machine::read(std::path::Path::new("/"))
    }

    /// Conducts a ceremony in a vault of `environment` with this machine's clock, randomness and
    /// state; a drill uses the tokens in its drawer, everything else those in readers.
    pub(crate) fn surrounded<T>(
        environment: Environment,
        conduct: impl FnOnce(Surroundings<'_>) -> T,
    ) -> T {
        let mut tokens = ReaderTokens::new(false);
        let readers = (!environment.is_drill()).then_some(&mut tokens as &mut dyn Tokens);
        conduct(Surroundings {
            clock: &Self::now,
            rng: &mut Self::rng(),
            machine: &|| Self::machine().findings(),
            readers,
            program: PROGRAM,
        })
    }

    /// Makes the empty vault of the first start, where there is none yet; tells whether it did.
    pub(crate) fn prepare(&self) -> Answer<bool> {
        let dir = self.places.vault();
        if dir.exists() {
            return Ok(false);
        }
        std::fs::create_dir_all(self.places.data()).map_err(|error| unwritable(&error))?;
        let (now, environment) = (Self::now(), Environment::Production);
        Vault::create(&dir, environment, "Vault", now, &mut Self::rng())?;
        Ok(true)
    }

    /// The guided drill, begun if it is not there yet.
    pub(crate) fn guide(&self) -> Answer<Guide> {
        Ok(Guide::open(&self.places.drill(), Self::now(), &mut Self::rng())?)
    }

    /// Which vault the window shows.
    pub(crate) fn which(&self) -> Which {
        *lock(&self.which)
    }

    /// Shows another vault.
    pub(crate) fn show(&self, which: Which) {
        *lock(&self.which) = which;
    }

    /// The folder of the vault that the window shows.
    pub(crate) fn vault_dir(&self) -> PathBuf {
        match self.which() {
            Which::Vault => self.places.vault(),
            Which::Drill => self.places.drill().join("vault"),
        }
    }

    /// The vault for looking; what a crash left in the middle is put in order first.
    pub(crate) fn view(&self) -> Answer<VaultView> {
        let dir = self.vault_dir();
        let opened = match VaultView::open(&dir) {
            Err(VaultError::Registry(RegistryError::Interrupted | RegistryError::Older { .. })) => {
                drop(Vault::open(&dir, Self::now())?);
                VaultView::open(&dir)
            }
            opened => opened,
        };
        Ok(opened?)
    }

    /// The vault for work.
    pub(crate) fn open(&self) -> Answer<Vault> {
        Ok(Vault::open(&self.vault_dir(), Self::now())?)
    }

    /// The ceremony that is under way or was the last one, if any.
    pub(crate) fn stage(&self) -> Answer<Arc<Stage>> {
        let none = || {
            let remedy = "Begin one from the page of ceremonies.";
            Refusal::new("SR-SHELL-NO-CEREMONY", "no ceremony is under way", remedy)
        };
        lock(&self.stage).clone().ok_or_else(none)
    }

    /// Puts a new ceremony on the stage; there is room for one.
    pub(crate) fn set_stage(&self, begin: impl FnOnce() -> Answer<Stage>) -> Answer<Arc<Stage>> {
        let mut stage = lock(&self.stage);
        if stage.as_ref().is_some_and(|stage| !stage.is_over()) {
            let remedy = "Bring it to its end first, or give it up.";
            let problem = "another ceremony is under way";
            return Err(Refusal::new("SR-SHELL-CEREMONY-UNDER-WAY", problem, remedy));
        }
        let begun = Arc::new(begin()?);
        *stage = Some(Arc::clone(&begun));
        Ok(begun)
    }

    /// Lays a medium on the desk and returns its number.
    pub(crate) fn lay(&self, path: PathBuf) -> u32 {
        let mut media = lock(&self.media);
        if let Some((id, _)) = media.iter().find(|(_, known)| **known == path) {
            return *id;
        }
        let id = media.keys().last().map_or(1, |last| last + 1);
        media.insert(id, path);
        id
    }

    /// Takes the medium for a drive through which volumes go one after the other.
    pub(crate) fn take_for_drive(&self, id: u32) -> Answer<Arc<OneDrive>> {
        self.refuse_if_read(id)?;
        let drive = Arc::new(OneDrive::at(&self.medium(id)?));
        if let Some(before) = lock(&self.drives).insert(id, Arc::clone(&drive)) {
            before.stop();
        }
        Ok(drive)
    }

    /// Takes the medium for a folder in which all volumes lie, as it is unless somebody says else.
    pub(crate) fn take_for_folder(&self, id: u32) -> Answer<()> {
        self.refuse_if_read(id)?;
        if let Some(before) = lock(&self.drives).remove(&id) {
            before.stop();
        }
        Ok(())
    }

    /// A ceremony that reads through a drive loses what lies on other media if it is taken away.
    fn refuse_if_read(&self, id: u32) -> Answer<()> {
        if !self.stage().is_ok_and(|stage| stage.reads_through(id)) {
            return Ok(());
        }
        let problem = "a restore reads through this drive";
        let remedy = "Wait for its end, or stop it in the ceremony.";
        Err(Refusal::new("SR-SHELL-CEREMONY-UNDER-WAY", problem, remedy))
    }

    /// The drive that the medium was taken for, if it was.
    pub(crate) fn drive(&self, id: u32) -> Option<Arc<OneDrive>> {
        lock(&self.drives).get(&id).cloned()
    }

    /// The archive that was opened through the drive `id`; nothing if that is no drive.
    pub(crate) fn through_drive(&self, id: u32) -> Option<Opened> {
        self.drive(id)?.opened().cloned()
    }

    /// The archive on the medium `id`.
    pub(crate) fn set(&self, id: u32) -> Answer<Arc<Set>> {
        match self.through_drive(id) {
            Some(opened) => Ok(opened.set),
            None => Ok(Arc::new(open_set(&self.medium(id)?)?)),
        }
    }

    /// The path behind a number that the page was given.
    pub(crate) fn medium(&self, id: u32) -> Answer<PathBuf> {
        let unknown = || {
            let (problem, remedy) = ("this folder is not on the desk", "Choose it again.");
            Refusal::new("SR-SHELL-NO-MEDIUM", problem, remedy)
        };
        lock(&self.media).get(&id).cloned().ok_or_else(unknown)
    }
}

/// The value, also if a thread died while it held it: it is replaced whole or not at all.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn unwritable(error: &std::io::Error) -> Refusal {
    let problem = format!("the data folder cannot be written: {error}");
    let remedy = "Check that your home folder exists and has room.";
    Refusal::new("SR-SHELL-DATA-FOLDER", &problem, remedy)
}
