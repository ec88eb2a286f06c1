//! Records of the index: what the medium must hold, known without a key.

use minicbor::{Decode, Encode};
use terms::{Canonical, Digest};

use crate::ArchiveError;
use crate::frame::{Compression, FrameKind, PREAMBLE_BYTES, Preamble};
use crate::layout::{BLOCK_BYTES, BODY_BYTES_MAX, RECORDS_PER_PAGE};
use crate::places::Places;
use crate::root::Root;

/// Where one frame lies, how long it is, and its digest (archive-1 A10).
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct FrameRecord {
    /// What the frame holds.
    #[n(0)]
    pub kind: FrameKind,
    /// Its number among its kind, from 0.
    #[n(1)]
    pub number: u64,
    /// The volume it lies in, from 1.
    #[n(2)]
    pub volume: u32,
    /// Where its body begins in the volume.
    #[n(3)]
    pub offset: u64,
    /// Bytes of its body.
    #[n(4)]
    pub length: u64,
    /// Bytes of text inside, after decryption and decompression.
    #[n(5)]
    pub plain_length: u64,
    /// How the text is compressed.
    #[n(6)]
    pub compression: Compression,
    /// BLAKE3 of the body.
    #[n(7)]
    pub digest: Digest,
    /// Whether the frame was found by its preamble: its digest is unknown, and only a key decides
    /// (archive-1 A38). No index says this.
    #[cbor(skip)]
    pub(crate) is_hint: bool,
}

impl FrameRecord {
    /// The record of the frame that `preamble` stands in front of.
    pub(crate) fn of(preamble: &Preamble, offset: u64, digest: Digest) -> Self {
        let Preamble { kind, compression, volume, number, length, plain_length, .. } = *preamble;
        let is_hint = false;
        Self { kind, number, volume, offset, length, plain_length, compression, digest, is_hint }
    }

    /// Whether `body` is what the record says (archive-1 A20).
    ///
    /// # Errors
    ///
    /// [`ArchiveError::Damaged`] naming the frame.
    pub fn check(&self, body: &[u8]) -> Result<(), ArchiveError> {
        let is_right = || blake3::hash(body).as_bytes() == self.digest.as_bytes();
        let intact = body.len() as u64 == self.length && (self.is_hint || is_right());
        if intact { Ok(()) } else { Err(self.damaged()) }
    }

    /// Whether the frame was found by its preamble alone, so that only a key can say what it is
    /// (archive-1 A38).
    pub fn is_hint(&self) -> bool {
        self.is_hint
    }

    /// Whether `other` lies in the same place and calls what lies there the same.
    pub(crate) fn is_as(&self, other: &Self) -> bool {
        *self == Self { digest: self.digest, is_hint: self.is_hint, ..other.clone() }
    }

    /// The error that names this frame as damaged.
    pub fn damaged(&self) -> ArchiveError {
        ArchiveError::Damaged { kind: self.kind, number: self.number, volume: self.volume }
    }

    pub(crate) fn fault(&self) -> Option<&'static str> {
        if self.volume == 0 || self.offset < (BLOCK_BYTES + PREAMBLE_BYTES) as u64 {
            return Some("a frame lies where none can lie");
        }
        let bounded = self.length <= BODY_BYTES_MAX && self.plain_length <= BODY_BYTES_MAX;
        let ends = self.offset.checked_add(self.length).is_some();
        (!bounded || !ends).then_some("a frame is longer than any frame")
    }
}

/// Records of one index page, in the order in which the frames were written.
#[derive(Debug, Clone, Encode, Decode)]
#[cbor(transparent)]
pub(crate) struct IndexPage(#[n(0)] pub(crate) Vec<FrameRecord>);

impl Canonical for FrameRecord {
    const NAME: &'static str = "an index record";
}

impl Canonical for IndexPage {
    const NAME: &'static str = "an index page";
}

impl IndexPage {
    /// Whether the records fit the root, and segments count up from `first_segment`
    /// (archive-1 A10).
    pub(crate) fn fault(&self, first_segment: u64, full: u32, root: &Root) -> Option<&'static str> {
        let mut next = first_segment;
        for record in &self.0 {
            if record.volume > root.volumes {
                return Some("a frame lies in a volume that the root does not count");
            }
            if record.kind == FrameKind::Segment {
                let rest = root.content_bytes.saturating_sub(next.saturating_mul(full.into()));
                if record.number != next || record.plain_length != rest.min(full.into()) {
                    return Some("segments are out of order or cut otherwise than stated");
                }
                next += 1;
            }
        }
        self.own_fault()
    }

    /// Whether the page is one, whatever the root says (archive-1 A10, A41).
    pub(crate) fn own_fault(&self) -> Option<&'static str> {
        if self.0.is_empty() || self.0.len() > RECORDS_PER_PAGE {
            return Some("an index page has no records or too many");
        }
        let mut places = Places::default();
        self.0.iter().find_map(|record| {
            let own = record.kind.is_recorded();
            let kind =
                (!own).then_some("the index records a frame of a kind that it never records");
            kind.or_else(|| record.fault()).or_else(|| places.follow(record))
        })
    }
}
