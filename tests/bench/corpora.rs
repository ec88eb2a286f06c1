//! What the tools are measured on. All of it is made here; the noise is the same in every run.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};

use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use strongroom_tests::outcome::{Outcome, context, fail};
use strongroom_tests::postgres::Server;
use strongroom_tests::tree;

use crate::shop::Shop;

/// All corpora, in the order in which they are measured.
pub(crate) const NAMES: [&str; 4] = ["stream", "database", "files", "mixed"];

/// Whether a corpus is one stream or a tree of files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    Stream,
    Tree,
}

/// What is sealed and restored, at `dir/content`.
pub(crate) struct Corpus {
    pub(crate) name: &'static str,
    pub(crate) title: String,
    pub(crate) shape: Shape,
    pub(crate) compresses: bool,
    pub(crate) dir: PathBuf,
    pub(crate) bytes: u64,
    pub(crate) files: u64,
    portrait: tree::Portrait,
}

/// Makes corpus `name`, small or as it is promised.
pub(crate) fn make(name: &'static str, shop: &Shop, small: bool) -> Outcome<Corpus> {
    let dir = shop.line.dir.join("corpus");
    fs::create_dir_all(&dir).map_err(context("making a corpus"))?;
    let content = dir.join("content");
    println!("making corpus {name}");
    let (title, shape, compresses) = match name {
        "stream" => {
            let bytes = if small { 48 << 20 } else { 4 << 30 };
            write_noise(&content, bytes)?;
            ("a stream that does not compress", Shape::Stream, false)
        }
        "database" => {
            dump_database(&content, shop, if small { 100_000 } else { 14_500_000 })?;
            ("the dump of a PostgreSQL database", Shape::Stream, true)
        }
        "files" => {
            write_files(&content, if small { 600 } else { 200_000 }, &SMALL)?;
            ("small files", Shape::Tree, true)
        }
        "mixed" => {
            write_files(&content, if small { 60 } else { 1_000 }, &MIXED)?;
            ("mixed files", Shape::Tree, true)
        }
        _ => return fail(format!("there is no corpus {name}")),
    };
    let portrait = portrait(&content)?;
    let (bytes, files) = extent(&content)?;
    let title = match shape {
        Shape::Stream => format!("{title}, {:.2} GB", bytes as f64 / 1e9),
        Shape::Tree => format!("{files} {title}, {:.2} GB", bytes as f64 / 1e9),
    };
    Ok(Corpus { name, title, shape, compresses, dir, bytes, files, portrait })
}

impl Corpus {
    /// Reads everything, so that every tool finds it in memory: some throw out what they read.
    pub(crate) fn warm(&self) -> Outcome<()> {
        portrait(&self.dir.join("content")).map(drop)
    }

    /// Where `restored` is not what was sealed: at most ten places.
    pub(crate) fn differences(&self, restored: &Path) -> Outcome<Vec<String>> {
        Ok(tree::differences(&self.portrait, &portrait(&restored.join("content"))?))
    }

    /// Names of the files of a tree.
    pub(crate) fn files(&self) -> impl Iterator<Item = &Path> {
        let files = self.portrait.iter().filter(|(_, what)| what.starts_with("file"));
        files.map(|(path, _)| path.as_path())
    }

    /// Up to `limit` bytes of the content, as a sample of it.
    pub(crate) fn sample(&self, limit: usize) -> Outcome<Vec<u8>> {
        let root = self.dir.join("content");
        let paths: Vec<PathBuf> = match self.shape {
            Shape::Stream => vec![root],
            Shape::Tree => self.files().map(|path| root.join(path)).collect(),
        };
        let mut sample = Vec::with_capacity(limit);
        for path in paths {
            let room = (limit - sample.len()) as u64;
            let file = File::open(&path).map_err(context("opening a sample"))?;
            let read =
                std::io::Read::read_to_end(&mut std::io::Read::take(file, room), &mut sample);
            if read.map_err(context("reading a sample"))? as u64 == room {
                break;
            }
        }
        Ok(sample)
    }

    /// Throws it out.
    pub(crate) fn remove(self) -> Outcome<()> {
        fs::remove_dir_all(&self.dir).map_err(context("removing a corpus"))
    }
}

/// A tree entry by entry, or the digest of a stream.
fn portrait(content: &Path) -> Outcome<tree::Portrait> {
    if content.is_dir() {
        return tree::portrait(content);
    }
    let file = File::open(content).map_err(context("opening a stream"))?;
    let mut hasher = blake3::Hasher::new();
    hasher.update_reader(file).map_err(context("reading a stream"))?;
    Ok(BTreeMap::from([(PathBuf::from("content"), hasher.finalize().to_string())]))
}

/// Bytes and number of files.
pub(crate) fn extent(path: &Path) -> Outcome<(u64, u64)> {
    let metadata = fs::symlink_metadata(path).map_err(context("measuring a size"))?;
    if !metadata.is_dir() {
        return Ok((metadata.len(), 1));
    }
    let (mut bytes, mut files) = (0, 0);
    for entry in fs::read_dir(path).map_err(context("measuring a folder"))? {
        let below = extent(&entry.map_err(context("measuring a folder"))?.path())?;
        (bytes, files) = (bytes + below.0, files + below.1);
    }
    Ok((bytes, files))
}

fn write_noise(path: &Path, bytes: u64) -> Outcome<()> {
    let mut file = File::create(path).map_err(context("making a stream"))?;
    let (mut rng, mut buffer) = (ChaCha20Rng::from_seed([1; 32]), vec![0; 1 << 20]);
    for _ in 0..bytes >> 20 {
        rng.fill_bytes(&mut buffer);
        file.write_all(&buffer).map_err(context("writing a stream"))?;
    }
    Ok(())
}

fn dump_database(path: &Path, shop: &Shop, rows: u32) -> Outcome<()> {
    let server = Server::start(&shop.line.dir)?;
    server.fill_with_orders("bench", rows)?;
    let dump = File::create(path).map_err(context("making the dump"))?;
    let status = server.dump("bench").stdout(dump).status();
    if !status.is_ok_and(|status| status.success()) {
        return fail("pg_dump failed");
    }
    drop(server);
    fs::remove_dir_all(shop.line.dir.join("postgres")).map_err(context("removing the database"))
}

/// How large files are: from `2^least` to `2^most` bytes, every size class as often.
struct Sizes {
    least: u32,
    most: u32,
    per_folder: u64,
}

const SMALL: Sizes = Sizes { least: 7, most: 13, per_folder: 200 };
const MIXED: Sizes = Sizes { least: 8, most: 23, per_folder: 25 };

/// Files of text, of records and of noise, a third each, in folders.
fn write_files(root: &Path, count: u64, sizes: &Sizes) -> Outcome<()> {
    let mut rng = ChaCha20Rng::from_seed([2; 32]);
    for number in 0..count {
        let folder = root.join(format!("folder-{:04}", number / sizes.per_folder));
        if number % sizes.per_folder == 0 {
            fs::create_dir_all(&folder).map_err(context("making a folder"))?;
        }
        let class = sizes.least + rng.next_u32() % (sizes.most - sizes.least);
        let bytes = (1_u64 << class) + u64::from(rng.next_u32()) % (1 << class);
        let path = folder.join(format!("file-{number:06}"));
        let file = File::create(&path).map_err(context("making a file"))?;
        let mut file = BufWriter::with_capacity(1 << 16, file);
        write_content(&mut file, number % 3, bytes, &mut rng).map_err(context("writing a file"))?;
    }
    Ok(())
}

fn write_content(
    file: &mut impl std::io::Write,
    kind: u64,
    bytes: u64,
    rng: &mut ChaCha20Rng,
) -> std::io::Result<()> {
    let mut left = usize::try_from(bytes).unwrap_or(usize::MAX);
    while left > 0 {
        let piece = match kind {
            0 => WORDS[rng.next_u32() as usize % WORDS.len()].as_bytes().to_vec(),
            1 => format!("{{\"id\": {}, \"state\": \"open\"}}\n", rng.next_u32()).into_bytes(),
            _ => {
                let mut noise = vec![0; left.min(4096)];
                rng.fill_bytes(&mut noise);
                noise
            }
        };
        let piece = &piece[..piece.len().min(left)];
        file.write_all(piece)?;
        left -= piece.len();
    }
    file.flush()
}

const WORDS: [&str; 16] = [
    "custodian ",
    "officer ",
    "archive ",
    "sealed ",
    "restored ",
    "the ",
    "of ",
    "and ",
    "volume ",
    "medium ",
    "share ",
    "quorum ",
    "was ",
    "verified\n",
    "segment ",
    "damaged ",
];
