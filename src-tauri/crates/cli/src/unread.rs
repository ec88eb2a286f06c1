//! Which places of the media stayed unread, for people.

use engine::reading::{ReadingReport, UnreadRange};

use crate::output;

/// Most places that people are shown.
const SHOWN: usize = 20;

/// Prints which places of the media stayed unread.
pub(crate) fn print_unread(reading: &ReadingReport) {
    for UnreadRange { volume, offset, length } in reading.unread.iter().take(SHOWN) {
        let end = offset + length;
        output::line(format!("unread: volume {volume}, bytes {offset} to {end}"));
    }
    let more = reading.unread.len().saturating_sub(SHOWN) as u64;
    if more > 0 {
        output::line(format!("unread: {} more", output::count(more, "place")));
    }
}
