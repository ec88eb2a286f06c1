//! Whoever watches over secrets in memory while nobody else does.
//!
//! A ceremony that holds a share or a seed is given up, and with it everything secret is wiped,
//! when the people have left it alone for too long, and when the machine slept in the meantime:
//! nobody knows who woke it.

use std::sync::Weak;
use std::sync::mpsc::Sender;
use std::thread;
use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

use super::outline::RoomObject;
use super::reply::Reply;
use super::{Phase, Shared, View, leave};
use crate::desk::lock;

/// How long something secret may lie in memory while nobody does anything.
const IDLE: Duration = Duration::from_secs(15 * 60);
/// How often is looked.
const EVERY: Duration = Duration::from_secs(1);
/// A clock that counts sleep may be read so much later than the one that does not.
const SLEPT: Duration = Duration::from_secs(3);

/// How patient the guard is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Patience {
    pub(super) idle: Duration,
    pub(super) every: Duration,
}

impl Patience {
    pub(super) const USUAL: Self = Self { idle: IDLE, every: EVERY };
}

/// The time since the machine was started: while it was awake, and in all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Moment {
    pub(super) awake: Duration,
    pub(super) all: Duration,
}

impl Moment {
    pub(super) fn now() -> Self {
        let read = |clock| Duration::try_from(clock_gettime(clock)).unwrap_or_default();
        Self { awake: read(ClockId::Monotonic), all: read(ClockId::Boottime) }
    }

    /// How long the machine has slept since it was started.
    fn slept(self) -> Duration {
        self.all.saturating_sub(self.awake)
    }
}

/// What the guard has seen so far.
#[derive(Debug)]
pub(super) struct Guard {
    idle: Duration,
    before: Moment,
    /// When somebody did something last.
    heard: Moment,
}

impl Guard {
    pub(super) const fn since(now: Moment, idle: Duration) -> Self {
        Self { idle, before: now, heard: now }
    }

    /// Why everything secret must go now, if it must. `was_heard` says that somebody did something
    /// or the program works; `holds_secrets` that there is something to wipe.
    pub(super) fn look(
        &mut self,
        now: Moment,
        (was_heard, holds_secrets): (bool, bool),
    ) -> Option<String> {
        let slept = now.slept().saturating_sub(self.before.slept()) >= SLEPT;
        self.before = now;
        if was_heard || !holds_secrets {
            self.heard = now;
        }
        let quiet = now.awake.saturating_sub(self.heard.awake);
        if !holds_secrets {
            None
        } else if slept {
            Some("the machine slept while something secret was in its memory".to_owned())
        } else if quiet >= self.idle {
            let minutes = self.idle.as_secs() / 60;
            Some(format!(
                "nobody did anything for {minutes} minutes while something secret was in memory"
            ))
        } else {
            None
        }
    }
}

/// Watches until the ceremony is over or given up.
pub(super) fn watch(shared: Weak<Shared>, replies: Sender<Reply>, patience: Patience) {
    thread::spawn(move || {
        let mut guard = Guard::since(Moment::now(), patience.idle);
        let mut heard = 0;
        loop {
            thread::sleep(patience.every);
            let Some(shared) = shared.upgrade() else { return };
            let seen = {
                let view = lock(&shared.view);
                if matches!(view.phase, Phase::Closed | Phase::GivenUp) || view.is_leaving {
                    return;
                }
                let count = shared.heard();
                // The entry window closes by itself when nobody types.
                let is_busy = match view.phase {
                    Phase::Working => !shared.waits_within(),
                    phase => phase == Phase::Entering,
                };
                let was_heard = count != heard || is_busy;
                heard = count;
                (was_heard, holds_secrets(&view))
            };
            if let Some(reason) = guard.look(Moment::now(), seen) {
                // Whoever is gone already needs no reply.
                let _ = leave(&shared, &replies, reason);
                return;
            }
        }
    });
}

/// Whether something secret lies in this machine's memory.
fn holds_secrets(view: &View) -> bool {
    let secrets = view.objects.iter().filter(|object| object.is_secret_in_memory());
    let mut secrets = secrets.map(RoomObject::is_here);
    // What several people bring is there as a whole when the last of them has brought it.
    secrets.any(|is_here| is_here) || view.gathers_shares()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(awake_s: u64, slept_s: u64) -> Moment {
        let awake = Duration::from_secs(awake_s);
        Moment { awake, all: awake + Duration::from_secs(slept_s) }
    }

    fn guard() -> Guard {
        Guard::since(at(0, 0), Duration::from_secs(60))
    }

    #[test]
    fn secrets_that_are_left_alone_go_and_nothing_else_does() {
        let mut guard = guard();
        assert_eq!(guard.look(at(59, 0), (false, true)), None);
        assert_eq!(guard.look(at(59, 0), (true, true)), None, "somebody did something");
        assert_eq!(guard.look(at(118, 0), (false, true)), None);
        assert!(guard.look(at(119, 0), (false, true)).is_some_and(|why| why.contains("1 minutes")));
        assert_eq!(self::guard().look(at(900, 0), (false, false)), None, "nothing is secret");
    }

    #[test]
    fn time_counts_from_when_something_secret_was_made() {
        let mut guard = guard();
        assert_eq!(guard.look(at(500, 0), (false, false)), None);
        assert_eq!(guard.look(at(559, 0), (false, true)), None);
        assert!(guard.look(at(560, 0), (false, true)).is_some());
    }

    #[test]
    fn a_machine_that_slept_holds_no_secret_any_more() {
        let mut guard = guard();
        assert_eq!(guard.look(at(1, 600), (true, false)), None, "it held none");
        assert_eq!(guard.look(at(2, 601), (true, true)), None, "clocks are read one by one");
        assert!(guard.look(at(3, 605), (true, true)).is_some_and(|why| why.contains("slept")));
    }

    #[test]
    fn the_clocks_of_this_machine_can_be_read() {
        let now = Moment::now();
        assert!(now.awake > Duration::ZERO && now.all >= now.awake.saturating_sub(SLEPT));
    }
}
