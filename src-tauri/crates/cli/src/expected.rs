//! How long a restore will take, said before it begins, and what this one teaches for the next.

use std::path::Path;

use archive::Set;
use engine::estimate::{Estimate, History, Sample, Work};
use engine::files::file_system_at;
use engine::observer::Progress;
use engine::restore::RestoreReport;

use crate::context::Context;
use crate::output;

/// How long it takes to restore `amount` of `set`, which lies at `media`, into `target`; of which
/// `read_bytes` are read, if that is known. Without a vault nothing was learned.
pub(crate) fn estimate(
    set: &Set,
    (media, target): (&Path, &Path),
    (amount, read_bytes): (Progress, Option<u64>),
    context: &Context,
) -> Estimate {
    let work = Work::of(set, (media, target), amount, read_bytes);
    Estimate::of(&work, &History::read(&context.vault_dir()))
}

/// Prints it for people.
pub(crate) fn print(estimate: &Estimate) {
    let (range, because) = estimate.to_words();
    output::field("would take", range);
    because.iter().for_each(|line| output::line(format!("  because: {line}")));
}

/// Prints it where there is something to say, and otherwise that there is not: of a restore that
/// begins, every line is one that people must pass over.
pub(crate) fn print_known(estimate: &Estimate) {
    if estimate.span.is_some() {
        return print(estimate);
    }
    output::field("would take", estimate.to_words().0);
}

/// Has the vault remember what a restore from `media` took.
pub(crate) fn learn(report: &RestoreReport, media: &Path, context: &Context) {
    let sample = Sample::of(report, &file_system_at(media));
    // Nothing depends on it: the next estimate is only wider.
    let _ = sample.map(|sample| History::learn(&context.vault_dir(), sample));
}
