//! What the tests of tokens in readers need beyond the rest, and these tests alone.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use crate::house::{House, show};
use crate::stop::Stop;
use crate::{machine, setup};

/// The Debian package with the driver of virtual readers.
const PACKAGE: &str = "vsmartcard-vpcd";
/// The driver in it.
const DRIVER: &str = "usr/lib/pcsc/drivers/serial/libifdvpcd.so";

/// Installs what is missing. Without it these tests count as skipped, so a failure is only told.
pub(crate) fn set_up(house: &House) {
    let ready = setup::packages(house, machine::TOKENS).and_then(|()| driver(house));
    if let Err(stop) = ready {
        println!("{stop}\nTests of tokens in readers will be skipped.");
    }
}

/// Runs these tests alone.
///
/// # Errors
/// When the machine cannot be set up, or a test fails.
pub(crate) fn run(house: &House) -> Result<ExitCode, Stop> {
    setup::packages(house, machine::PACKAGES)?;
    set_up(house);
    show(&mut house.cargo(&["build", "--workspace", "--bin", "strongroom"]), "Building")?;
    show(
        &mut house.cargo(&["test", "--workspace", "--test", "pcsc", "--test", "pkcs11"]),
        "Testing",
    )?;
    Ok(ExitCode::SUCCESS)
}

/// Shows the life of five tokens: enrolled, given shares, pulled out, lost, replaced, and enough
/// to restore.
///
/// # Errors
/// When the machine cannot be set up, or what is shown does not happen.
pub(crate) fn demo(house: &House) -> Result<ExitCode, Stop> {
    setup::packages(house, machine::PACKAGES)?;
    set_up(house);
    show(&mut house.cargo(&["build", "--workspace", "--bin", "strongroom"]), "Building")?;
    let test = ["test", "--workspace", "--test", "pcsc", "--", "life::", "--nocapture"];
    show(&mut house.cargo(&test), "The demonstration")?;
    Ok(ExitCode::SUCCESS)
}

/// Unpacks the driver beside the other tools.
///
/// It is not installed: the machine's own pcscd would load it and listen on the network.
fn driver(house: &House) -> Result<(), Stop> {
    let folder = house.tools().join("vpcd");
    if folder.join(DRIVER).exists() || Path::new("/").join(DRIVER).exists() {
        return Ok(());
    }
    fs::create_dir_all(&folder).map_err(|error| Stop::file(&folder, &error))?;
    let mut download = Command::new("apt-get");
    download.args(["--quiet", "download", PACKAGE]).current_dir(&folder);
    show(&mut download, "apt-get download")?;
    let package = downloaded(&folder)?;
    show(Command::new("dpkg-deb").arg("--extract").arg(package).arg(&folder), "dpkg-deb")
}

fn downloaded(folder: &Path) -> Result<PathBuf, Stop> {
    let files = fs::read_dir(folder).map_err(|error| Stop::file(folder, &error))?;
    let mut paths = files.flatten().map(|file| file.path());
    paths.find(|path| path.extension().is_some_and(|end| end == "deb")).ok_or_else(|| {
        Stop::new(format!("{PACKAGE} was not downloaded."), "Look at what apt said above.")
    })
}
