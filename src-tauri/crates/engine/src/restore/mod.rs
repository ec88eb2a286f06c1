//! Restoring: verified data, or an honest account of what is lost.
//!
//! Segments are read, checked, decrypted and decompressed on all cores, in the order in which they
//! lie on the medium; one thread fills files in the same order, another names them. A file gets its
//! final name when its digest is right and its data is on the medium. Damage never stops a restore:
//! what is lost is named range by range, and the file is published as `name.damaged` beside a map
//! of it. What a medium refuses is left out, and read again when all the rest is safe. A journal
//! says what is done, so that a run that was interrupted goes on inside a file. Memory is bounded
//! by the segments on their way, twice the number of cores and a few more, one page of manifest,
//! and the names of the files that wait for the medium. Names that the target cannot hold are
//! translated, and a map of them comes first (names-1).

mod bounded;
mod carrying_out;
mod damaged;
mod entries;
mod fill;
mod further;
mod interrupted;
mod journal;
mod links;
mod looks;
mod loss;
mod names_map;
mod new_folders;
mod originals;
mod pieces;
mod publish;
mod report;
mod roots;
mod second_pass;
mod second_read;
mod spread;
mod subtrees;
mod survey;
mod writers;

use std::io;
use std::path::{Path, PathBuf};

use archive::Set;
use keys::ArchiveKey;

pub use bounded::Bounded;
#[cfg(test)]
pub(crate) use carrying_out::run as restore_onto;
pub use interrupted::was_interrupted;
pub use loss::{Loss, LossKind};
pub(crate) use pieces::Stream;
pub use pieces::workers;
pub use report::{DamagedFile, LostRange, RereadReport, RestoreReport, RestoreVerdict};
pub(crate) use spread::Spread;
pub use survey::{Survey, Translated};

use crate::EngineError;
use crate::files::{Conflict, Dressing, Room, TargetTraits};
use crate::names::NamePolicy;
use crate::observer::Observer;
use crate::plan::{AuthorisedPlan, Plan};
use crate::selection::Selection;

/// What is chosen besides what is restored; all but `resume` is a part of the plan that is
/// approved.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Choices {
    /// Go on where an earlier run was interrupted. What its journal does not vouch for is kept if
    /// it is right byte by byte.
    pub resume: bool,
    /// What of the metadata comes back.
    pub dressing: Dressing,
    /// What happens to names that the target cannot hold.
    pub names: NamePolicy,
    /// Read every file again from the target's medium, when all is written.
    pub reread: bool,
    /// A file that keeps which places of the media did not read, for the next run (readmap-1).
    pub read_map: Option<PathBuf>,
}

/// What carrying out `plan` would do; reads the list of contents and looks at the target. Nothing
/// is left there: what the target takes is tried in a folder that is removed again.
///
/// # Errors
///
/// The plan is for another archive or for other choices, its selection is malformed, or the target
/// cannot be read.
pub fn survey(
    set: &Set,
    key: &ArchiveKey,
    plan: &Plan,
    choices: &Choices,
) -> Result<Survey, EngineError> {
    plan.check_manner(set, choices)?;
    let past = carrying_out::past(set, key, plan, choices)?;
    let traits = TargetTraits::of(Path::new(&plan.target))?;
    Survey::of(&set.unlock(key)?, plan, choices, (traits, past)).map(|(survey, _)| survey)
}

/// What can be known of the target before anybody brings a share: whether it can be used, whether
/// it is empty where nothing may be in the way, and whether all of the archive would fit.
///
/// # Errors
///
/// The target cannot be used for `plan`, or its selection is malformed.
pub fn foresee(set: &Set, plan: &Plan, choices: &Choices) -> Result<(), EngineError> {
    plan.check(set)?;
    Selection::new(&plan.selection)?;
    let path = Path::new(&plan.target);
    // A quarantine that a killed run left is cleared by the next one.
    let is_in_the_way = |name: &str| !name.starts_with(".strongroom-");
    match std::fs::read_dir(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => (),
        Err(error) => return Err(EngineError::file("opening", path)(error)),
        // What the run that is resumed restored is in the way of nobody.
        Ok(entries) if plan.conflict == Conflict::Fail && !choices.resume => {
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
    let is_all_new = plan.selection.is_empty() && !choices.resume;
    match Room::at(path).bytes.filter(|free| is_all_new && *free < needed) {
        Some(free) => Err(EngineError::NoRoom { needed, free }),
        None => Ok(()),
    }
}

/// Restores what an authorised plan says from `set`, opened with `key`.
///
/// # Errors
///
/// The plan is for another state of the archive or for other choices, the target cannot be used or
/// is too small, or
/// nothing of the archive can be read. Files published until then are whole and verified; the rest
/// lies in the quarantine folder with the journal, from which the next run goes on if it is asked
/// to, and which it clears otherwise.
pub fn restore(
    set: &Set,
    key: &ArchiveKey,
    authorised: &AuthorisedPlan,
    choices: &Choices,
    observer: &dyn Observer,
) -> Result<RestoreReport, EngineError> {
    let plan = authorised.plan();
    plan.check_manner(set, choices)?;
    let traits = TargetTraits::of(Path::new(&plan.target))?;
    carrying_out::run(set, key, (plan, choices), traits, observer)
}
