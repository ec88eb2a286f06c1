//! `cargo xtask bench`: our figures beside those of other tools, in one run.

use std::process::ExitCode;

use crate::demo::{Size, play};
use crate::house::{House, show};
use crate::stop::Stop;
use crate::{machine, setup};

/// Measures sealing and restoring the demonstration's input by every tool that is here.
///
/// `rage` comes from the registry of crates, the others from Debian's packages.
///
/// # Errors
/// When a tool cannot be installed, or when one that is present fails or gives back something else.
pub(crate) fn run(house: &House, arguments: &[&str]) -> Result<ExitCode, Stop> {
    setup::run(house)?;
    setup::packages(house, machine::PEERS)?;
    if !house.tools().join("bin/rage").exists() {
        let mut install = house.cargo(&["install", "--locked", "rage", "--version", "0.12.1"]);
        show(install.arg("--root").arg(house.tools()), "Installing rage")?;
    }
    let size = if arguments.contains(&"--small") { Size::Small } else { Size::Full };
    play(house, "bench", size)
}
