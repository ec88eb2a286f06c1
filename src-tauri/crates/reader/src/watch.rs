//! What is inserted and removed, as it happens.

use std::collections::BTreeMap;
use std::time::Duration;

use pcsc::{Context, Error, PNP_NOTIFICATION, ReaderState, State};
use token::TokenError;

use crate::list::{Holds, Reader, described, establish, names};
use crate::loss::failed;

/// Something happened at a reader.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// A card was inserted, or a token together with its reader.
    Inserted {
        /// The reader, with what it holds now.
        reader: Reader,
    },
    /// A card was removed, or a token together with its reader.
    Removed {
        /// The reader's name.
        reader: String,
    },
}

/// A look at all readers that sees every change once.
pub struct Watch {
    context: Context,
    states: Vec<ReaderState>,
    seen: View,
}

/// What every reader holds, and how often that has changed, by the reader's name.
type View = BTreeMap<String, (Holds, u32)>;

impl Watch {
    /// Begins to look; what is there already counts as inserted.
    ///
    /// # Errors
    ///
    /// [`TokenError::NoService`], [`TokenError::Unreachable`].
    pub fn start() -> Result<Self, TokenError> {
        // The service tells of new readers under a name of its own.
        let states = vec![ReaderState::new(PNP_NOTIFICATION(), State::UNAWARE)];
        Ok(Self { context: establish()?, states, seen: View::new() })
    }

    /// What has changed since the last call; waits for it as long as `patience`, and may return
    /// nothing before that.
    ///
    /// # Errors
    ///
    /// [`TokenError::NoService`] when the service has gone: begin a new watch when it is back.
    pub fn changes(&mut self, patience: Duration) -> Result<Vec<Change>, TokenError> {
        let has_new = self.take_up_readers()?;
        let lost = self.compare();
        let wait = if has_new || !lost.is_empty() { Duration::ZERO } else { patience };
        match self.context.get_status_change(wait, &mut self.states) {
            // A reader that has just gone is noticed by its name, the next time.
            Ok(()) | Err(Error::Timeout | Error::UnknownReader) => {}
            Err(error) => return Err(failed(error)),
        }
        self.states.iter_mut().for_each(ReaderState::sync_current_state);
        Ok([lost, self.compare()].concat())
    }

    /// Takes up new readers and lets go of those that are gone; whether there are new ones.
    fn take_up_readers(&mut self) -> Result<bool, TokenError> {
        let names = names(&self.context)?;
        let plug = PNP_NOTIFICATION();
        self.states.retain(|state| {
            state.name() == plug || names.iter().any(|name| name.as_c_str() == state.name())
        });
        let before = self.states.len();
        for name in names {
            if !self.states.iter().any(|state| state.name() == name.as_c_str()) {
                self.states.push(ReaderState::new(name, State::UNAWARE));
            }
        }
        Ok(self.states.len() > before)
    }

    /// What is different from what was seen before.
    fn compare(&mut self) -> Vec<Change> {
        let readers = self.states.iter().filter(|state| state.name() != PNP_NOTIFICATION());
        let now: View = readers
            .map(|state| (described(state), state.event_count()))
            .map(|(reader, count)| (reader.name, (reader.holds, count)))
            .collect();
        let changes = difference(&self.seen, &now);
        self.seen = now;
        changes
    }
}

/// The changes that lead from one view to the next; removals come first.
fn difference(before: &View, now: &View) -> Vec<Change> {
    // The service counts, so a card that was exchanged between two looks is seen.
    let has_card = |view: &View, name: &String| {
        view.get(name).filter(|(holds, _)| *holds != Holds::Nothing).map(|(_, count)| *count)
    };
    let mut changes = Vec::new();
    for name in before.keys() {
        let old = has_card(before, name);
        if old.is_some() && old != has_card(now, name) {
            changes.push(Change::Removed { reader: name.clone() });
        }
    }
    for (name, (holds, _)) in now {
        let new = has_card(now, name);
        if new.is_some() && new != has_card(before, name) {
            let reader = Reader { name: name.clone(), holds: *holds };
            changes.push(Change::Inserted { reader });
        }
    }
    changes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn view(readers: &[(&str, Holds, u32)]) -> View {
        readers.iter().map(|(name, holds, count)| ((*name).into(), (*holds, *count))).collect()
    }

    fn inserted(name: &str) -> Change {
        Change::Inserted { reader: Reader { name: name.into(), holds: Holds::YubiKey } }
    }

    fn removed(name: &str) -> Change {
        Change::Removed { reader: name.into() }
    }

    #[test]
    fn a_card_is_seen_to_come_and_to_go_alone_or_with_its_reader() {
        let (none, empty) = (view(&[]), view(&[("a", Holds::Nothing, 0)]));
        let full = view(&[("a", Holds::YubiKey, 1)]);
        for without in [&none, &empty] {
            assert_eq!(difference(without, &full), [inserted("a")]);
            assert_eq!(difference(&full, without), [removed("a")]);
        }
        assert!(difference(&none, &empty).is_empty() && difference(&empty, &none).is_empty());
        assert!(difference(&full, &full).is_empty());
    }

    #[test]
    fn a_card_that_was_exchanged_between_two_looks_is_seen_by_the_count() {
        let before = view(&[("a", Holds::YubiKey, 1), ("b", Holds::YubiKey, 1)]);
        let now = view(&[("a", Holds::YubiKey, 3), ("b", Holds::YubiKey, 1)]);
        assert_eq!(difference(&before, &now), [removed("a"), inserted("a")]);
    }
}
