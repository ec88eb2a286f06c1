//! `cargo xtask run`: what a newcomer sees first.

use std::path::PathBuf;
use std::process::ExitCode;

use crate::desktop::{self, build_all};
use crate::house::{House, show};
use crate::setup;
use crate::stop::Stop;

/// The window test that walks the guided drill by itself.
const WALK: &str = "guided_drill";

/// Sets up and opens the window; where there is no display, the same window walks the guided drill
/// by itself on a display in memory, and the paths of its pictures are printed.
///
/// # Errors
/// When the machine cannot be set up, or the window fails.
pub(crate) fn run(house: &House) -> Result<ExitCode, Stop> {
    setup::run(house)?;
    build_all(house)?;
    if has_display() {
        println!("The window opens. Close it to come back.");
        let mut window = house.command(house.target.join("debug/strongroom-desktop"));
        show(&mut window, "The window")?;
        return Ok(ExitCode::SUCCESS);
    }
    println!("There is no display here, so the window walks the guided drill by itself.");
    let began = std::time::SystemTime::now();
    desktop::test(house, &[WALK])?;
    println!("\nIts pictures:");
    for picture in pictures(house, began) {
        println!("  {}", picture.display());
    }
    println!("\nWith a display, this command opens the window. The command line does the same:");
    println!("  cargo xtask demo --small");
    Ok(ExitCode::SUCCESS)
}

fn has_display() -> bool {
    ["DISPLAY", "WAYLAND_DISPLAY"]
        .iter()
        .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}

/// Pictures that were made since `began`, in the order in which they were made.
fn pictures(house: &House, began: std::time::SystemTime) -> Vec<PathBuf> {
    let folder = house.target.join("screenshots");
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let made = entries.filter_map(|entry| Some((entry.metadata().ok()?.modified().ok()?, entry)));
    let mut fresh: Vec<_> = made.filter(|(at, _)| *at >= began).collect();
    fresh.sort_by_key(|(at, _)| *at);
    fresh.into_iter().map(|(_, entry)| entry.path()).collect()
}
