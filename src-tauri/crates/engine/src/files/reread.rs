//! Reading what was written once more, from the medium and not from memory.

use std::fs::File;
use std::io;
use std::os::fd::{AsFd, OwnedFd};

use archive::{EntryPath, Hole};
use rustix::fs::{Advice, Mode, OFlags, fadvise, openat2};
use rustix::io::{Errno, pread};

use super::folder::BENEATH;

/// How much is read at a time, and where reads begin: what every disk can do.
const BLOCK: usize = 4096;
const BUFFER: usize = 256 * BLOCK;

/// How a file was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// Past the memory of the system, from the medium itself.
    Direct,
    /// After the system was asked to forget what it has of the file.
    Forgotten,
}

/// Reads files again; its buffer is used for all of them.
pub(crate) struct Reread {
    buffer: Vec<u8>,
    /// Where in the buffer a block of memory begins.
    start: usize,
}

impl Reread {
    /// Prepares to read.
    pub(crate) fn new() -> Self {
        let buffer = vec![0; BUFFER + BLOCK];
        let start = buffer.as_ptr().align_offset(BLOCK).min(BLOCK);
        Self { buffer, start }
    }

    /// The digest of the stored bytes of the file `path` in `root`, and the way it was read.
    ///
    /// # Errors
    ///
    /// It cannot be read, or has not `size` bytes.
    pub(super) fn digest(
        &mut self,
        root: &OwnedFd,
        path: &EntryPath,
        size: u64,
        holes: &[Hole],
    ) -> io::Result<(blake3::Hash, Way)> {
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let open = |more: OFlags| {
            openat2(root, path.as_bytes(), flags | more, Mode::empty(), BENEATH).map(File::from)
        };
        if let Ok(file) = open(OFlags::DIRECT) {
            match self.read(&file, size, holes) {
                // Some file systems take the wish and then cannot fulfil it.
                Err(error) if error.raw_os_error() == Some(Errno::INVAL.raw_os_error()) => (),
                outcome => return Ok((outcome?, Way::Direct)),
            }
        }
        let file = open(OFlags::empty())?;
        // Only what is on the medium can be forgotten.
        file.sync_all()?;
        fadvise(&file, 0, None, Advice::DontNeed)?;
        Ok((self.read(&file, size, holes)?, Way::Forgotten))
    }

    fn read(&mut self, file: &File, size: u64, holes: &[Hole]) -> io::Result<blake3::Hash> {
        let metadata = file.metadata()?;
        if !metadata.is_file() || metadata.len() != size {
            return Err(io::Error::from(io::ErrorKind::UnexpectedEof));
        }
        let (mut hasher, mut holes, mut at) = (blake3::Hasher::new(), holes, 0);
        while at < size {
            let end = usize::try_from(size - at).unwrap_or(usize::MAX).min(BUFFER);
            let count = self.fill(file, at, end)?;
            let read = at..at + count as u64;
            let bytes = &self.buffer[self.start..self.start + count];
            // What lies in a hole is no part of the digest.
            let mut from = at;
            while let Some(hole) = holes.first().filter(|hole| hole.offset < read.end) {
                hasher.update(part(bytes, at, from, hole.offset.max(from)));
                from = (hole.offset + hole.length).min(read.end).max(from);
                if hole.offset + hole.length > read.end {
                    break;
                }
                holes = &holes[1..];
            }
            hasher.update(part(bytes, at, from, read.end));
            at = read.end;
        }
        Ok(hasher.finalize())
    }

    /// Reads `wanted` bytes at `at`, a multiple of a block; the buffer has them from its start on.
    fn fill(&mut self, file: &File, at: u64, wanted: usize) -> io::Result<usize> {
        let mut done = 0;
        while done < wanted {
            let room = &mut self.buffer[self.start + done..self.start + BUFFER];
            match pread(file.as_fd(), room, at + done as u64) {
                Ok(0) => return Err(io::Error::from(io::ErrorKind::UnexpectedEof)),
                Ok(count) => done += count,
                Err(Errno::INTR) => (),
                Err(error) => return Err(error.into()),
            }
        }
        Ok(wanted)
    }
}

/// The bytes of `from..to`, where `bytes` begin at `at`.
fn part(bytes: &[u8], at: u64, from: u64, to: u64) -> &[u8] {
    let place = |offset: u64| usize::try_from(offset - at).unwrap_or(usize::MAX);
    bytes.get(place(from)..place(to)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::FileExt;

    use super::*;
    use crate::files::folder;

    #[test]
    fn a_file_is_read_as_its_entry_was_hashed_with_holes_anywhere() {
        let dir = tempfile::tempdir().unwrap();
        let root = folder::open(dir.path()).unwrap().unwrap();
        let size = BUFFER as u64 * 2 + 77;
        let hole = |offset, length| Hole { offset, length };
        let across = hole(BUFFER as u64 - 10, 30);
        for holes in [
            vec![],
            vec![hole(0, 5000)],
            vec![hole(100, 200), across, hole(size - 9, 9)],
            vec![hole(10, size - 20)],
            vec![hole(0, size)],
        ] {
            let file = File::create(dir.path().join("x")).unwrap();
            file.set_len(size).unwrap();
            let (mut at, mut hasher) = (0, blake3::Hasher::new());
            for next in holes.iter().copied().chain([hole(size, 0)]) {
                let bytes: Vec<u8> = (at..next.offset).map(|n| (n % 251) as u8).collect();
                file.write_all_at(&bytes, at).unwrap();
                hasher.update(&bytes);
                at = next.offset + next.length;
            }
            let path = EntryPath::new("x").unwrap();
            let read = Reread::new().digest(&root, &path, size, &holes);
            assert_eq!(read.unwrap().0, hasher.finalize(), "{holes:?}");
            assert!(Reread::new().digest(&root, &path, size + 1, &holes).is_err());
        }
    }
}
