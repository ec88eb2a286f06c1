//! The rules, each a function from a file to what is wrong in it.

use crate::code;
use crate::names::{
    BANNED_ENDINGS, BANNED_FILES, FILE_LINES, FUNCTION_LINES, GENERATED, LINE_COLUMNS, MAY_EXPOSE,
    MAY_SLEEP,
};
use crate::source::{Finding, Source};

/// A rule that every file of the repository keeps.
pub(crate) struct Rule {
    /// The promise, as one sentence.
    pub(crate) promise: &'static str,
    pub(crate) find: fn(&Source) -> Vec<Finding>,
}

/// All rules over single files.
pub(crate) const RULES: &[Rule] = &[
    Rule { promise: "files are short", find: long_files },
    Rule { promise: "lines are short", find: long_lines },
    Rule { promise: "functions are short", find: long_functions },
    Rule { promise: "types have names that say what they are", find: vague_types },
    Rule { promise: "files have names that say what they hold", find: vague_files },
    Rule { promise: "no function is called get", find: getters },
    Rule { promise: "only tests unwrap", find: unwraps },
    Rule { promise: "no test is ignored", find: ignored_tests },
    Rule { promise: "no test expects a panic", find: expected_panics },
    Rule { promise: "no test sleeps", find: sleeping_tests },
    Rule { promise: "secrets are exposed only where they are used", find: exposed_secrets },
    Rule { promise: "only tests look beside the repository", find: outside_paths },
    Rule { promise: "no error is a catch-all", find: catch_all_errors },
    Rule { promise: "only ui/src/ipc imports the Tauri API", find: foreign_tauri_imports },
    Rule { promise: "no element has a style of its own", find: style_attributes },
    Rule { promise: "lock files name no host", find: lock_hosts },
];

const CODE: &[&str] = &[".rs", ".ts", ".svelte", ".css"];

fn long_files(source: &Source) -> Vec<Finding> {
    let lines = source.text.lines().count();
    let is_judged = source.has_extension(&[".rs", ".ts", ".svelte", ".css", ".sql"]);
    let is_long = is_judged && lines > FILE_LINES && !is_generated(source);
    let what = format!("{lines} lines; split it by concept, or move its tests to a sibling");
    is_long.then_some(Finding { line: FILE_LINES + 1, what }).into_iter().collect()
}

fn long_lines(source: &Source) -> Vec<Finding> {
    if !source.has_extension(CODE) || is_generated(source) {
        return Vec::new();
    }
    let lines = source.text.lines().enumerate();
    let columns = lines.map(|(index, line)| (index + 1, line.chars().count()));
    columns
        .filter(|(_, columns)| *columns > LINE_COLUMNS)
        .map(|(line, columns)| Finding { line, what: format!("{columns} columns") })
        .collect()
}

fn long_functions(source: &Source) -> Vec<Finding> {
    let functions = code::functions(&source.code).into_iter();
    let long = functions.filter(|(_, _, lines)| *lines > FUNCTION_LINES);
    long.map(|(name, at, lines)| source.at(at, format!("{name} has {lines} lines"))).collect()
}

fn vague_types(source: &Source) -> Vec<Finding> {
    let kinds = ["struct ", "enum ", "trait ", "type ", "union "];
    let places = kinds.iter().flat_map(|kind| {
        code::words_starting_with(&source.code, kind).map(move |at| at + kind.len())
    });
    places
        .filter_map(|at| {
            let rest = source.code[at..].chars();
            let name: String = rest.take_while(|c| code::is_word_char(*c)).collect();
            let ending = BANNED_ENDINGS.iter().find(|ending| name.ends_with(**ending))?;
            Some(source.at(at, format!("{name}: a name in {ending} says nothing")))
        })
        .collect()
}

fn vague_files(source: &Source) -> Vec<Finding> {
    let is_vague = BANNED_FILES.contains(&source.stem().to_lowercase().as_str());
    let what = "name the file after what it holds".to_owned();
    is_vague.then_some(Finding { line: 1, what }).into_iter().collect()
}

fn getters(source: &Source) -> Vec<Finding> {
    words(source, &source.code, "fn get_", "name it after what it returns")
}

fn unwraps(source: &Source) -> Vec<Finding> {
    places(source, &source.production, ".unwrap()", "return the error, or prove it away")
}

fn ignored_tests(source: &Source) -> Vec<Finding> {
    places(source, &source.code, "#[ignore", "a test runs, or skips with a reason it can see")
}

fn expected_panics(source: &Source) -> Vec<Finding> {
    words(source, &source.code, "should_panic", "assert the error that is returned")
}

fn sleeping_tests(source: &Source) -> Vec<Finding> {
    if MAY_SLEEP.contains(&source.path.as_str()) {
        return Vec::new();
    }
    let sleeps = code::words_starting_with(&source.code, "sleep(");
    let in_tests = sleeps.filter(|at| !is_production(source, *at));
    in_tests.map(|at| source.at(at, "wait for a state, not for a time")).collect()
}

fn exposed_secrets(source: &Source) -> Vec<Finding> {
    if MAY_EXPOSE.iter().any(|place| source.path.starts_with(place)) {
        return Vec::new();
    }
    words(source, &source.production, "expose", "this crate is not on the list of those that may")
}

fn outside_paths(source: &Source) -> Vec<Finding> {
    let outside = concat!("..", "/shared");
    let found = source.text.match_indices(outside).map(|(at, _)| at);
    let is_allowed = |at: usize| source.path.ends_with(".rs") && !is_production(source, at);
    found
        .filter(|at| !is_allowed(*at))
        .map(|at| source.at(at, "the project stands on its own; only a test may look there"))
        .collect()
}

fn catch_all_errors(source: &Source) -> Vec<Finding> {
    words(source, &source.code, "Other(String)", "say what happened, with its facts")
}

fn foreign_tauri_imports(source: &Source) -> Vec<Finding> {
    let is_judged = source.path.starts_with("ui/src/") && !source.path.starts_with("ui/src/ipc/");
    let text = if is_judged { source.text.as_str() } else { "" };
    places(source, text, "@tauri-apps/", "call a function of ui/src/ipc")
}

fn style_attributes(source: &Source) -> Vec<Finding> {
    let is_judged = source.has_extension(&[".svelte", ".html"]);
    let text = if is_judged { source.text.as_str() } else { "" };
    places(source, text, " style=\"", "the content policy refuses it: use a class")
}

fn lock_hosts(source: &Source) -> Vec<Finding> {
    let text = if source.path.ends_with("package-lock.json") { source.text.as_str() } else { "" };
    places(source, text, "\"resolved\"", "npm needs omit-lockfile-registry-resolved=true")
}

fn is_generated(source: &Source) -> bool {
    GENERATED.contains(&source.path.as_str())
}

/// Whether the place belongs to the program rather than to its tests (blanked text is neither).
fn is_production(source: &Source, at: usize) -> bool {
    let line_start = source.text[..at].rfind('\n').map_or(0, |before| before + 1);
    let line_end = source.text[at..].find('\n').map_or(source.text.len(), |length| at + length);
    let kept = |text: &str| text.get(line_start..line_end).map(|line| line.trim().len());
    // A line of comment or string is blank in both; then the neighbours decide, so ask the file.
    match (kept(&source.code), kept(&source.production)) {
        (Some(0) | None, _) => !source.production.is_empty(),
        (code, production) => code == production,
    }
}

fn places(source: &Source, text: &str, pattern: &str, what: &str) -> Vec<Finding> {
    text.match_indices(pattern).map(|(at, _)| source.at(at, format!("{pattern}: {what}"))).collect()
}

fn words(source: &Source, text: &str, pattern: &str, what: &str) -> Vec<Finding> {
    let found = code::words_starting_with(text, pattern);
    found.map(|at| source.at(at, format!("{pattern}: {what}"))).collect()
}
