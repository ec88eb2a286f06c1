//! `strongroom restore`, `plan`, `list` and `cat` with shares in hand.

use std::path::{Path, PathBuf};

use archive::Set;
use clap::{Args, ValueEnum};
use engine::estimate::{Estimate, History, Work};
use engine::files::{Conflict, real_path};
use engine::list::{Catalogued, list, list_catalogue};
use engine::media::{NeededVolume, needed};
use engine::observer::Progress;
use engine::plan::{Intent, Plan, VALID_S};
use engine::restore::{Choices, Loss, RestoreReport, RestoreVerdict, Translated, restore, survey};
use engine::selection::Selection;
use serde::Serialize;

use super::Ended;
use super::onto::{Onto, print_target};
use crate::changer;
use crate::context::Context;
use crate::exit::Exit;
use crate::expected;
use crate::failure::Failure;
use crate::named::{Named, Opened, sorted, tell_of_others};
use crate::output;
use crate::plan::Manner;
use crate::progress::Watch;
use crate::shares::{Shares, engine_failure, tell_set_aside};
use crate::shelf::Shelf;
use crate::unread::print_unread;
use crate::vault;

/// What happens where something is already there.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum OnConflict {
    /// Restore nothing at all.
    Fail,
    /// Keep what is there.
    Skip,
    /// Replace files that were changed before the archive's own.
    Newer,
    /// Replace files.
    Replace,
    /// Restore under another name beside it.
    KeepBoth,
}

impl From<OnConflict> for Conflict {
    fn from(conflict: OnConflict) -> Self {
        match conflict {
            OnConflict::Fail => Self::Fail,
            OnConflict::Skip => Self::Skip,
            OnConflict::Newer => Self::Newer,
            OnConflict::Replace => Self::Replace,
            OnConflict::KeepBoth => Self::KeepBoth,
        }
    }
}

/// What is restored, and where to; part of what a quorum approves.
#[derive(Args)]
pub(crate) struct What {
    /// The folder to restore into; made if missing.
    #[arg(long, value_name = "DIR")]
    pub(crate) to: PathBuf,

    /// Only what matches, such as 'etc/**'; a folder brings what is below it.
    #[arg(long, value_name = "GLOB")]
    pub(crate) select: Vec<String>,

    /// What happens where something is already there.
    #[arg(long, value_enum, default_value = "fail")]
    pub(crate) conflict: OnConflict,

    /// Go on after an interrupted restore: keep files that are right byte by byte.
    #[arg(long)]
    pub(crate) resume: bool,

    #[command(flatten)]
    pub(crate) onto: Onto,
}

impl What {
    /// The plan for `set`, asked for by `requester`.
    pub(crate) fn plan(
        &self,
        set: &Set,
        (requester, reason): (&str, &str),
        context: &Context,
    ) -> Result<Plan, Failure> {
        let choices = self.choices()?;
        let target = real_path(&self.to).map_err(|error| engine_failure(&error))?;
        let unnamed = || {
            let remedy = "Choose a folder whose name is UTF-8: people must be able to read it.";
            let problem = "the name of the target folder is no text";
            Failure::new(Exit::Usage, "SR-CLI-TARGET-NAME", problem, remedy)
        };
        let intent = Intent {
            selection: &self.select,
            target: target.to_str().ok_or_else(unnamed)?,
            conflict: self.conflict.into(),
            choices: &choices,
            requester,
            reason,
            now: context.now(),
            valid_s: VALID_S,
        };
        Plan::new(set, &intent).map_err(|error| engine_failure(&error))
    }

    /// Refuses the folder of the archive itself as the target.
    fn check_target(&self, archive: &Named) -> Result<(), Failure> {
        archive.media().check_target(&self.to).map_err(|error| engine_failure(&error))
    }

    /// The choices that a plan is made with, and carried out.
    pub(crate) fn choices(&self) -> Result<Choices, Failure> {
        self.onto.choices(self.resume)
    }
}

/// Restore with shares from paper: works with no vault, from the medium and the shares alone.
#[derive(Args)]
pub(crate) struct Restore {
    #[command(flatten)]
    opened: Opened,

    #[command(flatten)]
    what: What,

    /// The volumes are on media that go one after the other into the drive at ARCHIVE; asks for
    /// each when it is needed.
    #[arg(long, conflicts_with = "sidecar")]
    one_drive: bool,

    #[command(flatten)]
    shares: Shares,
}

impl Restore {
    pub(crate) fn run(self, context: &Context) -> Ended {
        let set = if self.one_drive {
            changer::open(self.opened.named.media().path, context)?
        } else {
            self.opened.open(context)?
        };
        self.what.check_target(&self.opened.named)?;
        let choices = self.what.choices()?;
        let plan =
            self.what.plan(&set, ("break-glass", "restored with shares in hand"), context)?;
        let digest = plan.digest();
        let recording = if self.shares.unrecorded {
            None
        } else {
            vault::record_restore(&set, digest, context)?
        };
        let unlocked = match self.shares.unlock(&set) {
            Ok(unlocked) => unlocked,
            Err(failure) => {
                if let Some(recording) = recording {
                    let written = recording.failed(failure.code(), context.now());
                    written.map_err(|error| vault::refused(&error))?;
                }
                return Err(failure);
            }
        };
        let authorised = plan.authorise(&digest, context.now()).map_err(|e| engine_failure(&e))?;
        let media = self.opened.named.media().path;
        let watch = foretelling(&set, (media, &self.what.to), context);
        let done = restore(&set, &unlocked.key, &authorised, &choices, &watch);
        drop(watch);
        if let (Ok(report), true) = (&done, recording.is_some()) {
            expected::learn(report, media, context);
        }
        if let Some(recording) = recording {
            let written = recording.restored(done.as_ref(), context.now());
            written.map_err(|error| vault::refused(&error))?;
        }
        let report = done.map_err(|error| engine_failure(&error))?;
        if context.json {
            output::json("restore", &report);
        } else {
            tell_set_aside(&unlocked);
            print(&report);
            let others = sorted(&self.opened.named).unwrap_or_default();
            tell_of_others(&others, &set.settings().archive.to_string());
        }
        Ok(exit_of(&report))
    }
}

/// Watches a restore, and says before the first file how long it will take.
fn foretelling(set: &Set, (media, target): (&Path, &Path), context: &Context) -> Watch {
    let watch = Watch::new("restoring", context);
    if context.json {
        return watch;
    }
    let all = Progress { bytes: set.root().content_bytes, files: set.root().entries };
    let (all, history) =
        (Work::of(set, (media, target), all, None), History::read(&context.vault_dir()));
    watch.foretelling(Box::new(move |amount| {
        expected::print_known(&Estimate::of(&all.part(amount), &history));
    }))
}

/// The exit code of a restore that ran to its end.
pub(crate) fn exit_of(report: &RestoreReport) -> Exit {
    match report.verdict {
        RestoreVerdict::Complete => Exit::Done,
        RestoreVerdict::Damaged | RestoreVerdict::Incomplete | RestoreVerdict::Unproved => {
            Exit::Damaged
        }
    }
}

/// Prints a report for people.
pub(crate) fn print(report: &RestoreReport) {
    let verdict = match report.verdict {
        RestoreVerdict::Complete => "complete: everything is there and verified".to_owned(),
        RestoreVerdict::Damaged => {
            let damaged = output::count(report.damaged.len() as u64, "file");
            format!("complete with {damaged} damaged: see what is named below")
        }
        RestoreVerdict::Incomplete => "INCOMPLETE: something is not there at all".to_owned(),
        RestoreVerdict::Unproved => {
            "unproved: all that was found is there and verified, and the root is lost".to_owned()
        }
    };
    output::field("verdict", verdict);
    let whole = output::count(report.files, "whole file");
    output::field("restored", format!("{whole}, {} in all", output::size(report.bytes)));
    if report.kept > 0 {
        let (kept, vouched) = (output::count(report.kept, "file"), report.vouched);
        output::field("kept", format!("{kept} of an earlier run, {vouched} without reading them"));
    }
    if report.vouched_bytes > 0 {
        let begun = output::size(report.vouched_bytes);
        output::field("went on", format!("behind {begun} of a file that an earlier run began"));
    }
    if report.mended > 0 {
        let mended = output::count(report.mended, "segment");
        output::field("mended", format!("{mended}, damaged on the media, out of the parity"));
    }
    if let Some(spent) = &report.spent {
        output::field("time", spent.to_words());
    }
    report.reading.iter().for_each(print_unread);
    for file in &report.damaged {
        let (path, cause, lost) = (&file.path, &file.cause, output::size(file.lost_bytes()));
        if file.is_all_lost() {
            output::line(format!(
                "damaged: {path}: all {lost} are lost or in doubt, because {cause}"
            ));
            output::line(format!("         what keeps its place is {}", file.published));
        } else {
            output::line(format!("damaged: {path}: {lost} lost, because {cause}"));
            output::line(format!("         what is left is in {}", file.published));
        }
    }
    for lost in &report.lost {
        output::line(format!("lost: {lost}"));
    }
    for name in &report.skipped {
        output::line(format!("left alone: {name}"));
    }
    for name in &report.renamed {
        output::line(format!("renamed: {name}"));
    }
    for link in &report.dangling {
        output::line(format!("leads nowhere here, or elsewhere: {link}"));
    }
    for warning in &report.warnings {
        output::line(format!("note: {warning}"));
    }
}

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
