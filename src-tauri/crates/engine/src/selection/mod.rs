//! Which entries of an archive are meant.

mod choosing;

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use archive::EntryPath;
use catalogue::{Catalogue, CatalogueError, Weight};
use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use terms::plain;

pub use choosing::without;

use crate::EngineError;

/// Patterns as in a shell; a folder that matches brings everything below it.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    patterns: Vec<String>,
    globs: Option<GlobSet>,
}

impl Selection {
    /// Everything.
    pub fn all() -> Self {
        Self { patterns: Vec::new(), globs: None }
    }

    /// What any of `patterns` matches; everything if there is none.
    ///
    /// # Errors
    ///
    /// A pattern is malformed.
    pub fn new(patterns: &[String]) -> Result<Self, EngineError> {
        if patterns.is_empty() {
            return Ok(Self::all());
        }
        let mut globs = GlobSetBuilder::new();
        for pattern in patterns {
            let refused = |_| EngineError::Selection { pattern: pattern.clone() };
            let plain = pattern.trim_end_matches('/');
            let glob = GlobBuilder::new(plain).literal_separator(true).build();
            globs.add(glob.map_err(refused)?);
        }
        let refused = |_| EngineError::Selection { pattern: patterns.join(" ") };
        let globs = Some(globs.build().map_err(refused)?);
        Ok(Self { patterns: patterns.to_vec(), globs })
    }

    /// The patterns as they were given.
    pub fn patterns(&self) -> &[String] {
        &self.patterns
    }

    /// Whether `path`, or a folder it lies in, is meant.
    pub fn has(&self, path: &EntryPath) -> bool {
        let Some(globs) = &self.globs else { return true };
        ancestors(path).any(|path| globs.is_match(path))
    }

    /// How much of what `catalogue` lists is meant (catalogue-1 T7).
    ///
    /// # Errors
    ///
    /// The list cannot be read.
    pub fn weigh(&self, catalogue: &Catalogue) -> Result<Weight, CatalogueError> {
        let Some(globs) = &self.globs else { return catalogue.weight() };
        catalogue.weigh(|path| globs.is_match(OsStr::from_bytes(path)))
    }

    /// Nothing was met yet by any of the patterns.
    pub fn unmet(&self) -> Unmet<'_> {
        Unmet { selection: self, met: vec![false; self.patterns.len()] }
    }
}

/// Patterns of a selection and whether each met an entry: one that meets nothing is a slip of the
/// pen, and must not pass for a restore of which everything is there.
pub struct Unmet<'a> {
    selection: &'a Selection,
    met: Vec<bool>,
}

impl Unmet<'_> {
    /// Takes note of the entry at `path`.
    pub fn see(&mut self, path: &EntryPath) {
        let Some(globs) = &self.selection.globs else { return };
        if self.met.iter().all(|met| *met) {
            return;
        }
        for number in ancestors(path).flat_map(|path| globs.matches(path)) {
            if let Some(met) = self.met.get_mut(number) {
                *met = true;
            }
        }
    }

    /// Every pattern met something.
    ///
    /// # Errors
    ///
    /// [`EngineError::NothingSelected`] with the first pattern that met nothing.
    pub fn check(self) -> Result<(), EngineError> {
        let mut patterns = self.selection.patterns.iter().zip(self.met);
        match patterns.find(|(_, met)| !met) {
            Some((pattern, _)) => Err(EngineError::NothingSelected { pattern: pattern.clone() }),
            None => Ok(()),
        }
    }
}

/// The pattern that fits `path` and what is in it alone; none if people could not read it as it is
/// (catalogue-1 T6).
pub fn pattern_of(path: &[u8]) -> Option<String> {
    let path = str::from_utf8(path).ok().filter(|path| !path.chars().any(plain::is_hidden))?;
    let (first, last) = (0, path.char_indices().next_back().map_or(0, |(at, _)| at));
    let mut pattern = String::with_capacity(path.len() + 8);
    for (at, c) in path.char_indices() {
        let is_at_an_end = at == first || at == last;
        if "*?[]{}\\".contains(c) || (c.is_whitespace() && is_at_an_end) {
            pattern.extend(['[', c, ']']);
        } else {
            pattern.push(c);
        }
    }
    Some(pattern)
}

/// `path` and every folder that it lies in.
fn ancestors(path: &EntryPath) -> impl Iterator<Item = &Path> {
    let all = Path::new(OsStr::from_bytes(path.as_bytes())).ancestors();
    all.filter(|path| !path.as_os_str().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn selected(pattern: &str, path: &str) -> bool {
        let selection = Selection::new(&[pattern.to_owned()]).unwrap();
        selection.has(&EntryPath::new(path).unwrap())
    }

    #[test]
    fn a_folder_brings_what_is_below_and_a_star_stays_in_its_folder() {
        assert!(selected("etc", "etc/passwd"));
        assert!(selected("etc/", "etc/a/b"));
        assert!(selected("*.txt", "a.txt"));
        assert!(!selected("*.txt", "folder/a.txt"));
        assert!(selected("**/*.txt", "folder/a.txt"));
        assert!(!selected("etc", "etcetera"));
    }

    #[test]
    fn the_pattern_of_a_path_fits_it_alone() {
        let strange =
            ["a*b", "what?", "[x]", "{a,b}", "a\\b", " a ", "!a", "a-b/c^d", "[]]", "x/ "];
        for path in strange {
            let pattern = pattern_of(path.as_bytes()).unwrap();
            assert_eq!(pattern.trim(), pattern, "a form takes spaces at the ends away");
            assert!(selected(&pattern, path), "{pattern} fits {path}");
            assert!(selected(&pattern, &format!("{path}/below")), "{pattern}");
            let others = strange.iter().filter(|other| **other != path);
            assert!(others.clone().all(|other| !selected(&pattern, other)), "{pattern}");
        }
        assert!(!selected(&pattern_of(b"a*b").unwrap(), "aXb"));
        for unreadable in [&b"\xff"[..], b"a\nb", "a\u{202e}b".as_bytes()] {
            assert_eq!(pattern_of(unreadable), None);
        }
    }

    #[test]
    fn every_pattern_must_meet_something() {
        let patterns = ["etc".to_owned(), "**/*.txt".to_owned(), "nothing".to_owned()];
        let selection = Selection::new(&patterns).unwrap();
        let mut unmet = selection.unmet();
        for path in ["etc/passwd", "home/a.txt", "home"] {
            unmet.see(&EntryPath::new(path).unwrap());
        }
        let error = unmet.check().unwrap_err();
        assert!(matches!(error, EngineError::NothingSelected { pattern } if pattern == "nothing"));
        let all = Selection::all();
        assert!(all.unmet().check().is_ok(), "an empty archive has nothing to meet");
    }

    #[test]
    fn a_malformed_pattern_is_named() {
        let error = Selection::new(&["[a".to_owned()]).unwrap_err();
        assert!(matches!(error, EngineError::Selection { pattern } if pattern == "[a"));
    }
}
