//! The package as a person's machine meets it: installed, started, removed.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::PROGRAMS;
use crate::house::{House, show};
use crate::machine;
use crate::stop::Stop;

/// The package's name in Debian's lists.
const NAME: &str = "strongroom";

/// Installs the package below `root`, lets the window tests watch the program that came out of it,
/// and removes it again.
///
/// # Errors
/// When Debian's tools refuse the package, or the installed program does not show its window.
pub(super) fn run(house: &House, package: &Path, root: &Path) -> Result<(), Stop> {
    if root.exists() {
        fs::remove_dir_all(root).map_err(|error| Stop::file(root, &error))?;
    }
    let mut wish = Command::new("apt-get");
    wish.args(["--quiet=2", "--simulate", "install"]).arg(package);
    show(&mut wish, "What the package depends on")?;
    let owner = machine::is_root().then(|| Installed::below(root, package)).transpose()?;
    if owner.is_none() {
        println!("Without root's rights the package is unpacked, not installed.");
        show(Command::new("dpkg-deb").arg("--extract").arg(package).arg(root), "dpkg-deb")?;
    }
    let programs = root.join("usr/bin");
    show(Command::new(programs.join("strongroom")).arg("--version"), "The command line")?;
    let mut tests = house.cargo(&["test", "--package", "strongroom-tests", "--test", "desktop"]);
    tests.args(["--", "process::"]).env("STRONGROOM_SHIPPED", programs.join(PROGRAMS[0]));
    show(&mut tests, "Testing the packed window")?;
    owner.map_or(Ok(()), |installed| installed.remove())
}

/// A package in a root of its own: the machine's own packages are not touched.
struct Installed<'a> {
    root: &'a Path,
}

impl<'a> Installed<'a> {
    /// Installs `package`, and compares what lies there with its list of files.
    fn below(root: &'a Path, package: &Path) -> Result<Self, Stop> {
        let lists = root.join("var/lib/dpkg");
        fs::create_dir_all(&lists)
            .and_then(|()| fs::write(lists.join("status"), ""))
            .map_err(|error| Stop::file(&lists, &error))?;
        let installed = Self { root };
        // The libraries are the machine's; in the root there are none.
        show(installed.dpkg(&["--force-depends", "--install"]).arg(package), "dpkg --install")?;
        show(&mut installed.dpkg(&["--verify", NAME]), "dpkg --verify")?;
        Ok(installed)
    }

    /// Removes the package; nothing of it may stay.
    fn remove(&self) -> Result<(), Stop> {
        show(&mut self.dpkg(&["--remove", NAME]), "dpkg --remove")?;
        let left: Vec<_> = PROGRAMS
            .iter()
            .map(|name| self.root.join("usr/bin").join(name))
            .filter(|path| path.exists())
            .collect();
        if left.is_empty() {
            return Ok(());
        }
        Err(Stop::new(format!("After its removal {left:?} is still there."), "Mend the package."))
    }

    fn dpkg(&self, words: &[&str]) -> Command {
        let mut dpkg = Command::new("dpkg");
        dpkg.arg("--root").arg(self.root).args(words);
        dpkg
    }
}
