//! What can stop an operation on archives.

use std::io;
use std::path::{Path, PathBuf};

use archive::{ArchiveError, EntryPath};
use catalogue::CatalogueError;
use rustix::io::Errno;
use terms::{Digest, Problem, Timestamp};

/// What a file system answers to a name that it cannot write.
const ILSEQ: i32 = Errno::ILSEQ.raw_os_error();

/// Why an operation stopped; nothing half-done is left under a final name.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// A file or folder could not be used.
    #[error("{doing} {} failed", path.display())]
    File {
        /// What was being done, such as `reading`.
        doing: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        #[source]
        error: io::Error,
    },
    /// The archive was refused.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// Volumes of several archives lie together, and nobody said which one is meant.
    #[error("volumes of different archives lie together: {}", files.join("; "))]
    SeveralArchives {
        /// Each file with where it belongs, in words.
        files: Vec<String>,
    },
    /// No volume that is there is of the archive that was named.
    #[error("no volume here is of an archive whose id begins with {id}")]
    NoSuchArchive {
        /// What was named.
        id: String,
    },
    /// The list of contents could not be written.
    #[error(transparent)]
    Catalogue(#[from] CatalogueError),
    /// The path to be sealed has no name of its own, like `/` or `..`.
    #[error("{} has no name to seal it under", path.display())]
    Nameless {
        /// The path as it was given.
        path: PathBuf,
    },
    /// Two paths to be sealed have the same name.
    #[error("two of the paths are called {name}")]
    NameTwice {
        /// The name.
        name: String,
    },
    /// A map of names cannot be followed; nothing was renamed.
    #[error("the map of names {} cannot be followed: {problem}", path.display())]
    NamesMap {
        /// The map, or the folder in which it was looked for.
        path: PathBuf,
        /// Why, as a clause.
        problem: String,
    },
    /// The target is the folder in which the archive itself lies.
    #[error("{} is the folder in which the archive itself lies", path.display())]
    TargetIsArchive {
        /// The folder.
        path: PathBuf,
    },
    /// The target already has something where a restored file belongs.
    #[error("the target already has {path}, and {more} more of what would be restored")]
    Conflict {
        /// The first such path.
        path: String,
        /// How many more there are.
        more: u64,
    },
    /// The target is in use, and the plan leaves no room for anything else there.
    #[error("{} is not empty, and the plan is to touch nothing that is there", path.display())]
    NotEmpty {
        /// The target folder.
        path: PathBuf,
    },
    /// Something else than a folder stands in the way: it is never followed and never replaced.
    #[error("{path} in the target is no folder, so nothing is written below it")]
    InTheWay {
        /// The path in the target.
        path: String,
    },
    /// A link stands where a plan's target was, or above it.
    #[error("a link leads to {}: nothing is restored through a link", path.display())]
    TargetLink {
        /// The target, or the folder above it that is a link.
        path: PathBuf,
    },
    /// A pattern of a selection is malformed.
    #[error("the selection {pattern:?} is not a pattern")]
    Selection {
        /// The pattern.
        pattern: String,
    },
    /// A text of the plan would not show what it says.
    #[error(
        "the {what} holds the character U+{:04X}, which hides or turns text",
        u32::from(*found)
    )]
    HiddenText {
        /// Which text, such as `reason`.
        what: &'static str,
        /// The first such character.
        found: char,
    },
    /// A pattern of a selection fits nothing in the archive.
    #[error("nothing in the archive matches {pattern:?}")]
    NothingSelected {
        /// The pattern.
        pattern: String,
    },
    /// A folder that was chosen as a whole cannot be chosen in parts instead.
    #[error("the folder {path} cannot be chosen without a part of it: {reason}")]
    Apart {
        /// Its name.
        path: String,
        /// Why, as a clause.
        reason: &'static str,
    },
    /// No entry of the archive has this path.
    #[error("the archive has no file {path}")]
    NoSuchEntry {
        /// The path that was asked for.
        path: String,
    },
    /// A file that was to be printed is damaged.
    #[error("{path} is damaged: {cause}")]
    DamagedEntry {
        /// Its path.
        path: String,
        /// Why, in words.
        cause: String,
    },
    /// The archive changed between planning and acting.
    #[error("the plan was made for another state of the archive")]
    StalePlan,
    /// Another plan than this one was approved.
    #[error("the plan {given} is not the one that was approved, {approved}")]
    OtherPlan {
        /// What the approvals carry.
        approved: Digest,
        /// What was to be carried out.
        given: Digest,
    },
    /// The plan's time is over.
    #[error("the plan was good until {}", expired)]
    Expired {
        /// When it ended.
        expired: Timestamp,
    },
    /// The target has not enough room.
    #[error("the target has {free} bytes free, and {needed} are needed")]
    NoRoom {
        /// Bytes of the files to restore.
        needed: u64,
        /// Bytes that are free.
        free: u64,
    },
    /// The target has not enough room for so many files.
    #[error("the target can take {free} more files and folders, and {needed} are needed")]
    NoInodes {
        /// Files, folders and links to make.
        needed: u64,
        /// How many can be made.
        free: u64,
    },
    /// The target cannot hold a name, and none is to be translated.
    #[error("the target cannot hold the name {path}, and {more} more")]
    Names {
        /// The first such path.
        path: String,
        /// How many more there are.
        more: u64,
    },
    /// Another run is restoring the same archive into the same folder.
    #[error("another restore of this archive into {} is running", path.display())]
    InUse {
        /// The target folder.
        path: PathBuf,
    },
    /// The lists of an archive are too large to be kept while media are changed.
    #[error("the lists of this archive take more than {} MiB of memory", most >> 20)]
    ListsTooLarge {
        /// Most bytes that are kept.
        most: u64,
    },
    /// Somebody changed the root of the archive: nothing of it is a reason to write onto media.
    #[error("the station's signature on the archive is not right")]
    Unsound,
    /// The root of the archive is known from a sidecar alone, which anybody can have put there: it
    /// is no reason to write onto media (archive-1 A42).
    #[error("only a sidecar says what belongs where: nothing on the volumes confirms it")]
    RootBeside,
    /// The person asked to stop.
    #[error("stopped on request")]
    Cancelled,
}

impl EngineError {
    /// For `map_err`: an error about `path` while `doing` something.
    pub(crate) fn file<E: Into<io::Error>>(
        doing: &'static str,
        path: &Path,
    ) -> impl FnOnce(E) -> Self {
        move |error| Self::File { doing, path: path.to_owned(), error: error.into() }
    }

    /// Whether people can change what stands in the way, so that the same may succeed later.
    pub(crate) fn may_pass(&self) -> bool {
        matches!(
            self,
            Self::File { .. }
                | Self::Archive(ArchiveError::Io(_))
                | Self::Conflict { .. }
                | Self::InTheWay { .. }
                | Self::NotEmpty { .. }
                | Self::NoRoom { .. }
                | Self::NoInodes { .. }
                | Self::Names { .. }
                | Self::InUse { .. }
                | Self::Cancelled
        )
    }

    /// Whether the error concerns one entry of a restore alone, so that the others go on.
    pub(crate) fn is_about_one_entry(&self) -> bool {
        use io::ErrorKind::{
            AlreadyExists, FileTooLarge, InvalidFilename, InvalidInput, IsADirectory,
            NotADirectory, NotFound, PermissionDenied, TooManyLinks,
        };
        match self {
            Self::Conflict { .. }
            | Self::InTheWay { .. }
            | Self::Archive(ArchiveError::Path { .. }) => true,
            Self::File { error, .. } => {
                const ONE: [io::ErrorKind; 9] = [
                    AlreadyExists,
                    FileTooLarge,
                    InvalidFilename,
                    InvalidInput,
                    IsADirectory,
                    NotADirectory,
                    NotFound,
                    PermissionDenied,
                    TooManyLinks,
                ];
                ONE.contains(&error.kind()) || error.raw_os_error() == Some(ILSEQ)
            }
            _ => false,
        }
    }

    /// As [`Self::file`], for an entry of an archive.
    pub(crate) fn entry<E: Into<io::Error>>(
        doing: &'static str,
        path: &EntryPath,
    ) -> impl FnOnce(E) -> Self {
        move |error| Self::File { doing, path: path.to_string().into(), error: error.into() }
    }
}

impl Problem for EngineError {
    fn code(&self) -> &'static str {
        match self {
            Self::File { .. } => "SR-ENGINE-FILE",
            Self::Archive(error) => error.code(),
            Self::SeveralArchives { .. } => "SR-ENGINE-SEVERAL-ARCHIVES",
            Self::NoSuchArchive { .. } => "SR-ENGINE-NO-SUCH-ARCHIVE",
            Self::Catalogue(error) => error.code(),
            Self::Nameless { .. } => "SR-ENGINE-NAMELESS",
            Self::NameTwice { .. } => "SR-ENGINE-NAME-TWICE",
            Self::Conflict { .. } => "SR-ENGINE-CONFLICT",
            Self::NotEmpty { .. } => "SR-ENGINE-NOT-EMPTY",
            Self::InTheWay { .. } => "SR-ENGINE-IN-THE-WAY",
            Self::TargetLink { .. } => "SR-ENGINE-TARGET-LINK",
            Self::Selection { .. } => "SR-ENGINE-SELECTION",
            Self::HiddenText { .. } => "SR-ENGINE-HIDDEN-TEXT",
            Self::NothingSelected { .. } => "SR-ENGINE-NOTHING-SELECTED",
            Self::Apart { .. } => "SR-ENGINE-APART",
            Self::NoSuchEntry { .. } => "SR-ENGINE-NO-SUCH-ENTRY",
            Self::DamagedEntry { .. } => "SR-ENGINE-DAMAGED-ENTRY",
            Self::NamesMap { .. } => "SR-ENGINE-NAMES-MAP",
            Self::TargetIsArchive { .. } => "SR-ENGINE-TARGET-IS-ARCHIVE",
            Self::StalePlan => "SR-ENGINE-STALE-PLAN",
            Self::OtherPlan { .. } => "SR-ENGINE-OTHER-PLAN",
            Self::Expired { .. } => "SR-ENGINE-EXPIRED",
            Self::NoRoom { .. } => "SR-ENGINE-NO-ROOM",
            Self::NoInodes { .. } => "SR-ENGINE-NO-INODES",
            Self::Names { .. } => "SR-ENGINE-NAMES",
            Self::InUse { .. } => "SR-ENGINE-IN-USE",
            Self::ListsTooLarge { .. } => "SR-ENGINE-LISTS-TOO-LARGE",
            Self::Unsound => "SR-ENGINE-UNSOUND",
            Self::RootBeside => "SR-ENGINE-ROOT-BESIDE",
            Self::Cancelled => "SR-ENGINE-CANCELLED",
        }
    }

    fn remedy(&self) -> String {
        match self {
            Self::File { .. } => {
                "Check that it exists, that you may use it, and that its disk has room.".into()
            }
            Self::Archive(error) => error.remedy(),
            Self::SeveralArchives { .. } => {
                "Name the one that is meant with --archive-id, or name one of its volumes.".into()
            }
            Self::NoSuchArchive { .. } => "inspect says for each file where it belongs.".into(),
            Self::Catalogue(error) => error.remedy(),
            Self::Nameless { .. } => "Name the folder itself, for example by its full path.".into(),
            Self::NameTwice { .. } => "Seal them one after the other, or rename one.".into(),
            Self::Conflict { .. } | Self::NotEmpty { .. } => {
                "Go on with --resume if an earlier restore into it was interrupted; else choose an \
                 empty folder, or say what to do: --conflict skip, keep-both, newer or replace."
                    .into()
            }
            Self::InTheWay { .. } => "Move it away, or choose an empty folder.".into(),
            Self::TargetLink { .. } => {
                "Find out who put it there; then make the plan again, and have it approved again."
                    .into()
            }
            Self::Selection { .. } => "Write it as in a shell: *, ?, ** and [a-z].".into(),
            Self::HiddenText { .. } => {
                "Write it again in plain text: people approve what they can read.".into()
            }
            Self::NothingSelected { .. } => {
                "List the archive; a pattern is compared with the whole path, as in '**/*.txt'."
                    .into()
            }
            Self::Apart { .. } => "Choose what you want of it one by one.".into(),
            Self::NoSuchEntry { .. } => "List the archive to see what is inside.".into(),
            Self::DamagedEntry { .. } => {
                "Restore it: what can be saved comes back, with a map of what is lost.".into()
            }
            Self::OtherPlan { .. } => {
                "Show the plan to everybody again, and have exactly it approved.".into()
            }
            Self::NoRoom { .. } => {
                "Choose another target, make room, or restore fewer files with --select.".into()
            }
            Self::NoInodes { .. } => {
                "Choose a target on another disk, or restore fewer files with --select.".into()
            }
            Self::Names { .. } => {
                "Let names be translated with --names auto, which keeps a map of them, or choose a \
                 target on a Linux file system."
                    .into()
            }
            Self::NamesMap { .. } => {
                "Nothing was renamed. Move away what is in the way, or name the map: --map.".into()
            }
            Self::TargetIsArchive { .. } => "Choose another folder.".into(),
            Self::InUse { .. } => "Wait for it to end, or choose another folder.".into(),
            Self::StalePlan | Self::Expired { .. } => {
                "Make the plan again, and have it approved again.".into()
            }
            Self::ListsTooLarge { .. } => {
                "Copy the volumes onto one disk, or connect them all at once; restore from there."
                    .into()
            }
            Self::Unsound => "Keep these media as they are, and bring another copy.".into(),
            Self::RootBeside => "Mend into a new copy: verify --repair-to DIR.".into(),
            Self::Cancelled => {
                "Start it again when you are ready; what has its final name is whole.".into()
            }
        }
    }
}
