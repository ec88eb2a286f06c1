//! What a restore did, for people and for machines.

use serde::Serialize;

use super::{Bounded, Survey};
use crate::reading::ReadingReport;
use crate::stages::Spent;

/// How a restore ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum RestoreVerdict {
    /// Everything that was asked for is there and verified.
    Complete,
    /// Everything is there, but some files have lost parts, which are named.
    Damaged,
    /// Something is not there at all: its entry is lost, or the target refused it.
    Incomplete,
    /// All that was found is there and verified, and the archive's root is lost: nobody can say
    /// that nothing is missing (archive-1 A40).
    Unproved,
}

/// A range of a file that is lost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LostRange {
    /// Where it begins in the file.
    pub offset: u64,
    /// Its length in bytes.
    pub length: u64,
}

/// A file that lost parts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DamagedFile {
    /// Its path in the archive.
    pub path: String,
    /// The name it was published under.
    pub published: String,
    /// Its length in bytes, as it was sealed; 0 for a further name of a file.
    pub size: u64,
    /// What is lost.
    pub ranges: Vec<LostRange>,
    /// Why, in words.
    pub cause: String,
}

/// What a second read of the written files found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct RereadReport {
    /// Files that were read past the system's memory.
    pub direct: u64,
    /// Files that were read after the system was asked to forget them: the file system knows no
    /// other way.
    pub forgotten: u64,
    /// Files that were read from memory, for the file system has no medium: that proves nothing.
    pub in_memory: u64,
    /// Bytes that were read.
    pub bytes: u64,
    /// Files that were not what had been written, now among the damaged ones.
    pub damaged: u64,
}

/// What a restore did.
#[derive(Debug, Serialize)]
pub struct RestoreReport {
    /// How it ended.
    pub verdict: RestoreVerdict,
    /// Files restored and verified.
    pub files: u64,
    /// Folders made or found.
    pub folders: u64,
    /// Links made, and further names of files.
    pub links: u64,
    /// Bytes of those files, holes left out.
    pub bytes: u64,
    /// Files that lost parts; the warnings say how many more there are than are listed.
    pub damaged: Bounded<DamagedFile>,
    /// What is not there at all, in words; likewise.
    pub lost: Bounded<String>,
    /// Files left alone, because something else of their name was there: the first 10 000, and the
    /// number of the others.
    pub skipped: Vec<String>,
    /// Files restored under another name, likewise.
    pub renamed: Vec<String>,
    /// Symbolic links that say a name which is written otherwise in the target: they are what was
    /// sealed, and lead nowhere here, or elsewhere.
    pub dangling: Vec<String>,
    /// Files that an earlier run had restored, and that are right.
    pub kept: u64,
    /// How many of these were not read again: the journal of that run vouches for them.
    pub vouched: u64,
    /// Bytes at the beginning of a file that an earlier run had written, and that were not read
    /// again.
    pub vouched_bytes: u64,
    /// Segments that are damaged on the media and were worked out of the parity.
    pub mended: u64,
    /// Names that were written otherwise, because the target cannot hold them.
    pub translated: u64,
    /// The map that brings these names back, if there is one.
    pub names_map: Option<String>,
    /// What the second read found, if there was one.
    pub reread: Option<RereadReport>,
    /// What came of media that failed, if any did.
    pub reading: Option<ReadingReport>,
    /// What the target's file system is called.
    pub file_system: String,
    /// Where the time went, if whoever watched had a clock.
    pub spent: Option<Spent>,
    /// What else is worth knowing.
    pub warnings: Vec<String>,
}

/// Most names in one list of a report; the rest is counted in its last line.
pub(super) const LISTED_MAX: usize = 10_000;

/// Names for people: the first ones, and how many more there are.
#[derive(Debug, Clone, Default)]
pub(super) struct Listed {
    first: Vec<String>,
    more: u64,
}

impl Listed {
    /// Adds a name, which is made only if there is room for it.
    pub(super) fn push(&mut self, name: impl FnOnce() -> String) {
        if self.first.len() < LISTED_MAX {
            self.first.push(name());
        } else {
            self.more += 1;
        }
    }

    /// The names, and a last line for the others.
    pub(super) fn into_list(self) -> Vec<String> {
        let Self { mut first, more } = self;
        first.extend((more > 0).then(|| format!("and {more} more")));
        first
    }
}

impl DamagedFile {
    /// Bytes of it that are lost.
    pub fn lost_bytes(&self) -> u64 {
        self.ranges.iter().map(|range| range.length).sum()
    }

    /// Whether all of it is lost, or in doubt.
    pub fn is_all_lost(&self) -> bool {
        !self.ranges.is_empty() && self.lost_bytes() >= self.size
    }
}

impl RestoreReport {
    /// That of a run that has just begun, with the first `vouched_bytes` bytes of a file in place.
    pub(super) fn empty(survey: &Survey, vouched_bytes: u64) -> Self {
        Self {
            verdict: RestoreVerdict::Incomplete,
            files: 0,
            folders: 0,
            links: 0,
            bytes: 0,
            damaged: Bounded::default(),
            lost: Bounded::default(),
            skipped: Vec::new(),
            renamed: Vec::new(),
            dangling: Vec::new(),
            kept: survey.kept,
            vouched: survey.vouched,
            vouched_bytes,
            mended: 0,
            translated: 0,
            names_map: None,
            reread: None,
            reading: None,
            file_system: survey.file_system.clone(),
            spent: None,
            warnings: Vec::new(),
        }
    }

    /// What the report has in numbers, in words.
    pub(super) fn notes(&self) -> Vec<String> {
        let map = self.names_map.iter().filter(|_| self.translated > 0);
        let map = map.map(|map| {
            format!("{} names are written otherwise; {map} brings them back", self.translated)
        });
        let reread = self.reread.iter().map(|read| {
            let RereadReport { direct, forgotten, in_memory, bytes, damaged } = read;
            format!(
                "read again: {direct} files past the memory of this machine, {forgotten} after it \
                 forgot them, {in_memory} from memory because the target has no medium; {bytes} \
                 bytes; {damaged} were not what had been written"
            )
        });
        let reading = self.reading.iter().map(ReadingReport::to_words);
        let unlisted = [(self.damaged.more(), "damaged files"), (self.lost.more(), "things")];
        let unlisted = unlisted.into_iter().filter(|(more, _)| *more > 0);
        let unlisted = unlisted.map(|(more, what)| {
            format!("{more} more {what} that are lost in part or as a whole are not listed")
        });
        map.chain(reread).chain(reading).chain(unlisted).collect()
    }

    /// What the restore is worth; without a root nothing can be called complete.
    pub(super) fn judge(&mut self, has_root: bool) {
        if !has_root {
            let unproved =
                "the archive's root is lost: nobody can say that nothing else is missing";
            self.warnings.push(unproved.to_owned());
        }
        self.verdict = match (self.lost.is_empty(), self.damaged.is_empty()) {
            (false, _) => RestoreVerdict::Incomplete,
            (true, false) => RestoreVerdict::Damaged,
            (true, true) if has_root => RestoreVerdict::Complete,
            (true, true) => RestoreVerdict::Unproved,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_a_report_is_bounded_and_counts_the_rest() {
        let mut listed = Listed::default();
        for number in 0..LISTED_MAX + 7 {
            listed.push(|| number.to_string());
        }
        let list = listed.into_list();
        assert_eq!(list.len(), LISTED_MAX + 1);
        assert_eq!(list[LISTED_MAX - 1..], ["9999", "and 7 more"]);
    }
}
