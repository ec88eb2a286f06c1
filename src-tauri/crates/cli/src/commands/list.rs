//! `list` and `cat`: what is inside of an archive, and one file of it.

use clap::Args;
use engine::list::{Catalogued, list, list_catalogue};
use engine::selection::Selection;

use super::Ended;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::named::{Named, Opened};
use crate::output;
use crate::shares::{Shares, engine_failure};
use crate::vault;

/// List what is inside.
#[derive(Args)]
pub(crate) struct List {
    #[command(flatten)]
    opened: Opened,

    /// Only what matches.
    #[arg(long, value_name = "GLOB")]
    select: Vec<String>,

    /// Read the list that seal --catalogue kept in the vault: no share is needed.
    #[arg(long, conflicts_with = "files")]
    catalogue: bool,

    #[command(flatten)]
    shares: Shares,
}

impl List {
    pub(crate) fn run(self, context: &Context) -> Ended {
        let selection = Selection::new(&self.select).map_err(|error| engine_failure(&error))?;
        if self.catalogue {
            return catalogued(&self.opened.named, &selection, context);
        }
        let mut listed = Vec::new();
        let lost = self.shares.open((&self.opened, "list"), context, |set, unlocked| {
            let contents = set.unlock(&unlocked.key);
            let contents = contents.map_err(|error| engine_failure(&error.into()))?;
            let done = list(&contents, &selection, &mut |entry| {
                if context.json {
                    listed.push(entry);
                    return Ok(());
                }
                let arrow = if entry.kind == "hardlink" { "is the same file as" } else { "->" };
                let target = entry.target.map(|target| format!(" {arrow} {target}"));
                let target = target.unwrap_or_default();
                let (mode, size) = (entry.mode, entry.size);
                output::line(format!("{mode:04o} {size:>14}  {}{target}", entry.path));
                Ok(())
            });
            done.map_err(|error| engine_failure(&error))
        })?;
        if context.json {
            output::json("list", serde_json::json!({ "entries": listed, "lost": lost }));
        } else {
            lost.iter().for_each(|lost| output::line(format!("lost: {lost}")));
        }
        Ok(if lost.is_empty() { Exit::Done } else { Exit::Damaged })
    }
}

/// Lists from the vault's catalogue, with what it knows of each entry.
fn catalogued(archive: &Named, selection: &Selection, context: &Context) -> Ended {
    let set = archive.open()?;
    let mut listed = Vec::new();
    let mut each = |entry: Catalogued| {
        if context.json {
            listed.push(entry);
        } else {
            output::line(format!("{:>14}  {}", entry.size, entry.path));
        }
    };
    let found = vault::view(context)?.catalogue(set.settings().archive);
    let catalogue = found.map_err(|error| vault::refused(&error))?.ok_or_else(|| {
        let problem = "the vault keeps no list of what is in this archive";
        let remedy = "List it with shares; seal --catalogue keeps a list from the beginning.";
        Failure::new(Exit::Failed, "SR-CLI-NO-CATALOGUE", problem, remedy)
    })?;
    let done = list_catalogue(&catalogue, selection, &mut each);
    done.map_err(|error| engine_failure(&error))?;
    if context.json {
        output::json("list", serde_json::json!({ "entries": listed }));
    }
    Ok(Exit::Done)
}

/// Print one file to standard output.
#[derive(Args)]
pub(crate) struct Cat {
    #[command(flatten)]
    opened: Opened,

    /// The file's path in the archive.
    path: String,

    #[command(flatten)]
    shares: Shares,
}

impl Cat {
    pub(crate) fn run(self, context: &Context) -> Ended {
        if context.json {
            let problem = "cat prints the file itself, which is no JSON";
            let remedy = "Leave --json out.";
            return Err(Failure::new(Exit::Usage, "SR-CLI-USAGE", problem, remedy));
        }
        self.shares.open((&self.opened, "cat"), context, |set, unlocked| {
            let contents = set.unlock(&unlocked.key);
            let contents = contents.map_err(|error| engine_failure(&error.into()))?;
            let mut out = std::io::stdout().lock();
            let printed = engine::cat::cat(&contents, &self.path, &mut out);
            printed.map_err(|error| engine_failure(&error))
        })?;
        Ok(Exit::Done)
    }
}
