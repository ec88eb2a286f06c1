//! Writing an archive: strictly forward, in bounded memory.

use std::io::Write as _;

use keys::{ArchiveKey, Capsule, CapsuleFacts, Recipient};
use rand_core::CryptoRng;
use secret::Secret;
use terms::{ArchiveId, Digest};

use crate::chunked::SALT_BYTES;
use crate::entry::{Entry, EntryKind, ManifestPage};
use crate::error::ArchiveError;
use crate::frame::{Compression, FrameKind, PREAMBLE_BYTES, Preamble};
use crate::layout::{
    BLOCK_BYTES, COPIES_WAITING_BYTES, ENTRY_BYTES_MAX, KEYS_PER_PAGE, MANIFEST_PAGE_BYTES,
    RECORDS_PER_PAGE, VOLUMES_MAX,
};
use crate::merkle::Merkle;
use crate::order::Order;
use crate::page::{KeyPage, Unlocked};
use crate::parity::{Protector, Shard};
use crate::record::{FrameRecord, IndexPage};
use crate::root::{PageRef, Root, StationKey, Totals};
use crate::segment::{SealedSegment, Sealer, SegmentContext};
use crate::superblock::{End, Settings, Superblock};
use crate::volume::Volumes;

/// What sealing made.
#[derive(Debug)]
pub struct Sealed {
    /// The archive.
    pub archive: ArchiveId,
    /// Number of volumes.
    pub volumes: u32,
    /// The detached capsule, which names the index root.
    pub capsule: Capsule,
    /// The index root.
    pub index_root: Digest,
    /// Bytes of content.
    pub content_bytes: u64,
    /// Bytes of all volumes.
    pub sealed_bytes: u64,
    /// Number of entries.
    pub entries: u64,
    /// Number of segments.
    pub segments: u64,
}

/// Bytes kept free at the end of a volume: a capsule of less than 2 KiB, and the trailer.
const RESERVE_BYTES: u64 = 2048 + BLOCK_BYTES as u64;

/// A page whose second copy is still to be written, far enough from the first that one scratch does
/// not take both.
struct Waiting {
    record: FrameRecord,
    body: Vec<u8>,
}

/// Bytes at the start of a volume at most: the superblock and a capsule.
const VOLUME_START_BYTES: u64 = BLOCK_BYTES as u64 + 2048;

/// The sequential part of sealing; the expensive part is [`Sealer::seal`], in as many threads as
/// the caller likes.
pub struct SetWriter<V: Volumes> {
    volumes: V,
    volume: V::Volume,
    number: u32,
    offset: u64,
    sealed_bytes: u64,
    settings: Settings,
    capsule: Capsule,
    unlocked: Unlocked,
    sealer: Sealer,
    body: Vec<u8>,
    merkle: Merkle,
    frames: u64,
    segments: u64,
    content_bytes: u64,
    order: Order,
    manifest_pages: u64,
    manifest: Vec<Entry>,
    manifest_bytes: usize,
    wrapped: Vec<u8>,
    index: Vec<FrameRecord>,
    index_first_segment: u64,
    pages: Vec<PageRef>,
    waiting: Vec<Waiting>,
    waiting_bytes: usize,
    protector: Option<Protector>,
}

impl<V: Volumes> SetWriter<V> {
    /// Begins an archive: draws its key, seals it to `recipient`, writes the first volume's start.
    ///
    /// # Errors
    ///
    /// The settings are not allowed, or the target failed.
    pub fn new(
        mut volumes: V,
        recipient: &Recipient,
        settings: Settings,
        rng: &mut dyn CryptoRng,
    ) -> Result<Self, ArchiveError> {
        if let Some(what) = settings.fault() {
            return Err(ArchiveError::Field { what });
        }
        let key = ArchiveKey::generate(rng);
        let facts = CapsuleFacts {
            archive: settings.archive,
            environment: settings.environment,
            key: settings.key,
            generation: 1,
            created: settings.created,
        };
        let capsule = Capsule::seal(recipient, &key, facts, rng)?;
        let volume = volumes.begin(1)?;
        let mut writer = Self {
            volumes,
            volume,
            number: 0,
            offset: 0,
            sealed_bytes: 0,
            unlocked: Unlocked::new(&key, settings.archive),
            protector: settings.parity.map(Protector::new),
            settings,
            capsule,
            sealer: Sealer::new()?,
            body: Vec::new(),
            merkle: Merkle::default(),
            frames: 0,
            segments: 0,
            content_bytes: 0,
            order: Order::default(),
            manifest_pages: 0,
            manifest: Vec::new(),
            manifest_bytes: 0,
            wrapped: Vec::new(),
            index: Vec::new(),
            index_first_segment: 0,
            pages: Vec::new(),
            waiting: Vec::new(),
            waiting_bytes: 0,
        };
        writer.start_volume()?;
        Ok(writer)
    }

    /// What segment `number` is to be bound to.
    pub fn segment_context(&self, number: u64) -> SegmentContext {
        self.context(FrameKind::Segment, number)
    }

    /// Content bytes of every segment but the last.
    pub fn segment_bytes(&self) -> u32 {
        self.settings.segment_bytes
    }

    /// Writes the next segment, sealed under `data_key` for the context of exactly this number.
    ///
    /// # Errors
    ///
    /// The segment is out of order or too large, or the target failed.
    pub fn append_segment(
        &mut self,
        sealed: &SealedSegment,
        data_key: &Secret<32>,
        body: &[u8],
        rng: &mut dyn CryptoRng,
    ) -> Result<(), ArchiveError> {
        let expected = self.context(FrameKind::Segment, self.segments);
        let full = u64::from(self.settings.segment_bytes);
        let follows_full = self.content_bytes == self.segments * full;
        if sealed.context != expected || sealed.plain_length > full || !follows_full {
            return Err(ArchiveError::Field { what: "segments were sealed out of order" });
        }
        self.append(sealed, body)?;
        self.wrapped.extend(self.unlocked.wrap(data_key));
        self.segments += 1;
        self.content_bytes += sealed.plain_length;
        if self.segments.is_multiple_of(KEYS_PER_PAGE) {
            self.flush_keys(rng)?;
        }
        self.copy_if_many()
    }

    /// Adds an entry to the manifest; its content is what was appended at its position.
    ///
    /// Entries come in the order of their paths, and their contents lie one behind the other in the
    /// same order (archive-1 A25).
    ///
    /// # Errors
    ///
    /// The entry contradicts itself or those before it, or the target failed.
    pub fn append_entry(
        &mut self,
        entry: Entry,
        rng: &mut dyn CryptoRng,
    ) -> Result<(), ArchiveError> {
        let bytes = estimate(&entry);
        let large = (bytes > ENTRY_BYTES_MAX).then_some("an entry is larger than 8 MiB");
        if let Some(what) = large.or_else(|| entry.fault()).or_else(|| self.order.follow(&entry)) {
            return Err(ArchiveError::Field { what });
        }
        self.manifest_bytes += bytes;
        self.manifest.push(entry);
        if self.manifest_bytes >= MANIFEST_PAGE_BYTES {
            self.flush_manifest(rng)?;
        }
        self.copy_if_many()
    }

    /// Writes what is left of manifest, keys and index, then the root and the last trailer.
    ///
    /// # Errors
    ///
    /// The target failed; the archive is then not sealed.
    pub fn finish(
        mut self,
        station: Option<&StationKey>,
        rng: &mut dyn CryptoRng,
    ) -> Result<Sealed, ArchiveError> {
        if self.order.position != self.content_bytes {
            return Err(ArchiveError::Field { what: "some content belongs to no entry" });
        }
        self.flush_manifest(rng)?;
        self.flush_keys(rng)?;
        // The copies of manifest and keys are recorded in the index, and so come before its end.
        self.flush_copies()?;
        let rest = self.protector.as_mut().map_or(Ok(Vec::new()), Protector::end)?;
        self.write_parity(rest)?;
        self.flush_index()?;
        self.flush_copies()?;
        let size = terms::encode(&Root::new(self.totals(), &self.unlocked, station)).len();
        // Both copies and the capsule between them lie in one volume; counting it may add a byte.
        self.make_room(2 * (size + PREAMBLE_BYTES + 8))?;
        let root = Root::new(self.totals(), &self.unlocked, station);
        let index_root = root.digest();
        let capsule = self.capsule.with_index_root(index_root);
        let body = terms::encode(&root);
        let first = self.write_plain(FrameKind::Root, 0, &body)?;
        self.write_plain(FrameKind::Capsule, 1, &capsule.encode())?;
        let second = self.write_plain(FrameKind::Root, 1, &body)?;
        let end = End { volumes: self.number, roots: [first, second] };
        self.end_volume(Some(end))?;
        self.volumes.end(self.number, self.volume)?;
        Ok(Sealed {
            archive: self.settings.archive,
            volumes: self.number,
            capsule,
            index_root,
            content_bytes: self.content_bytes,
            sealed_bytes: self.sealed_bytes,
            entries: self.order.entries,
            segments: self.segments,
        })
    }

    fn totals(&self) -> Totals {
        Totals {
            archive: self.settings.archive,
            settings: self.settings.digest(),
            merkle_root: self.merkle.root(),
            frames: self.frames,
            segments: self.segments,
            content_bytes: self.content_bytes,
            entries: self.order.entries,
            manifest_pages: self.manifest_pages,
            volumes: self.number,
            pages: self.pages.clone(),
        }
    }

    fn context(&self, kind: FrameKind, number: u64) -> SegmentContext {
        let Settings { archive, environment, .. } = self.settings;
        SegmentContext { archive, environment, kind, number }
    }

    fn start_volume(&mut self) -> Result<(), ArchiveError> {
        self.number += 1;
        self.offset = 0;
        let block = Superblock::new(self.settings.clone(), self.number).encode();
        self.put(&block)?;
        let capsule = self.capsule.encode();
        self.write_plain(FrameKind::Capsule, 0, &capsule).map(|_| ())
    }

    fn end_volume(&mut self, end: Option<End>) -> Result<(), ArchiveError> {
        let mut trailer = Superblock::new(self.settings.clone(), self.number);
        trailer.volume_bytes = Some(self.offset + BLOCK_BYTES as u64);
        trailer.end = end;
        self.put(&trailer.encode())?;
        Ok(self.volume.flush()?)
    }

    /// Goes to the next volume if a body of `length` would not leave room for the end.
    fn make_room(&mut self, length: usize) -> Result<(), ArchiveError> {
        let Some(limit) = self.settings.volume_bytes else { return Ok(()) };
        let needed = (PREAMBLE_BYTES + length) as u64 + RESERVE_BYTES;
        if self.offset + needed <= limit {
            return Ok(());
        }
        if self.number == VOLUMES_MAX {
            return Err(ArchiveError::Field {
                what: "so many volumes are more than a set can have",
            });
        }
        if VOLUME_START_BYTES + needed > limit {
            return Err(ArchiveError::Field { what: "something is larger than a volume" });
        }
        let capsule = self.capsule.encode();
        self.write_plain(FrameKind::Capsule, 1, &capsule)?;
        self.end_volume(None)?;
        let next = self.volumes.begin(self.number + 1)?;
        let full = std::mem::replace(&mut self.volume, next);
        self.volumes.end(self.number, full)?;
        self.start_volume()
    }

    /// Writes a frame that the index records and the Merkle tree covers.
    fn append(&mut self, sealed: &SealedSegment, body: &[u8]) -> Result<(), ArchiveError> {
        self.make_room(body.len())?;
        let record = self.write(
            sealed.context.kind,
            sealed.context.number,
            (sealed.compression, sealed.plain_length),
            Digest::from_bytes(sealed.digest.into()),
            body,
        )?;
        if record.kind != FrameKind::Segment {
            self.copy_later(&record, body);
        }
        self.protect(record, body)
    }

    /// Records a frame and takes it into the protected stream (archive-1 A30).
    fn protect(&mut self, record: FrameRecord, body: &[u8]) -> Result<(), ArchiveError> {
        let preamble = Preamble::of(&record, self.settings.archive).encode();
        self.record(record)?;
        for mut rest in [&preamble[..], body] {
            while let Some(protector) = self.protector.as_mut().filter(|_| !rest.is_empty()) {
                rest = protector.take(rest);
                if protector.is_full() {
                    let shards = protector.turn()?;
                    self.write_parity(shards)?;
                }
            }
        }
        Ok(())
    }

    /// Writes parity shards as frames of their own (archive-1 A33).
    fn write_parity(&mut self, shards: Vec<Shard>) -> Result<(), ArchiveError> {
        for Shard { number, body } in shards {
            self.make_room(body.len())?;
            let record = self.write_plain(FrameKind::Parity, number, &body)?;
            self.record(record)?;
        }
        Ok(())
    }

    fn record(&mut self, record: FrameRecord) -> Result<(), ArchiveError> {
        self.merkle.push(&terms::encode(&record));
        self.frames += 1;
        self.index.push(record);
        if self.index.len() == RECORDS_PER_PAGE { self.flush_index() } else { Ok(()) }
    }

    fn copy_later(&mut self, record: &FrameRecord, body: &[u8]) {
        self.waiting_bytes += body.len();
        self.waiting.push(Waiting { record: record.clone(), body: body.to_vec() });
    }

    fn copy_if_many(&mut self) -> Result<(), ArchiveError> {
        if self.waiting_bytes >= COPIES_WAITING_BYTES { self.flush_copies() } else { Ok(()) }
    }

    /// Writes the second copy of every page that waits for it (archive-1 A11).
    fn flush_copies(&mut self) -> Result<(), ArchiveError> {
        self.waiting_bytes = 0;
        for Waiting { record, body } in std::mem::take(&mut self.waiting) {
            self.make_room(body.len())?;
            let FrameRecord { kind, number, compression, plain_length, digest, .. } = record;
            let copy = self.write(kind, number, (compression, plain_length), digest, &body)?;
            if kind == FrameKind::Index {
                let page = usize::try_from(number).ok().and_then(|n| self.pages.get_mut(n));
                page.into_iter().for_each(|page| page.copies.push(copy.clone()));
            } else {
                self.protect(copy, &body)?;
            }
        }
        Ok(())
    }

    fn flush_manifest(&mut self, rng: &mut dyn CryptoRng) -> Result<(), ArchiveError> {
        if self.manifest.is_empty() {
            return Ok(());
        }
        let page = terms::encode(&ManifestPage(std::mem::take(&mut self.manifest)));
        self.manifest_bytes = 0;
        self.append_page(FrameKind::Manifest, self.manifest_pages, &page, rng)?;
        self.manifest_pages += 1;
        Ok(())
    }

    fn flush_keys(&mut self, rng: &mut dyn CryptoRng) -> Result<(), ArchiveError> {
        if self.wrapped.is_empty() {
            return Ok(());
        }
        let number = (self.segments - 1) / KEYS_PER_PAGE;
        let wrapped = std::mem::take(&mut self.wrapped);
        let page = terms::encode(&KeyPage { first_segment: number * KEYS_PER_PAGE, wrapped });
        self.append_page(FrameKind::Keys, number, &page, rng)
    }

    fn append_page(
        &mut self,
        kind: FrameKind,
        number: u64,
        page: &[u8],
        rng: &mut dyn CryptoRng,
    ) -> Result<(), ArchiveError> {
        let mut salt = [0; SALT_BYTES];
        rng.fill_bytes(&mut salt);
        let context = self.context(kind, number);
        let mut body = std::mem::take(&mut self.body);
        let sealed = self.sealer.seal(context, &self.unlocked.pages, &salt, page, &mut body);
        let written = self.append(&sealed, &body);
        self.body = body;
        written
    }

    fn flush_index(&mut self) -> Result<(), ArchiveError> {
        if self.index.is_empty() {
            return Ok(());
        }
        let records = std::mem::take(&mut self.index);
        let first_segment = self.index_first_segment;
        let last = records.iter().rev().find(|record| record.kind == FrameKind::Segment);
        self.index_first_segment = last.map_or(first_segment, |last| last.number + 1);
        let body = terms::encode(&IndexPage(records));
        self.make_room(body.len())?;
        let record = self.write_plain(FrameKind::Index, self.pages.len() as u64, &body)?;
        self.copy_later(&record, &body);
        self.pages.push(PageRef { first_segment, copies: vec![record] });
        Ok(())
    }

    fn write_plain(
        &mut self,
        kind: FrameKind,
        number: u64,
        body: &[u8],
    ) -> Result<FrameRecord, ArchiveError> {
        let digest = Digest::from_bytes(blake3::hash(body).into());
        self.write(kind, number, (Compression::None, body.len() as u64), digest, body)
    }

    fn write(
        &mut self,
        kind: FrameKind,
        number: u64,
        (compression, plain_length): (Compression, u64),
        digest: Digest,
        body: &[u8],
    ) -> Result<FrameRecord, ArchiveError> {
        let (volume, length) = (self.number, body.len() as u64);
        let archive = self.settings.archive;
        let preamble =
            Preamble { kind, compression, archive, volume, number, length, plain_length };
        self.put(&preamble.encode())?;
        let offset = self.offset;
        self.put(body)?;
        Ok(FrameRecord::of(&preamble, offset, digest))
    }

    fn put(&mut self, bytes: &[u8]) -> Result<(), ArchiveError> {
        self.volume.write_all(bytes)?;
        self.offset += bytes.len() as u64;
        self.sealed_bytes += bytes.len() as u64;
        Ok(())
    }
}

/// Roughly the bytes of an entry's encoding; what varies is counted, the rest is small.
fn estimate(entry: &Entry) -> usize {
    let xattrs: usize = entry.xattrs.iter().map(|x| x.name.len() + x.value.len() + 12).sum();
    let kind = match &entry.kind {
        EntryKind::File { holes, .. } => 80 + holes.len() * 20,
        EntryKind::Directory => 4,
        EntryKind::Symlink { target } => target.len() + 8,
        EntryKind::Hardlink { to } => to.as_bytes().len() + 8,
    };
    entry.path.as_bytes().len() + kind + xattrs + 64
}
