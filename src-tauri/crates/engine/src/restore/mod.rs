//! Restoring: verified data, or an honest account of what is lost.
//!
//! Segments are read, checked, decrypted and decompressed on all cores, in the order in which they
//! lie on the medium; one thread writes files in the same order. A file gets its final name when
//! its digest is right. Damage never stops a restore: what is lost is named range by range, and the
//! file is published as `name.damaged` beside a map of it. Memory is bounded by the segments on
//! their way, twice the number of cores and a few more, plus one page of manifest.

mod pieces;
mod survey;
mod writer;

use std::path::Path;

use archive::Set;
use keys::ArchiveKey;
use serde::Serialize;

pub use survey::Survey;

use crate::EngineError;
use crate::files::{Conflict, Target};
use crate::observer::Observer;
use crate::selection::Selection;

/// What the person who restores decides.
pub struct RestoreOptions<'a> {
    /// The folder to restore into; made if missing.
    pub to: &'a Path,
    /// What is restored.
    pub selection: Selection,
    /// What happens where something is already there.
    pub conflict: Conflict,
    /// Keep files that an earlier run restored, if they are right byte by byte.
    pub resume: bool,
}

/// How a restore ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum RestoreVerdict {
    /// Everything that was asked for is there and verified.
    Complete,
    /// Everything is there, but some files have lost parts, which are named.
    Damaged,
    /// Something is not there at all, because its entry or its volume is lost.
    Incomplete,
}

/// A range of a file that is lost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LostRange {
    /// Where it begins in the file.
    pub offset: u64,
    /// Its length in bytes.
    pub length: u64,
}

/// A file that lost parts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DamagedFile {
    /// Its path in the archive.
    pub path: String,
    /// The name it was published under.
    pub published: String,
    /// What is lost.
    pub ranges: Vec<LostRange>,
    /// Why, in words.
    pub cause: String,
}

/// What a restore did.
#[derive(Debug, Serialize)]
pub struct RestoreReport {
    /// How it ended.
    pub verdict: RestoreVerdict,
    /// Files restored and verified.
    pub files: u64,
    /// Bytes of those files, holes left out.
    pub bytes: u64,
    /// Files that lost parts.
    pub damaged: Vec<DamagedFile>,
    /// Entries that are lost as a whole, in words.
    pub lost: Vec<String>,
    /// Files left alone, because something else of their name was there.
    pub skipped: Vec<String>,
    /// Files restored under another name.
    pub renamed: Vec<String>,
    /// Files that an earlier run had restored, and that are right.
    pub kept: u64,
    /// What else is worth knowing.
    pub warnings: Vec<String>,
}

/// Restores what `options` select from `set`, opened with `key`.
///
/// # Errors
///
/// The target cannot be used, or nothing of the archive can be read. Files published until then
/// are whole and verified; the rest lies in the quarantine folder, which the next run clears.
pub fn restore(
    set: &Set,
    key: &ArchiveKey,
    options: &RestoreOptions<'_>,
    observer: &dyn Observer,
) -> Result<RestoreReport, EngineError> {
    let contents = set.unlock(key)?;
    let tag = &set.settings().archive.to_string()[..8];
    let mut target = Target::open(options.to, tag)?;
    let survey = Survey::of(&contents, options, &mut target)?;
    if survey.conflicts > 0 && options.conflict == Conflict::Fail {
        let path = survey.first_conflict.unwrap_or_default();
        target.settle()?;
        return Err(EngineError::Conflict { path, more: survey.conflicts - 1 });
    }
    writer::run(&contents, options, &survey, target, observer)
}
