//! Sidecars that lie beside the volumes: one more copy of all that finds and opens the rest.

use std::collections::{BTreeMap, BTreeSet};

use keys::{CAPSULE_MAX_BYTES, Capsule};
use terms::{ArchiveId, Digest};

use super::finding::{accept_root, block_at, endless, find_root, read_root};
use super::scan::{Of, Scan, Seen, SeenFrame};
use super::{Set, Volume};
use crate::error::ArchiveError;
use crate::frame::FrameKind;
use crate::record::FrameRecord;
use crate::root::Root;
use crate::superblock::{End, Settings};
use crate::volume::ReadAt;

/// Most pages of a sidecar that are remembered: those of 256 GiB of names.
const PAGES_MAX: usize = 1 << 20;
/// Capsules and roots that are read of one sidecar: it has one of each.
const TRIES_MAX: usize = 8;
/// The largest root that is read: it is a few hundred bytes.
const ROOT_MAX_BYTES: u64 = 64 << 10;
/// How far a sidecar is searched whose start is destroyed.
const SEARCHED_BYTES: u64 = 64 << 20;

/// A sidecar that was recognised (archive-1 A42). Memory is a few words for each page in it, 64 MiB
/// at most.
pub(super) struct Sidecar {
    medium: Box<dyn ReadAt>,
    /// Its place among those that were given.
    place: usize,
    settings: Option<Settings>,
    capsule: Option<Capsule>,
    root: Option<Root>,
    /// Offset and length of the pages in it.
    pages: BTreeMap<(FrameKind, u64), (u64, u64)>,
}

/// What a sidecar is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SidecarState {
    /// Its place among those that were given.
    pub place: usize,
    /// Pages that it must hold, one copy of each.
    pub pages: u64,
    /// Pages of those that are damaged in it or missing.
    pub lost: u64,
    /// Whether superblock, root and capsule are those of the archive.
    pub is_framed: bool,
}

impl SidecarState {
    /// Whether it is as it was written.
    pub fn is_whole(&self) -> bool {
        self.is_framed && self.lost == 0
    }
}

impl Sidecar {
    /// Reads where everything is; none if the medium is of another archive.
    pub(super) fn of(archive: ArchiveId, medium: Box<dyn ReadAt>, place: usize) -> Option<Self> {
        let settings = block_at(medium.as_ref(), 0).ok().map(|block| block.settings);
        if settings.as_ref().is_some_and(|settings| settings.archive != archive) {
            return None;
        }
        let size = medium.size().ok()?;
        // One that lost its start is looked through as a medium is that lost its blocks.
        let searched = if settings.is_some() { size } else { size.min(SEARCHED_BYTES) };
        let (mut capsule, mut root, mut pages) = (None, None, BTreeMap::new());
        let mut tries = 0;
        let mut scan = Scan::of(medium.as_ref(), size, Of::Archive(archive));
        while scan.at() < searched && pages.len() < PAGES_MAX {
            let Some(seen) = scan.step() else { break };
            let Some(Seen::Frame(SeenFrame { preamble, offset, .. })) = seen else { continue };
            let (kind, length) = (preamble.kind, preamble.length);
            if matches!(kind, FrameKind::Capsule | FrameKind::Root) {
                tries += 1;
                if tries > TRIES_MAX {
                    continue;
                }
            }
            match kind {
                FrameKind::Capsule if length <= CAPSULE_MAX_BYTES as u64 && capsule.is_none() => {
                    let body = body_at(medium.as_ref(), offset, length);
                    capsule = body.and_then(|body| Capsule::decode(&body).ok());
                }
                FrameKind::Root if length <= ROOT_MAX_BYTES && root.is_none() => {
                    let body = body_at(medium.as_ref(), offset, length);
                    root = body.and_then(|body| terms::decode(&body).ok());
                }
                kind if is_page(kind) => {
                    pages.entry((kind, preamble.number)).or_insert((offset, length));
                }
                _ => (),
            }
        }
        let is_own = settings.is_some() || root.is_some() || !pages.is_empty();
        is_own.then_some(Self { medium, place, settings, capsule, root, pages })
    }

    /// Its root, if it is one of an archive with these settings.
    pub(super) fn root(&self, settings: &Settings) -> Option<Root> {
        accept_root(settings, &terms::encode(self.root.as_ref()?)).ok()
    }

    pub(super) fn capsule(&self) -> Option<&Capsule> {
        self.capsule.as_ref()
    }

    /// The body of the page that a record names, if it is here and what the record says.
    fn page(&self, record: &FrameRecord) -> Option<Vec<u8>> {
        let (offset, length) = *self.pages.get(&(record.kind, record.number))?;
        let body = (length == record.length).then(|| body_at(&*self.medium, offset, length))??;
        record.check(&body).is_ok().then_some(body)
    }
}

/// The root, how many copies of it are good, and where they lie: by a trailer, by its preamble, or
/// out of a sidecar.
pub(super) fn any_root(
    settings: &Settings,
    volumes: &BTreeMap<u32, Vec<Volume>>,
    end: Option<&End>,
    sidecars: &[Sidecar],
) -> Result<(Root, u8, Vec<FrameRecord>), ArchiveError> {
    let mut beside = sidecars.iter().filter_map(|sidecar| sidecar.root(settings));
    let Some(End { roots, .. }) = end else {
        if let Some((root, roots)) = find_root(settings, volumes) {
            return Ok((root, 1, roots));
        }
        return Ok((beside.next().ok_or_else(|| endless(volumes))?, 0, Vec::new()));
    };
    match read_root(settings, volumes, roots) {
        Ok((root, copies)) => Ok((root, copies, roots.to_vec())),
        Err(error) => {
            let is_named = |root: &Root| roots[0].check(&terms::encode(root)).is_ok();
            Ok((beside.find(is_named).ok_or(error)?, 0, roots.to_vec()))
        }
    }
}

impl Set {
    /// Whether nothing on the volumes names the root: no copy of it is good, no trailer has its
    /// digest, and a sidecar alone says what it is, which proves nothing (archive-1 A42).
    pub fn root_is_beside(&self) -> bool {
        self.has_root() && self.root_copies == 0 && self.roots.is_empty()
    }

    /// The body of a page that no volume holds whole, out of a sidecar (archive-1 A42).
    pub fn read_beside(&self, record: &FrameRecord) -> Option<Vec<u8>> {
        let is_page = is_page(record.kind);
        self.sidecars.iter().filter(|_| is_page).find_map(|sidecar| sidecar.page(record))
    }

    /// Whether a sidecar holds what `record` says.
    pub fn is_beside(&self, record: &FrameRecord) -> bool {
        self.read_beside(record).is_some()
    }

    /// Compares the sidecars of this archive with its root and its index.
    ///
    /// # Errors
    ///
    /// A page of the index is lost in every copy.
    pub fn sidecars(&self) -> Result<Vec<SidecarState>, ArchiveError> {
        let root = self.root.digest();
        let mut states: Vec<_> = self.sidecars.iter().map(|it| self.begun(it, root)).collect();
        if states.is_empty() {
            return Ok(states);
        }
        // Each page has copies with records of their own, and one name.
        let mut seen = BTreeSet::new();
        for page in 0..self.index_pages() {
            let own = self.index_page_record(page).cloned();
            let records = self.index_page(page)?;
            for record in own.into_iter().chain(records).filter(|record| is_page(record.kind)) {
                if !seen.insert((record.kind, record.number)) {
                    continue;
                }
                for (sidecar, state) in self.sidecars.iter().zip(&mut states) {
                    state.pages += 1;
                    state.lost += u64::from(sidecar.page(&record).is_none());
                }
            }
        }
        Ok(states)
    }

    fn begun(&self, sidecar: &Sidecar, root: Digest) -> SidecarState {
        let is_own = sidecar.root.as_ref().is_some_and(|own| own.digest() == root);
        let on_media = self.capsules_on_media();
        let is_known = |capsule: &Capsule| {
            let mut known = on_media.iter().map(Capsule::without_index_root);
            on_media.is_empty() || known.any(|known| known == capsule.without_index_root())
        };
        let has_capsule = sidecar.capsule.as_ref().is_some_and(|capsule| {
            capsule.index_root().is_none_or(|named| named == root) && is_known(capsule)
        });
        let has_settings = sidecar.settings.as_ref() == Some(&self.settings);
        let is_framed = is_own && has_capsule && has_settings;
        SidecarState { place: sidecar.place, pages: 0, lost: 0, is_framed }
    }
}

fn body_at(medium: &dyn ReadAt, offset: u64, length: u64) -> Option<Vec<u8>> {
    let mut body = vec![0; usize::try_from(length).ok()?];
    medium.read_exact_at(&mut body, offset).ok().map(|()| body)
}

fn is_page(kind: FrameKind) -> bool {
    matches!(kind, FrameKind::Index | FrameKind::Manifest | FrameKind::Keys)
}
