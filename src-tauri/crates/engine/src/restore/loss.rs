//! What a target cannot hold of an archive, told before anything is written.

use std::collections::BTreeMap;

use archive::{Entry, EntryKind};
use serde::Serialize;

use crate::files::TargetTraits;
use crate::names::Names;

/// What is lost on a target, whoever restores.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum LossKind {
    /// Files larger than the target's largest: not restored.
    LargeFiles,
    /// Symbolic links: not made, but kept in the map of names.
    Symlinks,
    /// Symbolic links that say a name which is written otherwise.
    LinkTargets,
    /// Further names of files: each becomes a copy.
    FurtherNames,
    /// Holes of files: written as zeros, and they take room.
    Holes,
    /// Extended attributes.
    Attributes,
    /// Access lists.
    AccessLists,
    /// Permissions, where the target has none.
    Permissions,
    /// Times, which are rounded.
    Times,
}

/// What is lost on a target, and of how much.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Loss {
    /// What is lost.
    pub what: LossKind,
    /// Of how many entries.
    pub count: u64,
    /// The first of them.
    pub first: String,
}

/// Counts losses.
#[derive(Debug, Default)]
pub(super) struct Losses(BTreeMap<LossKind, (u64, String)>);

impl Losses {
    /// Sees an entry that is wanted.
    pub(super) fn see(&mut self, entry: &Entry, traits: &TargetTraits, names: &Names) {
        let starts = |prefix: &[u8]| entry.xattrs.iter().any(|x| x.name.starts_with(prefix));
        match &entry.kind {
            EntryKind::File { size, holes, .. } => {
                self.add(LossKind::LargeFiles, *size > traits.file_bytes_max, entry);
                self.add(LossKind::Holes, !holes.is_empty() && !traits.holes, entry);
            }
            EntryKind::Symlink { target } => {
                self.add(LossKind::Symlinks, !traits.symlinks, entry);
                let says = traits.symlinks && names.writes_otherwise(target);
                self.add(LossKind::LinkTargets, says, entry);
                // A link has nothing else of its own that could be lost.
                return;
            }
            EntryKind::Hardlink { .. } => {
                self.add(LossKind::FurtherNames, !traits.hardlinks, entry);
            }
            EntryKind::Directory => (),
        }
        self.add(LossKind::Attributes, !traits.xattrs && starts(b"user."), entry);
        self.add(LossKind::AccessLists, !traits.acls && starts(b"system.posix_acl_"), entry);
        self.add(LossKind::Permissions, !traits.modes, entry);
        self.add(LossKind::Times, !traits.fine_times && entry.mtime_nanos != 0, entry);
    }

    /// What is lost, the gravest first.
    pub(super) fn into_list(self) -> Vec<Loss> {
        let loss = |(what, (count, first))| Loss { what, count, first };
        self.0.into_iter().map(loss).collect()
    }

    fn add(&mut self, what: LossKind, is_lost: bool, entry: &Entry) {
        if is_lost {
            let (count, _) = self.0.entry(what).or_insert_with(|| (0, entry.path.to_string()));
            *count += 1;
        }
    }
}
