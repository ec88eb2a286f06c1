//! Opened segments, in order: read, checked, decrypted and decompressed on all cores.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::ops::Range;
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread::{self, Scope};

use archive::{ArchiveError, Contents, FrameKind, FrameRecord, Opener};

use crate::EngineError;
use crate::observer::{Health, Observer};
use crate::reading::Patience;
use crate::stages::{Crew, Lap, Meter, Stage};

/// An opened segment.
pub(crate) struct Piece {
    pub(crate) number: u64,
    pub(crate) text: Vec<u8>,
    /// Whether it was worked out of the parity.
    pub(super) is_mended: bool,
    /// Whether it was not read: it waits for the second pass, and has no text.
    pub(super) is_left_out: bool,
    /// Ranges of the text that are lost, and why.
    pub(crate) lost: Vec<Range<u64>>,
    pub(crate) cause: Option<String>,
}

/// How often a page of the index is read before its segments count as lost.
const PAGE_TRIES: usize = 3;

/// How many threads open segments: one for each core.
pub fn workers() -> usize {
    thread::available_parallelism().map_or(2, usize::from)
}

impl Piece {
    pub(super) fn health(&self) -> Health {
        match (self.lost.is_empty(), self.is_mended) {
            (true, false) => Health::Good,
            (true, true) => Health::Mended,
            (false, _) => Health::Damaged,
        }
    }
}

/// A segment to be opened, with the buffer it goes into.
struct Wanted {
    number: u64,
    record: Option<FrameRecord>,
    text: Vec<u8>,
    /// Dropped as soon as it was read.
    reading: Reading,
}

/// Held by whoever still reads of a volume.
type Reading = Sender<Infallible>;

/// What volume is read. Where one is asked for after the other, all of one is read before anything
/// of the next: otherwise a slow thread would have the one before it put in again.
struct Border {
    is_watched: bool,
    volume: Option<u32>,
    reading: Reading,
    read: Receiver<Infallible>,
}

impl Border {
    fn of(contents: &Contents<'_>) -> Self {
        let (reading, read) = channel();
        Self { is_watched: contents.set().has_promises(), volume: None, reading, read }
    }

    /// Waits, if `record` lies in another volume, until all was read that was asked for.
    fn pass(&mut self, record: Option<&FrameRecord>) -> Reading {
        let volume = record.map(|record| record.volume).or(self.volume);
        if self.is_watched && volume != self.volume {
            let read;
            (self.reading, read) = channel();
            // Nothing is sent: this fails when the last one who reads has let go.
            let _ = std::mem::replace(&mut self.read, read).recv();
        }
        self.volume = volume;
        self.reading.clone()
    }
}

/// Opened segments in order.
pub(crate) struct Stream {
    arriving: Receiver<Piece>,
    give_back: Sender<Vec<u8>>,
    /// How many buffers there are.
    buffers: usize,
    waiting: BTreeMap<u64, Piece>,
    current: Option<Piece>,
    mended: u64,
}

impl Stream {
    /// Starts opening every segment that `feed` asks for, in threads of `scope`.
    ///
    /// `feed` gets a function that takes the next number, ascending and each once, and says whether
    /// anybody is still waiting for it.
    pub(crate) fn start<'scope, 'env: 'scope, F>(
        scope: &'scope Scope<'scope, 'env>,
        contents: &'env Contents<'env>,
        (meter, patience): (&'env Meter<'env>, Option<&'env Patience>),
        feed: F,
    ) -> Result<Self, EngineError>
    where
        F: FnOnce(&mut dyn FnMut(u64) -> bool) + Send + 'scope,
    {
        let workers = workers();
        let buffers = 2 * (workers + 1);
        let (to_openers, wanted) = sync_channel::<Wanted>(buffers);
        let (to_writer, arriving) = sync_channel(buffers);
        let (give_back, pool) = channel();
        for _ in 0..buffers {
            // The receiver lives in this function, so this cannot fail.
            let _ = give_back.send(Vec::new());
        }
        let openers = (0..workers).map(|_| Opener::new()).collect::<Result<Vec<_>, _>>()?;
        let wanted = Arc::new(Mutex::new(wanted));
        for opener in openers {
            let (wanted, to_writer) = (wanted.clone(), to_writer.clone());
            scope.spawn(move || {
                let hands = (opener, meter.lap(Crew::Workers), patience);
                open(contents, hands, &wanted, &to_writer, meter.observer());
            });
        }
        scope.spawn(move || {
            let (mut index, mut border) = (Index::of(contents), Border::of(contents));
            feed(&mut |number| {
                let Ok(text) = pool.recv() else { return false };
                let record = index.segment(number);
                let reading = border.pass(record.as_ref());
                to_openers.send(Wanted { number, record, text, reading }).is_ok()
            });
        });
        let (waiting, current, mended) = (BTreeMap::new(), None, 0);
        Ok(Self { arriving, give_back, buffers, waiting, current, mended })
    }

    /// The segment `number`, which is the one in hand or one asked for after it.
    ///
    /// Segments before it that nobody took are passed over. What the caller did since its `lap` was
    /// noted last counts as writing.
    pub(crate) fn piece(&mut self, number: u64, lap: &mut Lap<'_>) -> Result<&Piece, EngineError> {
        if self.current.as_ref().is_none_or(|piece| piece.number != number) {
            let done = self.current.take();
            let later = self.waiting.split_off(&number);
            let passed = std::mem::replace(&mut self.waiting, later);
            done.into_iter().chain(passed.into_values()).for_each(|piece| self.give_back(piece));
            while !self.waiting.contains_key(&number) {
                // With every buffer behind it, it was not asked for: the lists changed meanwhile.
                if self.waiting.len() == self.buffers {
                    return Err(EngineError::StalePlan);
                }
                lap.did(Stage::Target);
                let piece = self.arriving.recv().map_err(|_| EngineError::StalePlan)?;
                lap.waited();
                self.mended += u64::from(piece.is_mended);
                if piece.number < number {
                    self.give_back(piece);
                } else {
                    self.waiting.insert(piece.number, piece);
                }
            }
            self.current = self.waiting.remove(&number);
        }
        self.current.as_ref().ok_or(EngineError::StalePlan)
    }

    /// How many segments were worked out of the parity so far.
    pub(crate) fn mended(&self) -> u64 {
        self.mended
    }

    fn give_back(&self, piece: Piece) {
        // The feeder may be done; then nobody needs the buffer.
        let _ = self.give_back.send(piece.text);
    }
}

/// The index page in use.
pub(super) struct Index<'a> {
    contents: &'a Contents<'a>,
    page: Option<usize>,
    records: BTreeMap<u64, FrameRecord>,
}

impl<'a> Index<'a> {
    pub(super) fn of(contents: &'a Contents<'a>) -> Self {
        Self { contents, page: None, records: BTreeMap::new() }
    }

    pub(super) fn segment(&mut self, number: u64) -> Option<FrameRecord> {
        let set = self.contents.set();
        let page = set.index_page_of(number);
        if self.page != Some(page) {
            // A page that fails takes a thousand segments with it: a medium may give it later.
            let records = (0..PAGE_TRIES).find_map(|_| set.index_page(page).ok());
            let records = records.unwrap_or_default();
            let segments = records.into_iter().filter(|record| record.kind == FrameKind::Segment);
            self.records = segments.map(|record| (record.number, record)).collect();
            self.page = Some(page);
        }
        self.contents.segment(number, self.records.get(&number).cloned())
    }
}

/// Opens segments until no more are wanted.
fn open(
    contents: &Contents<'_>,
    (mut opener, mut lap, patience): (Opener, Lap<'_>, Option<&Patience>),
    wanted: &Mutex<Receiver<Wanted>>,
    pieces: &SyncSender<Piece>,
    observer: &dyn Observer,
) {
    let mut body = Vec::new();
    loop {
        let next = match wanted.lock() {
            Ok(wanted) => wanted.recv(),
            Err(_) => return,
        };
        let Ok(next) = next else { return };
        lap.waited();
        let piece = piece(contents, next, (&mut opener, &mut lap, patience), &mut body);
        lap.did(Stage::Decompress);
        if !piece.is_left_out {
            observer.segment(piece.number, piece.health());
        }
        if pieces.send(piece).is_err() {
            return;
        }
    }
}

fn piece(
    contents: &Contents<'_>,
    wanted: Wanted,
    (opener, lap, patience): (&mut Opener, &mut Lap<'_>, Option<&Patience>),
    body: &mut Vec<u8>,
) -> Piece {
    let Wanted { number, record, text, reading } = wanted;
    let Some(record) = record else {
        return lost(contents, number, text, "the index has no such segment");
    };
    let set = contents.set();
    if patience.is_some_and(|patience| patience.skips(&record)) {
        return left_out(number, text);
    }
    let read = set.read_body(&record, body);
    let took = lap.read(body.len());
    match (patience, &read) {
        (Some(patience), Err(ArchiveError::Io(_))) => {
            patience.failed(&record);
            return left_out(number, text);
        }
        (Some(patience), Ok(())) => patience.worked(&record, took),
        _ => (),
    }
    drop(reading);
    let read = read.and_then(|()| record.check(body));
    lap.did(Stage::Decrypt);
    // What mends it may lie on a medium that nobody should have to put in for that now.
    if read.is_err() && patience.is_some() && set.has_promises() && set.has_parity() {
        return left_out(number, text);
    }
    let read = mended(contents, &record, read, body);
    if read.1 {
        // Nearly all of it is reading what lies around the segment.
        lap.did(Stage::Medium);
    }
    opened(contents, (record, text), read, (opener, body), &mut || lap.did(Stage::Decrypt))
}

/// A segment that was left out, read again with patience, and at last out of the parity.
pub(super) fn piece_again(
    contents: &Contents<'_>,
    (number, record, text): (u64, Option<FrameRecord>, Vec<u8>),
    (opener, body): (&mut Opener, &mut Vec<u8>),
    patience: &Patience,
) -> Piece {
    let Some(record) = record else {
        return lost(contents, number, text, "the index has no such segment");
    };
    let set = contents.set();
    // What was read and is damaged is not read again before the parity: another medium is in.
    let is_damaged = set.has_promises() && !patience.is_unread(&record);
    let first = if is_damaged { Err(record.damaged()) } else { patience.again(set, &record, body) };
    let mut read = mended(contents, &record, first, body);
    if is_damaged && read.0.is_err() {
        read.0 = set.read_checked(&record, body);
    } else if read.1 {
        patience.mended();
    }
    opened(contents, (record, text), read, (opener, body), &mut || ())
}

/// What was read, or if that is not right what the parity gives, and whether it had to.
fn mended(
    contents: &Contents<'_>,
    record: &FrameRecord,
    read: Result<(), ArchiveError>,
    body: &mut Vec<u8>,
) -> (Result<(), ArchiveError>, bool) {
    match read.as_ref().err().and_then(|_| contents.set().mend(record).ok()) {
        Some(mended) => {
            *body = mended;
            (Ok(()), true)
        }
        None => (read, false),
    }
}

/// Opens what was read, or saves of it what can be saved.
fn opened(
    contents: &Contents<'_>,
    (record, mut text): (FrameRecord, Vec<u8>),
    (read, is_mended): (Result<(), ArchiveError>, bool),
    (opener, body): (&mut Opener, &mut Vec<u8>),
    decrypted: &mut dyn FnMut(),
) -> Piece {
    let (number, is_left_out) = (record.number, false);
    let plain = (record.compression, record.plain_length);
    let context = contents.set().context(&record);
    let key = match contents.data_key(number) {
        Ok(key) => key,
        Err(error) => return lost(contents, number, text, &error.to_string()),
    };
    match read {
        Ok(()) => match opener.open_in_steps(context, &key, plain, body, &mut text, decrypted) {
            Ok(()) if (text.len() as u64) < contents.segment_length(number) => {
                lost(contents, number, text, "the segment is shorter than the archive's segments")
            }
            Ok(()) => Piece { number, text, is_mended, is_left_out, lost: Vec::new(), cause: None },
            // Nothing else says whether what was found by its preamble is damaged.
            Err(error) if record.is_hint() => {
                if !is_mended && let Ok(mut mended) = contents.set().mend(&record) {
                    let hands = (opener, &mut mended);
                    return opened(contents, (record, text), (Ok(()), true), hands, decrypted);
                }
                let salvaged = opener.salvage(context, &key, plain, body, &mut text).lost;
                if (text.len() as u64) < contents.segment_length(number) {
                    return lost(contents, number, text, &error.to_string());
                }
                let cause = Some(error.to_string());
                Piece { number, text, is_mended, is_left_out, lost: salvaged, cause }
            }
            Err(error) => lost(contents, number, text, &error.to_string()),
        },
        Err(error @ (ArchiveError::Damaged { .. } | ArchiveError::Io(_)))
            if body.len() as u64 == record.length =>
        {
            let lost = opener.salvage(context, &key, plain, body, &mut text).lost;
            let cause = Some(error.to_string());
            Piece { number, text, is_mended, is_left_out, lost, cause }
        }
        Err(error) => lost(contents, number, text, &error.to_string()),
    }
}

/// A segment that waits for the second pass.
fn left_out(number: u64, text: Vec<u8>) -> Piece {
    let (is_mended, is_left_out) = (false, true);
    Piece { number, text, is_mended, is_left_out, lost: Vec::new(), cause: None }
}

/// A segment of which nothing is left: zeros, all of them lost.
fn lost(contents: &Contents<'_>, number: u64, mut text: Vec<u8>, cause: &str) -> Piece {
    let length = contents.segment_length(number);
    text.clear();
    text.resize(usize::try_from(length).unwrap_or(0), 0);
    let all = std::iter::once(0..length).collect();
    let (is_mended, is_left_out, cause) = (false, false, Some(cause.to_owned()));
    Piece { number, text, is_mended, is_left_out, lost: all, cause }
}
