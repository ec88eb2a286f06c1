//! Printing one file of an opened archive.

use std::io::Write;
use std::path::Path;
use std::thread;

use archive::{Contents, Entry, EntryKind, EntryPath, Hole};

use crate::EngineError;
use crate::observer::Unwatched;
use crate::restore::{Spread, Stream, workers};
use crate::stages::{Crew, Meter};

/// Zeros written at a time for a hole.
static ZEROS: [u8; 64 << 10] = [0; 64 << 10];

/// Writes the file `path` to `out`, each segment only after it authenticated; returns its size.
///
/// # Errors
///
/// There is no such file, a segment of it is damaged (what was written until then is right), the
/// file's digest is another, or `out` failed.
pub fn cat(contents: &Contents<'_>, path: &str, out: &mut dyn Write) -> Result<u64, EngineError> {
    let absent = || EngineError::NoSuchEntry { path: path.to_owned() };
    let mut wanted = EntryPath::new(path).map_err(|_| absent())?;
    let mut entry = find(contents, &wanted)?.ok_or_else(absent)?;
    if let EntryKind::Hardlink { to } = entry.kind {
        wanted = to;
        entry = find(contents, &wanted)?.ok_or_else(absent)?;
    }
    match entry.kind {
        EntryKind::File { position, stored, size, holes, digest } => {
            let print = Print { contents, path: &entry.path, position, stored, size };
            print.to(&holes, digest.as_bytes(), out)?;
            Ok(size)
        }
        _ => Err(absent()),
    }
}

/// The size of the file `path`; none if there is no file of that name.
pub(crate) fn find_file(
    contents: &Contents<'_>,
    path: &EntryPath,
) -> Result<Option<u64>, EngineError> {
    let mut entry = find(contents, path)?;
    if let Some(EntryKind::Hardlink { to }) = entry.as_ref().map(|entry| entry.kind.clone()) {
        entry = find(contents, &to)?;
    }
    Ok(entry.and_then(|entry| match entry.kind {
        EntryKind::File { size, .. } => Some(size),
        _ => None,
    }))
}

fn find(contents: &Contents<'_>, path: &EntryPath) -> Result<Option<Entry>, EngineError> {
    for entry in contents.entries() {
        let entry = entry?;
        if entry.path == *path {
            return Ok(Some(entry));
        }
    }
    Ok(None)
}

struct Print<'a> {
    contents: &'a Contents<'a>,
    path: &'a EntryPath,
    position: u64,
    stored: u64,
    size: u64,
}

impl Print<'_> {
    fn to(
        &self,
        holes: &[Hole],
        digest: &[u8; 32],
        out: &mut dyn Write,
    ) -> Result<(), EngineError> {
        let failed = || EngineError::file("writing", Path::new("the output"));
        let segment_bytes = u64::from(self.contents.set().settings().segment_bytes);
        let end = self.position + self.stored;
        let segments = self.position / segment_bytes..end.div_ceil(segment_bytes);
        let meter = Meter::new(&Unwatched, workers());
        thread::scope(|scope| {
            let feed = move |want: &mut dyn FnMut(u64) -> bool| {
                let _ = segments.clone().all(want);
            };
            let mut stream = Stream::start(scope, self.contents, (&meter, None), feed)?;
            let mut lap = meter.lap(Crew::Tail);
            let mut spread = Spread::over(holes);
            let mut hasher = blake3::Hasher::new();
            let (mut at, mut written) = (self.position, 0);
            while at < end {
                let piece = stream.piece(at / segment_bytes, &mut lap)?;
                if let Some(cause) = &piece.cause {
                    let (path, cause) = (self.path.to_string(), cause.clone());
                    return Err(EngineError::DamagedEntry { path, cause });
                }
                let start = at % segment_bytes;
                let count = (segment_bytes - start).min(end - at);
                let range = usize::try_from(start).unwrap_or(0)
                    ..usize::try_from(start + count).unwrap_or(0);
                let bytes = piece.text.get(range).ok_or(EngineError::StalePlan)?;
                hasher.update(bytes);
                for (offset, bytes) in spread.place(bytes) {
                    zeros(out, offset - written).map_err(failed())?;
                    out.write_all(bytes).map_err(failed())?;
                    written = offset + bytes.len() as u64;
                }
                at += count;
            }
            zeros(out, self.size.saturating_sub(written)).map_err(failed())?;
            out.flush().map_err(failed())?;
            if hasher.finalize().as_bytes() == digest {
                return Ok(());
            }
            let cause = "the file's digest is another".to_owned();
            Err(EngineError::DamagedEntry { path: self.path.to_string(), cause })
        })
    }
}

fn zeros(out: &mut dyn Write, mut count: u64) -> std::io::Result<()> {
    while count > 0 {
        let now = usize::try_from(count).unwrap_or(usize::MAX).min(ZEROS.len());
        out.write_all(&ZEROS[..now])?;
        count -= now as u64;
    }
    Ok(())
}
