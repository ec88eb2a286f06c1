//! Media on the record of the vault.

use std::path::Path;
use std::time::Duration;

use archive::{ArchiveError, FrameKind};
use registry::{Check, Medium, MediumKind, Reader, RegistryError};
use terms::{Problem as _, Timestamp, plain};

use super::check::{Extent, Found, check};
use super::connected::{Connected, open_on};
use super::{Intervals, MediaError, Standing};
use crate::EngineError;
use crate::observer::Observer;
use crate::recorded::{Recording, WAIT};
use crate::vault::Vault;

/// Most characters of a name and of a place.
const NAME_MAX: usize = 100;
const PLACE_MAX: usize = 200;

/// What people say of a medium that they put on the record.
#[derive(Debug)]
pub struct NewMedium<'a> {
    /// What is written on it.
    pub name: &'a str,
    /// What it is.
    pub kind: MediumKind,
    /// Where it is kept; may be empty.
    pub place: &'a str,
}

/// Puts a medium on the record, with the volumes that are on it now.
///
/// # Errors
///
/// The name is taken or no name, the archive's last volume is neither on it nor in `others`, or the
/// vault cannot be written.
pub fn add(
    vault: &mut Vault,
    new: &NewMedium<'_>,
    (connected, others): (&Connected, &[Connected]),
    actor: &str,
    now: Timestamp,
) -> Result<Medium, MediaError> {
    let name = visible(new.name, 1..=NAME_MAX)?.to_owned();
    let place = visible(new.place, 0..=PLACE_MAX)?.to_owned();
    if vault.read().medium(&name)?.is_some() {
        return Err(MediaError::NameTaken(name));
    }
    let root = open_on(connected, others)?.root().digest();
    let medium = Medium {
        name,
        kind: new.kind,
        place,
        archive: connected.settings.archive,
        label: connected.settings.label.clone(),
        root,
        volumes: connected.carried(),
        seen_at: now,
        retired_at: None,
    };
    on_record(
        vault,
        ("media.add", "a medium is put on the record"),
        &medium,
        (actor, now),
        |act| act.add_medium(&medium),
    )?;
    Ok(medium)
}

/// Notes where a medium is kept from now on.
///
/// # Errors
///
/// No such medium is kept, `place` is no place, or the vault cannot be written.
pub fn move_medium(
    vault: &mut Vault,
    (name, place): (&str, &str),
    actor: &str,
    now: Timestamp,
) -> Result<(), MediaError> {
    let (medium, place) = (kept(&vault.read(), name)?, visible(place, 0..=PLACE_MAX)?);
    on_record(vault, ("media.move", "a medium is kept elsewhere"), &medium, (actor, now), |act| {
        act.move_medium(name, place)
    })
}

/// Notes that a medium is kept no longer, for `reason`: it was copied anew, destroyed or lost.
///
/// # Errors
///
/// No such medium is kept, or the vault cannot be written.
pub fn retire(
    vault: &mut Vault,
    (name, reason): (&str, &str),
    actor: &str,
    now: Timestamp,
) -> Result<(), MediaError> {
    let medium = kept(&vault.read(), name)?;
    let reason = visible(reason, 1..=PLACE_MAX)?;
    on_record(vault, ("media.retire", reason), &medium, (actor, now), |act| act.retire_medium(name))
}

/// The medium that `connected` is: the one that carries these volumes, or of several the one that
/// is called `name`.
///
/// # Errors
///
/// It is none, several may be meant, or `name` carries something else.
pub fn carried_by(
    reader: &Reader<'_>,
    connected: &Connected,
    name: Option<&str>,
) -> Result<Medium, MediaError> {
    let path = || connected.path.clone();
    let label = || connected.settings.label.clone();
    let carries = |medium: &Medium| {
        let is_here = |(number, _): &(u32, u64)| connected.numbers().any(|known| known == *number);
        medium.archive == connected.settings.archive && medium.volumes.iter().any(is_here)
    };
    if let Some(name) = name {
        let medium = kept(reader, name)?;
        if carries(&medium) {
            return Ok(medium);
        }
        let numbers: Vec<String> = connected.numbers().map(|number| number.to_string()).collect();
        let found = format!("volume {} of {:?}", numbers.join(", "), label());
        return Err(MediaError::OtherContent { name: medium.name, path: path(), found });
    }
    let mut media = reader.media()?;
    media.retain(|medium| medium.retired_at.is_none() && carries(medium));
    match media.len() {
        0 => {
            let volume = connected.numbers().next().unwrap_or(1);
            Err(MediaError::Unknown { path: path(), label: label(), volume })
        }
        1 => Ok(media.remove(0)),
        _ => {
            let names = media.into_iter().map(|medium| medium.name).collect();
            Err(MediaError::Ambiguous { path: path(), names })
        }
    }
}

/// Who checks, how much, and by which clocks.
pub struct Visit<'a> {
    /// Who does it.
    pub person: &'a str,
    /// All of it, or a part.
    pub extent: Extent,
    /// The time.
    pub now: &'a dyn Fn() -> Timestamp,
    /// A clock that is never set back, for the speed.
    pub elapsed: &'a dyn Fn() -> Duration,
    /// Whoever watches.
    pub observer: &'a dyn Observer,
}

/// Checks `medium`, which is `connected`, on the record of the vault in `dir`: intent, reading, and
/// the check with its outcome. `others` are media with more of the archive, for its index and to
/// mend with. Returns what the medium is worth now.
///
/// # Errors
///
/// The medium was replaced or taken out, its archive cannot be read, or the vault cannot be
/// written; the log then says why there is no check.
pub fn check_medium(
    dir: &Path,
    medium: &Medium,
    (connected, others): (&Connected, &[Connected]),
    visit: &Visit<'_>,
) -> Result<(Check, Standing), MediaError> {
    let vault = Vault::open_within(dir, WAIT, (visit.now)())?;
    let subject = (medium.name.as_str(), medium.archive);
    let recording = Recording::of_media_check(vault, subject, visit.person, (visit.now)())?;
    let checked = read(medium, (connected, others), visit);
    let now = (visit.now)();
    let check = match checked {
        Ok(found) => row(&found, visit, now),
        Err(error) => {
            recording.failed(error.code(), now)?;
            return Err(error);
        }
    };
    recording.checked(&medium.name, &check, now)?;
    let vault = crate::vault::VaultView::open(dir)?;
    let intervals = Intervals::read(&vault.read())?;
    let checks = vault.read().checks(&medium.name)?;
    Ok((check, Standing::of(medium, &checks, intervals, now)))
}

fn read(
    medium: &Medium,
    (connected, others): (&Connected, &[Connected]),
    visit: &Visit<'_>,
) -> Result<Found, MediaError> {
    let set = match open_on(connected, others) {
        Err(error) if is_lost_root(&error, medium) => return Ok(ROOT_LOST),
        set => set?,
    };
    if set.root().digest() != medium.root {
        return Err(MediaError::Replaced { name: medium.name.clone() });
    }
    let volumes: Vec<u32> = medium.volumes.iter().map(|(number, _)| *number).collect();
    let at = (&set, connected);
    let found = check(at, &volumes, visit.extent, visit.elapsed, visit.observer)?;
    if found.is_gone {
        return Err(MediaError::Gone { name: medium.name.clone() });
    }
    Ok(found)
}

/// A check of a medium on which all copies of the root are destroyed: there is nothing by which the
/// rest could be judged.
const ROOT_LOST: Found = Found {
    frames: 1,
    read: 1,
    mendable: 0,
    lost: 1,
    unjudged: 0,
    read_errors: 0,
    bytes: 0,
    duration: Duration::ZERO,
    is_gone: false,
};

/// Whether the root is destroyed that `medium` carries, and not only missing.
fn is_lost_root(error: &MediaError, medium: &Medium) -> bool {
    let MediaError::Engine(EngineError::Archive(ArchiveError::Damaged { kind, volume, .. })) =
        error
    else {
        return false;
    };
    *kind == FrameKind::Root && medium.volumes.iter().any(|(number, _)| number == volume)
}

fn row(found: &Found, visit: &Visit<'_>, now: Timestamp) -> Check {
    Check {
        at: now,
        person: visit.person.to_owned(),
        parts: visit.extent.parts,
        part: visit.extent.part,
        frames: found.frames,
        read: found.read,
        mendable: found.mendable,
        lost: found.lost,
        unjudged: found.unjudged,
        read_errors: found.read_errors,
        bytes: found.bytes,
        duration_ms: u64::try_from(found.duration.as_millis()).unwrap_or(u64::MAX),
    }
}

fn kept(reader: &Reader<'_>, name: &str) -> Result<Medium, MediaError> {
    let medium = reader.medium(name)?.filter(|medium| medium.retired_at.is_none());
    medium.ok_or_else(|| MediaError::NotKept(name.to_owned()))
}

/// A text that people read on a label and on the screen as it is.
fn visible(text: &str, lengths: std::ops::RangeInclusive<usize>) -> Result<&str, MediaError> {
    let text = text.trim();
    let fits = lengths.contains(&text.chars().count());
    if fits && !text.chars().any(plain::is_hidden) {
        Ok(text)
    } else {
        Err(MediaError::BadName(text.to_owned()))
    }
}

fn on_record(
    vault: &mut Vault,
    (operation, reason): (&str, &str),
    medium: &Medium,
    (actor, now): (&str, Timestamp),
    change: impl FnOnce(&registry::Act<'_>) -> Result<(), RegistryError>,
) -> Result<(), MediaError> {
    let objects = vec![format!("medium:{}", medium.name), format!("archive:{}", medium.archive)];
    let intent = vault.intent(operation, actor, objects, None, now)?;
    Ok(vault.conclude(intent, reason, "ok", &[], now, change)?)
}
