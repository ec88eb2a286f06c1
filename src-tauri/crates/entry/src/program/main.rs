//! `strongroom-entry`: one window, one question, one answer.
//!
//! The request is read from standard input and the answer written to standard output, both without
//! a buffer in between (`docs/spec/entry-1.md`). The process is hardened before it reads, reaches
//! only this machine before it connects to the display, and can open nothing once the window is
//! there.

mod asking;
mod canvas;
mod confine;
mod display;
mod field;
mod forms;
mod keyboard;
mod palette;
mod picture;
mod picture_body;
mod session;
mod type_face;

use std::fs::File;
use std::io;
use std::os::fd::AsFd;
use std::process::ExitCode;

use entry::{Outcome, read_request, write_answer};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Signal, set_parent_process_death_signal};
use rustix::stdio::dup2_stdout;

use crate::session::{Ended, Session};

/// How long the process waits after its answer for the asker to close the pipe (entry-1 E15).
const FAREWELL: Timespec = Timespec { tv_sec: 2, tv_nsec: 0 };

fn main() -> ExitCode {
    let hardening = secret::harden_process();
    // The pipe tells when the asker is gone; this holds even if another process inherited the pipe.
    let is_bound = set_parent_process_death_signal(Some(Signal::KILL)).is_ok();
    let is_hard = hardening.core_dumps_off && hardening.not_dumpable && is_bound;
    let Ok((mut input, mut output)) = pipes() else { return ExitCode::FAILURE };
    let ended = if is_hard && confine::to_this_machine().is_ok() {
        answer(&mut input)
    } else {
        Ended::Answered(Outcome::Unprotected, None)
    };
    let Ended::Answered(outcome, secret) = ended else { return ExitCode::FAILURE };
    let written = write_answer(outcome, secret.as_ref(), &mut output);
    drop(secret);
    // Only now: whoever sees the pipe end knows that nothing is left here.
    drop(output);
    wait_for_farewell(&input);
    if written.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Reads the request and asks the person; everything but the answer is wiped when it returns.
fn answer(input: &mut File) -> Ended {
    let Ok(request) = read_request(input) else {
        return Ended::Answered(Outcome::Refused, None);
    };
    let Ok(session) = Session::open(&request) else {
        return Ended::Answered(Outcome::NoDisplay, None);
    };
    if confine::to_the_window().is_err() {
        return Ended::Answered(Outcome::Unprotected, None);
    }
    session.run(input).unwrap_or(Ended::Answered(Outcome::NoDisplay, None))
}

/// The two pipes without the buffers that the library puts around them: those would keep secrets.
///
/// Standard output itself becomes standard error, so that nothing else can write into the answer
/// and the answer's pipe ends when this end of it is dropped.
fn pipes() -> io::Result<(File, File)> {
    let input = File::from(io::stdin().as_fd().try_clone_to_owned()?);
    let output = File::from(io::stdout().as_fd().try_clone_to_owned()?);
    dup2_stdout(io::stderr())?;
    Ok((input, output))
}

/// Waits until the asker has closed its end, so that it may look at this process before it ends.
fn wait_for_farewell(input: &File) {
    let mut fds = [PollFd::new(input, PollFlags::IN)];
    // Whatever comes of it, the process ends now.
    let _ = poll(&mut fds, Some(&FAREWELL));
}
