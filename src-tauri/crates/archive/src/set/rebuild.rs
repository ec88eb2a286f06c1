//! Opening an archive whose index is lost, by a scan of its media (archive-1 A37 to A40).

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use keys::{CAPSULE_MAX_BYTES, Capsule};
use terms::{ArchiveId, Digest};

use super::cover::Cover;
use super::finding::{accept_root, block_at, blocks, read_root};
use super::found::{Found, Spot, thin_out};
use super::rebuilt::Rebuilt;
use super::scan::{Of, Scan, Seen, SeenFrame};
use super::sorting::by_preambles;
use super::stand_in::{accept_without_settings, segment_bytes};
use super::{Set, Volume};
use crate::error::ArchiveError;
use crate::frame::{FrameKind, PREAMBLE_BYTES, Preamble};
use crate::layout::{
    BLOCK_BYTES, COPIES_MAX, INDEX_PAGE_BYTES_MAX, INDEX_PAGES_MAX, VERSION, VOLUMES_MAX,
};
use crate::places::Place;
use crate::record::{FrameRecord, IndexPage};
use crate::root::{PageRef, Root};
use crate::superblock::{End, Settings, Superblock};
use crate::volume::ReadAt;

/// Most candidates for a root, and most different capsules, that a scan keeps.
const CANDIDATES_MAX: usize = 16;

/// Fewest spots that are thinned out.
const SPOTS_MIN: usize = 1 << 16;
/// Frames of different numbers that are kept of any media, and for how many bytes of larger ones
/// one more is: 128 MiB of memory, and a five-hundredth of what is searched.
const KEPT_MIN: u64 = 1 << 22;
const BYTES_FOR_EACH: u64 = 16 << 10;
/// What lies before the body of a volume's first capsule.
const BEFORE_CAPSULE: u64 = (PREAMBLE_BYTES + BLOCK_BYTES) as u64;

/// What a scan brings home.
struct Scanned {
    archive: ArchiveId,
    volumes: BTreeMap<u32, Vec<Volume>>,
    spots: Vec<Spot>,
    /// From how many spots on they are thinned out.
    spots_max: usize,
    /// How many may be left of them then.
    kept_max: u64,
    /// What of the medium was read for frames that may be none.
    cover: Cover,
    settings: Option<Settings>,
    end: Option<End>,
    /// Capsules, and how often each was found.
    capsules: Vec<(Capsule, u32)>,
    roots: Vec<FrameRecord>,
    pages: BTreeMap<u64, PageRef>,
}

impl Set {
    /// Recognises what is left of `archive` among `media` by their preambles, whatever became of
    /// blocks, root and index (archive-1 A37). Memory is 32 bytes for each frame that is found, of
    /// which a few are kept for each number; decision 0106 says what crafted media cost.
    ///
    /// `detached` are capsules that lay beside the media. `goes_on` hears how many bytes were gone
    /// through, and says whether to go on; none is returned if not.
    ///
    /// # Errors
    ///
    /// Nothing of the archive is found, or its capsule and settings are all lost.
    pub fn rebuild(
        media: Vec<Box<dyn ReadAt>>,
        (archive, detached): (ArchiveId, Vec<Capsule>),
        goes_on: &dyn Fn(u64) -> bool,
    ) -> Result<Option<Self>, ArchiveError> {
        let mut scanned = Scanned::new(archive);
        let mut before = 0;
        let sized = media.into_iter().enumerate();
        let sized = sized.map(|(place, medium)| Ok((medium.size()?, place, medium)));
        let mut sized = sized.collect::<Result<Vec<_>, ArchiveError>>()?;
        // Of several copies the one that has most comes first; a sidecar comes last.
        sized.sort_by_key(|(size, ..)| std::cmp::Reverse(*size));
        scanned.kept_max = kept_of(sized.iter().map(|(size, ..)| *size).sum());
        for (size, place, medium) in sized {
            let Some((number, whole)) = number_of(medium.as_ref(), size, archive)? else {
                continue;
            };
            let medium: Arc<dyn ReadAt> = Arc::from(medium);
            let volume = scanned.add(number, || Volume {
                medium: Arc::clone(&medium),
                place,
                size,
                whole,
                is_named: whole,
            });
            let mut scan = Scan::of(medium.as_ref(), size, Of::Archive(archive));
            scanned.cover = Cover::default();
            while let Some(seen) = scan.step() {
                if !goes_on(before + scan.at()) {
                    return Ok(None);
                }
                match seen {
                    Some(Seen::Frame(frame)) => scanned.take(medium.as_ref(), volume, &frame)?,
                    Some(Seen::Block(block)) => scanned.take_block(*block),
                    None => (),
                }
            }
            before += size;
        }
        scanned.into_set(detached).map(Some)
    }
}

/// The number of the volume of `archive` that a medium is, and whether both blocks say so.
fn number_of(
    medium: &dyn ReadAt,
    size: u64,
    archive: ArchiveId,
) -> Result<Option<(u32, bool)>, ArchiveError> {
    let (head, tail) = blocks(medium, size)?;
    let own = |block: &Superblock| block.settings.archive == archive;
    let (head, tail) = (head.ok().filter(own), tail.ok().filter(own));
    let whole = head.as_ref().map(|it| it.volume) == tail.as_ref().map(|it| it.volume);
    match tail.or(head) {
        Some(block) => Ok(Some((block.volume, whole))),
        None => Ok(by_preambles(medium, size, Of::Archive(archive)).map(|(_, it)| (it, false))),
    }
}

impl Scanned {
    fn new(archive: ArchiveId) -> Self {
        Self {
            archive,
            volumes: BTreeMap::new(),
            spots: Vec::new(),
            spots_max: SPOTS_MIN,
            kept_max: KEPT_MIN,
            cover: Cover::default(),
            settings: None,
            end: None,
            capsules: Vec::new(),
            roots: Vec::new(),
            pages: BTreeMap::new(),
        }
    }

    /// Takes a copy of a volume; returns the number under which its frames are found. A further
    /// copy also has a number that no volume can have, so that its frames are candidates of their
    /// own.
    fn add(&mut self, number: u32, volume: impl Fn() -> Volume) -> u32 {
        let copies = self.volumes.entry(number).or_default();
        let before = u32::try_from(copies.len()).unwrap_or(u32::MAX);
        copies.push(volume());
        let alias = number.saturating_add(VOLUMES_MAX.saturating_mul(before));
        if before > 0 {
            self.volumes.entry(alias).or_default().push(volume());
        }
        alias
    }

    fn take_block(&mut self, block: Superblock) {
        if block.settings.archive == self.archive {
            self.end = self.end.take().or(block.end);
            self.settings.get_or_insert(block.settings);
        }
    }

    fn take(
        &mut self,
        medium: &dyn ReadAt,
        volume: u32,
        frame: &SeenFrame,
    ) -> Result<(), ArchiveError> {
        let SeenFrame { preamble, offset, .. } = frame;
        if preamble.kind.is_recorded() {
            return self.take_spot(frame, volume);
        }
        if !self.may_read(frame) {
            return Ok(());
        }
        match preamble.kind {
            FrameKind::Capsule => {
                let body = body(medium, preamble, *offset);
                self.take_capsule(body.as_deref().unwrap_or_default());
                // A volume may begin anywhere on the image of a medium: its superblock lies before
                // its first capsule.
                let before = offset.checked_sub(BEFORE_CAPSULE);
                let block = before.and_then(|at| block_at(medium, at).ok());
                block.into_iter().for_each(|block| self.take_block(block));
            }
            FrameKind::Root => {
                self.roots.extend(record(medium, frame, volume).map(|(record, _)| record));
            }
            _ => self.take_page(medium, volume, frame),
        }
        Ok(())
    }

    /// Whether the body of a frame is read to see what it is: it can be a body of its kind, and not
    /// too much was read already of what lies there. Frames that are followed do not overlap, but
    /// for the block before a capsule.
    fn may_read(&mut self, frame: &SeenFrame) -> bool {
        let SeenFrame { preamble, offset, is_followed } = frame;
        let can_be = match preamble.kind {
            FrameKind::Capsule => preamble.length <= CAPSULE_MAX_BYTES as u64,
            FrameKind::Root => self.roots.len() < CANDIDATES_MAX,
            FrameKind::Index => {
                let is_counted = preamble.number < INDEX_PAGES_MAX as u64;
                is_counted && preamble.length <= INDEX_PAGE_BYTES_MAX
            }
            _ => false,
        };
        let reads_before = preamble.kind == FrameKind::Capsule;
        let start = offset.saturating_sub(BEFORE_CAPSULE);
        can_be
            && ((*is_followed && !reads_before)
                || self.cover.admits(start, offset + preamble.length))
    }

    /// Keeps where a frame lies; of each number a few, so that frames that somebody made up for
    /// one number cost no memory. Of different numbers only so many can be of an archive.
    fn take_spot(&mut self, frame: &SeenFrame, volume: u32) -> Result<(), ArchiveError> {
        self.spots.extend(spot(frame, volume));
        if self.spots.len() >= self.spots_max {
            thin_out(&mut self.spots);
            self.spots_max = SPOTS_MIN.max(2 * self.spots.len());
            if self.spots.len() as u64 > self.kept_max {
                return Err(ArchiveError::Crowded { most: self.kept_max });
            }
        }
        Ok(())
    }

    fn take_capsule(&mut self, body: &[u8]) {
        let Ok(capsule) = Capsule::decode(body) else { return };
        if capsule.facts().archive != self.archive {
            return;
        }
        if let Some((_, times)) = self.capsules.iter_mut().find(|(known, _)| *known == capsule) {
            *times += 1;
        } else if self.capsules.len() < CANDIDATES_MAX {
            self.capsules.push((capsule, 1));
        }
    }

    fn take_page(&mut self, medium: &dyn ReadAt, volume: u32, frame: &SeenFrame) {
        let Some((record, body)) = record(medium, frame, volume) else { return };
        let page = terms::decode::<IndexPage>(&body).ok().filter(|it| it.own_fault().is_none());
        let Some(IndexPage(records)) = page else { return };
        let first = records.iter().find(|record| record.kind == FrameKind::Segment);
        let first_segment = first.map_or(u64::MAX, |record| record.number);
        let known = self.pages.entry(record.number);
        let page = known.or_insert_with(|| PageRef { first_segment, copies: Vec::new() });
        if page.copies.len() < COPIES_MAX {
            page.copies.push(record);
        }
    }

    fn into_set(mut self, detached: Vec<Capsule>) -> Result<Set, ArchiveError> {
        if self.spots.is_empty() && self.roots.is_empty() {
            return Err(ArchiveError::NotAnArchive);
        }
        self.capsules.sort_by_key(|(_, times)| std::cmp::Reverse(*times));
        let has_settings = self.settings.is_some();
        let mut found = Found::new(std::mem::take(&mut self.spots), false, has_settings);
        let mut settings = match self.settings.take() {
            Some(settings) => settings,
            None => self.stand_in(&found, &detached)?,
        };
        let proved = self.root(&mut settings, has_settings);
        found.has_root = proved.is_some();
        let known = self.pages.values().flat_map(|page| &page.copies).chain(&self.roots);
        let known: Vec<_> = known.map(Place::of).collect();
        found.add_missing(&known, settings.segment_bytes);
        let (root, root_copies, roots) = match proved {
            Some((root, copies, roots)) => {
                found.further_pages = self.further_copies(&root);
                (root, copies, roots)
            }
            None => (self.root_in_place(&settings, &found), 0, Vec::new()),
        };
        let (capsules, on_media) = (Vec::new(), 0);
        let (volumes, mender, found) = (self.volumes, OnceLock::new(), Some(found));
        let mut set = Set {
            settings,
            volumes,
            root,
            root_copies,
            capsules,
            on_media,
            roots,
            mender,
            found,
            // A scan takes them for one more medium.
            sidecars: Vec::new(),
            rebuilt: Rebuilt::default(),
        };
        set.capsules = set.read_capsules();
        for (capsule, _) in self.capsules {
            set.add_detached(capsule);
        }
        set.on_media = set.capsules.len();
        detached.into_iter().for_each(|capsule| set.add_detached(capsule));
        Ok(set)
    }

    /// Settings from what opens without them (archive-1 A39).
    fn stand_in(&self, found: &Found, detached: &[Capsule]) -> Result<Settings, ArchiveError> {
        let what = "no settings and no capsule are left: bring the detached capsule";
        let on_media = self.capsules.iter().map(|(capsule, _)| capsule);
        let mut facts = on_media.chain(detached).map(Capsule::facts);
        let facts = facts.find(|facts| facts.archive == self.archive);
        let facts = facts.ok_or(ArchiveError::Field { what })?;
        Ok(Settings {
            archive: self.archive,
            vault: None,
            environment: facts.environment,
            key: facts.key,
            label: String::new(),
            created: facts.created,
            segment_bytes: segment_bytes(found.of(FrameKind::Segment)),
            volume_bytes: None,
            checkpoint: None,
            parity: None,
        })
    }

    /// The root, if one is left: by a trailer, or by its preamble.
    fn root(
        &self,
        settings: &mut Settings,
        has_settings: bool,
    ) -> Option<(Root, u8, Vec<FrameRecord>)> {
        if has_settings && let Some(end) = &self.end {
            let by_trailer = read_root(settings, &self.volumes, &end.roots).ok();
            if let Some((root, copies)) = by_trailer {
                return Some((root, copies, end.roots.to_vec()));
            }
        }
        self.roots.iter().find_map(|record| {
            let volume = self.volumes.get(&record.volume)?.first()?;
            let mut body = Vec::new();
            volume.read_body(record, &mut body).ok()?;
            let root = if has_settings {
                accept_root(settings, &body).ok()?
            } else {
                accept_without_settings(settings, &body)?
            };
            let same = self.roots.iter().filter(|it| it.digest == record.digest);
            let copies: Vec<_> = same.take(2).cloned().collect();
            Some((root, u8::try_from(copies.len()).unwrap_or(1), copies))
        })
    }

    /// Copies of the root's index pages that were found wherever: what their digest proves may lie
    /// in any place (archive-1 A42).
    fn further_copies(&self, root: &Root) -> BTreeMap<usize, Vec<FrameRecord>> {
        let mut further = BTreeMap::new();
        for (place, page) in root.pages.iter().enumerate() {
            let found = self.pages.get(&(place as u64)).map_or(&[][..], |found| &found.copies);
            let digest = page.copies.first().map(|copy| copy.digest);
            let own = found.iter().filter(|copy| Some(copy.digest) == digest);
            let own: Vec<_> = own.filter(|copy| !page.copies.contains(copy)).cloned().collect();
            if !own.is_empty() {
                further.insert(place, own);
            }
        }
        further
    }

    /// What stands for the root where it is lost: what was counted, and no proof (archive-1 A40).
    fn root_in_place(&mut self, settings: &Settings, found: &Found) -> Root {
        let segments = found.count(FrameKind::Segment).1;
        let mut next = 0;
        let mut pages: Vec<_> = std::mem::take(&mut self.pages).into_values().collect();
        for page in pages.iter_mut().rev() {
            // A page without segments stands where the one behind it begins.
            page.first_segment =
                if page.first_segment == u64::MAX { next } else { page.first_segment };
            next = page.first_segment;
        }
        let numbers = self.volumes.keys().filter(|number| **number <= VOLUMES_MAX);
        Root {
            version: VERSION,
            archive: self.archive,
            settings: settings.digest(),
            merkle_root: Digest::from_bytes([0; 32]),
            frames: 0,
            segments,
            content_bytes: segments.saturating_mul(settings.segment_bytes.into()),
            entries: 0,
            manifest_pages: found.count(FrameKind::Manifest).1,
            volumes: numbers.max().copied().unwrap_or(1),
            pages,
            mac: None,
            signed: None,
        }
    }
}

/// How many frames a search keeps of media of so many bytes.
pub(super) fn kept_of(bytes: u64) -> u64 {
    KEPT_MIN + bytes / BYTES_FOR_EACH
}

pub(super) fn spot(frame: &SeenFrame, volume: u32) -> Option<Spot> {
    let SeenFrame { preamble, offset, is_followed } = frame;
    Some(Spot {
        kind: preamble.kind,
        number: u32::try_from(preamble.number).ok()?,
        is_loose: !is_followed,
        volume,
        offset: *offset,
        length: u32::try_from(preamble.length).ok()?,
        plain_length: u32::try_from(preamble.plain_length).ok()?,
        compression: preamble.compression,
    })
}

/// The record of a frame as it lies on the medium, with its body.
fn record(medium: &dyn ReadAt, frame: &SeenFrame, volume: u32) -> Option<(FrameRecord, Vec<u8>)> {
    let SeenFrame { preamble, offset, .. } = frame;
    let body = body(medium, preamble, *offset)?;
    let digest = Digest::from_bytes(blake3::hash(&body).into());
    let record = FrameRecord { volume, ..FrameRecord::of(preamble, *offset, digest) };
    record.fault().is_none().then_some((record, body))
}

fn body(medium: &dyn ReadAt, preamble: &Preamble, offset: u64) -> Option<Vec<u8>> {
    let mut body = vec![0; usize::try_from(preamble.length).ok()?];
    medium.read_exact_at(&mut body, offset).ok().map(|()| body)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::Compression;

    #[test]
    fn frames_that_somebody_made_up_take_no_more_memory_than_a_few_for_each_number() {
        let archive = ArchiveId::from_bytes([7; 16]);
        let mut scanned = Scanned::new(archive);
        let mut all = Vec::new();
        let mut most = 0;
        for number in 0..1_000_000_u64 {
            let (kind, compression) = (FrameKind::Segment, Compression::None);
            let (length, plain_length, volume) = (72, 0, 1);
            let number_of = number * 7 % 100;
            let preamble = Preamble {
                kind,
                compression,
                archive,
                volume,
                number: number_of,
                length,
                plain_length,
            };
            let offset = 4096 + number * 136;
            let frame = SeenFrame { preamble, offset, is_followed: number % 3 == 0 };
            all.extend(spot(&frame, 1));
            scanned.take_spot(&frame, 1).unwrap();
            most = most.max(scanned.spots.capacity());
        }
        assert!(most <= 2 * SPOTS_MIN, "{most} of {}", all.len());
        // What is left is what would be left of all of them.
        thin_out(&mut all);
        thin_out(&mut scanned.spots);
        assert_eq!(all.len(), 100 * COPIES_MAX);
        assert_eq!(scanned.spots, all);
    }

    #[test]
    fn frames_of_made_up_numbers_end_a_search_before_they_fill_the_memory() {
        let archive = ArchiveId::from_bytes([7; 16]);
        let mut scanned = Scanned { kept_max: 100_000, ..Scanned::new(archive) };
        let (mut taken, mut most) = (0_u64, 0);
        let refused = loop {
            let preamble = Preamble {
                kind: FrameKind::Segment,
                compression: Compression::None,
                archive,
                volume: 1,
                number: taken,
                length: 72,
                plain_length: 0,
            };
            let frame = SeenFrame { preamble, offset: 4160 + taken * 136, is_followed: true };
            if let Err(refused) = scanned.take_spot(&frame, 1) {
                break refused;
            }
            taken += 1;
            most = most.max(scanned.spots.len());
        };
        assert!(matches!(refused, ArchiveError::Crowded { most: 100_000 }), "{refused}");
        assert!((100_000..=200_000).contains(&most), "{most} after {taken}");
        // An archive of a terabyte is searched, and all that fits onto half a gigabyte.
        assert!(kept_of(1 << 40) >= 1 << 25 && kept_of(0) * 136 >= 500 << 20);
    }
}
