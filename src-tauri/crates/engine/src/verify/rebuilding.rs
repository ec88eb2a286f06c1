//! An index that is lost in every copy, worked out of the frames (archive-1 A43).

use archive::{RebuiltIndex, Set};

use crate::EngineError;
use crate::observer::{Observer, Progress};

/// Rebuilds what of the index is lost, if anything is.
///
/// # Errors
///
/// The person asked to stop, or a medium failed in another way than by damage.
pub(crate) fn rebuild_index(
    set: &mut Set,
    observer: &dyn Observer,
) -> Result<RebuiltIndex, EngineError> {
    let goes_on = |bytes| {
        observer.progress(Progress { bytes, files: 0 });
        !observer.is_cancelled()
    };
    set.rebuild_index(&goes_on)?.ok_or(EngineError::Cancelled)
}

/// What is to be said of it.
pub(super) fn tell(rebuilt: RebuiltIndex, notes: &mut Vec<String>) {
    let RebuiltIndex { pages, lost } = rebuilt;
    if pages > 0 {
        notes.push(format!(
            "index pages lost in every copy and worked out of the frames: {pages}; verify --repair \
             writes them anew"
        ));
    }
    if pages > 0 && lost > 0 {
        notes.push(format!(
            "index pages that stay lost: {lost}; frames that they recorded are damaged beyond the \
             parity"
        ));
    }
}
