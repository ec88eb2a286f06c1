//! Sheets of paper, as files for the printer.

use std::fs;
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use paper::{PaperError, ShareSheet};
use quorum::{OfferedShare, QuorumPolicy, Share};
use rustix::fs::statfs;
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
            Self::File { .. } => "SR-SHEETS-FILE",
            Self::Paper(error) => error.code(),
        }
    }

    fn remedy(&self) -> String {
        match self {
            Self::OnDisk(_) => {
                "Name a folder in memory, such as one below /dev/shm, and print from there.".into()
            }
            Self::File { .. } => "Check the folder that the sheets go to.".into(),
            Self::Paper(error) => error.remedy(),
        }
    }
}

/// A folder for sheets.
#[derive(Debug, Clone)]
pub struct Sheets {
    dir: PathBuf,
    environment: Environment,
}

impl Sheets {
    /// Uses `dir`, which is made if missing; outside a drill it must lie in memory.
    ///
    /// # Errors
    ///
    /// It cannot be made, or lies on a disk.
    pub fn new(dir: &Path, environment: Environment) -> Result<Self, SheetsError> {
        let made = fs::create_dir_all(dir).and_then(|()| std::path::absolute(dir));
        let absolute = made.map_err(failed(dir, "made"))?;
        let in_memory = statfs(dir).is_ok_and(|found| found.f_type == TMPFS_MAGIC);
        if !environment.is_drill() && !in_memory {
            return Err(SheetsError::OnDisk(absolute));
        }
        Ok(Self { dir: absolute, environment })
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
        let path = self.path(share, "pdf");
        write_private(&path, sheet.render()?.expose())?;
        if !self.environment.is_drill() {
            return Ok(path);
        }
        let text = self.text_path(share);
        write_private(&text, share.to_text().expose().as_bytes())?;
        Ok(text)
    }

    /// The words as a drill's text of the sheet has them.
    ///
    /// # Errors
    ///
    /// The file cannot be read.
    pub fn read_back(&self, share: &Share) -> Result<SecretText, SheetsError> {
        let path = self.text_path(share);
        let mut text = Zeroizing::new(String::new());
        let file = fs::File::open(&path).map_err(failed(&path, "read"))?;
        file.take(TEXT_BYTES_MAX).read_to_string(&mut text).map_err(failed(&path, "read"))?;
        let offered = OfferedShare::parse("sheet", &text).ok();
        let words = offered.and_then(|offered| offered.words().map(|w| w.to_text()).ok());
        // A sheet that cannot be read proves nothing, which the check of the words then says.
        Ok(words.unwrap_or_else(|| SecretText::from_exposed("")))
    }

    /// Where a drill's text of a share lies.
    pub fn text_path(&self, share: &Share) -> PathBuf {
        self.path(share, "txt")
    }

    fn path(&self, share: &Share, end: &str) -> PathBuf {
        let place = share.record.place();
        let tidy = |text: &str| -> String {
            let lower = text.to_lowercase();
            lower.chars().map(|c| if c.is_alphanumeric() { c } else { '-' }).collect()
        };
        let (group, holder) = (tidy(&place.group_name), tidy(&place.holder));
        self.dir.join(format!("{group}-{}-{holder}.{end}", place.member + 1))
    }
}

fn write_private(path: &Path, bytes: &[u8]) -> Result<(), SheetsError> {
    let open = fs::File::options().write(true).create(true).truncate(true).mode(0o600).open(path);
    let written = open.and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()
    });
    written.map_err(failed(path, "written"))
}

fn failed(path: &Path, doing: &'static str) -> impl FnOnce(io::Error) -> SheetsError {
    move |error| SheetsError::File { path: path.to_owned(), doing, error }
}
