//! `strongroom verify`: what media are worth, and mending them, without a key.

use std::path::{Path, PathBuf};

use clap::Args;
use engine::EngineError;
use engine::files::Media;
use engine::repair::{RepairReport, Where, foresee_copy, repair};
use engine::verify::{VerifyReport, VerifyVerdict, verify_media};
use serde::Serialize;

use super::Ended;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::named::{Named, tell_of_others};
use crate::output;
use crate::progress::Watch;
use crate::prompt::Terminal;
use crate::shares::engine_failure;
use crate::unread::print_unread;

/// Verify an archive's media without a key; ends with 0 only if everything is intact.
#[derive(Args)]
pub(crate) struct Verify {
    #[command(flatten)]
    named: Named,

    /// The public key of the station that must have signed, as station show prints it.
    #[arg(long, value_name = "KEY")]
    sealed_by: Option<String>,

    /// Mend on the media what copies and parity mend; asks before it writes.
    #[arg(long)]
    repair: bool,

    /// Mend into a new copy in this folder; the media are only read.
    #[arg(long, value_name = "DIR", conflicts_with = "repair")]
    repair_to: Option<PathBuf>,

    /// Keep which places of the media did not read in this file, and begin with what it says.
    #[arg(long, value_name = "FILE")]
    read_map: Option<PathBuf>,

    /// Write onto the media without asking.
    #[arg(long, requires = "repair")]
    yes: bool,
}

/// What is printed: how the media are now, and what was mended.
#[derive(Serialize)]
struct Verified {
    #[serde(flatten)]
    report: VerifyReport,
    repaired: Option<RepairReport>,
    /// Whether the station that was named signed; none if none was.
    is_expected: Option<bool>,
}

impl Verify {
    pub(crate) fn run(self, context: &Context) -> Ended {
        if let Some(dir) = &self.repair_to {
            self.refuse_early(dir)?;
        }
        let mut report = self.look(self.named.media(), context)?;
        let mut repaired = None;
        let is_damaged = report.verdict != VerifyVerdict::Intact;
        let is_own = |report: &VerifyReport| {
            self.sealed_by.as_ref().is_none_or(|station| *station == report.signature)
        };
        // What another station signed, or nobody, is no reason to write onto media.
        let mends = is_damaged && is_own(&report);
        if let Some(to) = self.place().filter(|_| mends) {
            if !context.json {
                print_verdict(&report);
            }
            self.confirm(context)?;
            let watch = Watch::new("mending", context);
            let done = repair(self.named.media(), to, self.read_map.as_deref(), &watch);
            drop(watch);
            repaired = Some(done.map_err(|error| engine_failure(&error))?);
            let copy = self.repair_to.as_deref().map(Media::at);
            report = self.look(copy.unwrap_or(self.named.media()), context)?;
        } else if let Some(note) = self.not_mended(is_damaged) {
            report.notes.push(note);
        }
        let expects = self.sealed_by.is_some();
        let other = self.sealed_by.filter(|station| *station != report.signature);
        if let Some(expected) = &other {
            report.notes.push(format!(
                "the archive is not signed by {expected}; its signature: {}",
                report.signature
            ));
        }
        let intact = report.verdict == VerifyVerdict::Intact && other.is_none();
        if context.json {
            let is_expected = expects.then_some(other.is_none());
            output::json("verify", &Verified { report, repaired, is_expected });
        } else {
            if let Some(repaired) = &repaired {
                print_repaired(repaired);
            }
            print_verdict(&report);
            if other.is_some() {
                output::field("sealed by", "NOT the station that was named: this ends with 5");
            }
        }
        Ok(if intact { Exit::Done } else { Exit::VerificationFailed })
    }

    /// What is in the way of a new copy, before the media are read; what else is wrong with them,
    /// verification tells.
    fn refuse_early(&self, dir: &Path) -> Result<(), Failure> {
        match foresee_copy(self.named.media(), dir) {
            Err(error @ EngineError::File { .. }) => Err(engine_failure(&error)),
            _ => Ok(()),
        }
    }

    /// Why nothing was written although mending was asked for.
    fn not_mended(&self, is_damaged: bool) -> Option<String> {
        let where_to = match self.place()? {
            Where::InPlace => "onto the media".to_owned(),
            Where::Into(dir) => format!("to {}; copy the files as they are", dir.display()),
        };
        Some(if is_damaged {
            format!("another station signed, or none: nothing was written {where_to}")
        } else {
            format!("nothing needs mending: nothing was written {where_to}")
        })
    }

    fn place(&self) -> Option<Where<'_>> {
        match &self.repair_to {
            Some(dir) => Some(Where::Into(dir)),
            None => self.repair.then_some(Where::InPlace),
        }
    }

    fn look(&self, media: Media<'_>, context: &Context) -> Result<VerifyReport, Failure> {
        let watch = Watch::new("verifying", context);
        let checked = verify_media(media, self.read_map.as_deref(), &watch);
        drop(watch);
        checked.map_err(|error| engine_failure(&error))
    }

    /// Asks before anything is written onto media, unless that was said already.
    fn confirm(&self, context: &Context) -> Result<(), Failure> {
        if !self.repair || self.yes {
            return Ok(());
        }
        let unasked = || {
            let problem = "whether to write onto the media was not asked";
            let remedy = "Say --yes, or mend into a new copy with --repair-to DIR.";
            Failure::new(Exit::Usage, "SR-CLI-REPAIR-UNASKED", problem, remedy)
        };
        if context.json {
            return Err(unasked());
        }
        let mut terminal = Terminal::open().map_err(|_| unasked())?;
        let question = "Write what can be mended onto these media? Type yes or no:";
        match terminal.yes_or_no(question) {
            Ok(true) => Ok(()),
            _ => {
                let problem = "nothing was written: the media stay as they are";
                let remedy = "Mend into a new copy with --repair-to DIR if that is safer.";
                Err(Failure::new(Exit::Refused, "SR-CLI-REPAIR-REFUSED", problem, remedy))
            }
        }
    }
}

fn print_repaired(repaired: &RepairReport) {
    let places = output::count(repaired.places, "place");
    output::field("mended", format!("{places}, {}", output::size(repaired.bytes)));
    for volume in &repaired.made {
        output::field("written", volume.display());
    }
    for file in &repaired.taken_along {
        output::field("taken along", file.display());
    }
    for sidecar in &repaired.renewed {
        output::field("written anew", sidecar.display());
    }
    if repaired.beyond > 0 {
        let frames = output::count(repaired.beyond, "frame");
        output::field("not mended", format!("{frames}: more is lost than the parity holds"));
    }
}

fn print_verdict(report: &VerifyReport) {
    let verdict = match report.verdict {
        VerifyVerdict::Intact => "intact: every byte is as it was sealed",
        VerifyVerdict::Repairable => {
            "repairable: nothing is lost, and what is damaged can be mended"
        }
        VerifyVerdict::Damaged => "DAMAGED: what is named below is lost on these media",
        VerifyVerdict::Incomplete => "INCOMPLETE: a part of the archive is not here",
    };
    output::field("verdict", verdict);
    if report.frames > 0 {
        let frames = output::count(report.frames, "frame");
        output::field("read", format!("{} in {frames}", output::size(report.bytes)));
    }
    if let Some(spent) = &report.spent {
        output::field("time", spent.to_words());
    }
    for sidecar in report.sidecars.iter().filter(|sidecar| sidecar.is_whole) {
        let pages = output::count(sidecar.pages, "page");
        output::field("sidecar", format!("whole, {pages}: {}", sidecar.file.display()));
    }
    for place in &report.damaged {
        let (what, volume) = (&place.what, place.volume);
        let (start, end) = (place.offset, place.offset + place.length);
        let mends = if place.mends { "; the parity mends it" } else { "" };
        output::line(format!("damaged: {what} in volume {volume}, bytes {start} to {end}{mends}"));
    }
    report.reading.iter().for_each(print_unread);
    for volume in &report.missing_volumes {
        output::line(format!("missing: volume {volume}"));
    }
    for note in &report.notes {
        output::line(format!("note: {note}"));
    }
    let archives = report.media.iter().filter_map(|file| file.archive.as_deref());
    if let Some(first) =
        archives.clone().next().filter(|first| archives.clone().any(|it| it != *first))
    {
        tell_of_others(&report.media, first);
    }
}
