//! Results on standard output, for people or for machines.

use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};

use serde::Serialize;

/// Version of the JSON that `--json` prints; it grows by new keys and never changes old ones.
const SCHEMA: &str = "strongroom/1";

/// The envelope of every JSON result: schema and command, then the command's own keys.
#[derive(Serialize)]
struct Envelope<'a, T> {
    schema: &'static str,
    command: &'a str,
    #[serde(flatten)]
    result: T,
}

/// Prints one JSON object on a line of its own.
pub(crate) fn json(command: &str, result: impl Serialize) {
    match serde_json::to_string(&Envelope { schema: SCHEMA, command, result }) {
        Ok(line) => put(&line),
        Err(error) => unreachable!("a result always has a JSON form: {error}"),
    }
}

/// Prints a line for people.
pub(crate) fn line(text: impl AsRef<str>) {
    put(text.as_ref());
}

/// Prints `label` and `value` in two columns.
pub(crate) fn field(label: &str, value: impl std::fmt::Display) {
    put(&format!("{label:<14} {value}"));
}

/// Whether a result could not be printed although somebody listens.
static LOST: AtomicBool = AtomicBool::new(false);

/// Whether a result is lost: standard output took it no longer, for another reason than that its
/// reader went away.
pub(crate) fn is_lost() -> bool {
    LOST.load(Ordering::Relaxed)
}

/// Writes a line; nobody who listens is no reason to end a ceremony.
fn put(line: &str) {
    let mut out = io::stdout().lock();
    if let Err(error) = writeln!(out, "{line}").and_then(|()| out.flush())
        && error.kind() != io::ErrorKind::BrokenPipe
    {
        LOST.store(true, Ordering::Relaxed);
    }
}

/// Writes to standard error, if there is one.
pub(crate) fn aside(text: std::fmt::Arguments<'_>) {
    // Where errors can no longer be told, there is nobody to tell that.
    let _ = io::stderr().lock().write_fmt(text);
}

/// A number of things as people say it: `1 file`, `2 files`, `3 entries`.
pub(crate) fn count(number: u64, thing: &str) -> String {
    match (number, thing.strip_suffix('y')) {
        (1, _) => format!("1 {thing}"),
        (_, Some(stem)) => format!("{number} {stem}ies"),
        (_, None) => format!("{number} {thing}s"),
    }
}

/// A size as people read it: binary units with one decimal.
pub(crate) fn size(bytes: u64) -> String {
    const UNITS: [&str; 5] = ["bytes", "KiB", "MiB", "GiB", "TiB"];
    let power = (bytes.max(1).ilog2() / 10).min(4);
    if power == 0 {
        return count(bytes, "byte");
    }
    let tenths = u128::from(bytes) * 10 / (1_u128 << (10 * power));
    format!("{}.{} {}", tenths / 10, tenths % 10, UNITS[power as usize])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_read_as_people_say_them() {
        assert_eq!(count(1, "file"), "1 file");
        assert_eq!(count(0, "file"), "0 files");
        assert_eq!(count(2, "entry"), "2 entries");
    }

    #[test]
    fn sizes_read_as_people_say_them() {
        assert_eq!(size(0), "0 bytes");
        assert_eq!(size(1), "1 byte");
        assert_eq!(size(1023), "1023 bytes");
        assert_eq!(size(1536), "1.5 KiB");
        assert_eq!(size(1 << 30), "1.0 GiB");
        assert_eq!(size(u64::MAX), "16777215.9 TiB");
    }
}
