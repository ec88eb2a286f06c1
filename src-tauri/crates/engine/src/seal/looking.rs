//! Looking ahead: what comes next in a tree is looked at by several threads before its turn.
//!
//! Opening a small file costs the system far more than reading it, and one thread that does
//! nothing else cannot feed two cores. So batches of what a [`Walk`] finds are looked at side by
//! side, small files read whole, and handed on in the walk's order. Large files are only read in
//! their turn.
//!
//! Memory: [`BATCH_BYTES`] and one more small file for each of the [`BATCHES`] of every thread.

use std::collections::VecDeque;
use std::fs::{self, File, Metadata};
use std::io::{self, Read};
use std::os::unix::ffi::OsStringExt;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread::{self, Scope};

use archive::Xattr;
use rustix::fs::OFlags;

use crate::EngineError;
use crate::files::{Found, Walk, xattrs, xattrs_of};

/// A file of at most so many bytes is read before its turn.
const SMALL_BYTES: u64 = 64 << 10;
/// A batch has at most so many entries.
const BATCH_ENTRIES: usize = 64;
/// A batch is full when its small files have so many bytes.
const BATCH_BYTES: u64 = 1 << 20;
/// Batches for each thread, those that wait for their turn with them.
const BATCHES: usize = 3;
/// Threads at most, however many cores there are.
const THREADS_MAX: usize = 8;

/// Something found in a tree, and what a look at it gave.
pub(super) struct Looked {
    pub(super) found: Found,
    /// What it is.
    pub(super) content: Result<Content, EngineError>,
    /// Its extended attributes, or why there are none.
    pub(super) xattrs: Result<Vec<Xattr>, String>,
}

/// What an entry is, and what was read of it.
pub(super) enum Content {
    Directory,
    Symlink {
        target: Vec<u8>,
    },
    /// A small file with all its bytes.
    Small {
        text: Vec<u8>,
        changed: bool,
    },
    /// A file that is read in its turn: a large one, or one of several names.
    Later,
}

/// A batch, and where to send what the looks at it gave.
type Task = (Vec<Found>, SyncSender<Vec<Looked>>);

/// Gives what a walk finds in its order, looked at before its turn.
pub(super) struct Looking {
    pub(super) walk: Walk,
    tasks: SyncSender<Task>,
    /// Batches on their way, the next one first.
    ahead: VecDeque<Receiver<Vec<Looked>>>,
    ahead_max: usize,
    /// What is left of the batch whose turn it is.
    now: std::vec::IntoIter<Looked>,
}

impl Looking {
    /// Starts threads in `scope` that end when this does.
    pub(super) fn start<'scope>(scope: &'scope Scope<'scope, '_>, walk: Walk) -> Self {
        let threads = thread::available_parallelism().map_or(2, usize::from).min(THREADS_MAX);
        let ahead_max = threads * BATCHES;
        let (tasks, arriving) = sync_channel::<Task>(ahead_max);
        let arriving = Arc::new(Mutex::new(arriving));
        for _ in 0..threads {
            let arriving = arriving.clone();
            scope.spawn(move || {
                loop {
                    let next = match arriving.lock() {
                        Ok(arriving) => arriving.recv(),
                        Err(_) => return,
                    };
                    let Ok((batch, looked)) = next else { return };
                    // Whoever stopped wants nothing more.
                    let _ = looked.send(batch.into_iter().map(look).collect());
                }
            });
        }
        Self { walk, tasks, ahead: VecDeque::new(), ahead_max, now: Vec::new().into_iter() }
    }

    /// The next entry, or none at the end; whatever `is_own` is left out.
    ///
    /// # Errors
    ///
    /// As [`Walk::next`], by as much earlier as it looks ahead.
    pub(super) fn next(
        &mut self,
        is_own: &impl Fn(&Path) -> bool,
    ) -> Result<Option<Looked>, EngineError> {
        loop {
            if let Some(looked) = self.now.next() {
                return Ok(Some(looked));
            }
            while self.ahead.len() < self.ahead_max {
                let batch = self.batch(is_own)?;
                if batch.is_empty() {
                    break;
                }
                let (looked, turn) = sync_channel(1);
                self.tasks.send((batch, looked)).map_err(|_| EngineError::Cancelled)?;
                self.ahead.push_back(turn);
            }
            let Some(turn) = self.ahead.pop_front() else { return Ok(None) };
            // Fails only if a thread panicked, which the scope passes on.
            self.now = turn.recv().map_err(|_| EngineError::Cancelled)?.into_iter();
        }
    }

    fn batch(&mut self, is_own: &impl Fn(&Path) -> bool) -> Result<Vec<Found>, EngineError> {
        let (mut batch, mut bytes) = (Vec::new(), 0);
        while batch.len() < BATCH_ENTRIES && bytes < BATCH_BYTES {
            let Some(found) = self.walk.next()? else { break };
            if is_own(&found.source) {
                continue;
            }
            bytes += if is_small(&found.metadata) { found.metadata.len() } else { 0 };
            batch.push(found);
        }
        Ok(batch)
    }
}

/// Whether a file is read before its turn: a small one without holes, and of one name, for the
/// second name of a file is a link to the first.
fn is_small(metadata: &Metadata) -> bool {
    let is_whole = metadata.blocks() * 512 >= metadata.len();
    metadata.is_file() && metadata.nlink() == 1 && metadata.len() <= SMALL_BYTES && is_whole
}

fn look(found: Found) -> Looked {
    let Found { source, metadata, .. } = &found;
    if is_small(metadata) {
        let (content, xattrs) = match open_to_read(source) {
            Ok(file) => {
                let content = read_small(&file, metadata);
                (content.map_err(EngineError::file("reading", source)), xattrs_of(&file))
            }
            Err(error) => (Err(error), Ok(Vec::new())),
        };
        return Looked { found, content, xattrs };
    }
    let content = if metadata.is_dir() {
        Ok(Content::Directory)
    } else if metadata.is_symlink() {
        let target = fs::read_link(source).map_err(EngineError::file("reading", source));
        target.map(|target| Content::Symlink { target: target.into_os_string().into_vec() })
    } else {
        Ok(Content::Later)
    };
    let xattrs = xattrs(source);
    Looked { found, content, xattrs }
}

/// Reads a file that was small when it was found.
fn read_small(mut file: &File, found: &Metadata) -> io::Result<Content> {
    let mut text = Vec::with_capacity(usize::try_from(found.len()).unwrap_or(0));
    // A file that grows without end must not be read without end.
    file.by_ref().take(found.len()).read_to_end(&mut text)?;
    let changed = text.len() as u64 != found.len() || !is_same(found, &file.metadata()?);
    Ok(Content::Small { text, changed })
}

/// Opens a file whose content is sealed, following no link and waiting for nobody.
pub(super) fn open_to_read(path: &Path) -> Result<File, EngineError> {
    let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
    File::options()
        .read(true)
        .custom_flags(flags.bits().cast_signed())
        .open(path)
        .map_err(EngineError::file("opening", path))
}

/// Whether nothing says that a file was written to, or is another one, between two looks.
pub(super) fn is_same(before: &Metadata, after: &Metadata) -> bool {
    let times = |m: &Metadata| (m.mtime(), m.mtime_nsec(), m.ctime(), m.ctime_nsec());
    let state = |m: &Metadata| (m.dev(), m.ino(), m.len(), times(m));
    state(before) == state(after)
}

#[cfg(test)]
mod tests {
    use archive::EntryPath;

    use super::*;

    fn found(source: &Path) -> Found {
        let path = EntryPath::new(b"file".to_vec()).unwrap();
        Found { source: source.to_owned(), path, metadata: fs::symlink_metadata(source).unwrap() }
    }

    fn small(found: Found) -> (Vec<u8>, bool) {
        match look(found).content.unwrap() {
            Content::Small { text, changed } => (text, changed),
            _ => panic!("it is not small"),
        }
    }

    #[test]
    fn a_small_file_that_changes_after_it_was_found_is_named_and_not_read_without_end() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("file");
        fs::write(&path, "first").unwrap();
        assert_eq!(small(found(&path)), (b"first".to_vec(), false));

        let was = found(&path);
        fs::write(&path, "first and more").unwrap();
        assert_eq!(small(was), (b"first".to_vec(), true));

        let was = found(&path);
        fs::write(&path, "").unwrap();
        assert_eq!(small(was), (Vec::new(), true));

        // Another file of the same size and times under the same name.
        let was = found(&path);
        let other = dir.path().join("other");
        File::create(&other).unwrap().set_modified(was.metadata.modified().unwrap()).unwrap();
        fs::rename(&other, &path).unwrap();
        assert_eq!(small(was), (Vec::new(), true));
    }

    #[test]
    fn what_is_large_has_holes_or_several_names_is_read_in_its_turn() {
        let dir = tempfile::tempdir().unwrap();
        let [large, sparse, linked] =
            ["large", "sparse", "linked"].map(|name| dir.path().join(name));
        fs::write(&large, vec![1; 64 * 1024 + 1]).unwrap();
        File::create(&sparse).unwrap().set_len(8192).unwrap();
        fs::write(&linked, "text").unwrap();
        fs::hard_link(&linked, dir.path().join("again")).unwrap();
        for path in [large, sparse, linked] {
            let looked = look(found(&path));
            assert!(matches!(looked.content, Ok(Content::Later)), "{}", path.display());
        }
    }
}
