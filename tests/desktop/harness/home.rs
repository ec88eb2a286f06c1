//! A home for one test: nothing of the tester's own is read or written.

use std::fs;
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::Command;

use rustix::process::geteuid;
use tempfile::TempDir;

use super::group::NOBODY;

/// The folders that programs find through the environment; removed with the value.
pub(crate) struct Home {
    folder: TempDir,
}

/// Variables and the folders they name.
const FOLDERS: &[(&str, &str)] = &[
    ("HOME", "home"),
    ("XDG_CONFIG_HOME", "home/.config"),
    ("XDG_DATA_HOME", "home/.local/share"),
    ("XDG_CACHE_HOME", "home/.cache"),
    ("XDG_STATE_HOME", "home/.local/state"),
    ("XDG_RUNTIME_DIR", "runtime"),
];

impl Home {
    /// Makes the folders; the one for run-time files is closed to others, as the system's is.
    pub(crate) fn make() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        for (_, name) in FOLDERS {
            fs::create_dir_all(folder.path().join(name)).expect("made");
        }
        let private = fs::Permissions::from_mode(0o700);
        fs::set_permissions(folder.path().join("runtime"), private).expect("closed to others");
        Self { folder }
    }

    /// The same for a program that [`Group::command_as_a_person`] starts.
    ///
    /// [`Group::command_as_a_person`]: super::group::Group::command_as_a_person
    pub(crate) fn for_a_person() -> Self {
        let home = Self::make();
        if geteuid().is_root() {
            for folder in folders(home.folder.path()) {
                chown(folder, Some(NOBODY), Some(NOBODY)).expect("given away");
            }
        }
        home
    }

    /// Lets `command` live here.
    pub(crate) fn furnish(&self, command: &mut Command) {
        command.envs(FOLDERS.iter().map(|(name, folder)| (name, self.folder.path().join(folder))));
    }

    /// The folder in which the program keeps its vaults.
    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("home/.local/share/strongroom")
    }

    /// The folder that everything lies in.
    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The files below the home, by their paths in it, sorted.
    pub(crate) fn files(&self) -> Vec<String> {
        let root = self.folder.path();
        let all = folders(root).into_iter().flat_map(|folder| entries(&folder));
        let files = all.filter(|path| !path.is_dir());
        let inside = files.filter_map(|path| Some(path.strip_prefix(root).ok()?.to_owned()));
        let mut names: Vec<String> = inside.map(|path| path.display().to_string()).collect();
        names.sort();
        names
    }
}

/// `root` and all folders below it.
fn folders(root: &Path) -> Vec<PathBuf> {
    let below = entries(root).into_iter().filter(|path| path.is_dir() && !path.is_symlink());
    let mut all = vec![root.to_owned()];
    all.extend(below.flat_map(|folder| folders(&folder)));
    all
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect()
}
