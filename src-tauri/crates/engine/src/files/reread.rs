//! Reading what was written once more, from the medium and not from memory.

use std::fs::File;
use std::io;
use std::os::fd::{AsFd, OwnedFd};

use archive::EntryPath;
use rustix::fs::{Advice, Mode, OFlags, fadvise, fstatfs, openat2};
use rustix::io::{Errno, pread};

use super::Content;
use super::content::StoredDigest;
use super::folder::BENEATH;
use super::traits::kind_of;

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
    /// From memory: the file system has no medium.
    Memory,
}

/// File systems that lie in memory, tmpfs and ramfs (`linux/magic.h`).
const IN_MEMORY: [u64; 2] = [0x0102_1994, 0x8584_58f6];

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

    /// Whether the file `path` in `root` has this content, and the way it was read.
    ///
    /// # Errors
    ///
    /// It cannot be read, or has another size.
    pub(super) fn has(
        &mut self,
        root: &OwnedFd,
        path: &EntryPath,
        content: &Content<'_>,
    ) -> io::Result<(bool, Way)> {
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let open = |more: OFlags| {
            openat2(root, path.as_bytes(), flags | more, Mode::empty(), BENEATH).map(File::from)
        };
        // Memory takes the wish for the medium, and has none.
        let file = open(OFlags::empty())?;
        if IN_MEMORY.contains(&kind_of(fstatfs(&file)?.f_type)) {
            return Ok((self.read(&file, content)?, Way::Memory));
        }
        if let Ok(file) = open(OFlags::DIRECT) {
            match self.read(&file, content) {
                // Some file systems take the wish and then cannot fulfil it.
                Err(error) if error.raw_os_error() == Some(Errno::INVAL.raw_os_error()) => (),
                outcome => return Ok((outcome?, Way::Direct)),
            }
        }
        // Only what is on the medium can be forgotten.
        file.sync_all()?;
        fadvise(&file, 0, None, Advice::DontNeed)?;
        Ok((self.read(&file, content)?, Way::Forgotten))
    }

    fn read(&mut self, file: &File, content: &Content<'_>) -> io::Result<bool> {
        let (metadata, size) = (file.metadata()?, content.size);
        if !metadata.is_file() || metadata.len() != size {
            return Err(io::Error::from(io::ErrorKind::UnexpectedEof));
        }
        let (mut stored, mut at) = (StoredDigest::new(content.holes), 0);
        while at < size {
            let wanted = usize::try_from(size - at).unwrap_or(usize::MAX).min(BUFFER);
            self.fill(file, at, wanted)?;
            stored.update(&self.buffer[self.start..self.start + wanted]);
            at += wanted as u64;
        }
        Ok(stored.finish().is_some_and(|digest| digest.as_bytes() == content.digest))
    }

    /// Reads `wanted` bytes at `at`, a multiple of a block; the buffer has them from its start on.
    fn fill(&mut self, file: &File, at: u64, wanted: usize) -> io::Result<()> {
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
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::FileExt;

    use archive::Hole;

    use super::*;
    use crate::files::folder;

    #[test]
    fn a_file_is_read_block_by_block_and_compared_with_holes_across_blocks() {
        let dir = tempfile::tempdir().unwrap();
        let root = folder::open(dir.path()).unwrap().unwrap();
        let size = BUFFER as u64 * 2 + 77;
        let holes =
            [Hole { offset: 100, length: 200 }, Hole { offset: BUFFER as u64 - 10, length: 30 }];
        let file = File::create(dir.path().join("x")).unwrap();
        file.set_len(size).unwrap();
        let (mut at, mut hasher) = (0, blake3::Hasher::new());
        for next in holes.into_iter().chain([Hole { offset: size, length: 0 }]) {
            let bytes: Vec<u8> = (at..next.offset).map(|n| (n % 251) as u8).collect();
            file.write_all_at(&bytes, at).unwrap();
            hasher.update(&bytes);
            at = next.offset + next.length;
        }
        let (path, digest) = (EntryPath::new("x").unwrap(), hasher.finalize());
        let content = Content { size, holes: &holes, digest: digest.as_bytes() };
        assert!(Reread::new().has(&root, &path, &content).unwrap().0);
        let longer = Content { size: size + 1, ..content };
        assert!(Reread::new().has(&root, &path, &longer).is_err());
        for at in [150, size - 1] {
            file.write_all_at(&[77], at).unwrap();
            assert!(!Reread::new().has(&root, &path, &content).unwrap().0, "{at}");
            file.write_all_at(&[if at == 150 { 0 } else { ((size - 1) % 251) as u8 }], at).unwrap();
        }
    }

    #[test]
    fn what_lies_in_memory_is_not_called_read_from_a_medium() {
        let Ok(dir) = tempfile::tempdir_in("/dev/shm") else { return };
        let root = folder::open(dir.path()).unwrap().unwrap();
        std::fs::write(dir.path().join("x"), "memory").unwrap();
        let path = EntryPath::new("x").unwrap();
        let digest = blake3::hash(b"memory");
        let content = Content { size: 6, holes: &[], digest: digest.as_bytes() };
        let (_, way) = Reread::new().has(&root, &path, &content).unwrap();
        let kind = kind_of(fstatfs(&root).unwrap().f_type);
        assert_eq!(way == Way::Memory, IN_MEMORY.contains(&kind), "{kind:#x}");
    }
}
