//! Who decides what is loaded: whoever owns or can write the module, or a folder on the way to it.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use crate::module::ModuleError;

/// Write permission for the group or for everybody.
const WRITABLE_BY_OTHERS: u32 = 0o022;
/// In a folder with this bit, what is there is exchanged only by its owner, the folder's owner, or
/// root.
const STICKY: u32 = 0o1000;
const ROOT: u32 = 0;

/// Refuses a module that others than root and `user`, a number of the system, can change or
/// exchange, also between this look and the loading. `real` is a path without links.
///
/// # Errors
///
/// [`ModuleError::Owner`] or [`ModuleError::Writable`] with the file or folder that is to blame.
pub(crate) fn check(real: &Path, user: u32) -> Result<(), ModuleError> {
    for path in real.ancestors() {
        let named = || ModuleError::Path { path: path.to_owned() };
        let found = fs::symlink_metadata(path).map_err(|_| named())?;
        if ![ROOT, user].contains(&found.uid()) {
            return Err(ModuleError::Owner { path: path.to_owned() });
        }
        // The owner of what lies in a sticky folder was looked at on the way here.
        let is_kept = found.is_dir() && found.mode() & STICKY != 0;
        if found.mode() & WRITABLE_BY_OTHERS != 0 && !is_kept {
            return Err(ModuleError::Writable { path: path.to_owned() });
        }
    }
    Ok(())
}
