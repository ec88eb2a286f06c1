//! Giving something a name that nothing else has, in one step where the file system has such a one.

use std::io;
use std::os::fd::AsFd;
use std::path::Path;

use rustix::fs::{AtFlags, CWD, RenameFlags, renameat, renameat_with, statat};
use rustix::io::Errno;
use rustix::path::Arg;

/// Renames `from` to `to`, each in its folder, unless `to` is taken: then the error is `EXIST`.
pub(super) fn rename_new_at(
    (folder, from): (impl AsFd, impl Arg + Copy),
    (to_folder, to): (impl AsFd, impl Arg + Copy),
) -> Result<(), Errno> {
    match renameat_with(&folder, from, &to_folder, to, RenameFlags::NOREPLACE) {
        // FAT on sticks and some others have no such rename; looking first is the next best.
        Err(Errno::INVAL) => match statat(&to_folder, to, AtFlags::SYMLINK_NOFOLLOW) {
            Ok(_) => Err(Errno::EXIST),
            Err(Errno::NOENT) => renameat(folder, from, to_folder, to),
            Err(error) => Err(error),
        },
        outcome => outcome,
    }
}

/// As [`rename_new_at`], by paths.
pub(crate) fn rename_new(from: &Path, to: &Path) -> io::Result<()> {
    Ok(rename_new_at((CWD, from), (CWD, to))?)
}
