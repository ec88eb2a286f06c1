//! The audit log: entries in pages, and whether it holds.

use audit::{Entry, Phase, Verdict};
use serde::Serialize;
use tauri::State;

use super::refusal::Answer;
use crate::desk::Desk;

/// The most entries of one page.
const PAGE_MAX: usize = 512;

/// A page of entries.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(specta::Type))]
pub(crate) struct Page {
    /// Entries that fit the filter, in all.
    total: u32,
    entries: Vec<Shown>,
}

/// An entry of the log.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(specta::Type))]
struct Shown {
    #[cfg_attr(test, specta(type = u32))]
    sequence: u64,
    time: String,
    actor: String,
    operation: String,
    phase: ShownPhase,
    result: Option<String>,
    objects: Vec<String>,
    remark: Option<String>,
}

/// Where in its operation an entry stands.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(specta::Type))]
enum ShownPhase {
    Intent,
    Change,
    Outcome,
    Abort,
    Recovered,
}

/// Whether the log holds.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(specta::Type))]
pub(crate) struct Verified {
    verdict: Judged,
    holds: bool,
    #[cfg_attr(test, specta(type = u32))]
    entries: u64,
    head_words: String,
    head: String,
    open_intents: u32,
}

/// The verdicts on a log that reads as it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(specta::Type))]
enum Judged {
    /// It holds, and an anchor says that nothing was cut off.
    Consistent,
    /// It holds, and nobody outside says how new it should be.
    FreshnessUnknown,
    /// An anchor is newer.
    Rollback,
    /// An anchor is of another log.
    Changed,
}

/// Entries from `start`, the newest first, of those in which `query` stands.
#[tauri::command]
#[cfg_attr(test, specta::specta)]
pub(crate) fn log_page(
    desk: State<'_, Desk>,
    query: String,
    start: u32,
    length: u32,
) -> Answer<Page> {
    let query = query.to_lowercase();
    let mut found = Vec::new();
    desk.view()?.entries(&mut |entry| {
        if fits(&entry, &query) {
            found.push(entry);
        }
    })?;
    let total = u32::try_from(found.len()).unwrap_or(u32::MAX);
    let length = usize::try_from(length).unwrap_or(PAGE_MAX).min(PAGE_MAX);
    let page = found.iter().rev().skip(start as usize).take(length);
    Ok(Page { total, entries: page.map(shown).collect() })
}

/// Reads the whole log and says whether it holds.
#[tauri::command]
#[cfg_attr(test, specta::specta)]
pub(crate) fn log_verify(desk: State<'_, Desk>) -> Answer<Verified> {
    let report = desk.view()?.log_verify(&[])?;
    let (verdict, holds) = match &report.verdict {
        Verdict::Consistent => (Judged::Consistent, true),
        Verdict::FreshnessUnknown { .. } => (Judged::FreshnessUnknown, true),
        Verdict::Rollback { .. } => (Judged::Rollback, false),
        _ => (Judged::Changed, false),
    };
    Ok(Verified {
        verdict,
        holds,
        entries: report.size,
        head_words: report.root.to_words(),
        head: report.root.to_string(),
        open_intents: u32::try_from(report.open_intents.len()).unwrap_or(u32::MAX),
    })
}

fn fits(entry: &Entry, query: &str) -> bool {
    let event = &entry.event;
    let has = |text: &str| text.to_lowercase().contains(query);
    query.is_empty()
        || has(&event.actor)
        || has(&event.operation.to_string())
        || event.objects.iter().any(|object| has(object))
        || event.remark.as_deref().is_some_and(has)
}

fn shown(entry: &Entry) -> Shown {
    let event = &entry.event;
    let (phase, result) = match &event.phase {
        Phase::Intent => (ShownPhase::Intent, None),
        Phase::Change { .. } => (ShownPhase::Change, None),
        Phase::Outcome { result, .. } => (ShownPhase::Outcome, Some(result.clone())),
        Phase::Abort { code, .. } => (ShownPhase::Abort, Some(code.clone())),
        Phase::Recovered { .. } => (ShownPhase::Recovered, None),
    };
    Shown {
        sequence: entry.sequence,
        time: event.time.to_string(),
        actor: event.actor.clone(),
        operation: event.operation.to_string(),
        phase,
        result,
        objects: event.objects.clone(),
        remark: event.remark.clone(),
    }
}
