//! Frames: what lies between superblock and trailer.

use std::fmt;

use terms::ArchiveId;

use crate::ArchiveError;
use crate::record::FrameRecord;

/// Bytes of the preamble in front of every frame's body (archive-1 A6).
pub(crate) const PREAMBLE_BYTES: usize = 64;
/// What every preamble begins with.
pub(crate) const MAGIC: &[u8; 8] = b"SRFRAME1";

/// What a frame holds (archive-1 A7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FrameKind {
    /// A capsule.
    Capsule,
    /// A segment of content.
    Segment,
    /// A page of the manifest.
    Manifest,
    /// A page of wrapped data keys.
    Keys,
    /// A page of the index.
    Index,
    /// The root over everything.
    Root,
    /// A parity shard over ciphertext (archive-1 A33).
    Parity,
    /// What a test restore must find; its place is reserved (archive-1 A31).
    Expectations,
}

impl FrameKind {
    const ALL: [Self; 8] = [
        Self::Capsule,
        Self::Segment,
        Self::Manifest,
        Self::Keys,
        Self::Index,
        Self::Root,
        Self::Parity,
        Self::Expectations,
    ];

    /// The code that stands in preambles and records, from 1.
    pub(crate) const fn code(self) -> u8 {
        self as u8 + 1
    }

    pub(crate) fn from_code(code: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// Whether the index records frames of this kind (archive-1 A7).
    pub(crate) fn is_recorded(self) -> bool {
        !matches!(self, Self::Capsule | Self::Index | Self::Root)
    }
}

impl fmt::Display for FrameKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Capsule => "capsule",
            Self::Segment => "segment",
            Self::Manifest => "manifest page",
            Self::Keys => "key page",
            Self::Index => "index page",
            Self::Root => "root",
            Self::Parity => "parity shard",
            Self::Expectations => "expectations page",
        })
    }
}

/// How a frame's text is compressed before it is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Compression {
    /// Not at all.
    None,
    /// One zstd frame (RFC 8878).
    Zstd,
}

impl Compression {
    pub(crate) const fn code(self) -> u8 {
        self as u8
    }

    pub(crate) fn from_code(code: u8) -> Option<Self> {
        [Self::None, Self::Zstd].into_iter().find(|compression| compression.code() == code)
    }
}

macro_rules! coded {
    ($type:ident, $unknown:literal) => {
        impl<C> minicbor::Encode<C> for $type {
            fn encode<W: minicbor::encode::Write>(
                &self,
                e: &mut minicbor::Encoder<W>,
                _: &mut C,
            ) -> Result<(), minicbor::encode::Error<W::Error>> {
                e.u8(self.code())?.ok()
            }
        }

        impl<'b, C> minicbor::Decode<'b, C> for $type {
            fn decode(
                d: &mut minicbor::Decoder<'b>,
                _: &mut C,
            ) -> Result<Self, minicbor::decode::Error> {
                let unknown = || minicbor::decode::Error::message($unknown);
                Self::from_code(d.u8()?).ok_or_else(unknown)
            }
        }
    };
}

coded!(FrameKind, "unknown kind of frame");
coded!(Compression, "unknown compression");

/// What stands in front of a frame's body: enough to find and order frames on a medium whose index
/// is lost. It is a hint; every decision follows from the index and the keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Preamble {
    pub(crate) kind: FrameKind,
    pub(crate) compression: Compression,
    pub(crate) archive: ArchiveId,
    pub(crate) volume: u32,
    pub(crate) number: u64,
    pub(crate) length: u64,
    pub(crate) plain_length: u64,
}

impl Preamble {
    /// The one that stands in front of the frame of `record`.
    pub(crate) fn of(record: &FrameRecord, archive: ArchiveId) -> Self {
        let FrameRecord { kind, number, volume, length, plain_length, compression, .. } = *record;
        Self { kind, compression, archive, volume, number, length, plain_length }
    }

    pub(crate) fn encode(&self) -> [u8; PREAMBLE_BYTES] {
        let mut bytes = [0; PREAMBLE_BYTES];
        bytes[..8].copy_from_slice(MAGIC);
        bytes[8] = self.kind.code();
        bytes[9] = self.compression.code();
        bytes[12..28].copy_from_slice(self.archive.as_bytes());
        bytes[28..32].copy_from_slice(&self.volume.to_be_bytes());
        bytes[32..40].copy_from_slice(&self.number.to_be_bytes());
        bytes[40..48].copy_from_slice(&self.length.to_be_bytes());
        bytes[48..56].copy_from_slice(&self.plain_length.to_be_bytes());
        let crc = crc32c::crc32c(&bytes[..60]);
        bytes[60..].copy_from_slice(&crc.to_be_bytes());
        bytes
    }

    pub(crate) fn decode(bytes: &[u8; PREAMBLE_BYTES]) -> Result<Self, ArchiveError> {
        let malformed = || ArchiveError::Field { what: "a preamble is not one" };
        let u32_at = |at: usize| {
            u32::from_be_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
        };
        let u64_at = |at: usize| u64::from(u32_at(at)) << 32 | u64::from(u32_at(at + 4));
        let mut archive = [0; 16];
        archive.copy_from_slice(&bytes[12..28]);
        let preamble = Self {
            kind: FrameKind::from_code(bytes[8]).ok_or_else(malformed)?,
            compression: Compression::from_code(bytes[9]).ok_or_else(malformed)?,
            archive: ArchiveId::from_bytes(archive),
            volume: u32_at(28),
            number: u64_at(32),
            length: u64_at(40),
            plain_length: u64_at(48),
        };
        // Encoding again checks magic, reserved bytes and checksum at once.
        if preamble.encode() == *bytes { Ok(preamble) } else { Err(malformed()) }
    }
}
