//! What a target's file system can hold: found out by asking it, not by guessing the system.

use std::os::fd::{AsFd, OwnedFd};
use std::path::Path;

use rustix::fs::{StatVfs, fstatfs, fstatvfs};

use super::folder;
use super::probe::Probe;
use crate::EngineError;
use crate::names::NameRules;

/// What a target's file system can hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TargetTraits {
    /// What the file system is called.
    pub file_system: String,
    /// What its names can be.
    pub names: NameRules,
    /// The largest file in bytes.
    pub file_bytes_max: u64,
    /// It has symbolic links.
    pub symlinks: bool,
    /// A file can have several names.
    pub hardlinks: bool,
    /// It keeps extended attributes of people.
    pub xattrs: bool,
    /// It keeps access lists.
    pub acls: bool,
    /// It keeps the permissions of every file.
    pub modes: bool,
    /// It keeps times to the nanosecond, or nearly so.
    pub fine_times: bool,
    /// Ranges that were never written take no room.
    pub holes: bool,
}

/// Room that a target has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Room {
    /// Bytes that this user can still write, where the system tells.
    pub(crate) bytes: Option<u64>,
    /// Files and folders that can still be made; none where there is no such limit.
    pub(crate) inodes: Option<u64>,
}

impl TargetTraits {
    /// Of a plain Linux file system, which holds all that an archive can.
    pub fn plain(file_system: &str) -> Self {
        Self {
            file_system: file_system.to_owned(),
            names: NameRules::PLAIN,
            file_bytes_max: u64::MAX,
            symlinks: true,
            hardlinks: true,
            xattrs: true,
            acls: true,
            modes: true,
            fine_times: true,
            holes: true,
        }
    }

    /// Asks the file system at `path`, or where it would be made. Names are tried in a folder that
    /// is removed again; where nothing can be tried, what is known of file systems of this kind
    /// holds (names-1 N1).
    ///
    /// # Errors
    ///
    /// A link leads to `path`, or a folder on the way cannot be opened.
    pub(crate) fn of(path: &Path) -> Result<Self, EngineError> {
        let folder = nearest(path)?;
        let kind = fstatfs(&folder).map_or(0, |found| kind_of(found.f_type));
        Ok(match Probe::begin(&folder) {
            Ok(probe) => probe.ask(name_of(kind)),
            Err(_) => known(kind),
        })
    }
}

impl Room {
    /// The room at `path`, or where it would be made.
    pub(crate) fn at(path: &Path) -> Self {
        let found = nearest(path).ok().and_then(|folder| fstatvfs(folder.as_fd()).ok());
        found.map_or_else(Self::default, |found: StatVfs| Self {
            bytes: found.f_bavail.checked_mul(found.f_frsize),
            // Some file systems make inodes as they are wanted, and count none.
            inodes: (found.f_files > 0).then_some(found.f_favail),
        })
    }
}

/// What the file system at `path`, or where it would be made, is called.
pub fn file_system_at(path: &Path) -> String {
    let kind = nearest(path).ok().and_then(|folder| fstatfs(&folder).ok());
    match kind.map_or(0, |found| kind_of(found.f_type)) {
        ISO => "ISO 9660".to_owned(),
        kind => name_of(kind),
    }
}

/// The folder at `path`, or the nearest one above it that is there.
fn nearest(path: &Path) -> Result<OwnedFd, EngineError> {
    for above in path.ancestors().filter(|path| !path.as_os_str().is_empty()) {
        if let Some(folder) = folder::open(above)? {
            return Ok(folder);
        }
    }
    let here = Path::new(".");
    folder::open(here)?.ok_or_else(|| EngineError::file("opening", path)(rustix::io::Errno::NOENT))
}

const FAT: u64 = 0x4d44;
const EXFAT: u64 = 0x2011_bab0;
const NTFS: [u64; 2] = [0x5346_544e, 0x7366_746e];
/// Nothing is restored onto it, so that nothing else is said of it here.
const ISO: u64 = 0x9660;
const FUSE: u64 = 0x6573_5546;

/// Names by the numbers that the kernel gives file systems (`linux/magic.h`).
const KINDS: &[(u64, &str)] = &[
    (FAT, "FAT"),
    (EXFAT, "exFAT"),
    (NTFS[0], "NTFS"),
    (NTFS[1], "NTFS"),
    (FUSE, "FUSE"),
    (0xef53, "ext4"),
    (0x5846_5342, "XFS"),
    (0x9123_683e, "Btrfs"),
    (0x0102_1994, "tmpfs"),
    (0x794c_7630, "overlay"),
    (0xf2f5_2010, "F2FS"),
    (0x2fc1_2fc1, "ZFS"),
    (0xca45_1a4e, "bcachefs"),
    (0xf15f, "eCryptfs"),
    (0x6969, "NFS"),
    (0xff53_4d42, "SMB"),
    (0xfe53_4d42, "SMB"),
    (0x482b, "HFS+"),
    (0x1501_3346, "UDF"),
];

#[allow(clippy::cast_sign_loss, clippy::unnecessary_cast)]
pub(super) fn kind_of(number: impl Into<i128>) -> u64 {
    // The kernel's word may be signed; its numbers have 32 bits.
    u64::try_from(number.into() & 0xffff_ffff).unwrap_or(0)
}

fn name_of(kind: u64) -> String {
    let known = KINDS.iter().find(|(number, _)| *number == kind);
    known.map_or_else(|| format!("{kind:#x}"), |(_, name)| (*name).to_owned())
}

/// What is known of a file system where nothing can be tried.
fn known(kind: u64) -> TargetTraits {
    let plain = TargetTraits::plain(&name_of(kind));
    let is_known = KINDS.iter().any(|(number, _)| *number == kind);
    if is_known && ![FAT, EXFAT, FUSE].contains(&kind) && !NTFS.contains(&kind) {
        return plain;
    }
    let simple = [FAT, EXFAT].contains(&kind);
    TargetTraits {
        names: NameRules::PORTABLE,
        file_bytes_max: if kind == FAT { u64::from(u32::MAX) } else { u64::MAX },
        symlinks: !simple,
        hardlinks: !simple,
        xattrs: !simple,
        acls: !simple,
        modes: !simple,
        fine_times: !simple,
        holes: !simple,
        ..plain
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_nothing_can_be_tried_a_stick_gets_portable_names_and_its_limits() {
        let fat = known(FAT);
        assert_eq!((fat.file_system.as_str(), fat.names), ("FAT", NameRules::PORTABLE));
        assert_eq!(fat.file_bytes_max, (4 << 30) - 1);
        assert!(!fat.symlinks && !fat.hardlinks && !fat.xattrs && !fat.modes && !fat.holes);
        assert_eq!(known(0xef53), TargetTraits::plain("ext4"));
        assert_eq!(known(0x1234).names, NameRules::PORTABLE);
    }
}
