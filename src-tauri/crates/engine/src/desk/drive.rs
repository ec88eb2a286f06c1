//! The drive: which medium is in it, and who waits for another.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use archive::{FrameRecord, ReadAt, Recognised, Settings};
use terms::ArchiveId;

use super::{Changer, InDrive, Wanted};

/// What is read of a medium, from any thread.
type Shared = Arc<dyn ReadAt>;

/// Bodies of frames by volume and offset.
type Kept = BTreeMap<(u32, u64), Arc<[u8]>>;

/// One drive for all volumes of an archive.
pub(super) struct Drive {
    changer: Arc<dyn Changer>,
    archive: ArchiveId,
    label: String,
    /// How many volumes there are; 0 while that is not known.
    volumes: AtomicU32,
    inside: Mutex<Option<(u32, Shared)>>,
    /// Volumes that people go on without. Locked while somebody is asked, so that nobody else is;
    /// what is inside can be read meanwhile.
    given_up: Mutex<BTreeSet<u32>>,
    kept: RwLock<Kept>,
}

impl Drive {
    pub(super) fn new(changer: Arc<dyn Changer>, settings: &Settings) -> Self {
        let (archive, label) = (settings.archive, settings.label.clone());
        let (inside, given_up, kept) = (Mutex::default(), Mutex::default(), RwLock::default());
        Self { changer, archive, label, volumes: AtomicU32::new(0), inside, given_up, kept }
    }

    /// Takes note of what is in the drive.
    pub(super) fn put_in(&self, volume: u32, medium: Box<dyn ReadAt>) {
        *lock(&self.inside) = Some((volume, Arc::from(medium)));
    }

    /// Takes note of how many volumes there are.
    pub(super) fn count(&self, volumes: u32) {
        self.volumes.store(volumes, Ordering::Relaxed);
    }

    /// The last volume, and how many there are; none if the person goes on without it.
    pub(super) fn last(&self) -> Option<(u32, Box<dyn ReadAt>)> {
        loop {
            let found = match self.look(|known| known.volumes.is_some()) {
                Ok((known, medium)) => return known.volumes.map(|last| (last, medium)),
                Err(found) => found,
            };
            *lock(&self.inside) = None;
            if !self.changer.ask(&self.wanted(None, found)) {
                return None;
            }
        }
    }

    /// The volume that is in the drive.
    pub(super) fn inside(&self) -> Option<u32> {
        lock(&self.inside).as_ref().map(|(volume, _)| *volume)
    }

    /// Keeps the body of a frame.
    pub(super) fn keep(&self, record: &FrameRecord, body: &Arc<[u8]>) {
        let mut kept = self.kept.write().unwrap_or_else(PoisonError::into_inner);
        kept.insert((record.volume, record.offset), Arc::clone(body));
    }

    /// What is kept of a volume at `offset`.
    fn kept(&self, volume: u32, offset: u64, buffer: &mut [u8]) -> Option<usize> {
        let kept = self.kept.read().unwrap_or_else(PoisonError::into_inner);
        let ((_, start), body) = kept.range((volume, 0)..=(volume, offset)).next_back()?;
        let rest = body.get(usize::try_from(offset - start).ok()?..)?;
        let count = rest.len().min(buffer.len());
        buffer[..count].copy_from_slice(&rest[..count]);
        (count > 0).then_some(count)
    }

    fn is_inside(&self, volume: u32) -> Option<Shared> {
        let inside = lock(&self.inside);
        inside.as_ref().filter(|(known, _)| *known == volume).map(|(_, medium)| medium.clone())
    }

    /// Reads of `volume`, once it is in the drive.
    ///
    /// What was opened is of no use any more once the medium was taken out, also after it was put
    /// back in. So what fails is tried again with what is in the drive now, and only what fails in
    /// a medium that is still there is damage.
    fn read<T>(
        &self,
        volume: u32,
        read: &mut dyn FnMut(&dyn ReadAt) -> io::Result<T>,
    ) -> io::Result<T> {
        match self.is_inside(volume).map(|medium| read(medium.as_ref())) {
            Some(Err(error)) if error.kind() != io::ErrorKind::Interrupted => (),
            Some(read) => return read,
            None => (),
        }
        // Held until it is read, so that nobody asks for another medium in between.
        let mut given_up = lock(&self.given_up);
        loop {
            match self.look_for(volume) {
                Ok(medium) => match read(medium.as_ref()) {
                    Err(_) if self.look_for(volume).is_err() => (),
                    read => return read,
                },
                Err(_) if given_up.contains(&volume) => {
                    let reason = format!("volume {volume} was not put into the drive");
                    return Err(io::Error::new(io::ErrorKind::NotFound, reason));
                }
                Err(found) => {
                    if self.changer.has_stopped() {
                        return Err(io::Error::other("the restore was stopped"));
                    }
                    // A medium with an open file cannot be taken out.
                    *lock(&self.inside) = None;
                    let is_in = self.changer.ask(&self.wanted(Some(volume), found));
                    if !is_in && !self.changer.has_stopped() {
                        given_up.insert(volume);
                    }
                }
            }
        }
    }

    /// Takes note of what is in the drive, if it is `volume`.
    fn look_for(&self, volume: u32) -> Result<Shared, InDrive> {
        let (_, medium) = self.look(|known| known.volume == volume)?;
        let medium: Shared = Arc::from(medium);
        *lock(&self.inside) = Some((volume, Arc::clone(&medium)));
        Ok(medium)
    }

    /// Finds a volume of this archive among what is in the drive, or says what is there instead.
    fn look(
        &self,
        is_wanted: impl Fn(&Recognised) -> bool,
    ) -> Result<(Recognised, Box<dyn ReadAt>), InDrive> {
        let mut instead = InDrive::Nothing;
        for medium in self.changer.look() {
            match Recognised::of(medium.as_ref()) {
                Ok(known) if known.settings.archive != self.archive => {
                    let (label, volume) = (known.settings.label, known.volume);
                    instead = InDrive::Foreign { label, volume };
                }
                Ok(known) if is_wanted(&known) => return Ok((known, medium)),
                Ok(known) => return Err(InDrive::Other { volume: known.volume }),
                Err(_) if instead == InDrive::Nothing => instead = InDrive::Unreadable,
                Err(_) => (),
            }
        }
        Err(instead)
    }

    fn wanted(&self, volume: Option<u32>, found: InDrive) -> Wanted {
        let volumes = Some(self.volumes.load(Ordering::Relaxed)).filter(|volumes| *volumes > 0);
        Wanted { volume, volumes, label: Some(self.label.clone()), found }
    }
}

/// A volume as the set sees it, in the drive or not.
pub(super) struct Slot {
    drive: Arc<Drive>,
    volume: u32,
}

impl Slot {
    pub(super) fn new(drive: Arc<Drive>, volume: u32) -> Self {
        Self { drive, volume }
    }
}

impl ReadAt for Slot {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        if let Some(count) = self.drive.kept(self.volume, offset, buffer) {
            return Ok(count);
        }
        self.drive.read(self.volume, &mut |medium| medium.read_at(buffer, offset))
    }

    fn size(&self) -> io::Result<u64> {
        self.drive.read(self.volume, &mut |medium| medium.size())
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
