//! The map of translated names, which lies in the target before the first file (names-1 N8 to N10).

use std::collections::HashSet;
use std::io::{BufWriter, Write};

use archive::{EntryKind, EntryPath};

use super::entries::{Kinds, entries};
use super::publish::Publisher;
use crate::EngineError;
use crate::files::{Conflict, first_that};
use crate::names::{Line, head, lines};

/// How the name of every map begins.
const STEM: &str = "strongroom-names-";
/// The longest map that is read back and written anew; a longer one stays as it is.
const MAP_BYTES_MAX: u64 = 64 << 20;

/// Whether a path of an archive could be taken for a map.
pub(super) fn could_be_ours(path: &EntryPath) -> bool {
    let start = path.as_bytes().get(..STEM.len());
    start.is_some_and(|start| start.eq_ignore_ascii_case(STEM.as_bytes()))
}

impl Publisher<'_> {
    /// Puts the map into the target, if any name is translated or any link is lost; says where.
    pub(super) fn publish_names(&mut self) -> Result<Option<String>, EngineError> {
        if self.survey.translated == 0 && self.survey.traits.symlinks {
            return Ok(None);
        }
        let (place, old) = self.place_of_map()?;
        let (name, file) = self.target.begin()?;
        let written = self.write_map(BufWriter::new(&file), &old);
        let conflict = if old.is_empty() { Conflict::Fail } else { Conflict::Replace };
        match written {
            Ok(0) => {
                self.target.discard(&name);
                Ok(None)
            }
            Ok(_) => {
                self.target.publish_own((&name, file), &place, conflict)?;
                // Its name too must be on the medium before the first name that it explains is.
                self.target.sync()?;
                Ok(Some(place.to_string()))
            }
            Err(error) => {
                self.target.discard(&name);
                Err(EngineError::entry("writing", &place)(error))
            }
        }
    }

    /// Writes all lines; returns how many there are besides the first.
    fn write_map(&self, mut map: impl Write, old: &[Line]) -> std::io::Result<u64> {
        map.write_all(&head(&self.archive()))?;
        let mut stale: HashSet<&str> = old.iter().map(|line| line.path.as_str()).collect();
        let (mut count, mut before) = (0, Vec::new());
        let mut put = |line: &Line| {
            stale.remove(line.path.as_str());
            count += 1;
            map.write_all(&line.text())
        };
        for (_, entry) in entries(self.contents, self.survey, Kinds::ALL) {
            let Some(own) = self.survey.wanted(&entry) else { continue };
            for folder in folders_since(&before, own) {
                self.named(&folder).map_or(Ok(()), |line| put(&line))?;
            }
            before = own.as_bytes().to_vec();
            match &entry.kind {
                EntryKind::Symlink { target } if self.survey.is_link_lost(&entry) => {
                    put(&Line::link(own, target))?;
                }
                _ => self.named(own).map_or(Ok(()), |line| put(&line))?,
            }
        }
        for line in old.iter().filter(|line| stale.contains(line.path.as_str())) {
            count += 1;
            map.write_all(&line.text())?;
        }
        map.flush()?;
        Ok(count)
    }

    /// The line for `own`, if its last name is translated.
    fn named(&self, own: &EntryPath) -> Option<Line> {
        let names = &self.survey.names;
        let name = names.translates_last(own).then(|| names.path(own).ok())??;
        Some(Line::named(own, &name))
    }

    /// The first name that is free, or has the map of an earlier restore, with what is in that.
    fn place_of_map(&self) -> Result<(EntryPath, Vec<Line>), EngineError> {
        let archive = self.archive();
        let place = |number: &str| EntryPath::new(format!("{STEM}{}{number}.jsonl", &archive[..8]));
        first_that(&place("")?, |copy| {
            let place = place(&if copy == 0 { String::new() } else { format!("-{copy}") })?;
            if self.survey.names_damage(&place) {
                return Ok(None);
            }
            if !self.target.has(&place) {
                return Ok(Some((place, Vec::new())));
            }
            let text = self.target.read_text(&place, MAP_BYTES_MAX);
            let old = text.and_then(|text| lines(&text, &archive)).filter(|old| !old.is_empty());
            Ok(old.map(|old| (place, old)))
        })
    }
}

/// Folders above `path` that are not above, or the same as, the path `before` it.
pub(super) fn folders_since(before: &[u8], path: &EntryPath) -> Vec<EntryPath> {
    let is_new = |folder: &EntryPath| {
        let rest = before.strip_prefix(folder.as_bytes());
        !rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(b"/"))
    };
    let above = std::iter::successors(path.parent(), EntryPath::parent);
    let mut folders: Vec<EntryPath> = above.take_while(is_new).collect();
    folders.reverse();
    folders
}
