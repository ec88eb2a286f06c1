//! What is inside an archive, from the list that the vault keeps of it (catalogue-1).

use catalogue::{Catalogue, Hits, Item};
use engine::list::kind_of;
use engine::plain::escaped;
use engine::selection::{Selection, pattern_of, without};
use serde::Serialize;
use tauri::State;

use super::refusal::{Answer, Refusal};
use crate::desk::{Desk, Which, lock};

/// The most entries of one page.
const PAGE_MAX: u32 = 2000;

/// The list of an archive that lies open on the desk, and the search that was asked last.
pub(crate) struct Listed {
    medium: u32,
    which: Which,
    catalogue: Catalogue,
    found: Option<(String, Hits)>,
}

/// How much is in an archive.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(specta::Type))]
pub(crate) struct Contents {
    #[cfg_attr(test, specta(type = u32))]
    entries: u64,
    #[cfg_attr(test, specta(type = u32))]
    files: u64,
    #[cfg_attr(test, specta(type = u32))]
    bytes: u64,
}

/// Some of what is in a folder, or of what was found.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(specta::Type))]
pub(crate) struct Listing {
    #[cfg_attr(test, specta(type = u32))]
    total: u64,
    items: Vec<Inside>,
}

/// Something inside an archive.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(specta::Type))]
pub(crate) struct Inside {
    #[cfg_attr(test, specta(type = u32))]
    number: u64,
    name: String,
    /// The folder it lies in, as a path; empty at the top.
    place: String,
    /// The pattern that chooses it; none if its name cannot be written down.
    pattern: Option<String>,
    kind: &'static str,
    /// Things in a folder that are no folders; 1 for such a thing.
    #[cfg_attr(test, specta(type = u32))]
    files: u64,
    #[cfg_attr(test, specta(type = u32))]
    bytes: u64,
}

/// How much a selection brings.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(specta::Type))]
pub(crate) struct Chosen {
    #[cfg_attr(test, specta(type = u32))]
    files: u64,
    #[cfg_attr(test, specta(type = u32))]
    bytes: u64,
}

/// Opens the list of an archive on the desk; none if the vault keeps none.
#[tauri::command]
#[cfg_attr(test, specta::specta)]
pub(crate) async fn contents(desk: State<'_, Desk>, medium: u32) -> Answer<Option<Contents>> {
    let archive = desk.set(medium)?.settings().archive;
    let Some(catalogue) = desk.view()?.catalogue(archive)? else { return Ok(None) };
    let weight = catalogue.weight()?;
    let (entries, files, bytes) = (catalogue.entries(), weight.files, weight.bytes);
    let listed = Listed { medium, which: desk.which(), catalogue, found: None };
    *lock(&desk.listed) = Some(listed);
    Ok(Some(Contents { entries, files, bytes }))
}

/// Lists what lies in a folder of the archive (0 is the top), folders first.
#[tauri::command]
#[cfg_attr(test, specta::specta)]
pub(crate) async fn contents_of(
    desk: State<'_, Desk>,
    medium: u32,
    folder: u32,
    start: u32,
    length: u32,
) -> Answer<Listing> {
    reading(&desk, medium, |listed| {
        let Listed { catalogue, .. } = listed;
        let length = length.min(PAGE_MAX);
        let items = catalogue.children(folder.into(), start.into(), length.into())?;
        shown(catalogue, catalogue.count(folder.into())?, &items)
    })
}

/// Lists what has `text` in its name, from the hit at `start`.
#[tauri::command]
#[cfg_attr(test, specta::specta)]
pub(crate) async fn contents_found(
    desk: State<'_, Desk>,
    medium: u32,
    text: String,
    start: u32,
    length: u32,
) -> Answer<Listing> {
    reading(&desk, medium, |listed| {
        let Listed { catalogue, found, .. } = listed;
        let hits = match found.take().filter(|(asked, _)| *asked == text) {
            Some((_, hits)) => hits,
            None => catalogue.search(&text)?,
        };
        let length = usize::try_from(length.min(PAGE_MAX)).unwrap_or(0);
        let wanted = hits.numbers.iter().skip(start as usize).take(length);
        let items = catalogue.items_of(&wanted.copied().collect::<Vec<_>>())?;
        let total = hits.total;
        *found = Some((text, hits));
        shown(catalogue, total, &items)
    })
}

/// Says how much the patterns bring.
#[tauri::command]
#[cfg_attr(test, specta::specta)]
pub(crate) async fn contents_chosen(
    desk: State<'_, Desk>,
    medium: u32,
    patterns: Vec<String>,
) -> Answer<Chosen> {
    let selection = Selection::new(&patterns)?;
    reading(&desk, medium, |listed| {
        let weight = selection.weigh(&listed.catalogue)?;
        Ok(Chosen { files: weight.files, bytes: weight.bytes })
    })
}

/// Returns the patterns without an entry that a folder would bring.
#[tauri::command]
#[cfg_attr(test, specta::specta)]
pub(crate) async fn contents_without(
    desk: State<'_, Desk>,
    medium: u32,
    patterns: Vec<String>,
    number: u32,
) -> Answer<Vec<String>> {
    reading(&desk, medium, |listed| Ok(without(&listed.catalogue, &patterns, number.into())?))
}

/// Reads in the list that lies open, if it is the one of that medium.
fn reading<T>(desk: &Desk, medium: u32, read: impl FnOnce(&mut Listed) -> Answer<T>) -> Answer<T> {
    let mut open = lock(&desk.listed);
    let listed =
        open.as_mut().filter(|listed| listed.medium == medium && listed.which == desk.which());
    let closed = || {
        let remedy = "Open the archive again from the page of restores.";
        Refusal::new("SR-SHELL-NO-CONTENTS", "the list of this archive is not open", remedy)
    };
    read(listed.ok_or_else(closed)?)
}

fn shown(catalogue: &Catalogue, total: u64, items: &[Item]) -> Answer<Listing> {
    let items = items.iter().map(|item| inside(catalogue, item)).collect::<Answer<_>>()?;
    Ok(Listing { total, items })
}

fn inside(catalogue: &Catalogue, item: &Item) -> Answer<Inside> {
    let path = catalogue.path(item)?;
    let text = |bytes: &[u8]| escaped(&String::from_utf8_lossy(bytes)).replace('\n', "\\n");
    let place = path.strip_suffix(&item.name[..]).unwrap_or_default();
    Ok(Inside {
        number: item.number,
        name: text(&item.name),
        place: text(place.strip_suffix(b"/").unwrap_or(place)),
        pattern: pattern_of(&path),
        kind: kind_of(item),
        files: item.files,
        bytes: item.size,
    })
}
