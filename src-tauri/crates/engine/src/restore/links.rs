//! What comes after all files: links, so that none can redirect a file, and the looks of folders.

use archive::{Contents, EntryKind};

use super::Survey;
use super::entries::{Wanted, wanted};
use super::publish::{Publisher, Source};
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
            self.about_one(&wanted.name, outcome)?;
        }
        Ok(())
    }

    fn link(&mut self, wanted: &Wanted) -> Result<(), EngineError> {
        let Wanted { entry, name, conflict, .. } = wanted;
        let is_link = matches!(entry.kind, EntryKind::Symlink { .. } | EntryKind::Hardlink { .. });
        if !is_link {
            return Ok(());
        }
        let conflict = self.settled(*conflict, name, (entry.mtime, entry.mtime_nanos));
        let placed = match &entry.kind {
            EntryKind::Symlink { target } => self.target.symlink(target, name, entry, conflict)?,
            EntryKind::Hardlink { to } => match self.sources.get(self.survey.source_of(to)) {
                Some(Source::Placed(file)) => self.target.hardlink(file, name, conflict)?,
                Some(Source::Damaged(place)) => {
                    let mut file = self.report.damaged[*place].clone();
                    file.cause = format!("another name of {}: {}", file.path, file.cause);
                    file.path = name.to_string();
                    self.report.damaged.push(file);
                    return Ok(());
                }
                None => {
                    let lost = format!("{name} is another name of {to}, which is not restored");
                    self.report.lost.push(lost);
                    return Ok(());
                }
            },
            EntryKind::File { .. } | EntryKind::Directory => return Ok(()),
        };
        if self.count(&placed, name).is_some() {
            self.report.links += 1;
        }
        Ok(())
    }

    /// Folders get their times last, innermost first.
    pub(super) fn dress_folders(&mut self, contents: &Contents<'_>, survey: &Survey) {
        let folders = wanted(contents, survey, Conflict::Fail).map(|wanted| wanted.entry);
        let folders: Vec<_> =
            folders.filter(|entry| matches!(entry.kind, EntryKind::Directory)).collect();
        for folder in folders.iter().rev() {
            if let Err(error) = self.target.dress_folder(folder) {
                self.target.warnings.push(format!("{}: {error}", folder.path));
            }
        }
    }
}
