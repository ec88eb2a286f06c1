//! `cargo xtask bench`: our figures beside those of other tools, in one run.

use std::process::ExitCode;

use crate::house::House;
use crate::stop::Stop;

/// Measures sealing and restoring the demonstration's input, and prints ratios.
///
/// # Errors
/// When a tool that is present fails.
pub(crate) fn run(_house: &House, _arguments: &[&str]) -> Result<ExitCode, Stop> {
    eprintln!("`cargo xtask bench` is not built yet.");
    Ok(ExitCode::from(crate::USAGE_CODE))
}
