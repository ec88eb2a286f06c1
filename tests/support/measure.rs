//! Running a program and measuring it from outside: time and peak memory.

use std::fs;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::outcome::{Outcome, context, fail};

/// What a run cost.
pub struct Measured {
    /// Wall-clock time.
    pub seconds: f64,
    /// The largest resident set seen, in bytes.
    pub peak_bytes: u64,
    /// Everything it wrote to standard output.
    pub stdout: Vec<u8>,
    /// Its exit code; none if a signal ended it.
    pub exit: Option<i32>,
}

/// Runs `command` to its end; its standard error is shown as it comes.
///
/// # Errors
///
/// It could not be started or waited for; how it ended is part of the result.
pub fn measure(command: &mut Command) -> Outcome<Measured> {
    let started = Instant::now();
    let child = command
        .stdout(Stdio::piped())
        .spawn()
        .map_err(context(format!("starting {:?}", command.get_program())))?;
    finish(child, started)
}

/// Runs `command` and hands its output to `read` as it comes; none of it is kept.
///
/// # Errors
///
/// As [`measure`], and what `read` returns.
pub fn measure_reading(
    command: &mut Command,
    read: impl FnOnce(ChildStdout) -> Outcome<()>,
) -> Outcome<Measured> {
    let started = Instant::now();
    let mut child = command
        .stdout(Stdio::piped())
        .spawn()
        .map_err(context(format!("starting {:?}", command.get_program())))?;
    let Some(out) = child.stdout.take() else { return fail("the program has no output") };
    thread::scope(|scope| {
        let finished = scope.spawn(|| finish(child, started));
        let read = read(out);
        match finished.join() {
            Ok(measured) => measured.and_then(|measured| read.map(|()| measured)),
            Err(_) => fail("waiting for a program failed"),
        }
    })
}

/// Runs `producer | consumer` and measures the consumer.
///
/// # Errors
///
/// As [`measure`], and when the producer failed.
pub fn measure_pipe(producer: &mut Command, consumer: &mut Command) -> Outcome<Measured> {
    let started = Instant::now();
    let mut source = producer
        .stdout(Stdio::piped())
        .spawn()
        .map_err(context(format!("starting {:?}", producer.get_program())))?;
    let Some(pipe) = source.stdout.take() else { return fail("the producer has no output") };
    let child = consumer
        .stdin(pipe)
        .stdout(Stdio::piped())
        .spawn()
        .map_err(context(format!("starting {:?}", consumer.get_program())))?;
    let measured = finish(child, started)?;
    let status = source.wait().map_err(context("waiting for the producer"))?;
    if !status.success() {
        return fail(format!("{:?} failed: {status}", producer.get_program()));
    }
    Ok(measured)
}

fn finish(child: Child, started: Instant) -> Outcome<Measured> {
    let pid = child.id();
    let watcher = thread::spawn(move || watch_peak(pid));
    let output = child.wait_with_output().map_err(context("waiting for a program"))?;
    let seconds = started.elapsed().as_secs_f64();
    let peak_bytes = watcher.join().unwrap_or_default();
    Ok(Measured { seconds, peak_bytes, stdout: output.stdout, exit: output.status.code() })
}

/// Follows the kernel's own high-water mark until the process is gone.
fn watch_peak(pid: u32) -> u64 {
    let mut peak_bytes = 0;
    while let Some(bytes) = high_water_mark(pid) {
        peak_bytes = bytes.max(peak_bytes);
        thread::sleep(Duration::from_millis(10));
    }
    peak_bytes
}

fn high_water_mark(pid: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib: u64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kib * 1024)
}
