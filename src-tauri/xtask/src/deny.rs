//! cargo-deny: licences, banned crates, sources, advisories.

use std::env;
use std::fs;
use std::path::PathBuf;

use crate::house::{House, show};
use crate::machine;
use crate::stop::Stop;

/// The version that is installed where none is found.
const VERSION: &str = "0.20.2";

/// Where cargo-deny lies, if it does.
pub(crate) fn find(house: &House) -> Option<PathBuf> {
    let own = house.tools().join("bin/cargo-deny");
    machine::find_program("cargo-deny").or_else(|| own.is_file().then_some(own))
}

/// Where cargo-deny lies, after building it (about three minutes) if it was nowhere.
///
/// # Errors
/// When it cannot be built.
pub(crate) fn find_or_install(house: &House) -> Result<PathBuf, Stop> {
    if let Some(found) = find(house) {
        return Ok(found);
    }
    let own = house.tools();
    println!("Building cargo-deny {VERSION} once; this takes a few minutes.");
    let mut install = house.cargo(&["install", "--quiet", "--locked", "cargo-deny"]);
    install.args(["--version", VERSION, "--no-default-features", "--root"]).arg(&own);
    // Its own folder for what it builds: its features must not unsettle ours.
    install.env("CARGO_TARGET_DIR", own.join("build"));
    show(&mut install, "cargo install cargo-deny")?;
    // What was compiled on the way is not needed again, and it is large.
    fs::remove_dir_all(own.join("build")).map_err(|error| Stop::file(&own, &error))?;
    Ok(own.join("bin/cargo-deny"))
}

/// Whether a database of advisories lies on this machine; it cannot be fetched offline.
pub(crate) fn has_advisories() -> bool {
    let home = env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| env::var_os("HOME").map(|home| PathBuf::from(home).join(".cargo")));
    let Some(entries) = home.and_then(|home| fs::read_dir(home).ok()) else { return false };
    let mut names = entries.flatten().map(|entry| entry.file_name());
    names.any(|name| name.to_string_lossy().starts_with("advisory-db"))
}
