//! A tree of real files, and the comparison that says whether it came back.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{MetadataExt, symlink};
use std::path::{Path, PathBuf};

use crate::outcome::{Outcome, context, fail};

/// Where real files come from, best first: sources, documentation, programs.
const SOURCES: [&str; 5] = ["/usr/share/doc", "/usr/include", "/usr/share", "/usr/lib", "/usr/bin"];

/// Copies `wanted` real files with their folders and links to `to`; returns their count.
///
/// # Errors
///
/// A folder could not be made, or the machine has too few files.
pub fn collect(to: &Path, wanted: usize) -> Outcome<usize> {
    let mut count = 0;
    for source in sources() {
        if count < wanted {
            let name = source.file_name().unwrap_or_default();
            copy(&source, &to.join(name), &mut count, wanted)?;
        }
    }
    if count < wanted {
        return fail(format!("this machine has only {count} of {wanted} files to show"));
    }
    Ok(count)
}

fn sources() -> Vec<PathBuf> {
    let crates = std::env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".cargo")));
    crates
        .map(|home| home.join("registry/src"))
        .into_iter()
        .chain(SOURCES.map(PathBuf::from))
        .collect()
}

fn copy(from: &Path, to: &Path, count: &mut usize, wanted: usize) -> Outcome<()> {
    let Ok(entries) = fs::read_dir(from) else { return Ok(()) };
    fs::create_dir_all(to).map_err(context(format!("making {}", to.display())))?;
    let mut entries: Vec<_> = entries.flatten().collect();
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        if *count >= wanted {
            break;
        }
        let (path, target) = (entry.path(), to.join(entry.file_name()));
        let Ok(metadata) = fs::symlink_metadata(&path) else { continue };
        if metadata.is_dir() {
            copy(&path, &target, count, wanted)?;
        } else if metadata.is_symlink() {
            if let Ok(link) = fs::read_link(&path) {
                let _ = symlink(link, &target);
            }
        } else if metadata.is_file() && fs::copy(&path, &target).is_ok() {
            *count += 1;
        }
    }
    Ok(())
}

/// What a tree is, entry by entry: kind, mode, size, time and content.
pub type Portrait = BTreeMap<PathBuf, String>;

/// Reads every entry below `root`.
///
/// # Errors
///
/// An entry could not be read.
pub fn portrait(root: &Path) -> Outcome<Portrait> {
    let mut entries = Portrait::new();
    let mut open = vec![root.to_owned()];
    while let Some(dir) = open.pop() {
        for entry in fs::read_dir(&dir).map_err(context(format!("reading {}", dir.display())))? {
            let path = entry.map_err(context("reading a folder"))?.path();
            let metadata = fs::symlink_metadata(&path).map_err(context("reading an entry"))?;
            let name = path.strip_prefix(root).unwrap_or(&path).to_owned();
            entries.insert(name, describe(&path, &metadata)?);
            if metadata.is_dir() {
                open.push(path);
            }
        }
    }
    Ok(entries)
}

fn describe(path: &Path, metadata: &fs::Metadata) -> Outcome<String> {
    if metadata.is_symlink() {
        let target = fs::read_link(path).map_err(context("reading a link"))?;
        return Ok(format!("link to {}", target.display()));
    }
    let mode = metadata.mode() & 0o777;
    let time = (metadata.mtime(), metadata.mtime_nsec());
    if metadata.is_dir() {
        return Ok(format!("folder {mode:o} {time:?}"));
    }
    let bytes = fs::read(path).map_err(context(format!("reading {}", path.display())))?;
    Ok(format!("file {mode:o} {time:?} {} {}", bytes.len(), blake3::hash(&bytes)))
}

/// The first entries in which two trees differ; empty if they are identical.
pub fn differences(before: &Portrait, after: &Portrait) -> Vec<String> {
    let missing = before.keys().filter(|name| !after.contains_key(*name));
    let added = after.keys().filter(|name| !before.contains_key(*name));
    let changed = before.iter().filter(|(name, was)| after.get(*name).is_some_and(|is| is != *was));
    missing
        .map(|name| format!("missing: {}", name.display()))
        .chain(added.map(|name| format!("added: {}", name.display())))
        .chain(
            changed.map(|(name, was)| format!("{}: was {was}, is {}", name.display(), after[name])),
        )
        .take(10)
        .collect()
}
