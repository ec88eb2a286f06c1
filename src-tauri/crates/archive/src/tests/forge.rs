//! Archives with one thing wrong: everything else about them is right, seals included.

use keys::{ArchiveKey, Capsule, CapsuleFacts};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use secret::Secret;
use terms::Digest;

use super::press::{entry, file, master, noise, settings};
use crate::aead::Bulk;
use crate::entry::ManifestPage;
use crate::frame::{PREAMBLE_BYTES, Preamble};
use crate::layout::BLOCK_BYTES;
use crate::merkle::Merkle;
use crate::page::{KeyPage, Unlocked};
use crate::record::IndexPage;
use crate::root::{PageRef, Totals};
use crate::superblock::End;
use crate::{
    Compression, Entry, EntryKind, FrameKind, FrameRecord, Root, Sealer, SegmentContext, Settings,
    Superblock, chunked,
};

/// What an archive is changed in while it is made.
#[derive(Clone, Copy)]
pub(crate) enum Change {
    Nothing,
    Settings(fn(&mut Settings)),
    Superblock(fn(&mut Superblock)),
    Block(fn(&mut [u8])),
    Capsule(fn(&mut Vec<u8>)),
    Entries(fn(&mut Vec<Entry>)),
    ManifestText(fn(&mut Vec<u8>)),
    KeysText(fn(&mut Vec<u8>)),
    Parts(fn(&mut Vec<Part>)),
    Records(fn(&mut Vec<FrameRecord>)),
    IndexText(fn(&mut Vec<u8>)),
    Root(fn(&mut Root)),
    SealedRoot(fn(&mut Root)),
    RootText(fn(&mut Vec<u8>)),
    Set(fn(&mut Vec<Vec<u8>>)),
    /// Flips a bit in the middle of these frames of a kind, in the first volume.
    Hit(FrameKind, &'static [usize]),
}

/// A frame before it has a place.
#[derive(Clone)]
pub(crate) struct Part {
    pub(crate) context: SegmentContext,
    pub(crate) compression: Compression,
    pub(crate) plain_length: u64,
    pub(crate) body: Vec<u8>,
}

/// What is inside.
pub(crate) struct Inside {
    pub(crate) entries: Vec<Entry>,
    pub(crate) segments: Vec<Vec<u8>>,
}

/// Every kind of entry in one small segment.
pub(crate) fn small() -> Inside {
    let text = b"some text ".repeat(300);
    let entries = vec![
        file("a.txt", 0, &text),
        entry("d", EntryKind::Directory),
        file("d/b.txt", 3000, b"twenty bytes of text"),
        entry("e", EntryKind::Hardlink { to: crate::EntryPath::new("a.txt").unwrap() }),
        entry("f", EntryKind::Symlink { target: b"d/b.txt".to_vec() }),
    ];
    Inside { entries, segments: vec![[text, b"twenty bytes of text".to_vec()].concat()] }
}

/// A full segment that is compressed, and two chunks that are not.
pub(crate) fn two() -> Inside {
    let (text, noise) = (b"line of text\n".repeat(5042)[..65_536].to_vec(), noise(17_000));
    let entries = vec![file("a", 0, &text), file("b", 65_536, &noise)];
    Inside { entries, segments: vec![text, noise] }
}

pub(crate) fn empty() -> Inside {
    Inside { entries: vec![], segments: vec![] }
}

/// The data key of a segment, known to forgers.
pub(crate) fn data_key(segment: u64) -> Secret<32> {
    Secret::from_fill(|key| key.fill(segment.to_le_bytes()[0] + 1))
}

/// The archive's key, known to forgers.
pub(crate) fn known_key() -> ArchiveKey {
    ArchiveKey::from_secret(Secret::from_fill(|key| key.fill(9)))
}

pub(crate) fn page_key(part: &Part) -> Secret<32> {
    Unlocked::new(&known_key(), part.context.archive).pages
}

impl Part {
    /// Seals `stored` bytes as if `plain_length` bytes had become them by `compression`.
    pub(crate) fn reseal(&mut self, key: &Secret<32>, stored: &[u8]) {
        let plain_len = usize::try_from(self.plain_length).unwrap();
        let bound = self.context.bytes(self.compression, plain_len);
        self.body.clear();
        chunked::seal::<Bulk>(key, &[3; 24], &bound, stored, &mut self.body);
    }
}

/// Volumes while they are written.
struct Tape {
    settings: Settings,
    change: Change,
    volumes: Vec<Vec<u8>>,
}

impl Tape {
    fn block(&mut self, end: Option<End>, is_trailer: bool) {
        let number = u32::try_from(self.volumes.len()).unwrap();
        let volume = self.volumes.last_mut().unwrap();
        let mut block = Superblock::new(self.settings.clone(), number);
        block.volume_bytes = is_trailer.then(|| (volume.len() + BLOCK_BYTES) as u64);
        block.end = end;
        if let Change::Superblock(change) = self.change {
            change(&mut block);
        }
        let mut bytes = block.encode();
        if let Change::Block(change) = self.change {
            change(&mut bytes[..BLOCK_BYTES - 32]);
            let digest = *blake3::hash(&bytes[..BLOCK_BYTES - 32]).as_bytes();
            bytes[BLOCK_BYTES - 32..].copy_from_slice(&digest);
        }
        volume.extend(bytes);
    }

    fn capsule(&mut self, capsule: &Capsule, number: u64) {
        let mut body = capsule.encode();
        if let Change::Capsule(change) = self.change {
            change(&mut body);
        }
        self.plain(FrameKind::Capsule, number, &body);
    }

    fn plain(&mut self, kind: FrameKind, number: u64, body: &[u8]) -> FrameRecord {
        self.frame(kind, number, Compression::None, body.len() as u64, body)
    }

    fn frame(
        &mut self,
        kind: FrameKind,
        number: u64,
        compression: Compression,
        plain_length: u64,
        body: &[u8],
    ) -> FrameRecord {
        let (archive, length) = (self.settings.archive, body.len() as u64);
        let volume = u32::try_from(self.volumes.len()).unwrap();
        let preamble =
            Preamble { kind, compression, archive, volume, number, length, plain_length };
        let bytes = self.volumes.last_mut().unwrap();
        bytes.extend(preamble.encode());
        let offset = bytes.len() as u64;
        bytes.extend(body);
        let digest = Digest::from_bytes(blake3::hash(body).into());
        FrameRecord::of(&preamble, offset, digest)
    }
}

/// Makes the volumes of an archive in which `change` is made at its place, and nowhere else.
pub(crate) fn forge(inside: Inside, volumes: u32, change: Change) -> Vec<Vec<u8>> {
    let mut settings = settings(1);
    if let Change::Settings(change) = change {
        change(&mut settings);
    }
    let keys = Unlocked::new(&known_key(), settings.archive);
    let capsule = sealed_capsule(&settings);
    let (segments, content) = (inside.segments.len(), inside.segments.concat().len());
    let (parts, entries) = parts(inside, &settings, &keys, change);
    let mut tape = Tape { settings, change, volumes: vec![Vec::new()] };
    tape.block(None, false);
    tape.capsule(&capsule, 0);
    let mut records = Vec::new();
    for (place, part) in parts.iter().enumerate() {
        while tape.volumes.len() < 1 + place * volumes as usize / parts.len() {
            tape.capsule(&capsule, 1);
            tape.block(None, true);
            tape.volumes.push(Vec::new());
            tape.block(None, false);
            tape.capsule(&capsule, 0);
        }
        let SegmentContext { kind, number, .. } = part.context;
        records.push(tape.frame(kind, number, part.compression, part.plain_length, &part.body));
    }
    if let Change::Records(change) = change {
        change(&mut records);
    }
    let totals = Totals {
        archive: tape.settings.archive,
        settings: tape.settings.digest(),
        merkle_root: merkle_root(&records),
        frames: records.len() as u64,
        segments: segments as u64,
        content_bytes: content as u64,
        entries: entries as u64,
        manifest_pages: u64::from(entries > 0),
        volumes,
        pages: index(&mut tape, records),
    };
    finish(tape, totals, &keys, &capsule)
}

fn index(tape: &mut Tape, records: Vec<FrameRecord>) -> Vec<PageRef> {
    if records.is_empty() && !matches!(tape.change, Change::Records(_)) {
        return Vec::new();
    }
    let mut text = terms::encode(&IndexPage(records));
    if let Change::IndexText(change) = tape.change {
        change(&mut text);
    }
    let copies = (0..2).map(|_| tape.plain(FrameKind::Index, 0, &text)).collect();
    vec![PageRef { first_segment: 0, copies }]
}

fn merkle_root(records: &[FrameRecord]) -> Digest {
    let mut merkle = Merkle::default();
    records.iter().for_each(|record| merkle.push(&terms::encode(record)));
    merkle.root()
}

fn finish(mut tape: Tape, totals: Totals, keys: &Unlocked, capsule: &Capsule) -> Vec<Vec<u8>> {
    let volumes = totals.volumes;
    let mut root = Root::new(totals, keys, None);
    if let Change::Root(change) = tape.change {
        change(&mut root);
        root.seal(keys, None);
    }
    if let Change::SealedRoot(change) = tape.change {
        change(&mut root);
    }
    let mut text = terms::encode(&root);
    if let Change::RootText(change) = tape.change {
        change(&mut text);
    }
    let first = tape.plain(FrameKind::Root, 0, &text);
    tape.capsule(&capsule.with_index_root(root.digest()), 1);
    let second = tape.plain(FrameKind::Root, 1, &text);
    tape.block(Some(End { volumes, roots: [first, second] }), true);
    let mut volumes = tape.volumes;
    if let Change::Set(change) = tape.change {
        change(&mut volumes);
    }
    if let Change::Hit(kind, nths) = tape.change {
        for nth in nths {
            let body = body_of(&volumes[0], kind, *nth);
            volumes[0][usize::midpoint(body.start, body.end)] ^= 4;
        }
    }
    volumes
}

fn sealed_capsule(settings: &Settings) -> Capsule {
    let facts = CapsuleFacts {
        archive: settings.archive,
        environment: settings.environment,
        key: settings.key,
        generation: 1,
        created: settings.created,
    };
    let mut rng = ChaCha20Rng::from_seed([4; 32]);
    Capsule::seal(master().recipient(), &known_key(), facts, &mut rng).unwrap()
}

/// Seals everything inside; pages come twice.
fn parts(
    inside: Inside,
    settings: &Settings,
    keys: &Unlocked,
    change: Change,
) -> (Vec<Part>, usize) {
    let Inside { mut entries, segments } = inside;
    let mut sealer = Sealer::new().unwrap();
    let Settings { archive, environment, .. } = *settings;
    let mut seal = |kind, number: u64, key: &Secret<32>, text: &[u8]| {
        let context = SegmentContext { archive, environment, kind, number };
        let salt = [16 * kind.code() + number.to_le_bytes()[0]; 24];
        let mut body = Vec::new();
        let sealed = sealer.seal(context, key, &salt, text, &mut body);
        let (compression, plain_length) = (sealed.compression, sealed.plain_length);
        Part { context, compression, plain_length, body }
    };
    let mut parts = Vec::new();
    let mut wrapped = Vec::new();
    for (number, text) in (0..).zip(&segments) {
        parts.push(seal(FrameKind::Segment, number, &data_key(number), text));
        wrapped.extend(keys.wrap(&data_key(number)));
    }
    if let Change::Entries(change) = change {
        change(&mut entries);
    }
    let count = entries.len();
    let mut pages = Vec::new();
    if count > 0 {
        let mut text = terms::encode(&ManifestPage(entries));
        if let Change::ManifestText(change) = change {
            change(&mut text);
        }
        pages.push(seal(FrameKind::Manifest, 0, &keys.pages, &text));
    }
    if !segments.is_empty() {
        let mut text = terms::encode(&KeyPage { first_segment: 0, wrapped });
        if let Change::KeysText(change) = change {
            change(&mut text);
        }
        pages.push(seal(FrameKind::Keys, 0, &keys.pages, &text));
    }
    parts.extend(pages.iter().cloned().chain(pages.iter().cloned()));
    if let Change::Parts(change) = change {
        change(&mut parts);
    }
    (parts, count)
}

/// Where the body of the frame of this kind lies in a volume, counted from 0 among them.
pub(crate) fn body_of(volume: &[u8], kind: FrameKind, nth: usize) -> std::ops::Range<usize> {
    let mut found = (0..volume.len() - PREAMBLE_BYTES).filter_map(|at| {
        let preamble = volume[at..at + PREAMBLE_BYTES].try_into().unwrap();
        let preamble = Preamble::decode(preamble).ok().filter(|found| found.kind == kind)?;
        let start = at + PREAMBLE_BYTES;
        Some(start..start + usize::try_from(preamble.length).unwrap())
    });
    found.nth(nth).unwrap()
}
