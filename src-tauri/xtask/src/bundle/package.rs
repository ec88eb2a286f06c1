//! From a tree of files to one package.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::PROGRAMS;
use super::tree::Tree;
use crate::house::{House, answer, line_of, show};
use crate::stop::Stop;

/// Programs that WebKit's sandbox calls; no library of ours names them.
const CALLED: &str = "bubblewrap, xdg-dbus-proxy";

/// Packs `tree` with every time in it set to `date`; returns the package.
///
/// # Errors
/// When a tool of Debian's fails.
pub(super) fn pack(house: &House, tree: &Tree, place: &Path, date: &str) -> Result<PathBuf, Stop> {
    let architecture = ask(Command::new("dpkg").arg("--print-architecture"))?;
    let version = env!("CARGO_PKG_VERSION");
    let control = control(&architecture, version, &libraries(house, tree, place)?, tree);
    tree.write("DEBIAN/control", control.as_bytes(), 0o644)?;
    let package = place.join(format!("strongroom_{version}_{architecture}.deb"));
    let mut build = Command::new("dpkg-deb");
    // One thread's gzip: other compressors may give other bits on other numbers of cores.
    build.args(["--root-owner-group", "-Zgzip", "--build"]).arg(&tree.root).arg(&package);
    show(build.env("SOURCE_DATE_EPOCH", date), "dpkg-deb")?;
    Ok(package)
}

fn control(architecture: &str, version: &str, libraries: &str, tree: &Tree) -> String {
    let size_kib = size_bytes(&tree.root).div_ceil(1024);
    format!(
        "Package: strongroom
Version: {version}
Architecture: {architecture}
Maintainer: The Strongroom authors <maintainers@strongroom.invalid>
Installed-Size: {size_kib}
Depends: {libraries}, {CALLED}
Recommends: pcscd, pinentry-gtk2 | pinentry-gnome3 | pinentry-curses
Section: utils
Priority: optional
Description: offline key ceremonies, restores under quorum, and drills
 Strongroom guides key custodians through making, splitting, rotating and
 retiring a master key, opens archived, encrypted offline copies once a quorum
 has approved one restore plan, and lets trainers stage a breach and a restore.
 .
 It works on a machine that is never on a network, and its desktop program
 cannot open a connection. The command line does everything without a window.
"
    )
}

/// The packages whose libraries the programs are linked to, with their versions.
fn libraries(house: &House, tree: &Tree, place: &Path) -> Result<String, Stop> {
    // The tool wants to stand in a source package.
    let source = place.join("source");
    let description = "Source: strongroom\n\nPackage: strongroom\nArchitecture: any\n";
    fs::create_dir_all(source.join("debian"))
        .and_then(|()| fs::write(source.join("debian/control"), description))
        .map_err(|error| Stop::file(&source, &error))?;
    let mut tool = house.command("dpkg-shlibdeps");
    tool.current_dir(&source).arg("-O");
    tool.args(PROGRAMS.iter().map(|name| tree.root.join("usr/bin").join(name)));
    let line = ask(&mut tool)?;
    Ok(line.strip_prefix("shlibs:Depends=").unwrap_or(&line).to_owned())
}

fn ask(command: &mut Command) -> Result<String, Stop> {
    answer(command).ok_or_else(|| {
        Stop::new(
            format!("`{}` gave no answer.", line_of(command)),
            "Packages are built on Debian, with dpkg-dev installed.",
        )
    })
}

/// The size of all files below `folder`.
fn size_bytes(folder: &Path) -> u64 {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .map(|entry| match entry.metadata() {
            Ok(metadata) if metadata.is_dir() => size_bytes(&entry.path()),
            Ok(metadata) => metadata.len(),
            Err(_) => 0,
        })
        .sum()
}
