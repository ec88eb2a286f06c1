//! The map of what did not read (readmap-1).

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, Read as _};
use std::ops::Range;
use std::path::Path;

use terms::ArchiveId;

use super::UnreadRange;
use crate::vault::replace_file;

/// The first line (readmap-1 R1).
const FORMAT: &str = "strongroom-readmap/1";
/// Most ranges of a map; more are not kept, which costs nothing but time (readmap-1 R3).
const RANGES_MAX: usize = 16_384;
/// Largest file that is read (readmap-1 R3).
const BYTES_MAX: u64 = 2 << 20;

/// What is known of a range.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// It was left out, and nobody tried to read it.
    Skipped,
    /// The medium refused it.
    Failed,
}

/// Ranges of an archive's volumes that did not read, none of which overlap.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Map {
    archive: ArchiveId,
    /// By volume and offset: where it ends, and what is known.
    ranges: BTreeMap<(u32, u64), (u64, State)>,
}

impl Map {
    pub(super) fn new(archive: ArchiveId) -> Self {
        Self { archive, ranges: BTreeMap::new() }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.ranges.is_empty()
    }

    /// Reads the map in `path`; an empty one if there is no such file.
    pub(super) fn read(path: &Path, archive: ArchiveId) -> io::Result<Self> {
        let mut text = String::new();
        match File::open(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self::new(archive)),
            file => file?.take(BYTES_MAX + 1).read_to_string(&mut text)?,
        };
        let refused = |why: &str| io::Error::new(io::ErrorKind::InvalidData, why.to_owned());
        if text.len() as u64 > BYTES_MAX {
            return Err(refused("it is larger than a map of what did not read may be"));
        }
        Self::parse(&text, archive).map_err(refused)
    }

    pub(super) fn parse(text: &str, archive: ArchiveId) -> Result<Self, &'static str> {
        let mut lines = text.lines();
        if lines.next() != Some(FORMAT) {
            return Err("it is no map of what did not read");
        }
        if lines.next() != Some(format!("archive {archive}").as_str()) {
            return Err("it is the map of another archive's media");
        }
        let mut map = Self::new(archive);
        for line in lines.take(RANGES_MAX) {
            // Of a line that nobody can read nothing is known, which is no harm.
            let Some((volume, range, state)) = parsed(line) else { continue };
            map.set(volume, &range, Some(state));
        }
        Ok(map)
    }

    pub(super) fn text(&self) -> String {
        let mut text = format!("{FORMAT}\narchive {}\n", self.archive);
        for ((volume, offset), (end, state)) in &self.ranges {
            let state = match state {
                State::Skipped => "skipped",
                State::Failed => "failed",
            };
            // Writing into a string cannot fail.
            let _ = writeln!(text, "{volume} {offset} {} {state}", end - offset);
        }
        text
    }

    pub(super) fn write(&self, path: &Path) -> io::Result<()> {
        // A name alone has no folder that could be synced.
        replace_file(&std::path::absolute(path)?, self.text().as_bytes())
    }

    /// Whether something of `range` did not read.
    pub(super) fn touches(&self, volume: u32, range: &Range<u64>) -> bool {
        let before = self.ranges.range((volume, 0)..(volume, range.end)).next_back();
        before.is_some_and(|(_, (end, _))| *end > range.start)
    }

    /// Says what is known of `range` from now on; none: nothing is wrong with it.
    pub(super) fn set(&mut self, volume: u32, range: &Range<u64>, state: Option<State>) {
        if range.is_empty() {
            return;
        }
        let touched = self.ranges.range((volume, 0)..(volume, range.end)).rev();
        let touched = touched.take_while(|(_, (end, _))| *end > range.start);
        let touched: Vec<_> = touched.map(|(key, (end, state))| (key.1, *end, *state)).collect();
        for (start, end, known) in touched {
            self.ranges.remove(&(volume, start));
            if start < range.start {
                self.ranges.insert((volume, start), (range.start, known));
            }
            // What there is no room for is tried again like anything else.
            if end > range.end && self.ranges.len() < RANGES_MAX {
                self.ranges.insert((volume, range.end), (end, known));
            }
        }
        let Some(state) = state else { return };
        let has_room = self.ranges.len() < RANGES_MAX;
        let before = self.ranges.range_mut((volume, 0)..(volume, range.start)).next_back();
        match before.filter(|(_, (end, known))| *end == range.start && *known == state) {
            Some((_, (end, _))) => *end = range.end,
            None if has_room => {
                self.ranges.insert((volume, range.start), (range.end, state));
            }
            None => (),
        }
    }

    /// All that did not read, in order.
    pub(super) fn unread(&self) -> Vec<UnreadRange> {
        let range = |(key, value): (&(u32, u64), &(u64, State))| UnreadRange {
            volume: key.0,
            offset: key.1,
            length: value.0 - key.1,
        };
        self.ranges.iter().map(range).collect()
    }
}

/// A line of the map (readmap-1 R2).
fn parsed(line: &str) -> Option<(u32, Range<u64>, State)> {
    let mut words = line.split(' ');
    let (volume, offset) = (words.next()?.parse().ok()?, words.next()?.parse::<u64>().ok()?);
    let length: u64 = words.next()?.parse().ok()?;
    let state = match words.next()? {
        "skipped" => State::Skipped,
        "failed" => State::Failed,
        _ => return None,
    };
    let end = offset.checked_add(length)?;
    (words.next().is_none() && length > 0).then_some((volume, offset..end, state))
}

#[cfg(test)]
mod tests {
    use super::*;
    use State::{Failed, Skipped};

    fn archive() -> ArchiveId {
        ArchiveId::from_bytes([1; 16])
    }

    fn map(ranges: &[(u32, Range<u64>, Option<State>)]) -> Map {
        let mut map = Map::new(archive());
        ranges.iter().for_each(|(volume, range, state)| map.set(*volume, range, *state));
        map
    }

    fn lines(map: &Map) -> Vec<String> {
        map.text().lines().skip(2).map(str::to_owned).collect()
    }

    #[test]
    fn what_is_said_last_of_a_range_holds() {
        let map = map(&[
            (1, 0..100, Some(Skipped)),
            (1, 20..30, Some(Failed)),
            (1, 30..40, Some(Failed)),
            (1, 60..70, None),
            (2, 0..10, Some(Failed)),
        ]);
        let expected = [
            "1 0 20 skipped",
            "1 20 20 failed",
            "1 40 20 skipped",
            "1 70 30 skipped",
            "2 0 10 failed",
        ];
        assert_eq!(lines(&map), expected);
        assert!(map.touches(1, &(59..65)) && map.touches(1, &(99..200)));
        assert!(!map.touches(1, &(60..70)) && !map.touches(1, &(100..200)));
        assert!(!map.touches(2, &(10..20)) && !map.touches(3, &(0..100)));
    }

    #[test]
    fn a_map_says_the_same_after_it_was_written() {
        let written = map(&[(1, 4096..8192, Some(Failed)), (1, 8192..9000, Some(Skipped))]);
        assert_eq!(Map::parse(&written.text(), archive()).unwrap(), written);
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("map");
        assert!(Map::read(&path, archive()).unwrap().is_empty(), "a new file is an empty map");
        written.write(&path).unwrap();
        assert_eq!(Map::read(&path, archive()).unwrap(), written);
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);
    }

    #[test]
    fn what_others_laid_beside_a_map_is_not_written_through() {
        let dir = tempfile::tempdir().unwrap();
        let (path, victim) = (dir.path().join("map"), dir.path().join("victim"));
        std::fs::write(&victim, "precious").unwrap();
        let planted = dir.path().join("map.partial");
        std::os::unix::fs::symlink(&victim, planted).unwrap();
        map(&[(1, 0..1, Some(Failed))]).write(&path).unwrap();
        assert_eq!(std::fs::read(&victim).unwrap(), b"precious");
        assert!(path.symlink_metadata().unwrap().is_file());
    }

    #[test]
    fn something_else_is_refused_and_a_bad_line_is_passed_over() {
        let other = ArchiveId::from_bytes([2; 16]);
        let text = map(&[(1, 0..1, Some(Failed))]).text();
        assert!(Map::parse(&text, other).is_err());
        assert!(Map::parse("", archive()).is_err());
        assert!(Map::parse("something else\n", archive()).is_err());
        let bad = "x 1 2 failed\n1 1\n1 18446744073709551615 2 failed\n1 0 0 failed\n1 5 5 fine\n\
                   1 9 1 failed again\n";
        let parsed = Map::parse(&format!("{text}{bad}"), archive()).unwrap();
        assert_eq!(lines(&parsed), ["1 0 1 failed"]);
    }

    #[test]
    fn the_worked_example_of_the_specification_is_what_is_written() {
        let page = include_str!("../../../../../docs/spec/readmap-1.md");
        let example = page.split("```\n").nth(1).unwrap();
        let written = map(&[(1, 4096..8192, Some(Failed)), (1, 8192..1_056_768, Some(Skipped))]);
        assert_eq!(written.text(), example);
    }

    #[test]
    fn a_range_that_is_cut_into_many_stays_within_the_bound() {
        let mut map = map(&[(1, 0..1 << 40, Some(Skipped))]);
        for number in 1..40_000 {
            map.set(1, &(number * 1000..number * 1000 + 900), None);
        }
        assert!(map.unread().len() <= RANGES_MAX && map.text().len() as u64 <= BYTES_MAX);
    }

    #[test]
    fn a_map_is_bounded() {
        let mut map = Map::new(archive());
        for number in 0..20_000 {
            map.set(1, &(number * 10..number * 10 + 1), Some(Failed));
        }
        assert_eq!(map.unread().len(), RANGES_MAX);
        assert!(map.text().len() as u64 <= BYTES_MAX);
    }
}
