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

use std::io;
use std::path::Path;

use archive::Set;
use keys::ArchiveKey;

pub(crate) use pieces::Stream;
pub use report::{DamagedFile, LostRange, RestoreReport, RestoreVerdict};
pub(crate) use spread::Spread;
pub use survey::Survey;

use crate::EngineError;
use crate::files::{Conflict, Dressing, Target, free_bytes};
use crate::observer::Observer;
use crate::plan::{AuthorisedPlan, Plan};
use crate::selection::Selection;

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

/// What can be known of the target before anybody brings a share: whether it can be used, whether
/// it is empty where nothing may be in the way, and whether all of the archive would fit.
///
/// # Errors
///
/// The target cannot be used for `plan`, or its selection is malformed.
pub fn foresee(set: &Set, plan: &Plan) -> Result<(), EngineError> {
    plan.check(set)?;
    Selection::new(&plan.selection)?;
    let path = Path::new(&plan.target);
    // A quarantine that a killed run left is cleared by the next one.
    let is_in_the_way = |name: &str| !name.starts_with(".strongroom-");
    match std::fs::read_dir(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => (),
        Err(error) => return Err(EngineError::file("opening", path)(error)),
        Ok(entries) if plan.conflict == Conflict::Fail => {
            for entry in entries {
                let entry = entry.map_err(EngineError::file("reading", path))?;
                if is_in_the_way(&entry.file_name().to_string_lossy()) {
                    return Err(EngineError::NotEmpty { path: path.to_owned() });
                }
            }
        }
        Ok(_) => (),
    }
    let needed = set.root().content_bytes;
    match free_bytes(path).filter(|free| plan.selection.is_empty() && *free < needed) {
        Some(free) => Err(EngineError::NoRoom { needed, free }),
        None => Ok(()),
    }
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
