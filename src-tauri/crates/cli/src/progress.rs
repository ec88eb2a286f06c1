//! Progress on standard error, when somebody is there to see it.

use std::io::IsTerminal;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use engine::observer::{Observer, Phase, Progress};
use engine::pace::Pace;
use engine::stages::Stage;

use crate::context::Context;
use crate::output;

/// How often the line is written anew.
const EVERY: Duration = Duration::from_millis(200);

/// What is told of all that there is to do, before it begins.
type Foretells = Box<dyn FnOnce(Progress) + Send>;

/// One line that says how far an operation is; removed when it is done.
pub(crate) struct Watch {
    /// What says how long it will take.
    foretells: Mutex<Option<Foretells>>,
    doing: Mutex<&'static str>,
    /// How long it will still take, where it is known how much there is to do.
    pace: Mutex<Option<Pace>>,
    /// What limits it, where anything clearly does.
    limit: Mutex<Option<Stage>>,
    /// When it was made.
    began: Instant,
    /// When the first progress was heard, and when the line was last written.
    shown: Option<Mutex<Option<(Instant, Instant)>>>,
}

impl Watch {
    /// Watches what `doing` says, unless standard error is no terminal or a machine listens.
    pub(crate) fn new(doing: &'static str, context: &Context) -> Self {
        let seen = std::io::stderr().is_terminal() && !context.json;
        let (doing, pace, limit) = (Mutex::new(doing), Mutex::default(), Mutex::default());
        let foretells = Mutex::default();
        Self {
            foretells,
            doing,
            pace,
            limit,
            began: Instant::now(),
            shown: seen.then(Mutex::default),
        }
    }

    /// Has `foretells` hear how much there is to do before the first of it is done.
    pub(crate) fn foretelling(mut self, foretells: Foretells) -> Self {
        self.foretells = Mutex::new(Some(foretells));
        self
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
        let elapsed = started.elapsed();
        let seconds = elapsed.as_secs().max(1);
        let (done, rate) = (output::size(progress.bytes), output::size(progress.bytes / seconds));
        let (Ok(doing), Ok(mut pace)) = (self.doing.lock(), self.pace.lock()) else { return };
        let files = progress.files;
        let (of, left) = pace.as_mut().map_or_else(Default::default, |pace| {
            pace.hear(elapsed, progress);
            let left = pace.left().map(|(shortest, longest)| left(shortest, longest));
            (format!(" of {}", output::size(pace.total().bytes)), left.unwrap_or_default())
        });
        let limit = self.limit.lock().ok().and_then(|limit| *limit);
        let limit = limit.map(|stage| format!(", limited by {}", stage.to_words()));
        let limit = limit.unwrap_or_default();
        output::aside(format_args!(
            "\r\x1b[K{doing}: {done}{of}, {rate}/s, {files} files{left}{limit}"
        ));
    }

    fn expect(&self, total: Progress) {
        let foretells = self.foretells.lock().ok().and_then(|mut it| it.take());
        if let Some(foretells) = foretells {
            foretells(total);
        }
        if let Ok(mut pace) = self.pace.lock() {
            *pace = Some(Pace::new(total));
        }
    }

    fn clock(&self) -> Option<Duration> {
        Some(self.began.elapsed())
    }

    fn limit(&self, stage: Option<Stage>) {
        if let Ok(mut limit) = self.limit.lock() {
            *limit = stage;
        }
    }

    fn phase(&self, phase: Phase) {
        self.limit(None);
        let Some(Ok(mut times)) = self.shown.as_ref().map(Mutex::lock) else { return };
        let Ok(mut doing) = self.doing.lock() else { return };
        *doing = match phase {
            Phase::Syncing => "waiting until all is on the disk",
            Phase::Rereading => "reading again",
        };
        *times = None;
        if let Ok(mut pace) = self.pace.lock() {
            *pace = None;
        }
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

/// The time that is left, as people read it: one number where all guesses agree.
fn left(shortest: Duration, longest: Duration) -> String {
    let (low, high) = (words(shortest), words(longest));
    if low == high { format!(", {low} left") } else { format!(", {low} to {high} left") }
}

fn words(time: Duration) -> String {
    match time.as_secs() {
        seconds @ 0..60 => format!("{seconds} s"),
        seconds @ 60..7200 => format!("{} min", seconds.div_ceil(60)),
        seconds => format!("{} h", seconds.div_ceil(3600)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_that_is_left_is_one_number_or_a_range() {
        let seconds = Duration::from_secs;
        assert_eq!(left(seconds(7), seconds(7)), ", 7 s left");
        assert_eq!(left(seconds(59), seconds(61)), ", 59 s to 2 min left");
        assert_eq!(left(seconds(3601), seconds(7201)), ", 61 min to 3 h left");
    }
}
