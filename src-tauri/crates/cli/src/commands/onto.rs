//! How restored things are put onto a target: choices that a plan binds.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use engine::files::{Dressing, OwnerRule, Owning};
use engine::names::NamePolicy;
use engine::restore::{Choices, LossKind, Survey};

use crate::exit::Exit;
use crate::failure::Failure;
use crate::output;

/// Most translated names that people are shown.
const NAMES_SHOWN: usize = 50;

/// What happens to names that the target cannot hold.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum OnName {
    /// Translate what this target refuses, and keep a map.
    Auto,
    /// Translate what any common system would refuse.
    Portable,
    /// Restore nothing at all.
    Keep,
}

/// Whose restored things become.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Owners {
    /// Of whoever restores.
    None,
    /// Of those with the same name here.
    Name,
    /// Of those with the same number here.
    Number,
}

/// Choices of a restore.
#[derive(Args)]
pub(crate) struct Onto {
    /// What happens to names that the target cannot hold.
    #[arg(long, value_enum, default_value = "auto")]
    names: OnName,

    /// Whose restored things become; access lists follow. Only root can give things to others.
    #[arg(long, value_enum, default_value = "none")]
    owners: Owners,

    /// A user of the archive and who it is here, by name or number, before what --owners says.
    #[arg(long, value_name = "OLD=NEW")]
    owner_map: Vec<String>,

    /// As --owner-map, for groups.
    #[arg(long, value_name = "OLD=NEW")]
    group_map: Vec<String>,

    /// Bring back setuid, setgid and sticky bits, capabilities and security labels.
    #[arg(long)]
    privileges: bool,

    /// Read every file again from the target's medium when all is written.
    #[arg(long)]
    reread: bool,

    /// Keep which places of the media did not read in this file, and begin with what it says.
    #[arg(long, value_name = "FILE")]
    read_map: Option<PathBuf>,
}

impl Onto {
    /// The choices of a restore that resumes another one or not.
    pub(crate) fn choices(&self, resume: bool) -> Result<Choices, Failure> {
        let names = match self.names {
            OnName::Auto => NamePolicy::Auto,
            OnName::Portable => NamePolicy::Portable,
            OnName::Keep => NamePolicy::Keep,
        };
        let mut owners = OwnerRule::here(match self.owners {
            Owners::None => Owning::None,
            Owners::Name => Owning::ByName,
            Owners::Number => Owning::ByNumber,
        });
        let users = self.owner_map.iter().map(|text| (text, OwnerRule::map_user as Mapping));
        let groups = self.group_map.iter().map(|text| (text, OwnerRule::map_group as Mapping));
        for (text, map) in users.chain(groups) {
            map(&mut owners, text).map_err(|error| {
                let remedy = "Write OLD=NEW; make the user here first, or give its number.";
                Failure::new(Exit::Usage, "SR-CLI-OWNER", error.to_string(), remedy)
            })?;
        }
        let dressing = Dressing { owners, privileges: self.privileges };
        let (reread, read_map) = (self.reread, self.read_map.clone());
        Ok(Choices { resume, dressing, names, reread, read_map })
    }
}

type Mapping = fn(&mut OwnerRule, &str) -> Result<(), terms::ParseError>;

/// Prints what the target cannot hold.
pub(crate) fn print_target(found: &Survey) {
    output::field("file system", &found.file_system);
    if found.translated > 0 {
        let names = output::count(found.translated, "name");
        output::field("translated", format!("{names}, of which a map is kept in the target"));
    }
    for name in found.first_translated.iter().take(NAMES_SHOWN) {
        output::line(format!("name: {} becomes {}", name.path, name.name));
    }
    let more = found.translated.saturating_sub(NAMES_SHOWN as u64);
    if more > 0 {
        output::line(format!("name: and {more} more"));
    }
    for loss in &found.losses {
        let (what, count) = (told(loss.what), loss.count);
        output::line(format!("not kept: {what}: {count}, first {}", loss.first));
    }
    for lost in &found.lost {
        output::line(format!("will be missing: {lost}"));
    }
    if !found.fits() {
        output::line("The target has not enough room: nothing will be restored.");
    }
}

fn told(what: LossKind) -> &'static str {
    match what {
        LossKind::LargeFiles => "files that are too large for this target, which are left out",
        LossKind::Symlinks => "symbolic links, which are left out; the map keeps what they say",
        LossKind::LinkTargets => "symbolic links that say a name which is translated",
        LossKind::FurtherNames => "further names of one file, each of which becomes a copy",
        LossKind::Holes => "holes of files, which are written as zeros",
        LossKind::Attributes => "extended attributes",
        LossKind::AccessLists => "access lists",
        LossKind::Permissions => "permissions",
        LossKind::Times => "parts of a second in times",
    }
}
