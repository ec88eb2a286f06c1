//! Reading an archive without a key.

mod beside;
mod cover;
mod finding;
mod found;
mod index;
mod patient;
mod promised;
mod rebuild;
mod rebuilt;
mod recognised;
mod scan;
mod sidecar;
mod sorting;
mod stand_in;
mod written;

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use keys::{ArchiveKey, Capsule};
use terms::{ArchiveId, Fingerprint};

pub use self::beside::SidecarState;
pub use self::recognised::Recognised;

use self::beside::{Sidecar, any_root};
pub(crate) use self::finding::accept_root;
use self::finding::{blocks, capsule_after, frames_in};
use self::found::Found;
pub use self::found::FoundFrames;
pub(crate) use self::found::Spot;
use self::rebuilt::Rebuilt;
pub use self::rebuilt::RebuiltIndex;
use self::scan::Of;
use self::sorting::by_preambles;
pub use self::sorting::{Belonging, belonging};
use crate::contents::Contents;
use crate::error::ArchiveError;
use crate::frame::FrameKind;
use crate::parity::Mender;
use crate::record::FrameRecord;
use crate::root::Root;
use crate::segment::SegmentContext;
use crate::superblock::Settings;
use crate::volume::ReadAt;

/// One volume that was recognised.
struct Volume {
    medium: Arc<dyn ReadAt>,
    /// Its place among the media that were given.
    place: usize,
    size: u64,
    /// Whether both the superblock and the trailer are readable and agree.
    whole: bool,
    /// Whether one of them says which volume it is; otherwise that is a guess.
    is_named: bool,
}

impl Volume {
    fn read_body(&self, record: &FrameRecord, body: &mut Vec<u8>) -> Result<(), ArchiveError> {
        body.clear();
        // No memory for more than the medium holds (archive-1 A5); `fault` has checked the sum.
        if record.offset + record.length > self.size {
            return Err(record.damaged());
        }
        body.resize(usize::try_from(record.length).unwrap_or(0), 0);
        self.medium.read_exact_at(body, record.offset).map_err(|error| match error.kind() {
            std::io::ErrorKind::UnexpectedEof => record.damaged(),
            // A volume that was promised, and that nobody brought.
            std::io::ErrorKind::NotFound => ArchiveError::MissingVolume { volume: record.volume },
            _ => ArchiveError::Io(error),
        })
    }
}

/// The volumes of one archive, read and checked as far as that goes without a key.
pub struct Set {
    settings: Settings,
    /// Every copy of each volume, those that are whole first.
    volumes: BTreeMap<u32, Vec<Volume>>,
    root: Root,
    root_copies: u8,
    /// Capsules from the volumes, and then those that lay beside them.
    capsules: Vec<Capsule>,
    on_media: usize,
    /// Where copies of the root lie: both, or those that were found.
    roots: Vec<FrameRecord>,
    /// Made when something is to be mended; none inside if nothing can be.
    mender: OnceLock<Option<Mender>>,
    /// What a scan found, if one was needed (archive-1 A37).
    found: Option<Found>,
    /// Files beside the volumes with one more copy of every page.
    sidecars: Vec<Sidecar>,
    /// Pages of the index that were worked out of the frames (archive-1 A43).
    rebuilt: Rebuilt,
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
        Self::open_beside(media, Vec::new())
    }

    /// As [`open`](Self::open), with sidecars, which stand in for what the volumes lost of root,
    /// index and pages (archive-1 A42); those of other archives are left out.
    ///
    /// # Errors
    ///
    /// As for [`open`](Self::open).
    pub fn open_beside(
        media: Vec<Box<dyn ReadAt>>,
        sidecars: Vec<Box<dyn ReadAt>>,
    ) -> Result<Self, ArchiveError> {
        let mut settings: Option<Settings> = None;
        let mut volumes: BTreeMap<u32, Vec<Volume>> = BTreeMap::new();
        let (mut end, mut refused, mut strays) = (None, ArchiveError::NotAnArchive, Vec::new());
        for (place, medium) in media.into_iter().enumerate() {
            let size = medium.size()?;
            let (head, tail) = match blocks(medium.as_ref(), size)? {
                (Err(one), Err(other)) => {
                    // A block that is one, and forbidden, says more than one that is none.
                    let is_none = matches!(one, ArchiveError::NotAnArchive);
                    refused = if is_none { other } else { one };
                    strays.push((place, medium));
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
            if let Some(found) = tail.and_then(|tail| tail.end) {
                // A damaged trailer is none; two that differ are not both of this archive.
                if end.as_ref().is_some_and(|end| *end != found) {
                    let what = "two volumes name different roots: one of them does not belong here";
                    return Err(ArchiveError::Field { what });
                }
                end = Some(found);
            }
            let volume = Volume { medium: Arc::from(medium), place, size, whole, is_named: true };
            volumes.entry(number).or_default().push(volume);
        }
        let Some(settings) = settings else { return Err(blockless(&strays, refused)) };
        place_strays(strays, settings.archive, &mut volumes)?;
        for copies in volumes.values_mut() {
            copies.sort_by_key(|copy| (!copy.whole, !copy.is_named));
        }
        let own = |(place, medium)| Sidecar::of(settings.archive, medium, place);
        let sidecars: Vec<_> = sidecars.into_iter().enumerate().filter_map(own).collect();
        let (root, root_copies, roots) = any_root(&settings, &volumes, end.as_ref(), &sidecars)?;
        let (capsules, on_media, found) = (Vec::new(), 0, None);
        let (mender, rebuilt) = (OnceLock::new(), Rebuilt::default());
        let mut set = Self {
            settings,
            volumes,
            root,
            root_copies,
            capsules,
            on_media,
            roots,
            mender,
            found,
            sidecars,
            rebuilt,
        };
        set.capsules = set.read_capsules();
        set.on_media = set.capsules.len();
        let beside: Vec<_> = set.sidecars.iter().filter_map(Sidecar::capsule).cloned().collect();
        beside.into_iter().for_each(|capsule| set.add_detached(capsule));
        Ok(set)
    }

    /// What the sealer decided.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The root; where [`has_root`](Self::has_root) says no, what was counted in its place.
    pub fn root(&self) -> &Root {
        &self.root
    }

    /// Readable capsules, those that name this root first (archive-1 A8).
    pub fn capsules(&self) -> &[Capsule] {
        &self.capsules
    }

    /// Readable capsules of the volumes themselves.
    pub fn capsules_on_media(&self) -> &[Capsule] {
        &self.capsules[..self.on_media]
    }

    /// Takes a capsule that lay beside the volumes, if it is of this archive; it opens as well as
    /// any (archive-1 A8).
    pub fn add_detached(&mut self, capsule: Capsule) {
        let facts = capsule.facts();
        let is_own = facts.archive == self.settings.archive;
        if is_own && !self.capsules.contains(&capsule) {
            self.capsules.push(capsule);
        }
    }

    /// The master keys that the readable capsules name, each once. A copy may be damaged in just
    /// this place, so each of them may be the right one (keys-1 K10).
    pub fn fingerprints(&self) -> Vec<Fingerprint> {
        let mut found = Vec::new();
        for fingerprint in self.capsules.iter().map(Capsule::fingerprint) {
            if !found.contains(&fingerprint) {
                found.push(fingerprint);
            }
        }
        found
    }

    /// Whether every copy of superblock, trailer and root is good, and every volume is here.
    pub fn copies_are_whole(&self) -> bool {
        let whole = self.volumes.values().flatten().all(|volume| volume.whole);
        whole && self.missing_volumes().is_empty() && self.root_copies == 2
    }

    /// Numbers of volumes of which more than one copy is here.
    pub fn doubled_volumes(&self) -> Vec<u32> {
        let doubled = self.volumes.iter().filter(|(_, copies)| copies.len() > 1);
        doubled.map(|(number, _)| *number).collect()
    }

    /// Numbers of volumes that the root counts and that are not here.
    pub fn missing_volumes(&self) -> Vec<u32> {
        (1..=self.root.volumes).filter(|number| !self.volumes.contains_key(number)).collect()
    }

    /// Reads the body of a frame into `body`. Of several copies of the volume the first serves in
    /// which the frame is what its record says (archive-1 A9); of one copy it is read unchecked.
    ///
    /// # Errors
    ///
    /// The volume is missing, too short, or its medium failed.
    pub fn read_body(&self, record: &FrameRecord, body: &mut Vec<u8>) -> Result<(), ArchiveError> {
        if let Some(what) = record.fault() {
            return Err(ArchiveError::Field { what });
        }
        let missing = ArchiveError::MissingVolume { volume: record.volume };
        let copies = self.volumes.get(&record.volume).ok_or(missing)?;
        if copies.len() > 1 {
            for copy in copies {
                if copy.read_body(record, body).is_ok() && record.check(body).is_ok() {
                    return Ok(());
                }
            }
        }
        // Damaged in every copy: what can be saved of it is saved from the first that is readable.
        let mut read = copies.iter().map(|copy| copy.read_body(record, body));
        let first = read.next().ok_or_else(|| record.damaged())?;
        first.or_else(|error| read.find(Result::is_ok).unwrap_or(Err(error)))
    }

    /// As [`read_body`](Self::read_body), and compares what was read with the record.
    ///
    /// # Errors
    ///
    /// As for [`read_body`](Self::read_body), and [`ArchiveError::Damaged`].
    pub fn read_checked(
        &self,
        record: &FrameRecord,
        body: &mut Vec<u8>,
    ) -> Result<(), ArchiveError> {
        self.read_body(record, body).and_then(|()| record.check(body))
    }

    /// How many of the two copies of the root are good.
    pub fn root_copies(&self) -> u8 {
        self.root_copies
    }

    /// The place, among the media that were given, of the copy of `volume` that is read first.
    pub fn medium_of(&self, volume: u32) -> Option<usize> {
        self.volumes.get(&volume)?.first().map(|copy| copy.place)
    }

    /// Whether superblock and trailer of `volume` are good and agree.
    pub fn is_framed(&self, volume: u32) -> bool {
        let copies = self.volumes.get(&volume);
        copies.and_then(|copies| copies.first()).is_some_and(|copy| copy.whole)
    }

    /// Whether superblock or trailer of `volume` say that it is this one; otherwise its preambles
    /// do, which is enough to read it (archive-1 A36) and no reason to write onto it.
    pub fn is_named(&self, volume: u32) -> bool {
        let copies = self.volumes.get(&volume);
        copies.and_then(|copies| copies.first()).is_some_and(|copy| copy.is_named)
    }

    /// Bytes of all volumes of which a copy is here, each once; promised ones are not known.
    pub fn bytes_here(&self) -> u64 {
        let firsts = self.volumes.values().filter_map(|copies| copies.first());
        firsts.map(|copy| copy.size).filter(|size| *size < u64::MAX).sum()
    }

    /// Numbers of the volumes of which a copy is here.
    pub fn volumes_here(&self) -> Vec<u32> {
        self.volumes.keys().copied().collect()
    }

    /// Where copies of the root lie: both, or those that were found without a trailer.
    pub(crate) fn root_records(&self) -> &[FrameRecord] {
        &self.roots
    }

    /// Reads the body of a frame, unchecked, from the copy of its volume that is read first.
    ///
    /// # Errors
    ///
    /// As for [`read_body`](Self::read_body).
    pub fn read_first_copy(
        &self,
        record: &FrameRecord,
        body: &mut Vec<u8>,
    ) -> Result<(), ArchiveError> {
        let missing = ArchiveError::MissingVolume { volume: record.volume };
        self.volumes
            .get(&record.volume)
            .and_then(|it| it.first())
            .ok_or(missing)?
            .read_body(record, body)
    }

    /// The length of the copy of `volume` that is read first.
    pub(crate) fn size_of(&self, volume: u32) -> Option<u64> {
        self.volumes.get(&volume)?.first().map(|copy| copy.size)
    }

    /// Bytes of the copy of `volume` that is read first; none if they are not there.
    pub fn read_range(&self, volume: u32, offset: u64, length: usize) -> Option<Vec<u8>> {
        let copy = self.volumes.get(&volume)?.first()?;
        let mut bytes = vec![0; length];
        copy.medium.read_exact_at(&mut bytes, offset).ok().map(|()| bytes)
    }

    /// Reads the body of a frame as far as its medium gives it, zeros where it does not; returns
    /// whether it is what its record says. Beyond the end of its medium there is nothing of it, and
    /// no memory for it either: a short index can tell of long frames (archive-1 A5).
    pub(crate) fn read_what_is_left(&self, record: &FrameRecord, body: &mut Vec<u8>) -> bool {
        let read = self.read_body(record, body);
        let is_whole = read.is_ok() && record.check(body).is_ok();
        if read.is_err() {
            *body = self.left_on_copies(record).next().unwrap_or_default();
        }
        is_whole
    }

    /// What each copy of its volume gives of the body of a frame, zeros where it gives nothing.
    pub(crate) fn left_on_copies<'a>(
        &'a self,
        record: &'a FrameRecord,
    ) -> impl Iterator<Item = Vec<u8>> + 'a {
        self.volumes.get(&record.volume).into_iter().flatten().map(|copy| {
            let there = copy.size.saturating_sub(record.offset).min(record.length);
            let mut body = vec![0; usize::try_from(there).unwrap_or(0)];
            copy.medium.read_pieces_at(&mut body, record.offset);
            body
        })
    }

    /// The body of a frame that could not be read or whose volume is missing, worked out of the
    /// archive's parity and compared with its record (archive-1 A35).
    ///
    /// # Errors
    ///
    /// The archive has no parity, or too much around the frame is lost.
    pub fn mend(&self, record: &FrameRecord) -> Result<Vec<u8>, ArchiveError> {
        self.mender().map_or_else(|| Err(record.damaged()), |mender| mender.mend(self, record))
    }

    /// The body of a frame from whichever copy is good, or else out of a sidecar or the parity.
    pub(crate) fn read_or_mend(&self, record: &FrameRecord) -> Result<Vec<u8>, ArchiveError> {
        let mut body = Vec::new();
        match self.read_checked(record, &mut body) {
            Ok(()) => Ok(body),
            Err(_) => self.beside_or_mended(record),
        }
    }

    /// The body of a frame out of a sidecar or the parity.
    pub(crate) fn beside_or_mended(&self, record: &FrameRecord) -> Result<Vec<u8>, ArchiveError> {
        self.read_beside(record).map_or_else(|| self.mend(record), Ok)
    }

    /// Whether all that the index records is there or can be mended, window by window; ends at the
    /// first that is not, and where `goes_on` says no. Without parity nothing can be mended.
    ///
    /// # Errors
    ///
    /// A part of the index is lost.
    pub fn mends_whole(&self, goes_on: &dyn Fn() -> bool) -> Result<bool, ArchiveError> {
        let Some(mender) = self.mender() else { return Ok(false) };
        for window in 0..mender.windows() {
            if !goes_on() || !mender.is_whole(self, window)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn mender(&self) -> Option<&Mender> {
        self.mender.get_or_init(|| Mender::new(self).ok().flatten()).as_ref()
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
        for volume in self.volumes.values().flatten() {
            let Ok((preamble, capsule)) = capsule_after(volume.medium.as_ref()) else { continue };
            if preamble.archive == self.settings.archive && !found.contains(&capsule) {
                found.push(capsule);
            }
        }
        for capsule in self.final_capsules() {
            if !found.contains(&capsule) {
                found.insert(0, capsule);
            }
        }
        found.retain(|capsule| capsule.facts().archive == self.settings.archive);
        found
    }

    /// The capsule that names the root lies between the two copies of the root.
    fn final_capsules(&self) -> impl Iterator<Item = Capsule> {
        let copies = self.volumes.get(&self.root.volumes).into_iter().flatten();
        copies.filter_map(|last| {
            let window = (4 << 20).min(last.size);
            let mut tail = vec![0; usize::try_from(window).ok()?];
            last.medium.read_exact_at(&mut tail, last.size - window).ok()?;
            let capsules = frames_in(&tail).filter(|it| it.preamble.kind == FrameKind::Capsule);
            let mut capsules = capsules.filter_map(|frame| Capsule::decode(frame.body).ok());
            capsules.find(|capsule| capsule.index_root().is_some())
        })
    }
}

/// Why media without any block are not opened: they are of no archive, or of one that a scan finds.
fn blockless(media: &[(usize, Box<dyn ReadAt>)], refused: ArchiveError) -> ArchiveError {
    let named = media.iter().find_map(|(_, medium)| belonging(medium.as_ref()).ok().flatten());
    match (refused, named) {
        (ArchiveError::NotAnArchive, Some(Belonging { archive, .. })) => {
            ArchiveError::NoBlocks { archive }
        }
        (refused, _) => refused,
    }
}

/// Puts media without any block where their preambles say. What is read there is judged by the
/// index, wherever it was looked for (archive-1 A36).
fn place_strays(
    strays: Vec<(usize, Box<dyn ReadAt>)>,
    archive: ArchiveId,
    volumes: &mut BTreeMap<u32, Vec<Volume>>,
) -> Result<(), ArchiveError> {
    for (place, medium) in strays {
        let (size, whole) = (medium.size()?, false);
        let named = by_preambles(medium.as_ref(), size, Of::Archive(archive));
        if let Some((_, number)) = named {
            let (medium, is_named) = (Arc::from(medium), false);
            let volume = Volume { medium, place, size, whole, is_named };
            volumes.entry(number).or_default().push(volume);
        }
    }
    Ok(())
}
