//! What `cargo xtask bench` hands over.

use std::env;
use std::path::PathBuf;

use strongroom_tests::outcome::{Outcome, context, fail};

use crate::corpora::NAMES;

/// `PROGRAM DIR [--small] [NAME…|growth [STEPS]|report]`.
pub(crate) struct Arguments {
    /// The command line under measurement.
    pub(crate) program: PathBuf,
    /// The folder to work in; it is cleared.
    pub(crate) dir: PathBuf,
    /// Enough to see that everything works, too little for figures.
    pub(crate) small: bool,
    pub(crate) task: Task,
}

/// What is to be done.
pub(crate) enum Task {
    /// Compare on these corpora.
    Corpora(Vec<&'static str>),
    /// Measure how time and memory grow, through the first so many sizes.
    Growth { steps: usize },
    /// Write the page from the results that are there.
    Report,
    /// Write a stream to standard output; a measurement starts itself for that.
    MakeStream { bytes: u64 },
    /// Seal this many entries that exist nowhere; a measurement starts itself for that.
    MakeEntries { count: u64, recipient: PathBuf },
}

impl Arguments {
    /// Reads the process's arguments.
    pub(crate) fn parse() -> Outcome<Self> {
        let words: Vec<String> = env::args().skip(1).collect();
        let Some([program, dir]) = words.first_chunk() else {
            return fail("expected: PROGRAM DIR [--small] [NAME…|growth [STEPS]|report]");
        };
        let rest: Vec<&str> = words[2..].iter().map(String::as_str).collect();
        let small = rest.contains(&"--small");
        let rest: Vec<&str> = rest.into_iter().filter(|word| *word != "--small").collect();
        let number = |text: &str| text.parse().map_err(context(format!("reading {text}")));
        let task = match rest[..] {
            [] => Task::Corpora(NAMES.to_vec()),
            ["growth"] => Task::Growth { steps: usize::MAX },
            ["growth", steps] => {
                Task::Growth { steps: steps.parse().map_err(context("reading a number"))? }
            }
            ["report"] => Task::Report,
            ["make-stream", bytes] => Task::MakeStream { bytes: number(bytes)? },
            ["make-entries", count, recipient] => {
                Task::MakeEntries { count: number(count)?, recipient: recipient.into() }
            }
            ref names => {
                let unknown = names.iter().find(|name| !NAMES.contains(name));
                if let Some(name) = unknown {
                    return fail(format!("there is no corpus {name}; there are {NAMES:?}"));
                }
                Task::Corpora(NAMES.into_iter().filter(|name| names.contains(name)).collect())
            }
        };
        let absolute = |path| std::path::absolute(path).map_err(context(format!("finding {path}")));
        Ok(Self { program: absolute(program)?, dir: absolute(dir)?, small, task })
    }

    /// Where results are kept between runs: beside the folder to work in, which is cleared.
    pub(crate) fn results(&self) -> PathBuf {
        self.dir.with_extension(if self.small { "small.json" } else { "json" })
    }
}
