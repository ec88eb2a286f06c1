//! The metadata of folders, and of what an earlier run left: last of all, for making an entry
//! changes the time of its folder.

use std::fs::File;

use archive::{Contents, Entry, EntryKind};
use terms::Problem as _;

use super::entries::{Kinds, entries, folders_backwards};
use super::publish::Publisher;
use crate::EngineError;
use crate::files::{Conflict, Content};
use crate::observer::Observer;

impl Publisher<'_> {
    /// Dresses files and links that are kept, as this run is to dress them: they may be from a run
    /// that was told otherwise, or was killed before it came to that.
    ///
    /// Where what is there is left alone, or only replaced if it is older, that is true of what is
    /// the same, too: there only this restore's own work is dressed.
    pub(super) fn dress_kept(
        &mut self,
        conflict: Conflict,
        observer: &dyn Observer,
    ) -> Result<(), EngineError> {
        let is_ours_only = matches!(conflict, Conflict::Skip | Conflict::Newer);
        if self.survey.kept == 0 {
            return Ok(());
        }
        for (number, entry) in entries(self.contents, self.survey, Kinds::KEPT) {
            if observer.is_cancelled() {
                return Err(EngineError::Cancelled);
            }
            let is_dressed_by_itself = match entry.kind {
                EntryKind::File { .. } | EntryKind::Symlink { .. } => true,
                EntryKind::Hardlink { .. } => !self.survey.traits.hardlinks,
                EntryKind::Directory => false,
            };
            if !is_dressed_by_itself || !self.survey.is_kept(number) {
                continue;
            }
            if is_ours_only && !self.survey.vouched_entries.contains(number) {
                continue;
            }
            let Some((own, place)) = self.place_of(number, &entry) else { continue };
            let has_names = self.survey.further.has(own);
            let stamps = &self.survey.stamps;
            // A further name that it got meanwhile changes its stamp too: then its content decides.
            let is_right = |file: &mut File| match &entry.kind {
                _ if stamps.fits(number, file)? => Ok(true),
                EntryKind::File { size, holes, digest, .. } if has_names => {
                    let content = Content { size: *size, holes, digest: digest.as_bytes() };
                    content.is_in(file, |_, _| Ok(()))
                }
                _ => Ok(false),
            };
            let dressed = self.target.dress_kept(&place, &entry, is_right);
            self.note_undressed(&entry, dressed);
        }
        Ok(())
    }

    /// Folders get their times last, innermost first, one page of the manifest at a time.
    pub(super) fn dress_folders(&mut self, contents: &Contents<'_>) {
        for wanted in folders_backwards(contents, self.survey) {
            let dressed = self.target.dress_folder(&wanted.name, &wanted.entry);
            self.note_undressed(&wanted.entry, dressed);
        }
    }

    fn note_undressed(&mut self, entry: &Entry, dressed: Result<(), EngineError>) {
        if let Err(error) = dressed {
            self.target.refusals.note(error.with_causes(), entry.path.to_string());
        }
    }
}
