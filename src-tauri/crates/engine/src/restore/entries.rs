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

/// Every entry that the survey saw, with its number, one page of the manifest at a time. A page
/// that can no longer be read is noted, and moves no number.
pub(super) fn entries<'a>(
    contents: &'a Contents<'a>,
    survey: &'a Survey,
) -> impl Iterator<Item = (u64, Entry)> + 'a {
    (0..survey.pages.len()).flat_map(move |page| page_entries(contents, survey, page))
}

/// Every wanted entry, one page of the manifest at a time.
pub(super) fn wanted<'a>(
    contents: &'a Contents<'a>,
    survey: &'a Survey,
    conflict: Conflict,
) -> impl Iterator<Item = Wanted> + 'a {
    let all = entries(contents, survey);
    all.filter_map(move |(number, entry)| wanted_entry(survey, (number, entry), conflict))
}

/// As [`wanted`], from the last one to the first.
pub(super) fn wanted_backwards<'a>(
    contents: &'a Contents<'a>,
    survey: &'a Survey,
    conflict: Conflict,
) -> impl Iterator<Item = Wanted> + 'a {
    let pages = (0..survey.pages.len()).rev();
    let all = pages.flat_map(move |page| page_entries(contents, survey, page).into_iter().rev());
    all.filter_map(move |(number, entry)| wanted_entry(survey, (number, entry), conflict))
}

fn page_entries(contents: &Contents<'_>, survey: &Survey, page: usize) -> Vec<(u64, Entry)> {
    let Some(first) = survey.pages[page] else { return Vec::new() };
    let entries = contents.manifest_page(page).unwrap_or_else(|_| {
        survey.missed.fetch_add(1, Ordering::Relaxed);
        Vec::new()
    });
    (first..).zip(entries).collect()
}

fn wanted_entry(
    survey: &Survey,
    (number, entry): (u64, Entry),
    conflict: Conflict,
) -> Option<Wanted> {
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
    for wanted in wanted(contents, survey, Conflict::Fail) {
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
