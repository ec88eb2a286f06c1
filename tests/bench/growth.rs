//! How time and memory grow: content from 1 to 64 GiB, entries from ten thousand to ten million.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use strongroom_tests::measure::{Measured, measure, measure_pipe, measure_reading};
use strongroom_tests::outcome::{Outcome, context, fail};

use crate::arguments::Arguments;
use crate::corpora;
use crate::entries::PER_FOLDER;
use crate::report::machine;
use crate::results::{Cost, GrowthResult, Point};
use crate::shop::Shop;
use crate::stream;

const CONTENT_GIB: [u64; 4] = [1, 4, 16, 64];
const ENTRIES: [u64; 4] = [10_000, 100_000, 1_000_000, 10_000_000];
/// The small size is this much smaller.
const SMALLER: u64 = 100;
/// What must stay free on the disk.
const SPARE_BYTES: u64 = 4 << 30;
/// Inodes that must stay free.
const SPARE_INODES: u64 = 500_000;

/// Measures the first `steps` sizes of both kinds; `keep` gets the results after every size.
pub(crate) fn run(
    shop: &Shop,
    (arguments, steps): (&Arguments, usize),
    keep: impl Fn(&GrowthResult) -> Outcome<()>,
) -> Outcome<()> {
    let mut result = GrowthResult { machine: machine(), ..GrowthResult::default() };
    let smaller = if arguments.small { SMALLER } else { 1 };
    for count in ENTRIES.into_iter().take(steps) {
        println!("\n== {} entries", count / smaller);
        result.entries.push(entries(shop, count / smaller)?);
        keep(&result)?;
    }
    // The medium is smaller than the largest content: all of it lies on the disk itself.
    shop.leave_medium()?;
    for gib in CONTENT_GIB.into_iter().take(steps) {
        let mib = (gib << 10) / smaller;
        println!("\n== {mib} MiB of content");
        result.content.push(content(shop, mib << 20)?);
        keep(&result)?;
    }
    Ok(())
}

/// Seals, verifies and reads a stream; restores it too where the disk has room for it.
fn content(shop: &Shop, bytes: u64) -> Outcome<Point> {
    shop.clear()?;
    let mut point = Point { size: bytes, ..Point::default() };
    let mut make = own(shop)?;
    make.args(["make-stream", &bytes.to_string()]);
    let mut seal = strongroom(shop, "seal", true);
    seal.arg("-r").arg(shop.line.dir.join("recipient")).arg("-o").arg(sealed(shop));
    seal.args(["--name", "content", "-"]);
    point.note("seal", measure_pipe(&mut make, &mut seal)?)?;
    point.sealed_bytes = corpora::extent(&sealed(shop))?.0;
    point.note("verify", measure(strongroom(shop, "verify", true).arg(sealed(shop)))?)?;
    let mut cat = strongroom(shop, "cat", false);
    cat.arg(sealed(shop)).arg("content");
    shares(shop, &mut cat)?;
    let compared = measure_reading(&mut cat, |mut out| stream::compare(&mut out, bytes))?;
    point.note("read", compared)?;
    if room(shop)?.0 > bytes + SPARE_BYTES {
        point.note("restore", restore(shop, &[])?)?;
        let restored = fs::File::open(shop.bench.join("restored/content"));
        stream::compare(&mut restored.map_err(context("opening what was restored"))?, bytes)?;
    } else {
        println!("   no room to restore it");
    }
    shop.clear()?;
    Ok(point)
}

/// Seals and verifies entries, lists them, restores a folder; restores all of them and resumes
/// where the disk has inodes for it.
fn entries(shop: &Shop, count: u64) -> Outcome<Point> {
    shop.clear()?;
    let mut point = Point { size: count, ..Point::default() };
    let mut make = Command::new(exe()?);
    make.arg(&shop.line.program).arg(sealed(shop)).args(["make-entries", &count.to_string()]);
    point.note("seal", measure(make.arg(shop.line.dir.join("recipient")))?)?;
    point.sealed_bytes = corpora::extent(&sealed(shop))?.0;
    point.note("verify", measure(strongroom(shop, "verify", true).arg(sealed(shop)))?)?;
    let mut list = strongroom(shop, "list", false);
    list.arg(sealed(shop));
    shares(shop, &mut list)?;
    let all = count + count.div_ceil(PER_FOLDER);
    let listed = measure_reading(&mut list, |out| {
        let lines = BufReader::new(out).lines().count() as u64;
        if lines < all { fail(format!("{lines} of {all} entries are listed")) } else { Ok(()) }
    })?;
    point.note("list", listed)?;
    let last = format!("folder-{:06}/**", (count - 1) / PER_FOLDER);
    point.note("restore a folder", restore(shop, &["--select", &last])?)?;
    files_restored(shop, (count - 1) % PER_FOLDER + 1)?;
    if room(shop)?.1 > all + SPARE_INODES {
        point.note("restore", restore(shop, &[])?)?;
        files_restored(shop, count)?;
        point.note("resume", resume(shop)?)?;
    } else {
        println!("   no inodes to restore all of it");
    }
    shop.clear()?;
    Ok(point)
}

impl Point {
    /// Takes the cost of a run that ended well.
    fn note(&mut self, operation: &str, measured: Measured) -> Outcome<()> {
        let Measured { seconds, peak_bytes, exit, stdout } = measured;
        if exit != Some(0) {
            let said = String::from_utf8_lossy(&stdout).into_owned();
            return fail(format!("{operation} ended with {exit:?}: {said}"));
        }
        println!("   {operation:<17} {seconds:>8.2} s  {:>5} MiB", peak_bytes >> 20);
        self.costs.push(Cost { operation: operation.to_owned(), seconds, peak_bytes });
        Ok(())
    }
}

/// Restores into an empty folder.
fn restore(shop: &Shop, more: &[&str]) -> Outcome<Measured> {
    let to = shop.bench.join("restored");
    if to.exists() {
        shop.clear_restored()?;
    }
    restore_into(shop, &to, more)
}

/// Restores again over what is there.
fn resume(shop: &Shop) -> Outcome<Measured> {
    restore_into(shop, &shop.bench.join("restored"), &["--resume"])
}

fn restore_into(shop: &Shop, to: &Path, more: &[&str]) -> Outcome<Measured> {
    let mut restore = strongroom(shop, "restore", true);
    restore.arg(sealed(shop)).arg("--to").arg(to).args(more);
    shares(shop, &mut restore)?;
    measure(&mut restore)
}

fn files_restored(shop: &Shop, wanted: u64) -> Outcome<()> {
    let files = corpora::extent(&shop.bench.join("restored"))?.1;
    if files == wanted { Ok(()) } else { fail(format!("{files} of {wanted} files are there")) }
}

fn strongroom(shop: &Shop, verb: &str, json: bool) -> Command {
    let mut command = Command::new(&shop.line.program);
    if json {
        command.arg("--json");
    }
    command.arg(verb).env("HOME", shop.line.dir.join("keys")).stdin(Stdio::null());
    command
}

fn shares(shop: &Shop, command: &mut Command) -> Outcome<()> {
    for share in shop.line.quorum()? {
        command.arg("--share").arg(share);
    }
    Ok(())
}

/// This program, to make something for another one.
fn own(shop: &Shop) -> Outcome<Command> {
    let mut command = Command::new(exe()?);
    command.arg(&shop.line.program).arg(&shop.line.dir);
    Ok(command)
}

fn exe() -> Outcome<PathBuf> {
    std::env::current_exe().map_err(context("finding this program"))
}

fn sealed(shop: &Shop) -> PathBuf {
    shop.bench.join("sealed")
}

/// Free bytes and free inodes.
fn room(shop: &Shop) -> Outcome<(u64, u64)> {
    let found = rustix::fs::statvfs(&shop.bench).map_err(context("asking for room"))?;
    Ok((found.f_bavail * found.f_frsize, found.f_favail))
}
