//! The lists of an archive, read once and kept while media come and go.

use std::collections::BTreeMap;

use archive::{FrameKind, FrameRecord, Set};

use super::KEPT_BYTES_MAX;
use super::drive::Drive;
use crate::EngineError;

/// Keeps index, list of contents and wrapped data keys; returns their bytes.
///
/// # Errors
///
/// They are more than may be kept, or a part of the index is lost.
pub(super) fn keep(drive: &Drive, set: &Set) -> Result<u64, EngineError> {
    let mut keeper = Keeper { drive, set, bytes: 0 };
    let index = (0..set.index_pages()).map(|page| set.index_page_records(page).to_vec());
    keeper.keep(index.collect())?;
    let mut pages: BTreeMap<(bool, u64), Vec<FrameRecord>> = BTreeMap::new();
    for page in 0..set.index_pages() {
        for record in set.index_page(page)? {
            if matches!(record.kind, FrameKind::Manifest | FrameKind::Keys) {
                let name = (record.kind == FrameKind::Keys, record.number);
                pages.entry(name).or_default().push(record);
            }
        }
    }
    keeper.keep(pages.into_values().collect())?;
    Ok(keeper.bytes)
}

struct Keeper<'a> {
    drive: &'a Drive,
    set: &'a Set,
    bytes: u64,
}

impl Keeper<'_> {
    /// Keeps pages, each of which has copies: first those of which one is in the drive, and then
    /// the others in the order of volumes.
    fn keep(&mut self, pages: Vec<Vec<FrameRecord>>) -> Result<(), EngineError> {
        let inside = self.drive.inside();
        let is_inside = |copy: &&FrameRecord| Some(copy.volume) == inside;
        let (mut here, mut away) = (Vec::new(), BTreeMap::<u32, Vec<_>>::new());
        for copies in pages {
            match (copies.iter().find(is_inside).cloned(), copies.first()) {
                (Some(copy), _) => here.push((copy, copies)),
                (None, Some(first)) => away.entry(first.volume).or_default().push(copies),
                (None, None) => (),
            }
        }
        here.sort_by_key(|(copy, _)| copy.offset);
        for (copy, copies) in here {
            self.keep_one(&copy, &copies)?;
        }
        for copies in away.into_values().flatten() {
            if let Some(first) = copies.first() {
                self.keep_one(first, &copies)?;
            }
        }
        Ok(())
    }

    /// Keeps a page, of which `copy` is read before the others.
    fn keep_one(&mut self, copy: &FrameRecord, copies: &[FrameRecord]) -> Result<(), EngineError> {
        self.bytes += copy.length;
        if self.bytes > KEPT_BYTES_MAX {
            return Err(EngineError::ListsTooLarge { most: KEPT_BYTES_MAX });
        }
        let mut body = Vec::new();
        let others = copies.iter().filter(|other| *other != copy);
        let mut read = std::iter::once(copy).chain(others);
        // What no copy gives is missed, and mended, where it is asked for.
        if read.any(|record| self.set.read_checked(record, &mut body).is_ok()) {
            self.drive.keep(copies.iter().map(|copy| (copy.volume, copy.offset)), &body);
        }
        Ok(())
    }
}
