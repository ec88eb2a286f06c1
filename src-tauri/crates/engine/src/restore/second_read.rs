//! A second read of what was written, from the target's medium: disks and sticks do fail silently.

use std::collections::HashSet;
use std::io::{Read, Write};

use archive::{Entry, EntryKind, EntryPath, Hole};

use super::entries::Wanted;
use super::entries::entries;
use super::publish::Publisher;
use super::{DamagedFile, LostRange, RereadReport};
use crate::EngineError;
use crate::files::{Conflict, Placed, Reread, Way};
use crate::observer::{Observer, Phase, Progress};

/// A copy of a file, which has no entry of its own.
pub(super) struct Copied {
    path: EntryPath,
    place: EntryPath,
    size: u64,
    digest: blake3::Hash,
}

/// A second read on its way.
struct Reading<'a> {
    reread: Reread,
    found: RereadReport,
    observer: &'a dyn Observer,
}

/// A file to be read again.
struct Again<'a> {
    /// Its path in the archive, and in the target.
    path: &'a EntryPath,
    place: &'a EntryPath,
    size: u64,
    holes: &'a [Hole],
    digest: &'a [u8; 32],
}

impl Publisher<'_> {
    /// Makes a copy of `file`, where the target has no further names for it.
    pub(super) fn copy(
        &mut self,
        file: &EntryPath,
        wanted: &Wanted,
        conflict: Conflict,
    ) -> Result<Placed, EngineError> {
        let mut source = self.target.open_restored(file)?;
        let (name, mut staged) = self.target.begin()?;
        let (mut hasher, mut size) = (blake3::Hasher::new(), 0);
        let mut buffer = vec![0; 1 << 20];
        let copied = loop {
            match source.read(&mut buffer) {
                Ok(0) => break Ok(()),
                Ok(count) => {
                    hasher.update(&buffer[..count]);
                    size += count as u64;
                    if let Err(error) = staged.write_all(&buffer[..count]) {
                        break Err(error);
                    }
                }
                Err(error) => break Err(error),
            }
        };
        if let Err(error) = copied {
            self.target.discard(&name);
            return Err(EngineError::entry("writing", &wanted.path)(error));
        }
        let (to, entry) = (&wanted.name, &wanted.entry);
        let placed = self.target.publish_copy((&name, staged), to, entry, conflict)?;
        let place = match &placed {
            Placed::AsNamed => Some(wanted.name.clone()),
            Placed::Beside(place) => Some(place.clone()),
            Placed::Skipped => None,
        };
        let (path, digest) = (wanted.path.clone(), hasher.finalize());
        self.copied.extend(place.map(|place| Copied { path, place, size, digest }));
        Ok(placed)
    }

    /// Reads every file again that is whole; what is not what was written becomes damaged.
    pub(super) fn read_again(&mut self, observer: &dyn Observer) -> Result<(), EngineError> {
        observer.phase(Phase::Rereading);
        let (reread, found) = (Reread::new(), RereadReport::default());
        let mut reading = Reading { reread, found, observer };
        let mut withdrawn = HashSet::new();
        for (number, entry) in entries(self.contents, self.survey) {
            match &entry.kind {
                EntryKind::Hardlink { to } if withdrawn.contains(self.survey.source_of(to)) => {
                    self.withdraw_name(number, &entry, to);
                }
                _ => withdrawn.extend(self.entry_again(number, &entry, &mut reading)?),
            }
        }
        for Copied { path, place, size, digest } in std::mem::take(&mut self.copied) {
            let (path, place, digest) = (&path, &place, digest.as_bytes());
            let again = Again { path, place, size, holes: &[], digest };
            if !self.again(&again, &mut reading)? {
                self.report.links -= 1;
            }
        }
        self.report.reread = Some(reading.found);
        Ok(())
    }

    /// Returns the path of a file that is damaged.
    fn entry_again(
        &mut self,
        number: u64,
        entry: &Entry,
        reading: &mut Reading<'_>,
    ) -> Result<Option<EntryPath>, EngineError> {
        let EntryKind::File { size, holes, digest, .. } = &entry.kind else { return Ok(None) };
        let survey = self.survey;
        let Some((path, place)) = self.place_of(number, entry) else { return Ok(None) };
        let digest = digest.as_bytes();
        let again = Again { path, place: &place, size: *size, holes, digest };
        if !self.again(&again, reading)? {
            let counted = match survey.name_of(number, entry) {
                Some(_) => &mut self.report.files,
                None => &mut self.report.kept,
            };
            *counted -= 1;
            return Ok(Some(path.clone()));
        }
        Ok(None)
    }

    /// The path in the archive of an entry that is whole in the target, and its place there.
    fn place_of<'a>(&self, number: u64, entry: &'a Entry) -> Option<(&'a EntryPath, EntryPath)>
    where
        Self: 'a,
    {
        let is_there = self.whole.contains(number) || self.survey.is_kept(number);
        let path = self.survey.name_in_target(number, entry).filter(|_| is_there)?;
        let elsewhere = self.elsewhere.get(&number);
        match elsewhere.or_else(|| self.survey.kept_elsewhere.get(&number)) {
            Some(place) => Some((path, place.clone())),
            None => Some((path, self.survey.names.path(path).ok()?.into_owned())),
        }
    }

    /// A further name of a file that is damaged is no name of a whole file either.
    fn withdraw_name(&mut self, number: u64, entry: &Entry, to: &EntryPath) {
        let Some((path, place)) = self.place_of(number, entry) else { return };
        let (path, published) = (path.to_string(), String::new());
        let cause = format!("another name of {to}, which is not what was written to the target");
        let lost = DamagedFile { path, published, ranges: Vec::new(), cause };
        match self.withdraw(&place, lost) {
            Ok(lost) => self.report.damaged.push(lost),
            Err(error) => self.report.lost.push(format!("{}: {error}", entry.path)),
        }
        match self.survey.is_kept(number) {
            true => self.report.kept -= 1,
            false => self.report.links -= 1,
        }
    }

    /// Reads a file again; says whether it is what was written.
    fn again(&mut self, file: &Again<'_>, reading: &mut Reading<'_>) -> Result<bool, EngineError> {
        let Reading { reread, found, observer } = reading;
        if observer.is_cancelled() {
            return Err(EngineError::Cancelled);
        }
        let cause = match self.target.reread(reread, file.place, file.size, file.holes) {
            Ok((digest, way)) => {
                match way {
                    Way::Direct => found.direct += 1,
                    Way::Forgotten => found.forgotten += 1,
                }
                found.bytes += file.size;
                let (bytes, files) = (found.bytes, found.direct + found.forgotten);
                observer.progress(Progress { bytes, files });
                if digest.as_bytes() == file.digest {
                    return Ok(true);
                }
                "what the target gives back is not what was written to it".to_owned()
            }
            Err(error) => match std::error::Error::source(&error) {
                Some(source) => format!("{error} when it was read again: {source}"),
                None => error.to_string(),
            },
        };
        found.damaged += 1;
        let (path, published) = (file.path.to_string(), String::new());
        // Nobody knows where the difference lies, so all of it is in doubt.
        let ranges = vec![LostRange { offset: 0, length: file.size }];
        let lost = DamagedFile { path, published, ranges, cause };
        match self.withdraw(file.place, lost) {
            Ok(lost) => self.report.damaged.push(lost),
            Err(error) => self.report.lost.push(format!("{}: {error}", file.path)),
        }
        Ok(false)
    }
}
