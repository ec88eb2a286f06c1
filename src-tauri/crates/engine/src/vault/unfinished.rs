//! A vault whose making was interrupted: nothing was ever done with it, so it is made anew.
//!
//! A vault begins to matter with the act that writes down which vault it is. Before that there are
//! empty folders, a key that signed nothing for anybody, a log with at most the intent of making
//! the vault, and a registry without a vault. Anything else in the folder is left as it is.

use std::fs;
use std::path::Path;

use registry::Registry;

use super::VaultError;
use super::folder::{Folder, names};

/// More than the log of a vault takes before its first act.
const LOG_BYTES_MAX: u64 = 8192;
/// What the folder `log` holds, and what an interrupted write may leave there.
const LOG_NAMES: [&str; 4] = ["checkpoint", "checkpoint.partial", "entries.log", "key"];

/// Whether the folder may hold a vault of which only the making was begun; reads only.
pub(super) fn may_be(folder: &Folder) -> bool {
    let registry = folder.registry();
    let registry = registry.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let journal = format!("{registry}-journal");
    let is_known = |name: &String| {
        let path = folder.root().join(name);
        match name.as_str() {
            "ceremonies" | "documents" | "tokens" => is_empty(&path),
            "log" => is_unused_log(&path),
            name => path.is_file() && [registry, &journal, "lock"].contains(&name),
        }
    };
    names(folder.root()).iter().all(is_known)
}

/// Removes what the making of a vault left behind, all but the lock, which is held; says whether
/// the folder is free now. What is a vault, or may be one, is not touched.
pub(super) fn cleared(folder: &Folder) -> Result<bool, VaultError> {
    let registry = folder.registry();
    if !may_be(folder) {
        return Ok(false);
    }
    if registry.is_file() {
        // An interrupted change of it is rolled back by this.
        let opened = Registry::open(&registry);
        match opened.and_then(|registry| registry.read().vault()) {
            Ok(None) => (),
            Ok(Some(_)) | Err(_) => return Ok(false),
        }
    }
    // The registry goes first: what is left of the others without it is nothing.
    for name in ["vault.sqlite", "vault.sqlite-journal", "log", "ceremonies", "documents", "tokens"]
    {
        let path = folder.root().join(name);
        let removed = match path.symlink_metadata() {
            Err(_) => continue,
            Ok(found) if found.is_dir() => fs::remove_dir_all(&path),
            Ok(_) => fs::remove_file(&path),
        };
        removed.map_err(VaultError::file(&path, "cleared"))?;
    }
    Ok(true)
}

fn is_empty(folder: &Path) -> bool {
    fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_none())
}

/// Whether the log has at most one entry.
fn is_unused_log(folder: &Path) -> bool {
    let is_known = |name: &String| LOG_NAMES.contains(&name.as_str());
    let length = folder.join("entries.log").metadata().map_or(0, |facts| facts.len());
    let head = fs::read_to_string(folder.join("checkpoint")).unwrap_or_default();
    // The second line of a checkpoint is the number of entries (C2SP tlog-checkpoint).
    let entries = head.lines().nth(1).unwrap_or("0").parse::<u64>();
    folder.is_dir()
        && names(folder).iter().all(is_known)
        && length <= LOG_BYTES_MAX
        && entries.is_ok_and(|entries| entries <= 1)
}
