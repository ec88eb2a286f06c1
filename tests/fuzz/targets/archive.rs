//! What lies on media: blocks, preambles, records, messages, and whole volumes.

use ::archive::{
    CHUNK_BYTES, Compression, Contents, EntryPath, FrameKind, Opener, ReadAt, Sealer,
    SegmentContext, Set, fuzzing,
};
use ::keys::{MasterKey, Seed};
use ::secret::Secret;
use ::terms::{ArchiveId, Environment};

use super::{Answer, Target, USUAL, file, refused, same};

const GOLDEN: [&str; 7] = [
    "empty/empty.0001",
    "incompressible/incompressible.0001",
    "parity/parity.0001",
    "stream/stream.0001",
    "tree/tree.0001",
    "volumes/volumes.0001",
    "volumes/volumes.0002",
];
/// Bytes of a superblock and of a trailer, and of the digest at their end.
const BLOCK: usize = 4096;
const DIGEST: usize = 32;

fn golden(name: &str) -> Vec<u8> {
    file(format!("tests/golden/v1/{name}.strongroom"))
}

fn all_golden() -> Vec<Vec<u8>> {
    GOLDEN.iter().map(|name| golden(name)).collect()
}

/// The bodies of all frames of a kind in all golden archives.
fn bodies(kind: FrameKind) -> Vec<Vec<u8>> {
    all_golden().iter().flat_map(|volume| fuzzing::bodies(volume, kind)).collect()
}

fn set(volume: Vec<u8>) -> Result<Set, String> {
    Set::open(vec![Box::new(volume) as Box<dyn ReadAt>]).map_err(refused)
}

/// The master key of the golden archives.
fn master() -> MasterKey {
    let seed = file("tests/golden/v1/tree/seed.txt");
    let seed = hex::decode(std::str::from_utf8(&seed).unwrap().trim()).unwrap();
    MasterKey::derive(&Seed::from_secret(Secret::from_fill(|key| key.copy_from_slice(&seed))))
}

fn again(read: Result<Vec<u8>, ::archive::ArchiveError>, bytes: &[u8]) -> Answer {
    read.map(|again| same(&again, bytes)).map_err(refused)
}

/// Puts the digest of everything before it at the end of a block.
fn mend_block(block: &mut [u8]) {
    let Some(end) = block.len().checked_sub(DIGEST) else { return };
    let digest = blake3::hash(&block[..end]);
    block[end..].copy_from_slice(digest.as_bytes());
}

pub(crate) const SUPERBLOCK: Target = Target {
    name: "superblock",
    seeds: || {
        let ends =
            |volume: Vec<u8>| [volume[..BLOCK].to_vec(), volume[volume.len() - BLOCK..].to_vec()];
        all_golden().into_iter().flat_map(ends).collect()
    },
    read: |bytes| again(fuzzing::superblock(bytes), bytes),
    mend: |bytes| {
        // A block has one length; the record's own tells where it ends.
        bytes.resize(BLOCK, 0);
        mend_block(bytes);
    },
    ..USUAL
};

pub(crate) const PREAMBLE: Target = Target {
    name: "preamble",
    seeds: || {
        let volume = golden("tree/tree.0001");
        let found = volume.windows(64).filter(|window| window.starts_with(b"SRFRAME1"));
        found.map(<[u8]>::to_vec).collect()
    },
    read: |bytes| again(fuzzing::preamble(bytes), bytes),
    mend: |bytes| {
        bytes.resize(64, 0);
        let crc = crc32c::crc32c(&bytes[..60]);
        bytes[60..].copy_from_slice(&crc.to_be_bytes());
    },
    executions: 50_000,
    ..USUAL
};

pub(crate) const ROOT: Target = Target {
    name: "root",
    seeds: || {
        // One archive, or most seeds would be refused as the root of another.
        let mut roots = fuzzing::bodies(&golden("tree/tree.0001"), FrameKind::Root);
        roots.extend(bodies(FrameKind::Root));
        roots
    },
    read: |bytes| {
        thread_local! {
            static TREE: Set = set(golden("tree/tree.0001")).unwrap();
        }
        TREE.with(|tree| again(fuzzing::root(bytes, tree.settings()), bytes))
    },
    // The first execution opens the archive.
    memory: (256 << 10, 64),
    ..USUAL
};

pub(crate) const MANIFEST_PAGE: Target = Target {
    name: "manifest_page",
    seeds: || {
        let master = master();
        let pages = ["tree/tree.0001", "stream/stream.0001", "parity/parity.0001"].map(|name| {
            let set = set(golden(name)).unwrap();
            let key = set.capsules()[0].open(&master).unwrap();
            let entries = set.unlock(&key).unwrap().manifest_page(0).unwrap();
            fuzzing::manifest_page_of(entries)
        });
        pages.to_vec()
    },
    read: |bytes| again(fuzzing::manifest_page(bytes), bytes),
    ..USUAL
};

pub(crate) const KEY_PAGE: Target = Target {
    name: "key_page",
    seeds: || {
        let keys = |count: u8| [7; 40].repeat(count.into());
        let page = |count: u8| [&[0x82, 0, 0x58, 40 * count][..], &keys(count)].concat();
        (1..5).map(page).collect()
    },
    read: |bytes| again(fuzzing::key_page(bytes), bytes),
    executions: 30_000,
    ..USUAL
};

pub(crate) const ENTRY_PATH: Target = Target {
    name: "entry_path",
    seeds: || vec![b"a".to_vec(), b"some/path/inside.txt".to_vec(), b"a/".repeat(300), vec![0xff]],
    read: |bytes| {
        let path = EntryPath::new(bytes).map_err(refused)?;
        same(path.as_bytes(), bytes);
        let climbs = path.parts().any(|part| part.is_empty() || part == b"." || part == b"..");
        assert!(!climbs && path.parts().all(|part| part.len() <= 255), "{path}");
        assert!(!path.to_string().chars().any(char::is_control), "shown as it is: {path:?}");
        Ok(())
    },
    executions: 50_000,
    ..USUAL
};

const CONTEXT: SegmentContext = SegmentContext {
    archive: ArchiveId::from_bytes([9; 16]),
    environment: Some(Environment::Drill),
    kind: FrameKind::Segment,
    number: 3,
};

fn data_key() -> Secret<32> {
    Secret::from_fill(|key| key.fill(5))
}

fn open(plain: (Compression, usize), body: &[u8], out: &mut Vec<u8>) -> Answer {
    let plain_length = (plain.0, plain.1 as u64);
    let mut opener = Opener::new().unwrap();
    opener.open(CONTEXT, &data_key(), plain_length, body, out).map_err(refused)
}

/// What is sealed in the seeds of [`SEGMENT`]: three chunks that do not compress.
fn noise() -> Vec<u8> {
    let mut hash = blake3::Hasher::new().finalize_xof();
    let mut text = vec![0; 2 * CHUNK_BYTES + 100];
    hash.fill(&mut text);
    text
}

pub(crate) const SEGMENT: Target = Target {
    name: "segment",
    seeds: || {
        let mut body = Vec::new();
        let sealed =
            Sealer::new().unwrap().seal(CONTEXT, &data_key(), &[1; 24], &noise(), &mut body);
        assert_eq!(sealed.compression, Compression::None);
        vec![body]
    },
    read: |body| {
        let (noise, mut out) = (noise(), Vec::new());
        let plain = (Compression::None, noise.len());
        let opened = open(plain, body, &mut out);
        // Whatever opens is what was sealed, and whatever does not gives nothing out.
        assert!(out == if opened.is_ok() { &noise[..] } else { &[] });
        let mut opener = Opener::new().unwrap();
        let plain = (plain.0, plain.1 as u64);
        let lost = opener.salvage(CONTEXT, &data_key(), plain, body, &mut out).lost;
        assert_eq!(out.len(), noise.len());
        let mut at = 0;
        let place = |offset: u64| usize::try_from(offset).unwrap();
        for range in lost.iter().map(|range| place(range.start)..place(range.end)) {
            assert!(out[at..range.start] == noise[at..range.start], "saved, and not what was");
            assert!(out[range.clone()].iter().all(|byte| *byte == 0), "lost, and not zero");
            at = range.end;
        }
        assert!(out[at..] == noise[at..], "saved, and not what was");
        opened
    },
    memory: (512 << 10, 16),
    executions: 4000,
    ..USUAL
};

/// Bytes of text that compressed text is said to hold.
const PLAIN: usize = 4096;

pub(crate) const COMPRESSED_TEXT: Target = Target {
    name: "compressed_text",
    seeds: || {
        let text = [b"words ".repeat(PLAIN / 6), vec![7; PLAIN % 6]].concat();
        let bomb = vec![0; 64 << 20];
        let bulk = |level, text: &[u8]| zstd::bulk::compress(text, level).unwrap();
        vec![bulk(3, &text), bulk(19, &text), bulk(3, &noise()[..PLAIN]), bulk(3, &bomb)]
    },
    read: |stored| {
        let body = fuzzing::sealed_as_zstd(CONTEXT, &data_key(), PLAIN, stored);
        let mut out = Vec::new();
        let opened = open((Compression::Zstd, PLAIN), &body, &mut out);
        assert_eq!(out.len(), if opened.is_ok() { PLAIN } else { 0 });
        opened
    },
    executions: 10_000,
    ..USUAL
};

/// Reads everything of a volume that can be read without a key, and works out its repairs.
fn examine(volume: Vec<u8>) -> Answer {
    let most = volume.len() as u64 + (64 << 20);
    examine_set(&set(volume)?, most)
}

fn examine_set(set: &Set, most: u64) -> Answer {
    let mut said = set.check_index().map_err(refused);
    let mut body = Vec::new();
    for page in 0..set.index_pages() {
        for record in set.index_page(page).map_err(refused)? {
            if let Err(error) = set.read_checked(&record, &mut body) {
                match set.mend(&record) {
                    Ok(mended) => assert!(record.check(&mended).is_ok(), "mended to another"),
                    Err(_) => said = said.and(Err(refused(error))),
                }
            }
        }
    }
    let repairs = set.repairs(&mut |patch| {
        assert!(patch.offset + patch.bytes.len() as u64 <= most, "far behind the medium");
        Ok(())
    });
    said.and(repairs.map(|_| ()).map_err(refused))
}

pub(crate) const INDEX: Target = Target {
    name: "index_of_a_medium",
    seeds: || fuzzing::bodies(&golden("parity/parity.0001"), FrameKind::Index),
    read: |index| {
        let volume = fuzzing::with_index(&golden("parity/parity.0001"), index).unwrap();
        examine(volume)
    },
    // Of a frame that is not there, as many bytes are held as the index says it has, twice: the
    // bound is that of any frame, 64 MiB (archive-1 A5), and not what the medium has.
    memory: (3 * (64 << 20), 64),
    executions: 800,
    ..USUAL
};

pub(crate) const PARITY_FRAME: Target = Target {
    name: "parity_frame",
    seeds: || fuzzing::bodies(&golden("parity/parity.0001"), FrameKind::Parity),
    read: |body| {
        let golden = golden("parity/parity.0001");
        let index = set(golden.clone()).unwrap().index_page(0).unwrap();
        let place = |kind| index.iter().position(|record| record.kind == kind).unwrap();
        let place_of_parity = place(FrameKind::Parity);
        let mut volume = fuzzing::with_body(&golden, place_of_parity, body).unwrap();
        // Damage that this shard may be asked to mend.
        let segment = &index[place(FrameKind::Segment)];
        volume[usize::try_from(segment.offset).unwrap() + 9] ^= 1;
        examine(volume)
    },
    memory: (16 << 20, 64),
    executions: 300,
    ..USUAL
};

/// Reads a volume to its end, as a restore does.
fn read_all(contents: &Contents<'_>) -> Result<(), ::archive::ArchiveError> {
    let set = contents.set();
    contents.entries().try_for_each(|entry| entry.map(|_| ()))?;
    let (mut opener, mut body, mut text) = (Opener::new()?, Vec::new(), Vec::new());
    for page in 0..set.index_pages() {
        for record in set.index_page(page)? {
            if record.kind == FrameKind::Segment {
                set.read_checked(&record, &mut body)?;
                let (key, plain) =
                    (contents.data_key(record.number)?, (record.compression, record.plain_length));
                opener.open(set.context(&record), &key, plain, &body, &mut text)?;
            }
        }
    }
    Ok(())
}

pub(crate) const VOLUME: Target = Target {
    name: "volume",
    seeds: || ["empty/empty.0001", "tree/tree.0001", "stream/stream.0001"].map(golden).to_vec(),
    read: |bytes| {
        thread_local! {
            static MASTER: MasterKey = master();
        }
        examine(bytes.to_vec())?;
        let set = set(bytes.to_vec())?;
        let open = |master: &MasterKey| {
            let keys = set.capsules().iter().map(|capsule| capsule.open(master));
            keys.filter_map(Result::ok).next().ok_or_else(|| "no capsule opens".to_owned())
        };
        let key = MASTER.with(open)?;
        read_all(&set.unlock(&key).map_err(refused)?).map_err(refused)
    },
    mend: |bytes| mend_volume(bytes),
    memory: (2 << 20, 64),
    executions: 1500,
};

/// Has blocks and preambles fit again.
fn mend_volume(bytes: &mut [u8]) {
    let (length, ends) = (bytes.len(), [0, bytes.len().saturating_sub(BLOCK)]);
    for at in ends {
        if let Some(block) = bytes.get_mut(at..at + BLOCK) {
            mend_block(block);
        }
    }
    let magic = b"SRFRAME1";
    for at in 0..length.saturating_sub(64) {
        if bytes[at..].starts_with(magic) {
            let crc = crc32c::crc32c(&bytes[at..at + 60]);
            bytes[at + 60..at + 64].copy_from_slice(&crc.to_be_bytes());
        }
    }
}

/// A golden archive of which every copy of the index is destroyed.
fn without_index(name: &str) -> Vec<u8> {
    let mut volume = golden(name);
    for page in fuzzing::bodies(&volume, FrameKind::Index) {
        while let Some(at) = volume.windows(page.len()).position(|bytes| bytes == page) {
            volume[at..at + page.len()].fill(0xee);
        }
    }
    volume
}

pub(crate) const LOST_INDEX: Target = Target {
    name: "lost_index",
    seeds: || ["parity/parity.0001", "tree/tree.0001"].map(without_index).to_vec(),
    read: |bytes| {
        let most = bytes.len() as u64 + (64 << 20);
        let mut set = set(bytes.to_vec())?;
        let rebuilt = set.rebuild_index(&|_| true).map_err(refused)?.unwrap();
        for page in 0..set.index_pages() {
            let named = set.index_page_record(page).cloned().unwrap();
            if set.is_rebuilt(&named) {
                assert!(rebuilt.pages > 0 && set.index_page(page).is_ok(), "page {page}");
            }
        }
        let said = examine_set(&set, most);
        // The same without root and blocks, as far as these can be missed.
        let (archive, media) = (set.settings().archive, vec![bytes.to_vec()]);
        let media = media.into_iter().map(|bytes| Box::new(bytes) as Box<dyn ReadAt>).collect();
        let found = Set::rebuild(media, (archive, Vec::new()), &|_| true).map_err(refused)?;
        let mends = found.unwrap().mends_whole(&|| true).map_err(refused);
        said.and(mends.map(|_| ()))
    },
    mend: |bytes| mend_volume(bytes),
    memory: (16 << 20, 64),
    executions: 300,
};
