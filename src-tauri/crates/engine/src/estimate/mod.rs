//! How long a restore will take, said before it begins: a range, phase by phase, with its reasons.
//!
//! What is known comes from earlier restores of the same vault ([`History`]): how fast media of
//! this kind were read, how fast this machine opens segments, how fast a target of this kind takes
//! bytes and files. What was never measured is not guessed, and then there is no sum.

mod history;

pub use history::{History, Sample};

use std::path::Path;

use archive::Set;
use serde::Serialize;

use crate::files::file_system_at;
use crate::observer::Progress;
use crate::restore::workers;
use crate::stages::Stage;

/// What a restore has to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Work {
    /// Bytes to read from the media.
    pub read_bytes: u64,
    /// Bytes of content to write.
    pub content_bytes: u64,
    /// Files to make.
    pub files: u64,
    /// What the media's file system is called: media of one kind are alike.
    pub medium: String,
    /// What the target's file system is called.
    pub target: String,
    /// How many threads open segments.
    pub workers: u64,
}

/// A part of a restore of which the time is told by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// Reading the media.
    Read,
    /// Decrypting and decompressing.
    Open,
    /// Writing content and making files.
    Write,
    /// Waiting until all is on the disk under its name.
    Finish,
}

/// A time between two bounds, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Span {
    /// The shortest.
    pub shortest_ms: u64,
    /// The longest; more than the shortest.
    pub longest_ms: u64,
}

/// What is known of one part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PartEstimate {
    /// The part.
    pub part: Part,
    /// How long it takes; none if it was never measured.
    pub span: Option<Span>,
    /// From how many earlier restores that is known.
    pub runs: u64,
    /// Why, in words.
    pub because: String,
}

/// How long a restore will take.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Estimate {
    /// All of it; none if a part of it was never measured.
    pub span: Option<Span>,
    /// Its parts.
    pub parts: Vec<PartEstimate>,
}

impl Estimate {
    /// That of `work`, by what is known.
    pub fn of(work: &Work, history: &History) -> Self {
        let parts = vec![
            work.reading(history),
            work.opening(history),
            work.writing(history),
            work.finishing(history),
        ];
        let spans: Option<Vec<Span>> = parts.iter().map(|part| part.span).collect();
        let span = spans.and_then(|spans| {
            let [read, open, write, finish] = *spans.as_slice() else { return None };
            // At best the parts of the pipeline hide each other, at worst none does.
            let all = [read, open, write];
            let shortest = all.iter().map(|span| span.shortest_ms).max().unwrap_or(0);
            let longest = all.iter().fold(0, |sum: u64, span| sum.saturating_add(span.longest_ms));
            let shortest_ms = shortest.saturating_add(finish.shortest_ms);
            Some(Span { shortest_ms, longest_ms: longest.saturating_add(finish.longest_ms) })
        });
        Self { span, parts }
    }

    /// In words: the range or why there is none, and a line for each reason.
    pub fn to_words(&self) -> (String, Vec<String>) {
        let range = match self.span {
            Some(span) => format!("{}, if nothing fails", span.to_words()),
            None => "not known yet: what was never measured here is measured while it runs".into(),
        };
        let mut because: Vec<_> = self.parts.iter().map(|part| part.because.clone()).collect();
        if self.span.is_some() {
            because.push("the shortest if these hide each other, the longest if none does".into());
        }
        (range, because)
    }
}

impl Span {
    /// As people read it; always two bounds.
    pub fn to_words(self) -> String {
        let (shortest, longest) = (words(self.shortest_ms, false), words(self.longest_ms, true));
        if shortest == longest {
            return format!(
                "less than {}",
                words(self.longest_ms.saturating_add(unit(self.longest_ms)), true)
            );
        }
        format!("{shortest} to {longest}")
    }

    /// The range of `times`, wider where there is little to tell it from.
    fn over(times: &[u64]) -> Option<Self> {
        let (least, most) = (*times.iter().min()?, *times.iter().max()?);
        let (shortest_ms, longest_ms) = match times {
            // Once is no rule.
            [_] => (least / 3 * 2, most.saturating_mul(3) / 2),
            _ => (least / 10 * 9, most.saturating_mul(11) / 10),
        };
        Some(Self { shortest_ms, longest_ms: longest_ms.max(shortest_ms.saturating_add(1)) })
    }
}

/// What times of this size are counted in.
fn unit(millis: u64) -> u64 {
    match millis {
        0..60_000 => 1000,
        60_000..7_200_000 => 60_000,
        _ => 3_600_000,
    }
}

/// Lower bounds are rounded down and upper ones up.
fn words(millis: u64, is_upper: bool) -> String {
    let unit = unit(millis);
    let number = if is_upper { millis.div_ceil(unit) } else { millis / unit };
    let name = match unit {
        1000 => "s",
        60_000 => "min",
        _ => "h",
    };
    format!("{number} {name}")
}

/// What `done` of something took, for `amount` of it.
fn scaled(amount: u64, done: u64, took_ms: u64) -> Option<u64> {
    let time = u128::from(amount) * u128::from(took_ms) / u128::from(done.max(1));
    (done > 0).then(|| u64::try_from(time).unwrap_or(u64::MAX))
}

impl Work {
    /// What it is to restore `amount` of `set`, which lies at `media`, into `target`. How much is
    /// read for that is worked out of what all of the archive takes, unless it is known.
    pub fn of(
        set: &Set,
        (media, target): (&Path, &Path),
        amount: Progress,
        read_bytes: Option<u64>,
    ) -> Self {
        let Progress { bytes, files } = amount;
        // All volumes are about as large as those that are here.
        let here = set.volumes_here().len().max(1) as u64;
        let all = set.bytes_here() / here * u64::from(set.root().volumes);
        let share = scaled(bytes, set.root().content_bytes, all);
        Self {
            read_bytes: read_bytes.or(share).unwrap_or(bytes),
            content_bytes: bytes,
            files,
            medium: file_system_at(media),
            target: file_system_at(target),
            workers: workers() as u64,
        }
    }

    /// The part of it that brings `amount`.
    pub fn part(&self, amount: Progress) -> Self {
        let Progress { bytes, files } = amount;
        let read_bytes = scaled(bytes, self.content_bytes, self.read_bytes).unwrap_or(bytes);
        Self { read_bytes, content_bytes: bytes, files, ..self.clone() }
    }

    fn reading(&self, history: &History) -> PartEstimate {
        let known = history.samples().iter().filter(|it| it.medium == self.medium);
        // Threads read at the same time, and what they took is added up.
        let per = |it: &Sample| {
            let took = it.medium_ms / it.workers.max(1);
            scaled(self.read_bytes, it.read_bytes, took)
        };
        let what = format!("reading {} of {}", mib(self.read_bytes), self.medium);
        part(Part::Read, known.map(|it| (vec![per(it)], it)), &what, "such media")
    }

    fn opening(&self, history: &History) -> PartEstimate {
        let known = history.samples().iter().filter(|it| it.workers == self.workers);
        let per = |it: &Sample| {
            let took = it.opening_ms / it.workers.max(1);
            scaled(self.content_bytes, it.content_bytes, took)
        };
        let what = format!(
            "decrypting and decompressing {} with {} threads",
            mib(self.content_bytes),
            self.workers
        );
        part(Part::Open, known.map(|it| (vec![per(it)], it)), &what, "this machine")
    }

    fn writing(&self, history: &History) -> PartEstimate {
        let what = format!(
            "writing {} and making {} files on {}",
            mib(self.content_bytes),
            self.files,
            self.target
        );
        let known = self.by_target(history, |it| it.target_ms);
        part(Part::Write, known, &what, "such targets")
    }

    fn finishing(&self, history: &History) -> PartEstimate {
        let what = format!("waiting until {} has all of it", self.target);
        let known = self.by_target(history, |it| it.waiting_ms);
        part(Part::Finish, known, &what, "such targets")
    }

    /// Some content costs by the byte and some by the file: both are guesses.
    fn by_target<'a>(
        &'a self,
        history: &'a History,
        took: impl Fn(&Sample) -> u64 + 'a,
    ) -> impl Iterator<Item = (Vec<Option<u64>>, &'a Sample)> {
        let known = history.samples().iter().filter(|it| it.target == self.target);
        known.map(move |it| {
            let by_bytes = scaled(self.content_bytes, it.content_bytes, took(it));
            let by_files = scaled(self.files, it.files, took(it));
            (vec![by_bytes, by_files], it)
        })
    }
}

fn part<'a>(
    part: Part,
    known: impl Iterator<Item = (Vec<Option<u64>>, &'a Sample)>,
    what: &str,
    whose: &str,
) -> PartEstimate {
    let guesses: Vec<Vec<u64>> =
        known.map(|(guesses, _)| guesses.into_iter().flatten().collect()).collect();
    let guesses: Vec<_> = guesses.into_iter().filter(|guesses| !guesses.is_empty()).collect();
    let (runs, times) = (guesses.len() as u64, guesses.concat());
    let span = if runs == 1 && times.len() == 2 {
        // One run, looked at in two ways: each is still once.
        times.iter().filter_map(|time| Span::over(&[*time])).reduce(|one, other| Span {
            shortest_ms: one.shortest_ms.min(other.shortest_ms),
            longest_ms: one.longest_ms.max(other.longest_ms),
        })
    } else {
        Span::over(&times)
    };
    let because = match span {
        Some(span) => {
            let restores = if runs == 1 { "restore" } else { "restores" };
            format!("{what}: {}, by {runs} earlier {restores} with {whose}", span.to_words())
        }
        None => format!("{what}: not known yet, for there was no restore with {whose} so far"),
    };
    PartEstimate { part, span, runs, because }
}

fn mib(bytes: u64) -> String {
    match bytes {
        0..1_048_576 => "less than 1 MiB".to_owned(),
        bytes => format!("{} MiB", bytes >> 20),
    }
}

/// The stages that count as opening.
const OPENING: [Stage; 2] = [Stage::Decrypt, Stage::Decompress];

#[cfg(test)]
mod tests;
