//! Choosing by hand from a catalogue.

use std::collections::BTreeSet;

use catalogue::{Catalogue, Item};

use super::pattern_of;
use crate::EngineError;

/// The most patterns that one folder may become: people read the plan that they approve.
const PARTS_MAX: u64 = 1000;

/// `patterns` without the entry `number`: a folder that it would come with is taken apart into what
/// else lies in it.
///
/// # Errors
///
/// [`EngineError::Apart`] if the folder has too many parts, or one that no pattern can name.
pub fn without(
    catalogue: &Catalogue,
    patterns: &[String],
    number: u64,
) -> Result<Vec<String>, EngineError> {
    let mut left: BTreeSet<String> = patterns.iter().cloned().collect();
    let chain = chain(catalogue, number)?;
    let (mut is_apart, mut was_chosen) = (false, false);
    for (place, item) in chain.iter().enumerate() {
        let pattern = pattern_of(&catalogue.path(item)?);
        was_chosen = pattern.is_some_and(|pattern| left.remove(&pattern));
        is_apart |= was_chosen;
        if let (true, Some(kept_out)) = (is_apart, chain.get(place + 1)) {
            left.extend(others(catalogue, item, kept_out.number)?);
        }
    }
    match chain.first() {
        // No pattern means everything, which is the contrary of what was asked for.
        Some(folder) if left.is_empty() && !was_chosen => {
            let path = String::from_utf8_lossy(&folder.name).into_owned();
            Err(EngineError::Apart { path, reason: "nothing else lies in it" })
        }
        _ => Ok(left.into_iter().collect()),
    }
}

/// The folders that an entry lies in, the outermost first, and the entry.
fn chain(catalogue: &Catalogue, number: u64) -> Result<Vec<Item>, EngineError> {
    let (mut chain, mut next) = (Vec::new(), number);
    while let Some(item) = catalogue.item(next)? {
        next = item.parent;
        chain.push(item);
    }
    chain.reverse();
    Ok(chain)
}

/// The patterns of what lies in `folder`, but for the entry `kept_out`.
fn others(catalogue: &Catalogue, folder: &Item, kept_out: u64) -> Result<Vec<String>, EngineError> {
    let apart = |reason| EngineError::Apart {
        path: String::from_utf8_lossy(&folder.name).into_owned(),
        reason,
    };
    if catalogue.count(folder.number)? > PARTS_MAX {
        return Err(apart("too much lies in it"));
    }
    let mut parts = Vec::new();
    for item in catalogue.children(folder.number, 0, PARTS_MAX)? {
        if item.number != kept_out {
            let pattern = pattern_of(&catalogue.path(&item)?);
            parts.push(pattern.ok_or_else(|| apart("a name in it cannot be written down"))?);
        }
    }
    Ok(parts)
}

#[cfg(test)]
mod tests {
    use archive::{Entry, EntryKind, EntryPath};
    use catalogue::Weight;
    use tempfile::TempDir;
    use terms::{ArchiveId, Digest};

    use super::*;
    use crate::selection::Selection;

    fn catalogue(paths: &[&[u8]]) -> (TempDir, Catalogue) {
        let dir = TempDir::new().unwrap();
        let file = dir.path().join("catalogue");
        std::fs::write(&file, []).unwrap();
        let mut writer = catalogue::Writer::new(&file).unwrap();
        for path in paths {
            let (digest, holes) = (Digest::from_bytes([0; 32]), Vec::new());
            let kind = EntryKind::File { position: 0, stored: 1, size: 1, holes, digest };
            let path = EntryPath::new(*path).unwrap();
            let (owner_names, xattrs) = (None, Vec::new());
            let (mode, mtime, mtime_nanos, owner) = (0o644, 0, 0, [0, 0]);
            let entry = Entry { path, kind, mode, mtime, mtime_nanos, owner, owner_names, xattrs };
            writer.add(&entry).unwrap();
        }
        writer.finish(ArchiveId::from_bytes([1; 16])).unwrap();
        let catalogue = Catalogue::open(&file).unwrap();
        (dir, catalogue)
    }

    fn number(catalogue: &Catalogue, name: &str) -> u64 {
        catalogue.search(name).unwrap().numbers[0]
    }

    fn chosen(patterns: &[&str]) -> Vec<String> {
        patterns.iter().map(|pattern| (*pattern).to_owned()).collect()
    }

    const OFFICE: [&[u8]; 5] = [b"a/b/one", b"a/b/two[1]", b"a/c", b"a/d/x", b"z"];

    #[test]
    fn a_folder_is_taken_apart_around_what_is_left_out() {
        let (_dir, office) = catalogue(&OFFICE);
        let one = number(&office, "one");
        let left = without(&office, &chosen(&["a", "z"]), one).unwrap();
        assert_eq!(left, ["a/b/two[[]1[]]", "a/c", "a/d", "z"]);
        let weight = Selection::new(&left).unwrap().weigh(&office).unwrap();
        assert_eq!(weight, Weight { files: 4, bytes: 4 }, "all but one, and nothing twice");
    }

    #[test]
    fn what_was_chosen_by_itself_is_just_taken_out() {
        let (_dir, office) = catalogue(&OFFICE);
        let c = number(&office, "c");
        let left = without(&office, &chosen(&["a/c", "z", "*.pdf"]), c).unwrap();
        assert_eq!(left, ["*.pdf", "z"]);
    }

    #[test]
    fn taking_out_the_only_thing_in_a_folder_does_not_choose_everything() {
        let (_dir, office) = catalogue(&[b"a/only", b"z"]);
        let refused = without(&office, &chosen(&["a"]), number(&office, "only")).unwrap_err();
        assert!(matches!(refused, EngineError::Apart { .. }), "{refused}");
        let z = number(&office, "z");
        assert!(without(&office, &chosen(&["z"]), z).unwrap().is_empty(), "as before anything was");
    }

    #[test]
    fn a_folder_with_a_name_that_nobody_can_write_stays_whole() {
        let (_dir, office) = catalogue(&[b"a/b\xff", b"a/c"]);
        let refused = without(&office, &chosen(&["a"]), 3).unwrap_err();
        assert!(matches!(refused, EngineError::Apart { .. }), "{refused}");
        // The unreadable one itself can be left out.
        assert_eq!(without(&office, &chosen(&["a"]), 2).unwrap(), ["a/c"]);
    }
}
