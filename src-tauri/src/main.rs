//! The desktop program that ships.

use std::process::ExitCode;

fn main() -> ExitCode {
    desktop::start()
}
