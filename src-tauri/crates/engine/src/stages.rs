//! Which stage of a pipeline limits it, and where its time goes.
//!
//! Every thread of a pipeline adds up the time of what it does, by a clock that the watcher gives,
//! and leaves out what it waits. A stage limits if the threads that do it hardly ever wait, those
//! of the other stages do, and it is most of what they do. Otherwise nothing clearly limits, and
//! that is what is said. It costs a few looks at a clock for each segment and file, and no lock.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use serde::Serialize;

use crate::observer::Observer;

/// One step that content goes through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// Reading the media, or writing them where an archive is sealed.
    Medium,
    /// Decrypting, with the digests of frames and files.
    Decrypt,
    /// Decompressing.
    Decompress,
    /// Writing what is restored, and giving it its names.
    Target,
    /// Reading what is sealed.
    Source,
    /// Compressing.
    Compress,
    /// Encrypting, with digests.
    Encrypt,
    /// Comparing digests, where nothing is decrypted.
    Check,
}

/// All stages, in the order of their numbers.
const STAGES: [Stage; 8] = [
    Stage::Medium,
    Stage::Decrypt,
    Stage::Decompress,
    Stage::Target,
    Stage::Source,
    Stage::Compress,
    Stage::Encrypt,
    Stage::Check,
];

impl Stage {
    /// As people read it behind "limited by".
    pub fn to_words(self) -> &'static str {
        match self {
            Self::Medium => "the medium",
            Self::Decrypt => "decrypting",
            Self::Decompress => "decompressing",
            Self::Target => "the target",
            Self::Source => "what is read to be sealed",
            Self::Compress => "compressing",
            Self::Encrypt => "encrypting",
            Self::Check => "comparing digests",
        }
    }
}

/// Which threads do something: they are as busy as their slowest stage lets them be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Crew {
    /// The one at the beginning, which hands out work.
    Head,
    /// Those on all cores.
    Workers,
    /// The one at the end, which keeps the order.
    Tail,
    /// Those behind it, on all cores, to which it hands small files.
    Writers,
}

const CREWS: usize = 4;

/// Busy nanoseconds by crew and stage.
type Busy = [[u64; STAGES.len()]; CREWS];

/// How long something must have been looked at before anything is said of it.
const EVERY: Duration = Duration::from_secs(1);
/// Who limits is busy for so many thousandths of the time at least.
const BUSY_MIN: u64 = 750;
/// Others are so many thousandths less busy.
const AHEAD: u64 = 100;

/// Adds up what the threads of one pipeline do.
pub(crate) struct Meter<'a> {
    observer: &'a dyn Observer,
    workers: u64,
    began: Option<Duration>,
    busy: [[AtomicU64; STAGES.len()]; CREWS],
    read_bytes: AtomicU64,
    /// When the watcher heard last, and what was added up then.
    told: Mutex<(Duration, Busy)>,
}

impl<'a> Meter<'a> {
    /// That of a pipeline with so many `workers`, which begins now.
    pub(crate) fn new(observer: &'a dyn Observer, workers: usize) -> Self {
        let (busy, began) = (Default::default(), observer.clock());
        let told = Mutex::new((began.unwrap_or_default(), Busy::default()));
        let read_bytes = AtomicU64::new(0);
        Self { observer, workers: workers as u64, began, busy, read_bytes, told }
    }

    /// Whoever watches.
    pub(crate) fn observer(&self) -> &'a dyn Observer {
        self.observer
    }

    /// A thread of `crew` begins.
    pub(crate) fn lap(&self, crew: Crew) -> Lap<'_> {
        Lap { meter: self, crew, since: self.observer.clock() }
    }

    /// Tells the watcher what limits, if it is time to; called by one thread.
    pub(crate) fn tell(&self) {
        let Some(now) = self.observer.clock() else { return };
        let Ok(mut told) = self.told.try_lock() else { return };
        let (since, before) = *told;
        let passed = now.saturating_sub(since);
        if passed < EVERY {
            return;
        }
        let busy = self.busy();
        let mut lately = busy;
        for (lately, before) in lately.iter_mut().flatten().zip(before.iter().flatten()) {
            *lately -= before;
        }
        *told = (now, busy);
        self.observer.limit(limit(&lately, self.workers, passed));
    }

    /// Where the time went so far; none if nobody gave a clock.
    pub(crate) fn spent(&self) -> Option<Spent> {
        let passed = self.observer.clock()?.saturating_sub(self.began?);
        let busy = self.busy();
        let of = |stage: Stage| busy.iter().map(|crew| crew[stage as usize]).sum::<u64>();
        let took = STAGES.map(|stage| StageTime { stage, busy_ms: of(stage) / 1_000_000 });
        Some(Spent {
            all_ms: millis(passed),
            waiting_ms: 0,
            workers: self.workers,
            read_bytes: self.read_bytes.load(Ordering::Relaxed),
            limit: limit(&busy, self.workers, passed),
            stages: took.into_iter().filter(|took| of(took.stage) > 0).collect(),
        })
    }

    fn busy(&self) -> Busy {
        self.busy.each_ref().map(|crew| crew.each_ref().map(|it| it.load(Ordering::Relaxed)))
    }
}

/// One thread's time, from one thing that it does to the next.
pub(crate) struct Lap<'a> {
    meter: &'a Meter<'a>,
    crew: Crew,
    since: Option<Duration>,
}

impl Lap<'_> {
    /// Since the last call it did `stage`.
    pub(crate) fn did(&mut self, stage: Stage) {
        let _ = self.took(stage);
    }

    /// Since the last call it read so many bytes of the media; returns what that took, if there is
    /// a clock.
    pub(crate) fn read(&mut self, bytes: usize) -> Option<Duration> {
        self.meter.read_bytes.fetch_add(bytes as u64, Ordering::Relaxed);
        self.took(Stage::Medium)
    }

    fn took(&mut self, stage: Stage) -> Option<Duration> {
        let (since, now) = self.since.zip(self.meter.observer.clock())?;
        let took = now.saturating_sub(since);
        let nanos = u64::try_from(took.as_nanos()).unwrap_or(u64::MAX);
        let busy = &self.meter.busy[self.crew as usize][stage as usize];
        busy.fetch_add(nanos, Ordering::Relaxed);
        self.since = Some(now);
        Some(took)
    }

    /// Since the last call it waited for others, or rested.
    pub(crate) fn waited(&mut self) {
        if self.since.is_some() {
            self.since = self.meter.observer.clock();
        }
    }
}

/// Time of one stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct StageTime {
    /// The stage.
    pub stage: Stage,
    /// How long threads were busy with it, all of them together, in milliseconds.
    pub busy_ms: u64,
}

/// Where the time of an operation went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Spent {
    /// How long its pipeline ran, rests and all, in milliseconds.
    pub all_ms: u64,
    /// How long it then waited until all was on the disk and had its name, in milliseconds.
    pub waiting_ms: u64,
    /// How many threads decrypt, or encrypt.
    pub workers: u64,
    /// Bytes of segments that were read from the media.
    pub read_bytes: u64,
    /// What limited it as a whole; none if nothing clearly did.
    pub limit: Option<Stage>,
    /// The stages that took time.
    pub stages: Vec<StageTime>,
}

impl Spent {
    /// In one line, as people read it.
    pub fn to_words(&self) -> String {
        let limit = match self.limit {
            Some(stage) => format!("limited by {}", stage.to_words()),
            None => "nothing clearly limited it".to_owned(),
        };
        let stages = self.stages.iter().filter(|took| took.busy_ms > 0);
        let stages =
            stages.map(|took| format!("{} {}", took.stage.to_words(), seconds(took.busy_ms)));
        let stages: Vec<_> = stages.collect();
        let busy = if stages.is_empty() {
            String::new()
        } else {
            format!("; threads were busy with {}", stages.join(", "))
        };
        let waiting = match self.waiting_ms {
            0..100 => String::new(),
            waiting => format!("; then {} until all was on the disk", seconds(waiting)),
        };
        format!("{}, {limit}{busy}{waiting}", seconds(self.all_ms))
    }
}

fn seconds(millis: u64) -> String {
    format!("{}.{} s", millis / 1000, millis % 1000 / 100)
}

pub(crate) fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

/// What limited a pipeline that was `busy` like this while so much time `passed`.
fn limit(busy: &Busy, workers: u64, passed: Duration) -> Option<Stage> {
    let threads = [1, workers.max(1), 1, workers.max(1)];
    let nanos = passed.as_nanos().max(1);
    let crews = busy.iter().zip(threads).map(|(stages, threads)| {
        let sum: u128 = stages.iter().copied().map(u128::from).sum();
        let share = sum * 1000 / (nanos * u128::from(threads));
        (u64::try_from(share).unwrap_or(u64::MAX), stages)
    });
    let mut crews: Vec<_> = crews.collect();
    crews.sort_by_key(|(share, _)| std::cmp::Reverse(*share));
    let (most, stages) = *crews.first()?;
    let next = crews.get(1).map_or(0, |(share, _)| *share);
    if most < BUSY_MIN || most < next + AHEAD {
        return None;
    }
    let mut took: Vec<_> = stages.iter().copied().zip(STAGES).collect();
    took.sort_by_key(|(nanos, _)| std::cmp::Reverse(*nanos));
    let (first, second) = (took.first()?, took.get(1)?);
    // A quarter more than what comes next, or both count.
    (u128::from(first.0) * 4 >= u128::from(second.0) * 5).then_some(first.1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::observer::Progress;

    const SECOND: u64 = 1_000_000_000;

    fn busy(times: &[(Crew, Stage, u64)]) -> Busy {
        let mut busy = Busy::default();
        for (crew, stage, millis) in times {
            busy[*crew as usize][*stage as usize] = millis * SECOND / 1000;
        }
        busy
    }

    fn judged(times: &[(Crew, Stage, u64)]) -> Option<Stage> {
        limit(&busy(times), 2, Duration::from_secs(1))
    }

    use Crew::{Head, Tail, Workers};
    use Stage::{Compress, Decompress, Decrypt, Encrypt, Medium, Source, Target};

    #[test]
    fn who_never_waits_limits() {
        let reads = [(Workers, Medium, 1800), (Workers, Decrypt, 150), (Tail, Target, 100)];
        assert_eq!(judged(&reads), Some(Medium));
        let writes = [(Workers, Medium, 200), (Workers, Decrypt, 900), (Tail, Target, 980)];
        assert_eq!(judged(&writes), Some(Target));
        let decrypts = [(Workers, Decrypt, 1500), (Workers, Medium, 400), (Tail, Target, 500)];
        assert_eq!(judged(&decrypts), Some(Decrypt));
        let unpacks = [(Workers, Decrypt, 500), (Workers, Decompress, 1400), (Tail, Target, 500)];
        assert_eq!(judged(&unpacks), Some(Decompress));
        let seals = [(Head, Source, 990), (Workers, Compress, 700), (Tail, Medium, 100)];
        assert_eq!(judged(&seals), Some(Source));
        let packs = [(Head, Source, 400), (Workers, Compress, 1400), (Workers, Encrypt, 500)];
        assert_eq!(judged(&packs), Some(Compress));
    }

    #[test]
    fn stages_that_are_busy_alike_are_not_told_apart() {
        assert_eq!(judged(&[(Workers, Decrypt, 1000), (Workers, Decompress, 900)]), None);
        assert_eq!(judged(&[(Workers, Medium, 1900), (Tail, Target, 930)]), None);
        assert_eq!(judged(&[(Workers, Medium, 300), (Tail, Target, 300)]), None, "all wait");
        assert_eq!(judged(&[]), None);
    }

    /// A watcher whose clock is set by the test.
    #[derive(Default)]
    struct Set {
        nanos: AtomicU64,
        heard: Mutex<Vec<Option<Stage>>>,
    }

    impl Set {
        fn pass(&self, millis: u64) {
            self.nanos.fetch_add(millis * 1_000_000, Ordering::Relaxed);
        }
    }

    impl Observer for Set {
        fn progress(&self, _: Progress) {}

        fn clock(&self) -> Option<Duration> {
            Some(Duration::from_nanos(self.nanos.load(Ordering::Relaxed)))
        }

        fn limit(&self, stage: Option<Stage>) {
            self.heard.lock().unwrap().push(stage);
        }
    }

    #[test]
    fn what_limits_is_told_of_the_last_second_and_of_the_whole() {
        let watch = Set::default();
        let meter = Meter::new(&watch, 1);
        let (mut worker, mut tail) = (meter.lap(Workers), meter.lap(Tail));
        watch.pass(900);
        worker.did(Medium);
        tail.waited();
        meter.tell();
        assert!(watch.heard.lock().unwrap().is_empty(), "too early");
        watch.pass(200);
        worker.did(Decrypt);
        tail.did(Target);
        meter.tell();
        watch.pass(5000);
        worker.waited();
        tail.did(Target);
        meter.tell();
        assert_eq!(*watch.heard.lock().unwrap(), [Some(Medium), Some(Target)]);
        let spent = meter.spent().unwrap();
        let times = [(Medium, 900), (Decrypt, 200), (Target, 5200)];
        let times = times.map(|(stage, busy_ms)| StageTime { stage, busy_ms });
        assert_eq!((spent.all_ms, spent.limit), (6100, Some(Target)));
        assert_eq!(spent.stages, times);
        let words = "6.1 s, limited by the target; threads were busy with the medium 0.9 s, \
                     decrypting 0.2 s, the target 5.2 s";
        assert_eq!(spent.to_words(), words);
    }

    #[test]
    fn without_a_clock_nothing_is_said() {
        let meter = Meter::new(&crate::observer::Unwatched, 2);
        meter.lap(Workers).did(Medium);
        meter.tell();
        assert_eq!(meter.spent(), None);
    }
}
