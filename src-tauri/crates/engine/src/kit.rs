//! The escrow kit: what is needed to read an archive when this program is gone, written beside it.
//!
//! It lies in the program, because the machine that seals has nothing else. Its name follows from
//! its content: the same program writes the same kit, and one that is there already is left alone.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Component, Path, PathBuf};

use sha2::{Digest as _, Sha256};
use terms::hex::digits;

use crate::EngineError;
use crate::files::rename_new;

const LIST: &str = "SHA256SUMS";
/// How the name of a kit's folder begins.
const KIT_START: &str = "strongroom-kit-";
/// Most bytes and files in a kit of whatever version.
const KIT_BYTES_MAX: u64 = 32 << 20;
const FILES_MAX: usize = 1000;

/// Name in the kit, and content.
type KitFile = (&'static str, &'static [u8]);

macro_rules! files {
    ($($name:literal from $path:literal),* $(,)?; $($same:literal),* $(,)?) => {
        &[
            $(($name, include_bytes!(concat!("../../../../", $path)) as &[u8]),)*
            $(($same, include_bytes!(concat!("../../../../", $same)) as &[u8]),)*
        ]
    };
}

/// Everything but the list of digests. The decoder's test finds the archives where it finds them in
/// the repository.
const FILES: &[KitFile] = files![
    "README.txt" from "docs/kit/README.txt";
    "docs/spec/archive-1.md",
    "docs/spec/keys-1.md",
    "docs/spec/share-1.md",
    "docs/spec/envelope-1.md",
    "docs/spec/decoder/README.md",
    "docs/spec/decoder/requirements.txt",
    "docs/spec/decoder/strongroom_decoder.py",
    "docs/spec/decoder/test_golden.py",
    "tests/golden/README.md",
    "tests/golden/v1/empty/contents.txt",
    "tests/golden/v1/empty/empty.0001.strongroom",
    "tests/golden/v1/empty/seed.txt",
    "tests/golden/v1/incompressible/contents.txt",
    "tests/golden/v1/incompressible/incompressible.0001.strongroom",
    "tests/golden/v1/incompressible/seed.txt",
    "tests/golden/v1/parity/contents.txt",
    "tests/golden/v1/parity/parity.0001.strongroom",
    "tests/golden/v1/parity/seed.txt",
    "tests/golden/v1/stream/contents.txt",
    "tests/golden/v1/stream/seed.txt",
    "tests/golden/v1/stream/stream.0001.strongroom",
    "tests/golden/v1/tree/contents.txt",
    "tests/golden/v1/tree/seed.txt",
    "tests/golden/v1/tree/tree.0001.strongroom",
    "tests/golden/v1/volumes/contents.txt",
    "tests/golden/v1/volumes/seed.txt",
    "tests/golden/v1/volumes/volumes.0001.strongroom",
    "tests/golden/v1/volumes/volumes.0002.strongroom",
];

/// Bytes of all files of a kit.
pub fn size_bytes() -> u64 {
    let files: usize = FILES.iter().map(|(_, bytes)| bytes.len()).sum();
    (files + list().len()) as u64
}

/// A line for each file, as `sha256sum -c` reads them.
fn list() -> String {
    let line = |(name, bytes): &KitFile| format!("{}  {name}\n", digits(&Sha256::digest(bytes)));
    FILES.iter().map(line).collect()
}

/// A kit on its way: under another name until the archive beside it is complete.
pub(crate) struct Kit {
    name: PathBuf,
    partial: PathBuf,
    state: State,
}

#[derive(PartialEq, Eq)]
enum State {
    /// The same kit lies there already.
    Found,
    Staged,
    Named,
    Kept,
}

impl Kit {
    /// Writes the kit in `dir` under a name that says that it is not complete; `stem` tells one run
    /// from another.
    ///
    /// # Errors
    ///
    /// A file cannot be written, or something else has the kit's name.
    pub(crate) fn stage(dir: &Path, stem: &str) -> Result<Self, EngineError> {
        let list = list();
        let digest = digits(&Sha256::digest(&list)[..4]);
        let name = dir.join(format!("{KIT_START}{digest}"));
        let partial = dir.join(format!("{stem}.kit.partial"));
        if name.symlink_metadata().is_ok() {
            let state = State::Found;
            return if is_whole(&name, &list) {
                Ok(Self { name, partial, state })
            } else {
                let other = io::Error::new(io::ErrorKind::AlreadyExists, "it is another folder");
                Err(EngineError::file("making", &name)(other))
            };
        }
        let kit = Self { name, partial, state: State::Staged };
        kit.write()?;
        Ok(kit)
    }

    /// Writes everything under the other name; it is taken away again if anything fails.
    fn write(&self) -> Result<(), EngineError> {
        let (partial, list) = (&self.partial, list());
        fs::create_dir(partial).map_err(EngineError::file("making", partial))?;
        for (name, bytes) in FILES.iter().copied().chain([(LIST, list.as_bytes())]) {
            let path = partial.join(name);
            write(partial, &path, bytes).map_err(EngineError::file("writing", &path))?;
        }
        sync_folders(partial).map_err(EngineError::file("syncing", partial))
    }

    /// Gives the kit its final name. If another seal into this folder was faster and the same kit
    /// lies there, that one serves.
    pub(crate) fn publish(&mut self) -> Result<(), EngineError> {
        if self.state != State::Staged {
            return Ok(());
        }
        match rename_new(&self.partial, &self.name) {
            Ok(()) => self.state = State::Named,
            Err(error) if is_taken(&error) && is_whole(&self.name, &list()) => {
                // What cannot be removed holds nothing that anybody could take for an archive.
                let _ = fs::remove_dir_all(&self.partial);
                self.state = State::Found;
            }
            Err(error) => return Err(EngineError::file("naming", &self.name)(error)),
        }
        Ok(())
    }

    /// Leaves the kit where it is: the archive beside it is complete. Returns its folder; none if
    /// it was that of a seal that failed and took it away, and it cannot be written again.
    pub(crate) fn keep(mut self) -> Option<PathBuf> {
        if self.state == State::Found && !is_whole(&self.name, &list()) {
            self.state = State::Staged;
            self.write().and_then(|()| self.publish()).ok()?;
        }
        self.state = State::Kept;
        Some(self.name.clone())
    }
}

fn is_taken(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::AlreadyExists | io::ErrorKind::DirectoryNotEmpty)
}

impl Drop for Kit {
    fn drop(&mut self) {
        // What cannot be removed holds nothing that anybody could take for an archive.
        let _ = match self.state {
            State::Staged => fs::remove_dir_all(&self.partial),
            State::Named => fs::remove_dir_all(&self.name),
            State::Found | State::Kept => Ok(()),
        };
    }
}

/// Kits that lie beside the volumes at `path`, of whatever version.
pub(crate) fn kits_beside(path: &Path) -> Vec<PathBuf> {
    let dir = if path.is_dir() { Some(path) } else { path.parent() };
    let dir = dir.filter(|dir| !dir.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let entries = fs::read_dir(dir).into_iter().flatten().flatten();
    let is_kit = |name: &str| name.starts_with(KIT_START) && !name.ends_with(".partial");
    let named = entries.filter(|entry| entry.file_name().to_str().is_some_and(is_kit));
    let folders = named.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()));
    folders.map(|entry| entry.path()).collect()
}

/// Copies a kit as its list of digests says, whatever version of the program wrote it; nothing if
/// it is not whole or lies there already. Returns its folder.
pub(crate) fn copy_kit(kit: &Path, to: &Path) -> Result<Option<PathBuf>, EngineError> {
    let name = to.join(kit.file_name().unwrap_or_default());
    let Some(files) = listed(kit).filter(|_| name.symlink_metadata().is_err()) else {
        return Ok(None);
    };
    let mut partial = name.clone().into_os_string();
    partial.push(".partial");
    let copy = Kit { name, partial: partial.into(), state: State::Staged };
    fs::create_dir(&copy.partial).map_err(EngineError::file("making", &copy.partial))?;
    for (file, bytes) in files {
        let path = copy.partial.join(file);
        write(&copy.partial, &path, &bytes).map_err(EngineError::file("writing", &path))?;
    }
    sync_folders(&copy.partial).map_err(EngineError::file("syncing", &copy.partial))?;
    let mut copy = copy;
    copy.publish()?;
    Ok(copy.keep())
}

/// The files of a kit, if all of them are there and what its list says.
fn listed(kit: &Path) -> Option<Vec<(PathBuf, Vec<u8>)>> {
    let mut room = KIT_BYTES_MAX;
    let mut read = |path: &Path| {
        let facts = path.symlink_metadata().ok()?;
        room = room.checked_sub(facts.len()).filter(|_| facts.is_file())?;
        fs::read(path).ok()
    };
    let list = read(&kit.join(LIST))?;
    let text = std::str::from_utf8(&list).ok()?;
    let mut files = Vec::new();
    for line in text.lines() {
        let (digest, name) = line.split_once("  ")?;
        let name = Path::new(name);
        let is_inside = name.components().all(|part| matches!(part, Component::Normal(_)));
        (is_inside && files.len() < FILES_MAX).then_some(())?;
        let bytes = read(&kit.join(name))?;
        (digits(&Sha256::digest(&bytes)) == digest).then_some(())?;
        files.push((name.to_owned(), bytes));
    }
    files.push((LIST.into(), list));
    Some(files)
}

/// Whether a folder holds this kit, byte for byte, and its files are files.
fn is_whole(dir: &Path, list: &str) -> bool {
    let is_same = |(name, bytes): KitFile| {
        let path = dir.join(name);
        let facts = path.symlink_metadata();
        let fits = facts.is_ok_and(|facts| facts.is_file() && facts.len() == bytes.len() as u64);
        fits && fs::read(&path).is_ok_and(|found| found == bytes)
    };
    let own_list = dir.join(LIST);
    let has_list = fs::read(own_list).is_ok_and(|found| found == list.as_bytes());
    has_list && FILES.iter().copied().all(is_same)
}

/// Writes a file that was not there, and the folders above it.
fn write(root: &Path, path: &Path, bytes: &[u8]) -> io::Result<()> {
    let above = path.parent().unwrap_or(root);
    fs::create_dir_all(above)?;
    let mut file = File::create_new(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Syncs every folder of the kit, innermost first.
fn sync_folders(dir: &Path) -> io::Result<()> {
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            sync_folders(&entry.path())?;
        }
    }
    File::open(dir)?.sync_all()
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;

    #[test]
    fn a_kit_is_there_whole_or_not_at_all_and_a_second_one_is_the_same() {
        let dir = TempDir::new().unwrap();
        let dropped = Kit::stage(dir.path(), "one").unwrap();
        assert!(dir.path().join("one.kit.partial").exists());
        drop(dropped);
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
        let mut taken_back = Kit::stage(dir.path(), "one").unwrap();
        taken_back.publish().unwrap();
        drop(taken_back);
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
        let keep = |stem| {
            let mut kit = Kit::stage(dir.path(), stem).unwrap();
            kit.publish().unwrap();
            kit.keep().unwrap()
        };
        let (one, two) = (keep("one"), keep("two"));
        assert_eq!(one, two);
        assert!(is_whole(&one, &list()));
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    }

    #[test]
    fn two_seals_into_one_folder_at_once_share_one_kit() {
        let dir = TempDir::new().unwrap();
        let [mut one, mut two] = ["one", "two"].map(|stem| Kit::stage(dir.path(), stem).unwrap());
        one.publish().unwrap();
        two.publish().unwrap();
        let three = Kit::stage(dir.path(), "three").unwrap();
        // The one that was first fails after all, and takes its kit away.
        drop(one);
        let kept = [two, three].map(|kit| kit.keep().unwrap());
        assert_eq!(kept[0], kept[1]);
        assert!(is_whole(&kept[0], &list()));
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    }

    #[test]
    fn nothing_else_of_its_name_is_overwritten() {
        let dir = TempDir::new().unwrap();
        let mut kit = Kit::stage(dir.path(), "one").unwrap();
        kit.publish().unwrap();
        let name = kit.keep().unwrap();
        fs::write(name.join("README.txt"), "something else").unwrap();
        let refused = Kit::stage(dir.path(), "two").err().unwrap();
        assert_eq!(terms::Problem::code(&refused), "SR-ENGINE-FILE");
        assert_eq!(fs::read(name.join("README.txt")).unwrap(), b"something else");
    }

    #[test]
    fn the_kit_holds_what_its_page_names_and_is_small() {
        assert!(size_bytes() < 2 << 20, "{} bytes", size_bytes());
        let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../tests/golden/v1");
        let mut names = Vec::new();
        for folder in fs::read_dir(golden).unwrap().flatten() {
            for file in fs::read_dir(folder.path()).unwrap().flatten() {
                let (folder, file) = (folder.file_name(), file.file_name());
                let (folder, file) = (folder.to_str().unwrap(), file.to_str().unwrap());
                names.push(format!("tests/golden/v1/{folder}/{file}"));
            }
        }
        names.sort();
        let own =
            FILES.iter().map(|(name, _)| *name).filter(|it| it.starts_with("tests/golden/v1"));
        assert_eq!(own.collect::<Vec<_>>(), names, "a golden archive is missing in the kit");
    }
}
