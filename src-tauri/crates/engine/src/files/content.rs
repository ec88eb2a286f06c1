//! What a file of an archive must be, and whether a file is that.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

use archive::Hole;
use rustix::io::Errno;

/// How much is read at a time.
const BUFFER: usize = 256 << 10;

/// Size and holes of a file, and the digest of all that is no hole.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Content<'a> {
    pub(crate) size: u64,
    pub(crate) holes: &'a [Hole],
    pub(crate) digest: &'a [u8; 32],
}

impl Content<'_> {
    /// Reads all of `file`, and hands `take` every piece that is no hole with its offset. Says
    /// whether the file is what it must be; what was handed over counts only then.
    ///
    /// # Errors
    ///
    /// The file cannot be read, or `take` failed.
    pub(crate) fn is_in(
        &self,
        file: &mut File,
        mut take: impl FnMut(u64, &[u8]) -> io::Result<()>,
    ) -> io::Result<bool> {
        let metadata = file.metadata()?;
        if !metadata.is_file() || metadata.len() != self.size {
            return Ok(false);
        }
        let mut stored = StoredDigest::new(self.holes);
        let mut buffer = vec![0; BUFFER];
        while stored.at < self.size {
            let hole = stored.hole_left();
            let empty = if hole > 0 { empty_from(file, stored.at).min(hole) } else { 0 };
            if empty > 0 {
                stored.pass(empty);
                continue;
            }
            file.seek(SeekFrom::Start(stored.at))?;
            let room = usize::try_from(self.size - stored.at).unwrap_or(BUFFER).min(BUFFER);
            let bytes = &mut buffer[..room];
            match file.read_exact(bytes) {
                Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(false),
                read => read?,
            }
            stored.update_and(bytes, &mut take)?;
        }
        Ok(stored.finish().is_some_and(|digest| digest.as_bytes() == self.digest))
    }
}

/// How many bytes from `at` on were never written, as far as the system knows.
fn empty_from(file: &File, at: u64) -> u64 {
    match rustix::fs::seek(file, rustix::fs::SeekFrom::Data(at)) {
        Ok(data) => data.saturating_sub(at),
        Err(Errno::NXIO) => u64::MAX,
        // Without knowledge of holes everything is read.
        Err(_) => 0,
    }
}

/// The digest of what a file stores, fed with all of the file in order: what lies in a hole is no
/// part of it, and must be zeros.
pub(super) struct StoredDigest<'a> {
    hasher: blake3::Hasher,
    /// Holes that do not end before `at`.
    holes: &'a [Hole],
    at: u64,
    are_holes_empty: bool,
}

impl<'a> StoredDigest<'a> {
    pub(super) fn new(holes: &'a [Hole]) -> Self {
        Self { hasher: blake3::Hasher::new(), holes, at: 0, are_holes_empty: true }
    }

    /// Takes the next bytes of the file.
    pub(super) fn update(&mut self, bytes: &[u8]) {
        // Nobody else wants them, so nothing can fail.
        let _ = self.update_and(bytes, &mut |_, _| Ok(()));
    }

    fn update_and(
        &mut self,
        mut bytes: &[u8],
        take: &mut impl FnMut(u64, &[u8]) -> io::Result<()>,
    ) -> io::Result<()> {
        while !bytes.is_empty() {
            let hole = self.hole_left();
            let next = match self.holes.first() {
                _ if hole > 0 => hole,
                Some(next) => next.offset - self.at,
                None => u64::MAX,
            };
            let count = usize::try_from(next).unwrap_or(usize::MAX).min(bytes.len());
            let (now, later) = bytes.split_at(count);
            if hole > 0 {
                self.are_holes_empty &= now.iter().all(|byte| *byte == 0);
            } else {
                self.hasher.update(now);
                take(self.at, now)?;
            }
            self.at += count as u64;
            bytes = later;
        }
        Ok(())
    }

    /// Takes `count` bytes that are known to be zeros; all of them lie in one hole.
    fn pass(&mut self, count: u64) {
        self.at += count;
    }

    /// How many of the next bytes lie in a hole.
    fn hole_left(&mut self) -> u64 {
        let end = |hole: &Hole| hole.offset + hole.length;
        while self.holes.first().is_some_and(|hole| end(hole) <= self.at) {
            self.holes = &self.holes[1..];
        }
        let inside = self.holes.first().filter(|hole| hole.offset <= self.at);
        inside.map_or(0, |hole| end(hole) - self.at)
    }

    /// The digest; none if something lies where a hole should be.
    pub(super) fn finish(self) -> Option<blake3::Hash> {
        self.are_holes_empty.then(|| self.hasher.finalize())
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::FileExt;

    use super::*;

    const SIZE: u64 = 2 * BUFFER as u64 + 77;

    fn hole(offset: u64, length: u64) -> Hole {
        Hole { offset, length }
    }

    #[test]
    fn a_file_is_what_it_must_be_with_holes_anywhere_and_not_if_anything_differs() {
        let dir = tempfile::tempdir().unwrap();
        let across = hole(BUFFER as u64 - 10, 30);
        for holes in [
            vec![],
            vec![hole(0, 5000)],
            vec![hole(100, 200), hole(300, 10), across, hole(SIZE - 9, 9)],
            vec![hole(10, SIZE - 20)],
            vec![hole(0, SIZE)],
        ] {
            let path = dir.path().join("x");
            let mut options = File::options();
            options.read(true).write(true).create(true).truncate(true);
            let mut file = options.open(&path).unwrap();
            file.set_len(SIZE).unwrap();
            let (mut at, mut hasher, mut stored) = (0, blake3::Hasher::new(), Vec::new());
            for next in holes.iter().copied().chain([hole(SIZE, 0)]) {
                let bytes: Vec<u8> = (at..next.offset).map(|n| (n % 251) as u8).collect();
                file.write_all_at(&bytes, at).unwrap();
                hasher.update(&bytes);
                stored.extend(bytes);
                at = next.offset + next.length;
            }
            let digest = hasher.finalize();
            let content = Content { size: SIZE, holes: &holes, digest: digest.as_bytes() };
            let mut taken: Vec<u8> = Vec::new();
            let take = |_, bytes: &[u8]| {
                taken.extend(bytes);
                Ok(())
            };
            assert!(content.is_in(&mut file, take).unwrap(), "{holes:?}");
            assert!(taken == stored, "{holes:?}");
            let longer = Content { size: SIZE + 1, ..content };
            assert!(!longer.is_in(&mut file, |_, _| Ok(())).unwrap());
            // One byte that is another, in a hole or beside one.
            for at in [5, BUFFER as u64 + 1, SIZE - 1] {
                let mut byte = [0];
                file.read_exact_at(&mut byte, at).unwrap();
                file.write_all_at(&[byte[0] ^ 1], at).unwrap();
                assert!(!content.is_in(&mut file, |_, _| Ok(())).unwrap(), "{holes:?} {at}");
                file.write_all_at(&byte, at).unwrap();
            }
        }
    }
}
