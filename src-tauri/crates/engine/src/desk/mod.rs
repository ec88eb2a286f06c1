//! The media desk: a set of volumes read through one drive, a medium at a time.
//!
//! [`open`] gives a [`Set`] like any other, of which every volume is promised. Whoever reads a
//! frame of a volume that is not in the drive waits until a person has put it in; media are
//! recognised by what they say of themselves and never by a path, so a medium that was taken out
//! and put back in is the same one, and a wrong one is named. Nothing is ever written onto them.
//!
//! The lists of an archive (index, list of contents, data keys, all of them encrypted or public)
//! are read when it is opened and kept in memory, at most [`KEPT_BYTES_MAX`]; after that content is
//! read in ascending order, so each medium is wanted once, and the parity of another medium only
//! when all the rest is safe. With a sidecar no medium is wanted for its lists. Without one the
//! last medium is wanted first, and the others of a set whose lists are too large for that one are
//! wanted for them too (decision 0721).

mod drive;
mod lists;
mod wanted;

use std::sync::Arc;

use archive::{ArchiveError, Recognised, Set};

use self::drive::{Drive, Slot};
pub use self::wanted::{InDrive, Wanted};
use crate::EngineError;
pub use archive::ReadAt;

/// Most bytes of lists that are kept in memory.
pub const KEPT_BYTES_MAX: u64 = 256 << 20;

/// The drive, and the person who changes media in it.
pub trait Changer: Send + Sync {
    /// What is in the drive now, opened anew; nothing if it is empty or cannot be read.
    fn look(&self) -> Vec<Box<dyn ReadAt>>;

    /// Sidecars of whatever archives: those that people named, and those in the drive.
    fn sidecars(&self) -> Vec<Box<dyn ReadAt>> {
        Vec::new()
    }

    /// Asks for a medium, and returns when it is said to be in; false if the person goes on
    /// without it. Called from one thread at a time, which may be any.
    fn ask(&self, wanted: &Wanted) -> bool;

    /// Whether the person has asked to stop: then a medium that is not in the drive is no medium
    /// that they go on without, and it is asked for again by whoever goes on later.
    fn has_stopped(&self) -> bool {
        false
    }
}

/// An archive that is read through a drive.
pub struct Opened {
    /// The archive, like any other.
    pub set: Set,
    /// Bytes of its lists, which are kept in memory.
    pub kept_bytes: u64,
    /// The volume that is in the drive now.
    pub inside: Option<u32>,
}

/// Opens the archive of whatever medium is in the drive, and keeps its lists.
///
/// # Errors
///
/// The person has no medium of an archive, or goes on without the last one; the lists are too
/// large; or they are damaged in all of their copies.
pub fn open(changer: Arc<dyn Changer>) -> Result<Opened, EngineError> {
    let (known, medium) = any_medium(changer.as_ref())?;
    let drive = Arc::new(Drive::new(Arc::clone(&changer), &known.settings));
    let slot = |volume| Box::new(Slot::new(Arc::clone(&drive), volume)) as Box<dyn ReadAt>;
    drive.put_in(known.volume, medium);
    let beside = changer.sidecars();
    // With a sidecar any medium will do; without one it takes the last, for the root is there.
    let opened = match known.volumes {
        None if beside.is_empty() => None,
        _ => Set::open_beside(vec![slot(known.volume)], beside).ok(),
    };
    let (mut set, first) = match opened {
        Some(set) => (set, known.volume),
        None => {
            let (last, medium) = drive.last().ok_or(ArchiveError::NotSealed)?;
            drive.put_in(last, medium);
            (Set::open_beside(vec![slot(last)], changer.sidecars())?, last)
        }
    };
    let volumes = set.root().volumes;
    drive.count(volumes);
    let others = (1..=volumes).filter(|volume| *volume != first);
    others.for_each(|volume| set.promise(volume, slot(volume)));
    let kept_bytes = lists::keep(&drive, &set)?;
    // They may lie on a medium that somebody wants to take out.
    set.let_go_of_sidecars();
    Ok(Opened { set, kept_bytes, inside: drive.inside() })
}

/// Any medium of any archive.
fn any_medium(changer: &dyn Changer) -> Result<(Recognised, Box<dyn ReadAt>), EngineError> {
    loop {
        let mut found = InDrive::Nothing;
        for medium in changer.look() {
            match Recognised::of(medium.as_ref()) {
                Ok(known) => return Ok((known, medium)),
                Err(_) => found = InDrive::Unreadable,
            }
        }
        let wanted = Wanted { volume: None, volumes: None, label: None, found };
        if !changer.ask(&wanted) {
            return Err(ArchiveError::NotAnArchive.into());
        }
    }
}
