//! A second read of what was written, from the target's medium: disks and sticks do fail silently.

use std::collections::HashSet;

use archive::{Entry, EntryKind, EntryPath};

use super::entries::{Kinds, entries};
use super::publish::Publisher;
use super::{DamagedFile, LostRange, RereadReport};
use crate::EngineError;
use crate::files::{Content, Reread, Way};
use crate::observer::{Observer, Phase, Progress};

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
    content: Content<'a>,
}

impl Publisher<'_> {
    /// Reads every file again that is whole; what is not what was written becomes damaged.
    pub(super) fn read_again(&mut self, observer: &dyn Observer) -> Result<(), EngineError> {
        observer.phase(Phase::Rereading);
        let (reread, found) = (Reread::new(), RereadReport::default());
        let mut reading = Reading { reread, found, observer };
        let mut withdrawn = HashSet::new();
        for (number, entry) in entries(self.contents, self.survey, Kinds::ALL) {
            match &entry.kind {
                EntryKind::Hardlink { to } if !self.survey.traits.hardlinks => {
                    self.copy_again(number, &entry, to, &mut reading)?;
                }
                EntryKind::Hardlink { to }
                    if withdrawn.contains(self.survey.further.source_of(to)) =>
                {
                    self.withdraw_name(number, &entry, to);
                }
                _ => withdrawn.extend(self.entry_again(number, &entry, &mut reading)?),
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
        let content = Content { size: *size, holes, digest: digest.as_bytes() };
        let again = Again { path, place: &place, content };
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

    /// A copy, where a file has one name only, is a file of its own.
    fn copy_again(
        &mut self,
        number: u64,
        entry: &Entry,
        to: &EntryPath,
        reading: &mut Reading<'_>,
    ) -> Result<(), EngineError> {
        let survey = self.survey;
        let Some((path, place)) = self.place_of(number, entry) else { return Ok(()) };
        let Some(original) = survey.further.original(to) else { return Ok(()) };
        let again = Again { path, place: &place, content: original.content() };
        if !self.again(&again, reading)? {
            match survey.is_kept(number) {
                true => self.report.kept -= 1,
                false => self.report.links -= 1,
            }
        }
        Ok(())
    }

    /// The path in the archive of an entry that is whole in the target, and its place there.
    pub(super) fn place_of<'a>(
        &self,
        number: u64,
        entry: &'a Entry,
    ) -> Option<(&'a EntryPath, EntryPath)>
    where
        Self: 'a,
    {
        let was_there = self.whole.contains(number) || self.survey.is_kept(number);
        let is_there = was_there && !self.withdrawn.contains(number);
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
        let lost = DamagedFile { path, published, size: 0, ranges: Vec::new(), cause };
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
        let cause = match self.target.reread(reread, file.place, &file.content) {
            Ok((is_whole, way)) => {
                match way {
                    Way::Direct => found.direct += 1,
                    Way::Forgotten => found.forgotten += 1,
                    Way::Memory => found.in_memory += 1,
                }
                found.bytes += file.content.size;
                let files = found.direct + found.forgotten + found.in_memory;
                let bytes = found.bytes;
                observer.progress(Progress { bytes, files });
                if is_whole {
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
        let size = file.content.size;
        let ranges = vec![LostRange { offset: 0, length: size }];
        let lost = DamagedFile { path, published, size, ranges, cause };
        match self.withdraw(file.place, lost) {
            Ok(lost) => self.report.damaged.push(lost),
            Err(error) => self.report.lost.push(format!("{}: {error}", file.path)),
        }
        Ok(false)
    }
}
