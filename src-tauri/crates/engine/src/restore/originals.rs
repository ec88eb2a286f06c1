//! Files with further names, where the target has no further names: each of them becomes a copy.

use std::os::unix::fs::FileExt as _;

use archive::{EntryPath, Hole};

use super::entries::Wanted;
use super::publish::{Publisher, Source};
use super::{DamagedFile, LostRange};
use crate::EngineError;
use crate::files::{Conflict, Content, Placed};

/// A file of which copies are made.
#[derive(Debug)]
pub(super) struct Original {
    /// Number of its entry.
    pub(super) number: u64,
    pub(super) size: u64,
    pub(super) holes: Vec<Hole>,
    pub(super) digest: [u8; 32],
    /// Bytes that a copy takes in the target.
    pub(super) room: u64,
}

impl Original {
    /// What each copy must be.
    pub(super) fn content(&self) -> Content<'_> {
        Content { size: self.size, holes: &self.holes, digest: &self.digest }
    }
}

impl Publisher<'_> {
    /// Makes a copy of `source`, which is at `place` in the target; it gets its name only if it is
    /// what the archive says. If it is not, the file in the target is not either: it loses its
    /// name, and none is returned.
    pub(super) fn copy(
        &mut self,
        (source, place): (&EntryPath, &EntryPath),
        wanted: &Wanted,
        conflict: Conflict,
    ) -> Result<Option<Placed>, EngineError> {
        let survey = self.survey;
        let Some(original) = survey.further.original(source) else { return Ok(None) };
        let failed = || EngineError::entry("copying", &wanted.path);
        let mut file = self.target.open_restored(place)?;
        let (name, staged) = self.target.begin()?;
        let write = |at: u64, bytes: &[u8]| staged.write_all_at(bytes, at);
        let copied = original.content().is_in(&mut file, write);
        let copied = copied.and_then(|is_whole| {
            staged.set_len(original.size)?;
            Ok(is_whole)
        });
        match copied {
            Ok(true) => {
                let (to, entry) = (&wanted.name, &wanted.entry);
                self.target.publish_copy((&name, staged), to, entry, conflict).map(Some)
            }
            Ok(false) => {
                self.target.discard(&name);
                self.disown(original, (source, place));
                Ok(None)
            }
            Err(error) => {
                self.target.discard(&name);
                Err(failed()(error))
            }
        }
    }

    /// Takes its name from a file that had been restored and is not right any more.
    fn disown(&mut self, original: &Original, (source, place): (&EntryPath, &EntryPath)) {
        let cause = "the target does not give back what was written to it".to_owned();
        let size = original.size;
        let ranges = vec![LostRange { offset: 0, length: size }];
        let (path, published) = (source.to_string(), String::new());
        self.sources.remove(source);
        match self.withdraw(place, DamagedFile { path, published, size, ranges, cause }) {
            Ok(lost) => {
                self.sources.insert(source.clone(), Source::Damaged(self.report.damaged.len()));
                self.report.damaged.push(lost);
            }
            Err(error) => self.report.lost.push(format!("{source}: {error}")),
        }
        self.withdrawn.insert(original.number);
        match self.survey.is_kept(original.number) {
            true => self.report.kept -= 1,
            false => self.report.files -= 1,
        }
    }
}
