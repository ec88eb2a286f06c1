//! Reading an archive without a key.

use std::collections::BTreeMap;

use keys::{ArchiveKey, Capsule};

use crate::contents::Contents;
use crate::error::ArchiveError;
use crate::frame::{FrameKind, PREAMBLE_BYTES, Preamble};
use crate::layout::{BLOCK_BYTES, BODY_BYTES_MAX};
use crate::merkle::Merkle;
use crate::record::{FrameRecord, IndexPage};
use crate::root::Root;
use crate::segment::SegmentContext;
use crate::superblock::{Settings, Superblock};
use crate::volume::ReadAt;

/// One volume that was recognised.
struct Volume {
    medium: Box<dyn ReadAt>,
    size: u64,
    /// Whether both the superblock and the trailer are readable and agree.
    whole: bool,
}

/// The volumes of one archive, read and checked as far as that goes without a key.
pub struct Set {
    settings: Settings,
    volumes: BTreeMap<u32, Volume>,
    root: Root,
    root_copies: u8,
    capsules: Vec<Capsule>,
}

impl Set {
    /// Recognises the volumes among `media`, in any order, and reads the root (archive-1 A9).
    ///
    /// A damaged superblock, trailer or root does not matter as long as another copy is good.
    ///
    /// # Errors
    ///
    /// No volume is recognised, several archives are mixed, or the last volume with its root is
    /// missing or destroyed.
    pub fn open(media: Vec<Box<dyn ReadAt>>) -> Result<Self, ArchiveError> {
        let mut settings: Option<Settings> = None;
        let mut volumes = BTreeMap::new();
        let (mut end, mut refused) = (None, ArchiveError::NotAnArchive);
        for medium in media {
            let size = medium.size()?;
            let (head, tail) = match blocks(medium.as_ref(), size)? {
                (Err(one), Err(other)) => {
                    // A block that is one, and forbidden, says more than one that is none.
                    let is_none = matches!(one, ArchiveError::NotAnArchive);
                    refused = if is_none { other } else { one };
                    continue;
                }
                (head, tail) => (head.ok(), tail.ok()),
            };
            for block in tail.iter().chain(&head) {
                let expected = settings.get_or_insert_with(|| block.settings.clone());
                if *expected != block.settings {
                    let (one, other) = (expected.archive, block.settings.archive);
                    return Err(ArchiveError::Mixed { one, other });
                }
            }
            let Some(known) = tail.as_ref().or(head.as_ref()) else { continue };
            let agree = head.as_ref().map(|block| block.volume) == tail.as_ref().map(|b| b.volume);
            let whole = agree && tail.is_some();
            let number = known.volume;
            end = end.or_else(|| tail.and_then(|tail| tail.end));
            // Of two copies of a volume the one that is whole counts.
            if whole || !volumes.contains_key(&number) {
                volumes.insert(number, Volume { medium, size, whole });
            }
        }
        let settings = settings.ok_or(refused)?;
        let (root, root_copies) = match end {
            Some(end) => read_root(&settings, &volumes, &end.roots)?,
            None => (find_root(&settings, &volumes).ok_or_else(|| endless(&volumes))?, 1),
        };
        let mut set = Self { settings, volumes, root, root_copies, capsules: Vec::new() };
        set.capsules = set.read_capsules();
        Ok(set)
    }

    /// What the sealer decided.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The root.
    pub fn root(&self) -> &Root {
        &self.root
    }

    /// Readable capsules, those that name this root first (archive-1 A8).
    pub fn capsules(&self) -> &[Capsule] {
        &self.capsules
    }

    /// Whether every copy of superblock, trailer and root is good, and every volume is here.
    pub fn copies_are_whole(&self) -> bool {
        let whole = self.volumes.values().all(|volume| volume.whole);
        whole && self.missing_volumes().is_empty() && self.root_copies == 2
    }

    /// Numbers of volumes that the root counts and that are not here.
    pub fn missing_volumes(&self) -> Vec<u32> {
        (1..=self.root.volumes).filter(|number| !self.volumes.contains_key(number)).collect()
    }

    /// Number of index pages.
    pub fn index_pages(&self) -> usize {
        self.root.pages.len()
    }

    /// The records of all copies of index page `page` itself, the first one first.
    pub fn index_page_records(&self, page: usize) -> &[FrameRecord] {
        self.root.pages.get(page).map_or(&[], |page| &page.copies)
    }

    /// The record of the first copy of index page `page` itself.
    pub fn index_page_record(&self, page: usize) -> Option<&FrameRecord> {
        self.index_page_records(page).first()
    }

    /// The records in index page `page`, counted from 0, from its first good copy (archive-1 A20).
    ///
    /// # Errors
    ///
    /// No copy of the page is good, or their volumes are missing.
    pub fn index_page(&self, page: usize) -> Result<Vec<FrameRecord>, ArchiveError> {
        let Some(page) = self.root.pages.get(page) else { return Ok(Vec::new()) };
        let (mut body, mut failed) = (Vec::new(), None);
        for record in &page.copies {
            match self.read_body(record, &mut body).and_then(|()| record.check(&body)) {
                Ok(()) => {
                    let index: IndexPage = terms::decode(&body)?;
                    let full = self.settings.segment_bytes;
                    return match index.fault(page.first_segment, full, &self.root) {
                        None => Ok(index.0),
                        Some(what) => Err(ArchiveError::Field { what }),
                    };
                }
                Err(error) => failed = failed.or(Some(error)),
            }
        }
        // A page without a copy is refused with the root.
        failed.map_or(Ok(Vec::new()), Err)
    }

    /// The index page in which segment `number` is recorded.
    pub fn index_page_of(&self, segment: u64) -> usize {
        self.root.pages.partition_point(|page| page.first_segment <= segment).saturating_sub(1)
    }

    /// The Merkle root over all records is the one in the root (archive-1 A21).
    ///
    /// # Errors
    ///
    /// An index page is damaged, or the records are others.
    pub fn check_index(&self) -> Result<(), ArchiveError> {
        let mut merkle = Merkle::default();
        let mut frames = 0;
        for page in 0..self.index_pages() {
            for record in self.index_page(page)? {
                merkle.push(&terms::encode(&record));
                frames += 1;
            }
        }
        if frames == self.root.frames && merkle.root() == self.root.merkle_root {
            return Ok(());
        }
        Err(ArchiveError::Field { what: "the index does not belong to its root" })
    }

    /// Reads the body of a frame, unchecked, into `body`.
    ///
    /// # Errors
    ///
    /// The volume is missing, too short, or its medium failed.
    pub fn read_body(&self, record: &FrameRecord, body: &mut Vec<u8>) -> Result<(), ArchiveError> {
        if let Some(what) = record.fault() {
            return Err(ArchiveError::Field { what });
        }
        let missing = ArchiveError::MissingVolume { volume: record.volume };
        let volume = self.volumes.get(&record.volume).ok_or(missing)?;
        body.clear();
        // No memory for more than the medium holds (archive-1 A5); `fault` has checked the sum.
        if record.offset + record.length > volume.size {
            return Err(record.damaged());
        }
        body.resize(usize::try_from(record.length).unwrap_or(0), 0);
        volume.medium.read_exact_at(body, record.offset).map_err(|error| match error.kind() {
            std::io::ErrorKind::UnexpectedEof => record.damaged(),
            _ => ArchiveError::Io(error),
        })
    }

    /// What the message in a frame is bound to.
    pub fn context(&self, record: &FrameRecord) -> SegmentContext {
        let Settings { archive, environment, .. } = self.settings;
        SegmentContext { archive, environment, kind: record.kind, number: record.number }
    }

    /// Opens manifest and data keys with the archive's key.
    ///
    /// # Errors
    ///
    /// The index is damaged where it names the manifest.
    pub fn unlock(&self, key: &ArchiveKey) -> Result<Contents<'_>, ArchiveError> {
        Contents::new(self, key)
    }

    fn read_capsules(&self) -> Vec<Capsule> {
        let mut found: Vec<Capsule> = Vec::new();
        for volume in self.volumes.values() {
            let Ok((preamble, capsule)) = capsule_after(volume.medium.as_ref()) else { continue };
            if preamble.archive == self.settings.archive && !found.contains(&capsule) {
                found.push(capsule);
            }
        }
        if let Some(capsule) = self.final_capsule().filter(|capsule| !found.contains(capsule)) {
            found.insert(0, capsule);
        }
        found.retain(|capsule| capsule.facts().archive == self.settings.archive);
        found
    }

    /// The capsule that names the root lies between the two copies of the root.
    fn final_capsule(&self) -> Option<Capsule> {
        let last = self.volumes.get(&self.root.volumes)?;
        let size = last.medium.size().ok()?;
        let window = (4 << 20).min(size);
        let mut tail = vec![0; usize::try_from(window).ok()?];
        last.medium.read_exact_at(&mut tail, size - window).ok()?;
        frames_in(&tail).filter(|(preamble, _)| preamble.kind == FrameKind::Capsule).find_map(
            |(_, body)| Capsule::decode(body).ok().filter(|capsule| capsule.index_root().is_some()),
        )
    }
}

/// Why no root is among the volumes: the last one is cut short, or it is not here.
fn endless(volumes: &BTreeMap<u32, Volume>) -> ArchiveError {
    match volumes.last_key_value() {
        Some((volume, last)) if !last.whole => {
            ArchiveError::CutShort { volume: *volume, bytes: last.size }
        }
        _ => ArchiveError::NotSealed,
    }
}

type Block = Result<Superblock, ArchiveError>;

/// Superblock and trailer (archive-1 A3, A4).
fn blocks(medium: &dyn ReadAt, size: u64) -> Result<(Block, Block), ArchiveError> {
    let read = |offset: Option<u64>| {
        let mut block = [0; BLOCK_BYTES];
        let readable = offset.is_some_and(|at| medium.read_exact_at(&mut block, at).is_ok());
        if readable { Superblock::decode(&block) } else { Err(ArchiveError::NotAnArchive) }
    };
    let head = read(Some(0));
    let tail = read(size.checked_sub(BLOCK_BYTES as u64).filter(|at| *at > 0));
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

fn read_root(
    settings: &Settings,
    volumes: &BTreeMap<u32, Volume>,
    places: &[FrameRecord; 2],
) -> Result<(Root, u8), ArchiveError> {
    let read = |record: &FrameRecord| {
        let volume = volumes.get(&record.volume)?;
        let fits = record.offset + record.length <= volume.size;
        let length = usize::try_from(record.length).ok().filter(|_| fits)?;
        let mut body = vec![0; length];
        volume.medium.read_exact_at(&mut body, record.offset).ok()?;
        record.check(&body).ok()?;
        Some(accept_root(settings, &body))
    };
    let mut roots = places.iter().filter_map(read);
    let root = roots.next().ok_or_else(|| places[0].damaged())??;
    let copies = if roots.next().is_some() { 2 } else { 1 };
    Ok((root, copies))
}

fn accept_root(settings: &Settings, body: &[u8]) -> Result<Root, ArchiveError> {
    let root: Root = terms::decode(body)?;
    if root.archive != settings.archive || root.settings != settings.digest() {
        return Err(ArchiveError::Field { what: "the root belongs to other superblocks" });
    }
    let segments = root.content_bytes.div_ceil(settings.segment_bytes.into());
    let cut = (segments != root.segments).then_some("the root counts segments that cannot be");
    root.fault().or(cut).map_or(Ok(root), |what| Err(ArchiveError::Field { what }))
}

/// Looks for a root in the last megabytes of each volume, for a trailer that is destroyed
/// (archive-1 A32).
fn find_root(settings: &Settings, volumes: &BTreeMap<u32, Volume>) -> Option<Root> {
    volumes.values().rev().find_map(|volume| {
        let size = volume.medium.size().ok()?;
        let window = (8 << 20).min(size);
        let mut tail = vec![0; usize::try_from(window).ok()?];
        volume.medium.read_exact_at(&mut tail, size - window).ok()?;
        frames_in(&tail)
            .filter(|(preamble, _)| preamble.kind == FrameKind::Root)
            .find_map(|(_, body)| accept_root(settings, body).ok())
    })
}

/// Frames whose preamble and body lie whole within `bytes`.
fn frames_in(bytes: &[u8]) -> impl Iterator<Item = (Preamble, &[u8])> {
    bytes
        .windows(PREAMBLE_BYTES)
        .enumerate()
        .filter(|(_, w)| w.starts_with(b"SRFRAME1"))
        .filter_map(|(at, window)| {
            let preamble = Preamble::decode(window.try_into().ok()?).ok()?;
            let start = at + PREAMBLE_BYTES;
            let length = usize::try_from(preamble.length).ok()?;
            let body = bytes.get(start..start.checked_add(length)?)?;
            Some((preamble, body))
        })
}

/// The capsule that follows the superblock.
fn capsule_after(medium: &dyn ReadAt) -> Result<(Preamble, Capsule), ArchiveError> {
    let mut preamble = [0; PREAMBLE_BYTES];
    medium.read_exact_at(&mut preamble, BLOCK_BYTES as u64)?;
    let preamble = Preamble::decode(&preamble)?;
    if preamble.kind != FrameKind::Capsule || preamble.length > BODY_BYTES_MAX {
        return Err(ArchiveError::Field { what: "no capsule follows the superblock" });
    }
    let mut body = vec![0; usize::try_from(preamble.length).unwrap_or(0)];
    medium.read_exact_at(&mut body, (BLOCK_BYTES + PREAMBLE_BYTES) as u64)?;
    Ok((preamble, Capsule::decode(&body)?))
}
