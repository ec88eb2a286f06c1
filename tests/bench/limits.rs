//! Which bound limits an operation: the work that cannot be left out, at the measured rates.
//!
//! All cores share the work of ciphers, digests and compression, so their times add up to one
//! bound, the processor's. Disk and files are bounds of their own. The largest of them is the
//! least time in which the operation could be done on this machine.

use crate::results::{Bounds, CorpusResult, Rounds, ToolResult};
use crate::tools::Step;

/// The least time that an operation needs, and what asks for it.
pub(crate) struct Limit {
    pub(crate) name: &'static str,
    pub(crate) seconds: f64,
}

/// The bound that limits `step` of `tool` on this corpus.
pub(crate) fn limit(step: Step, tool: &ToolResult, result: &CorpusResult) -> Option<Limit> {
    let bounds = &result.bounds;
    let (content, sealed) = (result.bytes as f64, tool.sealed_bytes as f64);
    let hash = |bytes| at(bytes, &bounds.blake3_all);
    let cipher = at(sealed, &bounds.aes_all);
    let read = Limit { name: "reading from memory", seconds: at(sealed, &bounds.cache_read) };
    let files = |rounds: &Rounds| if result.is_tree { at(result.files as f64, rounds) } else { 0. };
    let limits = match step {
        // Files and frames are digested when sealed, and again when restored.
        Step::Seal => [
            processor(hash(content + sealed) + cipher + at(content, &bounds.compress_all)),
            Limit { name: "disk write", seconds: at(sealed, &bounds.disk_write) },
            Limit { name: "reading files", seconds: files(&bounds.files_read) },
        ],
        Step::Verify => [
            Limit { name: "BLAKE3 on all cores", seconds: hash(sealed) },
            read,
            Limit { name: "", seconds: 0. },
        ],
        Step::Restore => [
            processor(hash(content + sealed) + cipher + at(content, &bounds.decompress_all)),
            Limit { name: "disk write", seconds: at(content, &bounds.disk_write) },
            Limit { name: "making files", seconds: files(&bounds.files_made) },
        ],
        Step::List | Step::Resume => return None,
    };
    let most = limits.into_iter().max_by(|one, other| one.seconds.total_cmp(&other.seconds));
    most.filter(|limit| limit.seconds > 0.)
}

/// A name and unit for every bound that was measured.
pub(crate) fn named(bounds: &Bounds) -> [(&'static str, &Rounds, bool); 13] {
    [
        ("copying memory, one core", &bounds.memcpy, false),
        ("AES-256-GCM, one core", &bounds.aes_one, false),
        ("AES-256-GCM, all cores", &bounds.aes_all, false),
        ("BLAKE3, one core", &bounds.blake3_one, false),
        ("BLAKE3, all cores", &bounds.blake3_all, false),
        ("zstd 3, compressing, all cores", &bounds.compress_all, false),
        ("zstd, decompressing, one core", &bounds.decompress_one, false),
        ("zstd, decompressing, all cores", &bounds.decompress_all, false),
        ("disk, writing with fsync", &bounds.disk_write, false),
        ("disk, reading past the cache", &bounds.disk_read, false),
        ("reading from the cache, one core", &bounds.cache_read, false),
        ("making files, all cores", &bounds.files_made, true),
        ("opening and reading files, all cores", &bounds.files_read, true),
    ]
}

fn processor(seconds: f64) -> Limit {
    Limit { name: "processor", seconds }
}

/// Seconds for `amount` at the median rate; nothing where no rate was measured.
fn at(amount: f64, rounds: &Rounds) -> f64 {
    rounds.median().map_or(0., |rate| amount / rate)
}
