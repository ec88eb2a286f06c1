//! The media desk: a set of volumes read through one drive, a medium at a time.
//!
//! [`open`] gives a [`Set`] like any other, of which every volume is promised. Whoever reads a
//! frame of a volume that is not in the drive waits until a person has put it in; media are
//! recognised by what they say of themselves and never by a path, so a medium that was taken out
//! and put back in is the same one, and a wrong one is named. Nothing is ever written onto them.
//!
//! The lists of an archive (index, list of contents, data keys, all of them encrypted or public)
//! are read when it is opened and kept in memory, at most [`KEPT_BYTES_MAX`]; after that content is
//! read in ascending order, so each medium is wanted once. The second copies of a set's lists lie
//! on its last volume only while they fit in there together; of a large set each medium is
//! therefore wanted twice, once for its part of the lists and once for content (decision 0721).

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

    /// Asks for a medium, and returns when it is said to be in; false if the person goes on
    /// without it. Called from one thread at a time, which may be any.
    fn ask(&self, wanted: &Wanted) -> bool;

    /// Whether the person has asked to stop: then a medium that is not in the drive is no medium
    /// that they go on without, and it is asked for again by whoever goes on later.
    fn has_stopped(&self) -> bool {
        false
    }
}

/// Opens the archive of whatever medium is in the drive, and keeps its lists; returns how many
/// bytes these take.
///
/// # Errors
///
/// The person has no medium of an archive, or goes on without the last one; the lists are too
/// large; or they are damaged in all of their copies.
pub fn open(changer: Arc<dyn Changer>) -> Result<(Set, u64), EngineError> {
    let (known, medium) = first(changer.as_ref())?;
    let drive = Arc::new(Drive::new(changer, &known.settings));
    let (last, medium) = match known.volumes {
        Some(last) => (last, medium),
        None => drive.last().ok_or(ArchiveError::NotSealed)?,
    };
    drive.put_in(last, last, medium);
    let slot = |volume| Box::new(Slot::new(Arc::clone(&drive), volume)) as Box<dyn ReadAt>;
    let mut set = Set::open(vec![slot(last)])?;
    (1..last).for_each(|volume| set.promise(volume, slot(volume)));
    let kept = lists::keep(&drive, &set)?;
    Ok((set, kept))
}

/// Any medium of any archive.
fn first(changer: &dyn Changer) -> Result<(Recognised, Box<dyn ReadAt>), EngineError> {
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
