//! Reading an archive to its end, stage by stage, through the public interface only.

use archive::{ArchiveError, Contents, EntryKind, FrameKind, Opener, ReadAt, Set};
use keys::{ArchiveKey, MasterKey, Seed};
use secret::Secret;
use terms::Problem;

/// Where reading stopped.
pub(crate) struct Stop {
    pub(crate) stage: String,
    pub(crate) code: String,
}

fn at<E: Problem>(stage: &str) -> impl FnOnce(E) -> Stop {
    move |error| Stop { stage: stage.into(), code: error.code().into() }
}

/// Reads everything; returns where it stopped, if it did, and a digest of what it gave out.
pub(crate) fn read(volumes: Vec<Vec<u8>>, seed: &[u8; 32]) -> (Option<Stop>, blake3::Hash) {
    let mut content = Vec::new();
    let stop = try_read(volumes, seed, &mut content).err();
    (stop, blake3::hash(&content))
}

fn try_read(volumes: Vec<Vec<u8>>, seed: &[u8; 32], content: &mut Vec<u8>) -> Result<(), Stop> {
    let volumes = volumes.into_iter().map(|bytes| Box::new(bytes) as Box<dyn ReadAt>).collect();
    let set = Set::open(volumes).map_err(at("open"))?;
    set.check_index().map_err(at("index"))?;
    let key = archive_key(&set, seed)?;
    let contents = set.unlock(&key).map_err(at("unlock"))?;
    for entry in contents.entries() {
        entry.map_err(at("manifest"))?;
    }
    segments(&contents, content).map_err(at("segment"))?;
    check_digests(&contents, content)
}

pub(crate) fn archive_key(set: &Set, seed: &[u8; 32]) -> Result<ArchiveKey, Stop> {
    let seed = Seed::from_secret(Secret::from_fill(|bytes| bytes.copy_from_slice(seed)));
    let master = MasterKey::derive(&seed);
    let mut stop = Stop { stage: "capsule".into(), code: "-".into() };
    for capsule in set.capsules() {
        match capsule.open(&master) {
            Ok(key) => return Ok(key),
            Err(error) => stop = at("capsule")(error),
        }
    }
    Err(stop)
}

/// Opens all segments in order, and stops at the first that does not open.
pub(crate) fn segments(contents: &Contents<'_>, content: &mut Vec<u8>) -> Result<(), ArchiveError> {
    let set = contents.set();
    let (mut opener, mut body, mut text) = (Opener::new()?, Vec::new(), Vec::new());
    for page in 0..set.index_pages() {
        for record in set.index_page(page)? {
            if record.kind == FrameKind::Segment {
                set.read_body(&record, &mut body)?;
                record.check(&body)?;
                let key = contents.data_key(record.number)?;
                let plain = (record.compression, record.plain_length);
                opener.open(set.context(&record), &key, plain, &body, &mut text)?;
                content.extend_from_slice(&text);
            }
        }
    }
    Ok(())
}

fn check_digests(contents: &Contents<'_>, content: &[u8]) -> Result<(), Stop> {
    for entry in contents.entries() {
        let entry = entry.map_err(at("manifest"))?;
        let EntryKind::File { position, stored, digest, .. } = entry.kind else { continue };
        let place = |position: u64| usize::try_from(position).unwrap();
        let bytes = &content[place(position)..place(position + stored)];
        if blake3::hash(bytes).as_bytes() != digest.as_bytes() {
            return Err(Stop { stage: "content".into(), code: "-".into() });
        }
    }
    Ok(())
}
