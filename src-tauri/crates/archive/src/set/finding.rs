//! Finding what an archive is opened by: blocks, the root, capsules.

use std::collections::BTreeMap;

use keys::{CAPSULE_MAX_BYTES, Capsule};

use super::Volume;
use crate::error::ArchiveError;
use crate::frame::{FrameKind, MAGIC, PREAMBLE_BYTES, Preamble};
use crate::layout::BLOCK_BYTES;
use crate::record::FrameRecord;
use crate::root::Root;
use crate::superblock::{Settings, Superblock};
use crate::volume::ReadAt;

/// Why no root is among the volumes: the last one is cut short, or it is not here.
pub(super) fn endless(volumes: &BTreeMap<u32, Vec<Volume>>) -> ArchiveError {
    let last = volumes.last_key_value().filter(|(_, copies)| copies.iter().all(|it| !it.whole));
    // Of several copies that which has most of the volume is told of.
    let bytes = last.and_then(|(volume, copies)| {
        copies.iter().map(|copy| copy.size).max().map(|bytes| (*volume, bytes))
    });
    bytes
        .map_or(ArchiveError::NotSealed, |(volume, bytes)| ArchiveError::CutShort { volume, bytes })
}

pub(super) type Block = Result<Superblock, ArchiveError>;

/// The superblock or trailer at `offset`.
pub(super) fn block_at(medium: &dyn ReadAt, offset: u64) -> Block {
    let mut block = [0; BLOCK_BYTES];
    match medium.read_exact_at(&mut block, offset) {
        Ok(()) => Superblock::decode(&block),
        Err(_) => Err(ArchiveError::NotAnArchive),
    }
}

/// Superblock and trailer (archive-1 A3, A4).
pub(super) fn blocks(medium: &dyn ReadAt, size: u64) -> Result<(Block, Block), ArchiveError> {
    let head = block_at(medium, 0);
    let tail = match size.checked_sub(BLOCK_BYTES as u64).filter(|at| *at > 0) {
        Some(at) => block_at(medium, at),
        None => Err(ArchiveError::NotAnArchive),
    };
    // A version this program does not know is a clear refusal, not damage.
    for block in [&head, &tail] {
        if let Err(ArchiveError::UnknownVersion { version }) = block {
            return Err(ArchiveError::UnknownVersion { version: *version });
        }
    }
    let tail = tail.and_then(|tail| match tail.volume_bytes {
        Some(bytes) if bytes == size => Ok(tail),
        _ => Err(ArchiveError::NotAnArchive),
    });
    Ok((head, tail))
}

pub(super) fn read_root(
    settings: &Settings,
    volumes: &BTreeMap<u32, Vec<Volume>>,
    places: &[FrameRecord; 2],
) -> Result<(Root, u8), ArchiveError> {
    let read = |record: &FrameRecord| {
        volumes.get(&record.volume)?.iter().find_map(|copy| {
            let mut body = Vec::new();
            copy.read_body(record, &mut body).ok()?;
            record.check(&body).ok()?;
            Some(accept_root(settings, &body))
        })
    };
    let mut roots = places.iter().filter_map(read);
    let root = roots.next().ok_or_else(|| places[0].damaged())??;
    let copies = if roots.next().is_some() { 2 } else { 1 };
    Ok((root, copies))
}

pub(crate) fn accept_root(settings: &Settings, body: &[u8]) -> Result<Root, ArchiveError> {
    let root: Root = terms::decode(body)?;
    if root.archive != settings.archive || root.settings != settings.digest() {
        return Err(ArchiveError::Field { what: "the root belongs to other superblocks" });
    }
    let segments = root.content_bytes.div_ceil(settings.segment_bytes.into());
    let cut = (segments != root.segments).then_some("the root counts segments that cannot be");
    root.fault().or(cut).map_or(Ok(root), |what| Err(ArchiveError::Field { what }))
}

/// Looks for a root in the last megabytes of each volume, for a trailer that is destroyed
/// (archive-1 A32); also tells where the copies lie that are there.
pub(super) fn find_root(
    settings: &Settings,
    volumes: &BTreeMap<u32, Vec<Volume>>,
) -> Option<(Root, Vec<FrameRecord>)> {
    volumes.values().rev().flatten().find_map(|volume| {
        let window = (8 << 20).min(volume.size);
        let mut tail = vec![0; usize::try_from(window).ok()?];
        volume.medium.read_exact_at(&mut tail, volume.size - window).ok()?;
        let roots = frames_in(&tail).filter(|frame| frame.preamble.kind == FrameKind::Root);
        let roots: Vec<Found<'_>> =
            roots.filter(|frame| accept_root(settings, frame.body).is_ok()).collect();
        let root = accept_root(settings, roots.first()?.body).ok()?;
        let records = roots.iter().filter(|copy| copy.body == roots[0].body);
        Some((root, records.map(|copy| copy.record(volume.size - window)).collect()))
    })
}

/// A frame that was found by its preamble.
pub(super) struct Found<'a> {
    pub(super) preamble: Preamble,
    /// Where its body begins in the bytes that were searched.
    at: usize,
    pub(super) body: &'a [u8],
}

impl Found<'_> {
    /// Its record, if the bytes that were searched begin at `start` of the volume.
    fn record(&self, start: u64) -> FrameRecord {
        let digest = terms::Digest::from_bytes(blake3::hash(self.body).into());
        FrameRecord::of(&self.preamble, start + self.at as u64, digest)
    }
}

/// Frames whose preamble and body lie whole within `bytes`.
pub(super) fn frames_in(bytes: &[u8]) -> impl Iterator<Item = Found<'_>> {
    memchr::memmem::find_iter(bytes, MAGIC).filter_map(|at| {
        let preamble = Preamble::decode(bytes[at..].first_chunk()?).ok()?;
        let start = at + PREAMBLE_BYTES;
        let length = usize::try_from(preamble.length).ok()?;
        let body = bytes.get(start..start.checked_add(length)?)?;
        Some(Found { preamble, at: start, body })
    })
}

/// The capsule that follows the superblock.
pub(super) fn capsule_after(medium: &dyn ReadAt) -> Result<(Preamble, Capsule), ArchiveError> {
    let mut preamble = [0; PREAMBLE_BYTES];
    medium.read_exact_at(&mut preamble, BLOCK_BYTES as u64)?;
    let preamble = Preamble::decode(&preamble)?;
    // Anybody can write a preamble: no memory for more than a capsule has (archive-1 A5).
    if preamble.kind != FrameKind::Capsule || preamble.length > CAPSULE_MAX_BYTES as u64 {
        return Err(ArchiveError::Field { what: "no capsule follows the superblock" });
    }
    let mut body = vec![0; usize::try_from(preamble.length).unwrap_or(0)];
    medium.read_exact_at(&mut body, (BLOCK_BYTES + PREAMBLE_BYTES) as u64)?;
    Ok((preamble, Capsule::decode(&body)?))
}
