//! Looking for a name that is free.

use archive::EntryPath;

use crate::EngineError;

/// Most names tried for one thing.
const TRIED_MAX: u32 = 1000;

/// The first of the numbers from 0 on with which `fits` finds something; the name it was looked for
/// is `path`.
///
/// # Errors
///
/// Nothing is found after many tries, or `fits` failed.
pub(crate) fn first_that<T>(
    path: &EntryPath,
    fits: impl FnMut(u32) -> Result<Option<T>, EngineError>,
) -> Result<T, EngineError> {
    let found = (0..TRIED_MAX).map(fits).find_map(Result::transpose);
    found.unwrap_or_else(|| Err(EngineError::Conflict { path: path.to_string(), more: 0 }))
}
