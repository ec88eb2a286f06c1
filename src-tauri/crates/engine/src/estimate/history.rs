//! What a vault learned of media, targets and the machine: a small file that is believed for
//! nothing else than a guess.

use std::fs::{self, File};
use std::io::Read as _;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::OPENING;
use crate::restore::RestoreReport;
use crate::stages::Stage;
use crate::vault::replace_file;

/// The file's name in the vault's folder.
const NAME: &str = "learned.json";
/// Its format.
const FORMAT: &str = "strongroom-learned/1";
/// Restores that are remembered of each pair of medium and target, the newest.
const EACH_MAX: usize = 8;
/// Restores that are remembered in all.
const ALL_MAX: usize = 64;
/// Largest file that is read.
const BYTES_MAX: u64 = 64 << 10;
/// Longest name of a kind.
const KIND_MAX: usize = 40;
/// A restore that took less teaches nothing.
const TIME_MIN_MS: u64 = 500;

/// What one restore took.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sample {
    /// The kind of media.
    pub medium: String,
    /// What the target's file system is called.
    pub target: String,
    /// Threads that opened segments.
    pub workers: u64,
    /// Bytes read from the media.
    pub read_bytes: u64,
    /// Bytes of content.
    pub content_bytes: u64,
    /// Files made.
    pub files: u64,
    /// Time of all threads that read, in milliseconds.
    pub medium_ms: u64,
    /// Time of all threads that decrypted and decompressed, in milliseconds.
    pub opening_ms: u64,
    /// Time of writing and making files, in milliseconds.
    pub target_ms: u64,
    /// Time until all was on the disk, in milliseconds.
    pub waiting_ms: u64,
}

impl Sample {
    /// What the restore of `report` teaches, from media of this kind; none if it is too little, or
    /// something failed so that the time says nothing of the next one.
    pub fn of(report: &RestoreReport, medium: &str) -> Option<Self> {
        let spent = report.spent.as_ref()?;
        let took = |stage: Stage| {
            let took = spent.stages.iter().find(|took| took.stage == stage);
            took.map_or(0, |took| took.busy_ms)
        };
        let is_plain = report.damaged.is_empty() && report.mended == 0 && report.reread.is_none();
        let is_enough = spent.all_ms + spent.waiting_ms >= TIME_MIN_MS && spent.read_bytes > 0;
        (is_plain && is_enough).then(|| Self {
            medium: kind(medium),
            target: kind(&report.file_system),
            workers: spent.workers,
            read_bytes: spent.read_bytes,
            content_bytes: report.bytes.saturating_sub(report.vouched_bytes),
            files: report.files,
            medium_ms: took(Stage::Medium),
            opening_ms: OPENING.into_iter().map(took).sum(),
            target_ms: took(Stage::Target),
            waiting_ms: spent.waiting_ms,
        })
    }
}

fn kind(name: &str) -> String {
    name.chars().take(KIND_MAX).collect()
}

/// What earlier restores took, oldest first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct History(Vec<Sample>);

#[derive(Serialize, Deserialize)]
struct Written {
    format: String,
    samples: Vec<Sample>,
}

impl History {
    /// What the vault in `vault` learned. A file that is not there, or that is not what this
    /// program writes, teaches nothing and is no failure.
    pub fn read(vault: &Path) -> Self {
        let mut bytes = Vec::new();
        let read = File::open(vault.join(NAME))
            .and_then(|file| file.take(BYTES_MAX).read_to_end(&mut bytes));
        let written = read.ok().and_then(|_| serde_json::from_slice::<Written>(&bytes).ok());
        let mut history = Self::default();
        let written = written.filter(|written| written.format == FORMAT);
        written.map_or(Vec::new(), |it| it.samples).into_iter().for_each(|it| history.add(it));
        history
    }

    /// Adds what a restore took, and forgets what is too old.
    pub fn add(&mut self, sample: Sample) {
        let is_alike = |it: &&Sample| it.medium == sample.medium && it.target == sample.target;
        if self.0.iter().filter(is_alike).count() >= EACH_MAX {
            let oldest = self.0.iter().position(|it| is_alike(&it));
            oldest.map(|oldest| self.0.remove(oldest));
        }
        self.0.push(sample);
        if self.0.len() > ALL_MAX {
            self.0.remove(0);
        }
    }

    /// All that is remembered, oldest first.
    pub fn samples(&self) -> &[Sample] {
        &self.0
    }

    /// Has the vault in `vault` remember what a restore took. Two programs that do so at once
    /// remember one of them.
    ///
    /// # Errors
    ///
    /// The file cannot be written.
    pub fn learn(vault: &Path, sample: Sample) -> std::io::Result<()> {
        let mut history = Self::read(vault);
        history.add(sample);
        let written = Written { format: FORMAT.to_owned(), samples: history.0 };
        let text = serde_json::to_vec_pretty(&written).map_err(std::io::Error::other)?;
        // Nobody makes a vault by learning.
        fs::metadata(vault)?;
        replace_file(&vault.join(NAME), &text)
    }
}
