//! What comes after all files: links, so that none can redirect a file, and the looks of folders.

use archive::{Contents, EntryKind};

use super::entries::{Wanted, wanted};
use super::publish::{Publisher, Source};
use super::{LossKind, Survey};
use crate::EngineError;
use crate::files::Conflict;
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
        for wanted in wanted(contents, survey, conflict) {
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
        let is_link = matches!(entry.kind, EntryKind::Symlink { .. } | EntryKind::Hardlink { .. });
        if !is_link {
            return Ok(());
        }
        let conflict = self.settled(*conflict, name, (entry.mtime, entry.mtime_nanos));
        let placed = match &entry.kind {
            EntryKind::Symlink { target } => self.target.symlink(target, name, entry, conflict)?,
            EntryKind::Hardlink { to } => match self.sources.get(self.survey.source_of(to)) {
                Some(Source::Placed(file)) if self.survey.traits.hardlinks => {
                    self.target.hardlink(file, name, conflict)?
                }
                Some(Source::Placed(file)) => {
                    let file = file.clone();
                    self.copy(&file, wanted, conflict)?
                }
                Some(Source::Damaged(place)) => {
                    let mut file = self.report.damaged[*place].clone();
                    file.cause = format!("another name of {}: {}", file.path, file.cause);
                    file.path = path.to_string();
                    self.report.damaged.push(file);
                    return Ok(());
                }
                None => {
                    let lost = format!("{path} is another name of {to}, which is not restored");
                    self.report.lost.push(lost);
                    return Ok(());
                }
            },
            EntryKind::File { .. } | EntryKind::Directory => return Ok(()),
        };
        if self.count(&placed, (*number, path, name)).is_some() {
            self.report.links += 1;
        }
        Ok(())
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

    /// Folders get their times last, innermost first.
    pub(super) fn dress_folders(&mut self, contents: &Contents<'_>, survey: &Survey) {
        let folders = wanted(contents, survey, Conflict::Fail);
        let is_folder = |wanted: &Wanted| matches!(wanted.entry.kind, EntryKind::Directory);
        let folders: Vec<_> = folders.filter(is_folder).collect();
        for Wanted { entry, name, .. } in folders.iter().rev() {
            if let Err(error) = self.target.dress_folder(name, entry) {
                self.target.refusals.note(error.to_string(), entry.path.to_string());
            }
        }
    }
}
