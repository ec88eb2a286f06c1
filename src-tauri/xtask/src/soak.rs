//! `cargo xtask soak`: the sweeps that take too long for every change.

use std::process::ExitCode;

use crate::house::{House, show};
use crate::setup;
use crate::stop::Stop;

/// How often each operation is killed: enough for every sync of a genesis.
const KILLS: &str = "200";
/// How many cases each property is tried with.
const CASES: &str = "20000";

/// Kills seal, restore and genesis at two hundred moments each, a genesis at every sync, and tries
/// every property with many cases.
///
/// # Errors
///
/// When the machine cannot be set up, or a sweep finds something.
pub(crate) fn run(house: &House) -> Result<ExitCode, Stop> {
    setup::run(house)?;
    let mut kills = house.cargo(&["test", "--release", "-p", "strongroom-cli", "--test", "kill"]);
    show(kills.env("STRONGROOM_KILLS", KILLS), "Killing at every moment")?;
    let crates = ["archive", "quorum", "audit", "keys", "ceremony", "token", "engine"];
    let packages = crates.iter().flat_map(|name| ["-p".to_owned(), format!("strongroom-{name}")]);
    let mut cases = house.cargo(&["test", "--release"]);
    cases.args(packages).env("PROPTEST_CASES", CASES);
    show(&mut cases, "Many cases of every property")?;
    Ok(ExitCode::SUCCESS)
}
