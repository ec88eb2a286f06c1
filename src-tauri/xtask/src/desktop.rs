//! `cargo xtask desktop`: the window, built and tested.

use std::process::ExitCode;

use crate::house::{House, show};
use crate::node::Node;
use crate::setup;
use crate::stop::Stop;

/// What builds the program that window tests drive, beside the one that ships.
///
/// `--workspace` is there so that Cargo chooses the features of all dependencies as it does for the
/// other programs: only the shell itself is compiled a second time.
pub(crate) const E2E: &[&str] = &[
    "build",
    "--workspace",
    "--bin",
    "strongroom-desktop-e2e",
    "--features",
    "strongroom-desktop/e2e",
];

/// Builds the page and both programs, then runs the window tests; `words` choose some by name.
///
/// # Errors
/// When building or a test fails.
pub(crate) fn run(house: &House, words: &[&str]) -> Result<ExitCode, Stop> {
    setup::run(house)?;
    build_all(house)?;
    test(house, words)?;
    Ok(ExitCode::SUCCESS)
}

/// Builds all of it and takes the pictures of the guides, every screen in every theme.
///
/// # Errors
/// When building fails, or a screen does not come.
pub(crate) fn pictures(house: &House) -> Result<ExitCode, Stop> {
    setup::run(house)?;
    build_all(house)?;
    let mut walk = house.cargo(&["test", "--workspace", "--test", "album", "--", "pictures"]);
    show(&mut walk, "Taking the pictures")?;
    Ok(ExitCode::SUCCESS)
}

/// Builds the programs as they ship and prints how long the window takes, and how much memory.
///
/// # Errors
/// When building fails, or the window does not come.
pub(crate) fn figures(house: &House) -> Result<ExitCode, Stop> {
    setup::run(house)?;
    let node = Node::find_or_install(house)?;
    let mut page = node.npm(&house.root.join("ui"), &["run", "--silent", "build"]);
    show(&mut page, "Building the page")?;
    let packages = ["--package", "strongroom-desktop", "--package", "strongroom-entry"];
    let mut build = house.cargo(&["build", "--release", "--bins"]);
    show(build.args(packages), "Building the programs")?;
    let mut starts = house.cargo(&["test", "--workspace", "--test", "album", "--", "figures"]);
    starts.env("STRONGROOM_SHIPPED", house.target.join("release/strongroom-desktop"));
    show(&mut starts, "Starting the window")?;
    Ok(ExitCode::SUCCESS)
}

/// Builds the page, every program, and the window that tests drive.
///
/// # Errors
/// When building fails.
pub(crate) fn build_all(house: &House) -> Result<(), Stop> {
    let node = Node::find_or_install(house)?;
    let mut page = node.npm(&house.root.join("ui"), &["run", "--silent", "build"]);
    show(&mut page, "Building the page")?;
    show(&mut house.cargo(&["build", "--workspace", "--bins"]), "Building the programs")?;
    show(&mut house.cargo(E2E), "Building the window for tests")
}

/// Runs the window tests whose names contain one of `words`, or all.
///
/// # Errors
/// When a test fails.
pub(crate) fn test(house: &House, words: &[&str]) -> Result<(), Stop> {
    // The whole workspace, so that Cargo chooses the features with which everything is built.
    let mut tests = house.cargo(&["test", "--workspace", "--test", "desktop"]);
    show(tests.arg("--").args(words), "Testing the window")
}
