//! `strongroom names`: what a target could not hold gets its own names back.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use engine::files::bring_names_back;

use super::Ended;
use crate::context::Context;
use crate::exit::Exit;
use crate::output;
use crate::shares::engine_failure;

/// Names that a restore wrote otherwise.
#[derive(Args)]
pub(crate) struct Names {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Bring own names back by the map that the restore left; nothing is written over.
    Undo(Undo),
}

/// Bring own names back, on a disk that can hold them.
#[derive(Args)]
struct Undo {
    /// The folder that was restored into, or a copy of it.
    folder: PathBuf,

    /// The map, where several lie in the folder or it lies elsewhere.
    #[arg(long, value_name = "FILE")]
    map: Option<PathBuf>,
}

impl Names {
    pub(crate) fn run(self, context: &Context) -> Ended {
        let Verb::Undo(Undo { folder, map }) = self.verb;
        let done = bring_names_back(&folder, map.as_deref());
        let done = done.map_err(|error| engine_failure(&error))?;
        let is_whole = done.missing.is_empty();
        if context.json {
            output::json("names undo", &done);
        } else {
            output::field("brought back", output::count(done.renamed, "name"));
            output::field("links made", done.links);
            for missing in &done.missing {
                output::line(format!("not here: {missing}"));
            }
            let map = done.map.display();
            output::line(match is_whole {
                true => format!("All names are back; the map {map} is gone."),
                false => format!("The map stays: {map}"),
            });
        }
        Ok(if is_whole { Exit::Done } else { Exit::Damaged })
    }
}
