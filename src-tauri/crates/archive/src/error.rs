//! What can be wrong with an archive.

use std::io;

use terms::{ArchiveId, CanonError, Problem};

use crate::frame::FrameKind;

/// Why an archive, or a part of it, was refused.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// The medium or the target failed.
    #[error("the medium failed")]
    Io(#[from] io::Error),
    /// No volume of an archive is among what was given (archive-1 A3).
    #[error("this is not a Strongroom archive: no superblock is readable at either end")]
    NotAnArchive,
    /// No volume that is here carries the index: the last one is missing (archive-1 A4).
    #[error("the last volume of the archive, which carries the index, is not here")]
    NotSealed,
    /// The last volume that is here has no trailer: it was cut short, or its end is destroyed
    /// (archive-1 A4).
    #[error(
        "volume {volume} ends before its end: {bytes} bytes of it are here, and the index, which \
         stands at the end of the archive, is not"
    )]
    CutShort {
        /// The volume, from 1.
        volume: u32,
        /// How many bytes of it are here.
        bytes: u64,
    },
    /// The first and the last block of every volume are destroyed (archive-1 A36).
    #[error(
        "the first and the last block of every volume are destroyed; what is left is of archive \
         {archive}"
    )]
    NoBlocks {
        /// The archive, by what most preambles say.
        archive: ArchiveId,
    },
    /// Volumes of several archives were given together.
    #[error("volumes of different archives lie together: {one} and {other}")]
    Mixed {
        /// One archive.
        one: ArchiveId,
        /// Another.
        other: ArchiveId,
    },
    /// The format's version is one that this program does not know (archive-1 A2).
    #[error("the archive has format version {version}, which this program does not know")]
    UnknownVersion {
        /// The version it states.
        version: u8,
    },
    /// A record is malformed.
    #[error("a part of the archive is malformed")]
    Encoding(#[from] CanonError),
    /// A field has a value the format forbids.
    #[error("a part of the archive is malformed: {what}")]
    Field {
        /// What about it is forbidden, as a clause.
        what: &'static str,
    },
    /// A frame is not what the index says: the medium is damaged, or somebody changed it
    /// (archive-1 A20).
    #[error("{kind} {number} in volume {volume} is damaged")]
    Damaged {
        /// What the frame holds.
        kind: FrameKind,
        /// Its number among its kind.
        number: u64,
        /// The volume it lies in.
        volume: u32,
    },
    /// A volume that is needed is not among those given.
    #[error("volume {volume} of the archive is missing")]
    MissingVolume {
        /// Its number, from 1.
        volume: u32,
    },
    /// A page is recorded nowhere, because the part of the index that names it is lost
    /// (archive-1 A20).
    #[error("{kind} {number} cannot be found: the part of the index that names it is lost")]
    Unrecorded {
        /// What is looked for.
        kind: FrameKind,
        /// Its number among its kind.
        number: u64,
    },
    /// A search finds more frames than media of this size can hold of an archive (decision 0106).
    #[error(
        "these media have more than {most} beginnings of frames on them, far more than an archive \
         leaves: somebody made them up, and a search would need memory for all of them"
    )]
    Crowded {
        /// How many a search keeps.
        most: u64,
    },
    /// A message does not authenticate under its key (archive-1 A15).
    #[error("{kind} {number} does not authenticate: it was altered, or the key is another")]
    Authentication {
        /// What the frame holds.
        kind: FrameKind,
        /// Its number among its kind.
        number: u64,
    },
    /// An authenticated message does not decompress to its stated length (archive-1 A16).
    #[error("{kind} {number} does not decompress to its stated length")]
    Decompression {
        /// What the frame holds.
        kind: FrameKind,
        /// Its number among its kind.
        number: u64,
    },
    /// A path would lead out of the target, or is too long (archive-1 A23).
    #[error("the path {path:?} is not allowed: {reason}")]
    Path {
        /// The path as it was given.
        path: String,
        /// Why it is refused.
        reason: &'static str,
    },
    /// A key is not the archive's.
    #[error("the key does not belong to this archive")]
    Keys(#[from] keys::KeysError),
}

impl Problem for ArchiveError {
    fn code(&self) -> &'static str {
        match self {
            Self::Io(_) => "SR-ARCHIVE-IO",
            Self::NotAnArchive => "SR-ARCHIVE-NOT-AN-ARCHIVE",
            Self::NotSealed | Self::CutShort { .. } => "SR-ARCHIVE-NOT-SEALED",
            Self::NoBlocks { .. } => "SR-ARCHIVE-NO-BLOCKS",
            Self::Mixed { .. } => "SR-ARCHIVE-MIXED",
            Self::UnknownVersion { .. } => "SR-ARCHIVE-UNKNOWN-VERSION",
            Self::Encoding(_) => "SR-ARCHIVE-ENCODING",
            Self::Field { .. } => "SR-ARCHIVE-FIELD",
            Self::Damaged { .. } => "SR-ARCHIVE-DAMAGED",
            Self::MissingVolume { .. } => "SR-ARCHIVE-MISSING-VOLUME",
            Self::Unrecorded { .. } => "SR-ARCHIVE-UNRECORDED",
            Self::Crowded { .. } => "SR-ARCHIVE-CROWDED",
            Self::Authentication { .. } => "SR-ARCHIVE-AUTHENTICATION",
            Self::Decompression { .. } => "SR-ARCHIVE-DECOMPRESSION",
            Self::Path { .. } => "SR-ARCHIVE-PATH",
            Self::Keys(_) => "SR-ARCHIVE-KEYS",
        }
    }

    fn remedy(&self) -> String {
        match self {
            Self::Io(_) => "Check the medium and its reader; try another copy of the archive.",
            Self::NotAnArchive => "Name a volume file, or the folder that holds the set.",
            Self::NotSealed => {
                "Bring the last volume of the set, another copy of it, or the sidecar (--sidecar). \
                 If all are gone for good, restore --without-index searches for what is left: it \
                 brings back only files that a page of the list of contents on these volumes \
                 names, which may be none, and nobody can say that it is all."
            }
            Self::CutShort { .. } => {
                "Bring another copy of this volume, the volumes after it if there are any, or the \
                 sidecar (--sidecar). If all are gone for good, restore --without-index searches \
                 for what is left: it brings back only files that a page of the list of contents \
                 on these volumes names, which may be none, and nobody can say that it is all."
            }
            Self::NoBlocks { .. } => {
                "Bring another copy of a volume. If there is none, restore --without-index brings \
                 back what is left."
            }
            Self::MissingVolume { .. } => "Bring that volume of the set, or another copy of it.",
            Self::Mixed { .. } => {
                "Name the one that is meant with --archive-id, or name one of its volumes."
            }
            Self::UnknownVersion { .. } => "Use the version of Strongroom that wrote the archive.",
            Self::Encoding(_) | Self::Field { .. } | Self::Damaged { .. } => {
                "Verify the archive to see the extent of the damage; use another copy of it."
            }
            Self::Unrecorded { .. } => {
                "Bring the volume that carries it, another copy of it, or the sidecar (--sidecar): \
                 without names and keys nothing can be restored."
            }
            Self::Crowded { .. } => {
                "Bring the volume with the index, another copy of it, or the sidecar (--sidecar): \
                 then nothing is searched. Keep these media as evidence."
            }
            Self::Authentication { .. } | Self::Decompression { .. } => {
                "Use another copy of the archive; keep this one as evidence."
            }
            Self::Path { .. } => "Do not restore from this archive before somebody examined it.",
            Self::Keys(_) => "Bring the shares of the master key that the archive names.",
        }
        .to_owned()
    }
}
