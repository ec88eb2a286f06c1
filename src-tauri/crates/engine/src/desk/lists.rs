//! The lists of an archive, read once and kept while media come and go.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use archive::{ArchiveError, FrameKind, FrameRecord, Set};

use super::KEPT_BYTES_MAX;
use super::drive::Drive;
use crate::EngineError;

/// Keeps index, list of contents and wrapped data keys; returns their bytes.
///
/// What a sidecar has is taken from there, and then what is in the drive. Other media are asked for
/// from the last to the first: a page of the index lies behind all that it records, so each of them
/// is wanted once, and at the end those are near with which content begins.
///
/// # Errors
///
/// They are more than may be kept, or a part of the index is lost.
pub(super) fn keep(drive: &Drive, set: &Set) -> Result<u64, EngineError> {
    let mut keeper = Keeper { drive, set, bytes: 0, pages: BTreeMap::new() };
    for page in 0..set.index_pages() {
        set.index_page_records(page).iter().for_each(|record| keeper.learn(record));
    }
    let mut place = Some(Place::Sidecar);
    while let Some(from) = place {
        keeper.keep_from(from)?;
        place = keeper.next_volume().map(Place::Volume);
    }
    match keeper.pages.into_values().find_map(Page::lost_of_the_index) {
        Some(lost) => Err(lost.into()),
        None => Ok(keeper.bytes),
    }
}

/// Where a copy of a page may be.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Sidecar,
    Volume(u32),
}

/// What tells a page from others: its copies have one digest, and what has another is another page.
type Name = (FrameKind, u64, [u8; 32]);

/// A page, and what is known of its copies.
#[derive(Default)]
struct Page {
    copies: Vec<FrameRecord>,
    body: Option<Arc<[u8]>>,
    tried: BTreeSet<Place>,
    failed: Option<ArchiveError>,
}

impl Page {
    /// The copy that can be read at `place`, if that is worth a try.
    fn copy_at(&self, place: Place) -> Option<&FrameRecord> {
        let is_there = |copy: &&FrameRecord| place.is_of(copy);
        let is_wanted = self.body.is_none() && !self.tried.contains(&place);
        self.copies.iter().find(is_there).filter(|_| is_wanted)
    }

    /// Why a page of the index is not kept. What no copy gives of the other pages is missed, and
    /// mended, where it is asked for.
    fn lost_of_the_index(self) -> Option<ArchiveError> {
        let first = self.copies.first().filter(|first| first.kind == FrameKind::Index)?;
        let lost = self.body.is_none().then(|| first.damaged())?;
        Some(self.failed.unwrap_or(lost))
    }
}

impl Place {
    fn is_of(self, copy: &FrameRecord) -> bool {
        match self {
            Self::Sidecar => true,
            Self::Volume(volume) => copy.volume == volume,
        }
    }
}

struct Keeper<'a> {
    drive: &'a Drive,
    set: &'a Set,
    bytes: u64,
    pages: BTreeMap<Name, Page>,
}

impl Keeper<'_> {
    /// Takes note of a copy of a page.
    fn learn(&mut self, record: &FrameRecord) {
        let name = (record.kind, record.number, *record.digest.as_bytes());
        let page = self.pages.entry(name).or_default();
        if let Some(body) = &page.body {
            self.drive.keep(record, body);
        }
        page.copies.push(record.clone());
    }

    /// Keeps what is to be had at `place`, also of what becomes known on the way.
    fn keep_from(&mut self, place: Place) -> Result<(), EngineError> {
        loop {
            let pages = self.pages.iter();
            let copies = pages.filter_map(|(name, page)| Some((*name, page.copy_at(place)?)));
            let mut copies: Vec<_> = copies.map(|(name, copy)| (name, copy.clone())).collect();
            if copies.is_empty() {
                return Ok(());
            }
            copies.sort_by_key(|(_, copy)| (copy.volume, copy.offset));
            for (name, copy) in copies {
                self.keep_one(place, name, &copy)?;
            }
        }
    }

    fn keep_one(
        &mut self,
        place: Place,
        name: Name,
        copy: &FrameRecord,
    ) -> Result<(), EngineError> {
        let Some(page) = self.pages.get_mut(&name) else { return Ok(()) };
        page.tried.insert(place);
        let mut body = Vec::new();
        let read = match place {
            Place::Volume(_) => self.set.read_checked(copy, &mut body),
            Place::Sidecar => match self.set.read_beside(copy) {
                Some(beside) => {
                    body = beside;
                    Ok(())
                }
                None => Err(copy.damaged()),
            },
        };
        if let Err(error) = read {
            page.failed = Some(error);
            return Ok(());
        }
        self.bytes += copy.length;
        if self.bytes > KEPT_BYTES_MAX {
            return Err(EngineError::ListsTooLarge { most: KEPT_BYTES_MAX });
        }
        let body: Arc<[u8]> = body.into();
        page.copies.iter().for_each(|copy| self.drive.keep(copy, &body));
        page.body = Some(body);
        if copy.kind == FrameKind::Index {
            for record in self.set.index_page(usize::try_from(copy.number).unwrap_or(usize::MAX))? {
                if matches!(record.kind, FrameKind::Manifest | FrameKind::Keys) {
                    self.learn(&record);
                }
            }
        }
        Ok(())
    }

    /// The volume from which something may still be had: the one in the drive, or else the last.
    fn next_volume(&self) -> Option<u32> {
        let has = |volume: u32| {
            self.pages.values().any(|page| page.copy_at(Place::Volume(volume)).is_some())
        };
        let inside = self.drive.inside().filter(|volume| has(*volume));
        let copies = self.pages.values().flat_map(|page| {
            page.copies.iter().filter(|copy| page.copy_at(Place::Volume(copy.volume)).is_some())
        });
        inside.or_else(|| copies.map(|copy| copy.volume).max())
    }
}
