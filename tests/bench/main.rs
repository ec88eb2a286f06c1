//! `cargo xtask bench`: Strongroom beside its peers and beside what the machine can do at most.
//!
//! Each corpus is made, given to every tool in turns, and thrown away. In every round the bounds
//! are measured too: ciphers, digests, compression, memory, disk. What came back is compared with
//! what was sealed each time. Results are kept as JSON, so that a part can be measured again, and
//! the page and its plots are written from them.

#![allow(clippy::print_stdout, clippy::print_stderr, clippy::cast_precision_loss)]

mod arguments;
mod bars;
mod bounds;
mod contest;
mod corpora;
mod curves;
mod damage;
mod entries;
mod growth;
mod kernels;
mod limits;
mod medium;
mod report;
mod results;
mod shop;
mod stream;
mod svg;
mod tools;
mod trial;

use std::process::ExitCode;

use arguments::{Arguments, Task};
use results::Results;
use shop::Shop;
use strongroom_tests::outcome::Outcome;

/// Measures what was asked for, then writes the page and its plots.
fn main() -> ExitCode {
    match Arguments::parse().and_then(|arguments| run(&arguments)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("\nThe measurement failed.\n{problem}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Outcome<()> {
    match &arguments.task {
        Task::MakeStream { bytes } => return stream::make(*bytes),
        Task::MakeEntries { count, recipient } => {
            return entries::make(&arguments.dir, *count, recipient);
        }
        Task::Report => (),
        Task::Corpora(names) => {
            let shop = Shop::open(arguments)?;
            for name in names {
                let corpus = corpora::make(name, &shop, arguments.small)?;
                println!("\n== {}", corpus.title);
                let result = contest::run(&corpus, &shop, arguments.small)?;
                corpus.remove()?;
                keep(arguments, |results| results.put(result))?;
            }
            shop.close()?;
        }
        Task::Growth { steps } => {
            let shop = Shop::open(arguments)?;
            growth::run(&shop, (arguments, *steps), |growth| {
                keep(arguments, |results| results.growth = growth.clone())
            })?;
            shop.close()?;
        }
    }
    report::write(&Results::read(&arguments.results())?, arguments)
}

/// Changes the results that lie on the disk.
fn keep(arguments: &Arguments, change: impl FnOnce(&mut Results)) -> Outcome<()> {
    let path = arguments.results();
    let mut results = Results::read(&path)?;
    change(&mut results);
    results.write(&path)
}
