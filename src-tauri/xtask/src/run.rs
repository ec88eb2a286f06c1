//! `cargo xtask run`: what a newcomer sees first.

use std::process::ExitCode;

use crate::house::House;
use crate::stop::Stop;
use crate::{demo, setup};

/// Sets up, then shows the program at work. Until the window exists, that is the demonstration
/// in a drill vault.
///
/// # Errors
/// When the machine cannot be set up or the demonstration fails.
pub(crate) fn run(house: &House) -> Result<ExitCode, Stop> {
    setup::run(house)?;
    demo::run(house, demo::Size::Small)
}
