//! Reading an archive with its key: entries and data keys.

use std::sync::{Mutex, PoisonError};

use keys::ArchiveKey;
use secret::Secret;

use crate::entry::{Entry, EntryKind, ManifestPage};
use crate::error::ArchiveError;
use crate::frame::FrameKind;
use crate::layout::KEYS_PER_PAGE;
use crate::page::{KeyPage, Unlocked, WRAPPED_BYTES};
use crate::record::FrameRecord;
use crate::segment::Opener;
use crate::set::Set;

/// The opened manifest and key pages of an archive.
///
/// Everything it gives out is authenticated: entries come page by page as they are asked for, and
/// a data key is unwrapped when its segment is opened and not before.
pub struct Contents<'a> {
    set: &'a Set,
    unlocked: Unlocked,
    manifest: Vec<FrameRecord>,
    keys: Vec<FrameRecord>,
    /// The key page used last: still wrapped, so no secret.
    page: Mutex<Option<(u64, KeyPage)>>,
}

impl<'a> Contents<'a> {
    pub(crate) fn new(set: &'a Set, key: &ArchiveKey) -> Result<Self, ArchiveError> {
        let unlocked = Unlocked::new(key, set.settings().archive);
        let (mut manifest, mut keys) = (Vec::new(), Vec::new());
        for page in 0..set.index_pages() {
            for record in set.index_page(page)? {
                match record.kind {
                    FrameKind::Manifest => manifest.push(record),
                    FrameKind::Keys => keys.push(record),
                    _ => (),
                }
            }
        }
        let in_order = |records: &[FrameRecord]| {
            records.iter().zip(0..).all(|(record, number)| record.number == number)
        };
        if !in_order(&manifest) || !in_order(&keys) {
            return Err(ArchiveError::Field { what: "pages are missing from the index" });
        }
        Ok(Self { set, unlocked, manifest, keys, page: Mutex::new(None) })
    }

    /// The set that was opened.
    pub fn set(&self) -> &'a Set {
        self.set
    }

    /// Number of manifest pages.
    pub fn manifest_pages(&self) -> usize {
        self.manifest.len()
    }

    /// The entries of manifest page `page`, in the order in which they were sealed.
    ///
    /// # Errors
    ///
    /// The page is damaged, or an entry contradicts itself or the root.
    pub fn manifest_page(&self, page: usize) -> Result<Vec<Entry>, ArchiveError> {
        let Some(record) = self.manifest.get(page) else { return Ok(Vec::new()) };
        let text = self.open_page(record)?;
        let entries = terms::decode::<ManifestPage>(&text)?.0;
        let content_bytes = self.set.root().content_bytes;
        for entry in &entries {
            let beyond = match entry.kind {
                EntryKind::File { position, stored, .. } => {
                    position.checked_add(stored).is_none_or(|end| end > content_bytes)
                }
                _ => false,
            };
            let fault = beyond.then_some("a file ends beyond the archive's content");
            if let Some(what) = entry.fault().or(fault) {
                return Err(ArchiveError::Field { what });
            }
        }
        Ok(entries)
    }

    /// All entries, page by page; ends after the first page that cannot be read.
    pub fn entries(&self) -> impl Iterator<Item = Result<Entry, ArchiveError>> + '_ {
        (0..self.manifest_pages()).flat_map(|page| match self.manifest_page(page) {
            Ok(entries) => entries.into_iter().map(Ok).collect(),
            Err(error) => vec![Err(error)],
        })
    }

    /// The data key of segment `segment`.
    ///
    /// # Errors
    ///
    /// Its key page is damaged, or the wrapping does not authenticate.
    pub fn data_key(&self, segment: u64) -> Result<Secret<32>, ArchiveError> {
        let number = segment / KEYS_PER_PAGE;
        let mut cached = self.page.lock().unwrap_or_else(PoisonError::into_inner);
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
        let place = usize::try_from(number).ok().and_then(|place| self.keys.get(place));
        let record = place.ok_or(ArchiveError::Field { what: "a segment has no data key" })?;
        let page: KeyPage = terms::decode(&self.open_page(record)?)?;
        match page.fault(number) {
            None => Ok(page),
            Some(what) => Err(ArchiveError::Field { what }),
        }
    }

    fn open_page(&self, record: &FrameRecord) -> Result<Vec<u8>, ArchiveError> {
        let (mut body, mut text) = (Vec::new(), Vec::new());
        self.set.read_body(record, &mut body)?;
        record.check(&body)?;
        let plain = (record.compression, record.plain_length);
        let context = self.set.context(record);
        Opener::new()?.open(context, &self.unlocked.pages, plain, &body, &mut text)?;
        Ok(text)
    }
}
