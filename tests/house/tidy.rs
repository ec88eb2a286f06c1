//! Every file keeps every rule; the top of the repository and the error codes keep theirs.

use std::collections::{BTreeMap, BTreeSet};

use crate::names::TOP_LEVEL;
use crate::rules::RULES;
use crate::source::{self, Source};

#[test]
fn every_file_keeps_every_rule() {
    let mut findings = Vec::new();
    for source in source::repository() {
        for rule in RULES {
            findings.extend((rule.find)(&source).into_iter().map(|finding| {
                format!("{}:{}: {}: {}", source.path, finding.line, rule.promise, finding.what)
            }));
        }
    }
    assert!(findings.is_empty(), "{} findings\n{}", findings.len(), findings.join("\n"));
}

#[test]
fn nothing_unexpected_lies_at_the_top_of_the_repository() {
    let paths = source::paths();
    let entries: BTreeSet<&str> = paths.iter().filter_map(|path| path.split('/').next()).collect();
    let unexpected: Vec<_> = entries.iter().filter(|entry| !TOP_LEVEL.contains(entry)).collect();
    assert!(unexpected.is_empty(), "move these, or decide otherwise in the open: {unexpected:?}");
}

#[test]
fn every_error_code_means_one_thing() {
    let sources = source::repository();
    let mut places: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for source in sources.iter().filter(|source| source.path.starts_with("src-tauri/")) {
        for (code, line) in codes(source) {
            places.entry(code).or_default().push(format!("{}:{line}", source.path));
        }
    }
    let doubled: Vec<_> = places.iter().filter(|(_, places)| places.len() > 1).collect();
    assert!(doubled.is_empty(), "codes with more than one origin: {doubled:#?}");
    let shapeless: Vec<_> = places.keys().filter(|code| !is_well_shaped(code)).collect();
    assert!(shapeless.is_empty(), "a code reads SR-AREA-NAME: {shapeless:?}");
}

/// The error codes a source file hands out, outside of its tests, with their lines.
pub(crate) fn codes(source: &Source) -> Vec<(&str, usize)> {
    let found = source.text.match_indices("\"SR-").map(|(at, _)| at);
    found
        .filter(|at| {
            // The code itself is blanked, so what stands before it tells whether it is handed out.
            let before = source.production.get(..*at).unwrap_or_default().trim_end();
            before.ends_with("=>") || before.ends_with('{')
        })
        .filter_map(|at| {
            let literal = source.text[at + 1..].split('"').next()?;
            let after = source.production[at + literal.len() + 2..].trim_start();
            let is_pattern = after.starts_with("=>") || after.starts_with('|');
            (!is_pattern).then(|| (literal, source.at(at, "").line))
        })
        .collect()
}

/// Whether `code` reads `SR-AREA-NAME`, with capital letters, digits and hyphens.
fn is_well_shaped(code: &str) -> bool {
    let mut parts = code.split('-');
    let is_word = |part: &str| {
        !part.is_empty() && part.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit())
    };
    parts.next() == Some("SR") && parts.clone().count() >= 2 && parts.all(is_word)
}
