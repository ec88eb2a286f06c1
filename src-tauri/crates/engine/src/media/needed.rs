//! Which volumes a restore will read, before it begins.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use archive::{Contents, Entry, EntryKind, EntryPath, FrameKind};
use serde::Serialize;

use crate::EngineError;
use crate::numbers::Numbers;
use crate::selection::Selection;

/// A volume that holds something of what is to be restored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NeededVolume {
    /// Its number, from 1.
    pub volume: u32,
    /// Bytes that are read from it.
    pub bytes: u64,
    /// Whether it is here.
    pub is_here: bool,
}

/// The volumes that hold the content of what `selection` has, in the order in which they are read:
/// ascending, for content lies in the archive in the order of its list. The last volume of the set
/// is read before them, for it carries the root of the index.
///
/// # Errors
///
/// A part of the index or of the list of contents is lost.
pub fn needed(
    contents: &Contents<'_>,
    selection: &Selection,
) -> Result<Vec<NeededVolume>, EngineError> {
    let set = contents.set();
    let segments = wanted_segments(contents, selection)?;
    let mut bytes: BTreeMap<u32, u64> = BTreeMap::new();
    for page in 0..set.index_pages() {
        for record in set.index_page(page)? {
            if record.kind == FrameKind::Segment && segments.contains(record.number) {
                *bytes.entry(record.volume).or_default() += record.length;
            }
        }
    }
    let here: BTreeSet<u32> = set.volumes_here().into_iter().collect();
    let volume = |(volume, bytes)| NeededVolume { volume, bytes, is_here: here.contains(&volume) };
    Ok(bytes.into_iter().map(volume).collect())
}

fn wanted_segments(contents: &Contents<'_>, selection: &Selection) -> Result<Numbers, EngineError> {
    let segment_bytes = u64::from(contents.set().settings().segment_bytes);
    let mut segments = Numbers::default();
    let sources = link_sources(contents, selection)?;
    let is_wanted = |entry: &Entry| selection.has(&entry.path) || sources.contains(&entry.path);
    for page in 0..contents.manifest_pages() {
        for entry in contents.manifest_page(page)? {
            let EntryKind::File { position, stored, .. } = entry.kind else { continue };
            if stored > 0 && is_wanted(&entry) {
                let (first, last) = (position, position + stored - 1);
                (first / segment_bytes..=last / segment_bytes).for_each(|n| segments.insert(n));
            }
        }
    }
    Ok(segments)
}

/// Files of which only another name is selected; their content is restored under that.
fn link_sources(
    contents: &Contents<'_>,
    selection: &Selection,
) -> Result<HashSet<EntryPath>, EngineError> {
    let mut sources = HashSet::new();
    for page in 0..contents.manifest_pages() {
        for entry in contents.manifest_page(page)? {
            if let EntryKind::Hardlink { to } = entry.kind
                && selection.has(&entry.path)
            {
                sources.insert(to);
            }
        }
    }
    Ok(sources)
}
