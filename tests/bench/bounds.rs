//! What this machine can do at most with a corpus, measured in the same rounds as the tools.

use std::fs::{self, File, OpenOptions};
use std::io::{Read as _, Write as _};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Instant;

use rustix::fs::OFlags;
use strongroom_tests::outcome::{Outcome, context, fail};

use crate::corpora::{Corpus, Shape};
use crate::kernels::{self, Compressed};
use crate::results::Bounds;
use crate::shop::Shop;

/// Bytes of content that processor and memory are measured on.
const SAMPLE_BYTES: usize = 64 << 20;
/// Bytes that the disk is measured with at most.
const DISK_BYTES: u64 = 4 << 30;
/// Bytes of one read or write.
const PIECE_BYTES: usize = 4 << 20;
/// Alignment that direct reads ask for.
const ALIGNMENT: usize = 4096;
/// Files that are made and read at most.
const FILES: usize = 20_000;

/// One round.
pub(crate) fn measure(corpus: &Corpus, shop: &Shop, bounds: &mut Bounds) -> Outcome<()> {
    let cores = cores();
    let sample = corpus.sample(SAMPLE_BYTES)?;
    bounds.memcpy.0.push(kernels::memcpy(&sample));
    bounds.aes_one.0.push(kernels::aes_gcm(&sample, 1)?);
    bounds.aes_all.0.push(kernels::aes_gcm(&sample, cores)?);
    bounds.blake3_one.0.push(kernels::blake3(&sample, 1));
    bounds.blake3_all.0.push(kernels::blake3(&sample, cores));
    let compressed = Compressed::new(&sample)?;
    bounds.compress_all.0.push(kernels::compress(&sample, cores)?);
    bounds.decompress_one.0.extend(compressed.decompress(&sample, 1)?);
    bounds.decompress_all.0.extend(compressed.decompress(&sample, cores)?);
    shop.clear()?;
    disk(&shop.bench.join("disk"), corpus.bytes.min(DISK_BYTES), &sample, bounds)?;
    if corpus.shape == Shape::Tree {
        bounds.files_read.0.push(files_read(corpus)?);
        bounds.files_made.0.push(files_made(&shop.bench, corpus)?);
    }
    Ok(())
}

/// Cores that may be used.
pub(crate) fn cores() -> usize {
    thread::available_parallelism().map_or(2, usize::from)
}

/// Writes `bytes`, reads them from the system's memory, then from the disk.
///
/// They are written twice, and the better figure counts: what was removed before keeps a disk busy
/// for a while, and a bound is what the machine can do at most.
fn disk(path: &Path, bytes: u64, sample: &[u8], bounds: &mut Bounds) -> Outcome<()> {
    let before = path.with_extension("before");
    let rates = [write_rate(&before, bytes, sample)?, write_rate(path, bytes, sample)?];
    bounds.disk_write.0.push(rates[0].max(rates[1]));
    bounds.cache_read.0.push(read_rate(path, OFlags::empty())?);
    // A file system without direct reads leaves this bound out.
    bounds.disk_read.0.extend(read_rate(path, OFlags::DIRECT).ok());
    [&*before, path].into_iter().try_for_each(fs::remove_file).map_err(context("removing a file"))
}

/// Bytes a second that are written, fsync included.
fn write_rate(path: &Path, bytes: u64, sample: &[u8]) -> Outcome<f64> {
    let mut pieces = sample.chunks_exact(PIECE_BYTES.min(sample.len())).cycle();
    rustix::fs::sync();
    let started = Instant::now();
    let mut file = File::create(path).map_err(context("making a file"))?;
    let mut written = 0;
    while written < bytes {
        let Some(piece) = pieces.next() else { return fail("there is no sample") };
        file.write_all(piece).map_err(context("writing a file"))?;
        written += piece.len() as u64;
    }
    file.sync_all().map_err(context("syncing a file"))?;
    Ok(written as f64 / started.elapsed().as_secs_f64())
}

fn read_rate(path: &Path, flags: OFlags) -> Outcome<f64> {
    let mut options = OpenOptions::new();
    options.read(true).custom_flags(flags.bits().cast_signed());
    let mut file = options.open(path).map_err(context("opening a file"))?;
    let mut buffer = vec![0_u8; PIECE_BYTES + ALIGNMENT];
    let skip = buffer.as_ptr().align_offset(ALIGNMENT);
    let started = Instant::now();
    let mut bytes = 0;
    loop {
        let read = file.read(&mut buffer[skip..skip + PIECE_BYTES]);
        match read.map_err(context("reading a file"))? {
            0 => return Ok(bytes as f64 / started.elapsed().as_secs_f64()),
            count => bytes += count,
        }
    }
}

/// Files a second that all cores open and read.
fn files_read(corpus: &Corpus) -> Outcome<f64> {
    let root = corpus.dir.join("content");
    let paths: Vec<PathBuf> = corpus.files().take(FILES).map(|path| root.join(path)).collect();
    per_second(&paths, |path| fs::read(path).map(drop))
}

/// Files a second that all cores make, of the size that the files of `corpus` have, disk included.
fn files_made(bench: &Path, corpus: &Corpus) -> Outcome<f64> {
    let root = bench.join("files");
    let (count, size) = (corpus.files.min(FILES as u64), corpus.bytes / corpus.files);
    let content = vec![0x5a; usize::try_from(size).unwrap_or(0)];
    let folder = |number: u64| root.join(format!("{}", number / 200));
    for number in (0..count).step_by(200) {
        fs::create_dir_all(folder(number)).map_err(context("making a folder"))?;
    }
    let paths: Vec<_> = (0..count).map(|n| folder(n).join(format!("{n}"))).collect();
    rustix::fs::sync();
    let here = File::open(&root).map_err(context("opening a folder"))?;
    let started = Instant::now();
    per_second(&paths, |path| fs::write(path, &content))?;
    rustix::fs::syncfs(&here).map_err(context("syncing"))?;
    let rate = count as f64 / started.elapsed().as_secs_f64();
    fs::remove_dir_all(&root).map_err(context("removing files"))?;
    Ok(rate)
}

/// Does `work` with every path on all cores; paths a second.
fn per_second(
    paths: &[PathBuf],
    work: impl Fn(&Path) -> std::io::Result<()> + Sync,
) -> Outcome<f64> {
    let (next, started) = (AtomicUsize::new(0), Instant::now());
    let failed = thread::scope(|scope| {
        let threads: Vec<_> = (0..cores())
            .map(|_| {
                scope.spawn(|| {
                    while let Some(path) = paths.get(next.fetch_add(1, Ordering::Relaxed)) {
                        work(path)?;
                    }
                    Ok(())
                })
            })
            .collect();
        let done = threads.into_iter().map(|thread| thread.join().unwrap_or(Ok(())));
        done.filter_map(std::io::Result::err).next()
    });
    match failed {
        Some(error) => fail(format!("working on files: {error}")),
        None => Ok(paths.len() as f64 / started.elapsed().as_secs_f64()),
    }
}
