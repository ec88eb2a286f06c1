//! What has to be written onto media so that they are as they were sealed.
//!
//! Nothing here writes: every range that is not as it was sealed is handed out with the bytes that
//! belong there, once they are proved by the index or follow from it (archive-1 A35).

use std::collections::BTreeMap;

use keys::Capsule;

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

/// Where patches go.
type Write<'a> = &'a mut dyn FnMut(Patch<'_>) -> Result<(), ArchiveError>;

struct Repair<'a> {
    set: &'a Set,
    write: Write<'a>,
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
        // What contradicts itself is no reason to write onto media.
        self.check_index()?;
        let (found, ends) = (Repairs::default(), BTreeMap::new());
        let longest = self.recorded_bytes()?.saturating_add(SLACK_BYTES);
        let mut repair = Repair { set: self, write, found, ends, longest };
        let capsule = self.agreed_capsule();
        for page in 0..self.index_pages() {
            let records = self.index_page(page)?;
            let body = terms::encode(&IndexPage(records.clone()));
            for copy in self.index_page_records(page) {
                repair.frame(copy, || Ok(body.clone()))?;
            }
            for record in &records {
                repair.frame(record, || self.read_or_mend(record))?;
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

    /// Where both copies of the root lie; of one that is lost it follows from the other.
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
            _ => None,
        }
    }

    /// A frame that has a record: its body is proved by it, its preamble follows from it.
    fn frame(
        &mut self,
        record: &FrameRecord,
        good: impl FnOnce() -> Result<Vec<u8>, ArchiveError>,
    ) -> Result<(), ArchiveError> {
        let (volume, end) = (record.volume, record.offset.saturating_add(record.length));
        let known = self.ends.entry(volume).or_default();
        *known = end.max(*known);
        let preamble = Preamble::of(record, self.set.settings().archive).encode();
        let start = record.offset.saturating_sub(PREAMBLE_BYTES as u64);
        let mut body = Vec::new();
        let read = self.set.read_first_copy(record, &mut body);
        if read.is_ok() && record.check(&body).is_ok() {
            return self.expect(volume, start, &preamble);
        }
        match good().and_then(|body| record.check(&body).map(|()| body)) {
            Ok(body) => self.patch(volume, start, &[&preamble[..], &body].concat()),
            Err(ArchiveError::Damaged { .. } | ArchiveError::MissingVolume { .. }) => {
                *self.found.beyond.entry(volume).or_default() += 1;
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
        let compression = Compression::None;
        let plain_length = length;
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
        let found = self.set.read_range(volume, offset, bytes.len());
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
        (self.write)(Patch { volume, offset, bytes })
    }
}
