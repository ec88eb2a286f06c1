//! A command of the shell stands in four places, and they agree.
//!
//! A command that is missing in `build.rs` would be callable from every window; one that the page
//! never calls is a door nobody watches.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::source;

#[test]
fn declared_handled_permitted_and_called_commands_are_the_same() {
    let root = strongroom_tests::repository();
    let read = |path: &str| fs::read_to_string(root.join(path)).expect(path);
    let declared = declared(&read("src-tauri/build.rs"));
    assert!(!declared.is_empty(), "build.rs declares commands in a list called COMMANDS");
    assert_eq!(declared, handled(&read("src-tauri/src/ipc/mod.rs")), "declared and handled");
    assert_eq!(declared, permitted(&root.join("src-tauri/capabilities")), "and permitted");
    assert_eq!(declared, called(), "and called by the page");
}

#[test]
fn the_four_places_are_read() {
    assert_eq!(declared("const COMMANDS: &[&str] = &[\"a\", \"b_c\"];"), set(&["a", "b_c"]));
    assert_eq!(handled("tauri::generate_handler![x::a, y::b_c]"), set(&["a", "b_c"]));
    let page = "const a = commands.a();\n await commands.bC({ d: 1 }); other.e()";
    assert_eq!(calls(page), set(&["a", "b_c"]));
}

fn declared(build: &str) -> BTreeSet<String> {
    let list = between(build, "COMMANDS: &[&str] = &[", "]");
    list.split(',')
        .map(|name| name.trim().trim_matches('"').to_owned())
        .filter(|name| !name.is_empty())
        .collect()
}

fn handled(ipc: &str) -> BTreeSet<String> {
    let list = between(ipc, "generate_handler![", "]");
    let names = list.split(',').filter_map(|path| path.trim().rsplit("::").next());
    names.map(str::to_owned).filter(|name| !name.is_empty()).collect()
}

/// Our own commands in all capability files: `allow-about` permits `about`.
fn permitted(folder: &Path) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for text in files(folder, "json") {
        let capability: Value = serde_json::from_str(&text).expect("JSON");
        let permissions = capability["permissions"].as_array().expect("permissions");
        names.extend(permissions.iter().filter_map(Value::as_str).map(|permission| {
            // Anything else (`core:…`) stays as it is, and so fails the comparison.
            permission.strip_prefix("allow-").unwrap_or(permission).replace('-', "_")
        }));
    }
    names
}

/// What the screens call through the generated `commands` object.
fn called() -> BTreeSet<String> {
    let sources = source::repository();
    let page = sources.iter().filter(|source| {
        source.path.starts_with("ui/src/") && !source.path.starts_with("ui/src/ipc/")
    });
    page.flat_map(|source| calls(&source.text)).collect()
}

/// The commands called in `text`: the generated `bC` stands for the command `b_c`.
fn calls(text: &str) -> BTreeSet<String> {
    let names = text.split("commands.").skip(1).map(|rest| rest.split('(').next());
    let names = names.flatten().filter(|name| name.chars().all(char::is_alphanumeric));
    let snake = |c: char| match c.is_ascii_uppercase() {
        true => format!("_{}", c.to_ascii_lowercase()),
        false => c.to_string(),
    };
    names.map(|name| name.chars().map(snake).collect()).collect()
}

fn files(folder: &Path, extension: &str) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder").flatten().map(|entry| entry.path());
    let chosen = entries.filter(|path| path.extension().is_some_and(|found| found == extension));
    chosen.map(|path| fs::read_to_string(path).expect("a text")).collect()
}

fn between<'a>(text: &'a str, start: &str, end: &str) -> &'a str {
    let inside = text.split_once(start).map_or("", |(_, rest)| rest);
    inside.split(end).next().unwrap_or_default()
}

fn set(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}
