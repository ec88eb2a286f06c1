//! The index: pages of records, each page in copies.

use super::Set;
use crate::error::ArchiveError;
use crate::frame::FrameKind;
use crate::layout::BLOCK_BYTES;
use crate::merkle::Merkle;
use crate::places::{Others, Places};
use crate::record::{FrameRecord, IndexPage};

impl Set {
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
        let further = self.found.as_ref().and_then(|found| found.further_pages.get(&page));
        let Some(page) = self.root.pages.get(page) else { return Ok(Vec::new()) };
        let (mut body, mut failed) = (Vec::new(), None);
        for record in page.copies.iter().chain(further.into_iter().flatten()) {
            let read = self.read_checked(record, &mut body).or_else(|error| {
                let other = self.read_beside(record).or_else(|| self.rebuilt_page(record));
                body = other.ok_or(error)?;
                Ok(())
            });
            match read {
                Ok(()) => {
                    let index: IndexPage = terms::decode(&body)?;
                    let full = self.settings.segment_bytes;
                    let fault = if self.has_root() {
                        index.fault(page.first_segment, full, &self.root)
                    } else {
                        index.own_fault()
                    };
                    return fault.map_or(Ok(index.0), |what| Err(field(what)));
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

    /// The Merkle root over all records is the one in the root (archive-1 A21), and the frames lie
    /// as a writer can have written them (archive-1 A41).
    ///
    /// # Errors
    ///
    /// An index page is damaged, the records are others, or they cannot be.
    pub fn check_index(&self) -> Result<(), ArchiveError> {
        let (mut merkle, mut places, mut frames) = (Merkle::default(), Places::default(), 0);
        let pages = self.root.pages.iter().flat_map(|page| &page.copies);
        let mut others = Others::new(pages.chain(&self.roots)).map_err(field)?;
        let mut segments = 0;
        for page in 0..self.index_pages() {
            let begins = self.root.pages.get(page).map(|page| page.first_segment);
            if begins.is_some_and(|first| first != segments) {
                return Err(field("a page of the index begins with another segment"));
            }
            for record in self.index_page(page)? {
                merkle.push(&terms::encode(&record));
                frames += 1;
                segments += u64::from(record.kind == FrameKind::Segment);
                let fault = places.follow(&record).or_else(|| others.fault(&record));
                if let Some(what) = fault.or_else(|| self.beyond(&record)) {
                    return Err(field(what));
                }
            }
        }
        let root = &self.root;
        let own = (frames, segments, merkle.root());
        if own == (root.frames, root.segments, root.merkle_root) {
            return Ok(());
        }
        Err(field("the index does not belong to its root"))
    }

    /// Whether a frame reaches behind what a volume can hold, where that is known.
    fn beyond(&self, record: &FrameRecord) -> Option<&'static str> {
        let copies = self.volumes.get(&record.volume)?;
        let whole = copies.iter().find(|copy| copy.whole)?;
        let room = whole.size.saturating_sub(BLOCK_BYTES as u64);
        (record.offset + record.length > room).then_some("a frame lies outside of its volume")
    }
}

fn field(what: &'static str) -> ArchiveError {
    ArchiveError::Field { what }
}
