//! Running a target on changed inputs, watching what it answers and how much memory it takes.
//!
//! There is no instrumentation: an input that gets an answer which no input got before joins those
//! that are changed further. Errors of this house name the check that refused, so answers tell the
//! paths through a reader apart.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use strongroom_tests::repository;

use crate::mutation::mutate;

/// What a target says to an input: nothing if it took it, or why it refused it.
pub(crate) type Answer = Result<(), String>;

/// A parser under test.
#[derive(Clone, Copy)]
pub(crate) struct Target {
    pub(crate) name: &'static str,
    /// Real inputs, which are changed.
    pub(crate) seeds: fn() -> Vec<Vec<u8>>,
    /// Reads an input; panics where a promise is broken.
    pub(crate) read: fn(&[u8]) -> Answer,
    /// Makes digests fit again, so that changes are seen by what lies behind them.
    pub(crate) mend: fn(&mut Vec<u8>),
    /// Bytes that may be allocated at once: so many, and so many for each byte of input.
    pub(crate) memory: (u64, u64),
    /// Executions in every run of the tests; a long run multiplies them.
    pub(crate) executions: u64,
}

/// What a run came to.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) executions: u64,
    pub(crate) accepted: u64,
    pub(crate) answers: BTreeSet<String>,
    peak_bytes: u64,
    slowest: Duration,
}

/// An input that breaks a promise.
#[derive(Debug)]
pub(crate) struct Find {
    pub(crate) input: Vec<u8>,
    pub(crate) broken: String,
}

/// How many times more than usual a long run executes.
pub(crate) fn factor() -> u64 {
    std::env::var("STRONGROOM_FUZZ").ok().and_then(|count| count.parse().ok()).unwrap_or(1)
}

/// Inputs that once broke a promise.
fn kept(target: &Target) -> Vec<Vec<u8>> {
    let folder = repository().join("tests/vectors/fuzz").join(target.name);
    let files = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut paths: Vec<PathBuf> = files.map(|file| file.path()).collect();
    paths.sort();
    paths.iter().map(|path| fs::read(path).unwrap()).collect()
}

/// Executes `target` `executions` times after its seeds; the same every time for the same `seed`.
pub(crate) fn fuzz(target: &Target, executions: u64, seed: u64) -> Result<Tally, Box<Find>> {
    let mut inputs = (target.seeds)();
    assert!(!inputs.is_empty(), "{} has nothing to begin with", target.name);
    inputs.extend(kept(target));
    let most = inputs.iter().map(Vec::len).max().unwrap_or(0) * 2 + 4096;
    let mut tally = Tally::default();
    for input in &inputs {
        tally.execute(target, input)?;
    }
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let pick = |rng: &mut ChaCha8Rng, inputs: &[Vec<u8>]| {
        usize::try_from(rng.next_u64() % inputs.len() as u64).unwrap()
    };
    for _ in 0..executions {
        let mut input = inputs[pick(&mut rng, &inputs)].clone();
        let other = pick(&mut rng, &inputs);
        mutate(&mut input, &inputs[other], most, &mut rng);
        // Sometimes a digest is left as it is, so that it is seen to be checked.
        if !rng.next_u64().is_multiple_of(8) {
            (target.mend)(&mut input);
        }
        if tally.execute(target, &input)? {
            inputs.push(input);
        }
    }
    Ok(tally)
}

impl Tally {
    /// Runs the target once; whether its answer is a new one.
    fn execute(&mut self, target: &Target, input: &[u8]) -> Result<bool, Box<Find>> {
        let find = |broken| Box::new(Find { input: input.to_vec(), broken });
        let started = Instant::now();
        let mut outcome = Ok(Ok(()));
        let used = allocation_counter::measure(|| {
            outcome = catch_unwind(AssertUnwindSafe(|| (target.read)(input)));
        });
        let (fixed, each) = target.memory;
        let answer = outcome.map_err(|panic| find(sentence(panic.as_ref())))?;
        if used.bytes_max > fixed + each * input.len() as u64 {
            let broken = format!("{} bytes for {} of input", used.bytes_max, input.len());
            return Err(find(broken));
        }
        self.executions += 1;
        self.accepted += u64::from(answer.is_ok());
        self.peak_bytes = self.peak_bytes.max(used.bytes_max);
        self.slowest = self.slowest.max(started.elapsed());
        Ok(self.answers.insert(kind(&answer.err().unwrap_or_default())))
    }
}

/// An answer without what it repeats of the input, or every input would have its own.
fn kind(answer: &str) -> String {
    let (before, after) = match (answer.find('"'), answer.rfind('"')) {
        (Some(first), Some(last)) => (&answer[..first], &answer[last..]),
        _ => (answer, ""),
    };
    let letters =
        before.chars().chain(after.chars()).filter(|c| c.is_ascii() && !c.is_ascii_digit());
    letters.take(160).collect()
}

fn sentence(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or(panic.downcast_ref::<&str>().copied()).unwrap_or("a panic without words").to_owned()
}

/// Runs a target as a test: what it finds is written down, and what it came to is printed.
pub(crate) fn test(target: &Target) {
    let tally = fuzz(target, target.executions * factor(), 1).unwrap_or_else(|find| {
        let path = repository().join(format!("target/fuzz-{}", target.name));
        fs::write(&path, &find.input).unwrap();
        panic!(
            "{}: {}\nThe input lies in {}; once mended it belongs into tests/vectors/fuzz/{}",
            target.name,
            find.broken,
            path.display(),
            target.name
        )
    });
    // Past the test harness, which keeps what tests print to itself.
    let _ = writeln!(
        std::io::stderr(),
        "fuzz {}: {} executions, {} accepted, {} answers, at most {} KiB and {} ms",
        target.name,
        tally.executions,
        tally.accepted,
        tally.answers.len(),
        tally.peak_bytes >> 10,
        tally.slowest.as_millis()
    );
    assert!(tally.accepted > 0, "{}: not even a real input was read", target.name);
    assert!(tally.answers.len() > 1, "{}: it refuses nothing: {:?}", target.name, tally.answers);
}
