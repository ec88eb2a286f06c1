//! Restoring: verified data, or an honest account of what is lost.
//!
//! Segments are read, checked, decrypted and decompressed on all cores, in the order in which they
//! lie on the medium; one thread writes files in the same order. A file gets its final name when
//! its digest is right. Damage never stops a restore: what is lost is named range by range, and the
//! file is published as `name.damaged` beside a map of it. Memory is bounded by the segments on
//! their way, twice the number of cores and a few more, plus one page of manifest.

mod damaged;
mod pieces;
mod report;
mod spread;
mod survey;
mod writer;

use std::path::Path;

use archive::Set;
use keys::ArchiveKey;

pub(crate) use pieces::Stream;
pub use report::{DamagedFile, LostRange, RestoreReport, RestoreVerdict};
pub(crate) use spread::Spread;
pub use survey::Survey;

use crate::EngineError;
use crate::files::{Conflict, Dressing, Target};
use crate::observer::Observer;
use crate::plan::{AuthorisedPlan, Plan};

/// What the person at the table may choose without changing what was approved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Choices {
    /// Keep files that an earlier run restored, if they are right byte by byte.
    pub resume: bool,
    /// What of the metadata comes back.
    pub dressing: Dressing,
}

/// What carrying out `plan` would do; reads the list of contents, looks at the target, writes
/// nothing.
///
/// # Errors
///
/// The plan is for another archive, its selection is malformed, or the target cannot be read.
pub fn survey(
    set: &Set,
    key: &ArchiveKey,
    plan: &Plan,
    choices: &Choices,
) -> Result<Survey, EngineError> {
    plan.check(set)?;
    Survey::of(&set.unlock(key)?, plan, choices)
}

/// Restores what an authorised plan says from `set`, opened with `key`.
///
/// # Errors
///
/// The plan is for another state of the archive, the target cannot be used or is too small, or
/// nothing of the archive can be read. Files published until then are whole and verified; the rest
/// lies in the quarantine folder, which the next run clears.
pub fn restore(
    set: &Set,
    key: &ArchiveKey,
    authorised: &AuthorisedPlan,
    choices: &Choices,
    observer: &dyn Observer,
) -> Result<RestoreReport, EngineError> {
    let plan = authorised.plan();
    plan.check(set)?;
    let contents = set.unlock(key)?;
    let survey = Survey::of(&contents, plan, choices)?;
    if survey.conflicts > 0 && plan.conflict == Conflict::Fail {
        let path = survey.first_conflicts.first().cloned().unwrap_or_default();
        return Err(EngineError::Conflict { path, more: survey.conflicts - 1 });
    }
    if let Some(free) = survey.free_bytes.filter(|_| !survey.fits()) {
        return Err(EngineError::NoRoom { needed: survey.bytes, free });
    }
    let tag = &set.settings().archive.to_string()[..8];
    let target = Target::open(Path::new(&plan.target), tag, choices.dressing)?;
    writer::run(&contents, plan.conflict, choices, &survey, target, observer)
}
