//! What a target refused, once for each kind with a count: not once for each of a million files.

use std::collections::BTreeMap;

use archive::Entry;
use rustix::io::Errno;

/// What could not be set, or was left out on purpose, by kind.
#[derive(Debug, Default)]
pub(crate) struct Refusals {
    kinds: BTreeMap<String, Kind>,
}

#[derive(Debug)]
struct Kind {
    count: u64,
    first: String,
}

impl Refusals {
    /// Takes note if `what` of `entry` could not be set.
    pub(super) fn check(&mut self, what: &str, outcome: Result<(), Errno>, entry: &Entry) {
        if let Err(error) = outcome {
            self.note(format!("{what} could not be set ({error})"), entry.path.to_string());
        }
    }

    /// Takes note that `what` of `entry` was left out.
    pub(super) fn left_out(&mut self, what: &str, entry: &Entry) {
        self.note(format!("{what} left out"), entry.path.to_string());
    }

    /// Takes note of `what` happened to `path`.
    pub(crate) fn note(&mut self, what: String, path: String) {
        let kind = self.kinds.entry(what).or_insert_with(|| Kind { count: 0, first: path });
        kind.count += 1;
    }

    /// Takes over what was noted elsewhere.
    pub(crate) fn merge(&mut self, other: Self) {
        for (what, Kind { count, first }) in other.kinds {
            self.kinds.entry(what).or_insert(Kind { count: 0, first }).count += count;
        }
    }

    /// A line for each kind.
    pub(crate) fn lines(&self) -> Vec<String> {
        let line = |(what, kind): (&String, &Kind)| match kind.count {
            1 => format!("{what}: {}", kind.first),
            count => format!("{what}: {count} times, first for {}", kind.first),
        };
        self.kinds.iter().map(line).collect()
    }
}
