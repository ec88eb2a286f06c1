//! An archive of any number of entries that exist nowhere: the writer is fed directly.

use std::fs::{self, File};
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};

use archive::{Entry, EntryKind, EntryPath, Parity, SEGMENT_BYTES_DEFAULT, SetWriter, Settings};
use keys::Recipient;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use strongroom_tests::outcome::{Outcome, context};
use terms::{ArchiveId, Digest, Timestamp};

/// Files in a folder.
pub(crate) const PER_FOLDER: u64 = 1000;

/// Seals `count` empty files in folders of a thousand to the recipient in a file, into `dir`.
pub(crate) fn make(dir: &Path, count: u64, recipient: &Path) -> Outcome<()> {
    let text = fs::read_to_string(recipient).map_err(context("reading the recipient"))?;
    let recipient: Recipient = text.trim().parse().map_err(context("reading the recipient"))?;
    fs::create_dir_all(dir).map_err(context("making a folder"))?;
    let settings = Settings {
        archive: ArchiveId::from_bytes([count.to_le_bytes()[0]; 16]),
        vault: None,
        environment: None,
        key: None,
        label: "many entries".into(),
        created: Timestamp::from_unix(1_800_000_000),
        segment_bytes: SEGMENT_BYTES_DEFAULT,
        volume_bytes: None,
        checkpoint: None,
        parity: Parity::of_percent(10),
    };
    let mut rng = ChaCha20Rng::from_seed([4; 32]);
    let writer = SetWriter::new(Files(dir.to_owned()), &recipient, settings, &mut rng);
    let mut writer = writer.map_err(context("beginning an archive"))?;
    for number in 0..count {
        let folder = number / PER_FOLDER;
        if number % PER_FOLDER == 0 {
            let entry = entry(&format!("folder-{folder:06}"), EntryKind::Directory)?;
            writer.append_entry(entry, &mut rng).map_err(context("adding a folder"))?;
        }
        let empty = EntryKind::File {
            position: 0,
            stored: 0,
            size: 0,
            holes: Vec::new(),
            digest: Digest::from_bytes(blake3::hash(b"").into()),
        };
        let entry = entry(&format!("folder-{folder:06}/file-{number:08}"), empty)?;
        writer.append_entry(entry, &mut rng).map_err(context("adding a file"))?;
    }
    writer.finish(None, &mut rng).map(drop).map_err(context("finishing an archive"))
}

fn entry(path: &str, kind: EntryKind) -> Outcome<Entry> {
    let mode = if kind == EntryKind::Directory { 0o755 } else { 0o644 };
    Ok(Entry {
        path: EntryPath::new(path).map_err(context("naming an entry"))?,
        kind,
        mode,
        mtime: 1_700_000_000,
        mtime_nanos: 0,
        owner: [0, 0],
        owner_names: None,
        xattrs: Vec::new(),
    })
}

/// Volumes as files of a folder.
struct Files(PathBuf);

impl archive::Volumes for Files {
    type Volume = BufWriter<File>;

    fn begin(&mut self, number: u32) -> io::Result<Self::Volume> {
        let path = self.0.join(format!("entries.{number:04}.strongroom"));
        Ok(BufWriter::with_capacity(256 << 10, File::create_new(path)?))
    }

    fn end(&mut self, _: u32, volume: Self::Volume) -> io::Result<()> {
        volume.into_inner()?.sync_all()
    }
}
