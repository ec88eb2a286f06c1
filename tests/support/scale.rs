//! How much real data a demonstration or a measurement takes, and where it works.

use std::env;
use std::path::PathBuf;

use crate::outcome::{Outcome, fail};

/// How much real data a run takes.
pub struct Scale {
    /// pgbench's scale factor: 100 000 rows each, about 10 MB of dump.
    pub pgbench: u32,
    /// Number of files in the tree.
    pub files: usize,
}

impl Scale {
    /// A minute's worth, or what the product promises to show.
    pub fn new(small: bool) -> Self {
        if small { Self { pgbench: 1, files: 600 } } else { Self { pgbench: 115, files: 20_000 } }
    }
}

/// What `cargo xtask` hands to a demonstration: `PROGRAM DIR [--small] [worst-day]`.
pub struct Arguments {
    /// The command line under demonstration.
    pub program: PathBuf,
    /// The folder to work in; it is cleared.
    pub dir: PathBuf,
    /// How much data.
    pub scale: Scale,
    /// Whether that is little.
    pub small: bool,
    /// Whether the worst day is played, and not the whole line.
    pub worst_day: bool,
}

impl Arguments {
    /// Reads the process's arguments.
    ///
    /// # Errors
    ///
    /// There are too few or too many.
    pub fn parse() -> Outcome<Self> {
        let words: Vec<_> = env::args().skip(1).collect();
        let words: Vec<_> = words.iter().map(String::as_str).collect();
        let [program, dir, rest @ ..] = &words[..] else {
            return fail("expected: PROGRAM DIR [--small] [worst-day]");
        };
        let (small, worst_day) = match rest {
            [] => (false, false),
            ["--small"] => (true, false),
            ["worst-day"] => (false, true),
            ["--small", "worst-day"] => (true, true),
            _ => return fail("expected: PROGRAM DIR [--small] [worst-day]"),
        };
        let (program, dir, scale) = (program.into(), dir.into(), Scale::new(small));
        Ok(Self { program, dir, scale, small, worst_day })
    }
}
