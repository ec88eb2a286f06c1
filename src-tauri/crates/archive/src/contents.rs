//! Reading an archive with its key: entries and data keys.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use keys::ArchiveKey;
use secret::Secret;

use crate::entry::{Entry, EntryKind, ManifestPage};
use crate::error::ArchiveError;
use crate::frame::FrameKind;
use crate::layout::KEYS_PER_PAGE;
use crate::order::Order;
use crate::page::{KeyPage, Unlocked, WRAPPED_BYTES};
use crate::record::FrameRecord;
use crate::segment::Opener;
use crate::set::Set;

/// Copies of pages, by the pages' number.
type Copies = BTreeMap<u64, Vec<FrameRecord>>;

/// The opened manifest and key pages of an archive.
///
/// Everything it gives out is authenticated: entries come page by page as they are asked for, and
/// a data key is unwrapped when its segment is opened and not before.
pub struct Contents<'a> {
    set: &'a Set,
    unlocked: Unlocked,
    manifest: Copies,
    keys: Copies,
    /// The key page used last: still wrapped, so no secret.
    page: Mutex<Option<(u64, KeyPage)>>,
    /// Where the manifest stands behind each page that was read.
    orders: Mutex<BTreeMap<usize, Order>>,
    manifest_pages: u64,
    content_bytes: u64,
}

impl<'a> Contents<'a> {
    /// Checks the root's MAC and finds the pages (archive-1 A13, A20); where the root is lost,
    /// pages prove themselves by opening (archive-1 A38).
    pub(crate) fn new(set: &'a Set, key: &ArchiveKey) -> Result<Self, ArchiveError> {
        let unlocked = Unlocked::new(key, set.settings().archive);
        if set.has_root() && !set.root().is_authentic(&unlocked) {
            return Err(ArchiveError::Authentication { kind: FrameKind::Root, number: 0 });
        }
        let (mut manifest, mut keys) = (Copies::new(), Copies::new());
        for page in 0..set.index_pages() {
            // Pages that only this part of the index names are missed when they are asked for.
            let Ok(records) = set.index_page(page) else { continue };
            for record in records {
                let copies = match record.kind {
                    FrameKind::Manifest => manifest.entry(record.number),
                    FrameKind::Keys => keys.entry(record.number),
                    _ => continue,
                };
                copies.or_default().push(record);
            }
        }
        for (kind, pages) in [(FrameKind::Manifest, &mut manifest), (FrameKind::Keys, &mut keys)] {
            set.found_of(kind).for_each(|it| pages.entry(it.number).or_default().push(it));
        }
        let (page, orders) = (Mutex::default(), Mutex::default());
        let (manifest_pages, content_bytes) = (set.root().manifest_pages, set.root().content_bytes);
        let mut contents =
            Self { set, unlocked, manifest, keys, page, orders, manifest_pages, content_bytes };
        if !set.has_root() {
            (contents.manifest_pages, contents.content_bytes) = contents.extent()?;
        }
        Ok(contents)
    }

    /// How many manifest pages there are at least, and bytes of content, by the last pages that
    /// open (archive-1 A38).
    fn extent(&self) -> Result<(u64, u64), ArchiveError> {
        let (mut pages, mut refused) = (None, None);
        for number in self.manifest.keys().rev().copied() {
            let text = match self.open_page(&self.manifest, FrameKind::Manifest, number) {
                Ok(text) => text,
                Err(error) => {
                    refused = refused.or(Some(error));
                    continue;
                }
            };
            let pages = *pages.get_or_insert(number + 1);
            let entries = terms::decode::<ManifestPage>(&text)?.0;
            let ends = entries.iter().filter_map(|entry| match entry.kind {
                EntryKind::File { position, stored, .. } => position.checked_add(stored),
                _ => None,
            });
            if let Some(end) = ends.max() {
                return Ok((pages, end));
            }
        }
        match (pages, refused) {
            (Some(pages), _) => Ok((pages, 0)),
            (None, Some(error)) => Err(error),
            (None, None) => Err(ArchiveError::Unrecorded { kind: FrameKind::Manifest, number: 0 }),
        }
    }

    /// The set that was opened.
    pub fn set(&self) -> &'a Set {
        self.set
    }

    /// Number of manifest pages.
    pub fn manifest_pages(&self) -> usize {
        usize::try_from(self.manifest_pages).unwrap_or(usize::MAX)
    }

    /// Bytes of text that segment `number` has.
    pub fn segment_length(&self, number: u64) -> u64 {
        let full = u64::from(self.set.settings().segment_bytes);
        self.content_bytes.saturating_sub(number.saturating_mul(full)).min(full)
    }

    /// The frame to read segment `number` from: the one that is `recorded`, or, where index or root
    /// are lost, the one found in its place that opens (archive-1 A38).
    pub fn segment(&self, number: u64, recorded: Option<FrameRecord>) -> Option<FrameRecord> {
        let mut found = self.set.found_segment(number);
        if let Some(record) = &recorded {
            let is_same = |it: &FrameRecord| it.is_as(record);
            let is_right = || self.set.read_checked(record, &mut Vec::new()).is_ok();
            if found.is_empty() || (found.iter().any(is_same) && is_right()) {
                return recorded;
            }
        }
        if found.len() == 1 && recorded.is_none() {
            return found.pop();
        }
        let opens = found.iter().position(|record| self.opens(record));
        match opens {
            Some(place) => Some(found.swap_remove(place)),
            None => recorded.or_else(|| found.into_iter().next()),
        }
    }

    /// Whether what lies there is the segment that the record names.
    fn opens(&self, record: &FrameRecord) -> bool {
        let (mut body, mut text) = (Vec::new(), Vec::new());
        let plain = (record.compression, record.plain_length);
        let opened = self.set.read_body(record, &mut body).and_then(|()| {
            let key = self.data_key(record.number)?;
            Opener::new()?.open(self.set.context(record), &key, plain, &body, &mut text)
        });
        opened.is_ok()
    }

    /// The entries of manifest page `page`, in the order in which they were sealed.
    ///
    /// Each page is also checked against the one before it if that was read; a reader that goes
    /// through all pages in order thereby knows that the manifest is whole, that no path comes
    /// twice, and that nothing lies inside a file (archive-1 A25).
    ///
    /// # Errors
    ///
    /// No copy of the page is good, or an entry contradicts itself, its neighbours or the root.
    pub fn manifest_page(&self, page: usize) -> Result<Vec<Entry>, ArchiveError> {
        if page >= self.manifest_pages() {
            return Ok(Vec::new());
        }
        let text = self.open_page(&self.manifest, FrameKind::Manifest, page as u64)?;
        let entries = terms::decode::<ManifestPage>(&text)?.0;
        if let Some(what) = entries.iter().find_map(Entry::fault) {
            return Err(ArchiveError::Field { what });
        }
        self.check_order(page, &entries)?;
        Ok(entries)
    }

    /// All entries, page by page; ends after the first page that cannot be read.
    pub fn entries(&self) -> impl Iterator<Item = Result<Entry, ArchiveError>> + '_ {
        let mut failed = false;
        let pages = (0..self.manifest_pages()).map(|page| self.manifest_page(page));
        let pages = pages.take_while(move |page| !std::mem::replace(&mut failed, page.is_err()));
        pages.flat_map(|page| match page {
            Ok(entries) => entries.into_iter().map(Ok).collect(),
            Err(error) => vec![Err(error)],
        })
    }

    /// The data key of segment `segment`.
    ///
    /// # Errors
    ///
    /// No copy of its key page is good, or the wrapping does not authenticate.
    pub fn data_key(&self, segment: u64) -> Result<Secret<32>, ArchiveError> {
        let number = segment / KEYS_PER_PAGE;
        let mut cached = locked(&self.page);
        if cached.as_ref().is_none_or(|(held, _)| *held != number) {
            *cached = Some((number, self.key_page(number)?));
        }
        let absent = ArchiveError::Field { what: "a segment has no data key" };
        let Some((_, page)) = cached.as_ref() else { return Err(absent) };
        let at = usize::try_from(segment % KEYS_PER_PAGE).unwrap_or(usize::MAX) * WRAPPED_BYTES;
        let wrapped = page.wrapped.get(at..at + WRAPPED_BYTES).ok_or(absent)?;
        self.unlocked.unwrap(wrapped, segment)
    }

    fn key_page(&self, number: u64) -> Result<KeyPage, ArchiveError> {
        let text = self.open_page(&self.keys, FrameKind::Keys, number)?;
        let page: KeyPage = terms::decode(&text)?;
        match page.fault(number) {
            None => Ok(page),
            Some(what) => Err(ArchiveError::Field { what }),
        }
    }

    fn check_order(&self, page: usize, entries: &[Entry]) -> Result<(), ArchiveError> {
        let (root, has_root) = (self.set.root(), self.set.has_root());
        let mut orders = locked(&self.orders);
        let before = page
            .checked_sub(1)
            .map_or(Some(Order::default()), |before| orders.get(&before).cloned());
        let known = before.is_some();
        let Some(first) = entries.iter().find(|entry| is_file(entry)).or(entries.first()) else {
            return Err(ArchiveError::Field { what: "a manifest page is empty" });
        };
        let mut order = before.unwrap_or_else(|| Order::unknown(first, 0));
        let fault = entries.iter().find_map(|entry| order.follow(entry));
        let beyond = order.position > root.content_bytes || order.entries > root.entries;
        // Without a root nobody knows how much there is to be.
        let beyond = beyond && has_root;
        let is_last = page + 1 == self.manifest_pages();
        let whole = order.position == root.content_bytes && order.entries == root.entries;
        let fault = fault.or((beyond || (is_last && known && has_root && !whole))
            .then_some("the manifest lists more or less content than the root counts"));
        if known {
            orders.insert(page, order);
        }
        fault.map_or(Ok(()), |what| Err(ArchiveError::Field { what }))
    }

    /// Opens the first good copy of a page.
    fn open_page(
        &self,
        pages: &Copies,
        kind: FrameKind,
        number: u64,
    ) -> Result<Vec<u8>, ArchiveError> {
        let (mut failed, mut body) = (None, Vec::new());
        let copies = pages.get(&number).map(Vec::as_slice).unwrap_or_default();
        for record in copies {
            let read = self.set.read_checked(record, &mut body);
            match read.and_then(|()| self.open_copy(record, &body)) {
                Ok(text) => return Ok(text),
                Err(error) => failed = failed.or(Some(error)),
            }
        }
        // No copy is good: perhaps a sidecar has one, or one can be mended.
        for record in copies {
            let beside = self.set.read_beside(record);
            if let Some(text) = beside.and_then(|body| self.open_copy(record, &body).ok()) {
                return Ok(text);
            }
        }
        for record in copies {
            if let Ok(text) = self.set.mend(record).and_then(|body| self.open_copy(record, &body)) {
                return Ok(text);
            }
        }
        Err(failed.unwrap_or(ArchiveError::Unrecorded { kind, number }))
    }

    fn open_copy(&self, record: &FrameRecord, body: &[u8]) -> Result<Vec<u8>, ArchiveError> {
        let mut text = Vec::new();
        let plain = (record.compression, record.plain_length);
        let context = self.set.context(record);
        Opener::new()?.open(context, &self.unlocked.pages, plain, body, &mut text)?;
        Ok(text)
    }
}

fn is_file(entry: &Entry) -> bool {
    matches!(entry.kind, EntryKind::File { .. })
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
