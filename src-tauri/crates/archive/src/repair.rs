//! What has to be written onto media so that they are as they were sealed.
//!
//! Nothing here writes: every range that is not as it was sealed is handed out with the bytes that
//! belong there, once they are proved by the index or follow from it (archive-1 A35).

use std::collections::BTreeMap;

use keys::Capsule;
use terms::Digest;

use crate::error::ArchiveError;
use crate::frame::{Compression, FrameKind, PREAMBLE_BYTES, Preamble};
use crate::layout::BLOCK_BYTES;
use crate::record::{FrameRecord, IndexPage};
use crate::set::Set;
use crate::superblock::{End, Superblock};

/// What a volume may hold besides recorded frames: blocks, capsules, roots.
const SLACK_BYTES: u64 = 64 << 20;

/// A range of a volume that is not as it was sealed.
#[derive(Debug)]
pub struct Patch<'a> {
    /// The volume, from 1; perhaps one that is not here.
    pub volume: u32,
    /// Where the range begins in it.
    pub offset: u64,
    /// What belongs there.
    pub bytes: &'a [u8],
}

/// What a search for repairs found.
#[derive(Debug, Default)]
pub struct Repairs {
    /// Ranges that were handed out.
    pub places: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Frames of each volume that are damaged and that nothing mends.
    pub beyond: BTreeMap<u32, u64>,
    /// Bytes of each volume as it was sealed, where that is known.
    pub sizes: BTreeMap<u32, u64>,
}

/// What is mended: where it is read, what of it waits, and where it is written.
pub trait Workpiece {
    /// Reads the body of a frame as it is now, unchecked: on the medium, unless what is mended is a
    /// copy of it.
    ///
    /// # Errors
    ///
    /// It is not there, or its medium failed.
    fn frame(
        &mut self,
        set: &Set,
        record: &FrameRecord,
        body: &mut Vec<u8>,
    ) -> Result<(), ArchiveError> {
        set.read_first_copy(record, body)
    }

    /// Bytes as they are now; none if they are not there.
    fn range(&mut self, set: &Set, volume: u32, offset: u64, length: usize) -> Option<Vec<u8>> {
        set.read_range(volume, offset, length)
    }

    /// Whether a frame is left out until all others were read.
    fn leaves_out(&mut self, _: &FrameRecord) -> bool {
        false
    }

    /// Hears what came of reading a frame for the first time.
    fn heard(&mut self, _: &FrameRecord, _: &Result<(), ArchiveError>) {}

    /// Reads a frame that is not as it was sealed, or that waited, from wherever its volume is, and
    /// compares it with its record.
    ///
    /// # Errors
    ///
    /// It is damaged.
    fn again(
        &mut self,
        set: &Set,
        record: &FrameRecord,
        body: &mut Vec<u8>,
    ) -> Result<(), ArchiveError> {
        set.read_checked(record, body)
    }

    /// Writes what belongs there.
    ///
    /// # Errors
    ///
    /// The target failed; that ends the repair.
    fn write(&mut self, patch: Patch<'_>) -> Result<(), ArchiveError>;
}

/// Where patches of media go that are read at once.
type Write<'a> = &'a mut dyn FnMut(Patch<'_>) -> Result<(), ArchiveError>;

struct AtOnce<'a>(Write<'a>);

impl Workpiece for AtOnce<'_> {
    fn write(&mut self, patch: Patch<'_>) -> Result<(), ArchiveError> {
        (self.0)(patch)
    }
}

/// Frames that wait at most; more are mended at once.
const WAITING_MAX: usize = 100_000;

struct Repair<'a> {
    set: &'a Set,
    piece: &'a mut dyn Workpiece,
    /// Frames that wait until everything else was read.
    later: Vec<FrameRecord>,
    found: Repairs,
    /// Where the last frame of each volume ends.
    ends: BTreeMap<u32, u64>,
    /// Bytes that no volume can be longer than.
    longest: u64,
}

impl Set {
    /// Hands to `write` whatever must be written onto the media, volume by volume or not, so that
    /// they are as they were sealed as far as copies and parity reach.
    ///
    /// # Errors
    ///
    /// A whole page of the index is lost, so nobody knows what lies where, the index says what
    /// cannot be (archive-1 A41), or `write` failed.
    pub fn repairs(&self, write: Write<'_>) -> Result<Repairs, ArchiveError> {
        self.mend_all(&mut AtOnce(write))
    }

    /// As [`repairs`](Self::repairs), for media that may die: what waits is read when all the rest
    /// is written.
    ///
    /// # Errors
    ///
    /// As for [`repairs`](Self::repairs).
    pub fn mend_all(&self, piece: &mut dyn Workpiece) -> Result<Repairs, ArchiveError> {
        // What contradicts itself is no reason to write onto media.
        self.check_index()?;
        let (found, ends, later) = (Repairs::default(), BTreeMap::new(), Vec::new());
        let longest = self.recorded_bytes()?.saturating_add(SLACK_BYTES);
        let mut repair = Repair { set: self, piece, later, found, ends, longest };
        let capsule = self.agreed_capsule();
        for page in 0..self.index_pages() {
            let records = self.index_page(page)?;
            let body = terms::encode(&IndexPage(records.clone()));
            for copy in self.index_page_records(page) {
                repair.frame(copy, || Ok(body.clone()))?;
            }
            for record in &records {
                repair.content(record)?;
            }
        }
        repair.root(capsule.as_ref())?;
        // Volumes in which nothing is recorded are a number in the root and no more.
        for volume in repair.ends.keys().copied().collect::<Vec<_>>() {
            repair.head(volume, capsule.as_ref())?;
            if volume < self.root().volumes {
                repair.tail(volume, capsule.as_ref())?;
            }
        }
        repair.what_waits()?;
        Ok(repair.found)
    }

    /// The capsule, if all copies that can be read on the media are the same one; where none can be
    /// read, the one that lies detached beside them. It has no index root, as the first copies.
    fn agreed_capsule(&self) -> Option<Capsule> {
        let (on_media, all) = (self.capsules_on_media(), self.capsules());
        // Which of two that differ is right nobody can say without the key.
        let candidates = if on_media.is_empty() { all } else { on_media };
        let mut distinct = candidates.iter().map(Capsule::without_index_root);
        let first = distinct.next()?;
        distinct.all(|capsule| capsule == first).then_some(first)
    }

    /// Bytes that all recorded frames take together: no volume is much longer.
    fn recorded_bytes(&self) -> Result<u64, ArchiveError> {
        let mut sum = 0_u64;
        for page in 0..self.index_pages() {
            let records = self.index_page(page)?;
            for record in records.iter().chain(self.index_page_records(page)) {
                sum = sum.saturating_add(PREAMBLE_BYTES as u64 + record.length);
            }
        }
        Ok(sum)
    }
}

/// Bytes from one copy of the root to the other, a capsule lying between them.
fn apart(root: &FrameRecord, capsule: &[u8]) -> u64 {
    root.length + (2 * PREAMBLE_BYTES + capsule.len()) as u64
}

impl Repair<'_> {
    /// Superblock and first capsule.
    fn head(&mut self, volume: u32, capsule: Option<&Capsule>) -> Result<(), ArchiveError> {
        let block = Superblock::new(self.set.settings().clone(), volume).encode();
        self.expect(volume, 0, &block)?;
        capsule.map_or(Ok(()), |capsule| {
            self.plain(volume, BLOCK_BYTES as u64, FrameKind::Capsule, 0, &capsule.encode())
        })
    }

    /// Last capsule and trailer of a volume that is not the last.
    fn tail(&mut self, volume: u32, capsule: Option<&Capsule>) -> Result<(), ArchiveError> {
        let (Some(capsule), Some(end)) = (capsule, self.ends.get(&volume).copied()) else {
            return Ok(());
        };
        self.plain(volume, end, FrameKind::Capsule, 1, &capsule.encode())?;
        let end = self.ends.get(&volume).copied().unwrap_or(end);
        let mut trailer = Superblock::new(self.set.settings().clone(), volume);
        trailer.volume_bytes = Some(end + BLOCK_BYTES as u64);
        self.found.sizes.insert(volume, end + BLOCK_BYTES as u64);
        self.expect(volume, end, &trailer.encode())
    }

    /// Both copies of the root, the capsule between them, and the last trailer.
    fn root(&mut self, capsule: Option<&Capsule>) -> Result<(), ArchiveError> {
        let root = self.set.root();
        let (volume, body) = (root.volumes, terms::encode(root));
        let capsule = capsule.map(|capsule| capsule.with_index_root(root.digest()).encode());
        let Some(roots) = self.roots(capsule.as_deref()) else {
            // Where it lay nobody knows, and a volume without its end is not what was sealed.
            *self.found.beyond.entry(volume).or_default() += 1;
            return Ok(());
        };
        for record in &roots {
            self.frame(record, || Ok(body.clone()))?;
        }
        let [first, second] = &roots;
        // Only where it fits exactly: a writer may have put something else there.
        let between =
            capsule.filter(|it| first.offset.checked_add(apart(first, it)) == Some(second.offset));
        if let Some(capsule) = between {
            self.plain(volume, first.offset + first.length, FrameKind::Capsule, 1, &capsule)?;
        }
        let at = second.offset.saturating_add(second.length);
        let mut trailer = Superblock::new(self.set.settings().clone(), volume);
        trailer.volume_bytes = Some(at.saturating_add(BLOCK_BYTES as u64));
        trailer.end = Some(End { volumes: volume, roots });
        self.found.sizes.insert(volume, at.saturating_add(BLOCK_BYTES as u64));
        self.expect(volume, at, &trailer.encode())
    }

    /// Where both copies of the root lie; of one that is lost it follows from the other, and of
    /// both from the length of the volume.
    fn roots(&self, capsule: Option<&[u8]>) -> Option<[FrameRecord; 2]> {
        match self.set.root_records() {
            [first, second] => Some([first.clone(), second.clone()]),
            [one] => {
                let apart = apart(one, capsule?);
                let [mut first, mut second] = [one.clone(), one.clone()];
                if one.number == 0 {
                    second.offset = one.offset.checked_add(apart)?;
                } else {
                    first.offset = one.offset.checked_sub(apart)?;
                }
                (first.number, second.number) = (0, 1);
                Some([first, second])
            }
            _ => self.roots_behind_all(capsule?),
        }
    }

    /// Both copies of the root, if they lay behind everything else of the last volume and it is
    /// exactly as long as that makes it.
    fn roots_behind_all(&self, capsule: &[u8]) -> Option<[FrameRecord; 2]> {
        let root = self.set.root();
        let (volume, body) = (root.volumes, terms::encode(root));
        let end = self.ends.get(&volume)?;
        let (kind, length, compression) = (FrameKind::Root, body.len() as u64, Compression::None);
        let first = FrameRecord {
            kind,
            number: 0,
            volume,
            offset: end.checked_add(PREAMBLE_BYTES as u64)?,
            length,
            plain_length: length,
            compression,
            digest: Digest::from_bytes(blake3::hash(&body).into()),
            is_hint: false,
        };
        let offset = first.offset.checked_add(apart(&first, capsule))?;
        let second = FrameRecord { number: 1, offset, ..first.clone() };
        let size = offset.checked_add(length + BLOCK_BYTES as u64)?;
        (self.set.size_of(volume) == Some(size)).then_some([first, second])
    }

    /// A frame that has a record: its body is proved by it, its preamble follows from it.
    fn frame(
        &mut self,
        record: &FrameRecord,
        good: impl FnOnce() -> Result<Vec<u8>, ArchiveError>,
    ) -> Result<(), ArchiveError> {
        self.note_end(record);
        let mut body = Vec::new();
        let read = self.piece.frame(self.set, record, &mut body);
        if read.is_ok() && record.check(&body).is_ok() {
            return self.preamble(record);
        }
        self.body(record, good())
    }

    /// A frame that the index records; one that is not as it was sealed waits.
    fn content(&mut self, record: &FrameRecord) -> Result<(), ArchiveError> {
        self.note_end(record);
        let may_wait = self.later.len() < WAITING_MAX;
        if may_wait && self.piece.leaves_out(record) {
            self.later.push(record.clone());
            return Ok(());
        }
        let mut body = Vec::new();
        let read = self.piece.frame(self.set, record, &mut body);
        self.piece.heard(record, &read);
        if read.is_ok() && record.check(&body).is_ok() {
            return self.preamble(record);
        }
        // What mends it reads much around it, and that may be a place that hardly reads.
        if may_wait {
            self.later.push(record.clone());
            return Ok(());
        }
        self.body(record, self.set.read_or_mend(record))
    }

    /// Frames that waited: as they are, as they come with patience, or out of the parity.
    fn what_waits(&mut self) -> Result<(), ArchiveError> {
        let mut body = Vec::new();
        for record in std::mem::take(&mut self.later) {
            let read = self.piece.frame(self.set, &record, &mut body);
            if read.and_then(|()| record.check(&body)).is_ok() {
                self.preamble(&record)?;
                continue;
            }
            let again = self.piece.again(self.set, &record, &mut body);
            let good = match again {
                Ok(()) => Ok(std::mem::take(&mut body)),
                Err(_) => self.set.beside_or_mended(&record),
            };
            self.body(&record, good)?;
        }
        Ok(())
    }

    fn note_end(&mut self, record: &FrameRecord) {
        let end = record.offset.saturating_add(record.length);
        let known = self.ends.entry(record.volume).or_default();
        *known = end.max(*known);
    }

    fn preamble(&mut self, record: &FrameRecord) -> Result<(), ArchiveError> {
        let preamble = Preamble::of(record, self.set.settings().archive).encode();
        self.expect(record.volume, record.offset.saturating_sub(PREAMBLE_BYTES as u64), &preamble)
    }

    /// Writes a frame anew, if what is `good` of it is what its record says.
    fn body(
        &mut self,
        record: &FrameRecord,
        good: Result<Vec<u8>, ArchiveError>,
    ) -> Result<(), ArchiveError> {
        let preamble = Preamble::of(record, self.set.settings().archive).encode();
        let start = record.offset.saturating_sub(PREAMBLE_BYTES as u64);
        match good.and_then(|body| record.check(&body).map(|()| body)) {
            Ok(body) => self.patch(record.volume, start, &[&preamble[..], &body].concat()),
            Err(ArchiveError::Damaged { .. } | ArchiveError::MissingVolume { .. }) => {
                *self.found.beyond.entry(record.volume).or_default() += 1;
                Ok(())
            }
            Err(error) => Err(error),
        }
    }

    /// A frame without a record, whose body is known.
    fn plain(
        &mut self,
        volume: u32,
        offset: u64,
        kind: FrameKind,
        number: u64,
        body: &[u8],
    ) -> Result<(), ArchiveError> {
        let (archive, length) = (self.set.settings().archive, body.len() as u64);
        let (compression, plain_length) = (Compression::None, length);
        let preamble =
            Preamble { kind, compression, archive, volume, number, length, plain_length };
        let bytes = [&preamble.encode()[..], body].concat();
        let end = offset.saturating_add(bytes.len() as u64);
        let known = self.ends.entry(volume).or_default();
        *known = end.max(*known);
        self.expect(volume, offset, &bytes)
    }

    /// Hands out a range unless the medium has just these bytes there.
    fn expect(&mut self, volume: u32, offset: u64, bytes: &[u8]) -> Result<(), ArchiveError> {
        let found = self.piece.range(self.set, volume, offset, bytes.len());
        if found.as_deref() == Some(bytes) { Ok(()) } else { self.patch(volume, offset, bytes) }
    }

    fn patch(&mut self, volume: u32, offset: u64, bytes: &[u8]) -> Result<(), ArchiveError> {
        if offset.saturating_add(bytes.len() as u64) > self.longest {
            return Err(ArchiveError::Field {
                what: "a frame lies far behind the end of its volume",
            });
        }
        self.found.places += 1;
        self.found.bytes += bytes.len() as u64;
        self.piece.write(Patch { volume, offset, bytes })
    }
}
