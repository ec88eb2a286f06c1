//! The pipeline: one reader, workers on all cores, one writer in order.

use std::collections::BTreeMap;
use std::io::Read;
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::thread;

use archive::{
    ArchiveError, Entry, Sealed, SealedSegment, Sealer, SegmentContext, SetWriter, Settings,
    StationKey, Volumes,
};
use keys::Recipient;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use rand_core::CryptoRng;
use secret::Secret;

use super::source::{Fed, Interrupted, Opened, Sink, Taken};
use crate::EngineError;
use crate::files::FileVolumes;
use crate::observer::{Observer, Progress};
use crate::stages::{Crew, Lap, Meter, Spent, Stage};

/// A segment on its way; both buffers go round and round.
struct Job {
    context: SegmentContext,
    key: Secret<32>,
    salt: [u8; 24],
    text: Vec<u8>,
    body: Vec<u8>,
}

/// Room for a segment's text and its body.
type Buffers = (Vec<u8>, Vec<u8>);

/// What reaches the writer.
enum Item {
    Segment(Job, SealedSegment),
    /// Waking the writer for every small file would cost more than writing what it is about.
    Entries(Vec<Entry>),
    /// The reader failed: the archive must not be finished.
    Stop,
}

/// Entries that are handed to the writer at once, and how often that many may wait.
const ENTRIES_AT_ONCE: usize = 256;
const ITEMS_WAITING: usize = 16;

/// Seals everything that `source` feeds and lists it in `catalogue`; returns what was made, and
/// what the source said and where the time went.
pub(super) fn run(
    (source, catalogue): (Opened<'_>, Option<catalogue::Writer>),
    volumes: &mut FileVolumes,
    recipient: &Recipient,
    settings: Settings,
    station: Option<&StationKey>,
    rng: &mut dyn CryptoRng,
    observer: &dyn Observer,
) -> Result<(Sealed, Fed, Option<Spent>), EngineError> {
    let segment_bytes = settings.segment_bytes as usize;
    let own = volumes.own_files();
    let writer = SetWriter::new(volumes, recipient, settings, rng)?;
    let context = writer.segment_context(0);
    let workers = thread::available_parallelism().map_or(2, usize::from);
    let buffers = 2 * (workers + 1);

    let (to_workers, jobs) = sync_channel::<Job>(buffers);
    let (to_writer, items) = sync_channel::<Item>(ITEMS_WAITING);
    let (give_back, pool) = channel::<Buffers>();
    for _ in 0..buffers {
        // The receiver lives in this function, so this cannot fail.
        let _ = give_back.send((Vec::with_capacity(segment_bytes), Vec::new()));
    }
    let jobs = Mutex::new(jobs);
    let sealers = (0..workers).map(|_| Sealer::new()).collect::<Result<Vec<_>, _>>()?;
    // The writer needs salts of its own on another thread.
    let writer_rng = fork(rng);
    let meter = &Meter::new(observer, workers);

    thread::scope(|scope| {
        let ends = (items, give_back, meter.lap(Crew::Tail));
        let writing = scope.spawn(move || write(writer, ends, station, writer_rng));
        for sealer in sealers {
            let (jobs, to_writer) = (&jobs, to_writer.clone());
            scope.spawn(move || work(sealer, jobs, &to_writer, meter));
        }
        let mut reader = Reader {
            context,
            segment_bytes,
            position: 0,
            filling: None,
            entries: Vec::new(),
            pool,
            to_workers,
            to_writer,
            rng,
            meter,
            lap: meter.lap(Crew::Head),
            progress: Progress::default(),
        };
        let fed = source.feed(&mut reader, catalogue, own);
        let fed = fed.and_then(|fed| reader.hand_over_rest().map(|()| fed));
        // A reader that stopped early must not let the writer finish an archive.
        if fed.is_err() {
            let _ = reader.to_writer.send(Item::Stop);
        }
        drop(reader);
        let written = writing.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        match (fed, written) {
            (Ok(fed), Ok(sealed)) => Ok((sealed, fed, meter.spent())),
            // If the writer failed, the reader only noticed that nobody listens any more.
            (Err(EngineError::Cancelled), Err(error)) if !observer.is_cancelled() => {
                Err(error.into())
            }
            (Err(error), _) => Err(error),
            (Ok(_), Err(error)) => Err(error.into()),
        }
    })
}

fn fork(rng: &mut dyn CryptoRng) -> ChaCha20Rng {
    let mut seed = [0; 32];
    rng.fill_bytes(&mut seed);
    let forked = ChaCha20Rng::from_seed(seed);
    zeroize::Zeroize::zeroize(&mut seed);
    forked
}

/// The reading end: cuts content into segments and hands them out.
struct Reader<'a> {
    context: SegmentContext,
    segment_bytes: usize,
    position: u64,
    filling: Option<Buffers>,
    /// Entries that are not handed to the writer yet.
    entries: Vec<Entry>,
    pool: Receiver<Buffers>,
    to_workers: SyncSender<Job>,
    to_writer: SyncSender<Item>,
    rng: &'a mut dyn CryptoRng,
    meter: &'a Meter<'a>,
    lap: Lap<'a>,
    progress: Progress,
}

impl Reader<'_> {
    /// Hands out the segment being filled, if anything is in it.
    fn dispatch(&mut self) -> Result<(), EngineError> {
        let filled = self.filling.take().filter(|(text, _)| !text.is_empty());
        let Some((text, body)) = filled else { return Ok(()) };
        let number = (self.position - 1) / self.segment_bytes as u64;
        let key = Secret::from_fill(|key| self.rng.fill_bytes(key));
        let mut salt = [0; 24];
        self.rng.fill_bytes(&mut salt);
        let context = SegmentContext { number, ..self.context };
        let job = Job { context, key, salt, text, body };
        self.lap.did(Stage::Source);
        self.meter.observer().progress(self.progress);
        self.meter.tell();
        let sent = self.to_workers.send(job).map_err(|_| EngineError::Cancelled);
        self.lap.waited();
        sent
    }

    /// Hands over what is neither a whole segment nor a whole group.
    fn hand_over_rest(&mut self) -> Result<(), EngineError> {
        self.dispatch()?;
        self.hand_over_entries()
    }

    fn hand_over_entries(&mut self) -> Result<(), EngineError> {
        let entries = std::mem::take(&mut self.entries);
        self.lap.did(Stage::Source);
        let sent = self.to_writer.send(Item::Entries(entries));
        self.lap.waited();
        sent.map_err(|_| EngineError::Cancelled)
    }
}

impl Sink for Reader<'_> {
    fn content(
        &mut self,
        reader: &mut dyn Read,
        limit: u64,
        hasher: &mut blake3::Hasher,
    ) -> Result<Taken, Interrupted> {
        let (position, mut stored) = (self.position, 0);
        while stored < limit {
            self.lap.did(Stage::Source);
            let is_cancelled = self.meter.observer().is_cancelled();
            self.lap.waited();
            if is_cancelled {
                return Err(Interrupted::Engine(EngineError::Cancelled));
            }
            if self.filling.is_none() {
                let buffers = self.pool.recv();
                self.lap.waited();
                let mut buffers =
                    buffers.map_err(|_| Interrupted::Engine(EngineError::Cancelled))?;
                buffers.0.clear();
                self.filling = Some(buffers);
            }
            let Some((text, _)) = &mut self.filling else { break };
            let start = text.len();
            let room = (self.segment_bytes - start) as u64;
            let read = reader.take(room.min(limit - stored)).read_to_end(text);
            let count = read.map_err(Interrupted::Source)? as u64;
            hasher.update(&text[start..]);
            let full = text.len() == self.segment_bytes;
            stored += count;
            self.position += count;
            self.progress.bytes += count;
            if full {
                self.dispatch().map_err(Interrupted::Engine)?;
            }
            if count == 0 {
                break;
            }
        }
        // A buffer that got nothing stays for the next file.
        Ok(Taken { position, stored })
    }

    fn entry(&mut self, entry: Entry) -> Result<(), EngineError> {
        self.progress.files += 1;
        self.entries.push(entry);
        if self.entries.len() < ENTRIES_AT_ONCE { Ok(()) } else { self.hand_over_entries() }
    }
}

/// A worker: compresses and encrypts until nothing more comes.
fn work(
    mut sealer: Sealer,
    jobs: &Mutex<Receiver<Job>>,
    to_writer: &SyncSender<Item>,
    meter: &Meter<'_>,
) {
    let mut lap = meter.lap(Crew::Workers);
    loop {
        let next = match jobs.lock() {
            Ok(jobs) => jobs.recv(),
            Err(_) => return,
        };
        let Ok(mut job) = next else { return };
        lap.waited();
        let key = (&job.key, &job.salt);
        let mut compressed = || lap.did(Stage::Compress);
        let sealed =
            sealer.seal_in_steps(job.context, key, &job.text, &mut job.body, &mut compressed);
        lap.did(Stage::Encrypt);
        if to_writer.send(Item::Segment(job, sealed)).is_err() {
            return;
        }
    }
}

/// The writing end: puts segments in order, whatever order they come in.
fn write<V: Volumes>(
    mut writer: SetWriter<V>,
    (items, give_back, mut lap): (Receiver<Item>, Sender<Buffers>, Lap<'_>),
    station: Option<&StationKey>,
    mut rng: ChaCha20Rng,
) -> Result<Sealed, ArchiveError> {
    let mut waiting = BTreeMap::new();
    let mut next = 0;
    while let Ok(item) = items.recv() {
        lap.waited();
        match item {
            Item::Entries(entries) => {
                for entry in entries {
                    writer.append_entry(entry, &mut rng)?;
                }
            }
            Item::Stop => return Err(ArchiveError::NotSealed),
            Item::Segment(job, sealed) => {
                waiting.insert(job.context.number, (job, sealed));
            }
        }
        while let Some((job, sealed)) = waiting.remove(&next) {
            writer.append_segment(&sealed, &job.key, &job.body, &mut rng)?;
            // The reader may be gone already; then nobody needs the buffers.
            let _ = give_back.send((job.text, job.body));
            next += 1;
        }
        lap.did(Stage::Medium);
    }
    let sealed = writer.finish(station, &mut rng);
    lap.did(Stage::Medium);
    sealed
}
