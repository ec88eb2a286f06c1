//! What limits an operation is named, whichever end of it is slow.

use std::cell::Cell;
use std::io::{self, Read};
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use archive::{ReadAt, Set};

use super::desk::{Desk, noise};
use crate::observer::{Observer, Progress};
use crate::restore::{Stream, workers};
use crate::stages::{Crew, Meter, Stage};
use crate::verify::verify;

thread_local! {
    /// The time of this thread: it passes only while the thread does something slow.
    static NOW: Cell<Duration> = const { Cell::new(Duration::ZERO) };
}

/// Lets time pass for this thread.
fn pass(time: Duration) {
    NOW.set(NOW.get() + time);
}

/// What a slow end takes for each segment.
const SLOW: Duration = Duration::from_millis(150);
const SEGMENTS: u64 = 8;

/// Watches with the clock of each thread.
#[derive(Default)]
struct Watch {
    heard: Mutex<Vec<Option<Stage>>>,
}

impl Observer for Watch {
    fn progress(&self, _: Progress) {}

    fn clock(&self) -> Option<Duration> {
        Some(NOW.get())
    }

    fn limit(&self, stage: Option<Stage>) {
        self.heard.lock().unwrap().push(stage);
    }
}

/// A medium in memory that is slow once it is told to be.
struct Slow {
    bytes: Vec<u8>,
    is_slow: Arc<AtomicBool>,
}

impl ReadAt for Slow {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        if self.is_slow.load(Ordering::Relaxed) && buffer.len() > 1 << 19 {
            pass(SLOW);
        }
        self.bytes.read_at(buffer, offset)
    }

    fn size(&self) -> io::Result<u64> {
        self.bytes.size()
    }
}

/// A sealed file that does not compress, in memory.
fn sealed() -> (Desk, Set, Arc<AtomicBool>) {
    let desk = Desk::new();
    std::fs::write(desk.path("file"), noise(usize::try_from(SEGMENTS << 20).unwrap())).unwrap();
    let sealed = desk.seal(&desk.path("file"));
    let is_slow = Arc::new(AtomicBool::new(false));
    let bytes = std::fs::read(&sealed.volumes[0]).unwrap();
    let medium = Slow { bytes, is_slow: Arc::clone(&is_slow) };
    (desk, Set::open(vec![Box::new(medium)]).unwrap(), is_slow)
}

/// What limits when every segment is read and `take` is done with each.
fn limit(desk: &Desk, set: &Set, take: impl Fn()) -> (Option<Stage>, Vec<Option<Stage>>) {
    let watch = Watch::default();
    let key = desk.key(set);
    let contents = set.unlock(&key).unwrap();
    let limit = {
        let meter = Meter::new(&watch, workers());
        thread::scope(|scope| {
            let feed = |want: &mut dyn FnMut(u64) -> bool| {
                let _ = (0..SEGMENTS).all(want);
            };
            let mut stream = Stream::start(scope, &contents, (&meter, None), feed).unwrap();
            let mut lap = meter.lap(Crew::Tail);
            for number in 0..SEGMENTS {
                stream.piece(number, &mut lap).unwrap();
                take();
                lap.did(Stage::Target);
                meter.tell();
            }
        });
        meter.spent().unwrap().limit
    };
    (limit, watch.heard.into_inner().unwrap())
}

#[test]
fn a_slow_medium_limits_a_restore() {
    let (desk, set, is_slow) = sealed();
    is_slow.store(true, Ordering::Relaxed);
    assert_eq!(limit(&desk, &set, || ()).0, Some(Stage::Medium));
}

#[test]
fn a_slow_target_limits_a_restore_and_the_watcher_hears_it_meanwhile() {
    let (desk, set, _) = sealed();
    let (whole, heard) = limit(&desk, &set, || pass(2 * SLOW));
    assert_eq!(whole, Some(Stage::Target));
    assert!(!heard.is_empty() && heard.iter().all(|it| *it == Some(Stage::Target)), "{heard:?}");
}

#[test]
fn a_slow_medium_limits_a_check_of_it_and_the_report_says_where_the_time_went() {
    let (_, set, is_slow) = sealed();
    is_slow.store(true, Ordering::Relaxed);
    let spent = verify(&set, &Watch::default()).unwrap().spent.unwrap();
    assert_eq!(spent.limit, Some(Stage::Medium), "{spent:?}");
    let medium = spent.stages.iter().find(|took| took.stage == Stage::Medium).unwrap();
    assert_eq!(u128::from(medium.busy_ms), u128::from(SEGMENTS) * SLOW.as_millis());
}

/// Gives a segment at a time, slowly.
struct Trickle(u64);

impl Read for Trickle {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = buffer.len().min(1 << 16).min(usize::try_from(self.0).unwrap());
        if count > 0 {
            pass(SLOW / 16);
        }
        buffer[..count].fill(7);
        self.0 -= count as u64;
        Ok(count)
    }
}

#[test]
fn a_slow_source_limits_a_seal() {
    let desk = Desk::new();
    let spent = desk.seal_stream(&mut Trickle(4 << 20), &Watch::default()).spent.unwrap();
    assert_eq!(spent.limit, Some(Stage::Source), "{spent:?}");
}
