//! Looking before leaping: what a restore will do to its target.

use std::collections::HashSet;

use archive::{Contents, Entry, EntryKind};

use super::RestoreOptions;
use crate::EngineError;
use crate::files::Target;

/// What a restore would do.
#[derive(Debug, Default)]
pub struct Survey {
    /// Files that are selected.
    pub files: u64,
    /// Bytes they hold, holes left out.
    pub bytes: u64,
    /// Names that the target already has.
    pub conflicts: u64,
    /// The first of those names.
    pub first_conflict: Option<String>,
    /// Numbers of entries that an earlier run restored, and that are right.
    pub(super) kept: HashSet<u64>,
}

impl Survey {
    /// Reads the manifest once and looks at the target.
    pub(super) fn of(
        contents: &Contents<'_>,
        options: &RestoreOptions<'_>,
        target: &mut Target,
    ) -> Result<Self, EngineError> {
        let mut survey = Self::default();
        let mut number = 0;
        for page in 0..contents.manifest_pages() {
            // A damaged page is reported by the restore itself.
            for entry in contents.manifest_page(page).unwrap_or_default() {
                if options.selection.has(&entry.path) {
                    survey.look_at(&entry, number, options, target)?;
                }
                number += 1;
            }
        }
        Ok(survey)
    }

    fn look_at(
        &mut self,
        entry: &Entry,
        number: u64,
        options: &RestoreOptions<'_>,
        target: &mut Target,
    ) -> Result<(), EngineError> {
        if let EntryKind::File { stored, .. } = entry.kind {
            self.files += 1;
            self.bytes += stored;
        }
        if matches!(entry.kind, EntryKind::Directory) || !target.has(&entry.path) {
            return Ok(());
        }
        if options.resume && target.already_has(entry)? {
            self.kept.insert(number);
            return Ok(());
        }
        self.conflicts += 1;
        self.first_conflict.get_or_insert_with(|| entry.path.to_string());
        Ok(())
    }
}
