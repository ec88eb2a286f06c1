//! What comes after all files: links, so that none can redirect a file.

use archive::{Contents, Entry, EntryKind, EntryPath};
use terms::plain::escaped_line;

use super::entries::{Kinds, Wanted, wanted};
use super::publish::{Publisher, Source};
use super::{LossKind, Survey};
use crate::EngineError;
use crate::files::{Conflict, Placed};
use crate::observer::Observer;

impl Publisher<'_> {
    /// Makes every wanted link and further name.
    pub(super) fn links(
        &mut self,
        contents: &Contents<'_>,
        survey: &Survey,
        conflict: Conflict,
        observer: &dyn Observer,
    ) -> Result<(), EngineError> {
        for wanted in wanted(contents, survey, (Kinds::LINKS, conflict)) {
            if observer.is_cancelled() {
                return Err(EngineError::Cancelled);
            }
            let outcome = self.link(&wanted);
            self.about_one(&wanted.path, outcome)?;
        }
        Ok(())
    }

    fn link(&mut self, wanted: &Wanted) -> Result<(), EngineError> {
        let Wanted { number, entry, path, name, conflict } = wanted;
        let conflict = self.settled(*conflict, name, (entry.mtime, entry.mtime_nanos));
        let placed = match &entry.kind {
            EntryKind::Symlink { target } => self.target.symlink(target, name, entry, conflict)?,
            EntryKind::Hardlink { to } => match self.further_name(to, wanted, conflict)? {
                Some(placed) => placed,
                None => return Ok(()),
            },
            EntryKind::File { .. } | EntryKind::Directory => return Ok(()),
        };
        if self.count(&placed, (*number, path, name)).is_some() {
            self.report.links += 1;
            self.tell_dangling(entry);
        }
        Ok(())
    }

    /// Makes another name of the file `to`, or a copy of it; none if that file is not right.
    fn further_name(
        &mut self,
        to: &EntryPath,
        wanted: &Wanted,
        conflict: Conflict,
    ) -> Result<Option<Placed>, EngineError> {
        let survey = self.survey;
        let source = survey.further.source_of(to);
        if let Some(Source::Placed(file, stamp)) = self.sources.get(source) {
            let (file, stamp) = (file.clone(), *stamp);
            let placed = match survey.traits.hardlinks {
                true => self.target.hardlink((&file, stamp), &wanted.name, conflict)?,
                false => self.copy((source, &file), wanted, conflict)?,
            };
            if placed.is_some() {
                return Ok(placed);
            }
            if survey.traits.hardlinks {
                let path = &wanted.path;
                let lost = format!("{path} is another name of {to}, which somebody changed");
                self.report.lost.push(lost);
                return Ok(None);
            }
        }
        match self.sources.get(source) {
            Some(Source::Damaged(place)) if self.report.damaged.get(*place).is_some() => {
                let mut file = self.report.damaged[*place].clone();
                file.cause = format!("another name of {}: {}", file.path, file.cause);
                file.path = wanted.path.to_string();
                self.report.damaged.push(file);
            }
            _ => {
                let path = &wanted.path;
                let lost = format!("{path} is another name of {to}, which is not restored");
                self.report.lost.push(lost);
            }
        }
        Ok(None)
    }

    /// A link is what was sealed; where what it says is written otherwise, it leads nowhere.
    fn tell_dangling(&mut self, entry: &Entry) {
        let EntryKind::Symlink { target } = &entry.kind else { return };
        if self.survey.names.writes_otherwise(target) {
            let says = escaped_line(&String::from_utf8_lossy(target));
            self.report.dangling.push(format!("{} -> {says}", entry.path));
        }
    }

    /// Links that the target cannot hold are lost there; what they say is in the map.
    pub(super) fn tell_lost_links(&mut self) {
        let links = self.survey.losses.iter().find(|loss| loss.what == LossKind::Symlinks);
        if let (Some(links), Some(map)) = (links, &self.report.names_map) {
            let (count, first) = (links.count, &links.first);
            let lost =
                format!("symbolic links, which the target has not: {count}, first {first}; ");
            self.report.lost.push(lost + &format!("what they say is kept in {map}"));
        }
    }
}
