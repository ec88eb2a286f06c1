//! The entries that a restore is to bring, in the order in which they lie (archive-1 A26).

use std::sync::atomic::Ordering;

use archive::{Contents, Entry, EntryKind, EntryPath};

use super::Survey;
use crate::files::Conflict;

/// One entry and the names it has.
pub(super) struct Wanted {
    /// Its number among the entries that can be read, from 0.
    pub(super) number: u64,
    pub(super) entry: Entry,
    /// Its path in the archive.
    pub(super) path: EntryPath,
    /// Its path in the target.
    pub(super) name: EntryPath,
    /// What to do if the name is taken.
    pub(super) conflict: Conflict,
}

/// What of interest a page of the manifest holds, so that nobody reads one for nothing: a restore
/// goes through the list several times, and mostly it is for a part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Kinds(u8);

impl Kinds {
    pub(super) const NONE: Self = Self(0);
    /// Files, folders, links and further names that are restored now.
    pub(super) const FILES: Self = Self(1);
    pub(super) const FOLDERS: Self = Self(2);
    pub(super) const LINKS: Self = Self(4);
    /// Whatever an earlier run restored.
    pub(super) const KEPT: Self = Self(8);
    /// What is selected, and the target cannot hold.
    const LEFT_OUT: Self = Self(16);
    pub(super) const ALL: Self = Self(31);

    /// Those of both.
    pub(super) fn with(self, more: Self) -> Self {
        Self(self.0 | more.0)
    }

    /// That of entry `number`.
    pub(super) fn of(survey: &Survey, number: u64, entry: &Entry) -> Self {
        match (survey.name_of(number, entry), &entry.kind) {
            (None, _) if survey.is_kept(number) => Self::KEPT,
            (None, _) if survey.wanted(entry).is_some() => Self::LEFT_OUT,
            (None, _) => Self::NONE,
            (Some(_), EntryKind::File { .. }) => Self::FILES,
            (Some(_), EntryKind::Directory) => Self::FOLDERS,
            (Some(_), EntryKind::Symlink { .. } | EntryKind::Hardlink { .. }) => Self::LINKS,
        }
    }

    fn meets(self, others: Self) -> bool {
        self.0 & others.0 != 0
    }
}

/// A page of the manifest.
#[derive(Debug, Clone, Copy)]
pub(super) struct Page {
    /// The number of its first entry; none if it cannot be read.
    pub(super) first: Option<u64>,
    pub(super) holds: Kinds,
}

/// Every entry that the survey saw, with its number, on pages that hold `kinds`, one page of the
/// manifest at a time. A page that can no longer be read is noted, and moves no number.
pub(super) fn entries<'a>(
    contents: &'a Contents<'a>,
    survey: &'a Survey,
    kinds: Kinds,
) -> impl Iterator<Item = (u64, Entry)> + 'a {
    let pages = survey.pages.iter().enumerate();
    let pages = pages.filter(move |(_, page)| page.holds.meets(kinds));
    pages.flat_map(move |(number, page)| page_entries(contents, survey, (number, *page)))
}

/// Every wanted entry of these `kinds`, one page of the manifest at a time.
pub(super) fn wanted<'a>(
    contents: &'a Contents<'a>,
    survey: &'a Survey,
    (kinds, conflict): (Kinds, Conflict),
) -> impl Iterator<Item = Wanted> + 'a {
    let all = entries(contents, survey, kinds);
    all.filter_map(move |entry| wanted_entry(survey, entry, (kinds, conflict)))
}

/// Every wanted folder, from the last one to the first.
pub(super) fn folders_backwards<'a>(
    contents: &'a Contents<'a>,
    survey: &'a Survey,
) -> impl Iterator<Item = Wanted> + 'a {
    let pages = survey.pages.iter().enumerate().rev();
    let pages = pages.filter(|(_, page)| page.holds.meets(Kinds::FOLDERS));
    let all = pages.flat_map(move |(number, page)| {
        page_entries(contents, survey, (number, *page)).into_iter().rev()
    });
    let what = (Kinds::FOLDERS, Conflict::Fail);
    all.filter_map(move |entry| wanted_entry(survey, entry, what))
}

fn page_entries(
    contents: &Contents<'_>,
    survey: &Survey,
    (page, Page { first, .. }): (usize, Page),
) -> Vec<(u64, Entry)> {
    let Some(first) = first else { return Vec::new() };
    let entries = contents.manifest_page(page).unwrap_or_else(|_| {
        survey.missed.fetch_add(1, Ordering::Relaxed);
        Vec::new()
    });
    (first..).zip(entries).collect()
}

fn wanted_entry(
    survey: &Survey,
    (number, entry): (u64, Entry),
    (kinds, conflict): (Kinds, Conflict),
) -> Option<Wanted> {
    if !Kinds::of(survey, number, &entry).meets(kinds) {
        return None;
    }
    let path = survey.name_of(number, &entry)?.clone();
    let name = survey.names.path(&path).ok()?.into_owned();
    // What was not there before is a second thing of the same name: never replaced, and not left
    // out without a word.
    let is_new = !survey.is_taken(number);
    let conflict = match conflict {
        Conflict::Replace | Conflict::Newer | Conflict::Skip if is_new => Conflict::Fail,
        conflict => conflict,
    };
    Some(Wanted { number, entry, path, name, conflict })
}

/// Asks for every segment that a wanted file needs, once, in order. Of the entry `begun.0` the
/// first `begun.1` stored bytes are there already.
pub(super) fn feed(
    contents: &Contents<'_>,
    survey: &Survey,
    begun: Option<(u64, u64)>,
    want: &mut dyn FnMut(u64) -> bool,
) {
    let segment_bytes = u64::from(contents.set().settings().segment_bytes);
    let mut next = 0;
    for wanted in wanted(contents, survey, (Kinds::FILES, Conflict::Fail)) {
        let EntryKind::File { position, stored, .. } = wanted.entry.kind else { continue };
        let skipped = begun.filter(|(number, _)| *number == wanted.number).map_or(0, |it| it.1);
        if stored <= skipped {
            continue;
        }
        let first = ((position + skipped) / segment_bytes).max(next);
        for segment in first..=(position + stored - 1) / segment_bytes {
            if !want(segment) {
                return;
            }
            next = segment + 1;
        }
    }
}
