//! `cargo xtask demo worst-day`: a volume lost, sectors bad, power cut twice; and more than that.
//!
//! Three acts on a set of three volumes. A tenth of parity and a second copy elsewhere bring
//! everything back; so does as much parity as content, without a second copy. Without either,
//! what is lost is exactly what the report says, and everything else is what it was.

use std::fs::{self, File};
use std::os::unix::fs::{FileExt as _, MetadataExt as _};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng as _};
use serde_json::Value;
use strongroom_tests::line::Line;
use strongroom_tests::measure::measure;
use strongroom_tests::outcome::{Outcome, context, fail};
use strongroom_tests::tree as files;

use crate::injury::Injury;

/// Sectors that are overwritten in a volume.
const SECTORS: usize = 50;
/// Parts of all content at which the power is cut.
const CUTS: [u64; 2] = [3, 7];
/// Parts in all.
const PARTS: u64 = 10;
/// What random places are drawn from; whoever repeats the run meets the same damage.
const SEED: u64 = 26;

/// How much content there is.
pub(crate) struct Content {
    /// Real files.
    pub(crate) files: usize,
    /// Files that do not compress, of eight megabytes each.
    pub(crate) large: usize,
}

/// Plays all three acts.
pub(crate) fn play(line: &Line, content: &Content) -> Outcome<()> {
    let mut stage = Stage { line, random: ChaCha20Rng::seed_from_u64(SEED) };
    let tree = stage.make_tree("tree", content)?;
    // One window of parity, so that it spans all three volumes.
    let small = Content { files: content.files.min(600), large: content.large.min(8) };
    let small = stage.make_tree("small", &small)?;

    println!("== 10 % parity and a second copy of the lost volume, which is damaged too");
    let (archive, volumes) = stage.seal(&tree, "two-places", "10%")?;
    let elsewhere = volumes[1].with_file_name("copy-from-elsewhere.strongroom");
    fs::copy(&volumes[1], &elsewhere).map_err(context("copying a volume"))?;
    stage.strike(&volumes[0], &volumes[1])?;
    stage.scratch(&elsewhere)?;
    stage.comes_back(&archive, &tree)?;

    println!("== 100 % parity and no second copy");
    let (archive, volumes) = stage.seal(&small, "parity", "100%")?;
    stage.strike(&volumes[0], &volumes[1])?;
    stage.comes_back(&archive, &small)?;

    println!("== 10 % parity and no second copy: a third of the archive is lost");
    let (archive, volumes) = stage.seal(&tree, "beyond", "10%")?;
    stage.strike(&volumes[0], &volumes[1])?;
    stage.is_told(&archive, &tree)
}

struct Stage<'a> {
    line: &'a Line,
    random: ChaCha20Rng,
}

impl Stage<'_> {
    fn make_tree(&mut self, name: &str, content: &Content) -> Outcome<PathBuf> {
        let tree = self.line.dir.join(name);
        files::collect(&tree, content.files)?;
        let mut noise = vec![0; 8_000_000];
        for number in 0..content.large {
            self.random.fill_bytes(&mut noise);
            let path = tree.join(format!("large-{number:03}"));
            fs::write(path, &noise).map_err(context("writing a large file"))?;
        }
        Ok(tree)
    }

    /// Seals onto three volumes; returns the folder and the volumes in order.
    fn seal(&self, tree: &Path, name: &str, parity: &str) -> Outcome<(PathBuf, Vec<PathBuf>)> {
        let archive = self.line.dir.join("archives").join(name);
        let whole = archive.with_extension("whole");
        let sealed = self.line.seal_tree_with(tree, &whole, &["--parity", parity])?.report;
        let bytes = sealed["bytes_out"].as_u64().unwrap_or_default();
        fs::remove_dir_all(whole).map_err(context("removing the first try"))?;
        let size = format!("{}", bytes / 3 + (2 << 20));
        let onto = ["--parity", parity, "--volume-size", &size];
        let report = self.line.seal_tree_with(tree, &archive, &onto)?.report;
        let list = report["volumes"].as_array().map_or(&[][..], Vec::as_slice);
        let volumes: Vec<_> = list.iter().filter_map(Value::as_str).map(PathBuf::from).collect();
        if volumes.len() != 3 {
            return fail(format!("the archive has {} volumes instead of 3", volumes.len()));
        }
        println!("   {} MB sealed onto 3 volumes", bytes / 1_000_000);
        Ok((archive, volumes))
    }

    /// Deletes `lost` and overwrites sectors of `scratched`.
    fn strike(&mut self, scratched: &Path, lost: &Path) -> Outcome<()> {
        fs::remove_file(lost).map_err(context("deleting a volume"))?;
        println!("   volume 2 is deleted");
        self.scratch(scratched)
    }

    fn scratch(&mut self, volume: &Path) -> Outcome<()> {
        let file = File::options().write(true).open(volume);
        let file = file.map_err(context("opening a volume"))?;
        let sectors = file.metadata().map_err(context("measuring a volume"))?.len() / 512;
        for _ in 0..SECTORS {
            let mut sector = [0; 512];
            self.random.fill_bytes(&mut sector);
            let place = self.random.next_u64() % sectors * 512;
            file.write_all_at(&sector, place).map_err(context("overwriting a sector"))?;
        }
        let name = volume.file_name().unwrap_or_default().to_string_lossy();
        println!("   {SECTORS} random sectors of {name} are overwritten");
        Ok(())
    }

    /// Restores with two power cuts; everything must come back.
    fn comes_back(&self, archive: &Path, tree: &Path) -> Outcome<()> {
        let to = self.target(archive);
        let report = self.restore(archive, &to, tree)?;
        if report["verdict"] != "complete" {
            return fail(format!("the restore is not complete: {report}"));
        }
        let name = tree.file_name().unwrap_or_default();
        let (before, after) = (files::portrait(tree)?, files::portrait(&to.join(name))?);
        let differences = files::differences(&before, &after);
        if !differences.is_empty() {
            return fail(format!("the tree came back different:\n{}", differences.join("\n")));
        }
        println!("   complete: {} entries identical, content, modes, times, links", before.len());
        Ok(())
    }

    /// Restores with two power cuts; what is lost must be what the report says.
    fn is_told(&self, archive: &Path, tree: &Path) -> Outcome<()> {
        let to = self.target(archive);
        let report = self.restore(archive, &to, tree)?;
        let injury = Injury::compare(tree, &to, &report)?;
        println!("   verdict \"{}\": {injury}", report["verdict"].as_str().unwrap_or_default());
        Ok(())
    }

    /// Verifies without a key, and tells what it says.
    fn look(&self, archive: &Path) -> Outcome<()> {
        let report = self.line.verify(archive)?;
        let places = report["damaged"].as_array().map_or(&[][..], Vec::as_slice);
        let mends = places.iter().filter(|place| place["mends"] == true).count();
        let (verdict, count) = (report["verdict"].as_str().unwrap_or_default(), places.len());
        println!("   verify, without a key: {verdict}; {mends} of {count} damaged places mend");
        Ok(())
    }

    fn target(&self, archive: &Path) -> PathBuf {
        self.line.dir.join("restored").join(archive.file_name().unwrap_or_default())
    }

    fn restore(&self, archive: &Path, to: &Path, tree: &Path) -> Outcome<Value> {
        self.look(archive)?;
        let all = occupied(tree);
        for cut in CUTS {
            let mut restore = self.line.restore_on(archive, to)?;
            let restore = restore.stdout(Stdio::null()).stderr(Stdio::null());
            let mut child = restore.spawn().map_err(context("starting the restore"))?;
            while occupied(to) < all / PARTS * cut {
                if child.try_wait().map_err(context("watching the restore"))?.is_some() {
                    return fail("the restore ended before the power was cut");
                }
            }
            child.kill().and_then(|()| child.wait()).map_err(context("killing the restore"))?;
            println!("   SIGKILL when {} MB lay in the target", occupied(to) / 1_000_000);
        }
        let ended = measure(&mut self.line.restore_on(archive, to)?)?;
        let text = String::from_utf8_lossy(&ended.stdout);
        let report: Value = serde_json::from_str(&text).map_err(context("reading the report"))?;
        let number = |name: &str| report[name].as_u64().unwrap_or_default();
        println!(
            "   then {:.1} s: {} files kept, {} of them and {} MB of one not read again; \
             {} segments mended",
            ended.seconds,
            number("kept"),
            number("vouched"),
            number("vouched_bytes") / 1_000_000,
            number("mended"),
        );
        Ok(report)
    }
}

/// Bytes that everything below `dir` takes on the disk.
fn occupied(dir: &Path) -> u64 {
    let Ok(entries) = fs::read_dir(dir) else { return 0 };
    let sizes = entries.flatten().map(|entry| match entry.metadata() {
        Ok(metadata) if metadata.is_dir() => occupied(&entry.path()),
        Ok(metadata) => metadata.blocks() * 512,
        Err(_) => 0,
    });
    sizes.sum()
}
