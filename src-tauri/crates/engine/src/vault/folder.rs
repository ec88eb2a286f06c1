//! The vault's folder: what lies where, readable by its owner only.

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use secret::Secret;

use super::{VaultError, unfinished};

/// How often somebody who waits for the vault looks again.
const STEP: Duration = Duration::from_millis(50);

/// Paths inside a vault.
#[derive(Debug, Clone)]
pub(super) struct Folder {
    root: PathBuf,
}

impl Folder {
    pub(super) fn new(root: &Path) -> Self {
        Self { root: root.to_owned() }
    }

    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    pub(super) fn registry(&self) -> PathBuf {
        self.root.join("vault.sqlite")
    }

    pub(super) fn log(&self) -> PathBuf {
        self.root.join("log")
    }

    pub(super) fn log_key(&self) -> PathBuf {
        self.root.join("log").join("key")
    }

    pub(super) fn tokens(&self) -> PathBuf {
        self.root.join("tokens")
    }

    pub(super) fn ceremonies(&self) -> PathBuf {
        self.root.join("ceremonies")
    }

    pub(super) fn documents(&self) -> PathBuf {
        self.root.join("documents")
    }

    fn lock(&self) -> PathBuf {
        self.root.join("lock")
    }

    /// The sign that an operation runs which does not hold the vault.
    pub(super) fn running(&self, sequence: u64) -> PathBuf {
        self.ceremonies().join(format!("running-{sequence}"))
    }

    /// The list of contents that a running seal writes.
    pub(super) fn listing(&self, sequence: u64) -> PathBuf {
        self.ceremonies().join(format!("running-{sequence}.contents"))
    }

    /// Makes the empty folders of a vault where there is nothing yet, or where a vault was begun
    /// and nothing was done with it; holds it for this program from then on.
    pub(super) fn lay_out(&self, drill: bool) -> Result<File, VaultError> {
        match fs::read_dir(&self.root) {
            Ok(mut entries) => {
                if entries.next().is_some() && !unfinished::may_be(self) {
                    return Err(self.occupied());
                }
                owner_only(&self.root)?;
            }
            Err(_) => make_folder(&self.root)?,
        }
        let lock = self.lock_exclusively(Duration::ZERO)?;
        // Only now nobody else is at it.
        if !unfinished::cleared(self)? {
            return Err(self.occupied());
        }
        make_folder(&self.log())?;
        make_folder(&self.ceremonies())?;
        make_folder(&self.documents())?;
        if drill {
            make_folder(&self.tokens())?;
        }
        Ok(lock)
    }

    fn occupied(&self) -> VaultError {
        let root = self.root.clone();
        if self.looks_like_a_vault() {
            VaultError::Exists(root)
        } else {
            VaultError::NotEmpty(root)
        }
    }

    /// Whether the parts are there that only a vault has.
    pub(super) fn looks_like_a_vault(&self) -> bool {
        self.registry().is_file() && self.log().is_dir()
    }

    /// Refuses a folder that is no vault, and says what is wrong with one that was.
    pub(super) fn expect_a_vault(&self) -> Result<(), VaultError> {
        let root = &self.root;
        let found = match fs::read_dir(root) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(VaultError::file(root, "read")(error)),
            Ok(mut entries) => entries.next(),
        };
        let missing = match (self.registry().is_file(), self.log().is_dir()) {
            (true, true) => return Ok(()),
            (true, false) => "log",
            (false, true) => "vault.sqlite",
            (false, false) if found.is_some() => {
                return Err(VaultError::SomethingElse(root.clone()));
            }
            (false, false) => return Err(VaultError::NotAVault(root.clone())),
        };
        Err(VaultError::PartMissing { path: root.clone(), part: missing })
    }

    /// Takes the vault for this program alone, until the file is dropped; waits at most `wait` for
    /// another program to let go of it.
    pub(super) fn lock_exclusively(&self, wait: Duration) -> Result<File, VaultError> {
        let path = self.lock();
        let file = open_private(&path).map_err(VaultError::file(&path, "opened"))?;
        self.locked(patiently(wait, || file.try_lock()), &path)?;
        Ok(file)
    }

    /// Keeps other programs from writing, until the file is dropped; changes nothing. Waits at most
    /// `wait` for one that writes.
    pub(super) fn lock_shared(&self, wait: Duration) -> Result<File, VaultError> {
        let path = self.lock();
        let file = File::open(&path).map_err(VaultError::file(&path, "opened"))?;
        self.locked(patiently(wait, || file.try_lock_shared()), &path)?;
        Ok(file)
    }

    fn locked(&self, result: Result<(), TryLockError>, path: &Path) -> Result<(), VaultError> {
        match result {
            Ok(()) => Ok(()),
            Err(TryLockError::WouldBlock) => Err(VaultError::InUse(self.root.clone())),
            Err(TryLockError::Error(source)) => Err(VaultError::file(path, "locked")(source)),
        }
    }

    /// Reads the seed of the log's key.
    pub(super) fn read_log_key(&self) -> Result<Secret<32>, VaultError> {
        let path = self.log_key();
        let mut file = File::open(&path).map_err(VaultError::file(&path, "opened"))?;
        Secret::try_from_fill(|seed| std::io::Read::read_exact(&mut file, seed))
            .map_err(VaultError::file(&path, "read"))
    }
}

/// Opens a file that only its owner can read, and makes it if it is not there.
pub(super) fn open_private(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    private(options.read(true).write(true).create(true).truncate(false)).open(path)
}

/// Tries to `lock` until it works or `wait` is over.
fn patiently(
    wait: Duration,
    lock: impl Fn() -> Result<(), TryLockError>,
) -> Result<(), TryLockError> {
    let mut left = wait;
    loop {
        match lock() {
            Err(TryLockError::WouldBlock) if !left.is_zero() => {
                std::thread::sleep(STEP.min(left));
                left = left.saturating_sub(STEP);
            }
            locked => return locked,
        }
    }
}

/// Makes a folder that only its owner can enter.
pub(super) fn make_folder(path: &Path) -> Result<(), VaultError> {
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).map_err(VaultError::file(path, "made"))
}

/// Makes a file that only its owner can read, with the bytes given, durably. It must not exist.
pub(super) fn make_file(path: &Path, bytes: &[u8]) -> Result<(), VaultError> {
    write_new(path, bytes).map_err(VaultError::file(path, "made"))
}

fn write_new(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut options = OpenOptions::new();
    let mut file = private(options.write(true).create_new(true)).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Replaces a file as a whole: `*.partial`, synced, renamed, and the folder synced.
pub(crate) fn replace_file(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut partial = path.to_owned().into_os_string();
    partial.push(".partial");
    let partial = PathBuf::from(partial);
    write_durably(&partial, bytes)?;
    fs::rename(&partial, path)?;
    path.parent().map_or(Ok(()), sync_folder)
}

/// Writes a file that only its owner can read, in place of whatever an interrupted write left
/// there. If that is a link which others laid there, nothing is written through it.
pub(super) fn write_durably(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    match write_new(path, bytes) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            fs::remove_file(path)?;
            write_new(path, bytes)
        }
        written => written,
    }
}

/// The names in a folder, in order; none when it cannot be read.
pub(super) fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<String> =
        entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort_unstable();
    names
}

/// Makes the names in a folder durable, where the system knows how.
pub(crate) fn sync_folder(path: &Path) -> std::io::Result<()> {
    if cfg!(unix) { File::open(path)?.sync_all() } else { Ok(()) }
}

/// Whether anybody but the owner may read `path`; never on systems without such permissions.
pub(crate) fn open_to_others(path: &Path) -> bool {
    #[cfg(unix)]
    if let Ok(facts) = fs::metadata(path) {
        return std::os::unix::fs::PermissionsExt::mode(&facts.permissions()) & 0o077 != 0;
    }
    let _ = path;
    false
}

fn owner_only(path: &Path) -> Result<(), VaultError> {
    #[cfg(unix)]
    {
        let permissions = std::os::unix::fs::PermissionsExt::from_mode(0o700);
        fs::set_permissions(path, permissions).map_err(VaultError::file(path, "protected"))?;
    }
    let _ = path;
    Ok(())
}

/// Lets only the owner read what `options` make.
pub(crate) fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options
}
