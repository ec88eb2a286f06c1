//! The files of the repository as the rules see them.

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

use crate::code;

/// One text file, with what the rules need to know of it.
pub(crate) struct Source {
    /// The path from the root, with slashes.
    pub(crate) path: String,
    pub(crate) text: String,
    /// For Rust: the text with strings and comments blanked, byte for byte as long.
    pub(crate) code: String,
    /// For Rust: as `code`, with test modules blanked too; empty for a file of tests.
    pub(crate) production: String,
}

/// What a rule found: the line (1-based) and what is wrong there.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Finding {
    pub(crate) line: usize,
    pub(crate) what: String,
}

impl Source {
    /// A file with `path` and `text`; `is_test` when all of it is test code.
    pub(crate) fn new(path: &str, text: &str, is_test: bool) -> Self {
        let is_rust = path.ends_with(".rs");
        let code = if is_rust { code::blank(text) } else { String::new() };
        let production = if is_test { String::new() } else { code::without_tests(&code) };
        Self { path: path.to_owned(), text: text.to_owned(), code, production }
    }

    /// Whether the path ends in one of `extensions`, given with their dot.
    pub(crate) fn has_extension(&self, extensions: &[&str]) -> bool {
        extensions.iter().any(|extension| self.path.ends_with(extension))
    }

    /// The file name without its extension.
    pub(crate) fn stem(&self) -> &str {
        let name = self.path.rsplit('/').next().unwrap_or(&self.path);
        name.split('.').next().unwrap_or(name)
    }

    /// Reports `what` at the place `offset` of the text.
    pub(crate) fn at(&self, offset: usize, what: impl Into<String>) -> Finding {
        let line = 1 + self.text.as_bytes()[..offset].iter().filter(|b| **b == b'\n').count();
        Finding { line, what: what.into() }
    }
}

/// Every text file that git tracks or would track.
pub(crate) fn repository() -> Vec<Source> {
    let root = strongroom_tests::repository();
    let files: Vec<(String, String)> = paths()
        .into_iter()
        .filter_map(|path| fs::read_to_string(root.join(&path)).ok().map(|text| (path, text)))
        .collect();
    let test_modules: BTreeSet<String> =
        files.iter().flat_map(|(path, text)| code::test_modules(path, text)).collect();
    let is_test = |path: &str| {
        path.starts_with("tests/")
            || path.contains("/tests/")
            || path.ends_with("/tests.rs")
            || path.ends_with("_tests.rs")
            || test_modules.iter().any(|module| {
                path.strip_prefix(module.as_str())
                    .is_some_and(|rest| rest == ".rs" || rest.starts_with('/'))
            })
    };
    files.iter().map(|(path, text)| Source::new(path, text, is_test(path))).collect()
}

/// The paths git tracks, and the new ones it does not ignore.
pub(crate) fn paths() -> Vec<String> {
    let output = Command::new("git")
        .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .current_dir(strongroom_tests::repository())
        .output()
        .expect("git lists the files");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).expect("paths in UTF-8");
    text.split_terminator('\0').map(str::to_owned).collect()
}
