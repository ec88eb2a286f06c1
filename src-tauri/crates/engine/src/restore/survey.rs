//! Looking before leaping: what a restore will do to its target.

use std::collections::{HashMap, HashSet};

use archive::{Contents, Entry, EntryKind, EntryPath};
use serde::Serialize;

use super::Choices;
use super::journal::{Part, Past};
use super::numbers::Numbers;
use super::publish::Source;
use crate::EngineError;
use crate::files::{self, TargetLook, There, free_bytes, is_reserved};
use crate::plan::Plan;
use crate::selection::Selection;

/// Most conflicts that a survey names.
const NAMED_MAX: usize = 20;
/// What every name of a damaged file and its map has.
const DAMAGED: &[u8] = b".damaged";

/// What a restore would do.
#[derive(Debug, Default, Serialize)]
pub struct Survey {
    /// Files to restore.
    pub files: u64,
    /// Folders to make.
    pub folders: u64,
    /// Symbolic links and further names of files to make.
    pub links: u64,
    /// Bytes of the files, holes left out.
    pub bytes: u64,
    /// Files that an earlier run restored, and that are right.
    pub kept: u64,
    /// How many of these were not read again, because the journal vouches for them.
    pub vouched: u64,
    /// Number of names that the target already has.
    pub conflicts: u64,
    /// The first of those names.
    pub first_conflicts: Vec<String>,
    /// Bytes that are free in the target, where the system tells.
    pub free_bytes: Option<u64>,
    /// Parts of the list of contents that cannot be read, in words.
    pub lost: Vec<String>,
    #[serde(skip)]
    pub(super) selection: Selection,
    /// Numbers of entries that are kept, and of those whose name is taken.
    #[serde(skip)]
    kept_entries: Numbers,
    #[serde(skip)]
    taken: Numbers,
    /// The file that an earlier run began.
    #[serde(skip)]
    pub(super) part: Option<Part>,
    /// Kept files that get further names, and where they are.
    #[serde(skip)]
    kept_sources: HashMap<EntryPath, EntryPath>,
    /// Files that get further names.
    #[serde(skip)]
    pub(super) link_sources: HashSet<EntryPath>,
    /// Names in the archive that could be taken for those of damaged files and their maps.
    #[serde(skip)]
    damage_names: HashSet<EntryPath>,
    /// Files that are not selected, and the selected name under which each is restored.
    #[serde(skip)]
    stand_ins: HashMap<EntryPath, EntryPath>,
}

impl Survey {
    /// Reads the list of contents and looks at the target, where the runs of `past` left something;
    /// changes nothing.
    ///
    /// # Errors
    ///
    /// The selection is malformed or fits nothing, or the target cannot be read.
    pub(super) fn of(
        contents: &Contents<'_>,
        plan: &Plan,
        choices: &Choices,
        mut past: Option<Past>,
    ) -> Result<(Self, Option<Past>), EngineError> {
        let selection = Selection::new(&plan.selection)?;
        let path = std::path::Path::new(&plan.target);
        let patterns = selection.clone();
        let mut unmet = patterns.unmet();
        let mut survey = Self { selection, free_bytes: free_bytes(path), ..Self::default() };
        survey.find_names(contents);
        let mut target = TargetLook::open(path)?;
        let mut number = 0;
        for page in 0..contents.manifest_pages() {
            match contents.manifest_page(page) {
                Ok(entries) => {
                    for entry in entries {
                        survey.refuse_reserved(&entry);
                        unmet.see(&entry.path);
                        survey.look_at(&entry, number, choices, (&mut target, past.as_mut()))?;
                        number += 1;
                    }
                }
                Err(error) => survey.lost.push(format!("part {page} of the contents: {error}")),
            }
        }
        // What a pattern is for may stand in a part that cannot be read; then that is told.
        if survey.lost.is_empty() {
            unmet.check()?;
        }
        Ok((survey, past))
    }

    /// Whether the files fit into the target, as far as the system tells.
    pub fn fits(&self) -> bool {
        self.free_bytes.is_none_or(|free| self.bytes <= free)
    }

    /// The name under which entry `number` is restored now, if it is.
    pub(super) fn name_of<'a>(&'a self, number: u64, entry: &'a Entry) -> Option<&'a EntryPath> {
        if self.kept_entries.contains(number) { None } else { self.wanted(entry) }
    }

    /// Whether the name of entry `number` was taken when the restore began.
    pub(super) fn is_taken(&self, number: u64) -> bool {
        self.taken.contains(number)
    }

    /// The file that `link` is another name of, under the name it is restored as.
    pub(super) fn source_of<'a>(&'a self, to: &'a EntryPath) -> &'a EntryPath {
        self.stand_ins.get(to).unwrap_or(to)
    }

    /// Whether the archive itself has something under this name of a damaged file or its map.
    pub(super) fn names_damage(&self, path: &EntryPath) -> bool {
        self.damage_names.contains(path)
    }

    /// Kept files that get further names, as those that are restored are known.
    pub(super) fn kept_sources(&self) -> HashMap<EntryPath, Source> {
        let sources = self.kept_sources.clone().into_iter();
        sources.map(|(name, path)| (name, Source::Placed(path))).collect()
    }

    fn wanted<'a>(&'a self, entry: &'a Entry) -> Option<&'a EntryPath> {
        if is_reserved(&entry.path) {
            return None;
        }
        let stands_in = |to: &EntryPath| self.stand_ins.get(to) == Some(&entry.path);
        match &entry.kind {
            // The file itself is restored under this name.
            EntryKind::Hardlink { to } if stands_in(to) => None,
            _ if self.selection.has(&entry.path) => Some(&entry.path),
            EntryKind::File { .. } => self.stand_ins.get(&entry.path),
            _ => None,
        }
    }

    /// Finds files with further names, those whose own name is not selected, and names that look
    /// like those of damaged files.
    fn find_names(&mut self, contents: &Contents<'_>) {
        for page in 0..contents.manifest_pages() {
            for entry in contents.manifest_page(page).unwrap_or_default() {
                let last = entry.path.parts().next_back().unwrap_or_default();
                if last.windows(DAMAGED.len()).any(|part| part == DAMAGED) {
                    self.damage_names.insert(entry.path.clone());
                }
                let EntryKind::Hardlink { to } = entry.kind else { continue };
                if !self.selection.has(&entry.path) || is_reserved(&entry.path) {
                    continue;
                }
                if !self.selection.has(&to) {
                    self.stand_ins.entry(to.clone()).or_insert(entry.path);
                }
                let source = self.source_of(&to).clone();
                self.link_sources.insert(source);
            }
        }
    }

    /// Whether the file that `entry` may be another name of stays as it is: if it is restored anew,
    /// what has its other names now is a file that was not right.
    fn keeps_source_of(&self, entry: &Entry) -> bool {
        match &entry.kind {
            EntryKind::Hardlink { to } => self.kept_sources.contains_key(self.source_of(to)),
            _ => true,
        }
    }

    /// Nothing of an archive gets a name that the program keeps for its quarantine.
    fn refuse_reserved(&mut self, entry: &Entry) {
        if is_reserved(&entry.path) && self.selection.has(&entry.path) {
            let path = &entry.path;
            self.lost.push(format!("{path}: such a name is kept for the program's own folder"));
        }
    }

    fn look_at(
        &mut self,
        entry: &Entry,
        number: u64,
        choices: &Choices,
        (target, past): (&mut TargetLook, Option<&mut Past>),
    ) -> Result<(), EngineError> {
        let Some(name) = self.wanted(entry).cloned() else { return Ok(()) };
        let there = target.at(&name);
        if let Some(past) = past {
            if let Some(path) = vouched(past, number, &name, target) {
                self.vouched += 1;
                self.keep(number, name, path);
                return Ok(());
            }
            if let Some(part) = past.part.take_if(|part| part.entry == number) {
                self.part = (part.path == name).then_some(part);
            }
        }
        let may_stay = choices.resume && there == There::Other && self.keeps_source_of(entry);
        if may_stay && target.already_has(&name, entry)? {
            self.keep(number, name.clone(), name);
            return Ok(());
        }
        match &entry.kind {
            EntryKind::File { stored, .. } => {
                self.files += 1;
                self.bytes += stored;
            }
            EntryKind::Directory => self.folders += 1,
            EntryKind::Symlink { .. } | EntryKind::Hardlink { .. } => self.links += 1,
        }
        let is_folder = matches!(entry.kind, EntryKind::Directory);
        if there == There::Nothing || (is_folder && there == There::Folder) {
            return Ok(());
        }
        self.conflicts += 1;
        self.taken.insert(number);
        if self.first_conflicts.len() < NAMED_MAX {
            self.first_conflicts.push(name.to_string());
        }
        Ok(())
    }

    fn keep(&mut self, number: u64, name: EntryPath, path: EntryPath) {
        self.kept += 1;
        self.kept_entries.insert(number);
        if self.link_sources.contains(&name) {
            self.kept_sources.insert(name, path);
        }
    }
}

/// Where entry `number`, called `name`, is in the target just as an earlier run published it
/// (journal-1 J9).
fn vouched(
    past: &mut Past,
    number: u64,
    name: &EntryPath,
    target: &TargetLook,
) -> Option<EntryPath> {
    let published = past.published(number)?;
    let fits = published.path == *name || files::is_beside(&published.path, name);
    (fits && target.stamp(&published.path) == Some(published.stamp)).then_some(published.path)
}
