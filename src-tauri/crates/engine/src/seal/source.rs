//! What is sealed, as a sequence of entries and bytes.

use std::fs::{self, File, Metadata};
use std::io::{self, Read};
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::thread;

use archive::{Entry, EntryKind, EntryPath, Hole};
use rustix::fs::{SeekFrom, seek};
use terms::{Digest, Timestamp};

use super::Source;
use super::looking::{Content, Looked, Looking, is_same, open_to_read};
use crate::EngineError;
use crate::files::{FirstNames, Found, Owners, Walk, shown};

/// A source that was looked at before anything is written.
pub(super) enum Opened<'a> {
    Paths(Walk),
    Stream { name: EntryPath, reader: &'a mut dyn Read, now: Timestamp },
}

/// What a source gave besides entries and bytes.
pub(super) struct Fed {
    pub(super) warnings: Vec<String>,
    /// The catalogue, if one is kept; it has every entry and wants to be finished.
    pub(super) catalogue: Option<catalogue::Writer>,
}

impl<'a> Opened<'a> {
    pub(super) fn new(source: Source<'a>, skip_unreadable: bool) -> Result<Self, EngineError> {
        match source {
            Source::Stream { name, reader, now } => Ok(Self::Stream { name, reader, now }),
            Source::Paths(paths) => {
                for path in paths {
                    fs::symlink_metadata(path).map_err(EngineError::file("reading", path))?;
                }
                Ok(Self::Paths(Walk::new(paths, skip_unreadable)?))
            }
        }
    }

    /// Hands every entry to `sink`, in order, but none that `is_own`, and lists it.
    pub(super) fn feed(
        self,
        sink: &mut impl Sink,
        mut catalogue: Option<catalogue::Writer>,
        is_own: impl Fn(&Path) -> bool,
    ) -> Result<Fed, EngineError> {
        let mut list = |entry: &Entry| match catalogue.as_mut() {
            Some(list) => Ok(list.add(entry)?),
            None => Ok(()),
        };
        match self {
            Self::Stream { name, reader, now } => {
                let place = Path::new("the standard input");
                let mut hasher = blake3::Hasher::new();
                let taken =
                    sink.content(reader, u64::MAX, &mut hasher).map_err(|e| e.about(place))?;
                let entry = stream_entry(name, now, &taken, &hasher);
                list(&entry)?;
                sink.entry(entry)?;
                Ok(Fed { warnings: Vec::new(), catalogue })
            }
            Self::Paths(walk) => {
                let warnings = thread::scope(|scope| {
                    feed_tree(Looking::start(scope, walk), sink, &mut list, &is_own)
                })?;
                Ok(Fed { warnings, catalogue })
            }
        }
    }
}

/// Where content and entries go.
pub(super) trait Sink {
    /// Takes at most `limit` bytes, hashing them on the way; says where they lie.
    fn content(
        &mut self,
        reader: &mut dyn Read,
        limit: u64,
        hasher: &mut blake3::Hasher,
    ) -> Result<Taken, Interrupted>;

    /// Takes an entry whose content was taken before.
    fn entry(&mut self, entry: Entry) -> Result<(), EngineError>;
}

/// Where content lies in the archive.
pub(super) struct Taken {
    pub(super) position: u64,
    pub(super) stored: u64,
}

/// Why taking content stopped.
pub(super) enum Interrupted {
    /// The source failed.
    Source(io::Error),
    /// The archive's side failed, or the person asked to stop.
    Engine(EngineError),
}

impl Interrupted {
    fn about(self, path: &Path) -> EngineError {
        match self {
            Self::Source(error) => EngineError::file("reading", path)(error),
            Self::Engine(error) => error,
        }
    }
}

fn stream_entry(path: EntryPath, now: Timestamp, taken: &Taken, hasher: &blake3::Hasher) -> Entry {
    let (position, stored) = (taken.position, taken.stored);
    let digest = Digest::from_bytes(hasher.finalize().into());
    Entry {
        path,
        kind: EntryKind::File { position, stored, size: stored, holes: Vec::new(), digest },
        mode: 0o600,
        mtime: i64::try_from(now.unix()).unwrap_or(i64::MAX),
        mtime_nanos: 0,
        owner: [0, 0],
        owner_names: None,
        xattrs: Vec::new(),
    }
}

/// Hands every entry of a tree to `sink` and `list`; returns what was left out or changed.
fn feed_tree(
    mut looking: Looking,
    sink: &mut impl Sink,
    list: &mut impl FnMut(&Entry) -> Result<(), EngineError>,
    is_own: &impl Fn(&Path) -> bool,
) -> Result<Vec<String>, EngineError> {
    let owners = Owners::of_this_machine();
    let (mut names, mut warnings) = (FirstNames::default(), Vec::new());
    while let Some(looked) = looking.next(is_own)? {
        let metadata = looked.found.metadata.clone();
        let linked_to = names.first_of(&looked.found);
        match entry_of(looked, linked_to, &owners, sink, &mut warnings) {
            Ok(entry) => {
                list(&entry)?;
                sink.entry(entry)?;
            }
            Err(error) => {
                looking.walk.left_out(error)?;
                names.forget(&metadata);
            }
        }
    }
    warnings.splice(..0, looking.walk.warnings);
    Ok(warnings)
}

fn entry_of(
    looked: Looked,
    linked_to: Option<EntryPath>,
    owners: &Owners,
    sink: &mut impl Sink,
    warnings: &mut Vec<String>,
) -> Result<Entry, EngineError> {
    let Found { source, path, metadata } = looked.found;
    let kind = match (looked.content?, linked_to) {
        (Content::Directory, _) => EntryKind::Directory,
        (Content::Symlink { target }, _) => EntryKind::Symlink { target },
        (_, Some(to)) => EntryKind::Hardlink { to },
        (content, None) => {
            let (kind, changed) = match content {
                Content::Small { text, changed } => (small_file(&text, &source, sink)?, changed),
                _ => file_kind(&source, &metadata, sink)?,
            };
            if changed {
                warnings.push(format!("changed while it was read: {}", shown(&source)));
            }
            kind
        }
    };
    let xattrs = looked.xattrs.unwrap_or_else(|error| {
        warnings.push(format!("attributes of {} left out: {error}", shown(&source)));
        Vec::new()
    });
    Ok(Entry {
        path,
        kind,
        mode: metadata.mode() & 0o7777,
        mtime: metadata.mtime(),
        mtime_nanos: u32::try_from(metadata.mtime_nsec()).unwrap_or(0),
        owner: [metadata.uid(), metadata.gid()],
        owner_names: owners.names(metadata.uid(), metadata.gid()),
        xattrs,
    })
}

/// Takes a file that was read before its turn.
fn small_file(text: &[u8], path: &Path, sink: &mut impl Sink) -> Result<EntryKind, EngineError> {
    let (size, mut hasher) = (text.len() as u64, blake3::Hasher::new());
    let taken =
        sink.content(&mut &*text, size, &mut hasher).map_err(|failed| failed.about(path))?;
    let Taken { position, stored } = taken;
    let digest = Digest::from_bytes(hasher.finalize().into());
    Ok(EntryKind::File { position, stored, size, holes: Vec::new(), digest })
}

/// Reads a file, holes left out; also tells whether it changed meanwhile.
fn file_kind(
    path: &Path,
    found: &Metadata,
    sink: &mut impl Sink,
) -> Result<(EntryKind, bool), EngineError> {
    let failed = || EngineError::file::<io::Error>("reading", path);
    let mut file = open_to_read(path)?;
    let before = file.metadata().map_err(failed())?;
    if !before.is_file() {
        let gone = io::Error::other("it is no file any more");
        return Err(failed()(gone));
    }
    // A file that grows without end must not be read without end.
    let (wanted, mut hasher) = (before.len(), blake3::Hasher::new());
    let expected = holes(&file, &before).unwrap_or_default();
    let (mut position, mut stored, mut at, mut holes) = (None, 0, 0, Vec::new());
    for hole in expected.iter().copied().chain([Hole { offset: wanted, length: 0 }]) {
        if !expected.is_empty() {
            seek(&file, SeekFrom::Start(at)).map_err(EngineError::file("reading", path))?;
        }
        let taken = sink
            .content(&mut file, hole.offset - at, &mut hasher)
            .map_err(|interrupted| interrupted.about(path))?;
        position.get_or_insert(taken.position);
        stored += taken.stored;
        if taken.stored < hole.offset - at {
            // The file shrank: what was read until then is what there is.
            at += taken.stored;
            break;
        }
        at = hole.offset + hole.length;
        holes.extend((hole.length > 0).then_some(hole));
    }
    let after = file.metadata().map_err(failed())?;
    // The entry carries what the walk saw, which may be long ago.
    let changed = at != wanted || !is_same(found, &after);
    let digest = Digest::from_bytes(hasher.finalize().into());
    let position = position.unwrap_or(0);
    Ok((EntryKind::File { position, stored, size: at, holes, digest }, changed))
}

/// Ranges without data, if the file has fewer blocks than bytes.
fn holes(file: &File, metadata: &Metadata) -> io::Result<Vec<Hole>> {
    let (size, mut at) = (metadata.len(), 0);
    let mut holes = Vec::new();
    if metadata.blocks() * 512 >= size {
        return Ok(holes);
    }
    while at < size {
        let data = match seek(file, SeekFrom::Data(at)) {
            Ok(data) => data.min(size),
            // No data any more: the rest is a hole.
            Err(rustix::io::Errno::NXIO) => size,
            Err(error) => return Err(error.into()),
        };
        if data > at {
            holes.push(Hole { offset: at, length: data - at });
        }
        if data >= size {
            break;
        }
        at = seek(file, SeekFrom::Hole(data))?;
    }
    seek(file, SeekFrom::Start(0))?;
    Ok(holes)
}
