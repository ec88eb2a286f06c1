//! `strongroom media`: what carries the archives, where it lies, and whether it is still good.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use engine::media::{
    Connected, Extent, Intervals, MediaError, NewMedium, Visit, add, carried_by, check_medium,
    move_medium, retire,
};
use registry::{Medium, MediumKind};
use terms::Problem as _;

use super::Ended;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::progress::Watch;
use crate::shelf::{Checked, Shelf, print_check, print_list, print_medium};
use crate::{output, vault};

/// Media that carry archives: where they lie, and whether they are still good.
#[derive(Args)]
#[command(after_help = "Examples:
  strongroom media add BR-0007 --kind bd-r --place 'Safe A' /media/cdrom
  strongroom media list --due
  strongroom media check --by 'Ada Kern' /media/cdrom
  strongroom media check --sample 5% --medium LTO-12 /mnt/tape --index /media/usb
  strongroom media retire BR-0007 --reason 'copied anew as BR-0031'")]
pub(crate) struct Media {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Put a medium on the record, with the volumes that are on it now.
    Add(Add),
    /// List media: those never checked first, then the one whose last check is oldest.
    List {
        /// Only those that are to be checked now, or copied anew.
        #[arg(long)]
        due: bool,
    },
    /// Show a medium with all its checks.
    Show {
        /// What is written on it.
        name: String,
    },
    /// Read media without a key and put on the record how they are.
    Check(Check),
    /// Note that a medium is kept elsewhere from now on.
    Move {
        /// What is written on it.
        name: String,
        /// Where it is kept.
        #[arg(long)]
        place: String,
    },
    /// Note that a medium is kept no longer: copied anew, destroyed, lost.
    Retire {
        /// What is written on it.
        name: String,
        /// Why.
        #[arg(long)]
        reason: String,
    },
    /// Show how often media are to be checked, or change it.
    Intervals {
        /// Months between two checks that read everything.
        #[arg(long, value_name = "MONTHS", value_parser = clap::value_parser!(u32).range(1..=240))]
        full: Option<u32>,
        /// Months between two checks of whatever size.
        #[arg(long, value_name = "MONTHS", value_parser = clap::value_parser!(u32).range(1..=240))]
        sample: Option<u32>,
    },
}

/// What people say of a new medium.
#[derive(Args)]
struct Add {
    /// What is written on it; no two media have the same.
    name: String,

    /// The folder on it that holds the volumes, or a volume file.
    path: PathBuf,

    /// What it is: dvd, bd-r, lto, usb or disk.
    #[arg(long)]
    kind: MediumKind,

    /// Where it is kept.
    #[arg(long, default_value = "")]
    place: String,

    /// Where the last volume is, if the medium does not carry it.
    #[arg(long, value_name = "PATH")]
    index: Option<PathBuf>,
}

/// What is checked, and how much of it.
#[derive(Args)]
struct Check {
    /// Folders on media, or volume files; each is a medium, and all together are one archive.
    #[arg(required = true)]
    paths: Vec<PathBuf>,

    /// Which medium it is, if several carry the same volumes.
    #[arg(long, value_name = "NAME")]
    medium: Option<String>,

    /// Read a part that rotates from check to check, such as 5%; from 1% to 50%.
    #[arg(long, value_name = "SHARE", value_parser = percent, conflicts_with = "full")]
    sample: Option<u32>,

    /// Read all of it, as is done without --sample.
    #[arg(long)]
    full: bool,

    /// Who does it.
    #[arg(long, value_name = "NAME", default_value = "strongroom")]
    by: String,

    /// Where the last volume is, if none of the media carries it; it is not checked itself.
    #[arg(long, value_name = "PATH")]
    index: Option<PathBuf>,
}

impl Media {
    pub(crate) fn run(self, context: &Context) -> Ended {
        match self.verb {
            Verb::Add(wanted) => wanted.run(context),
            Verb::List { due } => {
                let shelf = Shelf::read(context)?;
                print_list(&shelf.listed(due), context);
                Ok(Exit::Done)
            }
            Verb::Show { name } => {
                let shelf = Shelf::read(context)?;
                let row = shelf.row(&name).ok_or_else(|| failed(&MediaError::NotKept(name)))?;
                print_medium(row, context);
                Ok(Exit::Done)
            }
            Verb::Check(wanted) => wanted.run(context),
            Verb::Move { name, place } => {
                let mut vault = vault::open(context)?;
                let moved = move_medium(&mut vault, (&name, &place), vault::ACTOR, context.now());
                moved.map_err(|error| failed(&error))?;
                said(
                    "media move",
                    &name,
                    &format!("{name} is kept here from now on: {place}"),
                    context,
                )
            }
            Verb::Retire { name, reason } => {
                let mut vault = vault::open(context)?;
                let done = retire(&mut vault, (&name, &reason), vault::ACTOR, context.now());
                done.map_err(|error| failed(&error))?;
                said("media retire", &name, &format!("{name} is no longer kept"), context)
            }
            Verb::Intervals { full, sample } => intervals(full, sample, context),
        }
    }
}

impl Add {
    fn run(self, context: &Context) -> Ended {
        let (connected, others) = (at(&self.path)?, index(self.index.as_ref())?);
        let new = NewMedium { name: &self.name, kind: self.kind, place: &self.place };
        let mut vault = vault::open(context)?;
        let media = (&connected, &others[..]);
        let added = add(&mut vault, &new, media, vault::ACTOR, context.now());
        let medium = added.map_err(|error| failed(&error))?;
        if context.json {
            output::json("media add", carried(&medium));
            return Ok(Exit::Done);
        }
        let numbers: Vec<String> = medium.volumes.iter().map(|(n, _)| n.to_string()).collect();
        output::field("medium", &medium.name);
        output::field("archive", format!("{} ({})", medium.label, medium.archive));
        output::field("volumes", numbers.join(", "));
        output::line("It was not read yet: check it with strongroom media check.");
        Ok(Exit::Done)
    }
}

impl Check {
    fn run(self, context: &Context) -> Ended {
        if self.medium.is_some() && self.paths.len() > 1 {
            let (problem, remedy) =
                ("--medium names one medium", "Give one path with it, and check one by one.");
            return Err(Failure::new(Exit::Usage, "SR-CLI-USAGE", problem, remedy));
        }
        let paths: Vec<Connected> = self.paths.iter().map(at).collect::<Result<_, _>>()?;
        let shelf = Shelf::read(context)?;
        let mut known = Vec::new();
        for connected in &paths {
            // All of them are known before the first is read, which may take hours.
            let medium = shelf.with(|reader| carried_by(reader, connected, self.medium.as_deref()));
            known.push(medium.map_err(|error| failed(&error))?);
        }
        let (mut rows, mut worst) = (Vec::new(), Exit::Done);
        for (place, medium) in known.iter().enumerate() {
            let mut others = index(self.index.as_ref())?;
            for (_, path) in self.paths.iter().enumerate().filter(|(other, _)| *other != place) {
                others.push(at(path)?);
            }
            let checks = shelf.row(&medium.name).map(|row| row.checks.as_slice());
            let extent = self.sample.map_or(Extent::FULL, |percent| {
                Extent::sample(percent, checks.unwrap_or_default())
            });
            let row = self.check(medium, (&paths[place], &others), extent, context)?;
            if row.check.lost + row.check.mendable + row.check.unjudged > 0 {
                worst = Exit::VerificationFailed;
            }
            rows.push(row);
        }
        print_check(&rows, context);
        Ok(worst)
    }

    fn check(
        &self,
        medium: &Medium,
        media: (&Connected, &[Connected]),
        extent: Extent,
        context: &Context,
    ) -> Result<Checked, Failure> {
        let watch = Watch::new("reading", context);
        let elapsed = context.stopwatch();
        let visit = Visit {
            person: &self.by,
            extent,
            now: &|| context.now(),
            elapsed: &elapsed,
            observer: &watch,
        };
        let checked = check_medium(&context.vault_dir(), medium, media, &visit);
        drop(watch);
        let (check, standing) = checked.map_err(|error| failed(&error))?;
        Ok(Checked { name: medium.name.clone(), check, standing })
    }
}

fn intervals(full: Option<u32>, sample: Option<u32>, context: &Context) -> Ended {
    let now = Shelf::read(context)?.intervals;
    let wanted = Intervals {
        full_months: full.unwrap_or(now.full_months),
        sample_months: sample.unwrap_or(now.sample_months),
    };
    if wanted != now {
        let mut vault = vault::open(context)?;
        let reason = "media are checked at other intervals";
        let act = |act: &registry::Act<'_>| wanted.write(act);
        let done = vault.perform("media.intervals", vault::ACTOR, reason, context.now(), act);
        done.map_err(|error| vault::refused(&error))?;
    }
    if context.json {
        output::json("media intervals", wanted);
    } else {
        output::field("everything", format!("every {} months", wanted.full_months));
        output::field("a sample", format!("every {} months", wanted.sample_months));
    }
    Ok(Exit::Done)
}

fn carried(medium: &Medium) -> serde_json::Value {
    let volumes: Vec<u32> = medium.volumes.iter().map(|(number, _)| *number).collect();
    serde_json::json!({
        "medium": medium.name,
        "kind": medium.kind.as_str(),
        "place": medium.place,
        "archive": medium.archive.to_string(),
        "label": medium.label,
        "volumes": volumes,
    })
}

fn said(command: &str, name: &str, line: &str, context: &Context) -> Ended {
    if context.json {
        output::json(command, serde_json::json!({ "medium": name }));
    } else {
        output::line(line);
    }
    Ok(Exit::Done)
}

fn at(path: impl AsRef<std::path::Path>) -> Result<Connected, Failure> {
    Connected::at(path.as_ref()).map_err(|error| failed(&error))
}

fn index(path: Option<&PathBuf>) -> Result<Vec<Connected>, Failure> {
    path.map(at).transpose().map(|found| found.into_iter().collect())
}

fn failed(error: &MediaError) -> Failure {
    let exit = match error.code() {
        "SR-MEDIA-REPLACED" => Exit::VerificationFailed,
        _ => Exit::Failed,
    };
    Failure::from_problem(exit, error)
}

/// A share such as `5%`.
fn percent(text: &str) -> Result<u32, String> {
    let number = text.strip_suffix('%').unwrap_or(text).parse();
    let fits = |number: &u32| (1..=50).contains(number);
    number.ok().filter(fits).ok_or_else(|| "a share is from 1% to 50%, such as 5%".to_owned())
}
