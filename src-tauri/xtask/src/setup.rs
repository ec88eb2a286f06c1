//! What `run` and `test` need before they can begin; quick when it is all there.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::apt;
use crate::house::{House, show};
use crate::machine::{self, Package};
use crate::node::Node;
use crate::stop::Stop;

/// Installs what is missing: system packages, packages of the page, foreign implementations.
///
/// # Errors
/// When something is missing and cannot be installed; the error says what to type.
pub(crate) fn run(house: &House) -> Result<(), Stop> {
    packages(house, machine::PACKAGES)?;
    fs::create_dir_all(&house.target).map_err(|error| Stop::file(&house.target, &error))?;
    let node = Node::find_or_install(house)?;
    npm_packages(&node, &house.root.join("ui"))?;
    npm_packages(&node, &house.root.join("tests/peers"))?;
    python_peers(house)
}

/// Installs those of `wanted` that are missing.
///
/// # Errors
/// When one is missing and cannot be installed.
pub(crate) fn packages(house: &House, wanted: &'static [Package]) -> Result<(), Stop> {
    let missing = machine::missing(wanted);
    if missing.is_empty() { Ok(()) } else { apt::install(house, &missing) }
}

/// Exactly the packages of the lock file in `folder`; none of them runs an install script.
fn npm_packages(node: &Node, folder: &Path) -> Result<(), Stop> {
    let lock = folder.join("package-lock.json");
    let stamp = folder.join("node_modules/.installed-from");
    once(&lock, &stamp, || {
        let command = &mut node.npm(folder, &["ci", "--ignore-scripts", "--no-fund", "--no-audit"]);
        show(command, &format!("npm ci in {}", folder.display()))
    })
}

/// The Python implementations that tests compare with, in an environment of their own.
fn python_peers(house: &House) -> Result<(), Stop> {
    let wanted = house.root.join("tests/peers/requirements.txt");
    let venv = house.peers_venv();
    once(&wanted, &venv.join(".installed-from"), || {
        show(Command::new("python3").args(["-m", "venv"]).arg(&venv), "python3 -m venv")?;
        let mut pip = Command::new(venv.join("bin/pip"));
        let pip =
            pip.args(["install", "--quiet", "--disable-pip-version-check", "-r"]).arg(&wanted);
        show(pip, "pip install")
    })
}

/// Does `work` unless `stamp` says that it was done for this very content of `source`.
fn once(source: &Path, stamp: &Path, work: impl FnOnce() -> Result<(), Stop>) -> Result<(), Stop> {
    let Ok(wanted) = fs::read(source) else { return Ok(()) };
    if fs::read(stamp).is_ok_and(|done| done == wanted) {
        return Ok(());
    }
    work()?;
    fs::write(stamp, wanted).map_err(|error| Stop::file(stamp, &error))
}
