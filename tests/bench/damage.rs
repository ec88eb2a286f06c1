//! One percent of what a tool sealed is overwritten: what comes back, and what the tool says.

use std::fs::{self, File};
use std::io::{Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use serde_json::Value;
use strongroom_tests::outcome::{Outcome, context, fail};

use crate::corpora::{self, Corpus};
use crate::results::DamageResult;
use crate::shop::Shop;
use crate::tools::{Step, Tool};
use crate::trial;

/// Runs of overwritten bytes, as scratches make them.
const RUNS: u64 = 10;
/// All runs together are this part of the whole.
const PART: u64 = 100;

/// Seals, overwrites, restores, and compares file by file.
pub(crate) fn trial(tool: &Tool, corpus: &Corpus, shop: &Shop) -> Outcome<DamageResult> {
    shop.clear()?;
    trial::time(tool, Step::Seal, corpus, shop)?;
    overwrite(&shop.bench)?;
    let script = tool.script(Step::Restore, corpus.shape).unwrap_or_default();
    let ended = trial::run(&script, corpus, shop)?;
    let (original, restored) =
        (corpus.dir.join("content"), shop.bench.join("restored").join("content"));
    let told = format!("{}\n{}", ended.printed, ended.said);
    let mut result = DamageResult {
        name: tool.name.to_owned(),
        exit: ended.exit,
        identical: 0,
        named: 0,
        unnamed: 0,
        disguised: 0,
        saved_bytes: 0,
        said: last_words(&ended.said),
    };
    let mut named = Vec::new();
    for path in corpus.files() {
        let there = fs::read(restored.join(path)).ok();
        let is_there = there.is_some();
        if there.as_ref() == Some(&read(&original.join(path))?) {
            result.identical += 1;
            continue;
        }
        result.disguised += u64::from(is_there);
        let is_named = told.contains(&*path.to_string_lossy());
        if is_named {
            result.named += 1;
            named.push(path.to_owned());
        } else {
            result.unnamed += 1;
        }
    }
    if tool.is_ours() {
        result.saved_bytes = check_report(&ended.printed, &named, &original, &shop.bench)?;
        result.said = verdict(&ended.printed)?;
    }
    Ok(result)
}

/// Overwrites runs of bytes at the same parts of the way through all that lies in `dir`.
fn overwrite(dir: &Path) -> Outcome<()> {
    let files = files_below(dir)?;
    let total: u64 = files.iter().map(|(_, bytes)| bytes).sum();
    let run = total / PART / RUNS;
    for number in 0..RUNS {
        let mut start = total / RUNS * number + total / (RUNS * 3);
        let mut left = run;
        // A run goes on in the next file where one ends.
        for (path, bytes) in &files {
            if start < *bytes && left > 0 {
                let count = left.min(bytes - start);
                overwrite_in(path, start, count)?;
                (start, left) = (*bytes, left - count);
            }
            start = start.saturating_sub(*bytes);
        }
    }
    Ok(())
}

fn overwrite_in(path: &Path, start: u64, count: u64) -> Outcome<()> {
    let mut permissions = fs::metadata(path).map_err(context("damaging a file"))?.permissions();
    #[expect(clippy::permissions_set_readonly_false, reason = "thrown away after the restore")]
    permissions.set_readonly(false);
    fs::set_permissions(path, permissions).map_err(context("damaging a file"))?;
    let mut file = File::options().write(true).open(path).map_err(context("damaging a file"))?;
    file.seek(SeekFrom::Start(start)).map_err(context("damaging a file"))?;
    let noise = vec![0xd6; usize::try_from(count).unwrap_or(0)];
    file.write_all(&noise).map_err(context("damaging a file"))
}

fn files_below(dir: &Path) -> Outcome<Vec<(PathBuf, u64)>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).map_err(context("looking for files"))? {
        let path = entry.map_err(context("looking for files"))?.path();
        if path.is_dir() {
            found.extend(files_below(&path)?);
        } else {
            found.push((path.clone(), corpora::extent(&path)?.0));
        }
    }
    found.sort();
    Ok(found)
}

/// Strongroom's promise: it names exactly the files that are damaged, and outside of the ranges
/// that it names every byte is right. Returns how many bytes were saved of damaged files.
fn check_report(printed: &str, bad: &[PathBuf], original: &Path, bench: &Path) -> Outcome<u64> {
    let report = json(printed)?;
    let damaged = report["damaged"].as_array().cloned().unwrap_or_default();
    if damaged.len() != bad.len() {
        return fail(format!("{} files are damaged, {} are named", bad.len(), damaged.len()));
    }
    let mut saved = 0;
    for file in &damaged {
        let (Some(path), Some(published)) = (file["path"].as_str(), file["published"].as_str())
        else {
            return fail(format!("a damaged file without a name: {file}"));
        };
        let inner = path.strip_prefix("content/").unwrap_or(path);
        if !bad.iter().any(|bad| bad == Path::new(inner)) {
            return fail(format!("{path} is named as damaged and is whole"));
        }
        let was = read(&original.join(inner))?;
        let is = read(&bench.join("restored").join(published))?;
        let mut lost = vec![false; was.len()];
        for range in file["ranges"].as_array().into_iter().flatten() {
            let (offset, length) = (number(&range["offset"]), number(&range["length"]));
            lost.iter_mut().skip(offset).take(length).for_each(|byte| *byte = true);
        }
        if was.len() != is.len() {
            return fail(format!("{published} has another length than {path} had"));
        }
        let changed = was.iter().zip(&is).zip(&lost).any(|((was, is), lost)| !lost && was != is);
        if changed {
            return fail(format!("{published} is wrong outside of what is named as lost"));
        }
        saved += lost.iter().filter(|lost| !**lost).count() as u64;
    }
    Ok(saved)
}

fn verdict(printed: &str) -> Outcome<String> {
    let report = json(printed)?;
    let mended = report["mended"].as_u64().unwrap_or_default();
    let verdict = report["verdict"].as_str().unwrap_or("none");
    Ok(format!("verdict: {verdict}; {mended} segments mended"))
}

fn json(printed: &str) -> Outcome<Value> {
    serde_json::from_str(printed).map_err(context(format!("reading the report {printed:?}")))
}

fn number(value: &Value) -> usize {
    value.as_u64().and_then(|number| usize::try_from(number).ok()).unwrap_or_default()
}

fn read(path: &Path) -> Outcome<Vec<u8>> {
    fs::read(path).map_err(context(format!("reading {}", path.display())))
}

/// The last line that speaks of an error, or the last one at all, shortened.
fn last_words(said: &str) -> String {
    let lines = || said.lines().rev().filter(|line| !line.trim().is_empty());
    let is_error =
        |line: &&str| ["rror", "ailed", "corrupt"].iter().any(|word| line.contains(word));
    let line = lines().find(is_error).or_else(|| lines().next()).unwrap_or("nothing");
    line.trim().chars().take(110).collect()
}
