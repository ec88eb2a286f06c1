//! All names of an archive on a target, those that are alike there among them (names-1 N5).

use std::borrow::Cow;
use std::collections::hash_map::RandomState;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::hash::BuildHasher;

use archive::{Contents, EntryPath};

use super::NamePolicy;
use super::rules::NameRules;
use super::writing::marked;
use crate::EngineError;

/// How the names of an archive are written on a target.
///
/// Memory: eight bytes for each name where the target confuses names, and those that it does.
#[derive(Debug)]
pub(crate) struct Names {
    rules: NameRules,
    /// Numbers of names that are like others, by their path in the archive.
    marks: HashMap<Vec<u8>, u32>,
}

impl Default for Names {
    fn default() -> Self {
        Self { rules: NameRules::PLAIN, marks: HashMap::new() }
    }
}

impl Names {
    /// Reads all names of an archive.
    pub(crate) fn of(contents: &Contents<'_>, rules: &NameRules, policy: NamePolicy) -> Self {
        Self::among(&rules.under(policy), |visit| {
            for page in 0..contents.manifest_pages() {
                for entry in contents.manifest_page(page).unwrap_or_default() {
                    visit(&entry.path);
                }
            }
        })
    }

    /// As [`Self::of`], for paths in the order of an archive, which `each` hands over as often as
    /// it is called.
    pub(super) fn among(rules: &NameRules, each: impl Fn(&mut dyn FnMut(&EntryPath))) -> Self {
        let mut names = Self { rules: rules.clone(), marks: HashMap::new() };
        if !rules.confuses() {
            return names;
        }
        // First only digests of all names, so that a million of them is a matter of megabytes.
        let (state, mut seen, mut twice) = (RandomState::new(), HashSet::new(), HashSet::new());
        each_name(&each, |folder, own| {
            let digest = state.hash_one((folder, names.key(own)));
            if !seen.insert(digest) {
                twice.insert(digest);
            }
        });
        drop(seen);
        let mut groups: HashMap<(Vec<u8>, Vec<u8>), Group> = HashMap::new();
        each_name(&each, |folder, own| {
            let key = names.key(own);
            if twice.contains(&state.hash_one((folder, &key))) {
                groups.entry((folder.to_vec(), key)).or_default().insert(own.to_vec());
            }
        });
        for ((folder, _), alike) in groups {
            for (own, number) in alike.into_iter().skip(1).zip(1..) {
                names.marks.insert(joined(&folder, &own), number);
            }
        }
        names
    }

    /// The path that is written for `own`.
    ///
    /// # Errors
    ///
    /// It would be longer than a path can be.
    pub(crate) fn path<'a>(&self, own: &'a EntryPath) -> Result<Cow<'a, EntryPath>, EngineError> {
        if !self.translates(own) {
            return Ok(Cow::Borrowed(own));
        }
        let (mut folder, mut written) = (Vec::new(), Vec::new());
        for part in own.parts() {
            folder = joined(&folder, part);
            written = joined(&written, &self.name(&folder, part));
        }
        Ok(Cow::Owned(EntryPath::new(written)?))
    }

    /// The rules that names follow.
    pub(crate) fn rules(&self) -> &NameRules {
        &self.rules
    }

    /// Whether another name is written for any part of `own`.
    pub(crate) fn translates(&self, own: &EntryPath) -> bool {
        let longest = own.parts().map(<[u8]>::len).max().unwrap_or(0);
        if self.rules.is_plain() && self.marks.is_empty() && longest <= self.rules.longest {
            return false;
        }
        let mut folder = Vec::new();
        own.parts().any(|part| {
            folder = joined(&folder, part);
            *self.name(&folder, part) != *part
        })
    }

    /// Whether another name is written for the last part of `own`.
    pub(crate) fn translates_last(&self, own: &EntryPath) -> bool {
        let last = own.parts().next_back().unwrap_or_default();
        *self.name(own.as_bytes(), last) != *last
    }

    /// Whether a name in the text of a link is written otherwise, as far as its name alone tells.
    pub(crate) fn writes_otherwise(&self, link: &[u8]) -> bool {
        link.split(|byte| *byte == b'/').any(|part| match part {
            b"" | b"." | b".." => false,
            part => *self.rules.escaped(part) != *part,
        })
    }

    /// What is written for the name `own`, which is the last part of `path`.
    fn name<'a>(&self, path: &[u8], own: &'a [u8]) -> Cow<'a, [u8]> {
        let escaped = self.rules.escaped(own);
        let written = match self.marks.get(path) {
            None => escaped.clone(),
            Some(number) => Cow::Owned(marked(&escaped, *number)),
        };
        match written.len() > self.rules.longest {
            true => Cow::Owned(self.rules.shortened(own, &escaped)),
            false => written,
        }
    }

    fn key(&self, own: &[u8]) -> Vec<u8> {
        let escaped = self.rules.escaped(own);
        match escaped.len() > self.rules.longest {
            // What is cut carries a digest, which is like nothing else.
            true => own.to_vec(),
            false => self.rules.key(&escaped),
        }
    }
}

/// Names that are alike, in the order of their bytes.
type Group = BTreeSet<Vec<u8>>;

/// Hands every name over once, with the path of the folder it lies in.
fn each_name(each: &impl Fn(&mut dyn FnMut(&EntryPath)), mut visit: impl FnMut(&[u8], &[u8])) {
    let mut before: Vec<u8> = Vec::new();
    each(&mut |path| {
        let (mut known, mut folder) = (before.split(|byte| *byte == b'/'), Vec::new());
        let mut is_known = true;
        for part in path.parts() {
            is_known = is_known && known.next() == Some(part);
            if !is_known {
                visit(&folder, part);
            }
            folder = joined(&folder, part);
        }
        before = path.as_bytes().to_vec();
    });
}

fn joined(folder: &[u8], name: &[u8]) -> Vec<u8> {
    match folder {
        [] => name.to_vec(),
        folder => [folder, b"/", name].concat(),
    }
}
