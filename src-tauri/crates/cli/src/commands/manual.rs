//! `strongroom manual`: what a package ships beside the program. Not listed, because people read it
//! through `man` and their shell.

use std::fs;
use std::path::PathBuf;

use clap::{Args, CommandFactory};
use clap_complete::{Shell, generate_to};

use super::{Arguments, Ended};
use crate::context::Context;
use crate::exit::Exit;
use crate::output;

/// Write man pages into DIR/man and completions into DIR/completions.
#[derive(Args)]
pub(crate) struct Manual {
    /// The folder; it is made.
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

impl Manual {
    pub(crate) fn run(self, context: &Context) -> Ended {
        let (pages, completions) = (self.folder.join("man"), self.folder.join("completions"));
        fs::create_dir_all(&pages)?;
        fs::create_dir_all(&completions)?;
        clap_mangen::generate_to(Arguments::command(), &pages)?;
        for shell in [Shell::Bash, Shell::Zsh, Shell::Fish] {
            generate_to(shell, &mut Arguments::command(), "strongroom", &completions)?;
        }
        if context.json {
            output::json("manual", serde_json::json!({ "man": pages, "completions": completions }));
        } else {
            output::line(format!("Written to {}.", self.folder.display()));
        }
        Ok(Exit::Done)
    }
}
