//! The asker's side: start the program, ask, take the answer, leave nothing running.

use std::ffi::OsString;
use std::io::{self, PipeReader, Read};
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};

use crate::{Answer, EntryError, FrameError, Outcome, Request, read_answer, write_request};

/// Variables that the program is started with, and no others (entry-1 E16).
const KEPT: &[&str] =
    &["DISPLAY", "WAYLAND_DISPLAY", "XDG_RUNTIME_DIR", "XAUTHORITY", "HOME", "LANG"];
/// How long a person may take over one question in all, unless something else is allowed.
const PATIENCE: Duration = Duration::from_secs(3600);
/// How long the program may take to wipe its answer (entry-1 E15).
const FAREWELL: Duration = Duration::from_secs(10);

/// The window, before it is asked to open.
#[derive(Debug, Clone)]
pub struct EntryWindow {
    program: PathBuf,
    environment: Vec<(OsString, OsString)>,
    patience: Duration,
}

impl EntryWindow {
    /// The window of `program`, in the asker's `environment`, of which it gets six variables.
    pub fn new(
        program: PathBuf,
        environment: impl IntoIterator<Item = (OsString, OsString)>,
    ) -> Self {
        let kept = environment
            .into_iter()
            .filter(|(name, _)| KEPT.iter().any(|kept| name == kept))
            .collect();
        Self { program, environment: kept, patience: PATIENCE }
    }

    /// Ends the program if there is no answer after `patience` (entry-1 E16).
    #[must_use]
    pub fn with_patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// Opens the window, waits for the person, and returns the answer.
    ///
    /// It blocks the thread. The window closes when this process ends, however it ends.
    ///
    /// # Errors
    ///
    /// [`EntryError`] says why there is no answer. That a person cancelled is an answer.
    pub fn ask(&self, request: &Request) -> Result<Answer, EntryError> {
        self.ask_unless(request, None)
    }

    /// As [`ask`](Self::ask), until the other end of `recall` is closed: then the window closes and
    /// what was typed is lost (entry-1 E16).
    ///
    /// # Errors
    ///
    /// [`EntryError::Recalled`] if nobody wants the answer any more; others as for `ask`.
    pub fn ask_unless(
        &self,
        request: &Request,
        recall: Option<&PipeReader>,
    ) -> Result<Answer, EntryError> {
        let mut running = self.start()?;
        let (Some(mut input), Some(mut output)) = (running.0.stdin.take(), running.0.stdout.take())
        else {
            return Err(EntryError::Gone);
        };
        write_request(request, &mut input).map_err(gone)?;
        wait_for(&output, recall, self.patience)?;
        let (outcome, secret) = read_answer(&mut output).map_err(gone)?;
        // The pipe ends once the window has wiped the answer (entry-1 E15); nothing may follow.
        wait_for(&output, None, FAREWELL)?;
        if output.read(&mut [0]).map_err(FrameError::from)? != 0 {
            return Err(FrameError::Outcome.into());
        }
        let shows = request.share().is_some();
        match outcome {
            Outcome::Entered if !shows => Ok(Answer::Entered(secret)),
            Outcome::WrittenDown if shows => Ok(Answer::WrittenDown),
            Outcome::Entered | Outcome::WrittenDown => Err(FrameError::Outcome.into()),
            Outcome::Cancelled => Ok(Answer::Cancelled),
            Outcome::Idle => Ok(Answer::Idle),
            Outcome::NoDisplay => Err(EntryError::NoDisplay),
            Outcome::Refused => Err(EntryError::Refused),
            Outcome::Unprotected => Err(EntryError::Unprotected),
        }
    }

    fn start(&self) -> Result<Running, EntryError> {
        let mut command = Command::new(&self.program);
        command.env_clear().envs(self.environment.iter().cloned());
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let started = command.spawn().map(Running);
        started.map_err(|source| EntryError::Start { program: self.program.clone(), source })
    }
}

/// Waits until there is something to read, or the other end is closed, at most for `limit`, and not
/// after a recall.
fn wait_for(
    output: &ChildStdout,
    recall: Option<&PipeReader>,
    limit: Duration,
) -> Result<(), EntryError> {
    let seconds = i64::try_from(limit.as_secs()).unwrap_or(i64::MAX);
    let timeout = Timespec { tv_sec: seconds, tv_nsec: limit.subsec_nanos().into() };
    let watched = |recall| PollFd::new(recall, PollFlags::IN);
    let mut fds = vec![PollFd::new(output, PollFlags::IN)];
    fds.extend(recall.map(watched));
    loop {
        match poll(&mut fds, Some(&timeout)) {
            Ok(0) => return Err(EntryError::Overdue { seconds: limit.as_secs() }),
            Err(rustix::io::Errno::INTR) => {}
            Ok(_) if fds[1..].iter().any(|recall| !recall.revents().is_empty()) => {
                return Err(EntryError::Recalled);
            }
            Ok(_) => return Ok(()),
            Err(error) => return Err(FrameError::Pipe(error.into()).into()),
        }
    }
}

/// A pipe that ends within a frame means that the window is gone; everything else is a bad frame.
fn gone(error: FrameError) -> EntryError {
    match error {
        FrameError::Pipe(error)
            if matches!(error.kind(), io::ErrorKind::UnexpectedEof | io::ErrorKind::BrokenPipe) =>
        {
            EntryError::Gone
        }
        error => error.into(),
    }
}

/// The running program; dropping it ends it (entry-1 E16).
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nothing to end, and waiting only reaps it.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
