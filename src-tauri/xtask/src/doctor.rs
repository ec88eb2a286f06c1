//! Says what is missing on this machine; changes nothing.

use std::process::{Command, ExitCode};

use crate::deny;
use crate::house::{House, answer};
use crate::node::Node;
use crate::{apt, machine};

/// Prints one line per need. Succeeds only when nothing is missing.
pub(crate) fn run(house: &House) -> ExitCode {
    let missing = machine::missing(machine::PACKAGES);
    let mut is_complete = missing.is_empty();
    for package in machine::PACKAGES {
        let is_missing = missing.iter().any(|other| other.name == package.name);
        line(!is_missing, package.name, package.purpose);
    }
    let missing_for_tokens = machine::missing(machine::TOKENS);
    for package in machine::TOKENS {
        let is_missing = missing_for_tokens.iter().any(|other| other.name == package.name);
        note(!is_missing, package.name, package.purpose);
    }
    for (name, found, purpose) in programs(house) {
        is_complete &= found.is_some();
        line(found.is_some(), name, found.as_deref().unwrap_or(purpose));
    }
    let deny = deny::find(house);
    let about = "checks licences and bans; `cargo xtask test` installs it";
    note(deny.is_some(), "cargo-deny", about);
    if !missing.is_empty() {
        let names: Vec<&str> = missing.iter().map(|package| package.name).collect();
        println!("\nTo install what is missing:\n\n  {}", apt::command_line(&names));
    }
    if is_complete { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Programs with what they say of themselves, and what they are for.
fn programs(house: &House) -> [(&'static str, Option<String>, &'static str); 6] {
    let ask = |program: &str, argument: &str| answer(Command::new(program).arg(argument));
    [
        ("rustc", ask("rustc", "--version"), "compiles; install Rust 1.95 or newer"),
        (
            "clippy",
            answer(&mut house.cargo(&["clippy", "--version"])),
            "rustup component add clippy",
        ),
        (
            "rustfmt",
            answer(&mut house.cargo(&["fmt", "--version"])),
            "rustup component add rustfmt",
        ),
        (
            "node",
            Node::find(house).and_then(|node| node.version()),
            "builds the page; 20.19 or newer with npm (`cargo xtask setup` installs a copy)",
        ),
        (
            "python3",
            ask("python3", "--version").filter(|_| machine::python_makes_environments()),
            "foreign implementations in tests; with the module venv",
        ),
        (
            "postgres",
            machine::postgres_folder().map(|folder| folder.display().to_string()),
            "initdb, pg_ctl, pgbench and pg_dump in one folder, for the demonstration",
        ),
    ]
}

fn line(is_there: bool, name: &str, about: &str) {
    let state = if is_there { "ok     " } else { "MISSING" };
    println!("{state}  {name:<24} {about}");
}

/// A line on something that is installed when it is needed, and so is not counted.
fn note(is_there: bool, name: &str, about: &str) {
    let state = if is_there { "ok     " } else { "later  " };
    println!("{state}  {name:<24} {about}");
}
