//! `cargo xtask bench`: our figures beside those of other tools and of the machine, in one run.

use std::process::ExitCode;

use crate::demo::{Size, play};
use crate::house::{House, show};
use crate::stop::Stop;
use crate::{machine, setup};

/// Peers that come from the registry of crates: the crate, its program, and what to ask for. They
/// are built once and kept below `target/tools`; what serves no comparison is left out.
const CRATES: [(&str, &str, &[&str]); 2] = [
    ("rage", "rage", &["--version", "0.12.1"]),
    ("rustic-rs", "rustic", &["--version", "0.11.4", "--no-default-features"]),
];

/// Measures Strongroom and every peer on all corpora, or on those that are named; `growth [STEPS]`
/// measures how time and memory grow, and `report` only writes the page.
///
/// `rage` and `rustic` come from the registry of crates, the others from Debian's packages. A
/// crate that does not build is left out, and the measurement says so.
///
/// # Errors
/// When a package cannot be installed, or when a tool fails or gives back something else.
pub(crate) fn run(house: &House, arguments: &[&str]) -> Result<ExitCode, Stop> {
    setup::run(house)?;
    let (sizes, rest): (Vec<&str>, Vec<&str>) =
        arguments.iter().partition(|word| **word == "--small");
    if !rest.iter().any(|word| ["growth", "report"].contains(word)) {
        setup::packages(house, machine::PEERS)?;
        for peer in CRATES {
            if let Err(stop) = install(house, peer) {
                println!("{stop}");
            }
        }
    }
    play(house, "bench", if sizes.is_empty() { Size::Full } else { Size::Small }, &rest)
}

fn install(house: &House, (name, program, more): (&str, &str, &[&str])) -> Result<(), Stop> {
    if house.tools().join("bin").join(program).exists() {
        return Ok(());
    }
    let mut install = house.cargo(&["install", "--locked", name]);
    install.args(more).arg("--root").arg(house.tools());
    show(&mut install, &format!("Installing {name}"))
}
