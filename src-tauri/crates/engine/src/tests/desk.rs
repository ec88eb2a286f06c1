//! A folder to work in, a key, and the two operations.

use std::fs::{self, File};
use std::io::Read;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use archive::{EntryPath, Parity, Set};
use keys::{ArchiveKey, MasterKey, Seed};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use tempfile::TempDir;
use terms::{Environment, Timestamp};

use crate::EngineError;
use crate::files::{Conflict, TargetTraits, open_set};
use crate::observer::{Observer, Unwatched};
use crate::plan::{AuthorisedPlan, Intent, Plan};
use crate::restore::{Choices, RestoreReport, restore, restore_onto};
use crate::seal::{SealOptions, SealReport, SidecarRule, Source, seal};
use crate::selection::Selection;

pub(crate) struct Desk {
    pub(super) dir: TempDir,
    master: MasterKey,
}

impl Desk {
    pub(super) fn new() -> Self {
        let seed = Seed::generate(&mut ChaCha20Rng::from_seed([1; 32]));
        Self { dir: TempDir::new().unwrap(), master: MasterKey::derive(&seed) }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub(super) fn seal(&self, source: &Path) -> SealReport {
        self.seal_sized(source, None)
    }

    pub(super) fn seal_sized(&self, source: &Path, volume_bytes: Option<u64>) -> SealReport {
        self.seal_paths(&[source.to_owned()], volume_bytes, None)
    }

    pub(super) fn seal_protected(
        &self,
        source: &Path,
        volume_bytes: Option<u64>,
        parity: Option<Parity>,
    ) -> SealReport {
        self.seal_paths(&[source.to_owned()], volume_bytes, parity)
    }

    pub(super) fn seal_all(&self, sources: &[PathBuf]) -> SealReport {
        self.seal_paths(sources, None, None)
    }

    /// Seals a stream, watched.
    pub(super) fn seal_stream(&self, reader: &mut dyn Read, watch: &dyn Observer) -> SealReport {
        let name = EntryPath::new("stream").unwrap();
        let now = Timestamp::from_unix(1_700_000_000);
        self.seal_source(Source::Stream { name, reader, now }, (None, None), watch)
    }

    fn seal_paths(
        &self,
        paths: &[PathBuf],
        volume_bytes: Option<u64>,
        parity: Option<Parity>,
    ) -> SealReport {
        self.seal_source(Source::Paths(paths), (volume_bytes, parity), &Unwatched)
    }

    fn seal_source(
        &self,
        source: Source<'_>,
        (volume_bytes, parity): (Option<u64>, Option<Parity>),
        watch: &dyn Observer,
    ) -> SealReport {
        let to = self.path("archive");
        let options = SealOptions {
            kit: false,
            sidecar: SidecarRule::Never,
            to: &to,
            label: "a test".into(),
            environment: Some(Environment::Drill),
            key: None,
            vault: None,
            checkpoint: None,
            volume_bytes,
            station: None,
            catalogue: None,
            parity,
            skip_unreadable: false,
            now: Timestamp::from_unix(1_700_000_000),
        };
        let mut rng = ChaCha20Rng::from_seed([2; 32]);
        seal(source, self.master.recipient(), &options, &mut rng, watch).unwrap()
    }

    pub(super) fn set(&self) -> Set {
        open_set(&self.path("archive")).unwrap()
    }

    pub(super) fn key(&self, set: &Set) -> ArchiveKey {
        set.capsules()[0].open(&self.master).unwrap()
    }

    pub(super) fn restore(&self, conflict: Conflict) -> Result<RestoreReport, EngineError> {
        self.restore_with(&Selection::all(), conflict, false)
    }

    pub(super) fn restore_with(
        &self,
        selection: &Selection,
        conflict: Conflict,
        resume: bool,
    ) -> Result<RestoreReport, EngineError> {
        self.carry_out(&self.path("out"), selection, (conflict, resume), &Unwatched)
    }

    pub(super) fn restore_watched(
        &self,
        resume: bool,
        observer: &dyn Observer,
    ) -> Result<RestoreReport, EngineError> {
        self.carry_out(&self.path("out"), &Selection::all(), (Conflict::Fail, resume), observer)
    }

    pub(super) fn restore_to(&self, to: &Path) -> Result<RestoreReport, EngineError> {
        self.carry_out(to, &Selection::all(), (Conflict::Fail, false), &Unwatched)
    }

    fn carry_out(
        &self,
        to: &Path,
        selection: &Selection,
        (conflict, resume): (Conflict, bool),
        observer: &dyn Observer,
    ) -> Result<RestoreReport, EngineError> {
        let choices = Choices { resume, ..Choices::default() };
        self.carry_out_so(to, (selection, conflict, &choices), |set, authorised| {
            restore(set, &self.key(set), authorised, &choices, observer)
        })
    }

    /// Restores everything from a set that was opened from elsewhere.
    pub(super) fn restore_from(
        &self,
        set: &Set,
        choices: &Choices,
    ) -> Result<RestoreReport, EngineError> {
        let what = (&Selection::all(), Conflict::Fail, choices);
        self.carry_out_so(&self.path("out"), what, |_, authorised| {
            restore(set, &self.key(set), authorised, choices, &Unwatched)
        })
    }

    /// Restores everything onto a target that has these traits, whatever it is.
    pub(super) fn restore_onto(
        &self,
        choices: &Choices,
        traits: TargetTraits,
        observer: &dyn Observer,
    ) -> Result<RestoreReport, EngineError> {
        let what = (&Selection::all(), Conflict::Fail, choices);
        self.carry_out_so(&self.path("out"), what, |set, authorised| {
            let key = self.key(set);
            restore_onto(set, &key, (authorised.plan(), choices), traits, observer)
        })
    }

    /// Restores a part, however it is chosen.
    pub(super) fn restore_part(
        &self,
        selection: &Selection,
        conflict: Conflict,
        choices: &Choices,
    ) -> Result<RestoreReport, EngineError> {
        self.carry_out_so(&self.path("out"), (selection, conflict, choices), |set, authorised| {
            restore(set, &self.key(set), authorised, choices, &Unwatched)
        })
    }

    fn carry_out_so(
        &self,
        to: &Path,
        (selection, conflict, choices): (&Selection, Conflict, &Choices),
        carry_out: impl FnOnce(&Set, &AuthorisedPlan) -> Result<RestoreReport, EngineError>,
    ) -> Result<RestoreReport, EngineError> {
        let set = self.set();
        let now = Timestamp::from_unix(1_700_000_000);
        let intent = Intent {
            selection: selection.patterns(),
            target: to.to_str().unwrap(),
            conflict,
            choices,
            requester: "Rita",
            reason: "a test",
            now,
            valid_s: 60,
        };
        let plan = Plan::new(&set, &intent)?;
        let digest = plan.digest();
        let authorised = plan.authorise(&digest, now).unwrap();
        carry_out(&set, &authorised)
    }

    /// Overwrites `len` bytes of the first volume at `offset`.
    pub(super) fn damage(&self, report: &SealReport, offset: u64, len: usize) {
        let medium = File::options().write(true).open(&report.volumes[0]).unwrap();
        medium.write_all_at(&vec![0xee; len], offset).unwrap();
    }
}

/// Bytes that do not compress.
pub(crate) fn noise(len: usize) -> Vec<u8> {
    let mut bytes = vec![0; len];
    ChaCha20Rng::from_seed([9; 32]).fill_bytes(&mut bytes);
    bytes
}

/// Names below `dir`, sorted.
pub(super) fn names(dir: &Path) -> Vec<String> {
    let mut names = Vec::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() && !path.is_symlink() {
            names.extend(self::names(&path).into_iter().map(|inner| format!("{name}/{inner}")));
        }
        names.push(name);
    }
    names.sort();
    names
}
