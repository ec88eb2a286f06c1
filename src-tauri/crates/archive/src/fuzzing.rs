//! Doors for the fuzz targets in `tests/fuzz`: records that a reader takes from a medium, and media
//! whose digests fit whatever was put into them.
//!
//! A record is read with all checks that need no other record, and given back as it is encoded
//! again, which must be what was read.

use secret::Secret;

use crate::aead::Bulk;
use crate::chunked;
use crate::entry::ManifestPage;
use crate::frame::PREAMBLE_BYTES;
use crate::frame::Preamble;
use crate::layout::BLOCK_BYTES;
use crate::merkle::Merkle;
use crate::order::Order;
use crate::page::KeyPage;
use crate::record::IndexPage;
use crate::root::PageRef;
use crate::set::accept_root;
use crate::superblock::End;
use crate::{
    ArchiveError, Compression, Entry, FrameKind, FrameRecord, SegmentContext, Settings, Superblock,
};

/// What was read, encoded again.
type Again = Result<Vec<u8>, ArchiveError>;

/// A superblock or trailer.
pub fn superblock(bytes: &[u8]) -> Again {
    let block = bytes.try_into().map_err(|_| ArchiveError::NotAnArchive)?;
    Ok(Superblock::decode(block)?.encode().to_vec())
}

/// A preamble.
pub fn preamble(bytes: &[u8]) -> Again {
    let bytes = bytes.try_into().map_err(|_| ArchiveError::NotAnArchive)?;
    Ok(Preamble::decode(bytes)?.encode().to_vec())
}

/// A root that lies in an archive with these settings.
pub fn root(bytes: &[u8], settings: &Settings) -> Again {
    Ok(terms::encode(&accept_root(settings, bytes)?))
}

/// A page of the manifest, the first one of its archive.
pub fn manifest_page(bytes: &[u8]) -> Again {
    let page: ManifestPage = terms::decode(bytes)?;
    let mut order = Order::default();
    let fault = page.0.iter().find_map(|entry| entry.fault().or_else(|| order.follow(entry)));
    fault.map_or_else(|| Ok(terms::encode(&page)), |what| Err(ArchiveError::Field { what }))
}

/// A page of wrapped keys, the first one of its archive.
pub fn key_page(bytes: &[u8]) -> Again {
    let page: KeyPage = terms::decode(bytes)?;
    let fault = page.fault(0);
    fault.map_or_else(|| Ok(terms::encode(&page)), |what| Err(ArchiveError::Field { what }))
}

/// The page that `entries` make.
pub fn manifest_page_of(entries: Vec<Entry>) -> Vec<u8> {
    terms::encode(&ManifestPage(entries))
}

/// Seals `stored` as if `plain_length` bytes had become it by zstd.
pub fn sealed_as_zstd(
    context: SegmentContext,
    key: &Secret<32>,
    plain_length: usize,
    stored: &[u8],
) -> Vec<u8> {
    let (mut body, bound) = (Vec::new(), context.bytes(Compression::Zstd, plain_length));
    chunked::seal::<Bulk>(key, &[3; 24], &bound, stored, &mut body);
    body
}

/// The frames of `volume` of this kind, in the order in which they lie.
pub fn bodies(volume: &[u8], kind: FrameKind) -> Vec<Vec<u8>> {
    let starts = 0..volume.len().saturating_sub(PREAMBLE_BYTES);
    let frames = starts.filter_map(|at| {
        let start = at + PREAMBLE_BYTES;
        let preamble = Preamble::decode(volume[at..start].try_into().ok()?).ok()?;
        let length = usize::try_from(preamble.length).ok()?;
        let body = volume.get(start..start.checked_add(length)?)?;
        (preamble.kind == kind).then(|| body.to_vec())
    });
    frames.collect()
}

/// The single volume `volume` with `index` as the one page of its index, recorded by a root and a
/// trailer that fit it: what somebody without the key can make.
///
/// # Errors
///
/// `volume` is no whole archive.
pub fn with_index(volume: &[u8], index: &[u8]) -> Again {
    let (mut tape, trailer, end) = Tape::before_the_trailer(volume)?;
    let body = bodies(volume, FrameKind::Root).pop().ok_or(ArchiveError::NotSealed)?;
    let mut root = accept_root(&trailer.settings, &body)?;
    let copies = (0..2).map(|_| tape.frame(FrameKind::Index, 0, index)).collect();
    root.pages = vec![PageRef { first_segment: 0, copies }];
    if let Ok(IndexPage(records)) = terms::decode(index) {
        let mut merkle = Merkle::default();
        records.iter().for_each(|record| merkle.push(&terms::encode(record)));
        (root.merkle_root, root.frames) = (merkle.root(), records.len() as u64);
    }
    let text = terms::encode(&root);
    let roots = [0, 1].map(|number| tape.frame(FrameKind::Root, number, &text));
    Ok(tape.finish(trailer, End { roots, ..end }))
}

/// The single volume `volume` with `body` in the place of the frame that record `place` of its
/// first index page names; everything that is known without the key fits it.
///
/// # Errors
///
/// `volume` is no whole archive, or has no such record.
pub fn with_body(volume: &[u8], place: usize, body: &[u8]) -> Again {
    let (mut tape, trailer, end) = Tape::before_the_trailer(volume)?;
    let text = bodies(volume, FrameKind::Index).into_iter().next();
    let IndexPage(mut records) = terms::decode(&text.ok_or(ArchiveError::NotSealed)?)?;
    let mut changed = Some(body);
    // Records ascend (archive-1 A41), so what comes behind the frame is written behind it again.
    for record in records.get_mut(place..).ok_or(ArchiveError::NotSealed)? {
        let old = usize::try_from(record.offset).ok().zip(usize::try_from(record.length).ok());
        let old = old.and_then(|(start, length)| volume.get(start..start.checked_add(length)?));
        let body = changed.take().or(old).ok_or(ArchiveError::NotSealed)?;
        let written = tape.frame(record.kind, record.number, body);
        (record.offset, record.length, record.digest) =
            (written.offset, written.length, written.digest);
    }
    with_index(&tape.finish(trailer, end), &terms::encode(&IndexPage(records)))
}

/// A volume that is written on, without its trailer.
struct Tape {
    bytes: Vec<u8>,
    archive: terms::ArchiveId,
}

impl Tape {
    fn before_the_trailer(volume: &[u8]) -> Result<(Self, Superblock, End), ArchiveError> {
        let cut = volume.len().checked_sub(BLOCK_BYTES).ok_or(ArchiveError::NotAnArchive)?;
        let block = volume[cut..].try_into().map_err(|_| ArchiveError::NotAnArchive)?;
        let mut trailer = Superblock::decode(block)?;
        let end = trailer.end.take().ok_or(ArchiveError::NotSealed)?;
        let tape = Self { bytes: volume[..cut].to_vec(), archive: trailer.settings.archive };
        Ok((tape, trailer, end))
    }

    fn frame(&mut self, kind: FrameKind, number: u64, body: &[u8]) -> FrameRecord {
        let record = FrameRecord {
            kind,
            number,
            volume: 1,
            offset: (self.bytes.len() + PREAMBLE_BYTES) as u64,
            length: body.len() as u64,
            plain_length: body.len() as u64,
            compression: Compression::None,
            digest: terms::Digest::from_bytes(blake3::hash(body).into()),
            is_hint: false,
        };
        self.bytes.extend(Preamble::of(&record, self.archive).encode());
        self.bytes.extend(body);
        record
    }

    fn finish(mut self, mut trailer: Superblock, end: End) -> Vec<u8> {
        trailer.volume_bytes = Some((self.bytes.len() + BLOCK_BYTES) as u64);
        trailer.end = Some(end);
        self.bytes.extend(trailer.encode());
        self.bytes
    }
}
