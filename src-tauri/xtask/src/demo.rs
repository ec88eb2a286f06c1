//! `cargo xtask demo`: the whole line on real input.

use std::process::ExitCode;

use crate::house::{House, show};
use crate::setup;
use crate::stop::Stop;

/// How much real input the demonstration takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Size {
    /// A database of at least 1 GiB and at least 20 000 files, with the program that ships.
    Full,
    /// Enough to show every step in a minute, with the program the tests use.
    Small,
}

/// Genesis, seal, destroy, quorum, restore, compare; prints times, throughput and peak memory. Told
/// `worst-day`, it plays a lost volume, bad sectors and power cuts instead.
///
/// # Errors
/// When any step fails or what came back is not what was sealed.
pub(crate) fn run(house: &House, size: Size, more: &[&str]) -> Result<ExitCode, Stop> {
    setup::run(house)?;
    play(house, "demo", size, more)
}

/// Builds the program and lets the demonstration or measurement `name` work with it, told `more`.
///
/// # Errors
/// When building fails, or what was played says so.
pub(crate) fn play(house: &House, name: &str, size: Size, more: &[&str]) -> Result<ExitCode, Stop> {
    let (profile, folder): (&[&str], _) = match size {
        Size::Full => (&["--release"], "release"),
        Size::Small => (&[], "debug"),
    };
    // The small size takes the programs that the tests built: other packages would mean other
    // features of shared libraries, and so compile all of them again.
    let packages: &[&str] = match size {
        Size::Full => &["--package", "strongroom-cli", "--package", "strongroom-tests", "--bins"],
        Size::Small => &["--workspace", "--bins"],
    };
    let mut build = house.cargo(&["build"]);
    show(build.args(profile).args(packages), "Building the program")?;
    let programs = house.target.join(folder);
    let mut player = house.command(programs.join(name));
    player.arg(programs.join("strongroom")).arg(house.target.join(format!("work-{name}")));
    if size == Size::Small {
        player.arg("--small");
    }
    show(player.args(more), "The demonstration")?;
    Ok(ExitCode::SUCCESS)
}
