//! Files with several names: which of them are restored, and what each further name is made of.

use std::collections::{HashMap, HashSet};

use archive::{Entry, EntryKind, EntryPath};

use super::originals::Original;
use super::publish::Source;
use crate::files::{Stamp, TargetTraits};
use crate::names::Names;
use crate::selection::Selection;

/// What a survey knows of files with several names.
#[derive(Debug, Default)]
pub(super) struct FurtherNames {
    /// Files that get further names.
    sources: HashSet<EntryPath>,
    /// Files that are not selected, and the selected name under which each is restored.
    stand_ins: HashMap<EntryPath, EntryPath>,
    /// Those of the files that are kept, where they are, and what they were when they were found.
    kept: HashMap<EntryPath, (EntryPath, Option<Stamp>)>,
    /// What copies of the files must be, where each further name becomes a copy.
    originals: HashMap<EntryPath, Original>,
}

impl FurtherNames {
    /// Takes note of `name`, a selected further name of `to`.
    pub(super) fn see(&mut self, name: EntryPath, to: EntryPath, selection: &Selection) {
        if !selection.has(&to) {
            self.stand_ins.entry(to.clone()).or_insert(name);
        }
        let source = self.source_of(&to).clone();
        self.sources.insert(source);
    }

    /// The selected name under which the file `to` is restored, if its own is not selected.
    pub(super) fn stand_in(&self, to: &EntryPath) -> Option<&EntryPath> {
        self.stand_ins.get(to)
    }

    /// The file `to`, which has another name, under the name it is restored as.
    pub(super) fn source_of<'a>(&'a self, to: &'a EntryPath) -> &'a EntryPath {
        self.stand_ins.get(to).unwrap_or(to)
    }

    /// Whether the file restored as `own` gets further names.
    pub(super) fn has(&self, own: &EntryPath) -> bool {
        self.sources.contains(own)
    }

    /// Keeps of a file what its copies are compared with.
    pub(super) fn note_original(
        &mut self,
        (entry, number): (&Entry, u64),
        own: &EntryPath,
        traits: &TargetTraits,
    ) {
        let EntryKind::File { stored, size, holes, digest, .. } = &entry.kind else { return };
        if !traits.hardlinks && self.has(own) {
            let room = if traits.holes { *stored } else { *size };
            let (holes, digest) = (holes.clone(), *digest.as_bytes());
            let original = Original { number, size: *size, holes, digest, room };
            self.originals.insert(own.clone(), original);
        }
    }

    /// The file `to`, of which copies are made.
    pub(super) fn original(&self, to: &EntryPath) -> Option<&Original> {
        self.originals.get(self.source_of(to))
    }

    /// The file `own` is kept at `place`, and was as the stamp says when it was found.
    pub(super) fn keep(&mut self, own: EntryPath, place: EntryPath, stamp: Option<Stamp>) {
        if self.has(&own) {
            self.kept.insert(own, (place, stamp));
        }
    }

    /// Whether the file that `entry` may be another name of stays as it is: if it is restored anew,
    /// what has its other names now is a file that was not right.
    pub(super) fn keeps_source_of(&self, entry: &Entry) -> bool {
        match &entry.kind {
            EntryKind::Hardlink { to } => self.kept.contains_key(self.source_of(to)),
            _ => true,
        }
    }

    /// Where the file is in the target that `entry` is a further name of.
    pub(super) fn source_on_target(&self, entry: &Entry, names: &Names) -> Option<EntryPath> {
        let EntryKind::Hardlink { to } = &entry.kind else { return None };
        let source = self.source_of(to);
        match self.kept.get(source) {
            Some((place, _)) => Some(place.clone()),
            None => Some(names.path(source).ok()?.into_owned()),
        }
    }

    /// Kept files that get further names, as those that are restored are known.
    pub(super) fn kept_sources(&self) -> HashMap<EntryPath, Source> {
        let kept = self.kept.clone().into_iter();
        kept.map(|(name, (path, stamp))| (name, Source::Placed(path, stamp))).collect()
    }
}
