//! Whether a restore was interrupted: what can be told of that without the archive's key.

use std::io::Read as _;
use std::path::Path;

use terms::{ArchiveId, Digest};

use super::carrying_out::tag_of;
use super::journal;
use crate::EngineError;
use crate::files::LeftOver;

/// Whether a restore of this state of `archive` began in the folder `target` and never came to its
/// end, so that a run that resumes goes on there. A run that is under way looks the same.
///
/// The journal itself is believed only by a run that has the key (journal-1 J3).
///
/// # Errors
///
/// The target is there and cannot be read.
pub fn was_interrupted(
    (archive, index_root): (ArchiveId, Digest),
    target: &Path,
) -> Result<bool, EngineError> {
    let wanted = journal::header(archive, index_root);
    Ok(LeftOver::all(target, &tag_of(archive))?.iter().any(|left_over| {
        let mut found = [0; 56];
        let journal = left_over.open(&journal::name(1));
        journal.is_some_and(|mut file| file.read_exact(&mut found).is_ok()) && found == wanted
    }))
}
