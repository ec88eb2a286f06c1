//! Small archives made in memory.

use std::io;
use std::sync::{Arc, Mutex};

use keys::{ArchiveKey, MasterKey, Seed};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use secret::Secret;
use terms::{ArchiveId, Digest, Environment, Timestamp};

use crate::*;

/// Finished volumes, in order.
pub(crate) type Shelf = Arc<Mutex<Vec<Vec<u8>>>>;

pub(crate) struct Buffers(pub(crate) Shelf);

impl Volumes for Buffers {
    type Volume = Vec<u8>;

    fn begin(&mut self, _: u32) -> io::Result<Vec<u8>> {
        Ok(Vec::new())
    }

    fn end(&mut self, number: u32, volume: Vec<u8>) -> io::Result<()> {
        let mut shelf = self.0.lock().unwrap();
        assert_eq!(shelf.len() + 1, number as usize);
        shelf.push(volume);
        Ok(())
    }
}

pub(crate) fn settings(archive: u8) -> Settings {
    Settings {
        archive: ArchiveId::from_bytes([archive; 16]),
        vault: None,
        environment: Some(Environment::Drill),
        key: None,
        label: "a test".into(),
        created: Timestamp::from_unix(1_700_000_000),
        segment_bytes: 64 << 10,
        volume_bytes: None,
        checkpoint: None,
        parity: None,
    }
}

pub(crate) fn master() -> MasterKey {
    MasterKey::derive(&Seed::from_secret(Secret::from_fill(|bytes| bytes.fill(5))))
}

/// Bytes that do not compress.
pub(crate) fn noise(len: usize) -> Vec<u8> {
    let mut bytes = vec![0; len];
    ChaCha20Rng::from_seed([8; 32]).fill_bytes(&mut bytes);
    bytes
}

/// Seals files of the given contents, one after another, with fixed randomness.
pub(crate) fn seal(settings: Settings, files: &[(&str, Vec<u8>)]) -> (Vec<Vec<u8>>, Sealed) {
    let content = files.iter().flat_map(|(_, bytes)| bytes.clone()).collect::<Vec<_>>();
    let mut position = 0;
    let entries = files.iter().map(|(name, bytes)| {
        let entry = file(name, position, bytes);
        position += bytes.len() as u64;
        entry
    });
    seal_entries(settings, entries.collect(), &content, None)
}

/// Seals entries over the content they refer to, with fixed randomness.
pub(crate) fn seal_entries(
    settings: Settings,
    entries: Vec<Entry>,
    content: &[u8],
    station: Option<&StationKey>,
) -> (Vec<Vec<u8>>, Sealed) {
    let shelf = Shelf::default();
    let mut rng = ChaCha20Rng::from_seed([settings.archive.as_bytes()[0]; 32]);
    let recipient = master().recipient().clone();
    let volumes = Buffers(shelf.clone());
    let mut writer = SetWriter::new(volumes, &recipient, settings, &mut rng).unwrap();
    let (mut sealer, mut body) = (Sealer::new().unwrap(), Vec::new());
    for (number, text) in (0..).zip(content.chunks(writer.segment_bytes() as usize)) {
        let key = Secret::from_fill(|key| rng.fill_bytes(key));
        let mut salt = [0; 24];
        rng.fill_bytes(&mut salt);
        let sealed = sealer.seal(writer.segment_context(number), &key, &salt, text, &mut body);
        writer.append_segment(&sealed, &key, &body, &mut rng).unwrap();
    }
    for entry in entries {
        writer.append_entry(entry, &mut rng).unwrap();
    }
    let sealed = writer.finish(station, &mut rng).unwrap();
    let volumes = std::mem::take(&mut *shelf.lock().unwrap());
    (volumes, sealed)
}

pub(crate) fn file(name: &str, position: u64, bytes: &[u8]) -> Entry {
    let size = bytes.len() as u64;
    let digest = Digest::from_bytes(blake3::hash(bytes).into());
    entry(name, EntryKind::File { position, stored: size, size, holes: vec![], digest })
}

pub(crate) fn entry(name: &str, kind: EntryKind) -> Entry {
    Entry {
        path: EntryPath::new(name).unwrap(),
        kind,
        mode: 0o644,
        mtime: 1_600_000_000,
        mtime_nanos: 5,
        owner: [1000, 1000],
        owner_names: None,
        xattrs: vec![],
    }
}

pub(crate) fn open(volumes: Vec<Vec<u8>>) -> Result<Set, ArchiveError> {
    Set::open(volumes.into_iter().map(|bytes| Box::new(bytes) as Box<dyn ReadAt>).collect())
}

pub(crate) fn archive_key(set: &Set) -> Result<ArchiveKey, ArchiveError> {
    let mut last = ArchiveError::NotSealed;
    for capsule in set.capsules() {
        match capsule.open(&master()) {
            Ok(key) => return Ok(key),
            Err(error) => last = error.into(),
        }
    }
    Err(last)
}

/// Every file with its content, each segment checked and opened on the way.
pub(crate) fn read(volumes: Vec<Vec<u8>>) -> Result<Vec<(String, Vec<u8>)>, ArchiveError> {
    let set = open(volumes)?;
    set.check_index()?;
    let contents = set.unlock(&archive_key(&set)?)?;
    let (mut opener, mut content) = (Opener::new()?, Vec::new());
    let (mut body, mut text) = (Vec::new(), Vec::new());
    for page in 0..set.index_pages() {
        for record in set.index_page(page)? {
            set.read_body(&record, &mut body)?;
            record.check(&body)?;
            if record.kind == FrameKind::Segment {
                let key = contents.data_key(record.number)?;
                let plain = (record.compression, record.plain_length);
                opener.open(set.context(&record), &key, plain, &body, &mut text)?;
                content.extend_from_slice(&text);
            }
        }
    }
    let at = |position: u64| usize::try_from(position).unwrap();
    let mut files = Vec::new();
    for entry in contents.entries() {
        let entry = entry?;
        let EntryKind::File { position, stored, digest, .. } = entry.kind else { continue };
        let bytes = content[at(position)..at(position + stored)].to_vec();
        assert_eq!(blake3::hash(&bytes).as_bytes(), digest.as_bytes());
        files.push((entry.path.to_string(), bytes));
    }
    Ok(files)
}
