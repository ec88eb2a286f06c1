//! Segments on their way from the medium to the writer.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, SyncSender};

use archive::{ArchiveError, Contents, EntryKind, FrameKind, FrameRecord, Opener};

use super::{RestoreOptions, Survey};

/// An opened segment.
pub(super) struct Piece {
    pub(super) number: u64,
    pub(super) text: Vec<u8>,
    /// Ranges of the text that are lost, and why.
    pub(super) lost: Vec<Range<u64>>,
    pub(super) cause: Option<String>,
}

/// A segment to be opened, with buffers that go round.
pub(super) struct Wanted {
    number: u64,
    record: Option<FrameRecord>,
    text: Vec<u8>,
}

/// Walks the manifest and asks for every segment that a selected file needs, once, in order.
pub(super) fn feed(
    contents: &Contents<'_>,
    options: &RestoreOptions<'_>,
    survey: &Survey,
    pool: &Receiver<Vec<u8>>,
    wanted: &SyncSender<Wanted>,
) {
    let segment_bytes = u64::from(contents.set().settings().segment_bytes);
    let mut index = Index { contents, page: None, records: BTreeMap::new() };
    let (mut number, mut next) = (0, 0);
    for page in 0..contents.manifest_pages() {
        for entry in contents.manifest_page(page).unwrap_or_default() {
            let skipped = survey.kept.contains(&number) || !options.selection.has(&entry.path);
            number += 1;
            let EntryKind::File { position, stored, .. } = entry.kind else { continue };
            if skipped || stored == 0 {
                continue;
            }
            let first = (position / segment_bytes).max(next);
            for segment in first..=(position + stored - 1) / segment_bytes {
                let Ok(text) = pool.recv() else { return };
                let record = index.segment(segment);
                if wanted.send(Wanted { number: segment, record, text }).is_err() {
                    return;
                }
                next = segment + 1;
            }
        }
    }
}

/// The index page in use.
struct Index<'a> {
    contents: &'a Contents<'a>,
    page: Option<usize>,
    records: BTreeMap<u64, FrameRecord>,
}

impl Index<'_> {
    fn segment(&mut self, number: u64) -> Option<FrameRecord> {
        let set = self.contents.set();
        let page = set.index_page_of(number);
        if self.page != Some(page) {
            let records = set.index_page(page).unwrap_or_default();
            let segments = records.into_iter().filter(|record| record.kind == FrameKind::Segment);
            self.records = segments.map(|record| (record.number, record)).collect();
            self.page = Some(page);
        }
        self.records.get(&number).cloned()
    }
}

/// Opens segments until no more are wanted.
pub(super) fn open(
    contents: &Contents<'_>,
    wanted: &Mutex<Receiver<Wanted>>,
    pieces: &SyncSender<Piece>,
) {
    let Ok(mut opener) = Opener::new() else { return };
    let mut body = Vec::new();
    loop {
        let next = match wanted.lock() {
            Ok(wanted) => wanted.recv(),
            Err(_) => return,
        };
        let Ok(next) = next else { return };
        if pieces.send(piece(contents, next, &mut opener, &mut body)).is_err() {
            return;
        }
    }
}

fn piece(
    contents: &Contents<'_>,
    wanted: Wanted,
    opener: &mut Opener,
    body: &mut Vec<u8>,
) -> Piece {
    let Wanted { number, record, mut text } = wanted;
    let Some(record) = record else {
        return lost(contents, number, text, "the index has no such segment");
    };
    let plain = (record.compression, record.plain_length);
    let context = contents.set().context(&record);
    let key = match contents.data_key(number) {
        Ok(key) => key,
        Err(error) => return lost(contents, number, text, &error.to_string()),
    };
    match contents.set().read_body(&record, body).and_then(|()| record.check(body)) {
        Ok(()) => match opener.open(context, &key, plain, body, &mut text) {
            Ok(()) => Piece { number, text, lost: Vec::new(), cause: None },
            Err(error) => lost(contents, number, text, &error.to_string()),
        },
        Err(error @ ArchiveError::Damaged { .. }) if body.len() as u64 == record.length => {
            let salvaged = opener.salvage(context, &key, plain, body, &mut text);
            Piece { number, text, lost: salvaged.lost, cause: Some(error.to_string()) }
        }
        Err(error) => lost(contents, number, text, &error.to_string()),
    }
}

/// A segment of which nothing is left: zeros, all of them lost.
fn lost(contents: &Contents<'_>, number: u64, mut text: Vec<u8>, cause: &str) -> Piece {
    let segment_bytes = u64::from(contents.set().settings().segment_bytes);
    let rest = contents.set().root().content_bytes.saturating_sub(number * segment_bytes);
    let length = rest.min(segment_bytes);
    text.clear();
    text.resize(usize::try_from(length).unwrap_or(0), 0);
    let all = std::iter::once(0..length).collect();
    Piece { number, text, lost: all, cause: Some(cause.to_owned()) }
}
