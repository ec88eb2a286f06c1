//! Damage that is really done: bits of sealed segments are flipped on the medium.

use std::collections::BTreeSet;
use std::fs::File;
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};

use archive::{FrameKind, FrameRecord};
use engine::files::open_set;
use rand_core::Rng;
use serde::{Deserialize, Serialize};

use crate::DrillError;

/// Damage that was done to an archive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Damage {
    /// Every flipped bit, in the order of the segments.
    pub flipped: Vec<Flipped>,
}

/// One flipped bit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flipped {
    /// The segment it lies in.
    pub segment: u64,
    /// The volume, from 1.
    pub volume: u32,
    /// The byte within the volume.
    pub offset: u64,
}

/// Flips one bit in each of `count` different segments of the archive in `dir`.
///
/// # Errors
///
/// The archive cannot be read, or its volumes cannot be written.
pub fn flip(dir: &Path, count: usize, rng: &mut dyn Rng) -> Result<Damage, DrillError> {
    let segments = segments(dir)?;
    let mut chosen = BTreeSet::new();
    while chosen.len() < count.min(segments.len()) {
        chosen.insert(rng.next_u32() as usize % segments.len());
    }
    let mut flipped = Vec::new();
    for record in chosen.into_iter().map(|at| &segments[at]) {
        let offset = record.offset + rng.next_u64() % record.length;
        flip_bit(&volume_file(dir, record.volume)?, offset, rng.next_u32() % 8)?;
        flipped.push(Flipped { segment: record.number, volume: record.volume, offset });
    }
    Ok(Damage { flipped })
}

/// Every segment of the archive, as its index has it.
fn segments(dir: &Path) -> Result<Vec<FrameRecord>, DrillError> {
    let set = open_set(dir)?;
    let mut segments = Vec::new();
    for page in 0..set.index_pages() {
        let records = set.index_page(page).map_err(engine::EngineError::from)?;
        segments.extend(records.into_iter().filter(|record| record.kind == FrameKind::Segment));
    }
    Ok(segments)
}

/// The file of volume `number`: names end in `.NNNN.strongroom`.
fn volume_file(dir: &Path, number: u32) -> Result<PathBuf, DrillError> {
    let end = format!(".{number:04}.strongroom");
    let entries = std::fs::read_dir(dir).map_err(DrillError::file("reading", dir))?;
    let mut names = entries.flatten().map(|entry| entry.path());
    let found = names.find(|path| path.to_string_lossy().ends_with(&end));
    found.ok_or(DrillError::NotYet { missing: "a volume of the archive" })
}

fn flip_bit(path: &Path, offset: u64, bit: u32) -> Result<(), DrillError> {
    let failed = || DrillError::file("damaging", path);
    let file = File::options().read(true).write(true).open(path).map_err(failed())?;
    let mut byte = [0];
    file.read_exact_at(&mut byte, offset).map_err(failed())?;
    byte[0] ^= 1 << bit;
    file.write_all_at(&byte, offset).map_err(failed())?;
    file.sync_all().map_err(failed())
}
