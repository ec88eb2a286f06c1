//! Sheets of paper, as files for the printer.

use std::fs;
use std::io::{self, Read as _, Write as _};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use paper::{PaperError, ShareSheet};
use quorum::{OfferedShare, QuorumPolicy, Share};
use rustix::fs::{AtFlags, CWD, FileType, Mode, OFlags, fstat, fstatfs, openat, statat, unlinkat};
use rustix::io::Errno;
use secret::SecretText;
use terms::{Environment, Problem};
use zeroize::Zeroizing;

use super::in_words;

/// What the kernel calls a file system in memory.
const TMPFS_MAGIC: i64 = 0x0102_1994;
/// The longest share file of a drill.
const TEXT_BYTES_MAX: u64 = 16 << 10;

/// Why a sheet was not made.
#[derive(Debug, thiserror::Error)]
pub enum SheetsError {
    /// Outside a drill the folder must lie in memory.
    #[error("sheets of real shares are never written to a disk, and {} lies on one", .0.display())]
    OnDisk(PathBuf),
    /// Outside a drill the folder must be closed to everybody else.
    #[error(
        "people other than you can enter the folder {}, so no sheet is put there",
        .0.display()
    )]
    OpenToOthers(PathBuf),
    /// A file could not be written or read.
    #[error("the sheet {} could not be {doing}", path.display())]
    File {
        /// The file or folder.
        path: PathBuf,
        /// What was being done, as a participle.
        doing: &'static str,
        /// What the system said.
        #[source]
        error: io::Error,
    },
    /// The page could not be laid out.
    #[error(transparent)]
    Paper(#[from] PaperError),
}

impl Problem for SheetsError {
    fn code(&self) -> &'static str {
        match self {
            Self::OnDisk(_) => "SR-SHEETS-ON-DISK",
            Self::OpenToOthers(_) => "SR-SHEETS-OPEN-TO-OTHERS",
            Self::File { .. } => "SR-SHEETS-FILE",
            Self::Paper(error) => error.code(),
        }
    }

    fn remedy(&self) -> String {
        match self {
            Self::OnDisk(_) => {
                "Name a folder in memory, such as one below /dev/shm, and print from there.".into()
            }
            Self::OpenToOthers(_) => {
                "Name a folder that does not exist yet: it is made for you alone.".into()
            }
            Self::File { error, .. } if error.kind() == io::ErrorKind::AlreadyExists => {
                "Something of that name lies there, and is left alone: name a new folder.".into()
            }
            Self::File { .. } => "Check the folder that the sheets go to.".into(),
            Self::Paper(error) => error.remedy(),
        }
    }
}

/// A folder for sheets.
///
/// Everything in it goes through the one handle that was checked, so nobody can put another folder
/// in its place, and no file in it is ever followed to somewhere else.
#[derive(Debug, Clone)]
pub struct Sheets {
    dir: PathBuf,
    handle: Arc<OwnedFd>,
    environment: Environment,
}

impl Sheets {
    /// Uses `dir`, which is made if missing; outside a drill it must lie in memory, belong to the
    /// person who runs the program, and be closed to everybody else.
    ///
    /// # Errors
    ///
    /// It cannot be made, lies on a disk, or is open to others.
    pub fn new(dir: &Path, environment: Environment) -> Result<Self, SheetsError> {
        let made = fs::DirBuilder::new().recursive(true).mode(0o700).create(dir);
        let absolute = made.and_then(|()| std::path::absolute(dir)).map_err(failed(dir, "made"))?;
        let mut flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        if !environment.is_drill() {
            flags |= OFlags::NOFOLLOW;
        }
        let opened = openat(CWD, &absolute, flags, Mode::empty());
        let handle = opened.map_err(|error| failed(&absolute, "opened")(error.into()))?;
        if !environment.is_drill() {
            in_memory(&handle, &absolute)?;
            let facts = fstat(&handle).map_err(|e| failed(&absolute, "looked at")(e.into()))?;
            let is_own = facts.st_uid == rustix::process::geteuid().as_raw();
            if !is_own || facts.st_mode & 0o077 != 0 {
                return Err(SheetsError::OpenToOthers(absolute));
            }
        }
        Ok(Self { dir: absolute, handle: Arc::new(handle), environment })
    }

    /// Writes the sheet of one share as PDF, and in a drill as text beside it.
    ///
    /// # Errors
    ///
    /// The page does not hold it, or the folder cannot be written.
    pub fn write(&self, share: &Share, policy: &QuorumPolicy) -> Result<PathBuf, SheetsError> {
        let (facts, place) = (share.record.facts(), share.record.place());
        let (words, record) = (share.words.to_text(), share.record.encode());
        let sheet = ShareSheet {
            environment: self.environment,
            key: facts.key,
            fingerprint: facts.recipient_fingerprint,
            split: facts.split,
            group: &place.group_name,
            member: place.member + 1,
            holder: &place.holder,
            quorum: &in_words(policy),
            created: facts.created,
            commitment: *share.record.commitment(),
            record: &record,
            words: &words,
        };
        let pdf = name(share, "pdf");
        self.write_private(&pdf, sheet.render()?.expose())?;
        if !self.environment.is_drill() {
            return Ok(self.dir.join(pdf));
        }
        self.write_private(&name(share, "txt"), share.to_text().expose().as_bytes())?;
        Ok(self.text_path(share))
    }

    /// The words as a drill's text of the sheet has them.
    ///
    /// # Errors
    ///
    /// The file cannot be read.
    pub fn read_back(&self, share: &Share) -> Result<SecretText, SheetsError> {
        let path = self.text_path(share);
        let mut text = Zeroizing::new(String::new());
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let opened = openat(&*self.handle, name(share, "txt"), flags, Mode::empty());
        let file = fs::File::from(opened.map_err(|error| failed(&path, "read")(error.into()))?);
        file.take(TEXT_BYTES_MAX).read_to_string(&mut text).map_err(failed(&path, "read"))?;
        let offered = OfferedShare::parse("sheet", &text).ok();
        let words = offered.and_then(|offered| offered.words().map(|w| w.to_text()).ok());
        // A sheet that cannot be read proves nothing, which the check of the words then says.
        Ok(words.unwrap_or_else(|| SecretText::from_exposed("")))
    }

    /// Removes the sheet of one share, once nobody needs the file any more; whether there was one.
    ///
    /// # Errors
    ///
    /// It is there and cannot be removed.
    pub fn remove(&self, share: &Share) -> Result<bool, SheetsError> {
        let pdf = name(share, "pdf");
        match unlinkat(&*self.handle, &pdf, AtFlags::empty()) {
            Ok(()) => Ok(true),
            Err(Errno::NOENT) => Ok(false),
            Err(error) => Err(failed(&self.dir.join(pdf), "removed")(error.into())),
        }
    }

    /// Whether files of sheets stay, as those of a drill do.
    pub fn stay(&self) -> bool {
        self.environment.is_drill()
    }

    /// Where the file of a share for the printer lies.
    pub fn pdf_path(&self, share: &Share) -> PathBuf {
        self.dir.join(name(share, "pdf"))
    }

    /// Where a drill's text of a share lies.
    pub fn text_path(&self, share: &Share) -> PathBuf {
        self.dir.join(name(share, "txt"))
    }

    /// Writes a file that nobody but its owner can read, and that was not there before: a drill may
    /// write its own files again, a sheet of a real share is never put where something lies.
    fn write_private(&self, name: &str, bytes: &[u8]) -> Result<(), SheetsError> {
        let path = self.dir.join(name);
        let fail = |error: Errno| failed(&path, "written")(error.into());
        if self.environment.is_drill() {
            let there = statat(&*self.handle, name, AtFlags::SYMLINK_NOFOLLOW);
            if there.is_ok_and(|facts| FileType::from_raw_mode(facts.st_mode).is_file()) {
                unlinkat(&*self.handle, name, AtFlags::empty()).map_err(fail)?;
            }
        }
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL;
        let flags = flags | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let opened = openat(&*self.handle, name, flags, Mode::RUSR | Mode::WUSR);
        let mut file = fs::File::from(opened.map_err(fail)?);
        let written = self.fill(&mut file, &path, bytes);
        if written.is_err() {
            // Half a sheet is no sheet, and would stand in the way of the next attempt.
            let _ = unlinkat(&*self.handle, name, AtFlags::empty());
        }
        written
    }

    fn fill(&self, file: &mut fs::File, path: &Path, bytes: &[u8]) -> Result<(), SheetsError> {
        if !self.environment.is_drill() {
            in_memory(&*file, path)?;
        }
        let written = file.write_all(bytes).and_then(|()| file.sync_all());
        written.map_err(failed(path, "written"))
    }
}

/// The name of a share's file; its parts come from people, so only letters and digits of them stay.
fn name(share: &Share, end: &str) -> String {
    let place = share.record.place();
    let tidy = |text: &str| -> String {
        let lower = text.to_lowercase();
        lower.chars().map(|c| if c.is_alphanumeric() { c } else { '-' }).collect()
    };
    let (group, holder) = (tidy(&place.group_name), tidy(&place.holder));
    format!("{group}-{}-{holder}.{end}", place.member + 1)
}

/// Refuses what is open as `file` if it lies on a disk.
fn in_memory(file: impl AsFd, path: &Path) -> Result<(), SheetsError> {
    if fstatfs(file).is_ok_and(|found| found.f_type == TMPFS_MAGIC) {
        return Ok(());
    }
    Err(SheetsError::OnDisk(path.to_owned()))
}

fn failed(path: &Path, doing: &'static str) -> impl FnOnce(io::Error) -> SheetsError {
    move |error| SheetsError::File { path: path.to_owned(), doing, error }
}

#[cfg(test)]
mod tests;
