//! What a scan found: where frames lie, in 32 bytes for each (archive-1 A37, A38).

use std::collections::BTreeMap;

use terms::Digest;

use super::Set;
use super::scan::is_sealed;
use super::written::{in_order, missing_between};
use crate::frame::{Compression, FrameKind, PREAMBLE_BYTES};
use crate::layout::COPIES_MAX;
use crate::places::Place;
use crate::record::FrameRecord;

/// What a rebuilt index is called where people and plans name an index by its root.
const LABEL: &[u8] = b"strongroom/rebuilt-index/1\0";

/// A frame that was found by its preamble; in the order in which candidates are tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Spot {
    pub(super) kind: FrameKind,
    pub(super) number: u32,
    /// Whether nothing of an archive lies right behind it: then it may be no frame at all.
    pub(super) is_loose: bool,
    pub(super) volume: u32,
    pub(super) offset: u64,
    pub(super) length: u32,
    pub(super) plain_length: u32,
    pub(super) compression: Compression,
}

impl Spot {
    /// The bytes of it, its preamble included.
    pub(crate) fn place(&self) -> Place {
        let (volume, end) = (self.volume, self.offset + u64::from(self.length));
        Place { volume, start: self.offset.saturating_sub(PREAMBLE_BYTES as u64), end }
    }

    /// Its record, of which the digest is not known.
    pub(crate) fn record(&self) -> FrameRecord {
        let Self { kind, number, volume, offset, length, plain_length, compression, .. } = *self;
        let (number, digest) = (number.into(), Digest::from_bytes([0; 32]));
        let (length, plain_length) = (length.into(), plain_length.into());
        let is_hint = true;
        FrameRecord {
            kind,
            number,
            volume,
            offset,
            length,
            plain_length,
            compression,
            digest,
            is_hint,
        }
    }
}

/// What a set has instead of an index, or besides one that lost pages.
pub(super) struct Found {
    spots: Vec<Spot>,
    /// Whether a root was found.
    pub(super) has_root: bool,
    /// Whether a superblock or trailer was found.
    pub(super) has_settings: bool,
    /// Copies of the root's index pages, by page, that lie where the root does not say.
    pub(super) further_pages: BTreeMap<usize, Vec<FrameRecord>>,
}

impl Found {
    pub(super) fn new(mut spots: Vec<Spot>, has_root: bool, has_settings: bool) -> Self {
        thin_out(&mut spots);
        let further_pages = BTreeMap::new();
        Self { spots, has_root, has_settings, further_pages }
    }

    /// Adds segments whose preamble is lost, where nothing else can have lain; `known` are frames
    /// of other kinds.
    pub(super) fn add_missing(&mut self, known: &[Place], segment_bytes: u32) {
        let in_order = in_order(self.spots.clone());
        self.spots.extend(missing_between(&in_order, known, segment_bytes));
        thin_out(&mut self.spots);
    }

    /// All spots, in the order in which they were written.
    pub(super) fn in_order(&self) -> Vec<Spot> {
        in_order(self.spots.clone())
    }

    /// The spots of a kind.
    pub(super) fn of(&self, kind: FrameKind) -> &[Spot] {
        let start = self.spots.partition_point(|spot| spot.kind < kind);
        let end = self.spots.partition_point(|spot| spot.kind <= kind);
        &self.spots[start..end]
    }

    /// How many numbers of a kind were found, and the lowest number that is above all of them.
    pub(super) fn count(&self, kind: FrameKind) -> (u64, u64) {
        let spots = self.of(kind);
        let numbers = spots.chunk_by(|one, other| one.number == other.number).count();
        (numbers as u64, spots.last().map_or(0, |last| u64::from(last.number) + 1))
    }
}

/// Keeps of each kind and number those that another frame follows first, a few of them; it makes no
/// difference what was thinned out before.
pub(super) fn thin_out(spots: &mut Vec<Spot>) {
    spots.sort_unstable();
    spots.dedup();
    let mut last = (None, 0);
    spots.retain(|spot| {
        let what = Some((spot.kind, spot.number));
        last = if last.0 == what { (what, last.1 + 1) } else { (what, 1) };
        last.1 <= COPIES_MAX
    });
}

/// What is known of an archive whose index is lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FoundFrames {
    /// Whether a root was found, so that the keys can prove that nothing is missing.
    pub has_root: bool,
    /// Whether a superblock or trailer was found.
    pub has_settings: bool,
    /// Segments that were found.
    pub segments: u64,
    /// How many there must be at least.
    pub segments_at_least: u64,
    /// Pages of the list of contents that were found.
    pub manifest_pages: u64,
    /// Pages of data keys that were found.
    pub key_pages: u64,
}

impl Set {
    /// What a scan found, if this set was rebuilt by one (archive-1 A37).
    pub fn found(&self) -> Option<FoundFrames> {
        let found = self.found.as_ref()?;
        let (segments, segments_at_least) = found.count(FrameKind::Segment);
        Some(FoundFrames {
            has_root: found.has_root,
            has_settings: found.has_settings,
            segments,
            segments_at_least,
            manifest_pages: found.count(FrameKind::Manifest).0,
            key_pages: found.count(FrameKind::Keys).0,
        })
    }

    /// Whether the archive has a root: without one, nobody can know that nothing is missing
    /// (archive-1 A40).
    pub fn has_root(&self) -> bool {
        self.found.as_ref().is_none_or(|found| found.has_root)
    }

    /// Whether what the sealer decided is known (archive-1 A39).
    pub fn has_settings(&self) -> bool {
        self.found.as_ref().is_none_or(|found| found.has_settings)
    }

    /// What names the state of the archive: the index root, or what was found in its place.
    pub fn index_root(&self) -> Digest {
        if self.has_root() {
            return self.root.digest();
        }
        let mut hasher = blake3::Hasher::new();
        hasher.update(LABEL).update(self.root.digest().as_bytes());
        let spots = self.found.iter().flat_map(|found| &found.spots);
        for spot in spots.filter(|spot| is_sealed(spot.kind)) {
            hasher.update(&[spot.kind.code(), spot.compression.code()]);
            for field in [spot.number, spot.volume, spot.length, spot.plain_length] {
                hasher.update(&field.to_be_bytes());
            }
            hasher.update(&spot.offset.to_be_bytes());
        }
        Digest::from_bytes(hasher.finalize().into())
    }

    /// What was found as frames of `kind`, by number.
    pub(crate) fn found_of(&self, kind: FrameKind) -> impl Iterator<Item = FrameRecord> {
        let spots = self.found.iter().flat_map(move |found| found.of(kind));
        spots.map(Spot::record)
    }

    /// What was found as segment `number`: candidates, of which the key chooses.
    pub(crate) fn found_segment(&self, number: u64) -> Vec<FrameRecord> {
        let Some(found) = &self.found else { return Vec::new() };
        let spots = found.of(FrameKind::Segment);
        let first = spots.partition_point(|spot| u64::from(spot.number) < number);
        let own = spots[first..].iter().take_while(|spot| u64::from(spot.number) == number);
        own.map(Spot::record).collect()
    }
}
