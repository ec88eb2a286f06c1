//! Tasks of the workspace: `cargo xtask help` lists them.
//!
//! One file per task. `setup` is the part that `run` and `test` share.

mod apt;
mod bench;
mod bundle;
mod demo;
mod deny;
mod desktop;
mod doctor;
mod house;
mod machine;
mod node;
mod run;
mod setup;
mod soak;
mod stop;
mod tally;
mod test;
mod tokens;

use std::process::ExitCode;

use house::House;
use stop::Stop;

const USAGE: &str = "\
cargo xtask TASK

  run             set up this machine, then show the program at work
  test            set up this machine, then check everything that must hold
  test --pcsc     only the tests of tokens in readers: pcscd, virtual readers, foreign programs
  demo [--small] [worst-day]
                  the whole line on real input: genesis, seal, destroy, restore; or a lost
                  volume, bad sectors and two power cuts, mended and beyond mending
  demo tokens     five virtual tokens in readers: enrolled, given shares, pulled out at every
                  command, mistyped, lost, replaced, and a restore by those that are left
  desktop [NAME]  build the window and run its tests, all or those of that name
  figures         how long the window takes to its first picture, and how much memory
  pictures        the pictures of docs/guides, taken from the real window
  bench [--small] [CORPUS…]
                  the same work by other tools and the bounds of this machine, into
                  docs/performance.md; corpora: stream, database, files, mixed
  bench [--small] growth [STEPS]
                  time and memory from 1 to 64 GiB and from 10 thousand to 10 million entries
  bench [--small] report
                  the page and its plots again, from the figures that are there
  setup           only set up
  doctor          say what is missing, change nothing
  soak            sweeps that take hours: kills at every moment, many cases of every property
  bundle          a Debian package with all programs, tried out after packing
";

/// Exit code for a task that is not there yet, or was called wrongly.
const USAGE_CODE: u8 = 2;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match House::find().and_then(|house| dispatch(&house, &words)) {
        Ok(code) => code,
        Err(stop) => {
            eprintln!("\n{stop}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(house: &House, words: &[&str]) -> Result<ExitCode, Stop> {
    match words {
        ["run"] => run::run(house),
        ["test"] => test::run(house),
        ["test", "--pcsc"] => tokens::run(house),
        ["demo", "tokens"] => tokens::demo(house),
        ["demo", "--small", more @ ..] => demo::run(house, demo::Size::Small, more),
        ["demo", more @ ..] => demo::run(house, demo::Size::Full, more),
        ["desktop", names @ ..] => desktop::run(house, names),
        ["figures"] => desktop::figures(house),
        ["pictures"] => desktop::pictures(house),
        ["bench", rest @ ..] => bench::run(house, rest),
        ["setup"] => setup::run(house).map(|()| ExitCode::SUCCESS),
        ["doctor"] => Ok(doctor::run(house)),
        ["soak"] => soak::run(house),
        ["bundle"] => bundle::run(house),
        [] | ["help" | "--help" | "-h"] => {
            println!("{USAGE}");
            Ok(ExitCode::SUCCESS)
        }
        _ => {
            eprintln!("There is no task \"{}\".\n\n{USAGE}", words.join(" "));
            Ok(ExitCode::from(USAGE_CODE))
        }
    }
}
