//! Looking before leaping: what a restore will do to its target.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::AtomicU64;

use archive::{Contents, Entry, EntryKind, EntryPath};
use serde::Serialize;

use super::entries::{Kinds, Page};
use super::further::FurtherNames;
use super::journal::{Part, Past};
use super::loss::{Loss, Losses};
use super::report::Listed;
use super::{Bounded, Choices, names_map};
use crate::EngineError;
use crate::files::{
    self, Dressing, Room, Stamp, Stamps, TargetLook, TargetTraits, There, is_reserved,
};
use crate::names::Names;
use crate::numbers::Numbers;
use crate::observer::Progress;
use crate::plan::Plan;
use crate::selection::Selection;

/// Most conflicts that a survey names.
const NAMED_MAX: usize = 20;
/// Most translated names that a survey states.
const TRANSLATED_MAX: usize = 1000;
/// What every name of a damaged file and its map has.
const DAMAGED: &[u8] = b".damaged";

/// A name that the target cannot hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Translated {
    /// The path in the archive.
    pub path: String,
    /// The path in the target.
    pub name: String,
}

/// What a restore would do.
#[derive(Debug, Serialize)]
pub struct Survey {
    /// Files to restore.
    pub files: u64,
    /// Folders to make.
    pub folders: u64,
    /// Symbolic links and further names of files to make.
    pub links: u64,
    /// Bytes that the files take, holes left out where the target has holes.
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
    /// What the target's file system is called.
    pub file_system: String,
    /// Number of names that are written otherwise, because the target cannot hold them.
    pub translated: u64,
    /// The first of those names, and what is written.
    pub first_translated: Vec<Translated>,
    /// What the target cannot hold of all this.
    pub losses: Vec<Loss>,
    /// Files and folders that can still be made in the target, where the system counts them.
    pub free_inodes: Option<u64>,
    /// What does not come back at all, in words: parts of the list of contents that cannot be read,
    /// names that are reserved, and files that are too large for the target.
    pub lost: Bounded<String>,
    /// Stored bytes of the files to restore.
    #[serde(skip)]
    pub(super) content_bytes: u64,
    #[serde(skip)]
    pub(super) traits: TargetTraits,
    /// How the archive's names are written.
    #[serde(skip)]
    pub(super) names: Names,
    /// The choice, with the names of owners that the archive tells.
    #[serde(skip)]
    pub(super) dressing: Dressing,
    #[serde(skip)]
    pub(super) selection: Selection,
    /// Numbers of entries that are kept, and of those whose name is taken.
    #[serde(skip)]
    kept_entries: Numbers,
    /// Of those, numbers of entries that a journal vouches for: this restore's own work.
    #[serde(skip)]
    pub(super) vouched_entries: Numbers,
    /// How kept files were when they were found right.
    #[serde(skip)]
    pub(super) stamps: Stamps,
    /// The pages of the manifest.
    #[serde(skip)]
    pub(super) pages: Vec<Page>,
    /// How often a page could not be read that could be before.
    #[serde(skip)]
    pub(super) missed: AtomicU64,
    /// Numbers of entries that the target cannot hold.
    #[serde(skip)]
    impossible: Numbers,
    #[serde(skip)]
    taken: Numbers,
    /// The same with folders that are there already, which is no conflict.
    #[serde(skip)]
    there: Numbers,
    /// The file that an earlier run began.
    #[serde(skip)]
    pub(super) part: Option<Part>,
    /// The same in words.
    #[serde(skip)]
    pub(super) renamed: Listed,
    /// Where kept entries are that have another name in the target than is theirs.
    #[serde(skip)]
    pub(super) kept_elsewhere: HashMap<u64, EntryPath>,
    /// Files, folders and links that are new to the target.
    #[serde(skip)]
    new_inodes: u64,
    /// Names in the archive that could be taken for those of damaged files and their maps.
    #[serde(skip)]
    damage_names: HashSet<EntryPath>,
    /// Files with several names.
    #[serde(skip)]
    pub(super) further: FurtherNames,
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
        (traits, past): (TargetTraits, Option<Past>),
    ) -> Result<(Self, Option<Past>), EngineError> {
        let selection = Selection::new(&plan.selection)?;
        let path = std::path::Path::new(&plan.target);
        let patterns = selection.clone();
        let mut unmet = patterns.unmet();
        let names = Names::of(contents, &traits.names, choices.names);
        let mut survey = Self::new(selection, (traits, names), choices.dressing.clone());
        survey.find_names(contents);
        let mut look = Look {
            resume: choices.resume,
            past,
            target: TargetLook::open(path)?,
            losses: Losses::default(),
            refused: Bounded::default(),
            before: Vec::new(),
        };
        let mut number = 0;
        for page in 0..contents.manifest_pages() {
            let (mut first, mut holds) = (None, Kinds::NONE);
            match contents.manifest_page(page) {
                Ok(entries) => {
                    first = Some(number);
                    for entry in entries {
                        survey.dressing.owners.learn(&entry);
                        unmet.see(&entry.path);
                        survey.look_at(&entry, number, &mut look)?;
                        holds = holds.with(Kinds::of(&survey, number, &entry));
                        number += 1;
                    }
                }
                Err(error) => survey.lost.push(format!("part {page} of the contents: {error}")),
            }
            survey.pages.push(Page { first, holds });
        }
        // What a pattern is for may stand in a part that cannot be read; then that is told.
        if survey.lost.is_empty() {
            unmet.check()?;
        }
        survey.lost.append(look.refused);
        survey.losses = look.losses.into_list();
        let room = Room::at(path);
        (survey.free_bytes, survey.free_inodes) = (room.bytes, room.inodes);
        Ok((survey, look.past))
    }

    fn new(
        selection: Selection,
        (traits, names): (TargetTraits, Names),
        dressing: Dressing,
    ) -> Self {
        Self {
            files: 0,
            folders: 0,
            links: 0,
            bytes: 0,
            content_bytes: 0,
            kept: 0,
            conflicts: 0,
            first_conflicts: Vec::new(),
            free_bytes: None,
            file_system: traits.file_system.clone(),
            translated: 0,
            first_translated: Vec::new(),
            losses: Vec::new(),
            free_inodes: None,
            lost: Bounded::default(),
            traits,
            names,
            dressing,
            selection,
            vouched: 0,
            kept_entries: Numbers::default(),
            vouched_entries: Numbers::default(),
            impossible: Numbers::default(),
            taken: Numbers::default(),
            there: Numbers::default(),
            part: None,
            kept_elsewhere: HashMap::new(),
            renamed: Listed::default(),
            stamps: Stamps::default(),
            pages: Vec::new(),
            missed: AtomicU64::new(0),
            new_inodes: 0,
            damage_names: HashSet::new(),
            further: FurtherNames::default(),
        }
    }

    /// Bytes of content to write, and files to make.
    pub fn amount(&self) -> Progress {
        Progress { bytes: self.content_bytes, files: self.files }
    }

    /// Whether the files fit into the target, as far as the system tells.
    pub fn fits(&self) -> bool {
        self.free_bytes.is_none_or(|free| self.bytes <= free) && self.lacks_inodes().is_none()
    }

    /// Files and folders to make, and how many can be made, if that is too few.
    pub(super) fn lacks_inodes(&self) -> Option<(u64, u64)> {
        let free = self.free_inodes.filter(|free| self.new_inodes > *free)?;
        Some((self.new_inodes, free))
    }

    /// The name under which entry `number` is restored now, if it is.
    pub(super) fn name_of<'a>(&'a self, number: u64, entry: &'a Entry) -> Option<&'a EntryPath> {
        let is_left_out = self.kept_entries.contains(number) || self.impossible.contains(number);
        if is_left_out || self.is_link_lost(entry) { None } else { self.wanted(entry) }
    }

    /// The name under which entry `number` is in the target after all, restored now or kept.
    pub(super) fn name_in_target<'a>(
        &'a self,
        number: u64,
        entry: &'a Entry,
    ) -> Option<&'a EntryPath> {
        match self.kept_entries.contains(number) {
            true => self.wanted(entry),
            false => self.name_of(number, entry),
        }
    }

    /// Whether entry `number` is kept.
    pub(super) fn is_kept(&self, number: u64) -> bool {
        self.kept_entries.contains(number)
    }

    /// Whether `entry` is a link, and the target has none.
    pub(super) fn is_link_lost(&self, entry: &Entry) -> bool {
        !self.traits.symlinks && matches!(entry.kind, EntryKind::Symlink { .. })
    }

    /// Whether there was nothing under the name of entry `number` when the restore began.
    pub(super) fn is_new(&self, number: u64) -> bool {
        !self.there.contains(number)
    }

    /// Whether the name of entry `number` was taken when the restore began.
    pub(super) fn is_taken(&self, number: u64) -> bool {
        self.taken.contains(number)
    }

    /// Whether the archive itself has something under this name of a damaged file or its map.
    pub(super) fn names_damage(&self, path: &EntryPath) -> bool {
        self.damage_names.contains(path)
    }

    /// The path in the archive under which `entry` is restored, if it is.
    pub(super) fn wanted<'a>(&'a self, entry: &'a Entry) -> Option<&'a EntryPath> {
        if is_reserved(&entry.path) {
            return None;
        }
        let stands_in = |to: &EntryPath| self.further.stand_in(to) == Some(&entry.path);
        match &entry.kind {
            // The file itself is restored under this name.
            EntryKind::Hardlink { to } if stands_in(to) => None,
            _ if self.selection.has(&entry.path) => Some(&entry.path),
            EntryKind::File { .. } => self.further.stand_in(&entry.path),
            _ => None,
        }
    }

    /// Finds files with further names, those whose own name is not selected, and names that look
    /// like those of damaged files.
    fn find_names(&mut self, contents: &Contents<'_>) {
        for page in 0..contents.manifest_pages() {
            for entry in contents.manifest_page(page).unwrap_or_default() {
                let last = entry.path.parts().next_back().unwrap_or_default();
                let is_damaged = last.windows(DAMAGED.len()).any(|part| part == DAMAGED);
                if is_damaged || names_map::could_be_ours(&entry.path) {
                    self.damage_names.insert(entry.path.clone());
                }
                let EntryKind::Hardlink { to } = entry.kind else { continue };
                if !self.selection.has(&entry.path) || is_reserved(&entry.path) {
                    continue;
                }
                self.further.see(entry.path, to, &self.selection);
            }
        }
    }

    fn look_at(&mut self, entry: &Entry, number: u64, look: &mut Look) -> Result<(), EngineError> {
        // Nothing of an archive gets a name that the program keeps for its quarantine.
        if is_reserved(&entry.path) && self.selection.has(&entry.path) {
            let path = &entry.path;
            look.refused.push(format!("{path}: such a name is kept for the program's own folder"));
        }
        let Some(own) = self.wanted(entry).cloned() else { return Ok(()) };
        look.losses.see(entry, &self.traits, &self.names);
        if self.is_link_lost(entry) {
            return Ok(());
        }
        let name = match self.names.path(&own) {
            Ok(name) => name.into_owned(),
            Err(error) => {
                look.refuse(self, number, &own, &error.to_string());
                return Ok(());
            }
        };
        if let EntryKind::File { size, .. } = entry.kind
            && size > self.traits.file_bytes_max
        {
            let (most, system) = (self.traits.file_bytes_max, &self.file_system);
            let why = format!("a file of {size} bytes; {system} here takes {most} at most");
            look.refuse(self, number, &own, &why);
            return Ok(());
        }
        self.further.note_original((entry, number), &own, &self.traits);
        self.note_names(&own, look);
        let there = look.target.at(&name);
        if let Some(past) = look.past.as_mut() {
            if let Some((place, stamp)) = vouched(past, number, &name, &look.target) {
                self.vouched += 1;
                self.vouched_entries.insert(number);
                self.keep(number, own, name, (place, Some(stamp)));
                return Ok(());
            }
            if let Some(part) = past.part.take_if(|part| part.entry == number) {
                self.part = Some(part).filter(|part| part.path == name && part.is_of(entry));
            }
        }
        if look.resume && there == There::Other {
            // Before it is read: what somebody writes while it is read must not go unseen.
            let stamp = look.target.stamp(&name);
            if self.is_there(entry, &name, &look.target)? {
                self.keep(number, own, name.clone(), (name, stamp));
                return Ok(());
            }
        }
        self.count(entry);
        self.new_inodes += u64::from(there == There::Nothing);
        let is_folder = matches!(entry.kind, EntryKind::Directory);
        if there == There::Nothing {
            return Ok(());
        }
        self.there.insert(number);
        if is_folder && there == There::Folder {
            return Ok(());
        }
        self.conflicts += 1;
        self.taken.insert(number);
        if self.first_conflicts.len() < NAMED_MAX {
            self.first_conflicts.push(name.to_string());
        }
        Ok(())
    }

    /// Whether the target has under `name` exactly what `entry` is.
    fn is_there(
        &self,
        entry: &Entry,
        name: &EntryPath,
        target: &TargetLook,
    ) -> Result<bool, EngineError> {
        if !self.further.keeps_source_of(entry) {
            return Ok(false);
        }
        match &entry.kind {
            EntryKind::Hardlink { to } if !self.traits.hardlinks => {
                let original = self.further.original(to);
                original.map_or(Ok(false), |it| target.has_content(name, &it.content()))
            }
            _ => {
                let source = self.further.source_on_target(entry, &self.names);
                target.already_has(name, entry, source.as_ref())
            }
        }
    }

    /// Entry `number`, which is `own` in the archive and would be `name` in the target, is right
    /// there at the place that is given, and was as the stamp says when it was found so.
    fn keep(
        &mut self,
        number: u64,
        own: EntryPath,
        name: EntryPath,
        (place, stamp): (EntryPath, Option<Stamp>),
    ) {
        self.kept += 1;
        self.kept_entries.insert(number);
        if place != name {
            self.renamed.push(|| format!("{own} is now {place}"));
            self.kept_elsewhere.insert(number, place.clone());
        }
        stamp.iter().for_each(|stamp| self.stamps.keep(number, stamp));
        self.further.keep(own, place, stamp);
    }

    /// Takes note of `own`, and of folders above it that are new, if their names are translated.
    fn note_names(&mut self, own: &EntryPath, look: &mut Look) {
        let mut paths = names_map::folders_since(&look.before, own);
        paths.push(own.clone());
        look.before = own.as_bytes().to_vec();
        for own in paths.into_iter().filter(|own| self.names.translates_last(own)) {
            self.translated += 1;
            let Ok(name) = self.names.path(&own) else { continue };
            if self.first_translated.len() < TRANSLATED_MAX {
                let (path, name) = (own.to_string(), name.to_string());
                self.first_translated.push(Translated { path, name });
            }
        }
    }

    /// Counts what is made, and the room that it takes.
    fn count(&mut self, entry: &Entry) {
        match &entry.kind {
            EntryKind::File { stored, size, .. } => {
                let taken = if self.traits.holes { *stored } else { *size };
                self.files += 1;
                self.bytes = self.bytes.saturating_add(taken);
                self.content_bytes = self.content_bytes.saturating_add(*stored);
            }
            EntryKind::Directory => self.folders += 1,
            EntryKind::Hardlink { to } => {
                let copied = self.further.original(to).map_or(0, |original| original.room);
                self.links += 1;
                self.bytes = self.bytes.saturating_add(copied);
            }
            EntryKind::Symlink { .. } => self.links += 1,
        }
    }
}

/// What a look at the target needs and finds.
struct Look {
    resume: bool,
    /// What earlier runs did.
    past: Option<Past>,
    target: TargetLook,
    losses: Losses,
    refused: Bounded<String>,
    /// The path seen last.
    before: Vec<u8>,
}

impl Look {
    /// Entry `number` is not restored, and `why`.
    fn refuse(&mut self, survey: &mut Survey, number: u64, own: &EntryPath, why: &str) {
        self.refused.push(format!("{own}: {why}"));
        survey.impossible.insert(number);
    }
}

/// Where entry `number`, called `name`, is in the target just as an earlier run published it
/// (journal-1 J9), with how it is.
fn vouched(
    past: &mut Past,
    number: u64,
    name: &EntryPath,
    target: &TargetLook,
) -> Option<(EntryPath, Stamp)> {
    let published = past.published(number)?;
    let fits = published.path == *name || files::is_beside(&published.path, name);
    let is_as_it_was = target.stamp(&published.path) == Some(published.stamp);
    (fits && is_as_it_was).then_some((published.path, published.stamp))
}
