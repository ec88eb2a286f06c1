//! The archive that a command is about.

use std::path::PathBuf;

use archive::Set;
use clap::Args;
use engine::EngineError;
use engine::files::{Media, SortedFile};

use crate::context::Context;
use crate::failure::Failure;
use crate::output;
use crate::progress::Watch;
use crate::shares::engine_failure;

/// Where the archive lies, and which one is meant.
#[derive(Args)]
pub(crate) struct Named {
    /// A volume file, or the folder that holds the set.
    archive: PathBuf,

    /// The archive that is meant where several lie together: the beginning of its id.
    #[arg(long, value_name = "ID")]
    archive_id: Option<String>,

    /// The archive's sidecar, where it lies elsewhere than beside the volumes.
    #[arg(long, value_name = "FILE")]
    sidecar: Option<PathBuf>,
}

impl Named {
    /// The media, as the engine takes them.
    pub(crate) fn media(&self) -> Media<'_> {
        let (archive, sidecar) = (self.archive_id.as_deref(), self.sidecar.as_deref());
        Media { path: &self.archive, archive, sidecar }
    }

    /// Opens the archive.
    pub(crate) fn open(&self) -> Result<Set, Failure> {
        self.media().open().map_err(|error| engine_failure(&error))
    }
}

/// An archive that is opened with its key, also without its index.
#[derive(Args)]
pub(crate) struct Opened {
    #[command(flatten)]
    pub(crate) named: Named,

    /// Search the media for what is left of an archive whose end or index is lost.
    #[arg(long)]
    without_index: bool,
}

impl Opened {
    /// Opens the archive, by its index or by a search.
    pub(crate) fn open(&self, context: &Context) -> Result<Set, Failure> {
        if !self.without_index {
            return self.named.open();
        }
        let watch = Watch::new("searching", context);
        let set = self.named.media().rebuild(&watch);
        drop(watch);
        let set = set.map_err(|error| engine_failure(&error))?;
        if !context.json {
            tell_of_search(&set);
        }
        Ok(set)
    }
}

/// What a search found, for whoever decides with it.
fn tell_of_search(set: &Set) {
    let Some(found) = set.found() else { return };
    let (here, least) = (found.segments, found.segments_at_least);
    output::line(format!(
        "note: found {here} segments of {least} at least, by searching the media"
    ));
    if !found.has_root {
        output::line("note: the root is lost: nobody can say that nothing else is missing");
    }
    if !found.has_settings {
        output::line("note: label, time and settings of the archive are lost");
    }
}

/// Names files that belong to another archive than `set`, or to none.
pub(crate) fn tell_of_others(media: &[SortedFile], archive: &str) {
    let is_other = |file: &&SortedFile| file.archive.as_deref() != Some(archive);
    for file in media.iter().filter(is_other) {
        output::line(format!("note: {}", file.to_words()));
    }
}

/// Where each file belongs, as far as that can be said.
pub(crate) fn sorted(named: &Named) -> Result<Vec<SortedFile>, EngineError> {
    named.media().sorted()
}
