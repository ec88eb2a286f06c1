//! `strongroom seal`: a tree or a stream becomes an archive; no vault and no secret needed.

use std::fs;
use std::io::{self, BufRead as _};
use std::path::{Path, PathBuf};

use archive::{EntryPath, Parity};
use clap::{Args, ValueEnum};
use engine::recorded::Recording;
use engine::seal::{SealOptions, SealReport, SidecarRule, Source, seal};
use engine::station;
use engine::vault::VaultError;
use keys::Recipient;
use terms::{Environment, KeyName, Problem as _};

use super::Ended;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::files;
use crate::output;
use crate::progress::Watch;
use crate::recipient::{RecipientFile, agree};
use crate::sealing_lock::ToLock;
use crate::vault;

/// The longest file with a recipient and remarks about it, in bytes.
const RECIPIENT_BYTES_MAX: u64 = 64 << 10;
const RECIPIENT: files::Kind = ("the recipient's file", "SR-CLI-RECIPIENT-FILE");
/// Four segments of the size that this program seals (archive-1).
const VOLUME_BYTES_MIN: u64 = 4 << 20;

/// Seal files, folders or standard input to a recipient.
#[derive(Args)]
#[command(after_help = "Examples:
  strongroom seal -r production.recipient -o /media/usb /srv/documents
  pg_dump shop | strongroom seal -r production.recipient -o /media/usb --name shop.sql -")]
pub(crate) struct Seal {
    /// The recipient: its text age1pq1…, or a file that holds it.
    #[arg(short, long, required_unless_present = "lock")]
    recipient: Option<String>,

    /// A lock in place of a recipient: its quorum opens this archive, and no master key does.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["recipient", "catalogue"])]
    lock: Option<PathBuf>,

    /// The folder to put the volumes in.
    #[arg(short, long, value_name = "DIR")]
    output: PathBuf,

    /// What people call the archive; readable without a key, so no name is taken from inside.
    #[arg(long, default_value = "archive")]
    label: String,

    /// The name that standard input gets in the archive.
    #[arg(long, default_value = "stream")]
    name: String,

    /// The environment, where neither the recipient's file nor a vault tells it.
    #[arg(long, value_name = "NAME")]
    environment: Option<Environment>,

    /// Largest volume: a medium (dvd, bd-25, bd-50, bd-100, fat32, lto-6 to lto-9) or a size such
    /// as 650M or 25G.
    #[arg(long, value_name = "SIZE", value_parser = volume_size)]
    volume_size: Option<u64>,

    /// Parity that mends damaged media, as a share of what is sealed; 0% leaves it out.
    #[arg(long, value_name = "PERCENT", value_parser = percent, default_value = "10%")]
    parity: u8,

    /// The station's key, which signs the archive; station new makes one.
    #[arg(long, value_name = "FILE")]
    station: Option<PathBuf>,

    /// Write a sidecar: a second copy of all that finds and opens the rest, for another medium.
    /// By itself if there are several volumes.
    #[arg(long, value_enum, value_name = "WHEN", num_args = 0..=1, require_equals = true)]
    #[arg(default_value = "several", default_missing_value = "always")]
    sidecar: WriteSidecar,

    /// Write a kit beside the volumes: all that is needed to read them without this program.
    #[arg(long)]
    kit: bool,

    /// Keep the list of contents in the vault, readable without a quorum, to choose from it.
    #[arg(long)]
    catalogue: bool,

    /// Seal standard input although nothing comes from it.
    #[arg(long)]
    allow_empty: bool,

    /// Leave out what cannot be read, and say so; otherwise nothing is sealed.
    #[arg(long)]
    skip_unreadable: bool,

    /// Files and folders, or - for standard input.
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
}

/// When a sidecar is written.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum WriteSidecar {
    /// If there is more than one volume.
    Several,
    /// Always.
    Always,
    /// Never: without the last volume nothing can be named then.
    None,
}

impl From<WriteSidecar> for SidecarRule {
    fn from(when: WriteSidecar) -> Self {
        match when {
            WriteSidecar::Several => Self::IfSeveral,
            WriteSidecar::Always => Self::Always,
            WriteSidecar::None => Self::Never,
        }
    }
}

impl Seal {
    pub(crate) fn run(self, context: &Context) -> Ended {
        let is_stream = self.is_stream()?;
        let (named, locked) = self.named(context)?;
        let station = self.station.as_deref().map(station::read).transpose();
        let station = station.map_err(|error| Failure::from_problem(Exit::Failed, &error))?;
        let now = context.now();
        let mut input = io::stdin().lock();
        let others = other_volumes(&self.output);
        let recording = match (named.vault, named.key) {
            (Some(_), Some(key)) => Some(vault::record_seal(key, self.catalogue, context)?),
            _ => None,
        };
        if self.catalogue && recording.is_none() {
            let problem =
                "the list of contents is kept in a vault, and no vault here knows the key";
            let remedy = "Name the vault with --vault, or leave --catalogue out.";
            return Err(Failure::new(Exit::Usage, "SR-CLI-NO-CATALOGUE", problem, remedy));
        }
        // Whatever cannot be read is told of by the seal itself.
        let is_empty = |read: io::Result<&[u8]>| read.is_ok_and(<[u8]>::is_empty);
        if is_stream && !self.allow_empty && is_empty(input.fill_buf()) {
            return Err(nothing_came(recording, context)?);
        }
        let listing = recording.as_ref().and_then(Recording::listing);
        let options = SealOptions {
            to: &self.output,
            label: self.label,
            environment: named.environment,
            key: named.key,
            vault: named.vault,
            checkpoint: recording.as_ref().map(Recording::head),
            volume_bytes: self.volume_size,
            parity: Parity::of_percent(self.parity),
            skip_unreadable: self.skip_unreadable,
            station: station.as_ref(),
            sidecar: self.sidecar.into(),
            kit: self.kit,
            catalogue: listing.as_deref(),
            now,
        };
        let source = if is_stream {
            let path = EntryPath::new(self.name.as_str());
            let name = path.map_err(|error| Failure::from_problem(Exit::Usage, &error))?;
            Source::Stream { name, reader: &mut input, now }
        } else {
            Source::Paths(&self.paths)
        };
        let split = locked.map(|locked| locked.begin(&self.output, context)).transpose()?;
        let watch = Watch::new("sealing", context);
        let sealed = seal(source, &named.recipient, &options, &mut context.rng(), &watch);
        drop(watch);
        if let Some(recording) = recording {
            let written = recording.sealed(sealed.as_ref(), &options, context.now());
            written.map_err(|error| match &sealed {
                Ok(report) => unrecorded(report, &error),
                Err(_) => vault::refused(&error),
            })?;
        }
        let split = split.map(|split| split.end(sealed.as_ref(), context)).transpose();
        let split = split.map_err(|error| match &sealed {
            Ok(report) => unrecorded(report, &error),
            Err(_) => vault::refused(&error),
        })?;
        let mut report = sealed.map_err(|error| Failure::from_problem(Exit::Failed, &error))?;
        if others {
            report.warnings.push(beside_others(&report));
        }
        print((&report, split.as_deref()), context);
        Ok(Exit::Done)
    }

    /// Whether standard input is sealed, and not files.
    fn is_stream(&self) -> Result<bool, Failure> {
        let is_stream = self.paths == [Path::new("-")];
        if !is_stream && self.paths.iter().any(|path| path == Path::new("-")) {
            let problem = "standard input and files cannot be sealed together";
            let remedy = "Seal them one after the other, or name the file called - as ./-.";
            return Err(Failure::new(Exit::Usage, "SR-CLI-USAGE", problem, remedy));
        }
        Ok(is_stream)
    }

    /// What is sealed to: a recipient, or one that is drawn for a lock.
    fn named(&self, context: &Context) -> Result<(Named, Option<ToLock>), Failure> {
        match (&self.lock, &self.recipient) {
            (Some(file), _) => Named::of_lock(file, self.environment, context),
            (None, recipient) => {
                let recipient = recipient.as_deref().unwrap_or_default();
                Ok((Named::find(recipient, self.environment, context)?, None))
            }
        }
    }
}

/// The failure of an empty stream, which the record of the seal is told of.
fn nothing_came(recording: Option<Recording>, context: &Context) -> Result<Failure, Failure> {
    let problem = "nothing came from standard input, so nothing was sealed";
    let remedy = "Look at the command before the pipe; --allow-empty seals it all the same.";
    let failure = Failure::new(Exit::Failed, "SR-CLI-EMPTY-INPUT", problem, remedy);
    if let Some(recording) = recording {
        let written = recording.failed(failure.code(), context.now());
        written.map_err(|error| vault::refused(&error))?;
    }
    Ok(failure)
}

/// The failure of a vault after the archive got its name: nobody should seal it once more.
fn unrecorded(report: &SealReport, error: &VaultError) -> Failure {
    let volume = report.volumes.first().map(|volume| volume.display().to_string());
    let problem = format!(
        "the archive {} is whole in {}, but the vault could not write it down: {}",
        report.archive,
        volume.unwrap_or_default(),
        error.with_causes()
    );
    let remedy = "Keep the archive, and do not seal it again. strongroom fsck says what is wrong \
                  with the vault; its log has the intent, and will say that no outcome came.";
    Failure::new(Exit::Unrecorded, "SR-CLI-SEALED-UNRECORDED", problem, remedy)
}

fn print((report, split): (&SealReport, Option<&Path>), context: &Context) {
    if context.json {
        let mut told = serde_json::json!(report);
        if let (Some(split), Some(told)) = (split, told.as_object_mut()) {
            told.insert("split".to_owned(), serde_json::json!(split));
        }
        output::json("seal", told);
        return;
    }
    output::field("archive", &report.archive);
    output::field(
        "content",
        format!("{} in {}", output::size(report.bytes_in), output::count(report.entries, "entry")),
    );
    output::field("on the medium", output::size(report.bytes_out));
    if let Some(spent) = &report.spent {
        output::field("time", spent.to_words());
    }
    for volume in &report.volumes {
        output::field("volume", volume.display());
    }
    output::field("capsule", report.capsule.display());
    if let Some(split) = split {
        output::field("split", split.display());
        output::line(
            "note: copy the split with every copy of the archive: without it nobody opens it",
        );
    }
    if let Some(sidecar) = &report.sidecar {
        output::field("sidecar", sidecar.display());
    }
    tell_of_sidecar(report);
    if let Some(kit) = &report.kit {
        let size = output::size(engine::kit::size_bytes());
        output::field("kit", format!("{}, {size}: copy it onto each medium", kit.display()));
    }
    for warning in &report.warnings {
        output::line(format!("note: {warning}"));
    }
}

/// What becomes of an archive of several volumes without its last one.
fn tell_of_sidecar(report: &SealReport) {
    let last = report.volumes.len();
    if last < 2 {
        return;
    }
    output::line(match &report.sidecar {
        Some(_) => format!(
            "note: copy the sidecar onto each medium: without volume {last} and without the \
             sidecar no file can be named"
        ),
        None => format!(
            "note: there is no sidecar: without volume {last} no file can be named; keep two \
             copies of it, or seal with --sidecar"
        ),
    });
}

/// How an archive that shares its folder with others is named.
fn beside_others(report: &SealReport) -> String {
    let first = report.volumes.first().map(|volume| volume.display().to_string());
    format!(
        "the folder holds another archive too: name a volume of this one to verify or restore it, \
         such as {}",
        first.unwrap_or_default()
    )
}

/// Whether volumes of another archive lie in the folder already.
fn other_volumes(dir: &Path) -> bool {
    let files = fs::read_dir(dir).into_iter().flatten().flatten();
    files
        .map(|file| file.path())
        .any(|path| path.extension().is_some_and(|end| end == "strongroom"))
}

/// A recipient and what is known about it.
struct Named {
    recipient: Recipient,
    environment: Option<Environment>,
    key: Option<KeyName>,
    vault: Option<terms::VaultId>,
}

impl Named {
    /// A recipient for this one archive, from the lock in `file`.
    fn of_lock(
        file: &Path,
        stated: Option<Environment>,
        context: &Context,
    ) -> Result<(Self, Option<ToLock>), Failure> {
        let (recipient, locked) = ToLock::draw(file, context)?;
        let key = locked.key();
        let environment = agree(stated, Some(key.environment))?;
        Ok((Self { recipient, environment, key: Some(key), vault: None }, Some(locked)))
    }

    /// Reads the recipient from its text or a file, and asks the vault, if any, whose it is.
    fn find(text: &str, stated: Option<Environment>, context: &Context) -> Result<Self, Failure> {
        let text = if text.starts_with("age1") {
            text.to_owned()
        } else {
            files::text(Path::new(text), RECIPIENT_BYTES_MAX, RECIPIENT).map_err(|failure| {
                let way = "The text age1pq1… itself may be given instead of a file.";
                failure.or_else(way).ending_with(Exit::Usage)
            })?
        };
        let RecipientFile { recipient, environment, key } = RecipientFile::parse(&text)?;
        let known = vault::key_of(&recipient.fingerprint(), context)?;
        // What the vault knows counts before what the file says.
        let key = known.as_ref().map(|known| known.1).or(key);
        let environment = agree(environment, key.map(|key| key.environment))?;
        let environment = agree(stated, environment)?;
        Ok(Self { recipient, environment, key, vault: known.map(|known| known.0) })
    }
}

/// A share of 0 to 100 percent.
fn percent(text: &str) -> Result<u8, String> {
    let number = text.strip_suffix('%').unwrap_or(text).parse().ok();
    number
        .filter(|percent| *percent <= 100)
        .ok_or_else(|| format!("{text} is no share; write 10%, or 0% for none"))
}

/// What volumes for a medium may be at most, in bytes. A two-hundredth of what is written on the
/// box is left to the file system; FAT32 holds no larger file.
const MEDIA: [(&str, u64); 9] = [
    ("fat32", (4 << 30) - 1),
    ("dvd", 4_676_000_000),
    ("bd-25", 24_900_000_000),
    ("bd-50", 49_800_000_000),
    ("bd-100", 99_600_000_000),
    ("lto-6", 2_487_000_000_000),
    ("lto-7", 5_970_000_000_000),
    ("lto-8", 11_940_000_000_000),
    ("lto-9", 17_910_000_000_000),
];

/// The size of a volume, by its medium or in bytes; it must hold four segments at least.
fn volume_size(text: &str) -> Result<u64, String> {
    let medium = MEDIA.iter().find(|(name, _)| text.eq_ignore_ascii_case(name));
    if let Some((_, bytes)) = medium {
        return Ok(*bytes);
    }
    let bytes = size(text).map_err(|error| {
        let names: Vec<_> = MEDIA.iter().map(|(name, _)| *name).collect();
        format!("{error}, and no medium: {}", names.join(", "))
    })?;
    if bytes < VOLUME_BYTES_MIN {
        let least = output::size(VOLUME_BYTES_MIN);
        return Err(format!("a volume has {least} at least; {text} is {}", output::size(bytes)));
    }
    Ok(bytes)
}

/// Bytes from a number with an optional unit: K, M, G or T, each 1024 times the one before.
fn size(text: &str) -> Result<u64, String> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let power = match text[digits.len()..].to_ascii_uppercase().as_str() {
        "" | "B" => 0,
        "K" | "KIB" => 1,
        "M" | "MIB" => 2,
        "G" | "GIB" => 3,
        "T" | "TIB" => 4,
        unit => return Err(format!("{unit} is no unit; use K, M, G or T")),
    };
    let number: u64 = digits.parse().map_err(|_| format!("{text} is no size"))?;
    number.checked_mul(1 << (10 * power)).ok_or_else(|| format!("{text} is too large"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_volume_is_named_by_its_medium_or_its_size() {
        assert_eq!(volume_size("FAT32"), Ok(u64::from(u32::MAX)));
        assert_eq!(volume_size("bd-25"), Ok(24_900_000_000));
        assert_eq!(volume_size("650M"), Ok(650 << 20));
        let refused = volume_size("floppy").unwrap_err();
        assert!(refused.contains("bd-100"), "{refused}");
        assert!(MEDIA.iter().all(|(_, bytes)| *bytes >= VOLUME_BYTES_MIN));
    }

    #[test]
    fn sizes_are_binary_and_bounded() {
        assert_eq!(size("650M"), Ok(650 << 20));
        assert_eq!(size("25GiB"), Ok(25 << 30));
        assert_eq!(size("4096"), Ok(4096));
        for bad in ["", "M", "12X", "99999999999T", "-1"] {
            assert!(size(bad).is_err(), "{bad}");
        }
    }
}
