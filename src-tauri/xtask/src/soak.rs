//! `cargo xtask soak`: the sweeps that take too long for every change.

use std::process::ExitCode;

use crate::house::{House, show};
use crate::setup;
use crate::stop::Stop;

/// How often each operation is killed: enough for every sync of a genesis.
const KILLS: &str = "200";
/// How many cases each property is tried with.
const CASES: &str = "20000";
/// How many times more than in every test run each parser is fuzzed: some 40 million executions.
const FUZZ: &str = "100";

/// Kills seal, restore and genesis at two hundred moments each, a genesis at every sync; has every
/// writing call of every work fail, and power cut at every step; fuzzes every parser for long; and
/// tries every property with many cases.
///
/// # Errors
///
/// When the machine cannot be set up, or a sweep finds something.
pub(crate) fn run(house: &House) -> Result<ExitCode, Stop> {
    setup::run(house)?;
    let mut kills = house.cargo(&["test", "--release", "-p", "strongroom-cli", "--test", "kill"]);
    show(kills.env("STRONGROOM_KILLS", KILLS), "Killing at every moment")?;
    let mut faults =
        house.cargo(&["test", "--release", "-p", "strongroom-cli", "--test", "faults"]);
    show(faults.env("STRONGROOM_FAULTS", "all"), "Every fault at every call, every power cut")?;
    let mut fuzz = house.cargo(&["test", "--release", "-p", "strongroom-tests", "--test", "fuzz"]);
    show(fuzz.env("STRONGROOM_FUZZ", FUZZ), "Fuzzing every parser")?;
    let crates = ["archive", "quorum", "audit", "keys", "ceremony", "token", "engine"];
    let packages = crates.iter().flat_map(|name| ["-p".to_owned(), format!("strongroom-{name}")]);
    let mut cases = house.cargo(&["test", "--release"]);
    cases.args(packages).env("PROPTEST_CASES", CASES);
    show(&mut cases, "Many cases of every property")?;
    Ok(ExitCode::SUCCESS)
}
