//! Going through a medium by the preambles of its frames (archive-1 A37).

use terms::ArchiveId;

use super::finding::block_at;
use crate::chunked::sealed_len;
use crate::frame::{FrameKind, MAGIC, PREAMBLE_BYTES, Preamble};
use crate::layout::{BLOCK_BYTES, BODY_BYTES_MAX, INDEX_PAGES_MAX, RECORDS_PER_PAGE};
use crate::superblock::Superblock;
use crate::volume::ReadAt;

/// Bytes that are searched at once.
const PIECE_BYTES: usize = 1 << 20;
/// No archive has as many frames of a kind: index pages and the records in each are bounded.
const NUMBER_MAX: u64 = (INDEX_PAGES_MAX * RECORDS_PER_PAGE) as u64;

/// What a scan comes across.
pub(super) enum Seen {
    Frame(SeenFrame),
    /// A superblock or trailer that stands where a frame could.
    Block(Box<Superblock>),
}

/// A frame that was found by its preamble; all of its body lies within the medium.
pub(super) struct SeenFrame {
    pub(super) preamble: Preamble,
    /// Where its body begins.
    pub(super) offset: u64,
    /// Whether something of an archive, or nothing, lies right behind it.
    pub(super) is_followed: bool,
}

/// Which preambles count.
#[derive(Clone, Copy)]
pub(super) enum Of {
    Any,
    Archive(ArchiveId),
}

/// A range of a medium that is searched.
pub(super) struct Scan<'a> {
    medium: &'a dyn ReadAt,
    of: Of,
    size: u64,
    at: u64,
    end: u64,
    /// What was read last, and where it begins.
    piece: Vec<u8>,
    piece_at: u64,
    /// Whether a frame or a block ended at `at`, so that the next one may begin there.
    follows: bool,
}

impl<'a> Scan<'a> {
    /// A scan of everything.
    pub(super) fn of(medium: &'a dyn ReadAt, size: u64, of: Of) -> Self {
        Self { follows: true, ..Self::within((medium, size), of, 0..size) }
    }

    /// A scan of the preambles that begin in `range`.
    pub(super) fn within(
        (medium, size): (&'a dyn ReadAt, u64),
        of: Of,
        range: std::ops::Range<u64>,
    ) -> Self {
        let (at, end) = (range.start, range.end.min(size));
        let (piece, piece_at) = (Vec::new(), 0);
        Self { medium, of, size, at, end, piece, piece_at, follows: false }
    }

    /// Bytes from the start of the medium that were gone through.
    pub(super) fn at(&self) -> u64 {
        self.at
    }

    /// One step: a frame, a block, or a piece in which there is nothing. None at the end.
    pub(super) fn step(&mut self) -> Option<Option<Seen>> {
        if self.at >= self.end {
            return None;
        }
        let follows = std::mem::replace(&mut self.follows, false);
        if !follows && !self.find() {
            return Some(None);
        }
        let start = self.at;
        if let Some(preamble) = self.preamble_at(start) {
            let offset = start + PREAMBLE_BYTES as u64;
            let behind = offset + preamble.length;
            let is_followed = behind == self.size
                || self.preamble_at(behind).is_some()
                || block_at(self.medium, behind).is_ok();
            // A frame that nobody follows may be none: then what lies in it counts.
            self.at = if is_followed { behind } else { start + MAGIC.len() as u64 };
            self.follows = is_followed;
            return Some(Some(Seen::Frame(SeenFrame { preamble, offset, is_followed })));
        }
        if !follows {
            self.at = start + MAGIC.len() as u64;
            return Some(None);
        }
        // Only the start of a medium is looked at without knowing that something stands there.
        let Ok(block) = block_at(self.medium, start) else { return Some(None) };
        self.at = start + BLOCK_BYTES as u64;
        self.follows = true;
        Some(Some(Seen::Block(Box::new(block))))
    }

    /// Goes on to the next magic in the piece that was read, or to its end; says whether there was
    /// one.
    fn find(&mut self) -> bool {
        // What begins in a piece and ends in the next one is found there.
        let overlap = MAGIC.len() as u64 - 1;
        let piece_end = self.piece_at + self.piece.len() as u64;
        let is_inside = self.at >= self.piece_at && self.at + overlap < piece_end;
        if !is_inside {
            self.read_piece();
        }
        let from = usize::try_from(self.at - self.piece_at).unwrap_or(usize::MAX);
        let rest = self.piece.get(from..).unwrap_or_default();
        let found = memchr::memmem::find(rest, MAGIC);
        let passed = (rest.len() as u64).saturating_sub(overlap).max(1);
        self.at += found.map_or(passed, |found| found as u64);
        found.is_some() && self.at < self.end
    }

    fn read_piece(&mut self) {
        // What begins behind the end of the range is not looked for.
        let end = (self.end + MAGIC.len() as u64 - 1).min(self.size);
        let rest = end - self.at;
        let length = usize::try_from(rest).unwrap_or(PIECE_BYTES).min(PIECE_BYTES);
        self.piece.resize(length, 0);
        self.piece_at = self.at;
        if self.medium.read_exact_at(&mut self.piece, self.at).is_err() {
            self.medium.read_pieces_at(&mut self.piece, self.at);
        }
    }

    /// The preamble that stands at `at`, if one does whose frame can be.
    fn preamble_at(&self, at: u64) -> Option<Preamble> {
        let mut bytes = [0; PREAMBLE_BYTES];
        let offset = at.checked_add(PREAMBLE_BYTES as u64).filter(|offset| *offset <= self.size)?;
        self.medium.read_exact_at(&mut bytes, at).ok()?;
        let preamble = Preamble::decode(&bytes).ok()?;
        let is_meant = match self.of {
            Of::Any => true,
            Of::Archive(archive) => preamble.archive == archive,
        };
        let lengths = [preamble.length, preamble.plain_length];
        let least = if is_sealed(preamble.kind) { sealed_len(0) as u64 } else { 0 };
        let is_bounded = lengths.iter().all(|length| *length <= BODY_BYTES_MAX)
            && preamble.length >= least
            && preamble.number < NUMBER_MAX
            && preamble.volume > 0
            && offset + preamble.length <= self.size;
        (is_meant && is_bounded).then_some(preamble)
    }
}

/// Whether somebody with the key can tell by opening it what a frame of this kind is.
pub(super) fn is_sealed(kind: FrameKind) -> bool {
    matches!(kind, FrameKind::Segment | FrameKind::Manifest | FrameKind::Keys)
}
