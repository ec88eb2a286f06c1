//! `strongroom restore`, `plan`, `list` and `cat` with shares in hand.

use std::path::{Path, PathBuf};

use archive::Set;
use clap::{Args, ValueEnum};
use engine::estimate::{Estimate, History, Work};
use engine::files::{Conflict, real_path};
use engine::observer::Progress;
use engine::plan::{Intent, Plan, VALID_S};
use engine::restore::{Choices, RestoreReport, RestoreVerdict, restore};

use super::Ended;
use super::onto::Onto;
use crate::changer;
use crate::context::Context;
use crate::exit::Exit;
use crate::expected;
use crate::failure::Failure;
use crate::named::{Named, Opened, sorted, tell_of_others};
use crate::output;
use crate::progress::Watch;
use crate::shares::{Shares, engine_failure, tell_set_aside};
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
    pub(crate) fn check_target(&self, archive: &Named) -> Result<(), Failure> {
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
    #[arg(long)]
    one_drive: bool,

    #[command(flatten)]
    shares: Shares,
}

impl Restore {
    pub(crate) fn run(self, context: &Context) -> Ended {
        let set = if self.one_drive {
            changer::open(self.opened.named.media(), context)?
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
        let media = self.opened.named.media().path;
        let unlocked = match self.shares.unlock((&set, media), context) {
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
            let damaged = output::count(report.damaged.count(), "file");
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
