mod crash;
mod fsck;
mod kill;
mod older;
mod record;
mod states;
mod unfinished;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use audit::Entry;
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;
use tempfile::TempDir;
use terms::{Environment, Timestamp};

use super::{Finding, Vault};

const NOW: Timestamp = Timestamp::from_unix(1_800_000_000);

/// A drill vault in a folder that goes away with the first value.
fn vault() -> (TempDir, PathBuf, Vault) {
    let parent = tempfile::tempdir().unwrap();
    let dir = parent.path().join("vault");
    let mut rng = ChaCha20Rng::from_seed([1; 32]);
    let vault = Vault::create(&dir, Environment::Drill, "Test", NOW, &mut rng).unwrap();
    (parent, dir, vault)
}

fn entries(vault: &Vault) -> Vec<Entry> {
    let mut entries = Vec::new();
    vault.entries(&mut |entry| entries.push(entry)).unwrap();
    entries
}

/// Operation and phase of every entry, for example `vault.create intent`.
fn story(vault: &Vault) -> Vec<String> {
    let line = |entry: Entry| format!("{} {}", entry.event.operation, entry.event.phase.as_str());
    entries(vault).into_iter().map(line).collect()
}

fn codes(findings: &[Finding]) -> Vec<&'static str> {
    findings.iter().map(|finding| finding.code).collect()
}

/// Every file below `dir` with its bytes and its time of change.
fn snapshot(dir: &Path) -> BTreeMap<PathBuf, (Vec<u8>, std::time::SystemTime)> {
    let mut files = BTreeMap::new();
    let mut folders = vec![dir.to_owned()];
    while let Some(folder) = folders.pop() {
        let changed = fs::metadata(&folder).unwrap().modified().unwrap();
        files.insert(folder.clone(), (Vec::new(), changed));
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let changed = fs::metadata(&path).unwrap().modified().unwrap();
                files.insert(path.clone(), (fs::read(&path).unwrap(), changed));
            }
        }
    }
    files
}

fn copy(from: &Path, to: &Path) {
    super::folder::make_folder(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).unwrap();
        }
    }
}
