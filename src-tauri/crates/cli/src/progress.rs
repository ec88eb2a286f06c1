//! Progress on standard error, when somebody is there to see it.

use std::io::IsTerminal;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use engine::observer::{Observer, Phase, Progress};

use crate::context::Context;
use crate::output;

/// How often the line is written anew.
const EVERY: Duration = Duration::from_millis(200);

/// One line that says how far an operation is; removed when it is done.
pub(crate) struct Watch {
    doing: Mutex<&'static str>,
    /// When the first progress was heard, and when the line was last written.
    shown: Option<Mutex<Option<(Instant, Instant)>>>,
}

impl Watch {
    /// Watches what `doing` says, unless standard error is no terminal or a machine listens.
    pub(crate) fn new(doing: &'static str, context: &Context) -> Self {
        let seen = std::io::stderr().is_terminal() && !context.json;
        Self { doing: Mutex::new(doing), shown: seen.then(Mutex::default) }
    }
}

impl Observer for Watch {
    fn progress(&self, progress: Progress) {
        let Some(Ok(mut times)) = self.shown.as_ref().map(Mutex::lock) else { return };
        let now = Instant::now();
        let (started, last) = *times.get_or_insert((now, now));
        if last.elapsed() < EVERY {
            return;
        }
        *times = Some((started, now));
        let seconds = started.elapsed().as_secs().max(1);
        let (done, rate) = (output::size(progress.bytes), output::size(progress.bytes / seconds));
        let Ok(doing) = self.doing.lock() else { return };
        let files = progress.files;
        output::aside(format_args!("\r\x1b[K{doing}: {done}, {rate}/s, {files} files"));
    }

    fn phase(&self, phase: Phase) {
        let Some(Ok(mut times)) = self.shown.as_ref().map(Mutex::lock) else { return };
        let Ok(mut doing) = self.doing.lock() else { return };
        *doing = match phase {
            Phase::Syncing => "waiting until all is on the disk",
            Phase::Rereading => "reading again",
        };
        *times = None;
        output::aside(format_args!("\r\x1b[K{doing}"));
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        if self.shown.is_some() {
            output::aside(format_args!("\r\x1b[K"));
        }
    }
}
