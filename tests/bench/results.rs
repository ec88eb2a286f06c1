//! What was measured, as it is kept on the disk.

use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};
use strongroom_tests::outcome::{Outcome, context};

/// Everything that is known.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Results {
    pub(crate) corpora: Vec<CorpusResult>,
    pub(crate) growth: GrowthResult,
}

/// All rounds of one measurement.
#[derive(Debug, Default, Clone, Serialize, Deserialize)]
pub(crate) struct Rounds(pub(crate) Vec<f64>);

/// All tools on one corpus.
#[derive(Serialize, Deserialize)]
pub(crate) struct CorpusResult {
    pub(crate) name: String,
    pub(crate) title: String,
    pub(crate) machine: String,
    pub(crate) versions: Vec<String>,
    pub(crate) bytes: u64,
    pub(crate) files: u64,
    pub(crate) is_tree: bool,
    pub(crate) tools: Vec<ToolResult>,
    pub(crate) bounds: Bounds,
    pub(crate) damage: Vec<DamageResult>,
}

/// One tool on one corpus; times in seconds.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(crate) struct ToolResult {
    pub(crate) name: String,
    pub(crate) note: String,
    pub(crate) sealed_bytes: u64,
    pub(crate) verifies_without_key: bool,
    pub(crate) seal: Rounds,
    pub(crate) verify: Rounds,
    pub(crate) list: Rounds,
    pub(crate) restore: Rounds,
    pub(crate) resume: Rounds,
}

/// What the machine can do at most, in bytes a second, or in files a second.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Bounds {
    pub(crate) memcpy: Rounds,
    pub(crate) aes_one: Rounds,
    pub(crate) aes_all: Rounds,
    pub(crate) blake3_one: Rounds,
    pub(crate) blake3_all: Rounds,
    pub(crate) compress_all: Rounds,
    pub(crate) decompress_one: Rounds,
    pub(crate) decompress_all: Rounds,
    pub(crate) disk_write: Rounds,
    pub(crate) disk_read: Rounds,
    pub(crate) cache_read: Rounds,
    pub(crate) files_made: Rounds,
    pub(crate) files_read: Rounds,
}

/// What became of one tool's archive with one percent of it overwritten.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct DamageResult {
    pub(crate) name: String,
    pub(crate) exit: Option<i32>,
    /// Files that came back as they were.
    pub(crate) identical: u64,
    /// Files that did not, and that the tool named.
    pub(crate) named: u64,
    /// Files that did not, and that the tool did not name.
    pub(crate) unnamed: u64,
    /// Files that came back changed under their own name, as if they were whole.
    pub(crate) disguised: u64,
    /// Bytes of named files that were saved, outside the ranges that are named as lost.
    pub(crate) saved_bytes: u64,
    pub(crate) said: String,
}

/// Time and memory as archives grow.
#[derive(Default, Clone, Serialize, Deserialize)]
pub(crate) struct GrowthResult {
    pub(crate) machine: String,
    pub(crate) content: Vec<Point>,
    pub(crate) entries: Vec<Point>,
}

/// One size and what each operation cost.
#[derive(Default, Clone, Serialize, Deserialize)]
pub(crate) struct Point {
    /// Bytes of content, or number of entries.
    pub(crate) size: u64,
    pub(crate) sealed_bytes: u64,
    pub(crate) costs: Vec<Cost>,
}

/// What one operation cost; without figures if it had no room.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Cost {
    pub(crate) operation: String,
    pub(crate) seconds: f64,
    pub(crate) peak_bytes: u64,
}

impl Results {
    /// What lies at `path`; nothing if there is no file.
    pub(crate) fn read(path: &Path) -> Outcome<Self> {
        match fs::read(path) {
            Ok(bytes) => serde_json::from_slice(&bytes).map_err(context("reading the results")),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(context("reading the results")(error)),
        }
    }

    /// Keeps everything at `path`.
    pub(crate) fn write(&self, path: &Path) -> Outcome<()> {
        let text = serde_json::to_vec_pretty(self).map_err(context("writing the results"))?;
        fs::write(path, text).map_err(context("writing the results"))
    }

    /// Takes a corpus in the place of what was known of it.
    pub(crate) fn put(&mut self, result: CorpusResult) {
        self.corpora.retain(|known| known.name != result.name);
        self.corpora.push(result);
        let place = |result: &CorpusResult| {
            crate::corpora::NAMES.iter().position(|name| *name == result.name)
        };
        self.corpora.sort_by_key(place);
    }
}

impl Rounds {
    /// The least, the median, the most; none if nothing was measured.
    pub(crate) fn spread(&self) -> Option<[f64; 3]> {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        Some([*sorted.first()?, sorted[sorted.len() / 2], *sorted.last()?])
    }

    /// The median.
    pub(crate) fn median(&self) -> Option<f64> {
        self.spread().map(|[_, median, _]| median)
    }

    /// The same as rates of `amount`, least first.
    pub(crate) fn rates(&self, amount: f64) -> Option<[f64; 3]> {
        let [least, median, most] = self.spread()?;
        Some([amount / most, amount / median, amount / least])
    }
}
