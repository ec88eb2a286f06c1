//! The specification is the master: code names only clauses that exist.
//!
//! A page `docs/spec/NAME.md` defines a clause with a line that begins with its number in bold:
//! `**A12** The index MUST …` (a list marker may stand before it). Code and vectors refer to it as
//! `NAME A12`, for example `archive-1 A12`; further numbers may follow: `archive-1 A12, A13`.

use std::collections::BTreeSet;

use crate::source::{self, Source};

/// Specifications that code may refer to. Each is a page of that name in `docs/spec`.
const SPECIFICATIONS: &[&str] = &[
    "archive-1",
    "catalogue-1",
    "keys-1",
    "shares-1",
    "share-1",
    "envelope-1",
    "entry-1",
    "journal-1",
    "log-1",
    "script-1",
    "threshold-1",
    "names-1",
    "paper-1",
    "readmap-1",
    "plan-2",
    "transcript-1",
];

#[test]
fn every_clause_named_in_code_exists() {
    let sources = source::repository();
    let defined = all_defined(&sources);
    let mut unknown = Vec::new();
    for source in sources.iter().filter(|source| is_named_here(source)) {
        for reference in referenced(&source.text, &known(&sources)) {
            if !defined.contains(&reference) {
                unknown.push(format!("{}: {} {}", source.path, reference.0, reference.1));
            }
        }
    }
    assert!(unknown.is_empty(), "no such clause:\n{}", unknown.join("\n"));
}

#[test]
fn every_clause_is_named_in_code_or_in_a_vector() {
    let sources = source::repository();
    let known = known(&sources);
    let named: BTreeSet<_> = sources
        .iter()
        .filter(|source| is_named_here(source))
        .flat_map(|source| referenced(&source.text, &known))
        .collect();
    let defined = all_defined(&sources);
    let unnamed: Vec<String> =
        defined.difference(&named).map(|(spec, clause)| format!("{spec} {clause}")).collect();
    assert!(unnamed.is_empty(), "named nowhere: {}", unnamed.join(", "));
}

/// The numbers that the text of a specification defines, in their order.
pub(crate) fn defined(text: &str) -> Vec<&str> {
    let lines = text.lines().map(|line| line.trim_start_matches([' ', '-', '*', '|']));
    let bold = text.lines().zip(lines).filter(|(line, _)| {
        let marker = line.trim_start().trim_start_matches("- ").trim_start_matches("| ");
        marker.starts_with("**")
    });
    bold.filter_map(|(_, rest)| rest.split_once("**"))
        .map(|(number, _)| number.trim_end_matches('.'))
        .filter(|number| is_clause(number))
        .collect()
}

/// The clauses of `specifications` that `text` refers to, as (specification, number).
pub(crate) fn referenced(text: &str, specifications: &[&str]) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for name in specifications {
        // Not the end of another name: transcript-1 is no script-1.
        let begins = |at: &usize| !text[..*at].ends_with(|c: char| c.is_alphanumeric());
        for at in text.match_indices(name).map(|(at, _)| at).filter(begins) {
            let rest = &text[at + name.len()..];
            let words = rest.split([' ', ',', '/', '\n', '(', ')', ';', '`', '–']);
            let words = words.filter(|word| !matches!(*word, "" | "and" | "to" | "///" | "//!"));
            let numbers = words.map(|word| word.trim_matches(['.', ':', '"', '\'', '*', '`']));
            let numbers = numbers.take_while(|word| is_clause(word));
            found.extend(numbers.map(|number| ((*name).to_owned(), number.to_owned())));
        }
    }
    found
}

/// The names of [`SPECIFICATIONS`] and of every page that exists.
fn known(sources: &[Source]) -> Vec<&str> {
    let pages = sources.iter().filter_map(specification);
    let all: BTreeSet<&str> = SPECIFICATIONS.iter().copied().chain(pages).collect();
    all.into_iter().collect()
}

/// The name of the specification that `source` is, if it is one.
fn specification(source: &Source) -> Option<&str> {
    source.path.strip_prefix("docs/spec/")?.strip_suffix(".md")
}

fn all_defined(sources: &[Source]) -> BTreeSet<(String, String)> {
    let pages = sources.iter().filter_map(|source| Some((specification(source)?, source)));
    pages
        .flat_map(|(name, source)| {
            defined(&source.text).into_iter().map(|number| (name.to_owned(), number.to_owned()))
        })
        .collect()
}

/// Code and vectors, not prose; the canaries name clauses that need not exist.
fn is_named_here(source: &Source) -> bool {
    !source.path.starts_with("docs/") && !source.path.starts_with("tests/house/")
}

/// Whether `word` is one or two capital letters and a number.
fn is_clause(word: &str) -> bool {
    let letters = word.chars().take_while(char::is_ascii_uppercase).count();
    let digits = &word[letters..];
    (1..=2).contains(&letters)
        && (1..=3).contains(&digits.len())
        && digits.chars().all(|c| c.is_ascii_digit())
}
