//! System packages through apt, asked for only where they are missing.

use std::fs::{self, File};
use std::io::{self, BufRead, IsTerminal, Write};
use std::process::Command;

use crate::house::{House, answer, line_of, show};
use crate::machine::{self, Package};
use crate::stop::Stop;

/// Installs `packages`; one apt run at a time, the list refreshed first, everything tried twice.
///
/// # Errors
/// When this machine has no apt, the person says no, or apt fails twice.
pub(crate) fn install(house: &House, packages: &[&Package]) -> Result<(), Stop> {
    let names: Vec<&str> = packages.iter().map(|package| package.name).collect();
    if !machine::has_apt() {
        return Err(Stop::new(
            format!("Missing: {}. This machine has no apt.", names.join(", ")),
            "Install what your system calls these packages, then run the task again.",
        ));
    }
    let prefix = rights(&names)?;
    let _turn = take_turn(house)?;
    let mut wanted = vec!["install", "--yes", "--no-install-recommends"];
    wanted.extend(&names);
    println!("Installing system packages: {}", names.join(" "));
    twice("apt-get update", || apt(prefix, &["update"]))?;
    twice("apt-get install", || apt(prefix, &wanted))
}

/// The command line a person types to install `names`.
pub(crate) fn command_line(names: &[&str]) -> String {
    format!("sudo apt-get update && sudo apt-get install --yes {}", names.join(" "))
}

/// How this process gets the right to install: nothing as root, otherwise sudo.
fn rights(names: &[&str]) -> Result<&'static [&'static str], Stop> {
    if machine::is_root() {
        return Ok(&[]);
    }
    if answer(Command::new("sudo").args(["-n", "true"])).is_some() {
        return Ok(&["sudo", "-n"]);
    }
    let has_sudo = machine::find_program("sudo").is_some();
    if has_sudo && io::stdin().is_terminal() && agrees(names) {
        return Ok(&["sudo"]);
    }
    Err(Stop::new(
        format!("These system packages are missing: {}.", names.join(", ")),
        format!("Install them as root, then run the task again:\n\n  {}\n", command_line(names)),
    ))
}

/// Asks the person at the terminal.
fn agrees(names: &[&str]) -> bool {
    print!(
        "These system packages are missing: {}.\nInstall them now with sudo? [y/N] ",
        names.join(", ")
    );
    let mut line = String::new();
    let heard = io::stdout().flush().and_then(|()| io::stdin().lock().read_line(&mut line));
    heard.is_ok() && matches!(line.trim(), "y" | "Y" | "yes")
}

/// Waits until no other task of this workspace installs packages.
fn take_turn(house: &House) -> Result<File, Stop> {
    let path = house.target.join("apt.lock");
    fs::create_dir_all(&house.target)
        .and_then(|()| File::create(&path))
        .and_then(|file| file.lock().map(|()| file))
        .map_err(|error| Stop::file(&path, &error))
}

fn apt(prefix: &[&str], arguments: &[&str]) -> Command {
    let mut words: Vec<&str> = prefix.to_vec();
    words.extend(["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "--quiet"]);
    words.extend(["--option", "DPkg::Lock::Timeout=300"]);
    words.extend(arguments);
    let mut command = Command::new(words[0]);
    command.args(&words[1..]);
    command
}

fn twice(what: &str, command: impl Fn() -> Command) -> Result<(), Stop> {
    show(&mut command(), what).or_else(|_| {
        println!("{what} failed; once more: {}", line_of(&command()));
        show(&mut command(), what)
    })
}
