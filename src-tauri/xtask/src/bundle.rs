//! `cargo xtask bundle`: a Debian package, built offline.

mod package;
mod tree;
mod trial;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use crate::house::{House, answer, show};
use crate::node::Node;
use crate::setup;
use crate::stop::Stop;
use tree::Tree;

/// The programs of the package. The one for window tests is not among them, and cannot be: it does
/// not compile in a release build.
const PROGRAMS: &[&str] = &["strongroom-desktop", "strongroom-entry", "strongroom"];

/// Builds, packs, and tries what came out of the package.
///
/// # Errors
/// When building or packing fails, or the packed program does not show its window.
pub(crate) fn run(house: &House) -> Result<ExitCode, Stop> {
    setup::run(house)?;
    let node = Node::find_or_install(house)?;
    let mut page = node.npm(&house.root.join("ui"), &["run", "--silent", "build"]);
    show(&mut page, "Building the page")?;

    let place = house.target.join("bundle");
    let programs = build(house, &place.join("build"))?;
    let tree = Tree::lay_out(house, &programs, place.join("tree"))?;
    let date = last_change(house);
    let package = package::pack(house, &tree, &place, &date)?;
    trial::run(house, &package, &place.join("tried"))?;

    println!();
    for file in PROGRAMS.iter().map(|name| programs.join(name)).chain([package]) {
        show(Command::new("sha256sum").arg(&file), "sha256sum")?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Compiles the programs with other names for this machine's folders; returns where they are.
fn build(house: &House, target: &Path) -> Result<PathBuf, Stop> {
    let places = places(house, target);
    let rust = places.iter().map(|(from, to)| format!("--remap-path-prefix={from}={to}"));
    let c = places.iter().map(|(from, to)| format!("-ffile-prefix-map={from}={to}"));
    let mut cargo = house.cargo(&["build", "--release", "--locked", "--bins"]);
    let packages = ["strongroom-desktop", "strongroom-entry", "strongroom-cli"];
    cargo.args(packages.iter().flat_map(|package| ["--package", package]));
    cargo.env("CARGO_TARGET_DIR", target);
    cargo.env("CARGO_ENCODED_RUSTFLAGS", rust.collect::<Vec<_>>().join("\u{1f}"));
    cargo.env("CFLAGS", c.collect::<Vec<_>>().join(" "));
    show(&mut cargo, "Building the programs")?;
    Ok(target.join("release"))
}

/// Folders whose names differ from machine to machine, and what stands for them.
fn places(house: &House, target: &Path) -> Vec<(String, &'static str)> {
    let home = std::env::var_os("HOME").map(PathBuf::from).unwrap_or_default();
    let cargo = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let compiler = answer(Command::new("rustc").args(["--print", "sysroot"])).unwrap_or_default();
    let cargo = cargo.unwrap_or_else(|| home.join(".cargo"));
    // Where two fit, the later one counts: the target folder may lie inside the root.
    vec![
        (house.root.display().to_string(), "/strongroom"),
        (target.display().to_string(), "/strongroom/target"),
        (cargo.display().to_string(), "/cargo"),
        (compiler, "/rust"),
    ]
}

/// The time of the last commit in seconds: every file in the package carries it.
fn last_change(house: &House) -> String {
    let mut git = house.command("git");
    answer(git.args(["log", "-1", "--format=%ct"])).unwrap_or_else(|| "0".to_owned())
}
