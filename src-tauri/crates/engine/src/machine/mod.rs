//! What the machine shows of itself: links, routes, radios, swap, sleep, clock.
//!
//! All of it is read from the kernel's own files below a given root. It says what is so *now*. It
//! cannot say that the machine was never connected, and no sentence here claims that.

mod clock;
mod finding;
mod hibernation;
mod network;
mod radio;
mod swap;
#[cfg(test)]
mod tests;

use std::fs;
use std::path::Path;

use serde::Serialize;

pub use clock::Clock;
pub use finding::Finding;
pub use hibernation::Hibernation;
pub use network::{DefaultRoute, Interface, InterfaceKind, IpVersion, Link};
pub use radio::{Radio, RadioKind};
pub use swap::{Swap, SwapKind};

/// The state of a machine at the moment it was read.
///
/// `None` means that the system did not say, which is not the same as "there is none".
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Machine {
    /// Network interfaces other than loopback, by name.
    pub interfaces: Option<Vec<Interface>>,
    /// Routes that lead out of the local network.
    pub default_routes: Option<Vec<DefaultRoute>>,
    /// Transmitters that can be switched off, by name.
    pub radios: Vec<Radio>,
    /// Swap areas in use.
    pub swap: Option<Vec<Swap>>,
    /// Whether memory could be written to a disk as a whole.
    pub hibernation: Hibernation,
    /// Where the time comes from.
    pub clock: Clock,
}

impl Machine {
    /// Reads the state of the machine whose `/proc` and `/sys` lie below `root`; `/` is this one.
    pub fn read(root: &Path) -> Self {
        Self {
            interfaces: network::interfaces(root),
            default_routes: network::default_routes(root),
            radios: radio::radios(root),
            swap: swap::areas(root),
            hibernation: Hibernation::read(root),
            clock: Clock::read(root),
        }
    }

    /// What was looked at, each with its verdict and what to do about it.
    pub fn findings(&self) -> Vec<Finding> {
        finding::of(self)
    }

    /// All findings in one line, for the minutes.
    pub fn summary(&self) -> String {
        let all = self.findings().into_iter();
        all.map(|finding| finding.to_string()).collect::<Vec<_>>().join("; ")
    }

    /// Whether hibernation is offered and there is a place that memory could be written to.
    pub fn can_hibernate(&self) -> bool {
        match &self.hibernation {
            Hibernation::Impossible => false,
            Hibernation::Offered { resume_device: Some(_) } => true,
            // An unread list of swap areas may hold one.
            Hibernation::Offered { resume_device: None } => {
                self.swap.as_ref().is_none_or(|areas| !areas.is_empty())
            }
        }
    }
}

/// The trimmed text of a file of the kernel, or `None` if it cannot be read.
fn text(path: &Path) -> Option<String> {
    fs::read_to_string(path).ok().map(|text| text.trim().to_owned())
}

/// The names in a folder, sorted, or `None` if it cannot be read.
fn names(folder: &Path) -> Option<Vec<String>> {
    let entries = fs::read_dir(folder).ok()?;
    let mut names: Vec<String> =
        entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    Some(names)
}
