//! `cargo xtask demo`: the whole line on real input.

use std::process::ExitCode;

use crate::house::House;
use crate::stop::Stop;

/// How much real input the demonstration takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Size {
    /// A database of at least 1 GiB and at least 20 000 files.
    Full,
    /// Enough to show every step in a minute.
    Small,
}

/// Genesis, seal, destroy, quorum, restore, compare; prints times, throughput and peak memory.
///
/// # Errors
/// When any step fails or what came back is not what was sealed.
pub(crate) fn run(_house: &House, _size: Size) -> Result<ExitCode, Stop> {
    eprintln!("`cargo xtask demo` is not built yet.");
    Ok(ExitCode::from(crate::USAGE_CODE))
}
