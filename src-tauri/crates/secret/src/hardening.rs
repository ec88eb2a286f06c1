//! Process hardening, in one place for every program.

use rustix::process::{self, DumpableBehavior, Resource, Rlimit};

/// What the system granted when the process was hardened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hardening {
    /// No core dump is written, whatever happens.
    pub core_dumps_off: bool,
    /// Other processes of the same user cannot read this one's memory.
    pub not_dumpable: bool,
}

/// Switches core dumps off and makes the process non-dumpable; call it first in `main`.
///
/// A program goes on if the system refuses, and shows what is missing: on the worst day a restore
/// on an odd machine is worth more than a perfect one elsewhere.
pub fn harden_process() -> Hardening {
    let none = Rlimit { current: Some(0), maximum: Some(0) };
    Hardening {
        core_dumps_off: process::setrlimit(Resource::Core, none).is_ok(),
        not_dumpable: process::set_dumpable_behavior(DumpableBehavior::NotDumpable).is_ok(),
    }
}
