//! `plan`: what a restore would do, before anybody approves it.

use clap::Args;
use engine::estimate::Estimate;
use engine::media::{NeededVolume, needed};
use engine::plan::Plan;
use engine::restore::{Loss, Translated, survey};
use engine::selection::Selection;
use serde::Serialize;

use super::Ended;
use super::onto::print_target;
use super::restore::What;
use crate::context::Context;
use crate::exit::Exit;
use crate::expected;
use crate::named::Opened;
use crate::output;
use crate::plan::Manner;
use crate::shares::{Shares, engine_failure};
use crate::shelf::Shelf;

/// Show what a restore would do, and the words that name exactly this plan.
#[derive(Args)]
pub(crate) struct ShowPlan {
    #[command(flatten)]
    opened: Opened,

    #[command(flatten)]
    what: What,

    /// Who asks for it.
    #[arg(long, default_value = "break-glass")]
    requester: String,

    /// Why.
    #[arg(long, default_value = "restored with shares in hand")]
    reason: String,

    #[command(flatten)]
    shares: Shares,
}

#[derive(Serialize)]
struct Planned<'a> {
    plan: String,
    words: String,
    archive: String,
    target: &'a str,
    manner: Manner<'a>,
    files: u64,
    bytes: u64,
    conflicts: u64,
    file_system: &'a str,
    fits: bool,
    translated: u64,
    first_translated: &'a [Translated],
    losses: &'a [Loss],
    lost: &'a [String],
    /// The volumes that are read, in order.
    volumes: Vec<NeededVolume>,
    /// The volume that is read before them, for it carries the root of the index.
    index_volume: u32,
    /// How long it will take, and why.
    estimate: Estimate,
}

impl ShowPlan {
    pub(crate) fn run(self, context: &Context) -> Ended {
        let asked = (self.requester.as_str(), self.reason.as_str());
        self.what.check_target(&self.opened.named)?;
        let surveyed = self.shares.open((&self.opened, "plan"), context, |set, unlocked| {
            let plan = self.what.plan(set, asked, context)?;
            let found = survey(set, &unlocked.key, &plan, &self.what.choices()?);
            let found = found.map_err(|error| engine_failure(&error))?;
            let contents = set.unlock(&unlocked.key);
            let contents = contents.map_err(|error| engine_failure(&error.into()))?;
            let selection = Selection::new(&plan.selection);
            let volumes = selection.and_then(|selection| needed(&contents, &selection));
            let volumes = volumes.map_err(|error| engine_failure(&error))?;
            let read_bytes = volumes.iter().map(|volume| volume.bytes).sum();
            let places = (self.opened.named.media().path, self.what.to.as_path());
            let amount = (found.amount(), Some(read_bytes));
            let estimate = expected::estimate(set, places, amount, context);
            Ok((plan, found, (volumes, set.root().volumes, estimate)))
        });
        let (plan, found, (volumes, index_volume, estimate)) = surveyed?;
        let digest = plan.digest();
        let planned = Planned {
            plan: digest.to_string(),
            words: digest.to_words(),
            archive: plan.archive.to_string(),
            target: &plan.target,
            manner: Manner::of(&plan),
            files: found.files,
            bytes: found.bytes,
            conflicts: found.conflicts,
            file_system: &found.file_system,
            fits: found.fits(),
            translated: found.translated,
            first_translated: &found.first_translated,
            losses: &found.losses,
            lost: &found.lost,
            volumes,
            index_volume,
            estimate,
        };
        if context.json {
            output::json("plan", &planned);
        } else {
            for (label, value) in crate::plan::facts(&plan) {
                output::field(label, value);
            }
            let size = output::size(planned.bytes);
            let files = output::count(planned.files, "file");
            output::field("would restore", format!("{files}, {size}"));
            output::field("conflicts", planned.conflicts);
            print_target(&found);
            print_needed(&planned, &plan, context);
            expected::print(&planned.estimate);
        }
        Ok(Exit::Done)
    }
}

/// Prints the volumes of a set in the order in which they are read, with the media that carry them
/// where a vault knows some.
fn print_needed(planned: &Planned<'_>, plan: &Plan, context: &Context) {
    if planned.index_volume == 1 {
        return;
    }
    // A plan needs no vault; without one there are no names of media to tell.
    let shelf = Shelf::read(context).ok();
    let on = |volume: u32| {
        let named = shelf.as_ref().map(|shelf| shelf.carrying(plan.archive, volume));
        named.filter(|names| !names.is_empty()).map(|names| format!(", on {}", names.join(" or ")))
    };
    let index = planned.index_volume;
    let media = on(index).unwrap_or_default();
    output::field("read first", format!("volume {index}, which carries the index{media}"));
    for NeededVolume { volume, bytes, is_here } in &planned.volumes {
        let away = if *is_here { "" } else { ", NOT HERE" };
        let (size, media) = (output::size(*bytes), on(*volume).unwrap_or_default());
        output::field("then", format!("volume {volume}, {size} of it{media}{away}"));
    }
}
