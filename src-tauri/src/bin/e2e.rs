//! The desktop program as window tests drive it: remote control passes, seccomp is left out.
//!
//! It has a name of its own, so that it can neither be shipped nor started by mistake.

use std::process::ExitCode;

fn main() -> ExitCode {
    desktop::start()
}
