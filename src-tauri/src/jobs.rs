//! Long work: it has a number, tells how far it is, rests and stops when asked to.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use engine::observer::{Health, Observer, Phase, Progress};
use engine::pace::Pace;
use engine::stages::Stage;
use serde::Serialize;
use tauri::ipc::Channel;

use crate::desk::lock;
use crate::ipc::refusal::Refusal;

/// How often the page hears of progress.
const EVERY: Duration = Duration::from_millis(150);

/// How long a job will still take, by its quickest and its slowest guess.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(specta::Type))]
pub(crate) struct TimeLeft {
    /// The shortest, in seconds.
    #[cfg_attr(test, specta(type = u32))]
    pub(crate) shortest_s: u64,
    /// The longest, in seconds.
    #[cfg_attr(test, specta(type = u32))]
    pub(crate) longest_s: u64,
}

/// What limits a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(specta::Type))]
pub(crate) enum Limit {
    /// Reading the media, or writing them where an archive is sealed.
    Medium,
    /// Decrypting, and comparing digests.
    Decrypt,
    /// Decompressing.
    Decompress,
    /// Writing what is restored.
    Target,
    /// Reading what is sealed.
    Source,
    /// Compressing.
    Compress,
    /// Encrypting.
    Encrypt,
    /// Comparing digests, where nothing is decrypted.
    Check,
}

impl From<Stage> for Limit {
    fn from(stage: Stage) -> Self {
        match stage {
            Stage::Medium => Self::Medium,
            Stage::Decrypt => Self::Decrypt,
            Stage::Decompress => Self::Decompress,
            Stage::Target => Self::Target,
            Stage::Source => Self::Source,
            Stage::Compress => Self::Compress,
            Stage::Encrypt => Self::Encrypt,
            Stage::Check => Self::Check,
        }
    }
}

/// What a job is doing; bytes and files are counted anew in each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(specta::Type))]
pub(crate) enum JobPhase {
    /// What it was begun for.
    Working,
    /// Waiting until all that was written is on the medium.
    Syncing,
    /// Reading again what was written.
    Rereading,
}

/// How far a job is.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(specta::Type))]
pub(crate) struct Tick {
    /// What it is doing.
    pub(crate) phase: JobPhase,
    /// Bytes that went through.
    #[cfg_attr(test, specta(type = u32))]
    pub(crate) bytes: u64,
    /// Files that are finished.
    #[cfg_attr(test, specta(type = u32))]
    pub(crate) files: u64,
    /// Time since it began, rests left out.
    #[cfg_attr(test, specta(type = u32))]
    pub(crate) elapsed_ms: u64,
    /// Time that is left, as far as anybody can tell.
    pub(crate) left: Option<TimeLeft>,
    /// What limited it in the last second or so; none if nothing clearly did.
    pub(crate) limit: Option<Limit>,
    /// Segments read since the last tick that are whole.
    #[cfg_attr(test, specta(type = Vec<u32>))]
    pub(crate) good: Vec<u64>,
    /// Segments read since the last tick that were worked out of the parity.
    #[cfg_attr(test, specta(type = Vec<u32>))]
    pub(crate) mended: Vec<u64>,
    /// Segments read since the last tick that are damaged.
    #[cfg_attr(test, specta(type = Vec<u32>))]
    pub(crate) damaged: Vec<u64>,
    /// Whether it rests.
    pub(crate) is_resting: bool,
}

/// What a job tells the page.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "is", rename_all = "camelCase")]
#[cfg_attr(test, derive(specta::Type))]
pub(crate) enum JobEvent<T> {
    /// How far it is.
    Tick {
        /// The tick.
        tick: Tick,
    },
    /// It is done.
    Done {
        /// What came of it.
        result: T,
    },
    /// It failed.
    Failed {
        /// Why.
        refusal: Refusal,
    },
}

/// All jobs that run.
#[derive(Default)]
pub(crate) struct Jobs {
    last: AtomicU64,
    running: Arc<Mutex<BTreeMap<u32, Arc<Watch>>>>,
}

impl Jobs {
    /// Runs `work` in a thread of its own and tells the page of it; returns its number.
    ///
    /// The job goes on when the page no longer listens.
    pub(crate) fn start<T, F>(&self, channel: Channel<JobEvent<T>>, work: F) -> u32
    where
        T: Serialize + Clone + Send + Sync + 'static,
        F: FnOnce(&Watch) -> Result<T, Refusal> + Send + 'static,
    {
        let id = u32::try_from(self.last.fetch_add(1, Ordering::Relaxed) + 1).unwrap_or(u32::MAX);
        let ticks = channel.clone();
        // A page that is gone hears nothing; the work goes on.
        let tell = move |tick| drop(ticks.send(JobEvent::Tick { tick }));
        let watch = Arc::new(Watch::new(Box::new(tell)));
        lock(&self.running).insert(id, Arc::clone(&watch));
        let running = Arc::clone(&self.running);
        std::thread::spawn(move || {
            let done = work(&watch);
            watch.flush();
            let event = match done {
                Ok(result) => JobEvent::Done { result },
                Err(refusal) => JobEvent::Failed { refusal },
            };
            let _ = channel.send(event);
            lock(&running).remove(&id);
        });
        id
    }

    /// Lets a job rest or go on.
    pub(crate) fn rest(&self, id: u32, rests: bool) {
        if let Some(watch) = lock(&self.running).get(&id) {
            watch.rest(rests);
        }
    }

    /// Asks a job to stop at its next safe point.
    pub(crate) fn stop(&self, id: u32) {
        if let Some(watch) = lock(&self.running).get(&id) {
            watch.stop();
        }
    }
}

/// Watches one piece of work, and makes it rest or stop.
pub(crate) struct Watch {
    tell: Box<dyn Fn(Tick) + Send + Sync>,
    /// Where its clock begins.
    zero: Instant,
    state: Mutex<State>,
    wakes: Condvar,
    stops: AtomicBool,
}

struct State {
    limit: Option<Limit>,
    began: Instant,
    rested: Duration,
    rests: bool,
    told: Instant,
    last: Progress,
    phase: JobPhase,
    /// When that began of which it is known how much there is to do, and how it goes.
    pace: Option<(Duration, Pace)>,
    good: Vec<u64>,
    mended: Vec<u64>,
    damaged: Vec<u64>,
}

impl Watch {
    /// Begins to watch; `tell` hears of progress a few times a second.
    pub(crate) fn new(tell: Box<dyn Fn(Tick) + Send + Sync>) -> Self {
        let now = Instant::now();
        let state = State {
            limit: None,
            began: now,
            rested: Duration::ZERO,
            rests: false,
            told: now,
            last: Progress::default(),
            phase: JobPhase::Working,
            pace: None,
            good: Vec::new(),
            mended: Vec::new(),
            damaged: Vec::new(),
        };
        let (wakes, stops) = (Condvar::new(), AtomicBool::new(false));
        Self { tell, zero: now, state: Mutex::new(state), wakes, stops }
    }

    /// Lets the work rest at its next safe point, or go on.
    pub(crate) fn rest(&self, rests: bool) {
        lock(&self.state).rests = rests;
        self.wakes.notify_all();
        self.flush();
    }

    /// Asks the work to stop at its next safe point.
    pub(crate) fn stop(&self) {
        self.stops.store(true, Ordering::Relaxed);
        self.rest(false);
    }

    /// Counts from now on: the work begins long after somebody began to look on.
    pub(crate) fn begin(&self) {
        let mut state = lock(&self.state);
        (state.began, state.rested) = (Instant::now(), Duration::ZERO);
        (state.last, state.pace, state.limit) = (Progress::default(), None, None);
        state.phase = JobPhase::Working;
    }

    /// Whether the work rests.
    pub(crate) fn is_resting(&self) -> bool {
        lock(&self.state).rests
    }

    /// Lets the work go on that was asked to stop, when it is begun again.
    pub(crate) fn go_on(&self) {
        self.stops.store(false, Ordering::Relaxed);
    }

    /// Tells what was not told yet.
    pub(crate) fn flush(&self) {
        let mut state = lock(&self.state);
        self.tell(&mut state);
    }

    fn tell(&self, state: &mut State) {
        state.told = Instant::now();
        let elapsed = state.began.elapsed().saturating_sub(state.rested);
        let left =
            state.pace.as_ref().and_then(|(_, pace)| pace.left()).map(|(shortest, longest)| {
                TimeLeft { shortest_s: shortest.as_secs(), longest_s: longest.as_secs() }
            });
        (self.tell)(Tick {
            phase: state.phase,
            bytes: state.last.bytes,
            files: state.last.files,
            elapsed_ms: u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX),
            left,
            limit: state.limit,
            good: std::mem::take(&mut state.good),
            mended: std::mem::take(&mut state.mended),
            damaged: std::mem::take(&mut state.damaged),
            is_resting: state.rests,
        });
    }
}

impl Observer for Watch {
    fn progress(&self, progress: Progress) {
        let mut state = lock(&self.state);
        state.last = progress;
        let elapsed = state.began.elapsed().saturating_sub(state.rested);
        if let Some((begun, pace)) = &mut state.pace {
            pace.hear(elapsed.saturating_sub(*begun), progress);
        }
        if state.told.elapsed() >= EVERY {
            self.tell(&mut state);
        }
    }

    fn expect(&self, total: Progress) {
        let mut state = lock(&self.state);
        let elapsed = state.began.elapsed().saturating_sub(state.rested);
        state.pace = Some((elapsed, Pace::new(total)));
    }

    fn clock(&self) -> Option<Duration> {
        Some(self.zero.elapsed())
    }

    fn limit(&self, stage: Option<Stage>) {
        lock(&self.state).limit = stage.map(Limit::from);
    }

    fn phase(&self, phase: Phase) {
        let mut state = lock(&self.state);
        (state.pace, state.limit) = (None, None);
        state.last = Progress::default();
        state.phase = match phase {
            Phase::Syncing => JobPhase::Syncing,
            Phase::Rereading => JobPhase::Rereading,
        };
        self.tell(&mut state);
    }

    fn segment(&self, number: u64, health: Health) {
        let mut state = lock(&self.state);
        match health {
            Health::Good => state.good.push(number),
            Health::Mended => state.mended.push(number),
            Health::Damaged => state.damaged.push(number),
        }
    }

    fn is_cancelled(&self) -> bool {
        let mut state = lock(&self.state);
        let paused = Instant::now();
        while state.rests && !self.stops.load(Ordering::Relaxed) {
            state = self.wakes.wait(state).unwrap_or_else(std::sync::PoisonError::into_inner);
        }
        if paused.elapsed() > EVERY {
            state.rested += paused.elapsed();
        }
        self.stops.load(Ordering::Relaxed)
    }
}
